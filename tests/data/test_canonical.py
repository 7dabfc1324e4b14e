"""Data files are canonical: writing them again changes nothing, and order of input does not matter."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph import turtle
from resgraph.sources import packaged
from resgraph.vocab import PREFIXES, XSD

DATA = packaged().data


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_a_data_file_is_canonical(path: Path) -> None:
    triples = turtle.read(path)
    random.Random(7).shuffle(triples)
    assert turtle.write(triples) == path.read_bytes()


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_a_data_file_has_no_blank_nodes(path: Path) -> None:
    assert not [
        t for t in turtle.read(path) if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)
    ]


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_only_prefixes_in_use_are_declared(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    declared = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]
    body = text[text.rindex("@prefix") :]
    assert all(body.count(prefix) > 0 for prefix in declared)
    assert declared == sorted(declared)


iris = st.sampled_from(["factor/poverty", "finding/a--b", "x/y-z"]).map(
    lambda path: NamedNode("https://w3id.org/resgraph/id/" + path)
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
literals = st.one_of(
    texts.map(Literal),
    texts.map(lambda text: Literal(text, language="en")),
    st.decimals(-9, 9, places=2).map(lambda n: Literal(f"{n:f}", datatype=NamedNode(XSD + "decimal"))),
)


@given(
    st.lists(
        st.builds(
            Triple,
            iris,
            st.sampled_from([*PREFIXES.values()]).map(lambda b: NamedNode(b + "p")),
            literals | iris,
        ),
        max_size=12,
    )
)
def test_any_statements_survive_writing_and_reading(
    tmp_path_factory: pytest.TempPathFactory, triples: list[Triple]
) -> None:
    path = tmp_path_factory.mktemp("turtle") / "any.ttl"
    path.write_bytes(turtle.write(triples))
    assert set(turtle.read(path)) == set(triples)
    assert turtle.write(turtle.read(path)) == path.read_bytes()


def test_a_changed_statement_changes_its_own_block_only() -> None:
    path = next(path for path in DATA if path.name == "findings.ttl")
    triples = turtle.read(path)
    changed = next(t for t in triples if isinstance(t.object, Literal))
    other = [
        Triple(changed.subject, changed.predicate, Literal("changed", language="en")) if t == changed else t
        for t in triples
    ]
    before, after = turtle.write(triples).decode().split("\n\n"), turtle.write(other).decode().split("\n\n")
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
