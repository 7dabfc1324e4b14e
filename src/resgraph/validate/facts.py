"""The data at hand: what stands at a node, what points to it, which things there are of a class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from pyoxigraph import NamedNode, Triple

from resgraph.validate.shapes import Term
from resgraph.vocab import RDFS, TYPE

_SUBCLASS: Final = NamedNode(RDFS + "subClassOf")


class Facts:
    """A look-up over the data, made when it is first asked; data that conform never pay for it.

    >>> kind = NamedNode("http://example.org/Kind")
    >>> facts = Facts([Triple(NamedNode("http://example.org/a"), TYPE, kind)])
    >>> [node.value for node in facts.instances(kind)]
    ['http://example.org/a']
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._triples = triples

    @cached_property
    def _forward(self) -> dict[Term, list[tuple[NamedNode, Term]]]:
        found: dict[Term, list[tuple[NamedNode, Term]]] = {}
        for s, p, o in self._triples:
            found.setdefault(s, []).append((p, o))
        return found

    @cached_property
    def _backward(self) -> dict[Term, list[tuple[NamedNode, Term]]]:
        found: dict[Term, list[tuple[NamedNode, Term]]] = {}
        for s, p, o in self._triples:
            found.setdefault(o, []).append((p, s))
        return found

    @cached_property
    def _by_property(self) -> dict[NamedNode, list[Term]]:
        found: dict[NamedNode, list[Term]] = {}
        for _, p, o in self._triples:
            found.setdefault(p, []).append(o)
        return found

    def __contains__(self, node: Term) -> bool:
        return node in self._forward

    def said(self, node: Term) -> list[tuple[NamedNode, Term]]:
        """Return properties and values of a node."""
        return self._forward.get(node, [])

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Return the values of a property of a node."""
        return [value for p, value in self.said(node) if p.value == predicate]

    def referrers(self, node: Term) -> list[tuple[NamedNode, Term]]:
        """Return properties and subjects that a node is a value of."""
        return self._backward.get(node, [])

    def values_anywhere(self, predicate: str | None) -> list[Term]:
        """Return every value that a property has, each time that it has it; none without a property."""
        return self._by_property.get(NamedNode(predicate), []) if predicate else []

    def properties(self) -> Iterable[NamedNode]:
        """Return every property in use."""
        return self._by_property.keys()

    def types(self, node: Term) -> list[NamedNode]:
        """Return the classes that a node is said to be of."""
        return [value for p, value in self.said(node) if p == TYPE and isinstance(value, NamedNode)]

    def instances(self, kind: Term) -> Iterator[NamedNode]:
        """Yield the things with an address that are of a class or of one below it."""
        waiting, seen = [kind], {kind}
        while waiting:
            one = waiting.pop()
            for predicate, node in self.referrers(one):
                if predicate == TYPE and isinstance(node, NamedNode):
                    yield node
                elif predicate == _SUBCLASS and node not in seen:
                    seen.add(node)
                    waiting.append(node)

    def named(self, node: Term) -> tuple[Term, NamedNode | None]:
        """Return the thing with an address that a node without one hangs on, and by which property."""
        link: NamedNode | None = None
        seen = {node}
        while not isinstance(node, NamedNode):
            around = next(((p, s) for p, s in self.referrers(node) if s not in seen), None)
            if around is None:
                break
            link, node = around
            seen.add(node)
        return node, link
