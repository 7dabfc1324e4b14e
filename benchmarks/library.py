"""The library beside plain rdflib on one release: answers compared first, figures as ratios."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import rdflib

import resgraph
from resgraph.release import quads_path
from resgraph.vocab import GRAPH, PREFIXES

QUERIES = {
    "look-up": "SELECT ?p ?o { intervention:friends ?p ?o }",
    "findings of a subject": """
        SELECT ?f ?v { ?f rg:subject intervention:kiva . OPTIONAL { ?f rg:estimate/rg:value ?v } }""",
    "star join": """
        SELECT ?f ?s ?d { ?f a rg:Finding ; rg:subject ?s ; rg:design ?d ; rg:object outcome:anxiety }""",
    "two hops of edges": "SELECT ?i ?o { ?i rg:builds ?f . ?f rg:protectsAgainst ?o }",
    "property path": "SELECT ?o { determinant:income-and-wealth (rg:shapes|rg:raisesRiskOf|rg:impairs)+ ?o }",
    "count by answer": "SELECT ?a (COUNT(?p) AS ?n) { ?p rg:overallAnswer ?a } GROUP BY ?a",
}


def median(call: Callable[[], object], least: float = 0.3) -> float:
    """Return the median seconds of repeated calls that together take at least `least` seconds."""
    times: list[float] = []
    while sum(times) < least or len(times) < 3:
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def timed(call: Callable[[], object]) -> tuple[float, object]:
    """Return how long one call takes, and what it returns."""
    started = time.perf_counter()
    answer = call()
    return time.perf_counter() - started, answer


def plain(path: Path) -> rdflib.Graph:
    """Load what a plain query sees into rdflib: every graph but the inferred one, merged."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = (line.rsplit(" <", 1)[0] + " ." for line in lines if not line.endswith(f"<{GRAPH}inferred> ."))
    return rdflib.Graph().parse(data="\n".join(kept), format="nt")


def run() -> dict[str, dict[str, float]]:
    """Ask every query of both, print the ratios, return the seconds."""
    load_ours, ours = timed(resgraph.load)
    load_plain, rival = timed(lambda: plain(quads_path()))
    figures = {"load": (load_ours, load_plain)}
    for name, query in QUERIES.items():
        here = ours.query(query)  # type: ignore[attr-defined]
        there = rival.query(query, initNs=dict(PREFIXES))  # type: ignore[attr-defined]
        if len(here) != (rows := len(list(there))):
            sys.exit(f"{name}: {len(here)} rows here, {rows} there; no point in timing")
        figures[name] = (
            median(lambda q=query: ours.query(q)),  # type: ignore[misc, attr-defined]
            median(lambda q=query: list(rival.query(q, initNs=dict(PREFIXES)))),  # type: ignore[misc, attr-defined]
        )
    print(f"{'':<24}{'resgraph ms':>12}{'rdflib ms':>12}{'times':>8}")
    for name, (a, b) in figures.items():
        print(f"{name:<24}{a * 1000:>12.2f}{b * 1000:>12.2f}{b / a:>8.1f}")
    return {name: {"resgraph": a, "rdflib": b} for name, (a, b) in figures.items()}
