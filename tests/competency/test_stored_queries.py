"""Every stored query: it reads, says what it is, runs, answers, and answers the same way twice."""

from __future__ import annotations

import re
import time
import warnings

import pytest
from oracle import Run

from resgraph.graph import Graph
from resgraph.stored import StoredQuery, all_queries
from resgraph.vocab import PREFIXES

#: competency questions that are answered by other means: indicators, releases, the explainer
ELSEWHERE = {1, 11, 13}
#: what every answer about findings must give
PASSES = {"effect", "interval", "design", "n", "source"}
#: queries whose rows are not single findings: maps, counts, lists of things
OVERVIEWS = {
    "03-gap-map",
    "04-never-looked",
    "05-cost-ratings",
    "05-cost-unknown",
    "06-actions-by-level",
    "07-half-recorded",
    "08-effects-as-a-table",
    "09-effect-against-no-effect",
    "09-opposite-directions",
    "10-asserted-or-inferred",
    "10-paths",
    "10-shortest-reach",
    "12-matches",
    "14-how-much-rests-on-little",
    "16-what-to-measure",
    "17-harm-that-remains",
    "18-earlier-and-later",
    "19-the-briefing",
}
QUERIES = [query for query in all_queries() if query.number != 1]
each = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)


@each
def test_it_says_what_it_is(query: StoredQuery) -> None:
    assert query.title
    assert query.question.endswith("?")
    assert query.number == int(query.name[:2])
    assert len(query.keywords) >= 2


@each
def test_its_prefixes_are_those_of_the_project(query: StoredQuery) -> None:
    declared = dict(re.findall(r"(?m)^PREFIX ([a-z-]+): <([^>]+)>$", query.text))
    assert declared
    assert declared.items() <= PREFIXES.items()


@each
def test_what_it_offers_to_bind_stands_in_the_text(query: StoredQuery) -> None:
    for variable, default in query.binds:
        block = re.search(rf"VALUES \?{variable} {{ (\S+) }}", query.text)
        assert block, variable
        prefix, _, local = block[1].partition(":")
        assert default == (f"<{PREFIXES[prefix]}{local}>" if local else block[1])


@each
def test_it_answers_and_in_the_same_order_each_time(query: StoredQuery, run: Run) -> None:
    first = run(query.name)
    assert first, "no rows"
    assert first == run(query.name)


@each
def test_it_never_says_the_same_row_twice(query: StoredQuery, run: Run) -> None:
    rows = [tuple(sorted(row.items())) for row in run(query.name)]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    "query",
    [query for query in QUERIES if query.name not in OVERVIEWS and int(query.name[:2]) < 30],
    ids=lambda query: query.name,
)
def test_an_answer_about_findings_gives_effect_interval_design_n_and_source(
    query: StoredQuery, run: Run
) -> None:
    for row in run(query.name):
        if "finding" in row:
            assert row.keys() >= PASSES, row
        assert "answer" in row, row
        assert "says" in row, row


@each
def test_it_is_quick(query: StoredQuery, graph: Graph) -> None:
    started = time.perf_counter()
    list(graph.dataset.query(query.text))  # type: ignore[arg-type]
    assert time.perf_counter() - started < 1


def test_every_question_has_a_query() -> None:
    assert {query.number for query in QUERIES} >= set(range(2, 20)) - ELSEWHERE


def test_the_queries_use_most_of_the_ontology(graph: Graph) -> None:
    """What no query uses is reported, not hidden; classes are to be used for the most part."""
    text = "\n".join(query.text for query in QUERIES)
    used = set(re.findall(r"\brg:(\w+)", text))
    classes, properties = (
        {
            str(iri)
            for row in graph.query(
                f"SELECT ?t {{ ?t a ?kind ; rdfs:isDefinedBy ?o FILTER(?kind IN ({kinds})) }}"
            )
            if (iri := str(row["t"]).rpartition("#")[2])
        }
        for kinds in ("owl:Class", "owl:ObjectProperty, owl:DatatypeProperty")
    )
    unused = f"classes: {sorted(classes - used)}; properties: {sorted(properties - used)}"
    print(f"no stored query uses {unused}")
    assert len(classes & used) >= 0.6 * len(classes), unused
    if len(properties & used) < 0.4 * len(properties):
        warnings.warn(unused, stacklevel=1)
