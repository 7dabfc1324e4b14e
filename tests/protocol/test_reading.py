"""The QUERY method, the service description, whole graphs by their names, and the JSON-LD context."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import RdfFormat, Store, parse

from resgraph.jsonld import context
from resgraph.sources import packaged
from resgraph.store import Dataset
from resgraph.vocab import graph

from .conftest import COPING, FRIENDS, Client, Reply
from .test_sparql import GRAPHS

EVIDENCE, INTENDED, INFERRED = (graph(name).value for name in ("evidence", "intended", "inferred"))
FORM = "application/x-www-form-urlencoded"
SD = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"ASK {}", "application/sparql-query"),
        (b"ASK {}", "application/sparql-query; charset=utf-8"),
        (urlencode({"query": "ASK {}"}).encode(), FORM),
    ],
)
def test_the_query_method(client: Client, body: bytes, kind: str) -> None:
    reply = client.ask("/sparql", "QUERY", body, Content_Type=kind, Accept="application/json")
    assert (reply.status, reply.json()["boolean"]) == (200, True)


def test_the_query_method_takes_graphs_from_the_address(client: Client) -> None:
    path = "/sparql?" + urlencode({"default-graph-uri": INTENDED})
    count = b"SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    reply = client.ask(path, "QUERY", count, Content_Type="application/sparql-query", Accept="text/csv")
    assert reply.text.split() == ["n", "1"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", None, 415),
        (b"", FORM, 400),
        (b"update=CLEAR+ALL", FORM, 400),
    ],
)
def test_the_query_method_refuses(client: Client, body: bytes, kind: str | None, status: int) -> None:
    reply = client.ask("/sparql", "QUERY", body, **({"Content_Type": kind} if kind else {}))
    assert reply.status == status
    if status == 415:
        assert "application/sparql-query" in reply.headers["accept-query"]


def described(client: Client, accept: str = "text/turtle") -> Store:
    reply = client.ask("/sparql", Accept=accept)
    assert (reply.status, reply.kind) == (200, accept)
    store = Store()
    store.load(reply.body, GRAPHS[accept])
    return store


@pytest.mark.parametrize("accept", GRAPHS)
def test_the_description_in_every_format(client: Client, accept: str) -> None:
    assert described(client, accept).query(SD + "ASK { ?service a sd:Service ; sd:endpoint ?service }")


@pytest.mark.parametrize(
    "claim",
    [
        "?s sd:supportedLanguage sd:SPARQL11Query",
        "?s sd:resultFormat <http://www.w3.org/ns/formats/SPARQL_Results_JSON>",
        "?s sd:defaultDataset/sd:defaultGraph ?g",
        f"?s sd:defaultDataset/sd:namedGraph/sd:name <{EVIDENCE}>",
        f"?g sd:name <{INFERRED}> ; sd:supportedEntailmentProfile ?profile",
        "?s ?says ?words FILTER(CONTAINS(STR(?words), 'inferred=true'))",
    ],
)
def test_what_the_description_says(client: Client, claim: str) -> None:
    assert described(client).query(f"{SD} ASK {{ {claim} }}")


def test_the_description_claims_no_more_than_is_true(client: Client) -> None:
    store = described(client)
    names = {row["n"].value for row in store.query(SD + "SELECT ?n { ?s sd:namedGraph/sd:name ?n }")}
    assert names == {EVIDENCE, INTENDED, INFERRED}
    assert not store.query(SD + "ASK { ?s sd:feature sd:DereferencesURIs }")
    assert not store.query(SD + "ASK { ?s sd:supportedLanguage sd:SPARQL11Update }")


def whole(client: Client, which: str, accept: str = "text/turtle", method: str = "GET") -> Reply:
    return client.ask(f"/graph-store?{which}", method, Accept=accept)


@pytest.mark.parametrize("accept", GRAPHS)
def test_a_graph_by_its_name(client: Client, accept: str) -> None:
    reply = whole(client, "graph=" + quote(INTENDED), accept)
    assert (reply.status, reply.kind) == (200, accept)
    assert [quad.object.value for quad in parse(reply.body, format=GRAPHS[accept])] == [COPING]
    assert "Accept" in reply.headers["vary"]


def test_the_default_graph(client: Client) -> None:
    triples = list(parse(whole(client, "default").body, format=RdfFormat.TURTLE))
    assert len(triples) == 404
    assert len(list(parse(whole(client, "graph=" + INFERRED).body, format=RdfFormat.TURTLE))) == 1


@pytest.mark.parametrize(
    ("which", "accept", "status"),
    [
        ("graph=http://example.org/none", "text/turtle", 404),
        ("graph=none", "text/turtle", 400),
        ("", "text/turtle", 400),
        ("default&graph=" + INTENDED, "text/turtle", 400),
        ("default&default", "text/turtle", 400),
        ("default", "image/png", 406),
        ("default&format=csv", "text/turtle", 406),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_graphs_that_are_not_shown(client: Client, which: str, accept: str, status: int, method: str) -> None:
    assert whole(client, which, accept, method).status == status


def test_the_head_of_a_graph(client: Client) -> None:
    head, get = (whole(client, "default", method=method) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(get.body))


def test_a_graph_whose_name_is_its_address(client: Client) -> None:
    assert client.ask("/graph-store/none.ttl").status == 404


def test_options_of_the_graph_store(client: Client) -> None:
    assert {"GET", "HEAD"} <= set(client.ask("/graph-store", "OPTIONS").headers["allow"].split(", "))


def test_json_ld_carries_the_part_of_the_context_it_needs(client: Client) -> None:
    document = whole(client, "graph=" + INTENDED, "application/ld+json").json()
    published = json.loads(client.ask("/ns/context.jsonld").body)["@context"]
    used = document["@context"]
    assert isinstance(used, dict)
    assert set(used) == {"factor", "intervention", "rg"}
    assert used == {name: published[name] for name in used}
    assert "intervention:friends" in json.dumps(document["@graph"])


def test_the_published_context_is_made_from_the_terms(client: Client) -> None:
    source = packaged()
    terms = Dataset.from_files([source.root / "ontology" / "resgraph.ttl"])
    assert source.context.read_text() == context(terms.quads())
    assert client.ask("/ns/context.jsonld").kind == "application/ld+json"


def test_a_document_may_be_read_with_the_whole_context(client: Client) -> None:
    published = json.loads(client.ask("/ns/context.jsonld").body)["@context"]
    document = {"@context": published, "id": "intervention:friends", "aimsToBuild": "factor:coping-skills"}
    (quad,) = parse(json.dumps(document).encode(), format=RdfFormat.JSON_LD)
    assert (quad.subject.value, quad.object.value) == (FRIENDS, COPING)
