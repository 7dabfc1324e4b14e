"""Contradictions in plain words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.vocab import RDF, RDFS, TYPE, shorten

#: what each rule that finds a contradiction says
_WORDS: Final = MappingProxyType(
    {
        "eq-diff1": "two things are said to be the same and to be different",
        "eq-diff2": "two of several things that are all different are said to be the same",
        "eq-diff3": "two of several things that are all different are said to be the same",
        "prp-irp": "something is related to itself by a property that relates nothing to itself",
        "prp-asyp": "a property that never holds in both directions does",
        "prp-pdw": "two properties that exclude each other relate the same things",
        "prp-adp": "two properties that exclude each other relate the same things",
        "prp-npa1": "something is said that is also denied",
        "prp-npa2": "something is said that is also denied",
        "cls-nothing2": "something is in the class that has no members",
        "cls-com": "something is in a class and in its complement",
        "cls-maxc1": "something has a value of a property of which it may have none",
        "cls-maxqc1": "something has a value of a property of which it may have none",
        "cls-maxqc2": "something has a value of a property of which it may have none",
        "cax-dw": "something is in two classes that exclude each other",
        "cax-adc": "something is in two classes that exclude each other",
        "dt-not-type": "a value is not one of its datatype",
        "dt-diff": "two values that differ are said to be the same",
    }
)
_LIST: Final = (RDF + "first", RDF + "rest")


def worded(rule: str, premises: tuple[Triple, ...]) -> str:
    """Say what is wrong and which statements say so.

    >>> from resgraph.vocab import OWL, thing
    >>> worded("cls-nothing2", (Triple(thing("factor", "poverty"), TYPE, NamedNode(OWL + "Nothing")),))
    'something is in the class that has no members (cls-nothing2): factor:poverty a owl:Nothing'
    """
    said = "; ".join(sentence(t) for t in premises if t.predicate.value not in _LIST)
    return f"{_WORDS.get(rule, 'this cannot be')} ({rule}): {said}"


def sentence(statement: Triple) -> str:
    """Write a statement with prefixes, as in Turtle."""
    verb = "a" if statement.predicate == TYPE else name(statement.predicate)
    return f"{name(statement.subject)} {verb} {name(statement.object)}"


def name(term: object) -> str:
    """Write a term with its prefix."""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, BlankNode):
        return "[]"
    if isinstance(term, Literal) and term.datatype.value.startswith((RDF, RDFS)):
        return f'"{term.value}"'
    return str(term)
