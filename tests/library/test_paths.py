"""Walks over the edges: the same as SPARQL property paths give, and as an independent library finds."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

from resgraph.errors import UnknownThingError, UsageError
from resgraph.graph import Graph
from resgraph.paths import LINKS, STANDINGS, Links, Only, simple_paths
from resgraph.store import Dataset
from resgraph.vocab import graph as graph_name
from resgraph.vocab import shorten, term, thing

pairs = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24)
kinds: dict[Only | None, tuple[str, ...]] = {
    "evidenced": ("evidenced",),
    "intended": ("intended",),
    "inferred": ("inferred",),
    "all": ("evidenced", "intended", "inferred"),
    None: ("evidenced", "intended"),
}


def lists(edges: set[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    out = [sorted(b for a, b in edges if a == node) for node in range(8)]
    into = [sorted(a for a, b in edges if b == node) for node in range(8)]
    return out, into


@given(pairs, st.integers(1, 7), st.lists(st.integers(0, 7), max_size=2))
def test_paths_are_those_that_networkx_finds(drawn: list[tuple[int, int]], hops: int, via: list[int]) -> None:
    edges = {(a, b) for a, b in drawn if a != b}
    oracle = networkx.DiGraph()
    oracle.add_nodes_from(range(8))
    oracle.add_edges_from(edges)
    expected = {
        tuple(path) for path in networkx.all_simple_paths(oracle, 0, 7, cutoff=hops) if set(via) <= set(path)
    }
    found = list(simple_paths(*lists(edges), 0, 7, hops, via))
    assert set(found) == expected
    assert len(found) == len(expected)
    assert [len(path) for path in found] == sorted(map(len, found))


def reachable(graph: Graph, start: str, only: Only | None, hops: int) -> set[str]:
    """Ask SPARQL what can be reached: the edges of all graphs meant are merged by FROM."""
    froms = "".join(f"FROM graph:{name} " for name in kinds[only])
    link = "|".join(sorted({f"rg:{name}" for kind in kinds[only] for name in LINKS[kind]}))  # type: ignore[index]
    some = "/".join([f"({link})", *[f"({link})?"] * (hops - 1)]) if hops else f"({link})+"
    return {
        str(iri)
        for iri in graph.query(f"SELECT DISTINCT ?o {froms} {{ ?start {some} ?o }}", start=NamedNode(start))[
            "o"
        ]
    }


@settings(max_examples=40, deadline=None)
@given(data=st.data(), only=st.sampled_from(list(kinds)), hops=st.integers(1, 4))
def test_what_paths_reach_is_what_property_paths_reach(
    graph: Graph, data: st.DataObject, only: Only | None, hops: int
) -> None:
    names = sorted(Links(graph.dataset).names)
    start = data.draw(st.sampled_from(names))
    near = reachable(graph, start, only, hops)
    ends = {data.draw(st.sampled_from(names)), *sorted(near)[:3]} - {start}
    for end in ends:
        found = graph.paths(start, end, hops, only=only)
        assert bool(found) == (end in near)
        for path in found[:5]:
            assert path.things[0].iri == start
            assert path.things[-1].iri == end
            assert len({each.iri for each in path.things}) == len(path) + 1 <= hops + 1


def test_without_a_bound_every_reachable_thing_has_a_path(graph: Graph) -> None:
    start = graph.determinant("income-and-wealth").iri
    far = reachable(graph, start, "evidenced", 0) - {start}
    assert {end for end in far if graph.paths(start, end, 12, only="evidenced", limit=1)} == far


def test_whole_lists_of_paths_are_those_of_networkx(graph: Graph) -> None:
    links = Links(graph.dataset)
    oracle = networkx.DiGraph((links.names[a], links.names[b]) for a, b in links.edges("all"))
    for start, end in (("friends", "anxiety-symptoms"), ("kiva", "depression"), ("poverty", "depression")):
        a, b = (links.names[links.find(each) or 0] for each in (start, end))
        expected = sorted(map(tuple, networkx.all_simple_paths(oracle, a, b, cutoff=4)))
        found = [tuple(each.iri for each in path.things) for path in graph.paths(a, b, 4, only="all")]
        assert sorted(found) == expected
        both = graph.paths(a, b, 3, only="all", directed=False)
        turned = networkx.all_simple_paths(oracle.to_undirected(), a, b, cutoff=3)
        assert sorted(tuple(each.iri for each in path.things) for path in both) == sorted(map(tuple, turned))


def test_the_properties_of_edges_are_those_of_the_ontology(graph: Graph) -> None:
    tops = "rg:affects rg:intendedToAffect rg:plausiblyAffects rg:facesMore rg:hasLess"
    known = graph.query(f"SELECT DISTINCT ?p {{ ?p rdfs:subPropertyOf* ?top . VALUES ?top {{ {tops} }} }}")[
        "p"
    ]
    names = {name for names in LINKS.values() for name in names}
    assert names == {shorten(str(iri)).removeprefix("rg:") for iri in known}
    # ... and each is counted in the graph in which the release has it
    is_thing = "REGEX(STR({}), '/id/(factor|outcome|determinant|population|intervention)/')"
    asked = f"""
        SELECT ?g (COUNT(*) AS ?n) {{
          GRAPH ?g {{ ?s ?p ?o }} VALUES ?g {{ graph:evidenced graph:intended graph:inferred }}
          FILTER(STRSTARTS(STR(?p), STR(rg:)) && ?p != rg:oppositeOf)
          FILTER({is_thing.format("?s")} && {is_thing.format("?o")})
        }} GROUP BY ?g"""
    stated = {str(row["g"]).rsplit("/", 1)[1]: row["n"] for row in graph.query(asked)}
    links = Links(graph.dataset)
    for kind in LINKS:
        assert sum(len(links.labels(*edge)[kind]) for edge in links.edges()) == stated[kind]


def test_an_edge_has_its_evidence(graph: Graph) -> None:
    edges = graph.neighbours("kiva", "out")
    edge = next(each for each in edges if each.object.slug == "bullying-victimisation")
    assert edge.evidenced == ("reduces",)
    assert edge.intended == ("aimsToReduce",)
    assert (edge.kind, edge.answer, edge.strength, edge.standing) == (
        "evidenced",
        "benefit",
        "strong",
        "strong",
    )
    assert edge.findings == (4, 0, 1)  # docs/explanation/strength.md tells them
    assert edge.evidence is not None
    assert edge.evidence.record.endswith("/kiva--bullying-victimisation")


def test_every_evidenced_edge_stands_on_a_record_that_says_it(graph: Graph) -> None:
    for edge in graph._walker.edges("evidenced"):
        assert edge.evidence is not None, edge
        assert edge._bears_out(edge.evidence) or edge.evidenced in (("facesMore",), ("hasLess",)), edge
        assert edge.standing in STANDINGS[:5]
        assert edge.findings[0] > 0 or edge.standing == "recorded", edge


def test_what_is_only_meant_or_concluded_never_looks_found(graph: Graph) -> None:
    for edge in graph._walker.edges("all"):
        if not edge.evidenced:
            assert edge.standing in STANDINGS[5:], edge
            looked = bool(edge.evidence and sum(edge.evidence.says.values()))
            assert looked == (edge.standing in ("narrow", "not-borne-out")), edge
    untested = next(e for e in graph.neighbours("friends", only="intended") if e.answer == "no-evidence")
    assert (untested.standing, untested.strength, untested.findings) == ("untested", None, (0, 0, 0))


def test_pathways_are_ranked_by_their_weakest_step(graph: Graph) -> None:
    ways = graph.pathways("zippys-friends", "mental-wellbeing", 4, only="all")
    places = [STANDINGS.index(way.weakest.standing) for way in ways]
    assert places == sorted(places)
    assert len(set(places)) > 1
    for way in ways:
        assert {each.kind for each in way.things[1:-1]} == {"factor"}
        assert way.weakest.standing == max((e.standing for e in way.edges), key=STANDINGS.index)
    # by another road: every path through factors alone, and no direct edge
    every = [p for p in graph.paths("zippys-friends", "mental-wellbeing", 4, only="all") if len(p) > 1]
    through = [p for p in every if all(each.kind == "factor" for each in p.things[1:-1])]
    assert sorted(map(str, ways)) == sorted(map(str, through))


def test_a_path_says_where_it_would_lead(graph: Graph) -> None:
    path = graph.paths("kiva", "depressive-symptoms", only="evidenced")[0]
    assert [edge.sense for edge in path.edges] == ["decreases", "increases"]
    assert path.leads_to == "decreases"
    assert path.to_dicts()[0]["predicate"] == "rg:reduces"


def test_paths_against_the_arrows_say_so(graph: Graph) -> None:
    paths = graph.paths("kiva", "learning-together", 2, only="evidenced", directed=False)
    assert len(paths) > 0
    assert not graph.paths("kiva", "learning-together", 4)
    assert "<-[" in str(paths[0])
    assert paths[0].leads_to is None
    assert [each.slug for each in paths[0].things][::2] == ["kiva", "learning-together"]


def test_paths_are_found_as_they_are_asked_for(graph: Graph) -> None:
    paths = graph.paths("poverty", "depression", 12, only="all", directed=False)
    assert len(paths[:3]) == 3  # all of them would take for ever
    assert len(paths._found) < 10
    assert len(graph.paths("poverty", "depression", 12, only="all", directed=False, limit=7)) == 7


def test_paths_of_one_pair_are_a_sequence(graph: Graph) -> None:
    paths = graph.paths("poverty", "depression", 3, only="all")
    every = list(paths)
    assert (len(paths), paths[-1], paths[1:3]) == (len(every), every[-1], every[1:3])
    with pytest.raises(IndexError):
        paths[len(every)]
    assert {row["path"] for row in paths.to_dicts()} == set(range(1, len(every) + 1))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda g: g.paths("kivva", "depression"), UnknownThingError),
        (lambda g: g.paths("factor:no-such", "depression"), UnknownThingError),
        (lambda g: g.paths("https://example.org/x", "depression"), UnknownThingError),
        (lambda g: g.neighbours("kiva", "up"), UsageError),
        (lambda g: g.neighbours("kiva", only="guessed"), UsageError),
        (lambda g: g.paths("kiva", "depression", 0), UsageError),
        (lambda g: g.paths("kiva", "depression", 99), UsageError),
    ],
)
def test_what_makes_no_sense_is_said(graph: Graph, call, error) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error):
        call(graph)


def test_a_thing_without_an_edge_has_no_neighbours(graph: Graph) -> None:
    source = graph.source("bonell-2018")
    assert graph.neighbours(source) == []
    assert not graph.paths(source, "depression")


def test_a_slug_that_two_things_have_is_refused() -> None:
    ends = thing("factor", "sleep"), thing("outcome", "sleep"), thing("outcome", "mood")
    named = graph_name("evidenced")
    quads = [Quad(one, term("promotes"), ends[2], named) for one in ends[:2]]
    with pytest.raises(UnknownThingError, match="factor:sleep or outcome:sleep"):
        Graph(Dataset.from_quads(quads)).neighbours("sleep")
