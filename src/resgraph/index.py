"""Statements at hand by subject and by property: what the rules of the build read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.vocab import TYPE

Node = NamedNode | BlankNode | Literal | Triple


class Index:
    """An immutable look-up over statements.

    >>> from resgraph.vocab import term, thing
    >>> index = Index([Triple(thing("factor", "poverty"), TYPE, term("RiskFactor"))])
    >>> [node.value.rsplit("/")[-1] for node in index.of_type(term("RiskFactor"))]
    ['poverty']
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._forward: dict[Node, dict[NamedNode, list[Node]]] = {}
        self._typed: dict[Node, list[NamedNode]] = {}
        for t in sorted(set(triples), key=str):
            self._forward.setdefault(t.subject, {}).setdefault(t.predicate, []).append(t.object)
            if t.predicate == TYPE and isinstance(t.subject, NamedNode):
                self._typed.setdefault(t.object, []).append(t.subject)

    def __contains__(self, subject: Node) -> bool:
        return subject in self._forward

    def values(self, subject: Node, predicate: NamedNode) -> list[Node]:
        """Return the values of a property of a subject, in a fixed order."""
        return self._forward.get(subject, {}).get(predicate, [])

    def value(self, subject: Node, predicate: NamedNode) -> Node | None:
        """Return the first value of a property of a subject, or None."""
        values = self.values(subject, predicate)
        return values[0] if values else None

    def nodes(self, subject: Node, predicate: NamedNode) -> list[NamedNode]:
        """Return the values of a property that are things with an address, in a fixed order."""
        return [node for node in self.values(subject, predicate) if isinstance(node, NamedNode)]

    def text(self, subject: Node, predicate: NamedNode) -> str | None:
        """Return the first value as text: an address or the characters of a literal."""
        node = self.value(subject, predicate)
        return None if node is None or isinstance(node, Triple) else node.value

    def of_type(self, kind: NamedNode) -> list[NamedNode]:
        """Return the things stated to be of a class, in a fixed order."""
        return self._typed.get(kind, [])

    def subjects(self) -> Iterator[Node]:
        """Yield every subject."""
        yield from self._forward
