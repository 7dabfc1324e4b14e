"""Reasons in plain words, for shapes that bring none of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode

from resgraph.validate.facts import Facts
from resgraph.validate.paths import Path, follow
from resgraph.validate.report import listed, written
from resgraph.validate.results import Result
from resgraph.validate.shapes import LISTED, Shapes, Term
from resgraph.vocab import RDF, SH, XSD, shorten

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


@dataclass(frozen=True, slots=True)
class Case:
    """A result with what is known around it."""

    result: Result
    path: Path | None
    shapes: Shapes
    facts: Facts

    @property
    def focus(self) -> Term:
        """The node that was checked."""
        return self.result.focus

    @property
    def value(self) -> Term | None:
        """The value that is wrong, where there is one."""
        return self.result.value

    @property
    def component(self) -> str:
        """The kind of constraint, such as ``MinCount``."""
        return self.result.component.value.removeprefix(SH).removesuffix("ConstraintComponent")

    @property
    def predicate(self) -> str | None:
        """The property, when the path is one property."""
        return None if self.path is None else self.path.predicate

    def parameter(self, name: str) -> Term | None:
        """Return what the shape says with a property of SHACL."""
        return self.shapes.value(self.result.shape, name)

    def number(self, name: str) -> int:
        """Return a count that the shape states; 0 when it states none that can be read."""
        text = self.shapes.text(self.result.shape, name) or ""
        return int(text) if text.isdigit() else 0

    def values(self) -> list[Term]:
        """Return the values that the path leads to, in a fixed order."""
        if self.path is None:
            return []
        return sorted(follow(self.path, [self.focus], self._step), key=written)

    def _step(self, node: Term, predicate: str, back: bool) -> list[Term]:
        if back:
            return [subject for p, subject in self.facts.referrers(node) if p.value == predicate]
        return self.facts.values(node, predicate)


def reason(case: Case, together: Sequence[Case] = ()) -> str:
    """Say in one sentence what is wrong, without a word of SHACL.

    With cases that are about the same value, the sentence says all that the value should have been.
    """
    if case.component in _EXPECTED:
        wanted = [_wanted(one) for one in together or [case] if one.component in _EXPECTED]
        *most, last = dict.fromkeys(wanted)
        return f"{_what(case)} is not {' and '.join([', '.join(most), last] if most else [last])}."
    said = _REASONS.get(case.component)
    if said is not None:
        return said(case)
    return f"{_what(case)} does not keep the rule {shorten(case.shapes.named(case.result.shape).value)}."


def _what(case: Case) -> str:
    """Name what is wrong: a value of a property, or the thing itself."""
    value = "" if case.value is None else written(case.value)
    if case.path is None:
        return value or written(case.focus)
    return f"The value {value} of {case.path}" if value else str(case.path)


def _wanted(case: Case) -> str:
    """Say what the value should have been."""
    return describe_parameter(case.shapes, case.result.shape, _EXPECTED[case.component])


def _count(case: Case) -> str:
    found = len(case.values())
    if case.component == "MinCount":
        wanted = case.number("minCount")
        return f"{case.path} is missing." if wanted == 1 else f"{case.path} has {found} of {wanted} values."
    most = case.number("maxCount")
    return f"{case.path} must not be here." if most == 0 else f"{case.path} has {found} values, not {most}."


def _pair(words: str, name: str) -> Callable[[Case], str]:
    def said(case: Case) -> str:
        other = case.parameter(name)
        return f"{_what(case)} {words} {written(other) if other is not None else 'another property'}."

    return said


def _language(case: Case) -> str:
    language = case.value.language if isinstance(case.value, Literal) else None
    wanted = " or ".join(item.value for item in case.shapes.items(case.parameter("languageIn")))
    return f"{_what(case)} is in {language or 'no language'}, not in {wanted}."


#: constraints that say of a value what it is, with the properties that say it
_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Class": "class",
        "Datatype": "datatype",
        "NodeKind": "nodeKind",
        "In": "in",
        "Pattern": "pattern",
        "MinInclusive": "minInclusive",
        "MaxInclusive": "maxInclusive",
        "MinExclusive": "minExclusive",
        "MaxExclusive": "maxExclusive",
        "MinLength": "minLength",
        "MaxLength": "maxLength",
    }
)
_REASONS: Final[Mapping[str, Callable[[Case], str]]] = MappingProxyType(
    {
        "MinCount": _count,
        "MaxCount": _count,
        "LanguageIn": _language,
        "UniqueLang": lambda case: f"{case.path} has several texts in one language.",
        "HasValue": lambda case: f"{case.path or 'It'} lacks {_parameter(case, 'hasValue')}.",
        "Equals": _pair("is not the same as", "equals"),
        "Disjoint": _pair("must differ from", "disjoint"),
        "LessThan": _pair("is not below", "lessThan"),
        "LessThanOrEquals": _pair("is above", "lessThanOrEquals"),
        "Closed": lambda case: f"The property {case.path} is not known here.",
        "Node": lambda case: f"{_what(case)} does not keep this: {_inner(case, 'node')}.",
        "Property": lambda case: f"{_what(case)} does not keep this: {_inner(case, 'property')}.",
        "Not": lambda case: f"{_what(case)} keeps what it must not: {_inner(case, 'not')}.",
        "Or": lambda case: f"{_what(case)} keeps none of these: {_inner(case, 'or')}.",
        "And": lambda case: f"{_what(case)} does not keep all of these: {_inner(case, 'and')}.",
        "Xone": lambda case: f"{_what(case)} does not keep exactly one of these: {_inner(case, 'xone')}.",
        "QualifiedMinCount": lambda case: f"Too few values of {case.path} keep this: {_qualified(case)}.",
        "QualifiedMaxCount": lambda case: f"Too many values of {case.path} keep this: {_qualified(case)}.",
    }
)


def _parameter(case: Case, name: str) -> str:
    value = case.parameter(name)
    return written(value) if value is not None else "its value"


def _qualified(case: Case) -> str:
    return _inner(case, "qualifiedValueShape")


def _inner(case: Case, name: str) -> str:
    return "; ".join(alternatives(case.shapes, case.result.shape, name))


# --- shapes in words ---


def alternatives(shapes: Shapes, shape: Term, name: str) -> list[str]:
    """Say in words what the shapes within a shape ask for, one text each."""
    values = shapes.values(shape, name)
    if name in LISTED:
        return [describe(shapes, item) for head in values for item in shapes.items(head)]
    return [describe(shapes, value) for value in values]


def describe(shapes: Shapes, shape: Term, depth: int = 3) -> str:
    """Say in words what a shape asks for: ``rg:metric is given and is one of metric:smd``."""
    if isinstance(shape, NamedNode) and (name := shapes.text(shape, "name")):
        return name
    if depth == 0:
        return "further rules"
    parts = [
        text
        for name in _PARAMETERS
        if shapes.values(shape, name) and (text := describe_parameter(shapes, shape, name))
    ]
    verb = " and is ".join(part for part in parts if part)
    deep = [*_nested(shapes, shape, depth)]
    whole = "; ".join(text for text in (f"is {verb}" if verb else "", *deep) if text) or "is there"
    path = shapes.path(shape)
    return f"{path} {whole}" if path is not None else whole


def _nested(shapes: Shapes, shape: Term, depth: int) -> list[str]:
    found = [
        describe(shapes, one, depth - 1)
        for name in ("property", "node")
        for one in shapes.values(shape, name)
    ]
    found += [f"not ({describe(shapes, one, depth - 1)})" for one in shapes.values(shape, "not")]
    for name, word in (("or", " or "), ("and", " and "), ("xone", " or else ")):
        for head in shapes.values(shape, name):
            found.append(
                "(" + word.join(describe(shapes, one, depth - 1) for one in shapes.items(head)) + ")"
            )
    return found


def describe_parameter(shapes: Shapes, shape: Term, name: str) -> str:
    """Say in words what a value must be: ``one of 90, 95, 99``."""
    value = shapes.value(shape, name)
    if value is None:
        return ""
    return _PARAMETERS[name](shapes, value)


def _kind(_: Shapes, value: Term) -> str:
    return _KINDS.get(value.value.removeprefix(SH), written(value))


def _datatype(_: Shapes, value: Term) -> str:
    return DATATYPES[value.value][0] if value.value in DATATYPES else f"a value of {written(value)}"


def _plain(words: str) -> Callable[[Shapes, Term], str]:
    return lambda _, value: words.format(written(value))


_PARAMETERS: Final[Mapping[str, Callable[[Shapes, Term], str]]] = MappingProxyType(
    {
        "minCount": lambda _, value: "not given" if value.value == "0" else "given",
        "maxCount": lambda _, value: "absent" if value.value == "0" else f"given at most {value.value} times",
        "class": _plain("a {}"),
        "datatype": _datatype,
        "nodeKind": _kind,
        "in": lambda shapes, value: "one of " + listed(map(written, shapes.items(value))),
        "hasValue": _plain("{}"),
        "pattern": lambda _, value: f"of the form {value.value}",
        "minInclusive": _plain("at least {}"),
        "maxInclusive": _plain("at most {}"),
        "minExclusive": _plain("above {}"),
        "maxExclusive": _plain("below {}"),
        "minLength": _plain("at least {} characters long"),
        "maxLength": _plain("at most {} characters long"),
        "languageIn": lambda shapes, value: "in " + " or ".join(i.value for i in shapes.items(value)),
        "lessThan": _plain("below {}"),
        "lessThanOrEquals": _plain("not above {}"),
        "equals": _plain("the same as {}"),
        "disjoint": _plain("other than {}"),
    }
)
