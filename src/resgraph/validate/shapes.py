"""A graph of shapes at hand: what a shape says, which one stands around it, where its path leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.validate.paths import Path
from resgraph.vocab import OWL, RDF, RDFS, SH, TYPE

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

_FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
#: what makes a shape a class
CLASSES: Final = (NamedNode(RDFS + "Class"), NamedNode(OWL + "Class"))
_KINDS: Final = (NamedNode(SH + "NodeShape"), NamedNode(SH + "PropertyShape"))
#: what makes the nodes that a shape is about
TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
#: what asks nothing of the data
SILENT: Final = ("name", "description", "order", "group", "defaultValue", "message", "severity")
#: constraints that look at the values of a path and at nothing else
VALUES: Final = (
    *("datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive"),
    *("maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn", "uniqueLang", "hasValue"),
    *("in", "qualifiedMinCount", "qualifiedMaxCount"),
)
#: constraints that compare the values with those of another property
BESIDE: Final = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
#: constraints whose value is a shape, and those whose value is a list of shapes
INNER: Final = ("property", "node", "not", "qualifiedValueShape")
LISTED: Final = ("and", "or", "xone")
#: properties of SHACL that repeat a path, with what SPARQL writes for them
REPEATS: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class Shapes:
    """An immutable look-up over the statements of shapes.

    >>> from pyoxigraph import parse, RdfFormat
    >>> text = '''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
    ... :Named sh:targetClass :Thing ; sh:property [ sh:path :name ; sh:minCount 1 ] .'''
    >>> shapes = Shapes(quad.triple for quad in parse(text, format=RdfFormat.TURTLE))
    >>> (inner,) = shapes.values(NamedNode("http://example.org/Named"), "property")
    >>> shapes.named(inner).value, shapes.text(inner, "minCount")
    ('http://example.org/Named', '1')
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._forward: dict[Term, dict[NamedNode, list[Term]]] = {}
        self._backward: dict[Term, list[Node]] = {}
        self.triples = tuple(triples)
        for s, p, o in self.triples:
            self._forward.setdefault(s, {}).setdefault(p, []).append(o)
            self._backward.setdefault(o, []).append(s)
        self._amend()

    def _amend(self) -> None:
        """Two points of the standard that engines pass over: imported prefixes, uniqueLang that is false."""
        declare, unique = NamedNode(SH + "declare"), NamedNode(SH + "uniqueLang")
        added = [
            Triple(s, declare, declaration)
            for s, p, o in self.triples
            if p.value == OWL + "imports"
            for declaration in self._forward.get(o, {}).get(declare, ())
        ]
        kept = [t for t in self.triples if t.predicate != unique or str(t.object).startswith('"true"')]
        self.triples = (*kept, *added)

    def values(self, node: Term, name: str) -> list[Term]:
        """Return the values of a property of SHACL, such as ``minCount``."""
        return self._forward.get(node, {}).get(NamedNode(SH + name), [])

    def value(self, node: Term, name: str) -> Term | None:
        """Return the first value of a property of SHACL, or None."""
        values = self.values(node, name)
        return values[0] if values else None

    def text(self, node: Term, name: str) -> str | None:
        """Return the characters of the first value of a property of SHACL, or None."""
        value = self.value(node, name)
        return None if value is None else value.value

    def describes(self, node: Term) -> bool:
        """Tell whether anything is said of a node."""
        return node in self._forward

    def said(self, node: Term) -> Iterator[Triple]:
        """Yield the statements about a node."""
        for predicate, values in self._forward.get(node, {}).items():
            for value in values:
                yield Triple(node, predicate, value)  # type: ignore[arg-type]

    def items(self, head: Term | None) -> list[Term]:
        """Return the members of a list; of a broken one, those that can be read."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head is not None and head != _NIL and head not in seen:
            seen.add(head)
            cell = self._forward.get(head, {})
            found += cell.get(_FIRST, [])[:1]
            head = next(iter(cell.get(_REST, [])), None)
        return found

    def members(self, node: Term, name: str) -> list[Term]:
        """Return the members of the lists that a property of SHACL holds, such as those of ``in``."""
        return [item for head in self.values(node, name) for item in self.items(head)]

    def is_list(self, head: Term) -> bool:
        """Tell whether a node is a list that ends."""
        seen: set[Term] = set()
        while head != _NIL and head not in seen:
            seen.add(head)
            cell = self._forward.get(head, {})
            if len(cell.get(_FIRST, ())) != 1 or len(cell.get(_REST, ())) != 1:
                return False
            head = cell[_REST][0]
        return head == _NIL

    def nodes(self) -> Iterator[Node]:
        """Yield every node that something is said of."""
        for node in self._forward:
            if not isinstance(node, Literal):
                yield node

    def inner(self, shape: Term) -> Iterator[Term]:
        """Yield the shapes that a shape is made of."""
        for name in INNER:
            yield from self.values(shape, name)
        for name in LISTED:
            yield from self.members(shape, name)

    def parts(self, shape: Term) -> list[Term]:
        """Return a shape and, where it leaves a choice, the shapes to choose from."""
        return [shape, *(item for name in LISTED for item in self.members(shape, name))]

    def of_property(self, predicate: str | None) -> list[Term]:
        """Return the shapes that say something of the values of a property."""
        return [] if predicate is None else self._by_path.get(NamedNode(predicate), [])

    @cached_property
    def _by_path(self) -> dict[Term, list[Term]]:
        found: dict[Term, list[Term]] = {}
        for node in self.nodes():
            for path in self.values(node, "path"):
                found.setdefault(path, []).extend(self.parts(node))
        return found

    @cached_property
    def addresses(self) -> frozenset[NamedNode]:
        """What the shapes speak of, such as properties, classes and concepts."""
        return frozenset(t.object for t in self.triples if isinstance(t.object, NamedNode))

    def roots(self) -> Iterator[Node]:
        """Yield the shapes that choose nodes of the data themselves."""
        for node in self.nodes():
            if any(self.values(node, name) for name in TARGETS) or self.is_class(node):
                yield node

    def is_class(self, node: Term) -> bool:
        """Tell whether a shape is a class too, and so about its own instances."""
        kinds = self._forward.get(node, {}).get(TYPE, [])
        return any(kind in CLASSES for kind in kinds) and any(kind in _KINDS for kind in kinds)

    def named(self, shape: Term) -> Term:
        """Return the shape, or for one without a name the nearest one around it that has one."""
        seen = {shape}
        while isinstance(shape, BlankNode):
            around = next((s for s in self._backward.get(shape, ()) if s not in seen), None)
            if around is None:
                break
            shape = around
            seen.add(shape)
        return shape

    def path(self, shape: Term) -> Path | None:
        """Return the path of a property shape; None for a node shape."""
        node = self.value(shape, "path")
        return None if node is None else self.read_path(node)

    def read_path(self, node: Term) -> Path:
        """Return the path that a node describes; a node that describes none is a property."""
        if steps := self.items(node) if self._forward.get(node, {}).get(_FIRST) else []:
            return Path("/", tuple(self.read_path(one) for one in steps))
        if (inner := self.value(node, "inversePath")) is not None:
            return Path("^", (self.read_path(inner),))
        if (options := self.value(node, "alternativePath")) is not None:
            return Path("|", tuple(self.read_path(one) for one in self.items(options)))
        for name, mark in REPEATS.items():
            if (inner := self.value(node, name)) is not None:
                return Path(mark, (self.read_path(inner),))
        return Path(node.value)
