"""One term as a Python value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.vocab import XSD

Term = NamedNode | BlankNode | Literal | Triple
Value = str | int | float | bool | date | None

_INTEGERS: Final = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger"
    " unsignedInt unsignedLong unsignedShort unsignedByte gYear"
)
_READERS: Final[dict[str, Callable[[str], Value]]] = {
    **{XSD + name: int for name in _INTEGERS.split()},
    **{XSD + name: float for name in ("decimal", "double", "float")},
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": datetime.fromisoformat,
}


def to_python(term: Term | None) -> Value:
    """Return a term as a Python value; a value that its datatype does not allow stays text.

    >>> to_python(Literal("2016", datatype=NamedNode(XSD + "gYear")))
    2016
    >>> to_python(Literal("many", datatype=NamedNode(XSD + "integer")))
    'many'
    """
    if term is None:
        return None
    if isinstance(term, Literal):
        reader = _READERS.get(term.datatype.value)
        try:
            return reader(term.value) if reader else term.value
        except ValueError:
            return term.value
    return str(term) if isinstance(term, Triple | BlankNode) else term.value
