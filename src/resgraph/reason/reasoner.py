"""The reasoner: statements in, what follows from them out, with the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, Triple

from resgraph.collector import without_collector
from resgraph.reason.engine import Engine, Groups
from resgraph.reason.rules import Premises, Rule
from resgraph.reason.wording import worded
from resgraph.reason.words import FALSE, TYPE


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a derivation: the rule by its name in the profile, and what it was applied to.

    The premises are statements that hold, axioms first. That a literal has its datatype is none of them.
    """

    rule: str
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What cannot be true together: the rule, the statements, and both in plain words."""

    rule: str
    premises: tuple[Triple, ...]
    message: str


class Reasoner:
    """Statements with all that OWL 2 RL concludes from them, kept up to date.

    >>> from resgraph.vocab import RDFS, shorten, term, thing
    >>> builds, improves = term("builds"), term("improves")
    >>> edge = Triple(thing("intervention", "kiva"), builds, thing("factor", "resilience"))
    >>> reasoner = Reasoner([Triple(builds, NamedNode(RDFS + "subPropertyOf"), improves)])
    >>> [new] = reasoner.add([edge])
    >>> shorten(new.predicate.value), new in reasoner, reasoner.is_asserted(new)
    ('rg:improves', True, False)
    >>> [reason.rule for reason in reasoner.reasons(new)]
    ['prp-spo1']
    >>> reasoner.remove([edge]) == {new}
    True
    """

    def __init__(self, statements: Iterable[Triple] = ()) -> None:
        self._engine = Engine()
        self._terms = self._engine.terms
        self.add(statements)

    def __contains__(self, statement: Triple) -> bool:
        fact = self._terms.fact(statement)
        return fact is not None and fact in self._engine.facts

    def __len__(self) -> int:
        """Count what is kept: asserted, concluded, and what only serves to conclude more."""
        return len(self._engine.facts)

    def is_asserted(self, statement: Triple) -> bool:
        """Say whether a statement was given, whether or not it follows from others too."""
        fact = self._terms.fact(statement)
        return fact is not None and fact[1] in self._engine.asserted.get(fact[0], ())

    def add(self, statements: Iterable[Triple]) -> frozenset[Triple]:
        """Assert statements; return what newly follows, without them.

        What follows from the first statements, given to an empty reasoner, is to be had from `inferred`.
        """
        with without_collector():
            groups = self._terms.facts(statements)
            new = self._engine.add(groups)
        return self._shown(new, self._engine.unnamed)

    def remove(self, statements: Iterable[Triple]) -> frozenset[Triple]:
        """Retract statements; return what no longer follows, without them.

        A statement that was not asserted is ignored; one that follows from others as well stays, inferred.
        """
        known = (statement for statement in statements if self.is_asserted(statement))
        unnamed = self._engine.unnamed
        return self._shown(self._engine.remove(self._terms.facts(known)), unnamed | self._engine.unnamed)

    def inferred(self) -> Iterator[Triple]:
        """Yield what follows and was not asserted, in no particular order.

        Left out is what RDF cannot express and what says nothing (see `dropped`).
        """
        for key in self._engine.facts.held():
            new = self._engine.facts.of(key) - self._engine.asserted.get(key, set())
            yield from self._triples(key, new, self._engine.unnamed)

    def dropped(self) -> dict[str, int]:
        """Count what is concluded inside and never shown, by kind."""
        found: Counter[str] = Counter()
        unnamed = self._engine.unnamed
        for key in self._engine.facts.held():
            new = self._engine.facts.of(key) - self._engine.asserted.get(key, set())
            for element in new if key not in (TYPE, FALSE, ~FALSE) else ():
                s, p, o = (element, TYPE, ~key) if key < 0 else (element[0], key, element[1])
                if s in self._terms.literals or not isinstance(self._terms.terms[p], NamedNode):
                    found["literal subject or predicate"] += 1
                elif s == o:
                    found["reflexive"] += 1
                elif s in unnamed or o in unnamed:
                    found["about an unnamed class expression"] += 1
                elif s in self._terms.dull_subjects or o in self._terms.dull_objects:
                    found["about the vocabulary of RDF and OWL"] += 1
        return dict(sorted(found.items()))

    def reasons(self, statement: Triple) -> list[Reason]:
        """Return every way in which a statement follows in one step from what holds now.

        None for a statement that is only asserted, and for one that does not hold.
        """
        fact = self._terms.fact(statement)
        if fact is None or fact not in self._engine.facts:
            return []
        found = (self._reason(rule, premises) for rule, premises in self._engine.premises(*fact))
        return sorted(set(found), key=lambda reason: (reason.rule, str(reason.premises)))

    @property
    def contradictions(self) -> list[Contradiction]:
        """What cannot be true together; empty when the statements are consistent."""
        found = [self._worded(Reason("dt-not-type", (t,))) for t in self._ill_typed()]
        for key in (FALSE, ~FALSE):
            for element in self._engine.facts.of(key):
                for rule, premises in self._engine.premises(key, element):
                    found.append(self._worded(self._reason(rule, premises)))
        return sorted(set(found), key=lambda one: (one.message, str(one.premises)))

    def _worded(self, reason: Reason) -> Contradiction:
        return Contradiction(reason.rule, reason.premises, worded(reason.rule, reason.premises))

    def _ill_typed(self) -> Iterator[Triple]:
        """Yield asserted statements whose value is not one of its datatype."""
        ill = self._terms.ill
        for key, group in self._engine.asserted.items() if ill else ():
            for s, o in group if key >= 0 else ():
                if o in ill and (found := self._terms.triple(key, (s, o))):
                    yield found

    def _reason(self, rule: Rule | str, premises: Premises) -> Reason:
        terms = self._terms.terms
        name, said = (rule, ()) if isinstance(rule, str) else (rule.name, rule.axioms)
        axioms = (Triple(terms[s], terms[p], terms[o]) for s, p, o in said)
        facts = (self._terms.triple(*fact) for fact in premises)
        return Reason(name, (*axioms, *(t for t in facts if t is not None)))

    def _shown(self, groups: Groups, unnamed: set[int]) -> frozenset[Triple]:
        return frozenset(t for key, new in groups.items() for t in self._triples(key, new, unnamed))

    def _triples(self, key: int, new: set[Any] | frozenset[Any], unnamed: set[int]) -> Iterator[Triple]:
        """Turn facts that are worth showing into statements."""
        terms = self._terms.terms
        subjects, objects = self._terms.dull_subjects, self._terms.dull_objects
        if key < 0:
            kind = ~key
            if kind in objects or kind in unnamed or kind == FALSE:
                return
            for s in new - subjects - unnamed - {kind}:
                yield Triple(terms[s], terms[TYPE], terms[kind])
        elif key not in (TYPE, FALSE) and isinstance(terms[key], NamedNode):
            predicate = terms[key]
            for s, o in new:
                if s == o or s in subjects or o in objects or s in unnamed or o in unnamed:
                    continue
                yield Triple(terms[s], predicate, terms[o])
