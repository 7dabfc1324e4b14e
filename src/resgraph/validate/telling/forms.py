"""How a value would have to be written: literals of a datatype, texts of a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from resgraph.vocab import RDF, XSD

_DATES: Final = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y")
_INTEGERS: Final = ("integer", "nonNegativeInteger", "positiveInteger", "int", "long", "short")
_NUMBERS: Final = (*_INTEGERS, "decimal", "double", "float")


def as_datatype(value: Literal, datatype: str) -> Literal | None:
    """Return a literal of a datatype that says the same, or None where it cannot be told.

    >>> as_datatype(Literal("1,196", language="en"), XSD + "integer").value
    '1196'
    >>> as_datatype(Literal("large"), XSD + "decimal") is None
    True
    """
    if datatype == RDF + "langString":
        return Literal(value.value, language="en") if not value.language else None
    read = _READERS.get(datatype.removeprefix(XSD))
    text = read(value.value.strip()) if read else None
    if text is None:
        return None
    better = Literal(text, datatype=NamedNode(datatype))
    return None if better == value else better


def _integer(text: str) -> str | None:
    plain = re.sub(r"(?<=\d)[,\s](?=\d{3}\b)", "", text)
    whole = re.fullmatch(r"([+-]?\d+)(\.0*)?", plain)
    return whole[1] if whole else None


def _decimal(text: str) -> str | None:
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text) if "." in text else text.replace(",", ".")
    plain = plain.replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain):
        return None
    return plain if "." in plain else plain + ".0"


def _floating(text: str) -> str | None:
    return text if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else None


def _boolean(text: str) -> str | None:
    return {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}.get(
        text.lower()
    )


def _date(text: str) -> str | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None


def _year(text: str) -> str | None:
    found = re.fullmatch(r"(\d{4})(-\d\d(-\d\d)?)?(\.0)?", text)
    return found[1] if found else None


def _any(text: str) -> str | None:
    return text


def _address(text: str) -> str | None:
    return text if re.fullmatch(r"[A-Za-z][\w+.-]*:\S+", text) else None


def number(value: NamedNode | BlankNode | Literal | None) -> Decimal | None:
    """Return the number that a literal stands for, or None for what is no number.

    >>> number(Literal(12)), number(Literal("12")) is None
    (Decimal('12'), True)
    """
    if not isinstance(value, Literal) or value.datatype.value.removeprefix(XSD) not in _NUMBERS:
        return None
    try:
        found = Decimal(value.value)
    except InvalidOperation:
        return None
    return None if found.is_nan() else found


_READERS: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {
        **dict.fromkeys(_INTEGERS, _integer),
        "decimal": _decimal,
        "double": _floating,
        "float": _floating,
        "boolean": _boolean,
        "date": _date,
        "gYear": _year,
        "string": _any,
        "anyURI": _address,
    }
)


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text has the form of a pattern; one that Python cannot read fits nothing."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def matching(pattern: str, text: str) -> Iterator[str]:
    """Yield the texts of a pattern that a text was probably meant to be, the likeliest first.

    >>> next(matching("^10[.][0-9]{4,9}/[^ ]+$", "https://doi.org/10.1000/182"))
    '10.1000/182'
    """
    tidy = " ".join(text.split())
    tried = (tidy, tidy.lower(), tidy.rstrip(" .,;:"), tidy + ".", tidy[:1].upper() + tidy[1:])
    joined = re.sub(r"[\s_]+", "-", tidy)
    for one in (*tried, joined, joined.lower(), joined.lower().strip("-"), *_within(pattern, tidy)):
        if one != text and matches(pattern, one):
            yield one


def _within(pattern: str, text: str) -> Iterator[str]:
    """Yield what in a text would do alone."""
    loose = re.sub(r"^\^|(?<!\\)\$$", "", pattern)
    try:
        found = re.search(loose, text) if loose else None
    except re.error:
        return
    if found and found.group():
        yield found.group()
