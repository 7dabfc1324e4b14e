"""What a release says of itself, over HTTP."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from resgraph.card import EXAMPLES, MOST
from resgraph.graph import Graph
from resgraph.settings import Settings
from resgraph.sssom import COLUMNS
from resgraph.store import Dataset
from resgraph.vocab import graph as named
from resgraph.vocab import shorten
from resgraph.web import create_app


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


@pytest.mark.parametrize("address", ["/void", "/catalog"])
def test_the_description_is_the_graph_of_the_catalogue(
    address: str, client: FlaskClient, graph: Graph
) -> None:
    said = {quad.triple for quad in graph.dataset.quads(named("catalogue"))}
    for form in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        reply = client.get(address, headers={"Accept": form})
        assert reply.mimetype == form
        assert {q.triple for q in parse(reply.data, format=RdfFormat.from_media_type(form))} == said
    reply = client.get(address, headers={"Accept": "application/ld+json"})
    assert {q.triple for q in parse(reply.data, format=RdfFormat.JSON_LD)} == said
    assert client.get(address).mimetype == "text/turtle"
    assert client.get(address, headers={"Accept": "image/png"}).status_code == 406


def test_the_record_for_people_links_to_the_data(client: FlaskClient) -> None:
    reply = client.get("/catalog", headers={"Accept": "text/html"})
    assert reply.mimetype == "text/html"
    assert "the evidence graph" in reply.text
    assert 'rel="license"' in str(reply.headers)


def test_who_knows_only_the_host_finds_it(client: FlaskClient) -> None:
    reply = client.get("/.well-known/void")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/void")


def test_the_card_is_small_true_and_the_same_in_both_forms(client: FlaskClient, graph: Graph) -> None:
    words, data = client.get("/schema.md"), client.get("/schema.json")
    assert words.mimetype == "text/markdown"
    assert len(words.data) < MOST
    assert len(data.data) < MOST
    card = json.loads(data.data)
    counted = graph.query(
        "SELECT ?class ?p (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o FILTER(STRSTARTS(STR(?class), STR(rg:))) } "
        "GROUP BY ?class ?p"
    )
    true = {(shorten(str(row["class"])), shorten(str(row["p"]))): row["n"] for row in counted}
    for name, one in card["classes"].items():
        assert f"**rg:{name}** {one['count']}" in words.text
        assert true[f"rg:{name}", "rdf:type"] >= one["count"]
        for prop, kinds in one["properties"].items():
            n = int(kinds.rpartition(" ")[2]) if " " in kinds else one["count"]
            assert true[f"rg:{name}", prop if ":" in prop else f"rg:{prop}"] == n, (name, prop)
    assert set(card["noes"]) == {"answer:no-evidence", "answer:no-effect", "answer:mixed", "answer:harm"}
    assert set(card["classes"]["MediationFinding"]["properties"]) & {"mediatedBy"}


@pytest.mark.parametrize("question", EXAMPLES)
def test_examples_of_the_card_are_answered(question: str, client: FlaskClient) -> None:
    reply = client.get("/sparql", query_string={"query": EXAMPLES[question], "format": "json"})
    assert json.loads(reply.data)["results"]["bindings"]


def test_mappings_are_a_table_by_the_standard(client: FlaskClient, graph: Graph) -> None:
    reply = client.get("/mappings.sssom.tsv")
    assert reply.mimetype == "text/tab-separated-values"
    lines = reply.text.splitlines()
    head = [line for line in lines if line.startswith("#")]
    prefixes = dict(line[3:].replace('"', "").split(": ") for line in head[head.index("#curie_map:") + 1 :])
    rows = list(csv.DictReader(lines[len(head) :], delimiter="\t"))
    assert tuple(rows[0]) == COLUMNS
    assert len(prefixes.values()) == len(set(prefixes.values()))

    def full(name: str) -> str:
        prefix, _, local = name.partition(":")
        return prefixes[prefix] + local

    said = {(full(r["subject_id"]), full(r["predicate_id"]), full(r["object_id"])) for r in rows}
    asked = graph.query(
        "SELECT ?s ?p ?o { ?m a sssom:Mapping ; sssom:subject_id ?s ; sssom:predicate_id ?p ; "
        "sssom:object_id ?o }"
    )
    assert said == {tuple(row.values()) for row in asked}
    assert len(said) == len(rows) == 224


def test_other_data_have_no_record() -> None:
    client = create_app(Dataset()).test_client()
    for address in ("/void", "/catalog", "/schema.md", "/mappings.sssom.tsv"):
        assert client.get(address).status_code == 404


def test_the_record_has_the_files_of_frozen_releases(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "0.1.0").mkdir()
    file = "<https://w3id.org/resgraph/0.1.0/catalog#x> <http://www.w3.org/ns/dcat#byteSize> 3 ."
    (tmp_path / "0.1.0" / "catalog.ttl").write_text(file)
    client = create_app(graph.dataset, graph.manifest, Settings(releases=str(tmp_path))).test_client()
    said = {quad.triple for quad in graph.dataset.quads(named("catalogue"))}
    for form in ("text/turtle", "application/ld+json"):
        reply = client.get("/catalog", headers={"Accept": form})
        read = {q.triple for q in parse(reply.data, format=RdfFormat.from_media_type(form))}
        assert read - said == {q.triple for q in parse(file, format=RdfFormat.TURTLE)}
        assert said <= read
