"""Clients that people really use get from the endpoint what the library itself answers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

from resgraph.graph import Graph
from resgraph.vocab import PREFIXES

HERE = Path(__file__).parent
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("rg", "rdfs", "factor", "rdf"))

#: Unbound cells, language tags, numbers, letters beyond ASCII: what clients get wrong.
SELECTS = {
    "labels": "SELECT ?s ?name { ?s a rg:Intervention ; rdfs:label ?name } ORDER BY ?s",
    "unbound": "SELECT ?s ?level { ?s a rg:ProtectiveFactor OPTIONAL { ?s rg:level ?level } } ORDER BY ?s",
    "numbers": "SELECT ?s ?n { ?s a rg:Proposition ; rg:independentStudies ?n } ORDER BY ?s LIMIT 100",
    "letters": 'SELECT ?n ?x { VALUES (?n ?x) { (1 "é\\n\\"") (2 "\\u4e2d"@zh) (3 UNDEF) } } ORDER BY ?n',
}
ASKS = {"yes": "ASK { ?s a rg:RiskFactor }", "no": "ASK { ?s a rg:NoSuchThing }"}
CONSTRUCTS = {
    "edges": "CONSTRUCT { ?s rg:aimsToBuild ?o . ?o rdfs:label ?name } "
    "{ ?s rg:aimsToBuild ?o . ?o rdfs:label ?name }"
}
QUERIES = {name: PROLOGUE + text for name, text in {**SELECTS, **ASKS, **CONSTRUCTS}.items()}

#: A term that every library can be compared by: kind, value, datatype or language.
Plain = tuple[str, str, str] | None
#: Whether it holds; rows in their order; triples in any order.
Comparable = bool | list[tuple[Plain, ...]] | set[tuple[Plain, ...]]

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def plain(term: object) -> Plain:
    """Return what a term of pyoxigraph says."""
    match term:
        case None:
            return None
        case NamedNode():
            return "iri", term.value, ""
        case Literal():
            return "literal", term.value, term.language or term.datatype.value
        case BlankNode():
            return "blank", "", ""
    raise AssertionError(term)


def of_rdflib(term: object) -> Plain:
    """Return what a term of rdflib says."""
    match term:
        case None:
            return None
        case rdflib.URIRef():
            return "iri", str(term), ""
        case rdflib.Literal():
            return "literal", str(term), str(term.language or term.datatype or XSD_STRING)
    raise AssertionError(term)


def of_json(cell: dict[str, str] | None) -> Plain:
    """Return what a cell of SPARQL JSON says."""
    if cell is None:
        return None
    if cell["type"] == "uri":
        return "iri", cell["value"], ""
    return "literal", cell["value"], cell.get("xml:lang") or cell.get("datatype") or XSD_STRING


def of_javascript(term: dict[str, str] | None) -> Plain:
    """Return what a term of RDF/JS says, as tests/clients/comunica/ask.mjs prints it."""
    if term is None:
        return None
    if term["kind"] == "NamedNode":
        return "iri", term["value"], ""
    return "literal", term["value"], term["language"] or term.get("datatype") or XSD_STRING


def cells(row: Iterable[object]) -> tuple[Plain, ...]:
    return tuple(plain(term) for term in row)


@pytest.fixture(scope="session")
def expected(graph: Graph) -> dict[str, Comparable]:
    """The library's own answers."""
    found: dict[str, Comparable] = {}
    for name, text in QUERIES.items():
        answer = graph.query(text)
        if answer.kind == "boolean":
            found[name] = bool(answer)
        else:
            rows = [cells(row) for row in answer.terms]
            assert rows
            found[name] = set(rows) if answer.kind == "graph" else rows
    assert found["yes"] is True
    assert found["no"] is False
    return found


def rows_of(answer: QuerySolutions) -> list[tuple[Plain, ...]]:
    names = [variable.value for variable in answer.variables]
    return [cells(row[name] for name in names) for row in answer]


