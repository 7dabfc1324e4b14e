"""What the query editor asks the server for: its files, the words to complete by, code for programs."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from resgraph.graph import Graph
from resgraph.store import Dataset
from resgraph.web import create_app


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    """The site of the release."""
    return create_app(graph.dataset, graph.manifest).test_client()


def test_files_are_kept_for_good_under_the_hash_of_their_content(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(addresses) >= 4
    for address in addresses:
        reply = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in reply.headers["Cache-Control"], address
        plain = client.get(address.partition("?")[0])
        assert plain.headers["Cache-Control"] == "public, no-cache"
        zipped = reply.headers.get("Content-Encoding") == "gzip"
        assert (gzip.decompress(reply.data) if zipped else reply.data) == plain.data
        again = client.get(address, headers={"If-None-Match": plain.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    editor = next(each for each in addresses if each.startswith("/static/editor/editor.js"))
    assert len(client.get(editor, headers={"Accept-Encoding": "gzip"}).data) < 200_000


@pytest.mark.parametrize(
    "name", ["../pages.py", "%2e%2e/pages.py", "..%2fpages.py", "none.css", "editor", "", "%00.js"]
)
def test_no_other_file_is_offered(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_words_come_with_how_often_they_are_used(client: FlaskClient, graph: Graph) -> None:
    found = client.get("/terms.json").json
    assert found is not None
    classes = {each["name"]: each["n"] for each in found["classes"]}
    assert list(classes.values()) == sorted(classes.values(), reverse=True)
    assert (
        classes["rg:Finding"] == graph.query("SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f a rg:Finding }")["n"][0]
    )
    design = next(each for each in found["properties"] if each["name"] == "rg:design")
    assert design["of"]["rg:Finding"] == classes["rg:Finding"]
    assert design["about"]
    assert {"name": "strength:strong", "about": "strong"} in found["values"]
    assert found["prefixes"]["intervention"].endswith("/id/intervention/")
    assert "graph:evidenced" in {each["name"] for each in found["graphs"]}


def test_data_that_do_not_describe_themselves_have_prefixes_at_least() -> None:
    found = create_app(Dataset()).test_client().get("/terms.json").json
    assert found is not None
    assert found["prefixes"]["rdfs"]
    assert found["classes"] == found["properties"] == []


def test_code_is_written_without_asking_the_query(client: FlaskClient) -> None:
    found = client.get("/code", query_string={"query": "NOT SPARQL", "inferred": "true"}).json
    assert found is not None
    assert [each["language"] for each in found] == ["Python", "Python, with resgraph", "R", "curl"]
    assert all("NOT SPARQL" in each["text"] and "inferred" in each["text"] for each in found)
    assert client.get("/code").status_code == 400
