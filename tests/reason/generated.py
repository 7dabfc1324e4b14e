"""Ontologies and data as hypothesis makes them up: every kind of axiom of the profile, on few names."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.vocab import OWL, RDF, RDFS, TYPE, XSD

Statements = list[Triple]


def ex(name: str) -> NamedNode:
    return NamedNode("http://example.org/" + name)


def rdf(name: str) -> NamedNode:
    return NamedNode(RDF + name)


def rdfs(name: str) -> NamedNode:
    return NamedNode(RDFS + name)


def owl(name: str) -> NamedNode:
    return NamedNode(OWL + name)


def xsd(name: str) -> NamedNode:
    return NamedNode(XSD + name)


CLASSES = [ex(name) for name in "ABCDE"]
PROPERTIES = [ex(name) for name in "pqrs"]
DATA_PROPERTIES = [ex(name) for name in ("size", "name")]
THINGS = [ex(name) for name in ("a", "b", "c", "d", "e", "f")]
NUMBERS = [Literal(str(n), datatype=xsd("integer")) for n in (1, 2)]
WORDS = [Literal("x"), Literal("y", language="en")]
DECLARED = [
    *(Triple(c, TYPE, owl("Class")) for c in CLASSES),
    *(Triple(p, TYPE, owl("ObjectProperty")) for p in PROPERTIES),
    *(Triple(p, TYPE, owl("DatatypeProperty")) for p in DATA_PROPERTIES),
]


class Listed:
    """A list that is written out where it is used; `twice` repeats its last member."""

    def __init__(self, members: list[Any]) -> None:
        self.members = members

    def written(self, name: str, twice: bool) -> tuple[Any, Statements]:
        members = [*self.members, self.members[-1]] if twice else self.members
        cells = [BlankNode(f"{name}l{n}") for n in range(len(members))]
        following = [*cells[1:], rdf("nil")]
        said = [Triple(cell, rdf("first"), member) for cell, member in zip(cells, members, strict=True)]
        said += [Triple(cell, rdf("rest"), rest) for cell, rest in zip(cells, following, strict=True)]
        return cells[0], said


class Axiom:
    """Some statements with a name of their own for each blank node."""

    def __init__(self, *parts: tuple[Any, NamedNode, Any]) -> None:
        self.parts = parts

    def __repr__(self) -> str:
        return f"Axiom{self.parts}"

    def statements(self, number: int, *, for_owlrl: bool = False) -> Statements:
        """Write the axiom; owlrl overlooks the last member of some lists, so there it stands twice."""
        said: Statements = []
        passed_over = [owl("hasKey"), owl("members"), owl("distinctMembers")]
        for place, (s, p, o) in enumerate(self.parts):
            if isinstance(o, Listed):
                twice = for_owlrl and p in passed_over and owl("AllDisjointClasses") not in self.parts[0]
                o, cells = o.written(f"x{number}x{place}", twice)
                said += cells
            subject, value = (BlankNode(f"x{number}{n}") if isinstance(n, str) else n for n in (s, o))
            said.append(Triple(subject, p, value))
        return said


_class = st.sampled_from(CLASSES)
_property = st.sampled_from(PROPERTIES)
_thing = st.sampled_from(THINGS)
_some_classes = st.lists(_class, min_size=1, max_size=3, unique=True).map(Listed)
_two_classes = st.lists(_class, min_size=2, max_size=3, unique=True).map(Listed)
_number = st.sampled_from([Literal(str(n), datatype=xsd("nonNegativeInteger")) for n in (0, 1)])


def _pair(word: NamedNode, of: st.SearchStrategy[Any]) -> st.SearchStrategy[Axiom]:
    return st.tuples(of, of).map(lambda pair: Axiom((pair[0], word, pair[1])))


def _restriction(
    *words: tuple[NamedNode, st.SearchStrategy[Any]], above: bool, on: st.SearchStrategy[Any] = _property
) -> st.SearchStrategy[Axiom]:
    """A class below an unnamed one (`above`), or above it."""

    def made(drawn: tuple[Any, ...]) -> Axiom:
        kind, prop, *values = drawn
        link = (kind, rdfs("subClassOf"), "r") if above else ("r", rdfs("subClassOf"), kind)
        parts = [("r", word, value) for (word, _), value in zip(words, values, strict=True)]
        return Axiom(link, ("r", owl("onProperty"), prop), *parts)

    return st.tuples(_class, on, *(values for _, values in words)).map(made)


def _made_of(word: NamedNode, above: bool) -> st.SearchStrategy[Axiom]:
    def made(drawn: tuple[Any, Any]) -> Axiom:
        kind, members = drawn
        link = (kind, rdfs("subClassOf"), "u") if above else ("u", rdfs("subClassOf"), kind)
        return Axiom(link, ("u", word, members))

    return st.tuples(_class, _some_classes).map(made)


def _kind(word: NamedNode) -> st.SearchStrategy[Axiom]:
    return _property.map(lambda prop: Axiom((prop, TYPE, word)))


_filled = [
    *(_restriction((owl("someValuesFrom"), _class), above=above) for above in (False, True)),
    _restriction((owl("someValuesFrom"), st.just(owl("Thing"))), above=False),
    *(_restriction((owl("allValuesFrom"), _class), above=above) for above in (False, True)),
    *(_restriction((owl("hasValue"), _thing), above=above) for above in (False, True)),
    _restriction((owl("hasValue"), st.sampled_from(NUMBERS)), above=False, on=st.just(ex("size"))),
    _restriction((owl("someValuesFrom"), st.just(xsd("decimal"))), above=False, on=st.just(ex("size"))),
]
_chain = st.lists(_property, min_size=2, max_size=3).map(Listed)
_keys = st.lists(st.sampled_from([*PROPERTIES, ex("size")]), min_size=1, max_size=2, unique=True).map(Listed)
#: axioms that only add statements
AXIOMS: list[st.SearchStrategy[Axiom]] = [
    _pair(rdfs("subClassOf"), _class),
    _class.map(lambda kind: Axiom((owl("Thing"), rdfs("subClassOf"), kind))),
    _class.map(lambda kind: Axiom((kind, rdfs("subClassOf"), owl("Nothing")))),
    _pair(rdfs("subPropertyOf"), _property),
    _pair(owl("equivalentClass"), _class),
    _pair(owl("equivalentProperty"), _property),
    _pair(owl("inverseOf"), _property),
    st.tuples(_property, _class).map(lambda pair: Axiom((pair[0], rdfs("domain"), pair[1]))),
    st.tuples(_property, _class).map(lambda pair: Axiom((pair[0], rdfs("range"), pair[1]))),
    _kind(owl("SymmetricProperty")),
    _kind(owl("TransitiveProperty")),
    st.tuples(_property, _chain).map(lambda pair: Axiom((pair[0], owl("propertyChainAxiom"), pair[1]))),
    *(_made_of(owl(word), above) for word in ("intersectionOf", "unionOf") for above in (False, True)),
    st.tuples(_class, st.lists(_thing, min_size=1, max_size=3, unique=True).map(Listed)).map(
        lambda pair: Axiom(("o", rdfs("subClassOf"), pair[0]), ("o", owl("oneOf"), pair[1]))
    ),
    *_filled,
]
#: axioms that make things the same
EQUALITY: list[st.SearchStrategy[Axiom]] = [
    _kind(owl("FunctionalProperty")),
    _kind(owl("InverseFunctionalProperty")),
    _restriction((owl("maxCardinality"), _number), above=True),
    _restriction((owl("maxQualifiedCardinality"), _number), (owl("onClass"), _class), above=True),
    _restriction(
        (owl("maxQualifiedCardinality"), _number), (owl("onClass"), st.just(owl("Thing"))), above=True
    ),
    st.tuples(_class, _keys).map(lambda pair: Axiom((pair[0], owl("hasKey"), pair[1]))),
    _pair(owl("sameAs"), _thing),
    _pair(owl("sameAs"), _class),
    _pair(owl("sameAs"), _property),
]
#: axioms that exclude something
EXCLUSION: list[st.SearchStrategy[Axiom]] = [
    _pair(owl("disjointWith"), _class),
    _pair(owl("complementOf"), _class),
    _pair(owl("propertyDisjointWith"), _property),
    _kind(owl("IrreflexiveProperty")),
    _kind(owl("AsymmetricProperty")),
    _two_classes.map(
        lambda members: Axiom(("d", TYPE, owl("AllDisjointClasses")), ("d", owl("members"), members))
    ),
    st.lists(_property, min_size=2, max_size=3, unique=True).map(
        lambda some: Axiom(("d", TYPE, owl("AllDisjointProperties")), ("d", owl("members"), Listed(some)))
    ),
    st.lists(_thing, min_size=2, max_size=3, unique=True).map(
        lambda some: Axiom(("d", TYPE, owl("AllDifferent")), ("d", owl("distinctMembers"), Listed(some)))
    ),
    _pair(owl("differentFrom"), _thing),
    st.tuples(_thing, _property, _thing).map(
        lambda said: Axiom(
            ("n", owl("sourceIndividual"), said[0]),
            ("n", owl("assertionProperty"), said[1]),
            ("n", owl("targetIndividual"), said[2]),
        )
    ),
]

_member = st.tuples(_thing, st.just(TYPE), _class)
_edge = st.tuples(_thing, _property, _thing)
_size = st.tuples(_thing, st.just(ex("size")), st.sampled_from(NUMBERS))
_name = st.tuples(_thing, st.just(ex("name")), st.sampled_from(WORDS))


def _triple(parts: tuple[Any, Any, Any]) -> Triple:
    return Triple(*parts)


statement = st.one_of(_edge, _member, _edge, _edge, _size, _name).map(_triple)


def axioms(*kinds: list[st.SearchStrategy[Axiom]], most: int = 8) -> st.SearchStrategy[list[Axiom]]:
    """Some axioms of some kinds."""
    return st.lists(st.one_of(*(one for kind in kinds for one in kind)), max_size=most)


def written(some: list[Axiom], *, for_owlrl: bool = False) -> Statements:
    """Declarations, and axioms as statements."""
    said = [t for number, axiom in enumerate(some) for t in axiom.statements(number, for_owlrl=for_owlrl)]
    return [*DECLARED, *said]