def with_sparqlwrapper(endpoint: str, text: str) -> Comparable:
    client = SPARQLWrapper(endpoint)
    client.setQuery(text)
    client.setMethod("POST" if "VALUES" in text else "GET")
    if client.queryType == "CONSTRUCT":
        client.setReturnFormat(TURTLE)
        return {cells(quad.triple) for quad in parse(client.query().convert(), format=RdfFormat.TURTLE)}
    client.setReturnFormat(JSON)
    answer: dict[str, Any] = client.query().convert()  # type: ignore[assignment]
    if "boolean" in answer:
        return bool(answer["boolean"])
    names = answer["head"]["vars"]
    return [tuple(of_json(row.get(name)) for name in names) for row in answer["results"]["bindings"]]


def with_rdflib(endpoint: str, text: str) -> Comparable:
    store = SPARQLStore(endpoint, method="POST_FORM" if "VALUES" in text else "GET")
    answer = rdflib.Graph(store).query(text)
    if answer.type == "ASK":
        return bool(answer.askAnswer)
    if answer.type == "CONSTRUCT":
        assert answer.graph is not None
        return {tuple(of_rdflib(term) for term in triple) for triple in answer.graph}
    return [tuple(of_rdflib(term) for term in row) for row in answer]  # type: ignore[union-attr]


def with_pyoxigraph(endpoint: str, text: str) -> Comparable:
    """Ask from a store of one's own, which calls the endpoint by SERVICE."""
    head, _, body = text.removeprefix(PROLOGUE).partition("{")
    if head.startswith("CONSTRUCT"):
        template, _, body = body.partition("} {")
        head = f"{head} {{ {template} }}"
    inner, _, order = body.rpartition("}")
    inside = f"SELECT * {{ {inner} }} {order}" if "LIMIT" in order else inner
    answer = Store().query(f"{PROLOGUE} {head} {{ SERVICE <{endpoint}> {{ {inside} }} }} {order}")
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    if isinstance(answer, QueryTriples):
        return {cells(triple) for triple in answer}
    return rows_of(answer)


def with_curl(endpoint: str, text: str) -> Comparable:
    graph = "CONSTRUCT" in text
    accept = "application/n-triples" if graph else "application/sparql-results+xml"
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--fail",
        "--noproxy",
        "*",
        "--header",
        f"Accept: {accept}",
    ]
    body = subprocess.run(
        [*command, "--data-urlencode", "query@-", endpoint], input=text.encode(), stdout=-1, check=True
    ).stdout
    if graph:
        return {cells(quad.triple) for quad in parse(body, format=RdfFormat.N_TRIPLES)}
    answer = parse_query_results(body, format=QueryResultsFormat.XML)
    return bool(answer) if isinstance(answer, QueryBoolean) else rows_of(answer)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("client", [with_sparqlwrapper, with_rdflib, with_pyoxigraph, with_curl])
def test_a_client_hears_what_the_library_says(
    server: str,
    expected: dict[str, Comparable],
    need: Callable[..., None],
    client: Callable[[str, str], Comparable],
    name: str,
) -> None:
    if client is with_curl:
        need("curl")
    assert client(f"{server}/sparql", QUERIES[name]) == expected[name]


@pytest.fixture(scope="session")
def comunica(installed: Callable[[Path], Path]) -> Path:
    """A directory with Comunica in it."""
    return installed(HERE / "comunica")


def with_comunica(where: Path, endpoint: str, texts: Sequence[str]) -> list[Comparable]:
    done = subprocess.run(
        ["node", "ask.mjs", endpoint],
        cwd=where,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Comparable] = []
    for answer, text in zip(json.loads(done.stdout), texts, strict=True):
        if isinstance(answer, bool):
            answers.append(answer)
        else:
            rows = [tuple(map(of_javascript, row)) for row in answer]
            answers.append(set(rows) if "CONSTRUCT" in text else rows)
    return answers


def test_comunica_hears_what_the_library_says(
    server: str, expected: dict[str, Comparable], comunica: Path
) -> None:
    answers = with_comunica(comunica, f"{server}/sparql", list(QUERIES.values()))
    assert dict(zip(QUERIES, answers, strict=True)) == expected
