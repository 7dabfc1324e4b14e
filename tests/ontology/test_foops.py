"""What FOOPS! asks of an ontology, asked here of the files and of our own server.

One check for each of its tests that needs no registry: it fetches the ontology as FOOPS! does and looks at
what came. Those that ask others, such as prefix.cc, wait until there is something to ask for.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN

from resgraph.graph import Graph
from resgraph.vocab import BASE, NS
from resgraph.web import create_app

ONTOLOGY = rdflib.URIRef(NS.removesuffix("#"))
BIBO_STATUS = rdflib.URIRef("http://purl.org/ontology/bibo/status")
LOGO = rdflib.URIRef("http://xmlns.com/foaf/0.1/logo")
KNOWN = ("http://www.w3.org/", "http://purl.org/", "http://xmlns.com/")
#: Those that ask a registry.
WAITING = {"FIND2", "FIND3", "FIND3bis"}
Check = Callable[[rdflib.Graph, FlaskClient], bool]


def fetch(client: FlaskClient, iri: str, media_type: str) -> tuple[int, str, bytes]:
    """Fetch an address of ours at our own server: what w3id.org will lead to."""
    assert iri.startswith(BASE)
    with client.get("/" + iri.removeprefix(BASE), headers={"Accept": media_type}) as reply:
        return reply.status_code, reply.mimetype, reply.data


def has(graph: rdflib.Graph, *properties: rdflib.URIRef) -> bool:
    return all((ONTOLOGY, each, None) in graph for each in properties)


def terms(graph: rdflib.Graph) -> set[rdflib.term.Node]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind)}
    return {each for each in found if str(each).startswith(NS)}


def negotiates(graph: rdflib.Graph, client: FlaskClient) -> bool:
    asked = ("text/html", "text/turtle", "application/rdf+xml", "application/ld+json")
    return all(fetch(client, str(ONTOLOGY), kind)[:2] == (200, kind) for kind in asked)


def version_resolves(graph: rdflib.Graph, client: FlaskClient) -> bool:
    version = graph.value(ONTOLOGY, OWL.versionIRI)
    status, _, body = fetch(client, str(version), "text/turtle")
    return status == 200 and (ONTOLOGY, OWL.versionIRI, version) in rdflib.Graph().parse(data=body)


def licence_is_known(graph: rdflib.Graph, client: FlaskClient) -> bool:
    return str(graph.value(ONTOLOGY, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"


def reuses(graph: rdflib.Graph, client: FlaskClient) -> bool:
    outside = {str(o) for _, p, o in graph if p in (RDFS.subClassOf, RDFS.subPropertyOf)}
    return any(not iri.startswith(BASE) for iri in outside if "://" in iri)


CHECKS: dict[str, Check] = {
    "CN1": negotiates,
    "DOC1": lambda _, client: fetch(client, str(ONTOLOGY), "text/html")[:2] == (200, "text/html"),
    "FIND1": lambda graph, _: has(graph, VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
    "HTTP1": lambda *_: str(ONTOLOGY).startswith("https://"),
    "OM1": lambda graph, _: has(graph, DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator),
    "OM2": lambda graph, _: has(
        graph, OWL.versionInfo, DCTERMS.created, DCTERMS.bibliographicCitation, VANN.preferredNamespaceUri
    ),
    "OM3": lambda graph, _: has(graph, DCTERMS.publisher, DCTERMS.issued, DCTERMS.source, BIBO_STATUS, LOGO),
    "OM4.1": lambda graph, _: has(graph, DCTERMS.license),
    "OM4.2": licence_is_known,
    "OM5.1": lambda graph, _: has(graph, DCTERMS.creator, DCTERMS.created),
    "OM5.2": lambda graph, _: has(graph, DCTERMS.issued, DCTERMS.publisher),
    "PURL1": lambda *_: str(ONTOLOGY).startswith("https://w3id.org/"),
    "RDF1": lambda graph, _: len(graph) > 1000,
    "URI1": lambda _, client: fetch(client, str(ONTOLOGY), "*/*")[0] == 200,
    "URI2": lambda graph, _: set(graph.subjects(RDF.type, OWL.Ontology)) == {ONTOLOGY},
    "VER1": lambda graph, _: graph.value(ONTOLOGY, OWL.versionIRI) not in (None, ONTOLOGY),
    "VER2": version_resolves,
    "VOC1": lambda graph, _: all(str(p).startswith(KNOWN) for p in graph.predicates(ONTOLOGY)),
    "VOC2": reuses,
    "VOC3": lambda graph, _: all((each, RDFS.label, None) in graph for each in terms(graph)),
    "VOC4": lambda graph, _: all((each, SKOS.definition, None) in graph for each in terms(graph)),
}


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


@pytest.fixture(scope="module")
def fetched(client: FlaskClient) -> rdflib.Graph:
    return rdflib.Graph().parse(data=fetch(client, str(ONTOLOGY), "application/rdf+xml")[2], format="xml")


@pytest.mark.parametrize("name", CHECKS)
def test_what_foops_asks_is_so(name: str, fetched: rdflib.Graph, client: FlaskClient) -> None:
    assert CHECKS[name](fetched, client)


def test_a_check_can_fail(client: FlaskClient) -> None:
    """Each that looks at the statements finds that an empty file has none of them."""
    empty = rdflib.Graph()
    able = {name for name in CHECKS if name not in ("CN1", "DOC1", "HTTP1", "PURL1", "URI1")}
    able -= {"VOC1", "VOC3", "VOC4", "VER2"}
    assert [name for name in able if CHECKS[name](empty, client)] == []


def test_the_logo_is_there(fetched: rdflib.Graph, client: FlaskClient) -> None:
    status, kind, body = fetch(client, str(fetched.value(ONTOLOGY, LOGO)), "*/*")
    assert (status, kind) == (200, "image/svg+xml")
    assert body.startswith(b"<svg")
