"""The data at hand: what stands at a node, what points to it, which things there are of a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any, TypeVar

from pyoxigraph import NamedNode, Triple

from resgraph.validate.shapes import Term
from resgraph.vocab import SUBCLASS, TYPE

T = TypeVar("T")


class Facts:
    """A look-up over the data; each part is made when it is first asked for.

    >>> kind = NamedNode("http://example.org/Kind")
    >>> facts = Facts([Triple(NamedNode("http://example.org/a"), TYPE, kind)])
    >>> [node.value for node in facts.instances(kind)]
    ['http://example.org/a']
    """

    def __init__(self, triples: Sequence[Triple], only: Collection[NamedNode] | None = None) -> None:
        """Look up `triples`; with `only`, no more than pairs of these properties and instances."""
        self.triples = triples
        self._only = only
        self._memory: dict[object, Any] = {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return what was made for a key, or make it."""
        if key not in self._memory:
            self._memory[key] = make()
        made: T = self._memory[key]
        return made

    @cached_property
    def _forward(self) -> dict[Term, list[tuple[NamedNode, Term]]]:
        found: dict[Term, list[tuple[NamedNode, Term]]] = {}
        for s, p, o in self.triples:
            found.setdefault(s, []).append((p, o))
        return found

    @cached_property
    def _backward(self) -> dict[Term, list[tuple[NamedNode, Term]]]:
        found: dict[Term, list[tuple[NamedNode, Term]]] = {}
        for s, p, o in self.triples:
            found.setdefault(o, []).append((p, s))
        return found

    @cached_property
    def _by_property(self) -> dict[NamedNode, list[tuple[Term, Term]]]:
        found: dict[NamedNode, list[tuple[Term, Term]]] = {}
        wanted = None if self._only is None else {TYPE, SUBCLASS, *self._only}
        for triple in self.triples:
            if wanted is None or triple.predicate in wanted:
                pair = (triple.subject, triple.object)
                found.setdefault(triple.predicate, []).append(pair)  # type: ignore[arg-type]
        return found

    @cached_property
    def _typed(self) -> dict[Term, set[Term]]:
        found: dict[Term, set[Term]] = {}
        for node, kind in self.pairs(TYPE):
            found.setdefault(kind, set()).add(node)
        return found

    def said(self, node: Term) -> list[tuple[NamedNode, Term]]:
        """Return properties and values of a node."""
        return self._forward.get(node, [])

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Return the values of a property of a node."""
        return [value for p, value in self.said(node) if p.value == predicate]

    def step(self, node: Term, predicate: str, back: bool) -> list[Term]:
        """Return where a property leads from a node, or with `back` which nodes lead there by it."""
        if back:
            return [subject for p, subject in self.referrers(node) if p.value == predicate]
        return self.values(node, predicate)

    def referrers(self, node: Term) -> list[tuple[NamedNode, Term]]:
        """Return properties and subjects that a node is a value of."""
        return self._backward.get(node, [])

    def pairs(self, predicate: NamedNode) -> list[tuple[Term, Term]]:
        """Return subjects and values of a property."""
        return self._by_property.get(predicate, [])

    def properties(self) -> Collection[NamedNode]:
        """Return every property in use."""
        return self._by_property.keys()

    def commonest(self, predicate: str) -> list[Term]:
        """Return the values that a property has anywhere, the commonest first."""

        def count() -> list[Term]:
            counts = Counter(value for _, value in self.pairs(NamedNode(predicate)))
            return sorted(counts, key=lambda value: (-counts[value], str(value)))

        return self.once(("commonest", predicate), count)

    def types(self, node: Term) -> list[NamedNode]:
        """Return the classes that a node is said to be of."""
        return [value for p, value in self.said(node) if p == TYPE and isinstance(value, NamedNode)]

    def instances(self, kind: Term) -> set[Term]:
        """Return the things that are of a class or of one below it."""

        def gather() -> set[Term]:
            found: set[Term] = set()
            for one in self._and_below(kind):
                found |= self._typed.get(one, set())
            return found

        return self.once(("instances", kind), gather)

    def _and_below(self, kind: Term) -> set[Term]:
        below: dict[Term, list[Term]] = {}
        for narrow, wide in self.pairs(SUBCLASS):
            below.setdefault(wide, []).append(narrow)
        waiting, seen = [kind], {kind}
        while waiting:
            for narrow in below.get(waiting.pop(), ()):
                if narrow not in seen:
                    seen.add(narrow)
                    waiting.append(narrow)
        return seen

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
