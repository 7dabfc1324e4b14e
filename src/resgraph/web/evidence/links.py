"""What a thing is linked to, by the kind of statement: in lists, and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from resgraph.describe import Document
from resgraph.vocab import DCTERMS, ID, NS, TYPE, graph
from resgraph.web.site import local
from resgraph.web.statements import why

#: The graphs of links, by what is said in them.
_KINDS: Final[Mapping[object, str]] = {graph(name): name for name in ("intended", "evidenced", "inferred")}


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from or to a thing, of one of three kinds, and where it is said why."""

    verb: str
    other: str
    address: str
    why: str
    outward: bool


def edges(document: Document, *kinds: str) -> Mapping[str, Sequence[Edge]]:
    """Return the links of a thing in some graphs, by the graph: those that lead out of it first."""
    topic = document.topic
    found: dict[str, set[Edge]] = {kind: set() for kind in kinds}
    for outward, quads in ((True, document.about(topic)), (False, document.leading_to(topic))):
        for quad in quads:
            kind = _KINDS.get(quad.graph_name)
            edge = _edge(document, quad, outward) if kind in found else None
            if kind and edge:
                found[kind].add(edge)
    return {
        kind: sorted(links, key=lambda each: (not each.outward, each.verb, each.other))
        for kind, links in found.items()
    }


def _edge(document: Document, quad: Quad, outward: bool) -> Edge | None:
    other = quad.object if outward else quad.subject
    if not isinstance(other, NamedNode) or not _is_link(quad.predicate.value, other, document.topic):
        return None
    verb, name = document.name(quad.predicate), document.name(other)
    return Edge(verb, name, local(other.value), why(quad), outward)


_THINGS: Final = ("intervention", "factor", "outcome", "determinant", "population")
_NO_LINKS: Final = (NS + "subject", NS + "object", NS + "moderates", TYPE.value, DCTERMS + "source")


def _is_link(predicate: str, other: NamedNode, topic: NamedNode) -> bool:
    if predicate in _NO_LINKS or other == topic:
        return False
    return predicate.startswith(NS) and other.value.removeprefix(ID).split("/")[0] in _THINGS
