"""Values bound into queries stay values, whatever they contain and wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from resgraph.binding import read_value, to_term
from resgraph.errors import UsageError
from resgraph.query import run
from resgraph.store import Dataset

NODE = NamedNode("http://example.org/a")
HOSTILE = [
    '"',
    "'",
    '"""',
    "\\",
    '\\"',
    'x" } UNION { ?s ?p ?o } #',
    "} # ",
    "<http://example.org/>",
    "?s",
    "$p",
    "line\nbreak\r\ttab",
    "\u0000",
    "{ SERVICE <http://127.0.0.1:9/> {} }",
    "snow \u2603 \U0001f600",
    "@en",
]


def holding(text: str) -> Dataset:
    return Dataset.from_quads(
        [Quad(NODE, NODE, Literal(text)), Quad(NODE, NODE, Literal("another")), Quad(NODE, NODE, NODE)]
    )


CLAUSES = {
    "object": "SELECT ?s { ?s ?p ?value }",
    "filter": "SELECT ?s { ?s ?p ?o FILTER(?o = ?value) }",
    "bound": "SELECT ?s { ?s ?p ?o FILTER(BOUND(?value) && SAMETERM(?o, ?value)) }",
    "subquery": "SELECT ?s { { SELECT ?s { ?s ?p ?o FILTER(?o = ?value) } } }",
    "exists": "SELECT ?s { ?s ?p ?o FILTER EXISTS { ?s ?p ?value } FILTER(?o = ?value) }",
    "bind": "SELECT ?s { BIND(?value AS ?o) ?s ?p ?o }",
    "selected": "SELECT ?value { ?s ?p ?value }",
    "grouped": "SELECT ?value (COUNT(*) AS ?n) { ?s ?p ?value } GROUP BY ?value ORDER BY ?value",
    "default": 'SELECT ?s { VALUES ?value { "default" } ?s ?p ?value }',
}


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_clause(clause: str, text: str) -> None:
    assert len(run(holding(text), CLAUSES[clause], values={"value": text})) == 1


@given(st.text(), st.sampled_from(sorted(CLAUSES)))
def test_any_text_stays_text(text: str, clause: str) -> None:
    answer = run(holding(text), CLAUSES[clause], values={"value": text})
    assert len(answer) == 1


@given(st.lists(st.text(), max_size=4))
def test_a_list_is_each_of_its_values(texts: list[str]) -> None:
    data = Dataset.from_quads([Quad(NODE, NODE, Literal(text)) for text in [*texts, "none of these"]])
    expected = sorted(set(texts) - {"none of these"}) + ["none of these"] * ("none of these" in texts)
    for query in (
        "SELECT DISTINCT ?o { ?s ?p ?o FILTER(?o = ?v) }",
        "SELECT DISTINCT (?v AS ?o) { ?s ?p ?v }",
    ):
        found = run(data, query, values={"v": texts})
        assert sorted(map(str, found["o"])) == sorted(expected)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?v }", [{"n": 2}]),
        ("SELECT ?v { ?s ?p ?o OPTIONAL { ?s ?p ?v } FILTER(?o = ?v) } ORDER BY ?v", [{"v": 1}, {"v": 2}]),
        ("SELECT (SUM(?v) AS ?n) { { ?s ?p ?v } UNION { ?s ?none ?v FILTER(false) } }", [{"n": 3}]),
        ("SELECT ?o { ?s ?p ?o MINUS { ?s ?p ?o FILTER(?o = ?v) } }", [{"o": 3}]),
        ("SELECT ?v { VALUES ?v { 3 } ?s ?p ?v } ORDER BY ?v", [{"v": 1}, {"v": 2}]),
    ],
)
def test_lists_reach_every_group(query: str, rows: list[dict[str, int]]) -> None:
    data = Dataset.from_quads([Quad(NODE, NODE, Literal(number)) for number in (1, 2, 3)])
    assert run(data, query, values={"v": [1, 2]}).to_dicts() == rows


@pytest.mark.parametrize(
    "query", ["CONSTRUCT WHERE { ?s ?p ?v }", "CONSTRUCT { ?s ?p ?v } { ?s ?p ?v }", "DESCRIBE ?v"]
)
def test_lists_in_queries_for_graphs(query: str) -> None:
    assert len(run(holding("x"), query, values={"v": [NODE]})) >= 1


@dataclass
class Thing:
    iri: str


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        (11, '"11"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (Decimal("0.50"), '"0.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (Decimal("1E+3"), '"1000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (date(2026, 1, 2), '"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (
            datetime(2026, 1, 2, tzinfo=UTC),
            '"2026-01-02T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
        ),
        (NODE, "<http://example.org/a>"),
        (Thing("http://example.org/a"), "<http://example.org/a>"),
        ("http://example.org/a", '"http://example.org/a"'),
        (Literal("x", language="en"), '"x"@en'),
    ],
)
def test_values_become_terms(value: object, expected: str) -> None:
    assert str(to_term(value)) == expected


@pytest.mark.parametrize(
    ("query", "values", "message"),
    [
        ("SELECT ?s { ?s ?p ?o }", {"age": 1}, r"no variable \?age"),
        ("SELECT ?s { ?s ?p ?o }", {"ss": 1}, r"did you mean \?s"),
        ("SELECT (1 AS ?n) {}", {"n": 1}, "computes"),
        ("SELECT * { VALUES (?a ?b) { (1 2) } }", {"a": 1}, "others at once"),
        ("SELECT ?o { ?s ?p ?o }", {"p": "text"}, "does not fit"),
        ("SELECT ?o { ?s ?p ?o }", {"o": object()}, "cannot be bound"),
        ("SELECT ?o { ?s ?p ?o }", {"o": None}, "cannot be bound"),
    ],
)
def test_what_cannot_be_bound_says_why(query: str, values: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(holding("x"), query, values=values)


def test_an_address_cannot_carry_a_query() -> None:
    with pytest.raises(ValueError, match="IRI"):
        to_term(Thing("http://example.org/> } #"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11", 11),
        ("-0.5", Decimal("-0.5")),
        ("true", True),
        ("factor:bereavement", NamedNode("https://w3id.org/resgraph/id/factor/bereavement")),
        ("<http://example.org/a>", NODE),
        ("a: b", "a: b"),
        ("two words", "two words"),
    ],
)
def test_typed_values_are_read(text: str, value: object) -> None:
    assert read_value(text) == value
