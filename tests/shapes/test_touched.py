"""With a base, only what a change can matter to is looked at; what is found is what a full run finds."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from resgraph.build import authored
from resgraph.cli import run
from resgraph.sources import packaged
from resgraph.validate import Report, Violation, validate
from resgraph.validate.checking.touched import difference
from resgraph.validate.reading import parsed

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://e.org/> .
:Far sh:targetClass :Start ; sh:property [ sh:path ( [ sh:zeroOrMorePath :next ] [ sh:inversePath :of ] ) ;
    sh:class :Good ; sh:property [ sh:path :size ; sh:maxCount 1 ] ] .
:Near sh:targetObjectsOf :next ; sh:node [ sh:closed true ; sh:ignoredProperties ( :next :size ) ] .
:Order sh:targetSubjectsOf :least ; sh:property [ sh:path :least ; sh:lessThan :size ] .
"""
NAMES = [NamedNode(f"http://e.org/{name}") for name in "abcd"]
USED = [NamedNode(f"http://e.org/{name}") for name in ("next", "of", "size", "least")]
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CLASSES = [NamedNode(f"http://e.org/{name}") for name in ("Start", "Good")]
GOOD = Triple(NAMES[1], TYPE, CLASSES[1])

statement = st.one_of(
    st.builds(Triple, st.sampled_from(NAMES), st.sampled_from(USED[:2]), st.sampled_from(NAMES)),
    st.builds(
        Triple, st.sampled_from(NAMES), st.sampled_from(USED[2:]), st.builds(Literal, st.integers(0, 3))
    ),
    st.builds(Triple, st.sampled_from(NAMES), st.just(TYPE), st.sampled_from(CLASSES)),
)
graphs = st.sets(statement, max_size=12)


def found(report: Report) -> set[Violation]:
    return set(report.violations)


# A new member of a class changes what is advised, and not what is wrong.
@example({Triple(NAMES[0], TYPE, CLASSES[0]), Triple(NAMES[0], USED[1], NAMES[0])}, {GOOD}, set())
@given(graphs, graphs, graphs)
@settings(max_examples=60, deadline=None)
def test_nothing_new_is_missed_and_nothing_is_invented(
    before: set[Triple], added: set[Triple], gone: set[Triple]
) -> None:
    shapes = [quad.triple for quad in parse(SHAPES, format=RdfFormat.TURTLE)]
    now = sorted((before | added) - gone, key=str)
    old = sorted(before, key=str)
    whole = found(validate(now, shapes, context=()))
    part = found(validate(now, shapes, context=(), base=old))
    assert whole - found(validate(old, shapes, context=())) <= part <= whole


@cache
def everything() -> tuple[Triple, ...]:
    return tuple(t for path in (*packaged().ontology, *packaged().data) for t in parsed(path))


@given(st.data())
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_of_the_real_data_a_part_is_as_good_as_the_whole(data: st.DataObject) -> None:
    """They conform, so a change of them is found in full: statements lost, and values exchanged."""
    base = everything()
    places = data.draw(st.lists(st.integers(5200, len(base) - 1), min_size=1, max_size=6, unique=True))
    now = list(base)
    for first, second in pairwise(places):
        one, other = base[first], base[second]
        now[first] = Triple(one.subject, one.predicate, other.object)
    now[places[-1]] = now[0]
    whole, part = (validate(now, packaged().shapes, context=(), base=given) for given in (None, base))
    assert found(whole) == found(part)


def test_a_release_holds_what_it_was_built_from(release: Path) -> None:
    assert difference(everything(), authored(release)) == ([], [])


def test_the_command_takes_a_release(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(path) for path in (*packaged().ontology, *packaged().data) if path.name != "factors.ttl"]
    factors = next(path for path in packaged().data if path.name == "factors.ttl")
    wrong = tmp_path / "factors.ttl"
    wrong.write_text(factors.read_text().replace("\trg:level level:school ;\n", "", 1))
    assert run(["validate", *files, str(wrong), "--base", str(release)]) == 1
    assert capsys.readouterr().out.count("shape:FactorLevel") == 1
    assert run(["validate", "--base", str(release)]) == 0
