"""The dataset: what a plain query sees, what it does not, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from resgraph.errors import InputError
from resgraph.query import run
from resgraph.store import INFERRED, Dataset, Graph

A = NamedNode("http://example.org/a")
ONE, TWO = NamedNode("http://example.org/1"), NamedNode("http://example.org/2")
#: More graphs than are joined one by one.
NUMBERED = [NamedNode(f"http://example.org/g{n}") for n in range(25)]
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture
def data() -> Dataset:
    said = Quad(A, A, Literal("said"), ONE)
    again = Quad(A, A, Literal("said"), TWO)
    concluded = Quad(A, A, Literal("concluded"), INFERRED)
    both = Quad(A, A, Literal("said"), INFERRED)
    return Dataset.from_quads([said, again, concluded, both, Quad(A, A, Literal("plain"))])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 2),
        ({"inferred": True}, 3),
        ({"default_graphs": [ONE.value]}, 1),
        ({"default_graphs": [ONE.value, TWO.value]}, 1),
        ({"default_graphs": [ONE.value], "inferred": True}, 2),
        ({"default_graphs": [INFERRED.value]}, 2),
        ({"named_graphs": [ONE.value]}, 0),
        ({"named_graphs": [ONE.value], "inferred": True}, 2),
    ],
)
def test_a_statement_counts_once(data: Dataset, options: dict[str, object], expected: int) -> None:
    for _ in range(2):
        assert run(data, COUNT, **options).to_dicts() == [{"n": expected}]  # type: ignore[arg-type]


@given(
    st.sets(
        st.tuples(
            st.sampled_from([DefaultGraph(), ONE, TWO, INFERRED, BlankNode("g"), *NUMBERED]),
            st.integers(0, 3),
        ),
        max_size=40,
    )
)
@example({(name, 0) for name in NUMBERED} | {(INFERRED, 1)})
@example({(BlankNode("g"), 0), (INFERRED, 1)})
def test_a_plain_query_sees_all_that_was_not_concluded(stated: set[tuple[Graph, int]]) -> None:
    """However many graphs there are, and whether they have names."""
    held = Dataset.from_quads(Quad(A, A, Literal(value), name) for name, value in stated)
    seen = {value for name, value in stated if name != INFERRED}
    assert sorted(row["o"] for row in run(held, "SELECT ?o { ?s ?p ?o }")) == sorted(seen)


def test_graphs_can_be_told_apart(data: Dataset) -> None:
    graphs = {row["g"] for row in run(data, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", inferred=True)}
    assert graphs == {ONE.value, TWO.value, INFERRED.value}
    assert data.has_graph(DefaultGraph())
    assert not data.has_graph(A)


def test_from_and_from_named(data: Dataset) -> None:
    text = (
        f"SELECT (COUNT(*) AS ?n) FROM <{ONE.value}> FROM NAMED <{TWO.value}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    )
    assert run(data, text).to_dicts() == [{"n": 1}]


def test_what_was_loaded_can_be_written_and_loaded_again(data: Dataset) -> None:
    again = Dataset.from_nquads(data.to_nquads())
    assert len(again) == len(data) == 5
    assert again.to_nquads() == data.to_nquads() or set(again.quads()) == set(data.quads())


def test_files_of_any_format(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("_:x <http://example.org/p> 1 .")
    (tmp_path / "b.nt").write_text('_:x <http://example.org/p> "2" .\n')
    (tmp_path / "c.trig").write_text("<http://example.org/1> { <a:a> <a:b> <a:c> }")
    data = Dataset.from_files([tmp_path / name for name in ("a.ttl", "b.nt", "c.trig")])
    assert run(data, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }").to_dicts() == [{"n": 3}]
    assert data.graphs == (ONE,)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ttl", "\n\n<http://example.org/a> <b> ,", "a.ttl:3:"),
        ("a.pdf", "", "known endings"),
        ("none.ttl", None, "cannot read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=words):
        Dataset.from_files([tmp_path / name])
