"""What the query editor asks for besides answers: the words to complete by, and a query as programs send it.

No word is counted here. The release counts itself when it is built, and this reads what it says (VoID).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from flask import Response, url_for

from resgraph.evaluate import Request
from resgraph.results import Answer, Value
from resgraph.serving.problem import RequestError
from resgraph.vocab import BASE, PREFIXES, shorten
from resgraph.web.protocol import read
from resgraph.web.ready import code
from resgraph.web.site import site

_DATASET: Final = f"<{BASE}catalog#dataset>"
_CLASSES: Final = f"""
SELECT ?term ?n {{
  GRAPH graph:catalogue {{ {_DATASET} void:classPartition [ void:class ?term ; void:entities ?n ] }}
}} ORDER BY DESC(?n) ?term
"""
_PROPERTIES: Final = f"""
SELECT ?term ?n {{
  GRAPH graph:catalogue {{ {_DATASET} void:propertyPartition [ void:property ?term ; void:triples ?n ] }}
}} ORDER BY DESC(?n) ?term
"""
_PAIRS: Final = """
SELECT ?class ?term ?n {
  GRAPH graph:catalogue {
    ?part void:class ?class ; void:propertyPartition [ void:property ?term ; void:triples ?n ] }
} ORDER BY ?class ?term
"""
_WORDS: Final = "SELECT ?term ?about { GRAPH graph:terms { ?term skos:definition ?about } }"
_VALUES: Final = """
SELECT ?term ?label { GRAPH graph:schemes { ?term skos:inScheme ?scheme ; rdfs:label ?label } } ORDER BY ?term
"""
_GRAPHS: Final = f"""
SELECT ?term ?n ?about {{
  GRAPH graph:catalogue {{
    {_DATASET} void:subset ?term . ?term void:triples ?n ; dcterms:description ?about }}
}} ORDER BY ?term
"""


def terms() -> Response:
    """Offer prefixes, classes, properties with the classes that have them, values of closed lists, graphs.

    Terms are named as a query may name them, the most used first. Data that do not describe themselves
    offer prefixes and values only.
    """
    about = {row["term"]: row["about"] for row in _ask(_WORDS)}
    had_by: dict[Value, dict[str, Value]] = defaultdict(dict)
    for row in _ask(_PAIRS):
        had_by[row["term"]][shorten(str(row["class"]))] = row["n"]
    made = {
        "prefixes": dict(PREFIXES),
        "classes": [_term(row, about) for row in _ask(_CLASSES)],
        "properties": [{**_term(row, about), "of": had_by[row["term"]]} for row in _ask(_PROPERTIES)],
        "values": [{"name": shorten(str(row["term"])), "about": row["label"]} for row in _ask(_VALUES)],
        "graphs": [_term(row, {row["term"]: row["about"]}) for row in _ask(_GRAPHS)],
    }
    content = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return Response(content, content_type="application/json")


def _ask(query: str) -> Answer:
    return Answer.from_json(site().evaluator.evaluate(Request(query)).body)


def _term(row: Mapping[str, Value], about: Mapping[Value, Value]) -> dict[str, Value]:
    return {"name": shorten(str(row["term"])), "n": row["n"], "about": about.get(row["term"], "")}


def program() -> Response:
    """Show a query as programs send it, in several languages; `graph=true` when its answer is a graph."""
    asked = read()
    text = asked.one("query")
    if text is None:
        raise RequestError(400, "there is no query", hint="send it as the parameter `query`")
    endpoint = url_for("sparql", _external=True)
    written = code(endpoint, text, is_graph=asked.flag("graph"), inferred=asked.flag("inferred"))
    return Response(json.dumps([each._asdict() for each in written]), content_type="application/json")
