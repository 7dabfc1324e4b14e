"""The library beside plain rdflib and networkx on one release: answers compared first, figures as ratios."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import networkx
import pandas
import rdflib
from rapidfuzz import fuzz, utils
from rdflib import URIRef

import resgraph
from resgraph.graph import Graph
from resgraph.paths import LINKS, Links
from resgraph.release import quads_path
from resgraph.things import Proposition
from resgraph.things.evidence import Evidence
from resgraph.vocab import GRAPH, NS, PREFIXES, shorten

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
LARGE = "SELECT ?s ?p ?o ?t ?k { VALUES ?k { 1 2 } ?s ?p ?o . ?s a ?t }"
#: Words with slips, and what has a name to be sought.
SOUGHT = ("bulying", "anxeity", "mindfullness", "resilience")
NAMED = ("Intervention", "RiskFactor", "ProtectiveFactor", "Outcome", "Determinant", "PopulationGroup")
NAMED += ("Action", "Source", "Study")
#: Between which things all paths are looked for, over all edges, in both directions of each.
STARTS = ("poverty", "adverse-childhood-experiences", "zippys-friends", "learning-together")
ENDS = ("depression", "mental-wellbeing", "academic-attainment")
#: What of an edge is compared: its ends, and the answer and the strength that stand behind it.
Seen = tuple[str, str, str, str]


def median(call: Callable[[], object], least: float = 0.3) -> float:
    """Return the median seconds of repeated calls that together take at least `least` seconds."""
    times: list[float] = []
    while sum(times) < least or len(times) < 3:
        times.append(timed(call)[0])
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


def every_graph(path: Path) -> rdflib.Dataset:
    """Load the whole release into rdflib."""
    return rdflib.Dataset().parse(path, format="nquads")  # type: ignore[return-value]


def run() -> dict[str, dict[str, float]]:
    """Do everything in both ways, print the ratios, return the seconds."""
    ours, rival = resgraph.load(), plain(quads_path())
    figures = dict(_start())
    figures |= {name: _query(ours, rival, name, query) for name, query in QUERIES.items()}
    figures["frame of 100,000 rows"] = _frame(ours, rival)
    figures["search"] = _search(ours, rival)
    figures["evidence"] = _evidence(ours, rival)
    figures |= _neighbours(ours, rival)
    figures["all paths up to 4 hops"] = _paths(ours)
    print(f"{'':<34}{'resgraph ms':>12}{'rival ms':>12}{'times':>8}")
    for name, (a, b) in figures.items():
        print(f"{name:<34}{a * 1000:>12.2f}{b * 1000:>12.2f}{b / a:>8.1f}")
    return {name: {"resgraph": a, "rival": b} for name, (a, b) in figures.items()}


def _start() -> Iterator[tuple[str, tuple[float, float]]]:
    """Import, and load the release: every graph, and ours with the merged default graph beside."""
    yield "import", (_imported("resgraph"), _imported("rdflib"))
    yield "load", (median(resgraph.load, 1), median(lambda: every_graph(quads_path())))


def _imported(name: str) -> float:
    """Return the seconds that a new Python takes to import a package, without its own start."""
    code = f"import time; t = time.perf_counter(); import {name}; print(time.perf_counter() - t)"
    runs = (subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(5))
    return statistics.median(float(done.stdout) for done in runs)


def _query(ours: Graph, rival: rdflib.Graph, name: str, query: str) -> tuple[float, float]:
    here, there = ours.query(query), list(rival.query(query, initNs=dict(PREFIXES)))
    _same(name, len(here), len(there))
    return median(lambda: list(ours.query(query))), median(
        lambda: list(rival.query(query, initNs=dict(PREFIXES)))
    )


def _frame(ours: Graph, rival: rdflib.Graph) -> tuple[float, float]:
    def there() -> pandas.DataFrame:
        found = rival.query(LARGE)
        rows = [[_plain(cell) for cell in row] for row in found]  # type: ignore[union-attr]
        return pandas.DataFrame(rows, columns=[str(name) for name in found.vars or ()])

    theirs, frame = timed(there)
    _same("frame", _values(ours.query(LARGE).to_pandas()), _values(frame))  # type: ignore[arg-type]
    return median(lambda: ours.query(LARGE).to_pandas(), 1), theirs


def _values(frame: pandas.DataFrame) -> list[tuple[str, ...]]:
    """Return the rows, sorted; numbers as numbers, and blank nodes without the names that differ."""
    return sorted(tuple(map(_value, row)) for row in frame.itertuples(index=False))


def _plain(cell: Any) -> object:
    return cell.n3() if isinstance(cell, rdflib.BNode) else cell.toPython()


def _value(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.hex()
    if str(cell).startswith("_:"):
        return "_"
    try:
        return str(float(cell))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(cell)


def _search(ours: Graph, rival: rdflib.Graph) -> tuple[float, float]:
    """Find what is called by words with a slip in them; the rival uses the same measure of likeness."""

    def here() -> list[set[str]]:
        return [{each.iri for each in ours.search(words, limit=9999)} for words in SOUGHT]

    def there() -> list[set[str]]:
        return [set(_named(rival, words)) for words in SOUGHT]

    _same("search", here(), there())
    return median(here), median(there)


def _named(graph: rdflib.Graph, wanted: str) -> Iterator[str]:
    kinds = {URIRef(NS + name) for name in NAMED}
    for property_ in (rdflib.RDFS.label, rdflib.SKOS.altLabel, rdflib.DCTERMS.title):
        for thing, name in graph.subject_objects(property_):
            if kinds.isdisjoint(graph.objects(thing, rdflib.RDF.type)):
                continue
            words = utils.default_process(str(name)).split()
            alike = (max(fuzz.ratio(wanted, word), 92.0 * word.startswith(wanted)) for word in words)
            if any(worth >= 75 for worth in alike):
                yield str(thing)


def _evidence(ours: Graph, rival: rdflib.Graph) -> tuple[float, float]:
    """Gather what the findings on a question say, with the fields that an answer must give."""
    things = [each for each in ours.things("proposition") if isinstance(each, Proposition)]
    asked = [(each.subject.iri, each.object.iri) for each in things if each.moderates is None][::9]
    views = [(ours.at(a), ours.at(b)) for a, b in asked]

    def here() -> list[tuple[str, list[tuple[str, ...]]]]:
        return [_told(ours.evidence(a, b)) for a, b in views]

    def there() -> list[tuple[str, list[tuple[str, ...]]]]:
        return [_told_by_rdflib(rival, URIRef(a), URIRef(b)) for a, b in asked]

    _same("evidence", here(), there())
    return median(here), median(there)


def _told(found: Evidence) -> tuple[str, list[tuple[str, ...]]]:
    rows = [
        (
            each.iri,
            each.relation.label,
            each.design.label,
            each.source.label,
            str(each.participants),
            (each.estimate and each.estimate.as_published) or "",
            str(each.follow_up_months is not None),
        )
        for each in found.findings
    ]
    return f"{found.answer.label} {found.strength.label if found.strength else ''}", sorted(rows)


def _told_by_rdflib(graph: rdflib.Graph, a: URIRef, b: URIRef) -> tuple[str, list[tuple[str, ...]]]:
    def label(node: Any) -> str:
        return str(graph.value(node, rdflib.RDFS.label) or "")

    def value(node: Any, name: str) -> Any:
        return graph.value(node, URIRef(NS + name))

    on_it = set(graph.subjects(URIRef(NS + "subject"), a)) & set(graph.subjects(URIRef(NS + "object"), b))
    question = next(
        each
        for each in on_it
        if (each, rdflib.RDF.type, URIRef(NS + "Proposition")) in graph and value(each, "moderates") is None
    )
    rows = []
    for each in graph.objects(question, URIRef(NS + "hasFinding")):
        estimate = value(each, "estimate")
        rows.append(
            (
                str(each),
                label(value(each, "relation")),
                label(value(each, "design")),
                label(graph.value(each, rdflib.PROV.hadPrimarySource)),
                str(value(each, "participants")),
                str((estimate and value(estimate, "asPublished")) or ""),
                str(value(each, "followUpMonths") is not None),
            )
        )
    return f"{label(value(question, 'overallAnswer'))} {label(value(question, 'strength'))}", sorted(rows)


def _neighbours(ours: Graph, rival: rdflib.Graph) -> dict[str, tuple[float, float]]:
    """Take every edge of every intervention, with its evidence: for the first time, and then again."""
    things = [each.iri for each in ours.things("intervention")]

    def here(graph: Graph) -> list[Seen]:
        edges = (edge for iri in things for edge in graph.neighbours(iri))
        return sorted({(e.subject.iri, e.object.iri, e.answer or "", e.strength or "") for e in edges})

    def there() -> list[Seen]:
        return sorted({seen for iri in things for seen in _by_rdflib(rival, URIRef(iri))})

    _same("neighbours", here(ours), there())
    theirs = median(there)
    return {
        "neighbours of all, the first time": (median(lambda: here(Graph(ours.dataset))), theirs),
        "neighbours of all interventions": (median(lambda: here(ours)), theirs),
    }


def _by_rdflib(graph: rdflib.Graph, thing: URIRef) -> Iterator[Seen]:
    """The same in plain rdflib: interventions have edges that lead out only."""
    names = {name for kind in ("evidenced", "intended") for name in LINKS[kind]}  # type: ignore[index]
    for object_ in {each for name in names for each in graph.objects(thing, URIRef(NS + name))}:
        on_it = set(graph.subjects(URIRef(NS + "subject"), thing)) & set(
            graph.subjects(URIRef(NS + "object"), object_)
        )
        for record in on_it:
            answer = graph.value(record, URIRef(NS + "overallAnswer"))
            if answer is not None:
                strength = graph.value(record, URIRef(NS + "strength")) or ""
                yield (
                    str(thing),
                    str(object_),
                    str(answer).rsplit("/", 1)[1],
                    str(strength).rsplit("/", 1)[-1],
                )


def _paths(ours: Graph) -> tuple[float, float]:
    links = Links(ours.dataset)
    rival = networkx.Graph((shorten(links.names[a]), shorten(links.names[b])) for a, b in links.edges("all"))
    pairs = list(product(STARTS, ENDS))
    ends = [
        (shorten(links.names[links.find(a) or 0]), shorten(links.names[links.find(b) or 0])) for a, b in pairs
    ]

    def here() -> int:
        return sum(len(ours.paths(a, b, 4, only="all", directed=False)) for a, b in pairs)

    def there() -> int:
        return sum(1 for a, b in ends for _ in networkx.all_simple_paths(rival, a, b, cutoff=4))

    first, (start, end) = pairs[0], ends[0]
    found = {
        tuple(shorten(each.iri) for each in path.things)
        for path in ours.paths(*first, 3, only="all", directed=False)
    }
    _same("paths", found, set(map(tuple, networkx.all_simple_paths(rival, start, end, cutoff=3))))
    theirs, number = timed(there)
    _same("number of paths", here(), number)
    print(f"{number:,} paths between {len(pairs)} pairs")
    return median(here), theirs


def _same(name: str, here: object, there: object) -> None:
    if here != there:
        sys.exit(f"{name}: the answers differ; no point in timing")
