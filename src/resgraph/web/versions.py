"""The documents of each version at the address of that version, as they were frozen: a page, or the file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from flask import Response, render_template, request, url_for
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from werkzeug.exceptions import NotFound

from resgraph.describe import OfDataset, describe_graph
from resgraph.errors import FormatError, UnknownThingError
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format, by_name, negotiate
from resgraph.store import Dataset
from resgraph.vocab import BASE, NS
from resgraph.vocab import graph as graph_named
from resgraph.web.documents import ontology, sections
from resgraph.web.downloads import inside, sent
from resgraph.web.site import site
from resgraph.web.statements import inward, outward

_VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_DATA: Final = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)
#: The documents that have a page: the graph they hold, what they are about, and what they are called.
PAGES: Final = {
    "ns": ("terms", NS.removesuffix("#"), "The terms"),
    "schemes": ("schemes", f"{BASE}graph/schemes", "The closed lists"),
    "alignments": ("alignments", f"{BASE}graph/alignments", "The matches to other vocabularies"),
}


def frozen(version: str, name: str) -> Response:
    """Show a document as it was at a version: its ending names the format, or the reader's wish does."""
    place = _place(version)
    if place is None:
        raise UnknownThingError(f"there is nothing at /{version}/{name}", hint="begin at the home page")
    exact = Path(inside(str(place), name))
    if exact.is_file():
        return sent(exact, frozen=True)
    stem = exact.with_name(exact.name.removesuffix(".html"))
    if not _file(stem, TURTLE).is_file():
        raise UnknownThingError(f"version {version} has no document `{name}`", hint=f"see /dumps/{version}/")
    chosen = HTML if exact.suffix == ".html" else _chosen(stem)
    response = _page(version, stem) if chosen is HTML else sent(_file(stem, chosen), frozen=True)
    address = url_for("frozen", version=version, name=stem.name)
    response.headers["Content-Location"] = f"{address}.{chosen.extension}"
    response.headers["Link"] = ", ".join(_links(version, stem, address))
    response.vary.add("Accept")
    return response


def terms_of(version: str) -> Response:
    """Show the terms as they were at a version: frozen, or those of the release that is served."""
    return frozen(version, "ns") if _place(version) else ontology(version=version)


def versions() -> list[str]:
    """Return the versions that can be had here, frozen or served, the oldest first."""
    root = site().settings.releases
    found = {path.name for path in Path(root).iterdir()} if root and Path(root).is_dir() else set()
    found.add(str(site().manifest.get("versions", {}).get("ontology", "")))
    return sorted(filter(_VERSION.fullmatch, found), key=lambda each: tuple(map(int, each.split("."))))


def _place(version: str) -> Path | None:
    """Return where a version is frozen; what is no version is no address either."""
    if not _VERSION.fullmatch(version):
        raise NotFound
    root = site().settings.releases
    place = Path(root) / version
    return place if root and place.is_dir() else None


def _file(stem: Path, form: Format) -> Path:
    return stem.with_name(f"{stem.name}.{form.extension}")


def _offered(stem: Path) -> tuple[Format, ...]:
    return (
        *((HTML,) if stem.name in PAGES else ()),
        *(form for form in _DATA if _file(stem, form).is_file()),
    )


def _chosen(stem: Path) -> Format:
    offered = _offered(stem)
    if named := request.args.get("format"):
        return by_name(named, offered).format
    choice = negotiate(request.headers.get("Accept"), offered)
    if choice is None:
        names = [form.media_type for form in offered]
        raise FormatError(
            "the document is not written so", hint=f"formats: {', '.join(names)}", offered=names
        )
    return choice.format


def _links(version: str, stem: Path, address: str) -> list[str]:
    """Return links to the other forms, and to the versions before, after and last (RFC 5829)."""
    links = [
        f'<{address}.{form.extension}>; rel="alternate"; type="{form.media_type}"' for form in _offered(stem)
    ]
    known = versions()
    at = known.index(version)
    others = {"predecessor-version": known[at - 1 : at], "successor-version": known[at + 1 : at + 2]}
    for relation, found in {**others, "latest-version": known[-1:]}.items():
        links += [f'<{_address(each, stem.name)}>; rel="{relation}"' for each in found]
    return [*links, f'<{url_for("catalog")}>; rel="describedby"']


def _address(version: str, name: str) -> str:
    return (
        url_for("terms_of", version=version)
        if name == "ns"
        else url_for("frozen", version=version, name=name)
    )


def _page(version: str, stem: Path) -> Response:
    """Draw the page of a document from its frozen statements."""
    graph, topic, title = PAGES[stem.name]
    quads = (
        Quad(quad.subject, quad.predicate, quad.object, graph_named(graph))
        for quad in parse(path=_file(stem, N_TRIPLES), format=RdfFormat.N_TRIPLES)
    )
    found = describe_graph(OfDataset(Dataset.from_quads(quads)), topic, graph)
    newest = versions()[-1]
    address = url_for("frozen", version=version, name=stem.name)
    page = render_template(
        "version.html",
        doc=found,
        title=f"{title}, version {version}",
        version=version,
        newest=newest,
        newest_address=_address(newest, stem.name),
        address=address,
        formats=[form for form in _offered(stem) if form is not HTML],
        outward=outward,
        inward=inward,
        topic=NamedNode(topic),
        sections=sections(found, graph),
    )
    # A term is looked up where it was defined then: on this page.
    text = page.replace(f'href="{url_for("ontology")}#', 'href="#') if stem.name == "ns" else page
    return Response(text, content_type="text/html; charset=utf-8")
