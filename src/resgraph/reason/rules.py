"""The shapes of rules. Each table of the profile is made of these, see `schema`.

A rule is run forward over what is new (a set of members or pairs under one key of its body) and answers what
follows under its head, known or not. It is run backward on one fact and answers each set of premises from
which the fact follows in one step. Forward, new facts are in `Facts` already.

Rules are values: two are equal when they say the same, which shows what a change of the ontology brings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final

from resgraph.reason.facts import Facts
from resgraph.reason.interned import Fact
from resgraph.reason.words import FALSE, FIRST, REST, SAME

#: a statement of the ontology: subject, property, value
Axiom = tuple[int, int, int]
Found = set[Any]
Premises = tuple[Fact, ...]

#: where equals do not stand for each other
_UNTOUCHED: Final = frozenset((FIRST, REST, FALSE, ~FALSE))


@dataclass(frozen=True, slots=True)
class Rule(ABC):
    """What follows under `head` from facts under the keys of `body`, and from which axioms."""

    name: str
    axioms: tuple[Axiom, ...]
    head: int
    body: tuple[int, ...]

    @abstractmethod
    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        """Return what follows from what is new under a key of the body."""

    @abstractmethod
    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        """Yield the premises of each way in which this rule gives a fact under its head."""


@dataclass(frozen=True, slots=True)
class Given(Rule):
    """Axioms alone say it: members of an enumeration, the parts of an intersection."""

    element: Any

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {self.element}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        if element == self.element:
            yield ()


@dataclass(frozen=True, slots=True)
class Copy(Rule):
    """Members of one class are members of another; pairs of one property are pairs of another."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return new if isinstance(new, set) else set(new)

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        fact = (self.body[0], element)
        if fact in facts:
            yield (fact,)


@dataclass(frozen=True, slots=True)
class Flip(Rule):
    """Pairs of one property are pairs of another the other way round."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {(o, s) for s, o in new}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        fact = (self.body[0], (element[1], element[0]))
        if fact in facts:
            yield (fact,)


@dataclass(frozen=True, slots=True)
class Meet(Rule):
    """What is in all of some classes is in another one."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        found = set(new)
        for other in self.body:
            found &= facts.of(other)
        return found

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        premises = tuple((key, element) for key in self.body)
        if all(fact in facts for fact in premises):
            yield premises


@dataclass(frozen=True, slots=True)
class Apart(Rule):
    """What is in two of some classes, or a pair of two of some properties, is a contradiction."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        found: Found = set()
        some = new if isinstance(new, set | frozenset) else set(new)
        seen = False
        for other in self.body:
            if other != key or seen:
                found |= some & facts.of(other)
            seen = seen or other == key
        return found

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        yield from combinations([(key, element) for key in self.body if (key, element) in facts], 2)


@dataclass(frozen=True, slots=True)
class Mutual(Rule):
    """Pairs that a property has in both directions."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        known = facts.of(key)
        found = {(s, o) for s, o in new if (o, s) in known}
        return found | {(o, s) for s, o in found}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        there, back = (self.body[0], element), (self.body[0], (element[1], element[0]))
        if there in facts and back in facts:
            yield there, back


@dataclass(frozen=True, slots=True)
class Reflexive(Rule):
    """Things that a property relates to themselves."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {s for s, o in new if s == o}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        fact = (self.body[0], (element, element))
        if fact in facts:
            yield (fact,)


@dataclass(frozen=True, slots=True)
class Subjects(Rule):
    """The subjects of a property are members of a class."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {s for s, _ in new}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        for value in facts.ahead(self.body[0]).get(element, ()):
            yield ((self.body[0], (element, value)),)


@dataclass(frozen=True, slots=True)
class Values(Rule):
    """The values of a property are members of a class."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {o for _, o in new}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        for subject in facts.behind(self.body[0]).get(element, ()):
            yield ((self.body[0], (subject, element)),)


@dataclass(frozen=True, slots=True)
class SubjectsWith(Rule):
    """The subjects of a property (first of the body) with a value in a class (second)."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        prop, kind = self.body
        if key == kind:
            back = facts.behind(prop)
            return {s for o in new if o in back for s in back[o]}
        members = facts.of(kind)
        return {s for s, o in new if o in members}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        prop, kind = self.body
        for value in facts.ahead(prop).get(element, ()):
            if (kind, value) in facts:
                yield (prop, (element, value)), (kind, value)


