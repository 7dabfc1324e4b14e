"""Names of the project that the data do not have are spoken of, and no others."""

from __future__ import annotations

import time

import pytest

from resgraph.graph import Graph
from resgraph.names import MOST, QUERY, Names
from resgraph.stored import all_queries
from resgraph.vocab import BASE, NS


@pytest.fixture(scope="module")
def names(graph: Graph) -> Names:
    found = graph.query(QUERY, inferred=True)
    assert 1000 < len(found) < MOST
    return Names(map(str, found["name"]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?x a rg:ProtectFactor }", [("rg:ProtectFactor", "rg:ProtectiveFactor", 1, 17)]),
        ("SELECT * { ?x a rg:riskfactor }", [("rg:riskfactor", "rg:RiskFactor", 1, 17)]),
        ("SELECT *\n{\n ?x rg:protectAgainst ?y }", [("rg:protectAgainst", "rg:protectsAgainst", 3, 5)]),
        ("ASK { intervention:freinds ?p ?o }", [("intervention:freinds", "intervention:friends", 1, 7)]),
        ("ASK { ?x rg:relation relation:bufers }", [("relation:bufers", "relation:buffers", 1, 22)]),
        ("ASK { GRAPH graph:infered { ?s ?p ?o } }", [("graph:infered", "graph:inferred", 1, 13)]),
        (f"ASK {{ ?x a <{NS}Findng> }}", [(f"<{NS}Findng>", "rg:Finding", 1, 12)]),
        (f"ASK {{ <{BASE}id/intervntion/friends> ?p ?o }}", [(..., "intervention:friends", 1, 7)]),
        (f"PREFIX e: <{NS}> ASK {{ ?x a e:Studdy }}", [("e:Studdy", "rg:Study", 1, 54)]),
        ("ASK { ?x rg:xyzzyplugh ?y }", [("rg:xyzzyplugh", None, 1, 10)]),
        ("ASK { ?a rg:aa1 rg:aa2 ; rg:aa3 rg:aa4 }", [("rg:aa1", ..., 1, 10), (...,) * 4, (...,) * 4]),
        # Nothing to say of: known names, strings, comments, other people's names, what a query makes up.
        ("SELECT * { ?x a rg:ProtectiveFactor ; rg:level ?l }", []),
        ("ASK { ?x rdfs:label 'rg:nothing', \"<https://w3id.org/resgraph/ns#No>\" } # rg:none", []),
        ("ASK { ?x skos:nothing ?y ; dcterms:none ?z . ?z <http://example.org/rg:no> 1 }", []),
        ("PREFIX rg: <http://example.org/> ASK { ?x rg:nothing ?y }", []),
        ("CONSTRUCT { ?x rg:myOwn ?y } { ?x rg:builds ?y }", []),
        ("CONSTRUCT { ?x rg:myOwn ?y } { ?x rg:bilds ?y }", [("rg:bilds", "rg:builds", 1, 35)]),
        ("CONSTRUCT WHERE { ?x rg:bilds ?y }", [("rg:bilds", "rg:builds", 1, 22)]),
        ("SELECT * { ?x ?p ?o FILTER(STRSTARTS(STR(?x), STR(rg:))) }", []),
        ("SELECT * { graph:terms ?p ?o }", []),
        ("nonsense rg:none \" '", [("rg:none", None, 1, 10)]),
        ("", []),
    ],
)  # fmt: skip
def test_who_is_a_stranger(names: Names, text: str, expected: list[tuple[object, ...]]) -> None:
    found = names.strangers(text)
    assert len(found) == len(expected)
    for stranger, wanted in zip(found, expected, strict=True):
        said = (stranger.name, stranger.nearest, stranger.line, stranger.column)
        assert all(want is ... or want == is_ for want, is_ in zip(wanted, said, strict=True)), stranger


@pytest.mark.parametrize("query", all_queries(), ids=lambda query: query.name)
def test_no_stored_query_has_strangers(names: Names, query: object) -> None:
    assert names.strangers(query.text) == []  # type: ignore[attr-defined]


def test_without_names_of_the_project_nothing_is_said() -> None:
    assert Names([]).strangers("ASK { ?x a rg:Nothing }") == []
    assert Names(["http://example.org/a"]).strangers("ASK { ?x a rg:Nothing }") == []


def test_it_costs_little(names: Names) -> None:
    plain = "SELECT * { ?x a rg:ProtectiveFactor ; rg:level ?l . intervention:friends rg:builds ?x }"
    begun = time.perf_counter()
    for _ in range(1000):
        names.strangers(plain)
    assert time.perf_counter() - begun < 0.2
    hostile = "ASK { " + " ".join(f"finding:bonell-2018--learning-{n} rg:x{n} ." for n in range(1500)) + "}"
    begun = time.perf_counter()
    names.strangers(hostile)
    assert time.perf_counter() - begun < 0.5
