"""Blank nodes named by what is said of them, so that two readings of the same statements agree.

A parser invents the names of blank nodes, and one more axiom in a file may shift the canonical names of all
that follow. So each group of blank nodes that hang together is made canonical (RDFC-1.0) by itself, and its
nodes are named after the hash of the group: what did not change keeps its names, whatever stands around it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from resgraph.vocab import RDF, shorten

Node = NamedNode | BlankNode | Literal | Triple | DefaultGraph

_FIRST: Final = NamedNode(RDF + "first")
_REST: Final = NamedNode(RDF + "rest")
_NIL: Final = NamedNode(RDF + "nil")
#: hexadecimal digits of the hash in a name: 64 bits, for groups that number thousands at most
_DIGITS: Final = 16


def named(quads: Iterable[Quad]) -> set[Quad]:
    """Return the same statements with blank nodes named by content: isomorphic datasets become equal sets.

    >>> from pyoxigraph import parse
    >>> one = named(parse("_:x <a:says> 'yes' .  _:other <a:says> 'no' .", format=RdfFormat.TURTLE))
    >>> two = named(parse("_:y <a:says> 'yes' .", format=RdfFormat.TURTLE))
    >>> len(one - two), len(two - one)
    (1, 0)
    """
    found: set[Quad] = set()
    anonymous: list[Quad] = []
    for quad in quads:
        (anonymous.append if any(True for _ in nodes(quad)) else found.add)(quad)
    seen: Counter[str] = Counter()
    groups = sorted((_canonical(group) for group in _groups(anonymous)), key=lambda each: each[0])
    for digest, group in groups:
        again = f"x{seen[digest]}" if seen[digest] else ""
        seen[digest] += 1
        found.update(_renamed(quad, f"b{digest}{again}") for quad in group)
    return found


def nodes(quad: Quad) -> Iterator[BlankNode]:
    """Yield the blank nodes of a statement."""
    for part in (quad.subject, quad.object, quad.graph_name):
        yield from _inside(part)


def _inside(node: Node) -> Iterator[BlankNode]:
    if isinstance(node, BlankNode):
        yield node
    elif isinstance(node, Triple):
        yield from _inside(node.subject)
        yield from _inside(node.object)


def _groups(quads: Iterable[Quad]) -> list[list[Quad]]:
    """Sort statements into groups that share no blank node."""
    leader: dict[BlankNode, BlankNode] = {}

    def lead(node: BlankNode) -> BlankNode:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    quads = list(quads)
    for quad in quads:
        first, *others = nodes(quad)
        for other in others:
            leader[lead(other)] = lead(first)
    groups: dict[BlankNode, list[Quad]] = {}
    for quad in quads:
        groups.setdefault(lead(next(nodes(quad))), []).append(quad)
    return list(groups.values())


def _canonical(quads: Iterable[Quad]) -> tuple[str, list[Quad]]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    group = list(dataset)
    lines = sorted((serialize(group, format=RdfFormat.N_QUADS) or b"").splitlines())
    return hashlib.sha256(b"\n".join(lines)).hexdigest()[:_DIGITS], group


def _renamed(quad: Quad, prefix: str) -> Quad:
    subject, value, graph = (_rename(n, prefix) for n in (quad.subject, quad.object, quad.graph_name))
    return Quad(subject, quad.predicate, value, graph)  # type: ignore[arg-type]


def _rename(node: Node, prefix: str) -> Node:
    if isinstance(node, BlankNode):
        return BlankNode(prefix + node.value.removeprefix("c14"))
    if isinstance(node, Triple):
        inner = _rename(node.subject, prefix), node.predicate, _rename(node.object, prefix)
        return Triple(*inner)  # type: ignore[arg-type]
    return node


class Outline:
    """Writes nodes on one line; a blank node is written as what is said of it, as Turtle does."""

    def __init__(self, quads: Iterable[Quad | Triple]) -> None:
        self._said: dict[Node, list[tuple[NamedNode, Node]]] = {}
        self._used: set[Node] = set()
        for quad in quads:
            if isinstance(quad.subject, BlankNode):
                self._said.setdefault(quad.subject, []).append((quad.predicate, quad.object))
            if isinstance(quad.object, BlankNode):
                self._used.add(quad.object)

    def is_part(self, node: Node) -> bool:
        """Say whether a blank node is the value of a statement, and so is written there."""
        return node in self._used

    def said(self, node: Node) -> dict[NamedNode, Node]:
        """Return what is said of a blank node; of several values of a property, one."""
        return dict(self._said.get(node, ()))

    def items(self, node: Node) -> list[Node]:
        """Return the items of a list; nothing when it is none."""
        found: list[Node] = []
        seen: set[Node] = set()
        while node != _NIL and node not in seen:
            seen.add(node)
            said = self.said(node)
            if _FIRST not in said or _REST not in said:
                break
            found.append(said[_FIRST])
            node = said[_REST]
        return found

    def names(self, node: Node, within: tuple[Node, ...] = ()) -> set[str]:
        """Return the addresses in all that is said of a blank node."""
        if isinstance(node, NamedNode):
            return {node.value}
        found: set[str] = set()
        for predicate, value in self._said.get(node, ()) if node not in within else ():
            found |= {predicate.value} | self.names(value, (*within, node))
        return found

    def write(self, node: Node, within: tuple[Node, ...] = ()) -> str:
        """Write a node.

        >>> from pyoxigraph import parse
        >>> text = "<a:s> <a:p> ( 1 [ <a:says> 'yes' ] ) ."
        >>> quads = list(parse(text, format=RdfFormat.TURTLE))
        >>> outline = Outline(quads)
        >>> next(outline.write(q.object) for q in quads if q.subject == NamedNode("a:s"))
        '( 1 [ a:says "yes" ] )'
        """
        if isinstance(node, NamedNode):
            return shorten(node.value)
        if isinstance(node, Literal):
            plain = node.datatype.value.endswith(("#string", "#langString"))
            return f'"{node.value}"' if plain else node.value
        if not isinstance(node, BlankNode) or node in within or node not in self._said:
            return str(node)
        items = self.items(node)
        if items:
            return f"( {' '.join(self.write(item, (*within, node)) for item in items)} )"
        parts = (
            f"{shorten(predicate.value)} {self.write(value, (*within, node))}"
            for predicate, value in sorted(self._said[node], key=str)
        )
        return f"[ {' ; '.join(parts)} ]"
