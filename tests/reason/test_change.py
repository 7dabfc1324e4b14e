"""Additions and removals keep the closure what it would be from nothing, and tell what changed."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Triple

from resgraph.reason import Reasoner

from .generated import AXIOMS, EQUALITY, EXCLUSION, Axiom, axioms, statement, written

SEQUENCES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
#: a number that decides about 200 changes; drawing each of them would take longer than making them
changes = st.integers(0, 10**9)
pool = st.lists(statement, min_size=10, max_size=40, unique=True)


def state(reasoner: Reasoner) -> tuple[set[Triple], list[Any]]:
    return set(reasoner.inferred()), reasoner.contradictions


def run(said: set[Triple], choice: list[Triple], seed: int) -> None:
    reasoner = Reasoner(said)
    before, _ = state(reasoner)
    chance = random.Random(seed)
    for _ in range(200):
        adds, one = chance.random() < 0.5, chance.choice(choice)
        told = reasoner.add([one]) if adds else reasoner.remove([one])
        old, said = said, said | {one} if adds else said - {one}
        after = set(reasoner.inferred())
        known, gone = (old | before, said | after) if adds else (said | after, old | before)
        assert told == gone - known - {one}
        before = after
    assert state(reasoner) == state(Reasoner(said))


@SEQUENCES
@given(axioms(AXIOMS, most=10), pool, changes)
def test_data_come_and_go(some: list[Axiom], choice: list[Triple], seed: int) -> None:
    run(set(written(some)), choice, seed)


@SEQUENCES
@given(axioms(AXIOMS, EQUALITY, EXCLUSION), pool, changes)
def test_sameness_and_contradictions_come_and_go(some: list[Axiom], choice: list[Triple], seed: int) -> None:
    run(set(written(some)), choice, seed)


@settings(SEQUENCES, max_examples=15)
@given(axioms(AXIOMS, EQUALITY, EXCLUSION), pool, changes)
def test_axioms_come_and_go(some: list[Axiom], choice: list[Triple], seed: int) -> None:
    run(set(choice), [*choice, *written(some)], seed)
