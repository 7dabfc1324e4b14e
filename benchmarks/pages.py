"""What a page costs: every address of the release is asked for as a page, none of them kept, in one process.

Processor time, so that what else the machine does counts little; each page is the best of three.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator

from flask.testing import FlaskClient
from pyoxigraph import NamedNode

import resgraph
from resgraph.describe.address import kind_of
from resgraph.graph import Graph
from resgraph.vocab import BASE, ID
from resgraph.web import create_app

#: Pages that are nobody's document.
SHELVES = ("/", "/browse", "/browse/finding", "/gaps", "/search?q=anxiety", "/briefing", "/sparql")
#: Addresses at which programs find what they want, or answers that are no page.
_FOR_PROGRAMS = ("/sparql", "/dumps", "/schema.", "/mappings")


def run(every: int = 1) -> dict[str, dict[str, float]]:
    """Draw every page, or each one of so many; print and return milliseconds of processor time by kind."""
    graph = resgraph.load()
    client = create_app(graph.dataset, graph.manifest).test_client()
    for path in SHELVES:
        _cost(client, path)
    # As in a worker: what is there already is not looked through again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    costs: dict[str, list[float]] = defaultdict(list)
    for place, (kind, path) in enumerate(_addresses(graph)):
        if place % every == 0:
            costs[kind].append(min(_cost(client, path) for _ in range(3)))
    figures = {kind: _figures(found) for kind, found in sorted(costs.items())}
    print(f"{'page, ms of processor time':<34}{'pages':>8}{'median':>8}{'95%':>8}{'most':>8}")
    for kind, row in figures.items():
        print(f"{kind:<34}" + f"{row['pages']:>8.0f}" + "".join(f"{row[name]:>8.1f}" for name in _NAMES))
    return figures


_NAMES = ("median", "95%", "most")


def _addresses(graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield the kind and the path of every page; things that share a page are one."""
    names = {
        node.value
        for quad in graph.dataset.quads()
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(node, NamedNode) and node.value.startswith(BASE)
    }
    paths = {
        "/" + (iri.replace(ID, BASE + "doc/")).partition("#")[0].removeprefix(BASE): iri for iri in names
    }
    for path, iri in sorted(paths.items()):
        if path != "/" and not path.startswith(_FOR_PROGRAMS):
            yield kind_of(iri), path
    yield from ((f"page {path.partition('?')[0]}", path) for path in SHELVES)


def _cost(client: FlaskClient, path: str) -> float:
    """Return the milliseconds of processor time that a page takes."""
    before = time.process_time()
    with client.get(path, headers={"Accept": "text/html"}) as reply:
        assert reply.status_code == 200, path
    return (time.process_time() - before) * 1000


def _figures(costs: list[float]) -> dict[str, float]:
    costs.sort()
    return {
        "pages": len(costs),
        "median": statistics.median(costs),
        "95%": costs[int(len(costs) * 0.95)],
        "most": costs[-1],
    }
