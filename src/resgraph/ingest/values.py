"""Values of a record's fields: what each must look like, and the node that it becomes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from resgraph.records import Field
from resgraph.vocab import XSD, concept, thing

Node = NamedNode | Literal

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|^`\\]+")
_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a record may point to: countries by code, concepts, and record ids by kind."""

    countries: Mapping[str, str]
    concepts: frozenset[str]
    ids: Mapping[str, set[str]]


class UnfitError(ValueError):
    """A value that its field cannot hold."""


def _text(field: Field | None, value: object, terms: Terms) -> Node:
    return Literal(_words(value), language="en")


def _string(field: Field | None, value: object, terms: Terms) -> Node:
    return Literal(_words(value))


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnfitError(f"expected words, found {json.dumps(value, default=str)}")
    if not value.isprintable():
        raise UnfitError("holds a line break or a control character")
    return value.strip()


def _integer(field: Field, value: object, terms: Terms) -> Node:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnfitError(f"expected a whole number, found {json.dumps(value, default=str)}")
    _in_range(field, value)
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))


def _decimal(field: Field, value: object, terms: Terms) -> Node:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise UnfitError(f"expected a number, found {json.dumps(value, default=str)}")
    _in_range(field, value)
    digits = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if "." not in digits and not field.part:
        digits += ".0"  # reads better in Turtle; a published figure keeps the digits that it has
    return Literal(digits, datatype=NamedNode(XSD + "decimal"))


def _in_range(field: Field, value: int | Decimal) -> None:
    if field.low is not None and value < field.low:
        raise UnfitError(f"expected at least {field.low:g}, found {value}")
    if field.high is not None and value > field.high:
        raise UnfitError(f"expected at most {field.high:g}, found {value}")


def boolean(field: Field | None, value: object, terms: Terms) -> Node:
    """Read true or false."""
    if not isinstance(value, bool):
        raise UnfitError(f"expected true or false, found {json.dumps(value, default=str)}")
    return Literal("true" if value else "false", datatype=NamedNode(XSD + "boolean"))


def _year(field: Field, value: object, terms: Terms) -> Node:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnfitError(f"expected a year, found {json.dumps(value, default=str)}")
    _in_range(field, value)
    return Literal(f"{value:04d}", datatype=NamedNode(XSD + "gYear"))


def _date(field: Field, value: object, terms: Terms) -> Node:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise UnfitError(
            f"expected a date such as 2015-12-31 or 2015-12, found {json.dumps(value, default=str)}"
        )
    return Literal(value, datatype=NamedNode(XSD + ("gYearMonth" if len(value) == 7 else "date")))


def _address(field: Field, value: object, terms: Terms) -> Node:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise UnfitError(f"expected a web address, found {json.dumps(value, default=str)}")
    return NamedNode(value)


def _country(field: Field, value: object, terms: Terms) -> Node:
    if not isinstance(value, str) or value not in terms.countries:
        raise UnfitError(f"expected a two-letter country code that the country scheme has, found {value!r}")
    return NamedNode(terms.countries[value])


def _concept_node(field: Field, value: object, terms: Terms) -> Node:
    if field.name == "dose_response" and value is True:
        value = "present"
    scheme = field.among[0]
    node = concept(scheme, str(value))
    if not isinstance(value, str) or node.value not in terms.concepts:
        base = concept(scheme, "").value
        known = sorted(iri.removeprefix(base) for iri in terms.concepts if iri.startswith(base))
        raise UnfitError(f"expected one of {', '.join(known)}; found {value!r}")
    return node


def _thing_node(field: Field, value: object, terms: Terms) -> Node:
    for kind in field.among:
        if isinstance(value, str) and value in terms.ids[kind]:
            return thing(kind, value)
    raise UnfitError(f"no {' or '.join(field.among)} has the id {value!r}")


#: the reader of each kind of value
READERS: Final[dict[str, Any]] = {
    "text": _text,
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": boolean,
    "year": _year,
    "date": _date,
    "address": _address,
    "country": _country,
    "concept": _concept_node,
    "thing": _thing_node,
}


def read(field: Field, value: object, terms: Terms) -> Node:
    """Read one value as its field asks; raise `UnfitError` with what was expected.

    >>> read(Field("year", "p", "year"), 2018, Terms({}, frozenset(), {})).value
    '2018'
    """
    node: Node = READERS[field.value](field, value, terms)
    return node
