"""The words of RDF and OWL that rules read, as the small numbers under which every `Terms` knows them.

A statement ``x rdf:type C`` is kept under the key ``~C`` and any other under the number of its property, so
that one look-up leads from a class or a property to its members. Numbers of terms are never negative.
"""

from __future__ import annotations

from typing import Final

from resgraph.vocab import OWL, RDF, RDFS

_RDF: Final = ("type", "first", "rest", "nil", "Property")
_RDFS: Final = ("subClassOf", "subPropertyOf", "domain", "range", "Literal", "Datatype")
_OWL: Final = (
    *("sameAs", "differentFrom", "equivalentClass", "equivalentProperty", "disjointWith"),
    *("propertyDisjointWith", "complementOf", "intersectionOf", "unionOf", "oneOf", "inverseOf"),
    *("propertyChainAxiom", "hasKey", "onProperty", "onClass", "someValuesFrom", "allValuesFrom"),
    *("hasValue", "maxCardinality", "maxQualifiedCardinality", "members", "distinctMembers"),
    *("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue"),
    *("Thing", "Nothing", "Class", "ObjectProperty", "DatatypeProperty", "FunctionalProperty"),
    *("InverseFunctionalProperty", "SymmetricProperty", "AsymmetricProperty", "TransitiveProperty"),
    *("IrreflexiveProperty", "AllDifferent", "AllDisjointClasses", "AllDisjointProperties"),
)
#: one more "word", for what must not be: whatever falls under it is a contradiction
_FALSE: Final = "urn:resgraph:contradiction"

IRIS: Final = (
    *(RDF + name for name in _RDF),
    *(RDFS + name for name in _RDFS),
    *(OWL + name for name in _OWL),
    _FALSE,
)

TYPE, FIRST, REST, NIL, PROPERTY = range(5)
SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE, LITERAL, DATATYPE = range(5, 11)
SAME, DIFFERENT, SAME_CLASS, SAME_PROPERTY, DISJOINT = range(11, 16)
DISJOINT_PROPERTY, COMPLEMENT, INTERSECTION, UNION, ONE_OF, INVERSE = range(16, 22)
CHAIN, KEY, ON_PROPERTY, ON_CLASS, SOME, ALL = range(22, 28)
VALUE, AT_MOST, AT_MOST_OF, MEMBERS, DISTINCT = range(28, 33)
NOT_SOURCE, NOT_PROPERTY, NOT_TARGET, NOT_VALUE = range(33, 37)
THING, NOTHING, CLASS, OBJECT_PROPERTY, DATA_PROPERTY, FUNCTIONAL = range(37, 43)
INVERSE_FUNCTIONAL, SYMMETRIC, ASYMMETRIC, TRANSITIVE = range(43, 47)
IRREFLEXIVE, ALL_DIFFERENT, ALL_DISJOINT, ALL_DISJOINT_PROPERTIES = range(47, 51)
FALSE = 51

#: keys of statements that the rules are compiled from
SCHEMA: Final = frozenset(
    (
        *(FIRST, REST, SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE, SAME_CLASS, SAME_PROPERTY, DISJOINT),
        *(DISJOINT_PROPERTY, COMPLEMENT, INTERSECTION, UNION, ONE_OF, INVERSE, CHAIN, KEY, ON_PROPERTY),
        *(ON_CLASS, SOME, ALL, VALUE, AT_MOST, AT_MOST_OF, MEMBERS, DISTINCT, NOT_SOURCE, NOT_PROPERTY),
        *(NOT_TARGET, NOT_VALUE, ~CLASS, ~FUNCTIONAL, ~INVERSE_FUNCTIONAL, ~SYMMETRIC, ~ASYMMETRIC),
        *(~TRANSITIVE, ~IRREFLEXIVE, ~ALL_DIFFERENT, ~ALL_DISJOINT, ~ALL_DISJOINT_PROPERTIES),
    )
)
#: properties that relate everything to itself; such statements say nothing and are never kept
REFLEXIVE: Final = frozenset((SAME, SUB_CLASS, SUB_PROPERTY, SAME_CLASS, SAME_PROPERTY))
