"""What shapes ask for, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pyoxigraph import NamedNode

from resgraph.validate.shapes import LISTED, Shapes, Term
from resgraph.validate.written import listed, written
from resgraph.vocab import RDF, SH, XSD

#: what a person calls the values of a datatype, with one as it is written
DATATYPES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        XSD + "string": ("a text without language", '"text"'),
        RDF + "langString": ("a text with its language", '"text"@en'),
        XSD + "integer": ("a whole number", "12"),
        XSD + "nonNegativeInteger": ("a whole number, 0 or more", '"12"^^xsd:nonNegativeInteger'),
        XSD + "positiveInteger": ("a whole number above 0", '"12"^^xsd:positiveInteger'),
        XSD + "int": ("a whole number", '"12"^^xsd:int'),
        XSD + "decimal": ("a number with a decimal point", "0.5"),
        XSD + "double": ("a floating-point number", "5.0e-1"),
        XSD + "float": ("a floating-point number", '"0.5"^^xsd:float'),
        XSD + "boolean": ("true or false", "true"),
        XSD + "date": ("a date", '"2024-05-31"^^xsd:date'),
        XSD + "dateTime": ("a date with its time", '"2024-05-31T12:00:00Z"^^xsd:dateTime'),
        XSD + "gYear": ("a year", '"2024"^^xsd:gYear'),
        XSD + "gYearMonth": ("a month of a year", '"2024-05"^^xsd:gYearMonth'),
        XSD + "anyURI": ("an address in quotes", '"https://example.org/"^^xsd:anyURI'),
    }
)
_KINDS: Final = MappingProxyType(
    {
        "IRI": "an address",
        "Literal": "a text or a number",
        "BlankNode": "a node in brackets",
        "BlankNodeOrIRI": "an address or a node in brackets",
        "BlankNodeOrLiteral": "a text, a number or a node in brackets",
        "IRIOrLiteral": "an address, a text or a number",
    }
)


#: what a value is that a property of SHACL allows; the braces hold what the shape says
_ALLOWED: Final = MappingProxyType(
    {
        "minCount": "given",
        "maxCount": "given at most {} times",
        "class": "a {}",
        "datatype": "{}",
        "nodeKind": "{}",
        "in": "one of {}",
        "hasValue": "{}",
        "pattern": "of the form {}",
        "minInclusive": "at least {}",
        "maxInclusive": "at most {}",
        "minExclusive": "above {}",
        "maxExclusive": "below {}",
        "minLength": "at least {} characters long",
        "maxLength": "at most {} characters long",
        "languageIn": "in {}",
        "lessThan": "below {}",
        "lessThanOrEquals": "not above {}",
        "equals": "the same as {}",
        "disjoint": "other than {}",
    }
)
_NEVER: Final = MappingProxyType({"minCount": "not given", "maxCount": "absent"})


def alternatives(shapes: Shapes, shape: Term, name: str) -> list[str]:
    """Say what the shapes within a shape ask for, one text each."""
    inner = shapes.members(shape, name) if name in LISTED else shapes.values(shape, name)
    return [describe(shapes, one) for one in inner]


def describe(shapes: Shapes, shape: Term, depth: int = 3) -> str:
    """Say what a shape asks for: ``rg:metric is given and is one of metric:smd``."""
    if isinstance(shape, NamedNode) and (name := shapes.text(shape, "name")):
        return name
    if depth == 0:
        return "further rules"
    own = " and is ".join(text for name in _ALLOWED if (text := allowed(shapes, shape, name)))
    parts = [f"is {own}" if own else "", *_within(shapes, shape, depth - 1)]
    whole = "; ".join(filter(None, parts)) or "is there"
    path = shapes.path(shape)
    return whole if path is None else f"{path} {whole}"


def _within(shapes: Shapes, shape: Term, depth: int) -> Iterator[str]:
    for name in ("property", "node"):
        for one in shapes.values(shape, name):
            yield describe(shapes, one, depth)
    for one in shapes.values(shape, "not"):
        yield f"not ({describe(shapes, one, depth)})"
    for name, word in (("or", " or "), ("and", " and "), ("xone", " or else ")):
        for head in shapes.values(shape, name):
            yield "(" + word.join(describe(shapes, one, depth) for one in shapes.items(head)) + ")"


def allowed(shapes: Shapes, shape: Term, name: str) -> str:
    """Say what a value is that a property of SHACL allows: ``one of 90, 95, 99``, or nothing."""
    value = shapes.value(shape, name) if name in _ALLOWED else None
    if value is None:
        return ""
    if name in _NEVER and value.value == "0":
        return _NEVER[name]
    return _ALLOWED[name].format(_stated(shapes, name, value))


def _stated(shapes: Shapes, name: str, value: Term) -> str:
    if name == "in":
        return listed(map(written, shapes.items(value)))
    if name == "languageIn":
        return " or ".join(item.value for item in shapes.items(value))
    if name == "datatype":
        return DATATYPES[value.value][0] if value.value in DATATYPES else f"a value of {written(value)}"
    if name == "nodeKind":
        return _KINDS.get(value.value.removeprefix(SH), written(value))
    return value.value if name in ("pattern", "maxCount") else written(value)
