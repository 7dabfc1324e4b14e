"""The endpoint beside other SPARQL servers: same data, same queries, same requests, in turns."""

from __future__ import annotations

import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, serialize

from benchmarks import load, rivals
from resgraph.release import default_path, quads_path
from resgraph.store import INFERRED, Dataset
from resgraph.vocab import PREFIXES

Figures = dict[str, Any]

QUERIES = {
    "look-up": "SELECT ?p ?o { intervention:friends ?p ?o }",
    "1,000 rows": "SELECT ?f ?s ?d { ?f a rg:Finding ; rg:subject ?s ; rg:design ?d }",
    "star join": "SELECT ?f ?s ?d { ?f rg:object outcome:anxiety ; rg:subject ?s ; rg:design ?d }",
    "property path": "SELECT ?o { determinant:income-and-wealth (rg:shapes|rg:raisesRiskOf|rg:impairs)+ ?o }",
    "aggregate": "SELECT ?a (COUNT(?p) AS ?n) { ?p rg:overallAnswer ?a } GROUP BY ?a",
    "optional": "SELECT ?f ?v { ?f rg:subject intervention:kiva . OPTIONAL { ?f rg:estimate/rg:value ?v } }",
    "text filter": 'SELECT ?x ?l { ?x skos:prefLabel ?l FILTER(CONTAINS(LCASE(STR(?l)), "school")) }',
    "ordered page": "SELECT ?x ?l { ?x a rg:Finding ; rdfs:label|skos:prefLabel ?l } ORDER BY ?l ?x LIMIT 20",
}
#: What the goals speak of; the rest is asked in one way only, to keep the time short.
GOALS = ("look-up", "1,000 rows")
LARGE = "SELECT ?s ?p ?o ?t ?k { VALUES ?k { 1 2 } ?s ?p ?o . ?s a ?t }"
CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SECONDS = 2.0
#: Seconds without a request, in which servers may give back what they took.
REST = 15.0


