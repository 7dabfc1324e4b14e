"""What a release says of itself is what a query finds in it."""

from __future__ import annotations

import hashlib
import re

import pytest
from pyoxigraph import Triple

from resgraph.catalogue import catalogue
from resgraph.graph import Graph
from resgraph.sources import packaged
from resgraph.vocab import BASE, GRAPHS, TYPE, VOID, term, thing
from resgraph.vocab import graph as named

TOTALS = {
    "triples": "SELECT (COUNT(*) AS ?n) { %s }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { %s FILTER(?p = rdf:type) }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { %s }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { %s }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { %s }",
    "entities": f'SELECT (COUNT(DISTINCT ?s) AS ?n) {{ %s FILTER(STRSTARTS(STR(?s), "{BASE}")) }}',
}


def one(graph: Graph, query: str) -> int:
    return int(graph.query(query).to_dicts()[0]["n"])


@pytest.mark.parametrize("name", TOTALS)
@pytest.mark.parametrize("part", ["", *GRAPHS])
def test_totals_are_what_is_counted(name: str, part: str, graph: Graph) -> None:
    about = f"graph:{part}" if part else "<https://w3id.org/resgraph/catalog#dataset>"
    where = f"GRAPH graph:{part} {{ ?s ?p ?o }}" if part else "?s ?p ?o"
    said = one(graph, f"SELECT ?n {{ GRAPH graph:catalogue {{ {about} void:{name} ?n }} }}")
    assert said == one(graph, TOTALS[name] % where)


def pairs(graph: Graph, query: str) -> dict[str, tuple[int, ...]]:
    rows = graph.query(query).to_dicts()
    return {row.pop("key"): tuple(int(value) for value in row.values()) for row in rows}


def test_every_class_and_property_is_counted(graph: Graph) -> None:
    dataset = "<https://w3id.org/resgraph/catalog#dataset>"
    assert pairs(
        graph, f"SELECT ?key ?n {{ {dataset} void:classPartition [ void:class ?key ; void:entities ?n ] }}"
    ) == pairs(
        graph, "SELECT ?key (COUNT(DISTINCT ?s) AS ?n) { ?s a ?key FILTER(ISIRI(?key)) } GROUP BY ?key"
    )
    assert pairs(
        graph,
        f"SELECT ?key ?n ?s ?o {{ {dataset} void:propertyPartition [ void:property ?key ; void:triples ?n ;"
        " void:distinctSubjects ?s ; void:distinctObjects ?o ] }",
    ) == pairs(
        graph,
        "SELECT ?key (COUNT(*) AS ?n) (COUNT(DISTINCT ?x) AS ?s) (COUNT(DISTINCT ?y) AS ?o) { ?x ?key ?y } "
        "GROUP BY ?key",
    )


def test_properties_are_counted_for_every_class_of_ours(graph: Graph) -> None:
    said = graph.query(
        "SELECT ?class ?p ?n { ?c void:class ?class ; "
        "void:propertyPartition [ void:property ?p ; void:triples ?n ] }"
    ).to_dicts()
    counted = graph.query(
        "SELECT ?class ?p (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o FILTER(STRSTARTS(STR(?class), STR(rg:))) } "
        "GROUP BY ?class ?p"
    ).to_dicts()
    assert len(counted) > 400
    assert {tuple(row.values()) for row in said} == {tuple(row.values()) for row in counted}


def test_link_sets_have_as_many_links_as_there_are(graph: Graph) -> None:
    rows = graph.query(
        "SELECT ?p ?base ?n { ?set a void:Linkset ; void:linkPredicate ?p ; void:triples ?n ; "
        "void:objectsTarget/void:uriSpace ?base }"
    ).to_dicts()
    for row in rows:
        counted = one(
            graph,
            f"SELECT (COUNT(*) AS ?n) {{ GRAPH graph:alignments {{ ?s <{row['p']}> ?o }} "
            f'FILTER(STRSTARTS(STR(?o), "{row["base"]}") && STRSTARTS(STR(?s), "{BASE}")) }}',
        )
        assert row["n"] == counted, row
    assert sum(row["n"] for row in rows) == one(graph, "SELECT (COUNT(?m) AS ?n) { ?m a sssom:Mapping }")


def test_no_two_parts_share_an_address(graph: Graph) -> None:
    for kind in ("class", "property", "uriSpace"):
        rows = graph.query(f"SELECT ?x (COUNT(?y) AS ?n) {{ ?x void:{kind} ?y }} GROUP BY ?x").to_dicts()
        assert rows
        assert {row["n"] for row in rows} == {1}


def test_it_names_every_file_with_its_checksum(graph: Graph) -> None:
    rows = graph.query(
        "SELECT ?name ?sum { <https://w3id.org/resgraph/catalog#build> prov:used ?file . "
        "?file rdfs:label ?name ; spdx:checksum/spdx:checksumValue ?sum }"
    ).to_dicts()
    sources = packaged()
    files = (*sources.ontology, *sources.data, *sources.shapes)
    assert {row["name"]: row["sum"] for row in rows} == {
        path.relative_to(sources.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_every_graph_says_where_it_comes_from(graph: Graph) -> None:
    rows = graph.query("SELECT DISTINCT ?g { ?g prov:wasDerivedFrom ?x }").to_dicts()
    found = {re.sub(r".*/", "", row["g"]) for row in rows}
    assert found == {*GRAPHS} - {"catalogue"}


def test_what_cannot_be_counted_with_itself_in_it_is_not_said() -> None:
    """Of some datasets the count of objects never comes to rest, since each number is a new object."""
    silent = 0
    for size in range(24):
        things = [Triple(thing("factor", str(n)), TYPE, term("Factor")) for n in range(size)]
        made = catalogue({"terms": (), "alignments": (), "evidence": things})
        about = {t.predicate.value: t.object.value for t in made if t.subject == named("catalogue")}
        assert int(about[VOID + "triples"]) == len(made)
        assert int(about[VOID + "distinctSubjects"]) == len({t.subject for t in made})
        objects = about.get(VOID + "distinctObjects")
        silent += objects is None
        assert objects is None or int(objects) == len({t.object for t in made})
    assert silent
