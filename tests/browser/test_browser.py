"""The pages in a real browser: they need no other host, run nothing of others, and say what they must."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from resgraph.store import Dataset
from resgraph.vocab import LABEL, TYPE, graph, term, thing
from resgraph.web import create_app

from .conftest import Browser

PAGES = {
    "/": ["resilience in schools", "No evidence", "Questions to click"],
    "/sparql?stored=02-protective-factors-by-size": ["rows"],
    "/sparql?" + urlencode({"query": "SELECT ?x { ?x rg:nothing"}): ["ends before the {", "Line 1"],
    "/doc/intervention/friends": ["FRIENDS", "Everything that is stated of it", "Intervention"],
    "/explain?s=kiva&p=reduces&o=factor:bullying-victimisation": ["Findings amount to it", "for it: KiVa"],
    "/explain": ["Why is a statement in the graph?", "Subject"],
    "/ns": ["The terms of the graph", "rg:Finding"],
    "/doc/intervention/no-such-thing": ["There is no such thing here"],
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_in_a_browser(browser: Browser, server: str, path: str) -> None:
    visit = browser(server + path)
    for words in PAGES[path]:
        assert words in visit.document.words
    assert visit.hosts == {urlsplit(server).netloc}
    assert "/static/resgraph.css" in visit.paths
    # A page that says 400 or 404 is announced in the console by the browser itself.
    assert [line for line in visit.console if "Failed to load resource" not in line] == []


def test_the_browser_tells_of_another_host_and_of_an_error(browser: Browser) -> None:
    """The test of the tests: what they must not find can be found."""
    visit = browser("data:text/html,<img src='http://127.0.0.1:9/x.png'><script>console.error('oh')</script>")
    assert visit.hosts == {"127.0.0.1:9"}
    assert any("oh" in line for line in visit.console)


MARKUP = "\"'><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><b>&amp;"
SCRIPT = "javascript:document.title='owned'"


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    """The address of an endpoint whose data were written by an enemy."""
    from waitress.server import create_server

    friends = thing("intervention", "friends")
    said = [
        (friends, TYPE, term("Intervention")),
        (friends, LABEL, Literal(MARKUP, language="en")),
        (friends, term("note"), Literal(MARKUP)),
        (friends, term("page"), NamedNode(SCRIPT)),
        (friends, term("page"), NamedNode("http://example.org/%22%3E%3Cscript%3E')")),
        (term("note"), LABEL, Literal(MARKUP)),
    ]
    data = Dataset.from_quads([Quad(*triple, graph("evidence")) for triple in said])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = create_server(create_app(data), sockets=[listener])
        thread = threading.Thread(target=running.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.close()


ECHOES = {
    "label": "/doc/intervention/friends",
    "cells": "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o }"}),
    "query": "/sparql?" + urlencode({"query": f"</textarea>{MARKUP}"}),
    "prefix": "/sparql?" + urlencode({"query": "ASK { ?s <b>x</b>:p <img> }"}),
    "graph": "/sparql?" + urlencode({"query": "ASK {}", "default-graph-uri": MARKUP}),
    "format": "/sparql?" + urlencode({"query": "ASK {}", "format": MARKUP}),
    "stored": "/sparql?" + urlencode({"stored": MARKUP}),
    "flag": "/sparql?" + urlencode({"query": "ASK {}", "inferred": MARKUP}),
    "variable": "/sparql?" + urlencode({"query": f"SELECT ?x {{ BIND('''{MARKUP}''' AS ?x) }}"}),
    "turtle": "/sparql?" + urlencode({"query": "CONSTRUCT WHERE { ?s ?p ?o }"}),
    "doc": "/doc/intervention/" + quote(MARKUP.replace("/", "")),
    "kind": "/doc/" + quote(MARKUP.replace("/", "")) + "/x",
    "scheme": "/scheme/" + quote(MARKUP),
    "nowhere": "/" + quote(MARKUP),
}


@pytest.mark.parametrize("place", ECHOES)
def test_what_an_enemy_wrote_is_text(browser: Browser, hostile: str, place: str) -> None:
    visit = browser(hostile + ECHOES[place])
    document = visit.document
    assert "· resgraph" in document.text, "a script has changed the title"
    assert document.every("b") == []
    scripts = [each for each in document.every("script") if each.get("type") != "application/ld+json"]
    assert all(each["src"].startswith("/static/") for each in scripts)
    assert document.every("img") == []
    for name, attributes in document.elements:
        assert not any(attribute.startswith("on") for attribute in attributes), name
        assert not any(value.lstrip().startswith("javascript:") for value in attributes.values()), name
    assert visit.hosts == {urlsplit(hostile).netloc}
    parts = {path for path in visit.paths if path.startswith("/static/")}
    assert visit.paths - parts <= {urlsplit(ECHOES[place]).path, "/terms.json"}
    if place in ("label", "cells", "query", "variable"):
        assert "<img src=x onerror=" in document.text