@dataclass(frozen=True, slots=True)
class ValuesOf(Rule):
    """The values of a property (first of the body) of the members of a class (second)."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        prop, kind = self.body
        if key == kind:
            ahead = facts.ahead(prop)
            return {o for s in new if s in ahead for o in ahead[s]}
        members = facts.of(kind)
        return {o for s, o in new if s in members}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        prop, kind = self.body
        for subject in facts.behind(prop).get(element, ()):
            if (kind, subject) in facts:
                yield (kind, subject), (prop, (subject, element))


@dataclass(frozen=True, slots=True)
class HasValue(Rule):
    """The subjects of a property with one certain value."""

    value: int

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        same = facts.terms.alike(self.value)
        return {s for s, o in new if o in same}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        for value in facts.terms.alike(self.value):
            fact = (self.body[0], (element, value))
            if fact in facts:
                yield (fact,)


@dataclass(frozen=True, slots=True)
class GetsValue(Rule):
    """The members of a class have one certain value of a property."""

    value: int

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {(s, self.value) for s in new}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        if element[1] == self.value and (self.body[0], element[0]) in facts:
            yield ((self.body[0], element[0]),)


@dataclass(frozen=True, slots=True)
class Path(Rule):
    """Who is reached along a chain of properties; a transitive property is a chain of itself."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        found: Found = set()
        for place, prop in enumerate(self.body):
            if prop == key:
                found |= self._through(facts, place, new)
        return found

    def _through(self, facts: Facts, place: int, pairs: Iterable[Any]) -> Found:
        for prop in self.body[place + 1 :]:
            ahead = facts.ahead(prop)
            pairs = {(s, z) for s, o in pairs if o in ahead for z in ahead[o]}
        for prop in reversed(self.body[:place]):
            back = facts.behind(prop)
            pairs = {(a, o) for s, o in pairs if s in back for a in back[s]}
        return pairs if isinstance(pairs, set) else set(pairs)

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        yield from self._steps(facts, 0, *element)

    def _steps(self, facts: Facts, place: int, start: int, end: int) -> Iterator[Premises]:
        prop = self.body[place]
        if place == len(self.body) - 1:
            if (prop, (start, end)) in facts:
                yield ((prop, (start, end)),)
            return
        for middle in facts.ahead(prop).get(start, ()):
            for rest in self._steps(facts, place + 1, middle, end):
                yield (prop, (start, middle)), *rest


@dataclass(frozen=True, slots=True)
class AtMostOne(Rule):
    """Two values of a property of one subject are the same thing.

    `subject` and `value`, where they are not None, are the keys of classes in which these must be. With
    `inverse` it is two subjects of one value that are the same.
    """

    subject: int | None = None
    value: int | None = None
    inverse: bool = False

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        prop = self.body[0]
        look = facts.behind(prop) if self.inverse else facts.ahead(prop)
        if key == prop:
            subjects = {o for _, o in new} if self.inverse else {s for s, _ in new}
        elif key == self.value:
            back = facts.behind(prop)
            subjects = {s for o in new if o in back for s in back[o]}
        else:
            subjects = set(new)
        if key != prop and key == self.value == self.subject:
            subjects |= set(new)
        return {pair for one in subjects if one in look for pair in self._pairs(facts, one, look[one])}

    def _pairs(self, facts: Facts, subject: int, values: list[int]) -> Iterator[tuple[int, int]]:
        if len(values) < 2 or (self.subject is not None and (self.subject, subject) not in facts):
            return
        if self.value is not None:
            values = [value for value in values if (self.value, value) in facts]
        for one, other in combinations(values, 2):
            if other not in facts.terms.alike(one):
                yield one, other
                yield other, one

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        prop = self.body[0]
        one, other = element
        look, known = (facts.ahead(prop), facts.of(prop)) if self.inverse else (facts.behind(prop), None)
        for subject in look.get(one, ()):
            first, second = (prop, (subject, one)), (prop, (subject, other))
            if known is not None:
                first, second = (prop, (one, subject)), (prop, (other, subject))
            guards = [] if self.subject is None else [(self.subject, subject)]
            guards += [] if self.value is None else [(self.value, one), (self.value, other)]
            premises = (first, second, *guards)
            if all(fact in facts for fact in premises):
                yield premises


