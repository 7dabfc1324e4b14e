"""Every shape is documented by an example that keeps it and one that breaks it, and both are right."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, parse

from resgraph.records import RECORD_KINDS, Field
from resgraph.sources import packaged
from resgraph.validate import Violation, validate
from resgraph.vocab import COUNTRY, OWL, RDFS, SH, SHAPE, TYPE, concept, term

EXAMPLES = packaged().root / "shapes" / "examples"
SHAPE_TYPES = {NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape")}
TARGETS = {NamedNode(SH + "target" + kind) for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
SUB_CLASS = NamedNode(RDFS + "subClassOf")


@cache
def shape_statements() -> dict[NamedNode | BlankNode, list[Quad]]:
    by_subject: dict[NamedNode | BlankNode, list[Quad]] = {}
    for file in packaged().shapes:
        for quad in parse(path=file, rename_blank_nodes=True):
            by_subject.setdefault(quad.subject, []).append(quad)
    return by_subject


@cache
def hierarchy() -> tuple[Quad, ...]:
    return tuple(q for file in packaged().ontology for q in parse(path=file) if q.predicate == SUB_CLASS)


def shape_names() -> list[str]:
    found = [
        subject.value.removeprefix(SHAPE)
        for subject, quads in shape_statements().items()
        if isinstance(subject, NamedNode) and any(q.object in SHAPE_TYPES for q in quads)
    ]
    return sorted(found)


def alone(name: str) -> list[Quad]:
    """The statements of one shape, with the nameless parts of it and the declared prefixes."""
    waiting: list[NamedNode | BlankNode] = [NamedNode(SHAPE + name), NamedNode(SHAPE)]
    found: list[Quad] = []
    while waiting:
        for quad in shape_statements().get(waiting.pop(), []):
            found.append(quad)
            if isinstance(quad.object, BlankNode):
                waiting.append(quad.object)
    return found


def broken(name: str, kind: str) -> list[Violation]:
    report = validate(EXAMPLES / f"{name}.{kind}.ttl", alone(name), context=hierarchy())
    return [violation for violation in report.violations if violation.shape == SHAPE + name]


@pytest.mark.parametrize("name", shape_names())
def test_bad_example_breaks_its_shape_and_is_located(name: str) -> None:
    violations = broken(name, "bad")
    assert violations
    file = EXAMPLES / f"{name}.bad.ttl"
    lines = file.read_text().splitlines()
    assert lines[0].startswith(f"# violates shape:{name} ")
    for violation in violations:
        assert violation.file == str(file)
        assert violation.line is not None
        assert lines[violation.line - 1].strip()


@pytest.mark.parametrize("name", shape_names())
def test_good_example_keeps_its_shape(name: str) -> None:
    file = EXAMPLES / f"{name}.good.ttl"
    assert file.read_text().startswith(f"# conforms to shape:{name} ")
    assert broken(name, "good") == []


@pytest.mark.parametrize("name", shape_names())
def test_shape_tells_what_is_wrong(name: str) -> None:
    said = shape_statements()[NamedNode(SHAPE + name)]
    words = [(q.predicate.value.removeprefix(SH), q.object) for q in said if isinstance(q.object, Literal)]
    (title,) = [value for prop, value in words if prop == "name"]
    (message,) = [value for prop, value in words if prop == "message"]
    assert title.language == message.language == "en"
    assert len(message.value) >= 25
    assert message.value.endswith((".", ")"))
    assert sum(q.predicate.value == SH + "severity" for q in said) == 1


def test_every_example_belongs_to_a_shape() -> None:
    expected = {f"{name}.{kind}.ttl" for name in shape_names() for kind in ("good", "bad")}
    assert {path.name for path in EXAMPLES.iterdir()} == expected


def test_shapes_that_report_have_names_and_targets() -> None:
    for subject, quads in shape_statements().items():
        has_target = any(quad.predicate in TARGETS for quad in quads)
        assert has_target == (isinstance(subject, NamedNode) and subject.value != SHAPE), subject


def test_names_of_shapes_are_unique() -> None:
    said = [quad for quads in shape_statements().values() for quad in quads]
    names = [str(quad.object) for quad in said if quad.predicate.value == SH + "name"]
    assert len(names) == len(set(names))


# --- whatever the ontology or the records say of a property, a shape catches its misuse ---


@cache
def axioms() -> tuple[tuple[NamedNode, str, NamedNode], ...]:
    """Property, "domain" or "range", and class."""
    return tuple(
        (q.subject, q.predicate.value.removeprefix(RDFS), q.object)
        for file in packaged().ontology
        for q in parse(path=file)
        if q.predicate.value in (RDFS + "domain", RDFS + "range")
        and isinstance(q.subject, NamedNode)
        and isinstance(q.object, NamedNode)
    )


def misfit(right: NamedNode) -> NamedNode:
    """A class that nothing of the right class can have."""
    return term("Study") if right == term("Source") else term("Source")


def misuse(number: int, wrong: tuple[NamedNode, str, NamedNode]) -> list[Triple]:
    """A statement that breaks a domain or a range, and nothing of the other."""
    subject, value = (NamedNode(f"https://example.org/{end}{number}") for end in ("s", "o"))
    prop, broken_end, right = wrong
    ends = {end: kind for one, end, kind in axioms() if one == prop} | {broken_end: misfit(right)}
    nodes = {"domain": subject, "range": value}
    return [Triple(subject, prop, value), *(Triple(nodes[end], TYPE, kind) for end, kind in ends.items())]


def test_every_domain_and_range_has_a_shape_that_catches_its_misuse() -> None:
    assert len(axioms()) > 40
    wrong = [triple for number, axiom in enumerate(axioms()) for triple in misuse(number, axiom)]
    found: dict[str, set[str]] = {}
    for violation in validate(wrong, context=hierarchy()).violations:
        found.setdefault(violation.focus.value, set()).add(violation.path or violation.shape)
    for number, (prop, end, kind) in enumerate(axioms()):
        told = found.get(f"https://example.org/s{number}", set())
        if end == "range":
            assert prop.value in told, (prop, end, kind)
        else:
            assert any(name.startswith(SHAPE + "Of") for name in told), (prop, end, kind)


#: fields that ingest reads and that are no property of the graph
NOT_STATED = {"kind", "supplied_title", "empty_review", "subject_kind", "object_kind"}
PART_CLASSES = {
    "rating": "Rating",
    "estimate": "Estimate",
    "contrast": "Estimate",
    "bias-adjusted": "Estimate",
}


def wrong_value(field: Field) -> NamedNode | Literal:
    """A value of a kind that the field does not hold."""
    if field.value == "text":
        return NamedNode("https://example.org/words")
    if field.value == "concept":
        return concept(field.among[0], "not-a-concept")
    if field.value == "country":
        return NamedNode(COUNTRY + "XXX")
    if field.value == "thing":
        return NamedNode("https://example.org/unrecorded")
    return Literal("wrong", language="en")


def fields() -> Iterable[tuple[str, Field]]:
    for kind in RECORD_KINDS:
        for field in kind.fields:
            if not (kind.name == "factor" and field.name == "kind") and field.name not in NOT_STATED - {
                "kind"
            }:
                yield PART_CLASSES.get(field.part, kind.classes[0]), field


def test_every_field_of_a_record_has_a_shape_that_catches_a_wrong_value() -> None:
    wrong: list[Triple] = []
    for number, (name, field) in enumerate(fields()):
        subject = NamedNode(f"https://example.org/s{number}")
        wrong.append(Triple(subject, TYPE, term(name)))
        wrong.append(Triple(subject, NamedNode(field.property), wrong_value(field)))
    report = validate(wrong, context=hierarchy())
    found = {(v.focus.value, v.path) for v in report.violations if v.value is not None}
    missed = [
        (name, field.name)
        for number, (name, field) in enumerate(fields())
        if (f"https://example.org/s{number}", field.property) not in found
    ]
    assert missed == []


# --- the sources themselves ---


def test_owl_is_not_needed_to_validate() -> None:
    """Shapes use the hierarchy of classes and nothing else that a reasoner would conclude."""
    predicates = {q.predicate.value for qs in shape_statements().values() for q in qs}
    assert not any(predicate.startswith(OWL) for predicate in predicates)


def test_the_packaged_sources_conform() -> None:
    report = validate([*packaged().ontology, *packaged().data])
    assert report.conforms, report.to_text()
