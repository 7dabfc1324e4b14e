"""Why a statement is in the graph, over HTTP: a page, a picture, data; and what is wrong with a question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from resgraph.graph import Graph
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.vocab import LABEL, RDFS, term, thing
from resgraph.vocab import graph as graph_of
from resgraph.web import create_app

from .conftest import BROWSER, Client, start
from .test_pages import Page

PATHWAY = {
    "s": "intervention:friends",
    "p": "rg:plausiblyProtectsAgainst",
    "o": "outcome:depressive-symptoms",
}
HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture(scope="module")
def site(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


def why(site: FlaskClient, accept: str, **more: str) -> tuple[int, str, bytes]:
    reply = site.get("/explain?" + urlencode(PATHWAY | more), headers={"Accept": accept})
    return reply.status_code, reply.content_type.partition(";")[0], reply.data


def test_a_page_needs_no_script(site: FlaskClient) -> None:
    status, kind, body = why(site, BROWSER)
    text = body.decode()
    assert (status, kind) == (200, "text/html")
    page = Page(text)
    assert page.open == []
    assert "<script" not in text
    assert " style=" not in text
    for words in (
        "This is a hypothesis, not evidence",
        "The weakest step",
        "data/interventions.ttl:",
        "<svg",
    ):
        assert words in text
    assert any("format=turtle" in link for link in page.links)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_rdf_is_negotiated(site: FlaskClient, kind: str, form: RdfFormat) -> None:
    status, answered, body = why(site, kind)
    assert (status, answered) == (200, kind)
    assert any(quad.object == term("aimsToBuild") for quad in parse(body, format=form))


def test_json_and_picture_are_negotiated(site: FlaskClient) -> None:
    status, kind, body = why(site, "application/json")
    assert (status, kind) == (200, "application/json")
    assert json.loads(body)["kind"] == "hypothesis"
    status, kind, body = why(site, "image/svg+xml")
    assert (status, kind) == (200, "image/svg+xml")
    assert ElementTree.fromstring(body).tag.endswith("svg")
    assert why(site, "*/*", format="json")[1] == "application/json"
    assert why(site, "image/png")[0] == 406


def test_a_form_is_offered_to_who_asks_nothing(site: FlaskClient) -> None:
    reply = site.get("/explain", headers={"Accept": BROWSER})
    assert reply.status_code == 200
    page = Page(reply.text)
    assert page.labels == {"s", "p", "o"}
    assert site.get("/explain", headers={"Accept": "text/turtle"}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"s": "kiva"}, "there is no `p` (the predicate) and no `o` (the object)"),
        (PATHWAY | {"p": "rg:plausiblyProtect"}, "Did you mean rg:plausibly"),
        (PATHWAY | {"s": "frends"}, "intervention:friends"),
        (PATHWAY | {"s": "<a b>"}, "neither a name nor an address"),
        (PATHWAY | {"limit": "0"}, "not a number from 1 to 100"),
        (PATHWAY | {"limit": "many"}, "not a number from 1 to 100"),
    ],
)
def test_what_is_wrong_is_said(site: FlaskClient, asked: dict[str, str], words: str) -> None:
    reply = site.get("/explain?" + urlencode(asked), headers={"Accept": "application/json"})
    assert (reply.status_code, reply.content_type) == (400, "application/problem+json")
    problem = reply.json
    assert problem is not None
    assert words in f"{problem['detail']} {problem.get('hint')}"


def test_what_is_not_in_the_graph_is_an_answer(site: FlaskClient) -> None:
    reply = site.get("/explain?s=kiva&p=builds&o=factor:poverty&format=json")
    assert (reply.status_code, reply.json and reply.json["kind"]) == (200, "not entailed")


def test_a_document_leads_to_why(site: FlaskClient) -> None:
    page = Page(site.get("/doc/intervention/friends", headers={"Accept": BROWSER}).text)
    found = [link for link in page.links if link.startswith("/explain?")]
    assert len(found) > 10
    assert site.get(found[0], headers={"Accept": BROWSER}).status_code == 200


def test_words_of_others_stay_words() -> None:
    one, way, wider = thing("factor", "one"), term("builds"), term("wider")
    quads = [
        Quad(one, way, one, graph_of("evidence")),
        Quad(one, LABEL, Literal(HOSTILE), graph_of("evidence")),
        Quad(way, LABEL, Literal(HOSTILE), graph_of("terms")),
        Quad(way, NamedNode(RDFS + "subPropertyOf"), wider, graph_of("terms")),
    ]
    site = create_app(Dataset.from_quads(quads)).test_client()
    for way_ in ("rg:builds", "rg:wider"):
        asked = urlencode({"s": "factor:one", "p": way_, "o": "factor:one"})
        text = site.get(f"/explain?{asked}", headers={"Accept": BROWSER}).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_too_much_is_refused() -> None:
    quads = [Quad(NamedNode(f"a:{n}"), LABEL, Literal("x")) for n in range(20)]
    site = create_app(Dataset.from_quads(quads), settings=Settings(explain_statements=10)).test_client()
    reply = site.get("/explain?s=%3Ca:1%3E&p=rdfs:label&o=%22x%22&format=json")
    assert reply.status_code == 422


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    path = tmp_path_factory.mktemp("explained") / "store"
    running = start("--writable", "--store", str(path), RESGRAPH_TOKEN="t", RESGRAPH_EVALUATORS="1")
    try:
        yield running.client
    finally:
        running.stop()
        running.process.communicate()


def test_what_was_written_is_explained(store: Client) -> None:
    def told() -> str:
        reply = store.ask("/explain?s=%3Ca:s%3E&p=%3Ca:wide%3E&o=%3Ca:o%3E&format=json")
        return str(reply.json().get("kind", reply.status))

    def update(text: str) -> None:
        kind = {"Content_Type": "application/sparql-update", "Authorization": "Bearer t"}
        assert store.ask("/update", "POST", text.encode(), **kind).status == 204

    update("INSERT DATA { <a:s> <a:way> <a:o> . <a:way> <a:x> <a:wide> }")
    assert told() == "not entailed"
    update(f"INSERT DATA {{ <a:way> <{RDFS}subPropertyOf> <a:wide> }}")
    assert told() == "inferred"


def test_a_worker_explains(client: Client) -> None:
    """The server of processes, over files that are no release."""
    asked = urlencode({"s": "intervention:friends", "p": "a", "o": "rg:Intervention", "format": "json"})
    reply = client.ask(f"/explain?{asked}")
    assert (reply.status, reply.json()["kind"]) == (200, "asserted")
    again = client.ask(f"/explain?{asked}", If_None_Match=reply.headers["etag"])
    assert again.status == 304