@dataclass(frozen=True, slots=True)
class SameKey(Rule):
    """Two members of a class (first of the body) with one value in common of each key are the same thing."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        kind, *props = self.body
        subjects: set[int] = set()
        if key == kind:
            subjects |= set(new)
        if key in props:
            subjects |= {s for s, _ in new}
        found: Found = set()
        for one in subjects & facts.of(kind):
            for other in self._others(facts, one, props):
                found |= {(one, other), (other, one)}
        return found

    def _others(self, facts: Facts, one: int, props: list[int]) -> set[int]:
        """Return who has a value in common with one member for each of the keys."""
        found: set[int] | None = None
        for prop in props:
            back = facts.behind(prop)
            sharing = {
                other
                for value in facts.ahead(prop).get(one, ())
                for same in facts.terms.alike(value)
                for other in back.get(same, ())
            }
            found = sharing if found is None else found & sharing
        return {other for other in (found or ()) if other != one and (self.body[0], other) in facts}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        kind, *props = self.body
        one, other = element
        if (kind, one) not in facts or (kind, other) not in facts:
            return
        shared = [
            [
                ((prop, (one, value)), (prop, (other, same)))
                for value in facts.ahead(prop).get(one, ())
                for same in facts.terms.alike(value)
                if (prop, (other, same)) in facts
            ]
            for prop in props
        ]
        for choice in product(*shared):
            yield (kind, one), (kind, other), *(fact for pair in choice for fact in pair)


@dataclass(frozen=True, slots=True)
class PairsOf(Rule):
    """Pairs of a property whose subject is in one class, and whose value is in another, if that is given."""

    subject: int
    value: int | None = None

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        found: Found = set(new) if key == self.body[0] else set()
        if key == self.subject:
            found |= {(s, o) for s in new for o in facts.ahead(self.body[0]).get(s, ())}
        if key == self.value:
            found |= {(s, o) for o in new for s in facts.behind(self.body[0]).get(o, ())}
        return {pair for pair in found if all(fact in facts for fact in self._premises(pair))}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        premises = self._premises(element)
        if all(fact in facts for fact in premises):
            yield premises

    def _premises(self, pair: tuple[int, int]) -> Premises:
        guards = () if self.value is None else ((self.value, pair[1]),)
        return (self.subject, pair[0]), (self.body[0], pair), *guards


@dataclass(frozen=True, slots=True)
class Denied(Rule):
    """One pair that a property must not have."""

    pair: tuple[int, int]

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        subject, same = self.pair[0], facts.terms.alike(self.pair[1])
        return {(s, o) for s, o in new if s == subject and o in same}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        if element[0] == self.pair[0] and element[1] in facts.terms.alike(self.pair[1]):
            fact = (self.body[0], element)
            if fact in facts:
                yield (fact,)


@dataclass(frozen=True, slots=True)
class AllDifferent(Rule):
    """Two of some things that are the same."""

    members: frozenset[int]

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {(s, o) for s, o in new if s in self.members and o in self.members}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        if self.members.issuperset(element) and (SAME, element) in facts:
            yield ((SAME, element),)


@dataclass(frozen=True, slots=True)
class UnequalLiterals(Rule):
    """Two literals that are said to be the same and have different values."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        literals, alike = facts.terms.literals, facts.terms.alike
        return {(s, o) for s, o in new if s in literals and o in literals and o not in alike(s)}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        if (SAME, element) in facts and self.forward(facts, SAME, [element]):
            yield ((SAME, element),)


@dataclass(frozen=True, slots=True)
class NotOfDatatype(Rule):
    """Literals that must be of a datatype and have another value."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        literals, is_of = facts.terms.literals, facts.terms.is_of
        return {one for one in new if one in literals and is_of(one, ~key) is False}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        fact = (self.body[0], element)
        if fact in facts and self.forward(facts, self.body[0], [element]):
            yield (fact,)


@dataclass(frozen=True, slots=True)
class OfDatatype(Rule):
    """Literals are of the datatypes that have their value; run only where another rule asks for it."""

    def forward(self, facts: Facts, key: int, new: Iterable[Any]) -> Found:
        return {one for one in new if facts.terms.is_of(one, ~self.head)}

    def backward(self, facts: Facts, element: Any) -> Iterator[Premises]:
        if element in facts.terms.literals and facts.terms.is_of(element, ~self.head):
            yield ()


def equal(facts: Facts, key: int, new: set[Any]) -> Iterator[tuple[int, Found]]:
    """Yield what follows from new facts because things are the same: eq-rep-s, eq-rep-p, eq-rep-o.

    Lists are left as they are written: what is said with a list is said of the equals of its members too.
    """
    if key == SAME:
        yield from _equated(facts, new)
        return
    same = facts.ahead(SAME)
    if not same or key in _UNTOUCHED:
        return
    if key < 0:
        yield key, {other for one in new & same.keys() for other in same[one]}
        for other in same.get(~key, ()):
            yield ~other, new
    else:
        yield key, {(other, o) for s, o in new if s in same for other in same[s]}
        yield key, {(s, other) for s, o in new if o in same for other in same[o]}
        for other in same.get(key, ()):
            yield other, new


def _equated(facts: Facts, pairs: set[Any]) -> Iterator[tuple[int, Found]]:
    for key in facts.held():
        if key == SAME or key in _UNTOUCHED:
            continue
        if key < 0:
            members = facts.of(key)
            yield key, {other for one, other in pairs if one in members}
        else:
            ahead, behind = facts.ahead(key), facts.behind(key)
            yield key, {(other, o) for one, other in pairs if one in ahead for o in ahead[one]}
            yield key, {(s, other) for one, other in pairs if one in behind for s in behind[one]}
    for one, other in pairs:
        yield ~other, set(facts.of(~one))
        yield other, set(facts.of(one))


def why_equal(facts: Facts, key: int, element: Any) -> Iterator[tuple[str, Premises]]:
    """Yield how a fact follows because things are the same: the rule's name, and the premises."""
    same = facts.ahead(SAME)
    if not same or key == SAME or key in _UNTOUCHED:
        return
    if key < 0:
        for other in same.get(element, ()):
            yield "eq-rep-s", ((SAME, (other, element)), (key, other))
        for other in same.get(~key, ()):
            yield "eq-rep-o", ((SAME, (other, ~key)), (~other, element))
        return
    s, o = element
    for other in same.get(s, ()):
        yield "eq-rep-s", ((SAME, (other, s)), (key, (other, o)))
    for other in same.get(key, ()):
        yield "eq-rep-p", ((SAME, (other, key)), (other, element))
    for other in same.get(o, ()):
        yield "eq-rep-o", ((SAME, (other, o)), (key, (s, other)))
