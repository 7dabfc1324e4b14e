"""The site as files in a browser: it searches by itself, and keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pyoxigraph import NamedNode

from resgraph.graph import Graph
from resgraph.store import Dataset
from resgraph.vocab import ID, LABEL, SKOS, TYPE
from resgraph.vocab import graph as graph_named
from resgraph.web.static_site import export

from .driver import Driven, Tab

NAMED = {LABEL, TYPE, NamedNode(SKOS + "altLabel")}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def files(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of files: the names of programmes, the record and the terms."""
    root = tmp_path_factory.mktemp("files")
    names = (q for q in graph.dataset.quads() if q.predicate in NAMED)
    programmes = (q for q in names if str(q.subject).startswith(f"<{ID}intervention/"))
    whole = (q for name in ("terms", "catalogue") for q in graph.dataset.quads(graph_named(name)))
    export(Dataset.from_quads([*programmes, *whole]), graph.manifest, root / "deep", "/deep")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/deep"
        server.shutdown()
        thread.join()


def test_the_browser_searches_without_a_server(tab: Tab, files: str) -> None:
    tab.go(f"{files}/")
    tab.click("#q")
    tab.type("kiva")
    tab.wait("!!document.querySelector('#suggestions li')")
    assert "KiVa" in tab.text("#suggestions")
    with tab.loading():
        tab.press("Enter")
    tab.wait("!!document.querySelector('#found li')")
    assert tab.address.startswith(f"{files}/search/?q=kiva")
    assert "KiVa antibullying programme" in tab.text("#found")
    with tab.loading():
        tab.click("#found a")
    assert tab.address == f"{files}/doc/intervention/kiva/"
    assert tab.hosts == {files.split("/")[2]}
    assert tab.console == []


def test_a_slip_is_forgiven_and_nothing_found_is_said(tab: Tab, files: str) -> None:
    tab.go(f"{files}/search/?q=mindfulnes")
    tab.wait("!!document.querySelector('#found li')")
    assert "mindfulness" in tab.text("#found").lower()
    tab.go(f"{files}/search/?q=astronomy")
    tab.wait("document.getElementById('count').textContent !== ''")
    assert tab.text("#count").startswith("0 found")


def test_without_scripts_it_says_where_to_look(driven: Driven, files: str) -> None:
    tab = driven.tab(scripts=False)
    tab.go(f"{files}/search/")
    assert "browse by kind" in tab.text("main")
    tab.close()


def test_an_address_leads_on_to_its_document(tab: Tab, files: str) -> None:
    tab.go(f"{files}/id/intervention/kiva")
    tab.wait("!!document.querySelector('h1') && document.querySelector('h1').textContent.includes('KiVa')")
    assert tab.address == f"{files}/doc/intervention/kiva/"
