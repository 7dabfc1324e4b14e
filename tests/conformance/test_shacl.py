"""The W3C tests of SHACL core and SHACL-SPARQL, through `resgraph validate`, by both engines.

A report passes when it is the expected one after both are reduced to what the tests compare: the properties
below, paths in full, messages only where some are expected. Shapes without a name are told by their place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from resgraph.cli import run

from .manifests import place

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT: Final = "http://www.w3.org/ns/shacl-test#"
SH: Final = "http://www.w3.org/ns/shacl#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
COMPARED: Final = frozenset(
    {RDF + "type", SH + "conforms", SH + "result", SH + "focusNode", SH + "resultPath", SH + "value"}
    | {
        SH + name
        for name in ("resultSeverity", "sourceConstraint", "sourceConstraintComponent", "sourceShape")
    }
)

#: what leads out of a report, into the data or the shapes
LEAVES: Final = {SH + n for n in ("focusNode", "value", "sourceShape", "sourceConstraint")}

BOUND: Final = "rdflib does not see a variable that is bound beforehand inside a group of its own"
SHAPES_GRAPH: Final = "$shapesGraph is optional in the standard, and pySHACL refuses it"
STRAY: Final = "the test holds sh:nodeShape, which is no term of SHACL: such shapes are left to pySHACL"
DELICATE: Final = "bound(…), $shapesGraph and queries within queries are left to pySHACL, which decides"

#: The tests that do not pass, by engine, each with its reason. All others must pass, and these must not.
EXCEPTIONS: Final[dict[tuple[str, str], str]] = {
    ("pyshacl", "sparql/pre-binding/pre-binding-005"): BOUND,
    ("pyshacl", "sparql/pre-binding/shapesGraph-001"): SHAPES_GRAPH,
    ("shacl", "core/property/qualifiedValueShape-001"): STRAY,
    ("shacl", "sparql/pre-binding/pre-binding-003"): DELICATE,
    ("shacl", "sparql/pre-binding/pre-binding-005"): DELICATE,
    ("shacl", "sparql/pre-binding/pre-binding-007"): DELICATE,
    ("shacl", "sparql/pre-binding/shapesGraph-001"): DELICATE,
}

_FOUND: Final = place()
ROOT: Final = _FOUND / "shacl" if _FOUND and (_FOUND / "shacl" / "core").is_dir() else None
IN_CI: Final = bool(os.environ.get("CI"))
pytestmark = pytest.mark.skipif(
    ROOT is None and not IN_CI,
    reason="the W3C tests of SHACL are not here: put data-shapes-test-suite/tests of "
    "https://github.com/w3c/data-shapes as `shacl` into the directory that RESGRAPH_CONFORMANCE names",
)


@dataclass(frozen=True)
class Case:
    name: str
    data: Path
    shapes: Path
    #: the statements of the file, when a report is expected; None when a failure is
    expected: tuple[Triple, ...] | None


def test_the_tests_are_all_here() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) == 121
    assert {name for _, name in EXCEPTIONS} <= set(names)


@cache
def cases() -> tuple[Case, ...]:
    assert ROOT is not None
    files = (file for suite in ("core", "sparql") for file in (ROOT / suite).rglob("*.ttl"))
    return tuple(case for file in sorted(files) for case in _cases(file))


def _cases(file: Path) -> Iterator[Case]:
    assert ROOT is not None
    triples = [quad.triple for quad in parse(path=file, base_iri=file.as_uri())]
    said = {(t.subject, t.predicate.value): t.object for t in triples}
    for (test, predicate), action in said.items():
        if predicate == MF + "action":
            result = said[test, MF + "result"]
            failure = result == NamedNode(SHT + "Failure")
            yield Case(
                name=str(Path(file).relative_to(ROOT).with_suffix("")),
                data=_local(said[action, SHT + "dataGraph"]),
                shapes=_local(said[action, SHT + "shapesGraph"]),
                expected=None if failure else tuple(_below(triples, result)),
            )


def _local(address: object) -> Path:
    assert isinstance(address, NamedNode)
    return Path(unquote(urlsplit(address.value).path))


def _below(triples: Iterable[Triple], start: object) -> Iterator[Triple]:
    """A report: what is said of its node and of what that leads to."""
    said: dict[object, list[Triple]] = {}
    for triple in triples:
        said.setdefault(triple.subject, []).append(triple)
    waiting, seen = [start], {start}
    while waiting:
        for triple in said.get(waiting.pop(), ()):
            yield triple
            follows = triple.predicate.value not in LEAVES
            if follows and isinstance(triple.object, BlankNode) and triple.object not in seen:
                seen.add(triple.object)
                waiting.append(triple.object)


def reduced(triples: Iterable[Triple], *, messages: bool) -> Dataset:
    """What of a report is compared, blank nodes named by their place."""
    wanted = COMPARED | ({SH + "resultMessage"} if messages else set())
    quads = []
    for number, triple in enumerate(triples):
        name = triple.predicate.value
        if name.startswith(SH) and name not in wanted and "Path" not in name:
            continue
        value = triple.object
        if isinstance(value, BlankNode) and name.startswith(SH + "source"):
            value = BlankNode(f"told{number}")
        quads.append(Quad(triple.subject, triple.predicate, value))
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def params() -> list[object]:
    return [
        pytest.param(
            engine,
            case,
            id=f"{engine}-{case.name}",
            marks=[pytest.mark.xfail(reason=EXCEPTIONS[engine, case.name], strict=True)]
            if (engine, case.name) in EXCEPTIONS
            else [],
        )
        for engine in ("pyshacl", "shacl")
        for case in (cases() if ROOT else ())
    ]


@pytest.mark.parametrize(("engine", "case"), params())
def test_a_report_is_the_expected_one(engine: str, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["validate", str(case.data), "--shapes", str(case.shapes), "--format", "turtle"]
    code = run([*command, "--engine", engine])
    written = capsys.readouterr().out
    if case.expected is None:
        assert (code, written) == (2, "")
        return
    messages = any(triple.predicate.value == SH + "resultMessage" for triple in case.expected)
    report = [quad.triple for quad in parse(written, format=RdfFormat.TURTLE)]
    (start,) = {triple.subject for triple in report if triple.predicate.value == SH + "conforms"}
    got = reduced(_below(report, start), messages=messages)
    assert got == reduced(case.expected, messages=messages)
    assert code == (0 if NamedNode(SH + "result") not in {t.predicate for t in case.expected} else 1)


def test_what_is_left_to_pyshacl_passes_with_auto(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --engine nobody sees which engine did it."""
    for case in cases():
        if ("shacl", case.name) in EXCEPTIONS and ("pyshacl", case.name) not in EXCEPTIONS:
            test_a_report_is_the_expected_one("auto", case, capsys)
