"""Terms as small numbers, and what there is to know of a term by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.reason.datatypes import Value, is_of, value_of
from resgraph.reason.words import IRIS, TYPE
from resgraph.vocab import OWL, RDF, RDFS, XSD

#: what a statement is kept under, and what is kept there: a member of a class, or a pair of a property
Fact = tuple[int, Any]


class Terms:
    """A numbering of terms; a number once given stays.

    >>> terms = Terms()
    >>> anna = terms.number(NamedNode("http://example.org/anna"))
    >>> terms.terms[anna].value, terms.number(NamedNode("http://example.org/anna")) == anna
    ('http://example.org/anna', True)
    """

    def __init__(self) -> None:
        self.terms: list[Any] = []
        self._numbers: dict[Any, int] = {}
        self.literals: set[int] = set()
        #: literals with the same value as another one, and all of them by value
        self._alike: dict[int, list[int]] = {}
        self._values: dict[Value, list[int]] = {}
        #: literals that have no value, such as "abc" as a number
        self.ill: set[int] = set()
        #: what an ontology language says of its own words is of no interest
        self.dull_subjects: set[int] = set()
        self.dull_objects: set[int] = set()
        for iri in IRIS:
            self.number(NamedNode(iri))

    def __len__(self) -> int:
        return len(self.terms)

    def known(self, term: object) -> int | None:
        """Return the number of a term, or None when it has none yet."""
        return self._numbers.get(term)

    def number(self, term: Any) -> int:
        """Return the number of a term, a new one when it has none yet."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
            self._note(found, term)
        return found

    def facts(self, statements: Iterable[Triple]) -> dict[int, set[Any]]:
        """Return statements by what they are kept under."""
        found: defaultdict[int, list[Any]] = defaultdict(list)
        get, number = self._numbers.get, self.number
        for subject, predicate, value in statements:
            s, p, o = get(subject), get(predicate), get(value)
            s = number(subject) if s is None else s
            p = number(predicate) if p is None else p
            o = number(value) if o is None else o
            if p == TYPE:
                found[~o].append(s)
            else:
                found[p].append((s, o))
        return {key: set(group) for key, group in found.items()}

    def fact(self, statement: Triple) -> Fact | None:
        """Return what a statement is kept as, or None when a term of it is new."""
        s, p, o = (self._numbers.get(term) for term in statement)
        if s is None or p is None or o is None:
            return None
        return (~o, s) if p == TYPE else (p, (s, o))

    def triple(self, key: int, element: Any) -> Triple | None:
        """Return a fact as a statement; None for one that RDF cannot express, with a literal as subject."""
        s, p, o = (element, TYPE, ~key) if key < 0 else (element[0], key, element[1])
        if s in self.literals or not isinstance(self.terms[p], NamedNode):
            return None
        return Triple(self.terms[s], self.terms[p], self.terms[o])

    def alike(self, number: int) -> list[int]:
        """Return the literals with the same value as one, that one among them; or just the term itself."""
        return self._alike.get(number) or [number]

    def is_of(self, number: int, datatype: int) -> bool | None:
        """Say whether a literal has a value of a datatype; None when that cannot be known."""
        term, kind = self.terms[number], self.terms[datatype]
        return is_of(term, kind.value) if isinstance(term, Literal) and isinstance(kind, NamedNode) else None

    def _note(self, number: int, term: Any) -> None:
        if isinstance(term, NamedNode):
            if term.value.startswith((OWL, RDF, RDFS)):
                self.dull_subjects.add(number)
                self.dull_objects.add(number)
            elif term.value.startswith(XSD):
                self.dull_subjects.add(number)
        elif isinstance(term, Literal):
            self.literals.add(number)
            self.dull_subjects.add(number)
            self._weigh(number, term)
        elif not isinstance(term, BlankNode):
            self.dull_subjects.add(number)

    def _weigh(self, number: int, literal: Literal) -> None:
        datatype = literal.datatype.value
        if literal.language or datatype == XSD + "string" or not datatype.startswith(XSD):
            return  # only equal characters make equal values
        try:
            alike = self._values.setdefault(value_of(literal), [])
        except ValueError:
            self.ill.add(number)
            return
        alike.append(number)
        if len(alike) > 1:
            self._alike.update(dict.fromkeys(alike, alike))
