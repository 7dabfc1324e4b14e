"""The closure kept closed: additions cost what they entail, removals what rested on them.

Forward: what is new is run through the rules that read it, a whole set at a time, until nothing is new.
Backward: what may rest on something removed is taken away first, all of it; whatever of that still follows
from the rest is put back and run forward again (delete and rederive). Axioms that change are compiled anew:
new rules are run over what is there, and after the removal of an axiom everything is closed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from resgraph.collector import without_collector
from resgraph.reason.detours import needed
from resgraph.reason.facts import Facts, elements
from resgraph.reason.interned import Terms
from resgraph.reason.rules import OfDatatype, Premises, Rule, equal, why_equal
from resgraph.reason.schema import compiled, expressions
from resgraph.reason.words import FALSE, REFLEXIVE, SAME, SCHEMA, TYPE

Groups = dict[int, set[Any]]
#: what was found and not yet run through the rules, in the portions in which it came
Waiting = dict[int, list[set[Any]]]


class Engine:
    """Facts, asserted and concluded, and the rules between them.

    >>> from pyoxigraph import NamedNode, Triple
    >>> from resgraph.vocab import RDFS, TYPE as A
    >>> tom, cat, animal = (NamedNode("urn:x:" + name) for name in ("tom", "cat", "animal"))
    >>> engine = Engine()
    >>> _ = engine.add(engine.terms.facts([Triple(cat, NamedNode(RDFS + "subClassOf"), animal)]))
    >>> new = engine.add(engine.terms.facts([Triple(tom, A, cat)]))
    >>> [engine.terms.triple(*fact).object.value for fact in elements(new)]
    ['urn:x:animal']
    """

    def __init__(self) -> None:
        self.terms = Terms()
        self.asserted: Groups = {}
        self._clear()

    def _clear(self) -> None:
        self.facts = Facts(self.terms)
        self._rules: set[Rule] = set()
        #: those of the rules that have to be run for the rest to be true
        self._running: set[Rule] = set()
        self._readers: defaultdict[int, list[Rule]] = defaultdict(list)
        self._makers: defaultdict[int, list[Rule]] = defaultdict(list)
        self._on_demand: list[OfDatatype] = []
        #: classes as values of rdf:type, kept as pairs too when some rule reads rdf:type like any property
        self._typed = False
        self._weighed = 0
        #: the blank nodes that are parts of axioms
        self.unnamed: set[int] = set()

    def add(self, groups: Groups) -> Groups:
        """Assert facts and return what newly follows, without them; nothing for the first ones.

        The groups are kept, and not to be changed by who gave them.
        """
        new: Groups = {}
        spread = _Spread(self, keep=bool(self._rules))
        for key, group in groups.items():
            if key in self.asserted:
                self.asserted[key] |= group
            else:
                self.asserted[key] = group
            known = self.facts.of(key)
            if fresh := group - known if known else group:
                self.facts.put(key, fresh)
                new[key] = fresh
        with without_collector():
            spread.run(new)
        return _beyond(spread.found(), groups)

    def remove(self, groups: Groups) -> Groups:
        """Retract facts and return what no longer follows, without them."""
        gone: Groups = {}
        for key, group in groups.items():
            if known := group & self.asserted.get(key, set()):
                self.asserted[key] -= known
                gone[key] = known
        with without_collector():
            over = self._undermined(gone)
            lost = self._closed_again() if over is None else self._rederived(over)
        return _beyond(lost, groups)

    def premises(self, key: int, element: Any) -> Iterator[tuple[Rule | str, Premises]]:
        """Yield every way in which a fact follows in one step from facts that hold."""
        for rule in self._makers.get(key, ()):
            for premises in rule.backward(self.facts, element):
                yield rule, premises
        if key < 0:
            for rule in self._makers.get(TYPE, ()):
                for premises in rule.backward(self.facts, (element, ~key)):
                    yield rule, premises
        if key == TYPE and self._typed and (~element[1], element[0]) in self.facts:
            yield "", ((~element[1], element[0]),)
        for name, premises in why_equal(self.facts, key, element):
            if all(fact in self.facts for fact in premises):
                yield name, premises

    def is_compiled(self) -> bool:
        """Say whether the rules are those of the axioms as they are, but for new ones."""
        return bool(self._rules)

    def new_literals(self) -> Iterator[tuple[int, set[int]]]:
        """Yield literals that came since the last time, under the datatypes that rules ask for."""
        fresh = [n for n in range(self._weighed, len(self.terms)) if n in self.terms.literals]
        self._weighed = len(self.terms)
        for rule in self._on_demand if fresh else ():
            yield rule.head, rule.forward(self.facts, rule.head, fresh)

    def recompile(self, waiting: Waiting) -> Iterator[tuple[int, set[Any]]]:
        """Compile the axioms and yield what the rules among them that are new give.

        What is `waiting` will meet its rules later, and is left out.
        """
        rules = compiled(self.facts)
        for rule in rules - self._rules:
            self._makers[rule.head].append(rule)
        self._rules |= rules
        self.unnamed = expressions(self.facts)
        fresh = self._read(needed(rules, self.facts))
        yield from self._read_types(fresh)
        for rule in fresh:
            if isinstance(rule, OfDatatype):
                self._on_demand.append(rule)
                yield rule.head, rule.forward(self.facts, rule.head, range(self._weighed))
            elif rule.body:
                key = rule.body[0]
                there = self.facts.of(key) - set().union(*waiting.get(key, ()))
                if there:
                    yield rule.head, rule.forward(self.facts, key, there)
            else:
                yield rule.head, rule.forward(self.facts, rule.head, ())

    def _read(self, rules: set[Rule]) -> set[Rule]:
        """Let rules, and no others, read what is new; return those that did not before."""
        fresh = rules - self._running
        self._running = rules
        self._readers = defaultdict(list)
        for rule in rules:
            for key in dict.fromkeys(rule.body):
                self._readers[key].append(rule)
        return fresh

    def _read_types(self, fresh: Iterable[Rule]) -> Iterator[tuple[int, set[Any]]]:
        """Where a rule reads rdf:type like any property, keep what is of a class as pairs too."""
        if self._typed or not any(TYPE in rule.body for rule in fresh):
            return
        self._typed = True
        for key in self.facts.held():
            if key < 0:
                yield TYPE, {(one, ~key) for one in self.facts.of(key)}

    def follow(self, key: int, new: set[Any]) -> Iterator[tuple[int, set[Any]]]:
        """Yield what follows in one step from new facts under a key."""
        for rule in self._readers.get(key, ()):
            yield rule.head, rule.forward(self.facts, key, new)
        if self._typed and key < 0 and key != ~FALSE:
            yield TYPE, {(one, ~key) for one in new}
        if self.facts.of(SAME):
            yield from equal(self.facts, key, new)

    def _undermined(self, gone: Groups) -> Groups | None:
        """Return all facts that may rest on others; None where axioms are among them."""
        over: Groups = {}
        queue = gone
        while queue:
            key, group = queue.popitem()
            if key in SCHEMA:
                return None
            group = group - over.get(key, set())
            if not group:
                continue
            over[key] = over.get(key, set()) | group
            for head, found in self.follow(key, group):
                for target, some in _routed(head, found):
                    rest = (some & self.facts.of(target)) - self.asserted.get(target, set())
                    if rest := rest - over.get(target, set()):
                        queue[target] = queue.get(target, set()) | rest
        return over

    def _rederived(self, over: Groups) -> Groups:
        for key, group in over.items():
            self.facts.drop(key, group)
        still: Groups = defaultdict(set)
        for key, element in elements(over):
            if next(self.premises(key, element), None) is not None:
                still[key].add(element)
        for key, group in still.items():
            self.facts.put(key, group)
        _Spread(self).run(dict(still))
        return {key: group - self.facts.of(key) for key, group in over.items()}

    def _closed_again(self) -> Groups:
        """Close what is asserted from nothing; return what is lost."""
        before = self.facts
        self._clear()
        for key, group in self.asserted.items():
            if group:
                self.facts.put(key, group)
        _Spread(self).run({key: group for key, group in self.asserted.items() if group})
        return {key: set(before.of(key) - self.facts.of(key)) for key in before.held()}


class _Spread:
    """One run of the rules over what is new, axioms first; with `keep`, `found` tells what came of it."""

    def __init__(self, engine: Engine, keep: bool = False) -> None:
        self._engine = engine
        self._axioms: Waiting = {}
        self._waiting: Waiting = {}
        self._stale = False
        self._found: Waiting | None = {} if keep else None

    def found(self) -> Groups:
        """Return all that followed."""
        return {key: set().union(*parts) for key, parts in (self._found or {}).items()}

    def run(self, new: Groups) -> None:
        """Close the facts of the engine, of which some are new."""
        engine = self._engine
        for key, group in new.items():
            self._queue(key, group)
        self._stale = self._stale or not engine.is_compiled()
        self._take(engine.new_literals())
        while self._axioms or self._waiting or self._stale:
            if self._stale and not self._axioms:
                self._stale = False
                self._take(engine.recompile(self._waiting))
                continue
            waiting = self._axioms or self._waiting
            key = next(iter(waiting))
            parts = waiting.pop(key)
            self._take(engine.follow(key, parts[0] if len(parts) == 1 else set().union(*parts)))

    def _take(self, following: Iterable[tuple[int, set[Any]]]) -> None:
        """Keep what is new of what follows, and queue it."""
        facts = self._engine.facts
        for head, found in following:
            for key, some in _routed(head, found):
                known = facts.of(key)
                new = some - known if known else some
                if key in REFLEXIVE:
                    new = {(s, o) for s, o in new if s != o}
                if new:
                    facts.put(key, new)
                    self._queue(key, new)
                    if self._found is not None:
                        self._found.setdefault(key, []).append(new)

    def _queue(self, key: int, new: set[Any]) -> None:
        waiting = self._waiting
        if key in SCHEMA:
            waiting, self._stale = self._axioms, True
        waiting.setdefault(key, []).append(new)


def _beyond(groups: Groups, known: Groups) -> Groups:
    return {key: rest for key, group in groups.items() if (rest := group - known.get(key, set()))}


def _routed(head: int, found: set[Any]) -> Iterator[tuple[int, set[Any]]]:
    """Yield facts under their keys: a pair of rdf:type is a member of a class as well."""
    yield head, found
    if head == TYPE:
        groups: Groups = defaultdict(set)
        for one, kind in found:
            groups[~kind].add(one)
        yield from groups.items()
