"""The documents about things: every address that the project minted answers, as a page or as data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from flask import Response, redirect, render_template, request, url_for
from markupsafe import Markup
from pyoxigraph import NamedNode

from resgraph.describe import Document, citation, describe, describe_graph, markup
from resgraph.describe.citation import reference, short_reference
from resgraph.errors import FormatError, UnknownThingError
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Choice, Format, by_name, negotiate
from resgraph.jsonld import CONTEXT
from resgraph.sources import packaged
from resgraph.vocab import BASE, GRAPHS, ID, KINDS, NS, OWL, SCHEME, SKOS, shorten
from resgraph.vocab import graph as graph_named
from resgraph.web import evidence
from resgraph.web.site import local, site
from resgraph.web.statements import inward, outward
from resgraph.web.turning import Turned

FORMATS: Final = (HTML, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
_ENDINGS: Final = {each.extension: each for each in FORMATS}
_GONE: Final = 410
#: Kinds that have a page of their own; every other has the page of all.
_PAGES: Final = {
    **dict.fromkeys(("intervention", "factor", "outcome", "determinant"), "studied.html"),
    **{
        name: f"{name}.html"
        for name in (
            *("finding", "proposition", "source", "study", "population", "disparity"),
            *("rating", "point", "action", "scheme"),
        )
    },
    "ns": "ontology.html",
}
#: What is told in sentences. Where parts are missing, as they can in files that are no release, it is not.
_IN_SENTENCES: Final = ("finding", "proposition", "study", "disparity", "rating")


def identified(kind: str, name: str) -> Response:
    """Send who asks for a thing to the document about it: a school is not a page."""
    response = redirect(url_for("document", kind=kind, name=name), 303)
    return response  # type: ignore[return-value]  # Flask answers with its own


def document(kind: str, name: str) -> Response:
    """Show what the graph says of a thing, as a page or as data."""
    slug, form = _split(name)
    if kind not in KINDS:
        raise UnknownThingError(
            f"there is no kind of thing called `{kind}`", hint=f"kinds: {', '.join(KINDS)}"
        )
    address = url_for("document", kind=kind, name=slug)
    return _answer(_about(f"{ID}{kind}/{slug}", f"the graph has no {kind} called `{slug}`"), address, form)


def scheme(name: str) -> Response:
    """Show a concept scheme, or one of its concepts."""
    slug, form = _split(name)
    found = _about(SCHEME + slug, f"there is no concept or scheme `{slug}`")
    return _answer(found, url_for("scheme", name=slug), form)


def ontology(ending: str = "", version: str = "") -> Response:
    """Show the terms of the ontology."""
    found = describe_graph(site().reading, NS.removesuffix("#"), "terms")
    if version and found.text(found.topic, "owl:versionIRI") != f"{BASE}{version}/ns":
        raise UnknownThingError(f"there is no version `{version}` of the terms here")
    return _answer(found, url_for("ontology"), ending or None)


def graph_document(name: str) -> Response:
    """Show what a named graph is; its content is in the graph store."""
    slug, form = _split(name)
    if slug not in GRAPHS:
        raise UnknownThingError(f"there is no graph `{slug}`", hint=f"graphs: {', '.join(GRAPHS)}")
    iri = graph_named(slug).value
    # The record of the dataset describes every graph but itself.
    found = describe(site().reading, iri) or describe_graph(site().reading, iri, "catalogue")
    response = _answer(found, url_for("graph_document", name=slug), form)
    content = url_for("graph_store", graph=iri)
    response.headers["Link"] += f', <{content}>; rel="item"'
    return response


def context() -> Response:
    """Show the published JSON-LD context."""
    return Response(packaged().context.read_bytes(), content_type=JSON_LD.media_type)


def _split(name: str) -> tuple[str, str | None]:
    """Tell the ending of a format from the name before it."""
    slug, dot, ending = name.rpartition(".")
    return (slug, ending) if dot and ending in _ENDINGS else (name, None)


def choose(form: str | None) -> Choice:
    """Choose the format of a document."""
    named = form or request.args.get("format")
    if named:
        return by_name(named, FORMATS)
    choice = negotiate(request.headers.get("Accept"), FORMATS)
    if choice is None:
        names = [each.media_type for each in FORMATS]
        raise FormatError(
            "the document is not written so", hint=f"formats: {', '.join(names)}", offered=names
        )
    return choice


def _about(iri: str, unknown: str) -> Document:
    try:
        found = describe(site().reading, iri)
    except ValueError:
        raise UnknownThingError(unknown, hint="no address has these characters") from None
    if found is None:
        raise UnknownThingError(unknown, hint="look for it with the search, or begin at the home page")
    return found


def _answer(found: Document, address: str, form: str | None) -> Response:
    """Write a document as it is asked for, with links to its other forms; what is retired is gone."""
    choice = choose(form)
    if choice.format is HTML:
        response = Response(
            page(found, address, Turned.of_address(request.args)), content_type="text/html; charset=utf-8"
        )
    else:
        response = Response(found.written(choice.format), content_type=choice.content_type)
    response.headers["Content-Location"] = f"{address}.{choice.format.extension}"
    response.headers["Link"] = ", ".join(_links(found, address))
    if found.is_retired:
        response.status_code = _GONE
    response.vary.add("Accept")
    return response


def _links(found: Document, address: str) -> list[str]:
    links = [f'<{address}.{each.extension}>; rel="alternate"; type="{each.media_type}"' for each in FORMATS]
    links += [f'<{found.licence}>; rel="license"', f'<{url_for("catalog")}>; rel="describedby"']
    links += [f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD.media_type}"']
    if found.topic != found.address:
        links.append(f'<{found.topic.value}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"')
    if found.successor:
        links.append(f'<{local(found.successor)}>; rel="successor-version"')
    return links


def page(found: Document, address: str, turned: Turned, formats: Sequence[Format] = FORMATS[1:]) -> str:
    """Draw the page of a document, or the part of it that is turned to, from the document alone.

    `formats` are those that it can be had in as data.
    """
    told = _PAGES.get(found.kind)
    if found.kind in _IN_SENTENCES and found.world.at(found.topic.value).lacks:
        told = None
    return render_template(
        told or "document.html",
        # Where the page tells its own story, the bare statements are folded.
        folded=told is not None,
        doc=found,
        iri=found.topic.value,
        address=address,
        title=found.label,
        short=shorten(found.topic.value),
        formats=formats,
        outward=outward,
        inward=inward,
        citation=citation(found),
        reference=reference,
        short_reference=short_reference,
        evidence=evidence,
        turned=turned,
        markup=script(markup(found)),
        node=NamedNode,
        sections=sections(found) if found.kind == "ns" else (),
    )


class Term(NamedTuple):
    """A term on the page of all terms."""

    node: NamedNode
    label: str
    short: str
    anchor: str


#: The parts of the page of terms, and of closed lists: what each is called, and the class of what is in it.
_SECTIONS: Final = {
    "Classes": OWL + "Class",
    "Object properties": OWL + "ObjectProperty",
    "Datatype properties": OWL + "DatatypeProperty",
    "Annotation properties": OWL + "AnnotationProperty",
    "Lists": SKOS + "ConceptScheme",
    "Concepts": SKOS + "Concept",
}


def sections(found: Document, name: str = "terms") -> list[tuple[str, list[Term]]]:
    """Return every subject of a graph under a heading, ours first, those of others last."""
    by_heading: dict[str, list[Term]] = {each: [] for each in (*_SECTIONS, "More", "Terms of others")}
    of_terms = {q.subject for q in found.quads if q.graph_name == graph_named(name)}
    for node in sorted((each for each in of_terms if isinstance(each, NamedNode)), key=str):
        if node != found.topic:
            by_heading[_heading(found, node)].append(_term(found, node))
    return [(heading, terms) for heading, terms in by_heading.items() if terms]


def _heading(found: Document, node: NamedNode) -> str:
    if not node.value.startswith(BASE):
        return "Terms of others"
    kinds = {each.value for each in found.values(node, "rdf:type") if isinstance(each, NamedNode)}
    return next((name for name, kind in _SECTIONS.items() if kind in kinds), "More")


def _term(found: Document, node: NamedNode) -> Term:
    short = shorten(node.value)
    place = node.value.partition("#")[2] if node.value.startswith(BASE) else ""
    anchor = place or re.sub(r"[^A-Za-z0-9-]+", "-", short)
    return Term(node, found.name(node), short, anchor)


def script(said: object) -> Markup:
    """Write data for a script element: nothing in it may end the element."""
    text = json.dumps(said, ensure_ascii=False, indent=1)
    text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(text)  # noqa: S704 (nothing is left that HTML reads as its own)
