"""Reading statements, each with its graph: from a dataset, or from whoever answers queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from resgraph.graph import Graph
from resgraph.results import Answer
from resgraph.store import Dataset, Term

Node = NamedNode | BlankNode
#: Addresses that are asked for at once: a query has so many bytes at most.
_AT_ONCE: Final = 300


class Reading(Protocol):
    """Where a document is read from. With `only`, just statements with one of these properties are meant."""

    def about(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield what is stated of some things."""

    def leading_to(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield the statements that have one of some things as value."""

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """Yield a whole graph."""


class Near(Reading, Protocol):
    """Where looking up one thing after the other costs next to nothing."""

    def world(self) -> Graph:
        """Return the graph in which things are viewed."""


class OfDataset:
    """Reads in a dataset that is at hand.

    >>> a, b = NamedNode("http://example.org/a"), NamedNode("http://example.org/b")
    >>> reading = OfDataset(Dataset.from_quads([Quad(a, b, a, NamedNode("http://example.org/g"))]))
    >>> [str(quad.graph_name) for quad in reading.about([a])]
    ['<http://example.org/g>']
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def about(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield what is stated of some things."""
        for node in nodes:
            for predicate in only or (None,):
                yield from self._dataset.stated(node, predicate, None)

    def leading_to(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield the statements that have one of some things as value."""
        for node in nodes:
            for predicate in only or (None,):
                yield from self._dataset.stated(None, predicate, node)

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """Yield a whole graph."""
        return iter(self._dataset.quads(name))

    def world(self) -> Graph:
        """Return the dataset as a graph of its own: what it keeps is let go with it."""
        return Graph(self._dataset)


class OfQuads:
    """Reads in statements that were gathered.

    >>> a, b = NamedNode("http://example.org/a"), NamedNode("http://example.org/b")
    >>> reading = OfQuads(frozenset([Quad(a, b, a)]))
    >>> len(list(reading.about([a]))), len(list(reading.leading_to([a], [a])))
    (1, 0)
    """

    def __init__(self, quads: frozenset[Quad]) -> None:
        self.quads: Final = quads
        self._by_subject: dict[Term, list[Quad]] = defaultdict(list)
        self._by_value: dict[Term, list[Quad]] = defaultdict(list)
        for quad in quads:
            subject, _, value, _ = quad
            self._by_subject[subject].append(quad)
            self._by_value[value].append(quad)

    def about(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield what is stated of some things."""
        return _of(self._by_subject, nodes, only)

    def leading_to(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield the statements that have one of some things as value."""
        return _of(self._by_value, nodes, only)

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """Yield those of one graph."""
        return (quad for quad in self.quads if quad.graph_name == name)

    def world(self) -> Graph:
        """Return a graph of these statements."""
        return Graph(Dataset.from_quads(self.quads))


def _of(
    known: Mapping[Term, Sequence[Quad]], nodes: Iterable[Node], only: Sequence[NamedNode]
) -> Iterator[Quad]:
    return (q for node in nodes for q in known.get(node, ()) if not only or q.predicate in only)


class Asking:
    """Reads by asking SPARQL queries. Blank nodes have other names in each answer: they are not followed.

    `ask` returns the answer to a query.
    """

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        self._ask = ask

    def about(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield what is stated of some things."""
        return self._statements("s", nodes, only)

    def leading_to(self, nodes: Iterable[Node], only: Sequence[NamedNode] = ()) -> Iterator[Quad]:
        """Yield the statements that have one of some things as value."""
        return self._statements("o", nodes, only)

    def graph(self, name: NamedNode) -> Iterator[Quad]:
        """Yield a whole graph."""
        return self._rows(f"SELECT ?s ?p ?o ?g {{ VALUES ?g {{ {name} }} GRAPH ?g {{ ?s ?p ?o }} }}")

    def _statements(self, place: str, nodes: Iterable[Node], only: Sequence[NamedNode]) -> Iterator[Quad]:
        named = (node for node in nodes if isinstance(node, NamedNode))
        chosen = f"VALUES ?p {{ {' '.join(map(str, only))} }}" if only else ""
        while some := list(islice(named, _AT_ONCE)):
            given = f"VALUES ?{place} {{ {' '.join(map(str, some))} }} {chosen}"
            yield from self._rows(
                f"SELECT ?s ?p ?o ?g {{ {given} {{ GRAPH ?g {{ ?s ?p ?o }} }} UNION "
                "{ ?s ?p ?o FILTER NOT EXISTS { GRAPH ?h { ?s ?p ?o } } } }"
            )

    def _rows(self, query: str) -> Iterator[Quad]:
        for s, p, o, g in self._ask(query).terms:
            yield Quad(s, p, o, g or DefaultGraph())  # type: ignore[arg-type]