def run() -> Figures:
    """Start the servers, compare their answers, measure in turns, print the ratios."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        quads, triples = _data(Path(name))
        servers = [stack.enter_context(rivals.resgraph())]
        starts: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("oxigraph", lambda: rivals.oxigraph(quads)),
            ("rdflib-endpoint", lambda: rivals.rdflib_endpoint(triples)),
            ("virtuoso", lambda: rivals.virtuoso(triples, Path(name))),
        )
        for rival, start in starts:
            try:
                servers.append(stack.enter_context(start()))
            except (OSError, RuntimeError) as error:
                print(f"{rival} does not take part: {error}")
        figures: Figures = {"memory at start, MB": {each.name: each.memory() for each in servers}}
        _compare(servers)
        figures |= _large(servers) | _rates(servers)
        for each in servers:
            each.go_on()
        figures["memory after load, MB"] = {each.name: each.memory() for each in servers}
        time.sleep(REST)
        figures["memory at rest, MB"] = {each.name: each.memory() for each in servers}
        for each in servers:
            each.show_pages()
        figures["memory with pages, MB"] = {each.name: each.memory() for each in servers}
    _tell(figures)
    return figures


def _data(directory: Path) -> tuple[Path, Path]:
    """Write what a query of the endpoint can see: every graph, and what is asserted as default graph."""
    dataset = Dataset.from_nquads(quads_path(default_path()))
    asserted = (quad for quad in dataset.quads() if quad.graph_name != INFERRED)
    default = list({Quad(quad.subject, quad.predicate, quad.object) for quad in asserted})
    quads, triples = directory / "all.nq", directory / "plain.nt"
    quads.write_bytes(serialize([*default, *dataset.quads()], format=RdfFormat.N_QUADS) or b"")
    triples.write_bytes(serialize((q.triple for q in default), format=RdfFormat.N_TRIPLES) or b"")
    return quads, triples


def _text(query: str) -> str:
    """Declare the prefixes of a query, for servers that know none."""
    used = [name for name in PREFIXES if f"{name}:" in query]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + query


def _rows(body: bytes) -> list[str]:
    bindings = json.loads(body)["results"]["bindings"]
    return sorted(json.dumps({k: _value(v) for k, v in sorted(row.items())}) for row in bindings)


def _value(cell: dict[str, str]) -> str:
    """Return what a cell says: engines write one number in several ways, and name blank nodes freely."""
    if cell["type"] == "bnode":
        return "_"
    with contextlib.suppress(ValueError):
        return str(float(cell["value"]))
    return cell["value"].lower() if cell["value"].lower() in ("true", "false") else cell["value"]


def _compare(servers: list[rivals.Server]) -> None:
    """Stop comparing with a server that answers otherwise: to be quick with wrong answers is no merit."""
    for name, query in (QUERIES | {"100,000 rows": LARGE}).items():
        expected = _rows(load.once(servers[0].address, _text(query))[2])
        for each in servers[1:]:
            try:
                same = _rows(load.once(each.address, _text(query))[2]) == expected
            except (OSError, RuntimeError, ValueError) as error:
                same = False
                print(f"{each.name}: {name}: {error}")
            if not same:
                print(f"{each.name} answers `{name}` otherwise: its figures for it mean little")


def _rates(servers: list[rivals.Server]) -> Figures:
    figures: Figures = {}
    for name, query in QUERIES.items():
        goal = name in GOALS
        for fresh in (False, True) if goal else (True,):
            for connections in CONNECTIONS if goal else (8,):
                key = f"{name}, {'fresh' if fresh else 'repeated'}, {connections} connections"
                rounds = ROUNDS if connections == 8 and goal else 1
                figures[key] = _in_turns(servers, _text(query), connections, rounds, fresh)
                print(key, {name: round(each, 1) for name, each in figures[key].items()}, flush=True)
    return figures


def _in_turns(
    servers: list[rivals.Server], query: str, connections: int, rounds: int, fresh: bool
) -> dict[str, float]:
    """Return the median of the rates; servers take turns, so that what disturbs one disturbs all."""
    found: dict[str, list[float]] = {each.name: [] for each in servers}
    for _ in range(rounds):
        for each in servers:
            slow = each.name in ("rdflib-endpoint", "virtuoso")
            seconds = 1.0 if slow else SECONDS
            if slow and connections != 8:
                continue
            each.alone(servers)
            given = {"connections": connections, "seconds": seconds, "fresh": fresh}
            found[each.name].append(load.rate(each.address, query, **given))  # type: ignore[arg-type]
    return {name: statistics.median(rates) for name, rates in found.items() if rates}


def _large(servers: list[rivals.Server]) -> Figures:
    first: dict[str, list[float]] = {each.name: [] for each in servers}
    whole: dict[str, list[float]] = {each.name: [] for each in servers}
    for n in range(7):
        for each in servers:
            if n > 0 and each.name in ("rdflib-endpoint", "virtuoso"):
                continue
            each.alone(servers)
            a, b, _ = load.once(each.address, f"{_text(LARGE)} # {n}")
            first[each.name].append(a * 1000)
            whole[each.name].append(b * 1000)
    return {
        "100,000 rows, first byte, ms": {name: statistics.median(each) for name, each in first.items()},
        "100,000 rows, whole, ms": {name: statistics.median(each) for name, each in whole.items()},
    }


def ratios(row: dict[str, float], key: str) -> dict[str, float]:
    """Return how many times better resgraph is than each rival: more requests, fewer milliseconds or MB."""
    ours = row["resgraph"]
    less = key.endswith((", ms", ", MB"))
    return {
        name: (value / ours if less else ours / value) if ours and value else 0.0
        for name, value in row.items()
        if name != "resgraph"
    }


def _tell(figures: Figures) -> None:
    names = list(figures["memory at start, MB"])
    print(f"\n{'':<42}" + "".join(f"{name:>16}" for name in names) + "   resgraph is better by")
    for key, row in figures.items():
        cells = "".join(f"{row[name]:>16,.1f}" if name in row else f"{'':>16}" for name in names)
        better = ", ".join(f"{ratio:.2f}" for ratio in ratios(row, key).values())
        print(f"{key:<42}{cells}   {better}")
