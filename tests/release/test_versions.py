"""The documents of each version, as pages and as data, of two releases and the one that is served."""

from __future__ import annotations

import html
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from werkzeug.test import TestResponse

from resgraph.build import build
from resgraph.graph import load
from resgraph.publish import Released, release
from resgraph.settings import Settings
from resgraph.sources import Sources
from resgraph.vocab import BASE, NS, OWL, PREFIXES
from resgraph.web import create_app
from resgraph.web.static_site import export
from web.pages import Page

from .conftest import WORDS, change, next_sources

FORMS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
NAMES = ("ns", "schemes", "alignments")


@pytest.fixture(scope="module")
def both(small: Path, first: Released, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with two releases: in the second one some words are others."""
    directory = tmp_path_factory.mktemp("two") / "releases"
    shutil.copytree(first.path.parent, directory)
    root = next_sources(small, directory.parent / "next", "0.1.1", WORDS)
    release(directory, "2026-12-01", sources=Sources(root))
    return directory


def client_of(directory: Path, **settings: str) -> FlaskClient:
    served = load(directory / "0.1.1")
    app = create_app(served.dataset, served.manifest, Settings(releases=str(directory), **settings))
    return app.test_client()


@pytest.fixture(scope="module")
def client(both: Path) -> FlaskClient:
    return client_of(both)


def ask(client: FlaskClient, path: str, media_type: str) -> TestResponse:
    reply = client.get(path, headers={"Accept": media_type})
    assert (reply.status_code, reply.mimetype) == (200, media_type), path
    assert "Accept" in reply.headers["Vary"]
    return reply


@pytest.mark.parametrize("version", ["0.1.0", "0.1.1"])
def test_the_version_address_answers_in_every_format_with_itself(client: FlaskClient, version: str) -> None:
    """FOOPS asks for no more than this of a version (VER2): it resolves, to the ontology of that version."""
    said = set()
    for media_type, form in FORMS.items():
        triples = {quad.triple for quad in parse(ask(client, f"/{version}/ns", media_type).data, format=form)}
        (iri,) = (t.object for t in triples if t.predicate == NamedNode(OWL + "versionIRI"))
        assert iri == NamedNode(f"{BASE}{version}/ns")
        said.add(frozenset(str(t) for t in triples if "_:" not in str(t)))
    assert len(said) == 1


@pytest.mark.parametrize("version", ["0.1.0", "0.1.1"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_every_statement_of_its_version(client: FlaskClient, version: str, name: str) -> None:
    text = ask(client, f"/{version}/{name}", "text/html").text
    page = Page(text)
    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    told = list(parse(client.get(f"/{version}/{name}.nt").data, format=RdfFormat.N_TRIPLES))
    texts = {t.object.value for t in told if isinstance(t.object, Literal) and t.object.language}
    assert [text for text in texts if " ".join(text.split()) not in plain] == []
    ours = {t.subject.value for t in told if isinstance(t.subject, NamedNode)}
    assert {iri.removeprefix(NS) for iri in ours if iri.startswith(NS)} <= page.ids
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inside <= page.ids
    for link in sorted(link for link in page.links if link.startswith(("/0.", "/dumps", "/catalog", "/ns"))):
        with client.get(link.partition("#")[0]) as reply:
            assert reply.status_code == 200, link


def test_a_page_says_which_version_it_is_and_which_is_the_newest(client: FlaskClient) -> None:
    old, new = (ask(client, f"/{version}/ns", "text/html") for version in ("0.1.0", "0.1.1"))
    assert 'This is version 0.1.0, as it was. The newest is <a href="/0.1.1/ns">0.1.1</a>' in old.text
    assert "This is version 0.1.1, the newest" in new.text
    # What was said of a term then is not what is said now.
    assert "Links an action to a doer." not in old.text
    assert "Links an action to a doer." in new.text
    assert '</0.1.1/ns>; rel="latest-version"' in old.headers["Link"]
    assert '</0.1.1/ns>; rel="successor-version"' in old.headers["Link"]
    assert '</0.1.0/ns>; rel="predecessor-version"' in new.headers["Link"]
    assert "predecessor-version" not in old.headers["Link"]


def test_every_form_that_a_link_names_is_there(client: FlaskClient) -> None:
    for name in NAMES:
        reply = ask(client, f"/0.1.0/{name}", "text/html")
        others = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', reply.headers["Link"])
        assert {media_type for _, media_type in others} == {"text/html", *FORMS}
        for address, media_type in others:
            with client.get(address) as there:
                assert (there.status_code, there.mimetype) == (200, media_type), address


def test_who_asks_for_a_version_later_than_the_frozen_ones_gets_what_is_served(
    both: Path, tmp_path: Path
) -> None:
    """Before it is frozen, a new version answers at its address too, and is the newest."""
    alone = tmp_path / "releases"
    shutil.copytree(both / "0.1.0", alone / "0.1.0")
    served = load(both / "0.1.1")
    app = create_app(served.dataset, served.manifest, Settings(releases=str(alone)))
    client = app.test_client()
    assert 'The newest is <a href="/0.1.1/ns">' in client.get("/0.1.0/ns").text
    assert client.get("/0.1.1/ns").status_code == 200
    assert client.get("/0.1.2/ns").status_code == 404


def test_below_a_path_every_link_begins_with_it(both: Path) -> None:
    reply = ask(client_of(both, prefix="/deep"), "/deep/0.1.0/ns", "text/html")
    inside = {link for link in Page(reply.text).links if link.startswith("/")}
    assert inside
    assert {link for link in inside if not link.startswith("/deep/")} == set()
    assert "</deep/0.1.1/ns>" in reply.headers["Link"]


def test_a_site_of_files_offers_every_version(both: Path, tmp_path: Path) -> None:
    served = load(both / "0.1.1")
    target = tmp_path / "site"
    export(served.dataset, served.manifest, target, "/deep", both)
    for path in (each for each in both.rglob("*") if each.is_file()):
        assert (target / "dumps" / path.relative_to(both)).read_bytes() == path.read_bytes()
    for version in ("0.1.0", "0.1.1"):
        assert (target / version / "ns.ttl").read_bytes() == (both / version / "ns.ttl").read_bytes()
        page = (target / version / "ns" / "index.html").read_text(encoding="utf-8")
        assert f"This is version {version}" in page
    assert 'The newest is <a href="/deep/0.1.1/ns/">' in (target / "0.1.0/ns/index.html").read_text()
    # Who offers the newest alone leads to the one before by the address that stays.
    export(served.dataset, served.manifest, tmp_path / "alone")
    terms = (tmp_path / "alone" / "ns" / "index.html").read_text(encoding="utf-8")
    assert 'href="https://w3id.org/resgraph/0.1.0/ns"' in terms
    assert "url=/ns/" in (tmp_path / "alone" / "0.1.1" / "ns" / "index.html").read_text(encoding="utf-8")


RETIRED = change(
    "data/factors.ttl",
    "\nfactor:bereavement a",
    '\nfactor:an-old-one a rg:RiskFactor ;\n\tskos:prefLabel "An old one"@en ;\n\trg:level level:family ;\n'
    '\tskos:definition "Something that has another name now."@en ;\n\towl:deprecated true ;\n'
    '\tskos:changeNote "It was one with bereavement."@en ;\n'
    "\tdcterms:isReplacedBy factor:bereavement .\n\nfactor:bereavement a",
)


@pytest.mark.parametrize("prefix", ["", "/deep"])
def test_a_thing_that_was_retired_is_gone_and_leads_on(
    retired: FlaskClient, retired_release: Path, prefix: str
) -> None:
    """Retired in the files, built, released, served: every address of it answers, and says 410."""
    client = retired if not prefix else client_of_release(retired_release, prefix=prefix)
    moved = client.get(f"{prefix}/id/factor/an-old-one")
    assert (moved.status_code, moved.headers["Location"]) == (303, f"{prefix}/doc/factor/an-old-one")
    for media_type in ("text/html", *FORMS):
        reply = client.get(moved.headers["Location"], headers={"Accept": media_type})
        assert (reply.status_code, reply.mimetype) == (410, media_type)
        assert f'<{prefix}/doc/factor/bereavement>; rel="successor-version"' in reply.headers["Link"]
        assert f'<{prefix}/doc/factor/an-old-one.ttl>; rel="alternate"' in reply.headers["Link"]
    page = client.get(f"{prefix}/doc/factor/an-old-one", headers={"Accept": "text/html"}).text
    assert f'<a href="{prefix}/doc/factor/bereavement">' in page
    assert client.get(f"{prefix}/doc/factor/bereavement").status_code == 200


@pytest.fixture(scope="module")
def retired_release(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root, made = tmp_path_factory.mktemp("retired") / "sources", tmp_path_factory.mktemp("retired-release")
    shutil.copytree(small, root)
    for name in ("owl", "dcterms"):
        declare("data/factors.ttl", name, root)
    RETIRED(root)
    build(made, Sources(root))
    return made


@pytest.fixture(scope="module")
def retired(retired_release: Path) -> FlaskClient:
    return client_of_release(retired_release)


def client_of_release(path: Path, **settings: str) -> FlaskClient:
    served = load(path)
    return create_app(served.dataset, served.manifest, Settings(**settings)).test_client()


def declare(name: str, prefix: str, root: Path) -> None:
    """Declare a prefix in a file that has not used it."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    if f"@prefix {prefix}:" not in text:
        path.write_text(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n{text}", encoding="utf-8")


def test_the_page_of_downloads_leads_to_the_news(client: FlaskClient) -> None:
    page = client.get("/dumps/", headers={"Accept": "text/html"}).text
    assert 'type="application/atom+xml" title="Releases" href="/dumps/atom.xml"' in page
    with client.get("/dumps/atom.xml") as news:
        assert news.mimetype == "application/atom+xml"
        atom = {"a": "http://www.w3.org/2005/Atom"}
        feed = ET.fromstring(news.data)
    # What RFC 4287 requires of a feed and of an entry, and that each leads where something is.
    for each in (feed, *feed.findall("a:entry", atom)):
        assert all(each.find(f"a:{name}", atom) is not None for name in ("id", "title", "updated"))
        for link in each.findall("a:link", atom):
            assert client.get("/" + link.attrib["href"].removeprefix(BASE)).status_code == 200
    assert feed.find("a:author/a:name", atom) is not None
    assert len({entry.findtext("a:id", "", atom) for entry in feed.findall("a:entry", atom)}) == 2
