"""The two that are compared."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from resgraph.blank import Outline, named
from resgraph.graph import Graph, open_path
from resgraph.vocab import DCTERMS, LABEL, PREF_LABEL, TYPE, shorten

if TYPE_CHECKING:
    from resgraph.difference import Comparable

_NAMES = (PREF_LABEL, LABEL, NamedNode(DCTERMS + "title"))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name for people, its graph, and its statements, blank nodes named by content."""

    name: str
    graph: Graph
    quads: frozenset[Quad]
    outline: Outline

    @property
    def is_release(self) -> bool:
        """Whether it is a release, and not just some files."""
        return bool(self.graph.manifest)

    def values(self, subject: NamedNode, *predicates: NamedNode) -> list[str]:
        """Return the values of properties of a thing, as text; those of the first property first."""
        about = list(self.graph.dataset.about(subject))
        found = ((q.predicate, q.object) for q in about if isinstance(q.object, NamedNode | Literal))
        pairs = [(predicates.index(p), o.value) for p, o in found if p in predicates]
        return [value for _, value in sorted(pairs)]

    def types(self, subject: NamedNode) -> list[str]:
        """Return the classes that a thing is stated to be of."""
        return self.values(subject, TYPE)

    def label(self, subject: NamedNode) -> str:
        """Return the name of a thing for people, or nothing."""
        return next(iter(self.values(subject, *_NAMES)), "")

    def write(self, node: NamedNode | BlankNode | Literal) -> str:
        """Write a node on one line."""
        return self.outline.write(node)

    def address(self) -> str:
        """Return an address made of the content (RFC 6920): equal for equal statements."""
        lines = sorted((serialize(self.quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
        digest = hashlib.sha256(b"".join(lines)).digest()
        return "ni:///sha-256;" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def open_side(source: Comparable) -> Side:
    """Open a release or files, and name their blank nodes by content."""
    if isinstance(source, Graph):
        graph, name = source, "a graph"
    else:
        paths = [source] if isinstance(source, str | Path) else list(source)
        graph, name = open_path(paths[0], *paths[1:]), " ".join(map(str, paths))
    quads = frozenset(named(graph.dataset.quads()))
    return Side(name, graph, quads, Outline(_anonymous(quads)))


def _anonymous(quads: Iterable[Quad]) -> Sequence[Quad]:
    """Return the statements that it takes to write blank nodes."""
    return [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]


def graph_name(quad: Quad) -> str:
    """Return the name of a graph in short."""
    return (
        "the default graph" if isinstance(quad.graph_name, DefaultGraph) else shorten(quad.graph_name.value)
    )
