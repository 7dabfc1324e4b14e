"""The values of literals: which are equal, which are of a datatype, and which are none at all.

The datatypes are those of the OWL 2 RL profile. Two literals are the same thing when their values are;
``"01"`` and ``"1.0"`` as decimals are, ``"1"`` as decimal and as double are not.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal

from resgraph.vocab import RDF, RDFS, XSD

#: a family of values that share no value with another family, and the value
Value = tuple[str, Hashable]

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE_TIME: Final = re.compile(
    r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
#: bounds of the kinds of integers, both inclusive
_BOUNDS: Final = MappingProxyType(
    {
        "integer": (None, None),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-128, 127),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 255),
    }
)
_NAME: Final = r"[^\W\d][\w.\-·]*"
#: what the kinds of strings look like
_TEXTS: Final = MappingProxyType(
    {
        "string": re.compile(r".*", re.DOTALL),
        "normalizedString": re.compile(r"[^\r\n\t]*"),
        "token": re.compile(r"([^\r\n\t ]+( [^\r\n\t ]+)*)?"),
        "language": re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
        "NMTOKEN": re.compile(r"[\w.\-:·]+"),
        "Name": re.compile(rf":?{_NAME}(:[\w.\-·]*)*|:"),
        "NCName": re.compile(_NAME),
    }
)
_PLAIN: Final = (RDF + "PlainLiteral", RDF + "langString")


def value_of(literal: Literal) -> Value:
    """Return the family and the value of a literal; raise ValueError when it has none.

    Of a datatype outside the profile, every form of characters is a value of its own.

    >>> from pyoxigraph import NamedNode
    >>> one, other = (Literal(text, datatype=NamedNode(XSD + "decimal")) for text in ("1", "01.0"))
    >>> value_of(one) == value_of(other)
    True
    """
    datatype, text = literal.datatype.value, literal.value
    if literal.language:
        return "text", (text, literal.language.lower())
    if not datatype.startswith(XSD):
        return ("text", text) if datatype in _PLAIN else (datatype, text)
    name = datatype[len(XSD) :]
    read = _reader(name)
    value = read(text) if read else (datatype, text)
    if not _fits(value, name):
        raise ValueError(f"{text!r} is no xsd:{name}")
    return value


def is_of(literal: Literal, datatype: str) -> bool | None:
    """Say whether the value of a literal is one of a datatype; None where the profile does not know it.

    >>> is_of(Literal(5), XSD + "byte"), is_of(Literal(500), XSD + "byte"), is_of(Literal(5), "urn:x:mine")
    (True, False, None)
    """
    if datatype == RDFS + "Literal":
        return True
    try:
        value = value_of(literal)
    except ValueError:
        return False
    if literal.datatype.value == datatype:
        return True
    if datatype in _PLAIN:
        return value[0] == "text" and (datatype == _PLAIN[0] or bool(literal.language))
    name = datatype.removeprefix(XSD)
    return _fits(value, name) if is_known(datatype) else None


def is_known(datatype: str) -> bool:
    """Say whether a datatype is one of the profile, so that it is known what it holds."""
    if datatype in (*_PLAIN, RDFS + "Literal"):
        return True
    return datatype.startswith(XSD) and _reader(datatype[len(XSD) :]) is not None


def _reader(name: str) -> Callable[[str], Value] | None:
    if name in _BOUNDS:
        return _integer
    return _TEXT_READER if name in _TEXTS else _READERS.get(name)


def _fits(value: Value, name: str) -> bool:
    """Say whether a value is one of an XML Schema datatype; of an unknown one, everything is."""
    family, content = value
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        if family != "decimal" or not isinstance(content, Decimal) or content != content.to_integral_value():
            return False
        return (low is None or content >= low) and (high is None or content <= high)
    if name in _TEXTS:
        return family == "text" and isinstance(content, str) and _TEXTS[name].fullmatch(content) is not None
    if name == "dateTimeStamp":
        return family == "dateTime" and isinstance(content, datetime) and content.tzinfo is not None
    return name not in _READERS or family == name


def _matched(pattern: re.Pattern[str], text: str) -> str:
    text = text.strip(" \t\r\n")
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _integer(text: str) -> Value:
    return "decimal", Decimal(_matched(_INTEGER, text))


def _decimal(text: str) -> Value:
    return "decimal", Decimal(_matched(_DECIMAL, text))


def _floating(family: str) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        number = float(_matched(_FLOAT, text))
        return family, "NaN" if number != number else number

    return read


def _boolean(text: str) -> Value:
    values = {"true": True, "1": True, "false": False, "0": False}
    if text.strip() not in values:
        raise ValueError(text)
    return "boolean", values[text.strip()]


def _date_time(text: str) -> Value:
    match = _DATE_TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if not 1 <= year <= 9998:
        return "dateTime", text.strip()
    moment = datetime(year, month, day, hour % 24, minute, second) + timedelta(days=hour // 24)
    moment += timedelta(seconds=float(match[7] or 0))
    if match[8] is None:
        return "dateTime", moment
    sign, offset = (-1 if match[8][0] == "-" else 1), match[8][1:].replace("", "0:0", match[8] == "Z")
    hours, minutes = (int(part) for part in offset.split(":"))
    return "dateTime", moment.replace(tzinfo=UTC) - sign * timedelta(hours=hours, minutes=minutes)


def _hexadecimal(text: str) -> Value:
    return "hexBinary", bytes.fromhex(text.strip())


def _base64(text: str) -> Value:
    return "base64Binary", b64decode("".join(text.split()), validate=True)


def _text(text: str) -> Value:
    return "text", text


_TEXT_READER: Final = _text
_READERS: Final = MappingProxyType[str, Callable[[str], Value]](
    {
        "decimal": _decimal,
        "float": _floating("float"),
        "double": _floating("double"),
        "boolean": _boolean,
        "dateTime": _date_time,
        "dateTimeStamp": _date_time,
        "hexBinary": _hexadecimal,
        "base64Binary": _base64,
        "anyURI": lambda text: ("anyURI", text.strip()),
    }
)
