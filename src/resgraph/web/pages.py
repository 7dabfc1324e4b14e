"""The pages for people, and the same for programs: home, documents about things, health."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import Response, jsonify, redirect, render_template, request, url_for
from pyoxigraph import NamedNode

from resgraph.binding import bind
from resgraph.errors import FormatError, UnknownThingError
from resgraph.evaluate import Request
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Choice, by_name, negotiate
from resgraph.results import Answer, Value
from resgraph.sources import packaged
from resgraph.stored import by_asker
from resgraph.vocab import ID, KINDS, NS, SCHEME, shorten
from resgraph.web.site import local, site

_DOCUMENTS: Final = (HTML, TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
_ENDINGS: Final = {each.extension: each for each in _DOCUMENTS}

#: Statements that lead to a thing shown on its page; the rest is in the other formats.
_INCOMING: Final = 500

_OUTWARD: Final = """
SELECT ?property ?propertyLabel ?value ?valueLabel ?inferred {
  ?thing ?property ?value .
  OPTIONAL { ?property rdfs:label|skos:prefLabel ?propertyLabel }
  OPTIONAL { ?value rdfs:label|skos:prefLabel ?valueLabel }
  BIND(EXISTS { GRAPH graph:inferred { ?thing ?property ?value } } AS ?inferred)
} ORDER BY ?property ?valueLabel ?value
"""
_INWARD: Final = f"""
SELECT ?property ?propertyLabel ?value ?valueLabel ?inferred {{
  ?value ?property ?thing .
  OPTIONAL {{ ?property rdfs:label|skos:prefLabel ?propertyLabel }}
  OPTIONAL {{ ?value rdfs:label|skos:prefLabel ?valueLabel }}
  BIND(EXISTS {{ GRAPH graph:inferred {{ ?value ?property ?thing }} }} AS ?inferred)
}} ORDER BY ?property ?valueLabel ?value LIMIT {_INCOMING + 1}
"""
_BOTH: Final = "CONSTRUCT { ?thing ?p ?o . ?s ?q ?thing } { { ?thing ?p ?o } UNION { ?s ?q ?thing } }"
_TERMS: Final = "CONSTRUCT { ?s ?p ?o } { GRAPH graph:terms { ?s ?p ?o } }"
_TERM_LIST: Final = """
SELECT ?term ?label ?definition ?kind {
  GRAPH graph:terms { ?term a ?kind ; rdfs:label|skos:prefLabel ?label }
  FILTER(STRSTARTS(STR(?term), STR(rg:)))
  OPTIONAL { ?term skos:definition|rdfs:comment ?definition }
} ORDER BY ?term
"""


@dataclass(slots=True)
class Shown:
    """A value as a page shows it: its words, where they lead, and whether a reasoner concluded it."""

    text: str
    address: str = ""
    inferred: bool = False
    #: where it is said why the statement is in the graph
    why: str = ""


@dataclass(slots=True)
class Property:
    """A property as a page shows it, with every value it has here."""

    label: str
    address: str
    values: dict[str, Shown] = field(default_factory=dict)


def home() -> Response:
    """Say in plain words what this is."""
    here = site()
    page = render_template(
        "home.html",
        things=here.manifest.get("things", {}),
        graphs=here.manifest.get("graphs", {}),
        release=_release(),
        examples=by_asker(here.examples),
        endpoint=url_for("sparql", _external=True),
    )
    return Response(page, content_type="text/html; charset=utf-8")


def health() -> Response:
    """Say to machines whether questions are answered, by asking one."""
    here = site()
    here.evaluator.evaluate(Request("ASK {}"), deadline=5)
    return jsonify(
        status="ok",
        release=_release(),
        graphs=here.manifest.get("graphs", {}),
        things=here.manifest.get("things", {}),
    )


def metrics() -> Response:
    """Tell Prometheus what was counted."""
    return Response(site().ledger.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _release() -> str:
    return str(site().manifest.get("sha256", ""))


def identified(kind: str, name: str) -> Response:
    """Send who asks for a thing to the document about it: a school is not a page."""
    response = redirect(url_for("document", kind=kind, name=name), 303)
    return response  # type: ignore[return-value]


def document(kind: str, name: str) -> Response:
    """Show what the graph says of a thing, as a page or as data."""
    slug, form = _split(name)
    if kind not in KINDS:
        raise UnknownThingError(
            f"there is no kind of thing called `{kind}`", hint=f"kinds: {', '.join(KINDS)}"
        )
    address = url_for("document", kind=kind, name=slug)
    return _describe(f"{ID}{kind}/{slug}", address, form, f"the graph has no {kind} called `{slug}`")


def scheme(name: str) -> Response:
    """Show a concept scheme, or one of its concepts."""
    slug, form = _split(name)
    address = url_for("scheme", name=slug)
    return _describe(SCHEME + slug, address, form, f"there is no concept or scheme `{slug}`")


def ontology() -> Response:
    """Show the terms of the ontology."""
    choice = _choose(None)
    if choice.format is not HTML:
        return _written(_TERMS, choice)
    rows = Answer.from_json(site().evaluator.evaluate(Request(_TERM_LIST)).body)
    terms: dict[str, dict[str, Value]] = {}
    for row in rows:
        terms.setdefault(str(row["term"]), row)
    page = render_template("ontology.html", terms=terms, namespace=NS, shorten=shorten)
    return _negotiated(Response(page, content_type="text/html; charset=utf-8"))


def context() -> Response:
    """Show the published JSON-LD context."""
    return Response(packaged().context.read_bytes(), content_type=JSON_LD.media_type)


def _split(name: str) -> tuple[str, str | None]:
    """Tell the ending of a format from the name before it."""
    slug, dot, ending = name.rpartition(".")
    return (slug, ending) if dot and ending in _ENDINGS else (name, None)


def _choose(form: str | None) -> Choice:
    named = form or request.args.get("format")
    if named:
        return by_name(named, _DOCUMENTS)
    choice = negotiate(request.headers.get("Accept"), _DOCUMENTS)
    if choice is None:
        names = [each.media_type for each in _DOCUMENTS]
        raise FormatError(
            "the document is not written so", hint=f"formats: {', '.join(names)}", offered=names
        )
    return choice


def _describe(iri: str, address: str, form: str | None, unknown: str) -> Response:
    choice = _choose(form)
    try:
        node = NamedNode(iri)
    except ValueError:
        raise UnknownThingError(unknown, hint="no address has these characters") from None
    outward, inward = _rows(_OUTWARD, node), _rows(_INWARD, node)
    if not len(outward) and not len(inward):
        raise UnknownThingError(unknown, hint="look for it with a query, or begin at the home page")
    if choice.format is HTML:
        response = Response(_page(iri, address, outward, inward), content_type="text/html; charset=utf-8")
    else:
        response = _written(bind(_BOTH, {"thing": node}), choice)
    response.headers["Content-Location"] = f"{address}.{choice.format.extension}"
    for each in _DOCUMENTS:
        link = f'<{address}.{each.extension}>; rel="alternate"; type="{each.media_type}"'
        response.headers.add("Link", link)
    return _negotiated(response)


def _rows(query: str, node: NamedNode) -> Answer:
    text = bind(query, {"thing": node})
    return Answer.from_json(site().evaluator.evaluate(Request(text, inferred=True)).body)


def _page(iri: str, address: str, outward: Answer, inward: Answer) -> str:
    properties = _properties(outward, lambda way, value: (iri, way, value))
    names = [value.text for key in ("rdfs:label", "skos:prefLabel") for value in _values(properties, key)]
    return render_template(
        "document.html",
        iri=iri,
        address=address,
        title=names[0] if names else shorten(iri),
        properties=[each for key, each in properties.items() if key not in ("rdfs:label",)],
        inward=list(_properties(inward, lambda way, value: (value, way, iri)).values()),
        more=len(inward) > _INCOMING,
        formats=_DOCUMENTS[1:],
        short=shorten(iri),
    )


def _values(properties: dict[str, Property], name: str) -> Iterable[Shown]:
    return properties[name].values.values() if name in properties else ()


def _properties(rows: Answer, statement: Callable[[str, str], tuple[str, str, str]]) -> dict[str, Property]:
    """Gather the values of each property; a thing with two names is still one value.

    `statement` returns subject, property and object from the property and the value.
    """
    found: dict[str, Property] = {}
    for terms, row in zip(rows.terms[:_INCOMING], rows, strict=False):
        iri = str(row["property"])
        label = str(row["propertyLabel"] or _plain(iri))
        entry = found.setdefault(shorten(iri), Property(label, local(iri)))
        entry.values.setdefault(str(terms[2]), _shown(terms, row, statement))
    return found


def _plain(iri: str) -> str:
    """Return the words in the name of a property that has no label here.

    >>> _plain("http://purl.org/dc/terms/bibliographicCitation")
    'bibliographic citation'
    """
    name = re.split(r"[/#]", iri)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() or iri


def _shown(
    terms: Sequence[object], row: dict[str, Value], statement: Callable[[str, str], tuple[str, str, str]]
) -> Shown:
    value, inferred = str(row["value"]), bool(row["inferred"])
    if not isinstance(terms[2], NamedNode):
        return Shown(value, "", inferred)
    way = str(row["property"])
    links = way.startswith(NS) and value.startswith(ID)
    why = _why(*statement(way, value)) if inferred or links else ""
    return Shown(str(row["valueLabel"] or shorten(value)), local(value), inferred, why)


def _why(s: str, p: str, o: str) -> str:
    return url_for("explain", s=shorten(s), p=shorten(p), o=shorten(o))


def _written(query: str, choice: Choice) -> Response:
    written = site().evaluator.evaluate(Request(query, graph_format=choice.format.name, inferred=True))
    return _negotiated(Response(written.body, content_type=choice.content_type))


def _negotiated(response: Response) -> Response:
    response.vary.add("Accept")
    return response
