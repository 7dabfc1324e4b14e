"""Every address of the site, in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from flask import Response, request

from resgraph.web.about import catalog, mappings, schema, void, well_known
from resgraph.web.assets import static
from resgraph.web.browse import briefing, browse, gaps, search
from resgraph.web.completion import program, terms
from resgraph.web.documents import context, document, graph_document, identified, ontology, scheme
from resgraph.web.downloads import download, dumps
from resgraph.web.explain import explain
from resgraph.web.graph_store import graph, graph_store
from resgraph.web.pages import health, home, metrics
from resgraph.web.problem import problem
from resgraph.web.protocol import sparql
from resgraph.web.queries import queries, well_known_queries
from resgraph.web.site import options
from resgraph.web.versions import frozen, terms_of
from resgraph.web.writing import update

View = Callable[..., Response]


class Route(NamedTuple):
    """An address, the methods it knows, and what answers there."""

    address: str
    name: str
    view: View
    methods: tuple[str, ...]


def _route(address: str, view: View, *methods: str, name: str = "") -> Route:
    def answer(**parts: Any) -> Response:
        return options() if request.method == "OPTIONS" else view(**parts)

    return Route(address, name or view.__name__, answer, (*(methods or ("GET", "HEAD")), "OPTIONS"))


ROUTES: Final = (
    _route("/", home),
    _route("/sparql", sparql, "GET", "HEAD", "POST", "QUERY"),
    _route("/terms.json", terms),
    _route("/code", program, "GET", "HEAD", "POST"),
    _route("/static/<path:filename>", static),
    _route("/update", update, "POST"),
    _route("/graph-store", graph_store, "GET", "HEAD", "PUT", "POST", "DELETE"),
    _route("/graph-store/<path:name>", graph, "GET", "HEAD", "PUT", "POST", "DELETE"),
    _route("/id/<kind>/<name>", identified),
    _route("/doc/<kind>/<name>", document),
    _route("/scheme/<path:name>", scheme),
    _route("/ns", ontology),
    _route("/ns.<ending>", ontology, name="ontology_written"),
    _route("/<version>/ns", terms_of),
    _route("/graph/<name>", graph_document),
    _route("/problem/<name>", problem),
    _route("/ns/context.jsonld", context),
    _route("/explain", explain),
    _route("/browse", browse, name="browse_all"),
    _route("/browse/<kind>", browse),
    _route("/search", search),
    _route("/gaps", gaps),
    _route("/briefing", briefing),
    _route("/catalog", catalog),
    _route("/void", void),
    _route("/.well-known/void", well_known),
    _route("/queries", queries),
    _route("/queries.<ending>", queries, name="queries_written"),
    _route("/.well-known/sparql-examples", well_known_queries),
    _route("/schema.<any(md, json):form>", schema),
    _route("/mappings.sssom.tsv", mappings),
    _route("/dumps/", dumps),
    _route("/dumps/<path:name>", download),
    _route("/<version>/<path:name>", frozen),
    _route("/health", health),
    _route("/metrics", metrics),
)
