"""Terms between the two libraries: rdflib, which reasoner and validator speak, and Oxigraph."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib import BNode, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import Node as RdflibNode

from resgraph.errors import InputError
from resgraph.vocab import XSD

Term = NamedNode | BlankNode | Literal


def to_rdflib(term: object) -> URIRef | BNode | RdflibLiteral:
    """Turn a term of Oxigraph into one of rdflib; the characters of a literal stay as they are.

    >>> to_rdflib(Literal("0.50", datatype=NamedNode(XSD + "decimal"))).n3()
    '"0.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if not isinstance(term, Literal):
        raise InputError(f"{term}: statements about statements can be neither validated nor reasoned with")
    if term.language:
        return RdflibLiteral(term.value, lang=term.language)
    return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def from_rdflib(node: RdflibNode) -> Term:
    """Turn a term of rdflib into one of Oxigraph.

    >>> from_rdflib(RdflibLiteral("girls", lang="en"))
    <Literal value=girls language=en>
    """
    if isinstance(node, URIRef):
        return NamedNode(str(node))
    if isinstance(node, BNode):
        return BlankNode(str(node))
    if isinstance(node, RdflibLiteral) and node.language:
        return Literal(str(node), language=node.language)
    datatype = node.datatype if isinstance(node, RdflibLiteral) else None
    return Literal(str(node), datatype=NamedNode(str(datatype or XSD + "string")))
