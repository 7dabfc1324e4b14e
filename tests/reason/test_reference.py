"""The compiled rules conclude what owlrl concludes, up to what is documented, and find what it finds."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Triple

from resgraph.errors import InconsistentError
from resgraph.reason import Reasoner, close

from .generated import AXIOMS, EQUALITY, EXCLUSION, Axiom, axioms, statement, written

SLOW = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
data = st.lists(statement, min_size=2, max_size=12)


def owlrl(some: list[Axiom], said: list[Triple]) -> set[Triple] | None:
    """What owlrl concludes; None when it finds a contradiction."""
    try:
        return set(close([*written(some, for_owlrl=True), *said], reasoner="owlrl").inferred)
    except InconsistentError:
        return None


def ours(some: list[Axiom], said: list[Triple]) -> set[Triple] | None:
    reasoner = Reasoner([*written(some), *said])
    return None if reasoner.contradictions else set(reasoner.inferred())


@SLOW
@given(axioms(AXIOMS, most=10), data)
def test_the_same_follows(some: list[Axiom], said: list[Triple]) -> None:
    assert ours(some, said) == owlrl(some, said)


@SLOW
@given(axioms(AXIOMS, EQUALITY, EQUALITY), data)
def test_the_same_follows_where_things_are_the_same(some: list[Axiom], said: list[Triple]) -> None:
    assert ours(some, said) == owlrl(some, said)


@SLOW
@given(axioms(AXIOMS, EQUALITY, EXCLUSION, EXCLUSION), data)
def test_the_same_contradicts(some: list[Axiom], said: list[Triple]) -> None:
    assert ours(some, said) == owlrl(some, said)
