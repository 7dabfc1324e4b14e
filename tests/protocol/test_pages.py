"""The pages: for people, without scripts, and the same as data for programs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from resgraph.errors import BusyError
from resgraph.evaluate import Request, Written
from resgraph.store import Dataset
from resgraph.stored import read
from resgraph.things import KINDS
from resgraph.vocab import LABEL, graph, thing
from resgraph.web import create_app

from .conftest import COPING, FRIENDS, Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Page(HTMLParser):
    """What a page links to, and whether it closes what it opens."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [value for key in ("href", "src", "action") if (value := found.get(key))]
        if tag not in ("meta", "link", "input", "br", "img"):
            self.open.append(tag)
        if tag == "label" and found.get("for"):
            self.labels.add(str(found["for"]))
        if tag == "textarea":
            self.fields.add(str(found["id"]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"


PAGES = [
    "/",
    "/sparql",
    "/sparql?query=ASK%7B%7D",
    "/ns",
    "/doc/intervention/friends",
    "/explain",
    "/nowhere",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_and_need_no_other_host(client: Client, path: str) -> None:
    reply = client.ask(path, Accept=BROWSER)
    page = Page(reply.text)
    assert page.open == []
    assert page.fields <= page.labels
    assert "<!doctype html>" in reply.text
    assert '<html lang="en">' in reply.text
    assert not re.search(r"<script(?![^>]*(src=|[+/]json))|\son\w+=|\sstyle=", reply.text)
    for link in page.links:
        if link.startswith("/static/"):
            assert client.ask(link).status == 200
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_the_home_page_explains(client: Client) -> None:
    text = client.ask("/").text
    for word in ("intended", "evidenced", "inferred", "No evidence", "No effect", "Mixed", "Harm", "curl"):
        assert word in text


def test_health(client: Client) -> None:
    reply = client.ask("/health")
    assert (reply.status, reply.json()["status"]) == (200, "ok")


def test_an_answer_in_the_page_is_text_not_markup(client: Client) -> None:
    text = client.query("SELECT ?s ?name { ?s rdfs:label ?name } ORDER BY ?name", BROWSER).text
    assert "FRIENDS &lt;em&gt;" in text
    assert 'href="/doc/intervention/friends"' in text
    text = client.query("SELECT ('</textarea><script>' AS ?x) {}", BROWSER).text
    assert "<script>" not in text


def test_a_thing_leads_to_its_document(client: Client) -> None:
    reply = client.ask("/id/intervention/friends", Accept="text/turtle")
    assert (reply.status, reply.headers["location"]) == (303, "/doc/intervention/friends")


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("", None, "text/html"),
        ("", BROWSER, "text/html"),
        ("", "text/turtle", "text/turtle"),
        ("", "application/ld+json", "application/ld+json"),
        (".ttl", None, "text/turtle"),
        (".nt", BROWSER, "application/n-triples"),
        (".jsonld", None, "application/ld+json"),
        (".rdf", None, "application/rdf+xml"),
        (".html", "text/turtle", "text/html"),
    ],
)
def test_documents_are_negotiated(client: Client, path: str, accept: str | None, kind: str) -> None:
    reply = client.ask("/doc/intervention/friends" + path, **({"Accept": accept} if accept else {}))
    assert (reply.status, reply.kind) == (200, kind)
    assert "Accept" in reply.headers["vary"]
    assert 'rel="alternate"' in reply.headers["link"]
    assert reply.headers["content-location"].startswith("/doc/intervention/friends.")


def test_a_document_has_both_directions_and_marks_what_was_inferred(client: Client) -> None:
    data = client.ask("/doc/factor/coping-skills.nt").body
    statements = list(parse(data, format=RdfFormat.N_TRIPLES))
    assert {quad.subject.value for quad in statements} == {
        FRIENDS,
        COPING,
        COPING.replace("/id/", "/doc/"),
    }
    page = client.ask("/doc/factor/coping-skills", Accept=BROWSER).text
    # Once at the head of what was concluded, once at the statement.
    assert page.count('class="mark inferred">inferred<') == 2
    assert "FRIENDS" in page


@pytest.mark.parametrize(
    "path",
    [
        "/doc/factor/none",
        "/doc/dragon/friends",
        "/doc/factor/none.ttl",
        "/doc/factor/%00",
        "/doc/factor/%3C%3E.ttl",
        "/scheme/none",
        "/scheme/a%20b",
        "/scheme/../x%7B",
        "/id",
    ],
)
def test_what_is_not_there_is_said(client: Client, path: str) -> None:
    assert client.ask(path, Accept=BROWSER).kind == "text/html"
    reply = client.ask(path)
    assert reply.status == 404


def test_documents_refuse_what_they_are_not(client: Client) -> None:
    assert client.ask("/doc/intervention/friends", Accept="image/png").status == 406


def test_examples_can_be_shown_and_run() -> None:
    example = read("all", "# title: All\n# question: What is there?\nSELECT * { ?s ?p ?o }")
    node = NamedNode("http://example.org/a")
    app = create_app(Dataset.from_quads([Quad(node, node, Literal("here"))]), {}, examples=[example])
    client = app.test_client()
    assert "What is there?" in client.get("/").text
    assert "here" in client.get("/sparql?stored=all", headers={"Accept": BROWSER}).text
    assert client.get("/sparql?stored=all&format=csv").text.startswith("s,p,o")
    assert client.get("/sparql?stored=none").status_code == 404


class Broken:
    """An evaluator that fails as told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        raise self.error

    def close(self) -> None:
        pass


def test_what_nobody_foresaw_has_a_number_and_no_trace() -> None:
    client = create_app(Broken(ValueError("secret detail"))).test_client()
    for accept in (BROWSER, "*/*"):
        reply = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": accept})
        assert reply.status_code == 500
        assert "secret" not in reply.text
        assert "Traceback" not in reply.text
        assert re.search(r"\b[0-9a-f]{8}\b", reply.text)


def test_when_all_are_busy_the_client_hears_when_to_come_back() -> None:
    client = create_app(Broken(BusyError("busy"))).test_client()
    reply = client.get("/sparql?query=ASK%7B%7D")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_thing_of_which_hardly_anything_is_stated_has_a_page(kind: str) -> None:
    """Files that are a part of a release may name a thing and say no more of it."""
    named = Quad(thing(kind, "x"), LABEL, Literal("Something"), graph("evidence"))
    page = (
        create_app(Dataset.from_quads([named]))
        .test_client()
        .get(f"/doc/{kind}/x", headers={"Accept": "text/html"})
    )
    assert page.status_code == 200
    assert "Something" in page.text
