"""The report as the standard has it: a graph with one ``sh:ValidationResult`` for each result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from resgraph.validate.checking.results import Result
from resgraph.validate.paths import Path
from resgraph.validate.shapes import REPEATS, Shapes, Term
from resgraph.vocab import PREFIXES, RDF, SH, TYPE, XSD

_OPERATORS = MappingProxyType({"^": "inversePath", **{mark: name for name, mark in REPEATS.items()}})


def statements(results: Sequence[Result], shapes: Shapes) -> Iterator[Triple]:
    """Yield the report; its blank nodes are numbered in the order in which they are met."""
    report = BlankNode("report")
    yield Triple(report, TYPE, _sh("ValidationReport"))
    conforms = Literal("false" if results else "true", datatype=NamedNode(XSD + "boolean"))
    yield Triple(report, _sh("conforms"), conforms)
    nodes = [BlankNode(f"b{number}") for number in range(len(results))]
    for node in nodes:
        yield Triple(report, _sh("result"), node)
    copier = _Copier(shapes, len(results))
    for node, result in zip(nodes, results, strict=True):
        yield from _described(node, result, copier)


def _described(node: BlankNode, result: Result, copier: _Copier) -> Iterator[Triple]:
    yield Triple(node, TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("focusNode"), copier.name(result.focus))
    path = copier.shapes.path(result.shape) if result.path is None else Path(result.path.value)
    if path is not None:
        yield from copier.path(node, _sh("resultPath"), path)
    if result.value is not None:
        yield Triple(node, _sh("value"), copier.name(result.value))
    yield Triple(node, _sh("resultSeverity"), result.severity)
    yield Triple(node, _sh("sourceConstraintComponent"), result.component)
    for name, value in (("sourceConstraint", result.constraint), ("sourceShape", result.shape)):
        if value is not None:
            yield Triple(node, _sh(name), copier.name(value))
            yield from copier.told(value)
    for message in result.messages:
        yield Triple(node, _sh("resultMessage"), message)


class _Copier:
    """Gives blank nodes numbers, and tells of those of the shapes what they stand for."""

    def __init__(self, shapes: Shapes, used: int) -> None:
        self.shapes = shapes
        self._used = used
        self._names: dict[Term, BlankNode] = {}
        self._told: set[Term] = set()

    def fresh(self) -> BlankNode:
        self._used += 1
        return BlankNode(f"b{self._used - 1}")

    def name(self, node: Term) -> Term:
        if not isinstance(node, BlankNode):
            return node
        if node not in self._names:
            self._names[node] = self.fresh()
        return self._names[node]

    def told(self, node: Term) -> Iterator[Triple]:
        """Yield what the shapes say of a node without a name, once."""
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if not isinstance(one, BlankNode) or one in self._told:
                continue
            self._told.add(one)
            for triple in sorted(self.shapes.said(one), key=lambda t: t.predicate.value):
                yield Triple(self.name(one), triple.predicate, self.name(triple.object))  # type: ignore[arg-type]
                waiting.append(triple.object)  # type: ignore[arg-type]

    def path(self, subject: BlankNode, predicate: NamedNode, path: Path) -> Iterator[Triple]:
        """Yield a statement with a path, and the path: each result has one of its own."""
        if path.predicate is not None:
            yield Triple(subject, predicate, NamedNode(path.predicate))
        elif path.operator == "/":
            yield from self._list(subject, predicate, path.parts)
        else:
            node = self.fresh()
            yield Triple(subject, predicate, node)
            if path.operator == "|":
                yield from self._list(node, _sh("alternativePath"), path.parts)
            else:
                yield from self.path(node, _sh(_OPERATORS[path.operator]), path.parts[0])

    def _list(self, subject: BlankNode, predicate: NamedNode, parts: Sequence[Path]) -> Iterator[Triple]:
        for part in parts:
            cell = self.fresh()
            yield Triple(subject, predicate, cell)
            yield from self.path(cell, NamedNode(RDF + "first"), part)
            subject, predicate = cell, NamedNode(RDF + "rest")
        yield Triple(subject, predicate, NamedNode(RDF + "nil"))


def write(triples: Iterable[Triple]) -> str:
    """Write a report as Turtle, with the prefixes that it uses."""
    every = list(triples)
    used = {node.value for triple in every for node in triple if isinstance(node, NamedNode)}
    prefixes = {
        name: base
        for name, base in sorted(PREFIXES.items())
        if base == XSD or any(iri.startswith(base) for iri in used)
    }
    return (serialize(every, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)
