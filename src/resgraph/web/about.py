"""What the release says of itself: its catalogue record, its counts, the card of its schema, its mappings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Response, render_template, request, url_for
from pyoxigraph import RdfFormat, parse

from resgraph.card import card, to_json, to_markdown
from resgraph.errors import FormatError, UnknownThingError
from resgraph.evaluate import Request
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Choice, Format, by_name, negotiate
from resgraph.query import Page, write_graph
from resgraph.results import Answer
from resgraph.sssom import MEDIA_TYPE, sssom
from resgraph.vocab import BASE, graph
from resgraph.web.inventory import inventory
from resgraph.web.site import site

_FORMS: Final = (TURTLE, HTML, JSON_LD, N_TRIPLES, RDF_XML)
_SAID: Final = "CONSTRUCT { ?s ?p ?o } { GRAPH graph:catalogue { ?s ?p ?o } }"
_RECORD: Final = f"""
SELECT ?title ?description ?licence ?version ?triples ?entities {{
  GRAPH graph:catalogue {{ <{BASE}catalog#dataset> dcterms:title ?title ; dcterms:description ?description ;
    dcterms:license ?licence ; dcat:version ?version ; void:triples ?triples ; void:entities ?entities }}
}}
"""
_GRAPHS: Final = f"""
SELECT ?name ?what ?triples ?entities {{
  GRAPH graph:catalogue {{ <{BASE}catalog#dataset> void:subset ?graph . ?graph rdfs:label ?name ;
    dcterms:description ?what ; void:triples ?triples ; void:entities ?entities }}
}} ORDER BY ?name
"""
_LINKS: Final = """
SELECT ?vocabulary (SUM(?n) AS ?mappings) {
  GRAPH graph:catalogue {
    ?set a void:Linkset ; void:triples ?n ; void:objectsTarget/void:uriSpace ?vocabulary }
} GROUP BY ?vocabulary ORDER BY DESC(?mappings) ?vocabulary
"""


def catalog() -> Response:
    """Show the record of the dataset: what it is, how large, of what it was made, where to get it."""
    return _described("catalog")


def void() -> Response:
    """Show the same to who looks for counts (VoID)."""
    return _described("void")


def well_known() -> Response:
    """Send who knows only the host to the description (RFC 8615)."""
    return Response(status=303, headers={"Location": url_for("void")})


def schema(form: str) -> Response:
    """Show the card of the schema, as Markdown or JSON."""
    made = card(_ask)
    if not made["classes"]:
        raise UnknownThingError(
            "this graph has no schema card", hint="a release has one; these are other data"
        )
    if form == "md":
        return Response(to_markdown(made), content_type="text/markdown; charset=utf-8")
    return Response(to_json(made), content_type="application/json")


def mappings() -> Response:
    """Show the mappings to outside vocabularies as a table (SSSOM)."""
    record = _record()
    text = sssom(_ask, str(record["version"]), str(record["licence"]))
    return Response(text, content_type=f"{MEDIA_TYPE}; charset=utf-8")


def _ask(query: str) -> Answer:
    return Answer.from_json(site().evaluator.evaluate(Request(query)).body)


def _record() -> Mapping[str, object]:
    rows = _ask(_RECORD).to_dicts()
    if not rows:
        raise UnknownThingError("these data do not describe themselves", hint="a release does")
    return rows[0]


def _described(name: str) -> Response:
    choice = _choice()
    record = _record()
    if choice.format is HTML:
        page = render_template(
            "catalog.html",
            record=record,
            graphs=_ask(_GRAPHS),
            links=_ask(_LINKS),
            formats=_FORMS,
            inventory=inventory(quad.triple for quad in site().reading.graph(graph("catalogue"))),
        )
        response = Response(page, content_type="text/html; charset=utf-8")
    else:
        response = Response(_written(choice.format), content_type=choice.content_type)
    for each in _FORMS:
        address = url_for(name, format=each.name)
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{each.media_type}"')
    response.headers.add("Link", f'<{record["licence"]}>; rel="license"')
    response.vary.add("Accept")
    return response


def _written(form: Format) -> bytes:
    """Write what the release says of itself, and what frozen releases that are offered say of their files."""
    frozen = sorted(Path(site().settings.releases).glob("*/catalog.ttl")) if site().settings.releases else []
    if not frozen:
        return site().evaluator.evaluate(Request(_SAID, graph_format=form.name)).body
    said = site().evaluator.evaluate(Request(_SAID, graph_format=N_TRIPLES.name)).body
    triples = {quad.triple for quad in parse(said, format=RdfFormat.N_TRIPLES)}
    triples |= {quad.triple for path in frozen for quad in parse(path=path)}
    page = Page(None)
    write_graph(sorted(triples, key=str), form, page)
    return page.getvalue()


def _choice() -> Choice:
    if named := request.args.get("format"):
        return by_name(named, _FORMS)
    choice = negotiate(request.headers.get("Accept"), _FORMS)
    if choice is None:
        names = [each.media_type for each in _FORMS]
        raise FormatError("the record is not written so", hint=f"formats: {', '.join(names)}", offered=names)
    return choice
