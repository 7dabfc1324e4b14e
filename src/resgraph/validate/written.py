"""How terms, and lists of them, are written for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode

from resgraph.validate.shapes import Term
from resgraph.vocab import XSD, shorten

_BARE: Final = (XSD + "integer", XSD + "decimal", XSD + "boolean")


def written(node: Term) -> str:
    """Write a term as Turtle does, with the prefixes of the project.

    >>> written(Literal("0.50", datatype=NamedNode(XSD + "decimal"))), written(Literal("Hope", language="en"))
    ('0.50', '"Hope"@en')
    """
    if isinstance(node, NamedNode):
        short = shorten(node.value)
        return short if short != node.value else f"<{short}>"
    if isinstance(node, Literal) and node.datatype.value in _BARE and _is_plain(node):
        return node.value
    text = str(node)
    head, mark, datatype = text.rpartition("^^<")
    return f"{head}^^{shorten(datatype[:-1])}" if mark and isinstance(node, Literal) else text


def _is_plain(node: Literal) -> bool:
    """Tell whether Turtle has the value without quotes."""
    text = node.value.lstrip("+-")
    if node.datatype.value == XSD + "boolean":
        return node.value in ("true", "false")
    if node.datatype.value == XSD + "integer":
        return text.isascii() and text.isdigit()
    whole, point, rest = text.partition(".")
    return bool(point) and rest.isdigit() and (whole.isdigit() or not whole)


def listed(words: Iterable[str], limit: int = 8) -> str:
    """Write a list in words, with the number of those that are left out.

    >>> listed(["a", "b", "c"], 2)
    'a, b … (3 in all)'
    """
    all_words = list(words)
    text = ", ".join(all_words[:limit])
    return f"{text} … ({len(all_words)} in all)" if len(all_words) > limit else text
