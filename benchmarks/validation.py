"""`resgraph validate` beside plain pySHACL and pyshifty, end to end: parse, check, report.

The data are copies of the project's own, with addresses of their own, in which every hundredth subject is
broken. Every engine must find the same: focus node, path, value, kind of constraint and severity.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from resgraph.sources import packaged
from resgraph.validate import validate
from resgraph.vocab import BIBO, DCTERMS, ID, PREF_LABEL, PROV, SKOS, term

SIZES = (10_000, 100_000)
#: a rival that would take minutes is left out above this size
SLOW_ABOVE = 200_000
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
Found = Counter[tuple[str, ...]]
#: from a file to a report
Check = Callable[[Path], Any]
#: texts that no two things may share
OWN = {PREF_LABEL, *map(NamedNode, (SKOS + "altLabel", DCTERMS + "title", BIBO + "doi", BIBO + "pmid"))}
NEEDED = {NamedNode(PROV + "hadPrimarySource"), term("relation"), term("design"), term("provision")}


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, float]]:
    """Validate data of each size, print the ratios, return the seconds."""
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, f"{size}.nt")
            count = write(path, size)
            figures[str(size)] = compare(path, count)
    return figures


def write(path: Path, size: int) -> int:
    """Write data of about a size; return how many statements they are."""
    words = [quad.triple for file in packaged().ontology for quad in parse(path=file)]
    content = list(words)
    copy = 0
    while len(content) < size:
        content += renamed(broken(records(size - len(content))), copy)
        copy += 1
    path.write_bytes(serialize(content, format=RdfFormat.N_TRIPLES) or b"")
    return len(content)


def records(most: int) -> list[Triple]:
    """Return the project's records, whole ones, until there are enough statements."""
    files = [path for path in packaged().data if path.name != "points.ttl"]
    by_subject: dict[object, list[Triple]] = {}
    for file in sorted(files, key=lambda path: path.stat().st_size):
        for quad in parse(path=file):
            by_subject.setdefault(quad.subject, []).append(quad.triple)
    found: list[Triple] = []
    for triples in by_subject.values():
        if len(found) >= most:
            break
        found += triples
    there = {triple.subject for triple in found}
    return [t for t in found if not _is_record(t.object) or t.object in there]


def broken(triples: list[Triple]) -> list[Triple]:
    """Return records of which some lack what they need."""
    needed = [triple for triple in triples if triple.predicate in NEEDED]
    gone = set(needed[::100])
    return [triple for triple in triples if triple not in gone]


def renamed(triples: list[Triple], copy: int) -> list[Triple]:
    """Return records under other addresses and names."""
    end = f"-{copy}" if copy else ""

    def new(node: Any, own: bool) -> Any:
        if _is_record(node):
            return NamedNode(node.value + end)
        if own and isinstance(node, Literal) and copy:
            text = f"{node.value} {copy}" if node.language else f"{node.value}{copy}"
            return Literal(text, language=node.language) if node.language else Literal(text)
        return node

    return [Triple(new(s, False), p, new(o, p in OWN)) for s, p, o in triples]


def _is_record(node: object) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(ID)


# --- engines ---


def ours(engine: str) -> Check:
    """Validate as the command does, to the standard report as text."""
    return lambda path: validate(path, packaged().shapes, context=(), engine=engine).to_turtle()


def plain_pyshacl(path: Path) -> rdflib.Graph:
    """Validate as pySHACL's documentation does."""
    return pyshacl.validate(rdflib.Graph().parse(path), shacl_graph=_shapes())[1]


def pyshifty(path: Path) -> rdflib.Graph:
    """Validate with another engine in Rust, which reads the file itself."""
    import shifty

    return shifty.validate(str(path), [str(shape) for shape in packaged().shapes])[1]


def _shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in packaged().shapes:
        graph.parse(path)
    return graph


def found(report: rdflib.Graph | str) -> Found:
    """Return what a report says, in a form to compare."""
    if isinstance(report, str):
        report = rdflib.Graph().parse(data=report, format="turtle")
    names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity")
    said: Found = Counter()
    for node in report.objects(None, SH.result):
        path = report.value(node, SH.resultPath)
        way = "a path" if isinstance(path, rdflib.BNode) else str(path)
        said[(way, *(str(report.value(node, SH[name])) for name in names))] += 1
    return said


ENGINES: dict[str, Check] = {
    "plain pySHACL": plain_pyshacl,
    "pyshifty": pyshifty,
    "resgraph, pySHACL": ours("pyshacl"),
    "resgraph, shacl": ours("shacl"),
}


def compare(path: Path, count: int) -> dict[str, float]:
    """Time every engine on a file and compare what they find."""
    seconds: dict[str, float] = {}
    sets: dict[str, Found] = {}
    for name, check in ENGINES.items():
        if count > SLOW_ABOVE and name == "resgraph, pySHACL":
            continue
        seconds[name], sets[name] = _timed(check, path)
    reference = sets["plain pySHACL"]
    print(f"\n{count:,} statements, {sum(reference.values()):,} results")
    for name, took in seconds.items():
        same = "same results" if sets[name] == reference else f"OTHER RESULTS ({sum(sets[name].values()):,})"
        ratio = seconds["plain pySHACL"] / took
        print(f"  {name:20} {took:8.2f} s  {ratio:6.1f} times as fast as plain pySHACL  {same}")
    return seconds


def _timed(check: Check, path: Path) -> tuple[float, Found]:
    """Run an engine once: each of them has met the smaller data before, so nothing is cold."""
    with _quiet():
        started = time.perf_counter()
        report = check(path)
        took = time.perf_counter() - started
    return took, found(report)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep warnings of the rivals out of the table."""
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


if __name__ == "__main__":
    run(tuple(int(each) for each in sys.argv[1:]) or SIZES)
