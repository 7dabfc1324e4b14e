"""Which nodes a shape is about, and the same shapes about fewer of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode, Triple

from resgraph.validate.facts import Facts
from resgraph.validate.shapes import CLASSES, TARGETS, Node, Shapes, Term
from resgraph.vocab import SH, TYPE


def focus_nodes(shapes: Shapes, facts: Facts, shape: Node) -> set[Term]:
    """Return the nodes of the data that a shape chooses itself.

    >>> text = '''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
    ... :Named sh:targetSubjectsOf :name . :a :name "A" .'''
    >>> from pyoxigraph import parse, RdfFormat
    >>> triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    >>> nodes = focus_nodes(Shapes(triples), Facts(triples), NamedNode("http://example.org/Named"))
    >>> [node.value for node in nodes]
    ['http://example.org/a']
    """
    found = set(shapes.values(shape, "targetNode"))
    kinds = [*shapes.values(shape, "targetClass"), *([shape] if shapes.is_class(shape) else [])]
    for kind in kinds:
        found |= facts.instances(kind)
    for name, end in (("targetSubjectsOf", 0), ("targetObjectsOf", 1)):
        for predicate in shapes.values(shape, name):
            if isinstance(predicate, NamedNode):
                found |= {pair[end] for pair in facts.pairs(predicate)}
    return found


def retargeted(shapes: Shapes, wanted: Mapping[Node, set[Term]]) -> Shapes:
    """Return the shapes with some of them about these nodes only; all others stay as they are.

    A shape with blank nodes among them stays as it is too: it could not name them.
    """
    fit = {
        shape: nodes
        for shape, nodes in wanted.items()
        if not any(isinstance(node, BlankNode) for node in nodes)
    }
    return Shapes(_triples(shapes, fit)) if fit else shapes


def _triples(shapes: Shapes, wanted: Mapping[Node, set[Term]]) -> Iterator[Triple]:
    gone = {NamedNode(SH + name) for name in TARGETS}
    for triple in shapes.triples:
        is_target = triple.predicate in gone or (triple.predicate == TYPE and triple.object in CLASSES)
        if not (is_target and triple.subject in wanted):
            yield triple
    for shape, nodes in wanted.items():
        for node in sorted(nodes, key=str):
            yield Triple(shape, NamedNode(SH + "targetNode"), node)
