"""The Graph Store Protocol: whole graphs by their names, read by anybody, written by who may."""

from __future__ import annotations

from typing import Final

from flask import Response, request
from pyoxigraph import NamedNode
from werkzeug.urls import iri_to_uri

from resgraph.errors import FormatError, UnknownThingError
from resgraph.evaluate import Request
from resgraph.formats import GRAPHS, Choice, by_name, negotiate
from resgraph.results import Answer
from resgraph.serving.asked import Asked, decode
from resgraph.serving.problem import RequestError
from resgraph.web.site import site
from resgraph.web.writing import add_graph, change_graph

_ALL: Final = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"


def graph_store() -> Response:
    """Show or change the graph that `?graph=IRI` or `?default` names; one that is added gets a name."""
    asked = Asked(tuple(decode(request.query_string)))
    if request.method == "POST" and not asked.every("graph") + asked.every("default"):
        return add_graph()
    return _at(asked, named(asked))


def graph(name: str) -> Response:
    """Show or change the graph whose name is the address that was asked."""
    return _at(Asked(tuple(decode(request.query_string))), iri_to_uri(request.base_url))


def _at(asked: Asked, name: str | None) -> Response:
    return _show(asked, name) if request.method in ("GET", "HEAD") else change_graph(name)


def named(asked: Asked) -> str | None:
    """Return the name of the graph that a request is about; None is the default graph."""
    default, iri = asked.one("default"), asked.one("graph")
    if (default is None) == (iri is None):
        raise RequestError(400, "which graph?", hint="name one with `?graph=IRI`, or say `?default`")
    if iri is None:
        return None
    try:
        return NamedNode(iri).value
    except ValueError:
        raise RequestError(400, f"`{iri}` is not a full address, and a graph is named by one") from None


def _show(asked: Asked, name: str | None) -> Response:
    choice = _choose(asked)
    query = Request(_ALL, graph_format=choice.format.name, default_graphs=None if name is None else (name,))
    if name is not None and not _is_there(name):
        raise UnknownThingError(
            f"there is no graph <{name}> here", hint="SELECT ?g { GRAPH ?g {} } names them"
        )
    written = site().evaluator.evaluate(query, deadline=asked.deadline)
    response = Response(written.body, content_type=choice.content_type)
    response.vary.add("Accept")
    return response


def _is_there(name: str) -> bool:
    return bool(Answer.from_json(site().evaluator.evaluate(Request(f"ASK {{ GRAPH <{name}> {{}} }}")).body))


def _choose(asked: Asked) -> Choice:
    name = asked.one("format")
    choice = by_name(name, GRAPHS) if name else negotiate(request.headers.get("Accept"), GRAPHS)
    if choice is None:
        offered = [each.media_type for each in GRAPHS]
        raise FormatError("a graph is not written so", hint=f"formats: {', '.join(offered)}", offered=offered)
    return choice
