"""Minimal reasons, against every subset there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple

from resgraph.justify import Proof, justify

HOLDS = NamedNode("a:holds")


def fact(name: str) -> Triple:
    return Triple(NamedNode(f"a:{name}"), HOLDS, NamedNode("a:yes"))


@dataclass(frozen=True)
class Rule:
    head: Triple
    premises: tuple[Triple, ...]
    rule: str = "r"


class Toy:
    """A reasoner over rules without variables."""

    def __init__(self, rules: Iterable[Rule], asserted: Iterable[Triple]) -> None:
        self.rules, self.asserted = list(rules), set(asserted)
        self.known = set(self.asserted)
        while new := {r.head for r in self.rules if set(r.premises) <= self.known} - self.known:
            self.known |= new

    def is_asserted(self, statement: Triple) -> bool:
        return statement in self.asserted

    def reasons(self, statement: Triple) -> list[Rule]:
        return [r for r in self.rules if r.head == statement and set(r.premises) <= self.known]

    def __contains__(self, statement: Triple) -> bool:
        return statement in self.known


FACTS = st.sampled_from([fact(name) for name in "abcdefgh"])
RULES = st.lists(st.builds(Rule, FACTS, st.lists(FACTS, min_size=1, max_size=3).map(tuple)), max_size=12)
ASSERTED = st.sets(FACTS, max_size=5)


def brute(rules: list[Rule], asserted: set[Triple], statement: Triple) -> set[frozenset[Triple]]:
    found: set[frozenset[Triple]] = set()
    for size in range(len(asserted) + 1):
        for some in map(frozenset, combinations(asserted, size)):
            if not any(each <= some for each in found) and statement in Toy(rules, some):
                found.add(some)
    return found


def check(proof: Proof, rules: list[Rule]) -> None:
    """Every step of a proof is a step of the rules."""
    for each in proof:
        steps = {(r.head, r.premises) for r in rules}
        assert not each.rule or (each.statement, tuple(p.statement for p in each.premises)) in steps


@given(RULES, ASSERTED, FACTS)
@settings(max_examples=300, deadline=None)
def test_all_minimal_reasons_are_found_and_no_other(
    rules: list[Rule], asserted: set[Triple], statement: Triple
) -> None:
    found = justify(Toy(rules, asserted), statement, lambda some: Toy(rules, some), limit=100)
    assert found.complete
    assert {proof.asserted for proof in found.proofs} == brute(rules, asserted, statement)
    assert len({proof.asserted for proof in found.proofs}) == len(found.proofs)
    for proof in found.proofs:
        check(proof, rules)


@given(RULES, ASSERTED, FACTS, st.integers(1, 3), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_what_is_found_under_limits_is_minimal_too(
    rules: list[Rule], asserted: set[Triple], statement: Triple, limit: int, steps: int
) -> None:
    every = brute(rules, asserted, statement)
    found = justify(Toy(rules, asserted), statement, lambda some: Toy(rules, some), limit=limit, steps=steps)
    assert len(found.proofs) <= limit
    assert {proof.asserted for proof in found.proofs} <= every
    if found.complete:
        assert len(found.proofs) == len(every)
    for proof in found.proofs:
        check(proof, rules)


def test_the_shortest_reason_comes_first() -> None:
    a, b, c, d = map(fact, "abcd")
    rules = [Rule(d, (a, b, c)), Rule(d, (b, c)), Rule(d, (a,))]
    found = justify(Toy(rules, [a, b, c]), d, lambda some: Toy(rules, some))
    assert [proof.asserted for proof in found.proofs] == [{a}, {b, c}]
    assert found.complete
