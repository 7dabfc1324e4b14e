"""Every address of the release is visited: status, type, links, form, and that all formats say the same.

Every address is asked for in every format. The formats of data must hold the same graph, all that the data
say is looked for on the page, and the page must be HTML without a mistake. Every link inside the site,
explanations apart, must lead somewhere.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, RdfFormat, parse
from werkzeug.test import TestResponse

from resgraph.describe import OfDataset, describe
from resgraph.describe.address import kind_of
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from resgraph.graph import Graph
from resgraph.vocab import BASE, ID, NS
from resgraph.web import create_app

from .pages import Page

DATA = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
#: The addresses are visited in so many parts, so that several processes share them.
PARTS = 12


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


@pytest.fixture(scope="module")
def checker(installed: Callable[[Path], Path]) -> Path:
    return installed(Path(__file__).parent / "parse5")


@pytest.fixture(scope="module")
def addresses(graph: Graph) -> list[str]:
    """Every address of ours that some statement of the release names; of those that share a page, one."""
    found: dict[str, str] = {}
    for quad in graph.dataset.quads():
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(node, NamedNode) and node.value.startswith(BASE.rstrip("/")):
                found.setdefault(path_of(node.value), node.value)
    assert len(found) > 4000
    return sorted(found.values())


def path_of(iri: str) -> str:
    """Return the path at which an address answers."""
    return "/" + iri.partition("#")[0].removeprefix(BASE)


def visit(client: FlaskClient, iri: str, form: Format) -> TestResponse:
    """Ask for an address as a client does that wants one format; follow the way to the document."""
    reply = client.get(path_of(iri), headers={"Accept": form.media_type})
    if iri.startswith(ID):
        assert reply.status_code == 303, iri
        reply = client.get(reply.headers["Location"], headers={"Accept": form.media_type})
    assert reply.status_code == 200, iri
    assert reply.mimetype == form.media_type, iri
    return reply


def check_headers(reply: TestResponse, iri: str) -> None:
    links = ", ".join(reply.headers.getlist("Link"))
    assert "Accept" in reply.headers["Vary"], iri
    for form in (HTML, *DATA):
        assert f'rel="alternate"; type="{form.media_type}"' in links, iri
    assert 'rel="license"' in links, iri
    assert 'rel="describedby"' in links or path_of(iri) == "/catalog", iri


@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers(
    client: FlaskClient, addresses: list[str], graph: Graph, checker: Path, part: int
) -> None:
    links: set[str] = set()
    texts: list[tuple[str, str]] = []
    for iri in addresses[part::PARTS]:
        if is_for_programs(iri):
            continue
        reply = visit(client, iri, HTML)
        page = Page(reply.text)
        links |= page.links
        pages = list(pages_of(client, reply))
        texts += [(iri, text) for text in pages]
        says_the_same(pages, graph, iri)
        if path_of(iri) != "/":
            check_headers(reply, iri)
            assert len({graph_of(visit(client, iri, form).data, form) for form in DATA}) == 1, iri
    assert mistakes(checker, texts) == []
    terms = {f"/ns#{name}" for name in Page(visit(client, NS, HTML).text).ids}
    assert {link for link in links if link.startswith("/ns#")} <= terms
    for link in sorted({link.partition("#")[0] for link in links}):
        leads_somewhere(client, link)


def mistakes(checker: Path, pages: list[tuple[str, str]]) -> list[str]:
    """Return what the parser of browsers finds wrong in pages."""
    lines = "".join(f"{json.dumps(page)}\n" for page in pages)
    done = subprocess.run(
        ["node", "check.js"],
        cwd=checker,
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("<p id=a id=b>x</p>", "duplicate-attribute"),
        ("<p><div>x</div></p>", "<p> is not written"),
        ("<ul><li>x</ul>", "<li> is not closed"),
        ("<i id=a>x</i><b id=a>x</b>", "id a stands twice"),
    ],
)
def test_a_mistake_would_be_found(checker: Path, wrong: str, words: str) -> None:
    frame = "<!doctype html>\n<html><head><title>x</title></head><body>{}</body></html>"
    assert mistakes(checker, [("/", frame.format("<p>x</p>"))]) == []
    assert words in str(mistakes(checker, [("/", frame.format(wrong))]))


def graph_of(body: bytes, form: Format) -> frozenset[str]:
    """Return the statements of a document; blank nodes are named by what is said of them."""
    kind = RdfFormat.from_media_type(form.media_type)
    found = Dataset(parse(body, format=kind, without_named_graphs=True))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert len(found)
    return frozenset(map(str, found))


def is_for_programs(iri: str) -> bool:
    return path_of(iri).startswith(("/sparql", "/dumps", "/schema.", "/mappings", "/static/"))


def pages_of(client: FlaskClient, first: TestResponse) -> Iterator[str]:
    """Yield a page and those that go on with it."""
    waiting, seen = [first.text], set()
    while waiting:
        yield (text := waiting.pop())
        for link in set(re.findall(r'<a href="([^"]*)" rel="next"', text)) - seen:
            seen.add(link)
            reply = client.get(html.unescape(link).partition("#")[0])
            assert reply.status_code == 200, link
            waiting.append(reply.text)


def says_the_same(texts: list[str], graph: Graph, iri: str) -> None:
    """Everything that the data say of a thing and its neighbours stands on its page, or on the next."""
    if not iri.startswith((ID, BASE + "scheme/")):
        return
    found = describe(OfDataset(graph.dataset), iri)
    assert found is not None
    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(texts))).split())
    here = {unquote(link) for text in texts for link in Page(text).links}
    for quad in (*found.about(found.topic), *found.leading_to(found.topic)):
        other = quad.subject if quad.object == found.topic else quad.object
        if isinstance(other, Literal):
            assert " ".join(other.value.split()) in plain, f"{iri}: {quad}"
        elif isinstance(other, NamedNode) and other.value.startswith(ID):
            assert "/doc/" + other.value.removeprefix(ID) in here, f"{iri}: {quad}"


def leads_somewhere(client: FlaskClient, link: str) -> None:
    parts = urlsplit(link)
    # Documents are visited anyway, and compared with the links to them below; explanations have their tests.
    if parts.scheme or not parts.path or parts.path.startswith(("/doc/", "/scheme/", "/explain")):
        return
    with client.get(link) as reply:
        assert reply.status_code in (200, 303), link


def test_no_link_between_pages_is_dead(client: FlaskClient, addresses: list[str]) -> None:
    """What the pages link to inside the site, explanations apart, are addresses that were visited."""
    known = {"/doc/" + iri.removeprefix(ID) for iri in addresses if iri.startswith(ID)}
    known |= {path_of(iri) for iri in addresses}
    for iri in some_of_each_kind(addresses, 6):
        for link in Page(visit(client, iri, HTML).text).links:
            parts = urlsplit(link)
            if not parts.scheme and parts.path.startswith(("/doc/", "/scheme/")):
                stem = re.sub(r"\.(html|ttl|nt|jsonld|rdf)$", "", unquote(parts.path))
                assert stem in known, f"{iri} links to {link}"


def some_of_each_kind(addresses: list[str], count: int) -> list[str]:
    by_kind = defaultdict(list)
    for iri in addresses:
        if not is_for_programs(iri) and path_of(iri) != "/":
            by_kind[kind_of(iri)].append(iri)
    return [iri for each in by_kind.values() for iri in each[:: max(1, len(each) // count)][:count]]


def test_every_statement_of_the_ontology_is_on_its_page(client: FlaskClient, graph: Graph) -> None:
    text = visit(client, NS, HTML).text
    page = Page(text)
    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    for quad in graph.dataset.quads(NamedNode(BASE + "graph/terms")):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(NS):
            assert quad.subject.value.removeprefix(NS) in page.ids
        if isinstance(quad.object, Literal):
            assert " ".join(quad.object.value.split()) in plain, quad
        elif isinstance(quad.object, NamedNode) and quad.object.value.startswith(NS):
            assert "/ns#" + quad.object.value.removeprefix(NS) in page.links, quad
