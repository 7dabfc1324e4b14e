"""The graph in other libraries has the same statements and values."""

from __future__ import annotations

import networkx
import pytest
import rdflib
from rdflib.compare import to_isomorphic

import resgraph
from resgraph.errors import UnknownThingError
from resgraph.graph import Graph
from resgraph.paths import COLUMNS, LINKS
from resgraph.vocab import ASSERTED, NS
from resgraph.vocab import graph as graph_name


def test_networkx_has_every_edge_with_its_evidence(graph: Graph) -> None:
    made = graph.to_networkx("all")
    counted = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } VALUES (?g ?p) { %s } }"
    pairs = " ".join(f"(graph:{kind} rg:{name})" for kind, names in LINKS.items() for name in names)
    assert made.number_of_edges() == graph.query(counted % pairs)["n"][0]
    told = made.edges["intervention:kiva", "factor:bullying-victimisation", "rg:reduces"]
    assert (told["kind"], told["standing"], told["findings_for"]) == ("evidenced", "strong", 4)
    assert made.nodes["intervention:kiva"]["label"] == "KiVa antibullying programme"
    path = networkx.shortest_path(graph.to_networkx(), "intervention:kiva", "outcome:depressive-symptoms")
    assert path[1] == "factor:bullying-victimisation"


def test_rdflib_has_the_same_statements(graph: Graph) -> None:
    one = graph.to_rdflib("intended")
    again = rdflib.Graph().parse(data=nquads(graph, "intended"), format="nt")
    assert to_isomorphic(one) == to_isomorphic(again)
    several = graph.to_rdflib(["intended", "evidenced"])
    assert isinstance(several, rdflib.Dataset)
    sizes = graph.manifest["graphs"]
    found = {str(each.identifier): len(each) for each in several.graphs() if len(each)}
    assert found == {graph_name(name).value: sizes[name] for name in ("intended", "evidenced")}
    kiva, reduces = rdflib.URIRef(graph.intervention("kiva").iri), rdflib.URIRef(NS + "reduces")
    part = several.graph(graph_name("evidenced").value)
    asked = graph.query("SELECT ?o { intervention:kiva rg:reduces ?o }")["o"]
    assert sorted(map(str, part.objects(kiva, reduces))) == sorted(map(str, asked)) != []
    with pytest.raises(UnknownThingError, match="graphs: terms"):
        graph.to_rdflib("evidense")


def nquads(graph: Graph, name: str) -> str:
    return "\n".join(str(quad.triple) + " ." for quad in graph.dataset.quads(graph_name(name)))


def test_without_names_rdflib_has_what_a_plain_query_sees(graph: Graph) -> None:
    every = graph.to_rdflib()
    assert {str(each.identifier) for each in every.graphs() if len(each)} == {  # type: ignore[attr-defined]
        graph_name(name).value for name in ASSERTED
    }


def test_every_table_of_edges_has_the_same_rows(graph: Graph) -> None:
    rows = graph.edges().to_dicts()
    assert rows == [edge.to_dict() for edge in graph._walker.edges()]
    assert tuple(rows[0]) == COLUMNS
    assert graph.to_polars().to_dicts() == rows
    assert graph.to_arrow().to_pylist() == rows
    assert len(graph.to_pandas()) == len(rows)
    assert str(graph.to_pandas()["findings_for"].dtype) == "Int64"
    paths = graph.paths("kiva", "depressive-symptoms")
    assert paths.to_polars().to_dicts() == paths.to_dicts() == paths.to_arrow().to_pylist()
    assert list(paths.to_pandas()["step"])[:2] == [1, 2]


def test_examples_run_by_name_with_other_values(graph: Graph) -> None:
    assert len(graph.examples) == len(list(graph.examples)) >= 50
    example = graph.examples["10-shortest-reach"]
    assert example.asker == "A data scientist asks"
    assert "start" in example.binds
    assert example.run().to_dicts() == graph.query(example.text).to_dicts()
    other = example.run(start=graph.intervention("friends"))
    assert other.to_dicts() != example.run().to_dicts()
    several = example.run(start=[graph.intervention("friends"), graph.intervention("kiva")])
    assert len(several) >= len(other)
    assert example.question in repr(example)
    assert "10-shortest-reach" in graph.examples._ipython_key_completions_()
    assert "10-shortest-reach" in graph.examples._repr_html_()
    with pytest.raises(UnknownThingError, match="no stored query"):
        graph.examples["nothing"]
    with pytest.raises(resgraph.errors.UsageError, match="no variable"):
        example.run(begin=1)
