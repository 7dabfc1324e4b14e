"""The stored queries as data: each stands by itself, and gives what the stored one gives."""

from __future__ import annotations

import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery

from resgraph.graph import Graph
from resgraph.stored import StoredQuery, all_queries
from resgraph.vocab import BASE
from resgraph.web import create_app

from .pages import Page

STORED = {query.name: query for query in all_queries()}
SCHEMA = rdflib.Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest, examples=all_queries()).test_client()


@pytest.fixture(scope="module")
def said(client: FlaskClient) -> rdflib.Graph:
    reply = client.get("/queries", headers={"Accept": "text/turtle"})
    assert (reply.status_code, reply.mimetype) == (200, "text/turtle")
    return rdflib.Graph().parse(data=reply.data, format="turtle")


def test_every_stored_query_is_there(said: rdflib.Graph) -> None:
    found = set(said.subjects(RDF.type, SH.SPARQLExecutable))
    assert {str(each) for each in found} == {f"{BASE}queries#{name}" for name in STORED}
    for each in found:
        stored = STORED[str(each).partition("#")[2]]
        assert (str(said.value(each, RDFS.label)), str(said.value(each, RDFS.comment))) == (
            stored.title,
            stored.question,
        )
        assert {str(word) for word in said.objects(each, SCHEMA.keywords)} == set(stored.keywords)


def test_each_stands_by_itself_with_the_prefixes_that_are_declared(said: rdflib.Graph, graph: Graph) -> None:
    """As a client does that knows SHACL and not us: prefixes first, then the text."""
    declared = {
        str(said.value(node, SH.prefix)): said.value(node, SH.namespace)
        for node in said.objects(rdflib.URIRef(f"{BASE}queries#prefixes"), SH.declare)
    }
    head = "".join(f"PREFIX {name}: <{space}>\n" for name, space in declared.items())
    for number, (each, text) in enumerate(sorted(said.subject_objects(SH.select))):
        assert (each, RDF.type, SH.SPARQLSelectExecutable) in said
        prepareQuery(head + text)
        if number % 5 == 0:
            stored: StoredQuery = STORED[str(each).partition("#")[2]]
            assert graph.query(head + text).to_dicts() == graph.query(stored.text).to_dicts()


@pytest.mark.parametrize("form", [RdfFormat.N_TRIPLES, RdfFormat.JSON_LD, RdfFormat.RDF_XML])
def test_every_format_says_the_same(client: FlaskClient, form: RdfFormat) -> None:
    reply = client.get(f"/queries.{form.file_extension}")
    assert reply.mimetype == form.media_type
    turtle = parse(client.get("/queries.ttl").data, format=RdfFormat.TURTLE)
    assert {str(quad) for quad in parse(reply.data, format=form)} == {str(quad) for quad in turtle}


def test_the_page_has_a_place_for_each(client: FlaskClient) -> None:
    reply = client.get("/queries", headers={"Accept": "text/html"})
    assert set(STORED) <= Page(reply.text).ids
    assert '</queries.ttl>; rel="alternate"; type="text/turtle"' in ", ".join(reply.headers.getlist("Link"))
    moved = client.get("/.well-known/sparql-examples")
    assert (moved.status_code, moved.headers["Location"]) == (303, "/queries")
