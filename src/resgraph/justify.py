"""Why a conclusion holds: every minimal set of asserted statements from which it follows, with the way.

A reasoner tells, for any statement, each single step that leads to it. Those steps are followed back as far
as they go. Then what is asserted is carried forward again: every statement gets the smallest sets of asserted
statements that support it, and a set that contains another one is dropped (de Kleer's assumption-based truth
maintenance). Circles of steps do no harm, as a set only ever grows by going round.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from pyoxigraph import Triple

from resgraph.vocab import TYPE

#: Sets of a statement on the way that are kept for each reason asked for: some turn out to be no shorter.
_SPARE: Final = 3
#: Statements that a reason may take. Nobody reads one with more, and the number of ways grows with them.
_LARGEST: Final = 50


class Step(Protocol):
    """One step of a reasoner: a rule, and the statements it was applied to."""

    @property
    def rule(self) -> str:
        """The name of the rule in the OWL 2 RL tables, such as ``prp-spo1``."""

    @property
    def premises(self) -> tuple[Triple, ...]:
        """The statements it was applied to."""


class Reasoning(Protocol):
    """What a reasoner has to tell."""

    def is_asserted(self, statement: Triple) -> bool:
        """Say whether a statement was given, and not only concluded."""

    def reasons(self, statement: Triple) -> Sequence[Step]:
        """Return each single step that leads to a statement."""

    def __contains__(self, statement: Triple) -> bool: ...


@dataclass(frozen=True)
class Proof:
    """How a statement follows: by a rule from premises with proofs of their own; by none if asserted."""

    statement: Triple
    rule: str = ""
    premises: tuple[Proof, ...] = ()

    @cached_property
    def asserted(self) -> frozenset[Triple]:
        """The asserted statements at its ends."""
        if not self.rule:
            return frozenset((self.statement,))
        return frozenset().union(*(each.asserted for each in self.premises))

    @cached_property
    def size(self) -> int:
        """How many steps it takes."""
        return bool(self.rule) + sum(each.size for each in self.premises)

    @cached_property
    def weight(self) -> tuple[int, int, int]:
        """How much it takes to follow it: few statements are light, classes lightest."""
        links = sum(each.predicate != TYPE for each in self.asserted)
        return len(self.asserted), links, self.size

    def __iter__(self) -> Iterator[Proof]:
        """Yield it and all below, the conclusion first."""
        yield self
        for each in self.premises:
            yield from each


@dataclass(frozen=True, slots=True)
class Justification:
    """The proofs that were found, the lightest first, and whether these are all there are."""

    proofs: tuple[Proof, ...]
    complete: bool


def justify(
    reasoner: Reasoning,
    statement: Triple,
    make: Callable[[Iterable[Triple]], Reasoning],
    *,
    limit: int = 10,
    steps: int = 2000,
) -> Justification:
    """Return up to `limit` minimal reasons for a statement.

    Each is a `Proof`, and no premise of it can be left out. An asserted statement is a reason for itself;
    others may stand beside it. `steps` bounds how many statements are looked at on the way back. `make`
    builds a reasoner over a few statements, to see what can be left out where not all was looked at. For a
    statement that takes more than can be told, no proof is given, though it holds.
    """
    cone, whole = _cone(reasoner, statement, steps)
    kept = _Supports(cone, _SPARE * limit)
    for each in cone:
        if reasoner.is_asserted(each):
            kept.begin(each)
    kept.spread()
    proofs = kept.of(statement)
    exact = whole and not kept.dropped
    if not exact:
        proofs = _least(_shrunk(each, make) for each in proofs)
    proofs.sort(key=lambda each: (each.weight, sorted(map(str, each.asserted))))
    return Justification(tuple(proofs[:limit]), exact and len(proofs) <= limit)


def _cone(reasoner: Reasoning, statement: Triple, steps: int) -> tuple[dict[Triple, Sequence[Step]], bool]:
    """Return the statements from which a statement may follow, the nearest first, with the steps to each."""
    cone: dict[Triple, Sequence[Step]] = {}
    waiting, seen = deque([statement]), {statement}
    while waiting and len(cone) < steps:
        each = waiting.popleft()
        cone[each] = reasoner.reasons(each)
        for premise in (premise for step in cone[each] for premise in step.premises):
            if premise not in seen:
                seen.add(premise)
                waiting.append(premise)
    whole = not waiting
    # What was not followed further may still be asserted.
    cone.update((each, ()) for each in waiting)
    return cone, whole


class _Supports:
    """The smallest proofs of each statement, as far as they are known."""

    def __init__(self, cone: dict[Triple, Sequence[Step]], most: int) -> None:
        self._most = most
        self._proofs: dict[Triple, list[Proof]] = {each: [] for each in cone}
        self._uses: dict[Triple, list[tuple[Triple, Step]]] = defaultdict(list)
        for head, found in cone.items():
            for step in found:
                for premise in dict.fromkeys(step.premises):
                    self._uses[premise].append((head, step))
        self._changed: dict[Triple, None] = {}
        #: whether there were more proofs than are kept
        self.dropped = False

    def begin(self, statement: Triple) -> None:
        """Learn that a statement is asserted."""
        self._learn(Proof(statement))

    def of(self, statement: Triple) -> list[Proof]:
        """Return the proofs of a statement."""
        return self._proofs[statement]

    def spread(self) -> None:
        """Carry what is known forward until nothing new comes."""
        while self._changed:
            premise = next(iter(self._changed))
            del self._changed[premise]
            for head, step in self._uses[premise]:
                for premises in self._combined(step):
                    self._learn(Proof(head, step.rule, premises))

    def _combined(self, step: Step) -> list[tuple[Proof, ...]]:
        """Return the smallest ways to prove all premises of a step at once."""
        ways: list[tuple[frozenset[Triple], tuple[Proof, ...]]] = [(frozenset(), ())]
        for premise in step.premises:
            wider = (
                (together | proof.asserted, (*proofs, proof))
                for together, proofs in ways
                for proof in self._proofs[premise]
            )
            every = list(wider)
            ways = sorted((way for way in every if len(way[0]) <= _LARGEST), key=lambda way: len(way[0]))
            self.dropped |= not len(every) == len(ways) <= self._most
            del ways[self._most :]
        return [proofs for _, proofs in ways]

    def _learn(self, proof: Proof) -> None:
        known = self._proofs[proof.statement]
        if any(each.asserted <= proof.asserted for each in known):
            return
        known[:] = [each for each in known if not proof.asserted <= each.asserted]
        known.append(proof)
        known.sort(key=lambda each: each.weight)
        self._changed[proof.statement] = None
        if len(known) > self._most:
            self.dropped = True
            del known[self._most :]


def _shrunk(proof: Proof, make: Callable[[Iterable[Triple]], Reasoning]) -> Proof:
    """Leave out every premise without which a statement still follows, and prove it from the rest."""
    needed = set(proof.asserted)
    for premise in sorted(needed, key=str):
        if proof.statement in make(needed - {premise}):
            needed.remove(premise)
    if len(needed) == len(proof.asserted):
        return proof
    small = make(needed)
    cone, _ = _cone(small, proof.statement, len(needed) * 100)
    kept = _Supports(cone, 1)
    for each in needed & set(cone):
        kept.begin(each)
    kept.spread()
    return next(iter(kept.of(proof.statement)), proof)


def _least(proofs: Iterable[Proof]) -> list[Proof]:
    """Return proofs without those that need all that another one needs."""
    found: list[Proof] = []
    for proof in sorted(proofs, key=lambda each: len(each.asserted)):
        if not any(each.asserted <= proof.asserted for each in found):
            found.append(proof)
    return found
