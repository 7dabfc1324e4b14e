"""The graph for other libraries: networkx and rdflib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from resgraph.errors import UnknownThingError
from resgraph.extras import bring
from resgraph.store import Dataset
from resgraph.vocab import ASSERTED, GRAPHS, graph, shorten

if TYPE_CHECKING:
    import networkx
    import rdflib

    from resgraph.paths import Edge


def to_networkx(edges: Iterable[Edge]) -> networkx.MultiDiGraph[str]:
    """Return edges as a directed graph of networkx whose nodes are short names such as ``factor:bullying``.

    A node has `iri`, `kind` and `label`. A property in a graph is an edge of its own, with that property as
    key; it has the `kind` of the graph and what `Edge.to_dict` says of its evidence.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> made = to_networkx(g.neighbours("kiva", "out", only="evidenced"))
    >>> made.has_edge("intervention:kiva", "factor:bullying-victimisation")
    True
    """
    nx = bring("networkx", "networkx")
    made: networkx.MultiDiGraph[str] = nx.MultiDiGraph()
    for edge in edges:
        row = edge.to_dict()
        for node in (edge.subject, edge.object):
            made.add_node(shorten(node.iri), iri=node.iri, kind=node.kind, label=node.label)
        said = {name: row[name] for name in row if name not in ("subject", "object", "predicate", "kind")}
        kinds = (("evidenced", edge.evidenced), ("intended", edge.intended), ("inferred", edge.inferred))
        for kind, predicates in kinds:
            for name in predicates:
                key = f"rg:{name}" if not made.has_edge(*_ends(edge), f"rg:{name}") else f"rg:{name} {kind}"
                made.add_edge(*_ends(edge), key, predicate=f"rg:{name}", kind=kind, **said)
    return made


def to_rdflib(dataset: Dataset, graphs: str | Sequence[str] | None = None) -> rdflib.Graph:
    """Return graphs as those of rdflib; literals keep their characters.

    One name gives a ``Graph``; several give a ``Dataset`` whose plain queries see them all. Without names:
    all but the inferred one.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> len(to_rdflib(g.dataset, "intended")) == len(list(g.dataset.quads(graph("intended"))))
    True
    """
    import rdflib

    from resgraph.terms import to_rdflib as term

    known = cache(term)
    one = isinstance(graphs, str)
    names: Sequence[str] = [graphs] if isinstance(graphs, str) else graphs or ASSERTED
    into = rdflib.Graph() if one else rdflib.Dataset(default_union=True)
    for name in names:
        if name not in GRAPHS:
            raise UnknownThingError(f"there is no graph {name!r}", hint=f"graphs: {', '.join(GRAPHS)}")
        context = into if isinstance(into, rdflib.Graph) and one else into.graph(graph(name).value)  # type: ignore[attr-defined]
        quads = dataset.quads(graph(name))
        context.addN((known(q.subject), known(q.predicate), known(q.object), context) for q in quads)
    return into


def _ends(edge: Edge) -> tuple[str, str]:
    return shorten(edge.subject.iri), shorten(edge.object.iri)
