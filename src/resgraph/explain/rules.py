"""The rules of a reasoner in plain words, and statements of an ontology as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from resgraph.blank import Outline
from resgraph.vocab import OWL, RDF, RDFS, TYPE

#: What each rule of the OWL 2 RL tables says (https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL).
RULES: Final[Mapping[str, str]] = {
    "eq-sym": "what is the same works both ways",
    "eq-trans": "things that are the same as one thing are the same",
    "eq-rep-s": "what is said of a thing holds of whatever is the same",
    "eq-rep-p": "what is said with a property holds with one that is the same",
    "eq-rep-o": "what leads to a thing leads to whatever is the same",
    "prp-dom": "whatever has this property belongs to a class",
    "prp-rng": "whatever this property leads to belongs to a class",
    "prp-fp": "a property with one value at most: its values are the same",
    "prp-ifp": "a property with one owner at most: its owners are the same",
    "prp-symp": "the property works both ways",
    "prp-trp": "the property carries on from step to step",
    "prp-spo1": "the narrower property implies the wider one",
    "prp-spo2": "these properties, one after the other, imply another",
    "prp-eqp1": "the two properties mean the same",
    "prp-eqp2": "the two properties mean the same",
    "prp-inv1": "the one property is the other one read backwards",
    "prp-inv2": "the one property is the other one read backwards",
    "prp-key": "things that agree in all that identifies them are the same",
    "cls-int1": "whatever belongs to all of these classes belongs to what they have in common",
    "cls-int2": "whatever belongs to what classes have in common belongs to each",
    "cls-uni": "whatever belongs to one of these classes belongs to them together",
    "cls-svf1": "it has such a property, and one with a value of the right class",
    "cls-svf2": "it has such a property",
    "cls-avf": "all that this property leads to is of one class",
    "cls-hv1": "all of this class have this value",
    "cls-hv2": "whatever has this value belongs to the class",
    "cls-maxc2": "there is one value at most, so these are the same",
    "cls-maxqc3": "there is one such value at most, so these are the same",
    "cls-maxqc4": "there is one such value at most, so these are the same",
    "cls-oo": "it is listed as a member",
    "cax-sco": "whatever belongs to the narrower class belongs to the wider one",
    "cax-eqc1": "the two classes are the same",
    "cax-eqc2": "the two classes are the same",
    "scm-sco": "narrower than narrower is narrower",
    "scm-spo": "narrower than narrower is narrower",
    "scm-eqc1": "classes that are the same are each narrower than the other",
    "scm-eqc2": "classes that are each narrower than the other are the same",
    "scm-eqp1": "properties that mean the same are each narrower than the other",
    "scm-eqp2": "properties that are each narrower than the other mean the same",
    "scm-dom1": "what belongs to a class belongs to the wider one",
    "scm-dom2": "a narrower property has the domain of the wider one",
    "scm-rng1": "what belongs to a class belongs to the wider one",
    "scm-rng2": "a narrower property has the range of the wider one",
    "scm-hv": "the narrower property implies the wider one, with the same value",
    "scm-svf1": "some of a narrower class are some of the wider one",
    "scm-svf2": "the narrower property implies the wider one",
    "scm-avf1": "all of a narrower class are all of the wider one",
    "scm-avf2": "the wider property reaches further",
    "scm-int": "what classes have in common is narrower than each",
    "scm-uni": "each class is narrower than several together",
}
#: A rule that is not listed is told by its name.


def in_words(rule: str) -> str:
    """Return what a rule says.

    >>> in_words("prp-spo1"), in_words("dt-eq")
    ('the narrower property implies the wider one', 'by the rule dt-eq')
    """
    return RULES.get(rule, f"by the rule {rule}")


_SENTENCES: Final[Mapping[NamedNode, str]] = {
    TYPE: "{s} is {a} {o}",
    NamedNode(RDFS + "subClassOf"): "every {s} is {a} {o}",
    NamedNode(RDFS + "subPropertyOf"): "whatever “{s}” something also “{o}” it",
    NamedNode(RDFS + "domain"): "whatever “{s}” something is {a} {o}",
    NamedNode(RDFS + "range"): "whatever something “{s}” is {a} {o}",
    NamedNode(OWL + "equivalentClass"): "{s} and {o} are the same",
    NamedNode(OWL + "equivalentProperty"): "“{s}” and “{o}” mean the same",
    NamedNode(OWL + "inverseOf"): "“{s}” is “{o}” read backwards",
    NamedNode(OWL + "disjointWith"): "no {s} is {a} {o}",
    NamedNode(OWL + "sameAs"): "{s} is the same as {o}",
    NamedNode(OWL + "propertyChainAxiom"): "“{s}” follows from these, one after the other: {o}",
    NamedNode(OWL + "intersectionOf"): "{s} is what these have in common: {o}",
    NamedNode(OWL + "someValuesFrom"): "{s} takes a value of the class {o}",
    NamedNode(OWL + "onProperty"): "{s} is about “{o}”",
}


def sentence(t: Triple, label: Callable[[object], str]) -> str:
    """Write a statement as a sentence, with the labels of its parts.

    >>> a, b = NamedNode("http://example.org/a"), NamedNode("http://example.org/b")
    >>> sentence(Triple(a, TYPE, b), lambda node: node.value[-1])
    'a is a b'
    """
    form = _SENTENCES.get(t.predicate, "{s} {p} {o}")
    words = {"s": label(t.subject), "p": label(t.predicate), "o": label(t.object)}
    return form.format(**words, a="an" if words["o"][:1].lower() in "aeiou" else "a")


#: What makes up an unnamed class: its words say all of it, so these are not told apart from it.
STRUCTURE: Final = frozenset(
    NamedNode(base + name)
    for base, names in (
        (RDF, ("first", "rest")),
        (OWL, ("intersectionOf", "unionOf", "complementOf", "oneOf", "onProperty", "onClass")),
        (OWL, ("someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality")),
    )
    for name in names
)
_JOINED: Final = {"intersectionOf": " and ", "unionOf": " or ", "oneOf": " or "}
_VALUES: Final = {
    "someValuesFrom": "thing that “{p}” some {o}",
    "allValuesFrom": "thing that “{p}” nothing but {o}",
    "hasValue": "thing that “{p}” {o}",
}


def phrase(
    node: BlankNode, outline: Outline, label: Callable[[object], str], within: tuple[object, ...] = ()
) -> str:
    """Write an unnamed class or a list in words; what is neither, as Turtle does."""
    if node in within:
        return "itself"

    def inner(part: object) -> str:
        if isinstance(part, BlankNode):
            return phrase(part, outline, label, (*within, node))
        return label(part)

    items = outline.items(node)
    if items:
        return ", ".join(map(inner, items))
    said = {predicate.value.removeprefix(OWL): value for predicate, value in outline.said(node).items()}
    for name, word in _JOINED.items():
        if name in said:
            return word.join(map(inner, outline.items(said[name])))
    if "complementOf" in said:
        return f"thing that is no {inner(said['complementOf'])}"
    for name, form in _VALUES.items():
        if name in said and "onProperty" in said:
            return form.format(p=inner(said["onProperty"]), o=inner(said[name]))
    return outline.write(node)
