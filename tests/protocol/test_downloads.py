"""Frozen releases over HTTP: what is offered, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.web import create_app


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    place = tmp_path / "releases" / "0.1.0" / "tables"
    place.mkdir(parents=True)
    (tmp_path / "secret.ttl").write_text("")
    (place.parent / ".hidden").write_text("")
    (place / "factor.csv.gz").write_bytes(b"zipped")
    (place.parent / "ns.ttl").write_text("<a:a> a <a:b> .")
    (place.parent / "ns.nt").write_text("<a:a> <a:b> <a:c> .")
    settings = Settings(releases=str(tmp_path / "releases"))
    return create_app(Dataset(), settings=settings).test_client()


def test_a_listing_for_people_and_for_programs(client: FlaskClient) -> None:
    assert 'href="/dumps/0.1.0/"' in client.get("/dumps/").text
    told = client.get("/dumps/0.1.0/", headers={"Accept": "application/json"}).json
    assert told == {
        "path": "dumps/0.1.0/",
        "entries": [
            {"name": "ns.nt", "bytes": 19},
            {"name": "ns.ttl", "bytes": 15},
            {"name": "tables/", "bytes": None},
        ],
    }
    assert client.get("/dumps/0.1.0").headers["Location"].endswith("/dumps/0.1.0/")


def test_a_file_is_sent_as_it_is_and_may_be_kept_for_ever(client: FlaskClient) -> None:
    reply = client.get("/dumps/0.1.0/tables/factor.csv.gz")
    assert (reply.data, reply.mimetype) == (b"zipped", "application/gzip")
    assert "Content-Encoding" not in reply.headers
    assert "immutable" in reply.headers["Cache-Control"]
    tag = {"If-None-Match": reply.headers["ETag"]}
    assert client.get("/dumps/0.1.0/tables/factor.csv.gz", headers=tag).status_code == 304
    rest = client.get("/dumps/0.1.0/tables/factor.csv.gz", headers={"Range": "bytes=3-"})
    assert (rest.status_code, rest.data) == (206, b"ped")


@pytest.mark.parametrize(
    "path",
    [
        *("/dumps/../secret.ttl", "/dumps/%2e%2e/secret.ttl", "/dumps/0.1.0/.hidden", "/dumps/none"),
        *("/0.1.0/../../secret.ttl", "/9.9.9/ns", "/no/thing", "/0.1.0/none"),
    ],
)
def test_nothing_else_is_offered(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_documents_of_a_version_are_negotiated(client: FlaskClient) -> None:
    assert client.get("/0.1.0/ns", headers={"Accept": "application/n-triples"}).data.startswith(
        b"<a:a> <a:b>"
    )
    assert client.get("/0.1.0/ns").mimetype == "text/html"
    assert client.get("/0.1.0/ns", query_string={"format": "turtle"}).mimetype == "text/turtle"
    assert client.get("/0.1.0/ns.ttl").mimetype == "text/turtle"
    assert client.get("/0.1.0/ns", headers={"Accept": "application/rdf+xml"}).status_code == 406
    assert client.get("/0.1.0/ns", headers={"Accept": "image/png"}).status_code == 406


def test_without_releases_the_page_says_so() -> None:
    client = create_app(Dataset()).test_client()
    assert "graph store" in client.get("/dumps/").text
    assert client.get("/dumps/0.1.0/").status_code == 404
    assert client.get("/0.1.0/ns").status_code == 404
