"""What is pooled is comparable and independent; what is not says why; nothing is counted twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resgraph.effects import Effect, Reading, effects_of
from resgraph.errors import UsageError
from resgraph.graph import Graph
from resgraph.pooling import (
    COLUMNS,
    EXCLUSIONS,
    NO_POOL,
    NotPooled,
    Pooled,
    evidence_table,
    pool,
    random_effects,
)
from resgraph.pooling.rules import Like, sort

READINGS = st.builds(
    Reading,
    finding=st.integers(0, 30).map(str),
    subject=st.just("s"),
    object=st.just("o"),
    design=st.sampled_from(
        ["rct", "cluster-rct", "quasi-experimental", "cohort", "cross-sectional", "report"]
    ),
    is_review=st.sampled_from([False, False, False, True]),
    out_of_date=st.sampled_from([False, False, False, True]),
    modelled=st.sampled_from([False, False, False, True]),
    group_gap=st.sampled_from([False, False, False, True]),
    lines=st.lists(st.sampled_from("abcdef"), min_size=1, max_size=2, unique=True).map(tuple),
    follow_up_months=st.sampled_from([None, 0.0, 3.0, 6.0, 12.0, 24.0]),
    part=st.sampled_from([(), (), ("girls",)]),
    condition=st.sampled_from([(), (), ("in large schools",)]),
    comparator=st.sampled_from([None, None, "waiting-list", "active-control", "other-arm", "before-after"]),
    analyses=st.sampled_from([(), ("intention-to-treat",), ("complier",), ("within-group",), ("mediation",)]),
    reporters=st.sampled_from([(), ("pupil",), ("teacher",)]),
)
EFFECTS = st.builds(
    Effect,
    reading=READINGS,
    value=st.floats(-2, 2),
    error=st.floats(0.02, 1),
    why_not=st.sampled_from([None, None, None, "no-number", "no-standard-error"]),
    converted_from=st.sampled_from(["smd", "odds-ratio", "correlation-r"]),
    error_from=st.sampled_from(["interval", "p-value"]),
)
LIKES = st.builds(
    Like,
    design=st.sampled_from([None, "randomised", "followed"]),
    comparator=st.sampled_from(["passive", "active"]),
    time=st.sampled_from([None, "end", "later"]),
    parts=st.booleans(),
)


@given(effects=st.lists(EFFECTS, max_size=12), like=LIKES)
def test_every_effect_is_in_or_out_for_one_reason_and_no_study_is_in_twice(
    effects: list[Effect], like: Like
) -> None:
    done = sort(effects, like)
    into, out = list(done.pooled), [each.effect for each in done.excluded]
    assert len(into) + len(out) == len(set(effects))
    assert set(into) | set(out) == set(effects)
    assert all(each.reason in EXCLUSIONS for each in done.excluded)
    lines = [line for effect in into for line in set(effect.reading.lines)]
    assert len(lines) == len(set(lines))


@given(effects=st.lists(EFFECTS, max_size=10, unique_by=lambda e: e.reading.finding), data=st.data())
def test_the_order_makes_no_difference(effects: list[Effect], data: st.DataObject) -> None:
    assert sort(effects, Like()) == sort(data.draw(st.permutations(effects)), Like())


@given(effects=st.lists(EFFECTS, max_size=10, unique_by=lambda e: e.reading.finding), turn=st.floats(-3, 3))
def test_what_an_effect_says_does_not_decide_whether_it_is_in(effects: list[Effect], turn: float) -> None:
    turned = [replace(effect, value=(effect.value or 0) * turn) for effect in effects]
    before, after = sort(effects, Like()), sort(turned, Like())
    assert [e.reading for e in before.pooled] == [e.reading for e in after.pooled]
    assert [(e.effect.reading, e.reason) for e in before.excluded] == [
        (e.effect.reading, e.reason) for e in after.excluded
    ]


@settings(max_examples=60)
@given(data=st.data())
def test_of_any_findings_of_the_graph_none_is_lost_or_counted_twice(
    data: st.DataObject, by_object: dict[str, list[Effect]]
) -> None:
    effects = data.draw(st.sampled_from(sorted(by_object)).map(by_object.__getitem__))
    some = data.draw(st.lists(st.sampled_from(effects), unique=True))
    done = pool(some, several_subjects=True)
    into = list(done.included) if isinstance(done, Pooled) else []
    out = [each.effect for each in done.excluded]
    assert sorted(e.reading.finding for e in into + out) == sorted(e.reading.finding for e in some)
    assert not any(e.reading.is_review or e.reading.out_of_date for e in into)


@pytest.fixture(scope="module")
def by_object(graph: Graph) -> dict[str, list[Effect]]:
    found: dict[str, list[Effect]] = {}
    for effect in effects_of(graph):
        found.setdefault(effect.reading.object, []).append(effect)
    return found


def _trial(number: int, value: float = 0.2, error: float = 0.1, **told: object) -> Effect:
    reading = Reading(
        f"finding-{number}", "s", "o", **{"lines": (f"study-{number}",), "design": "rct"} | told
    )
    return Effect(reading, value, error, converted_from="smd", error_from="interval")


def _reasons(done: Pooled | NotPooled) -> dict[str, str]:
    return {each.effect.reading.finding: each.reason for each in done.excluded}


def test_independent_trials_are_pooled() -> None:
    done = pool([_trial(1, 0.1), _trial(2, 0.3), _trial(3, 0.2)])
    assert isinstance(done, Pooled)
    assert done.summary == random_effects([0.1, 0.3, 0.2], [0.1] * 3)
    assert [round(left.summary.mean, 3) for left in done.leave_one_out] == [0.25, 0.15, 0.2]
    assert "3 independent studies" in repr(done)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"is_review": True, "design": "meta-analysis"}, "review"),
        ({"out_of_date": True}, "out-of-date"),
        ({"modelled": True}, "modelled"),
        ({"group_gap": True}, "group-gap"),
        ({"trend": True}, "trend"),
        ({"bundle": True}, "bundle"),
        ({"comparator": "before-after"}, "no-comparison-group"),
        ({"analyses": ("within-group",)}, "no-comparison-group"),
        ({"comparator": "dose-contrast"}, "head-to-head"),
        ({"analyses": ("per-protocol",)}, "head-to-head"),
        ({"condition": ("where it was delivered well",)}, "condition"),
        ({"part": ("girls",)}, "part-of-sample"),
        ({"design": "report"}, "no-study-design"),
        ({"design": "cohort"}, "other-design"),
        ({"analyses": ("mediation",)}, "other-design"),
        ({"comparator": "active-control"}, "other-comparator"),
        ({"follow_up_months": 24.0}, "other-time"),
        ({"lines": ("study-1",)}, "same-sample"),
        ({"lines": ("study-9", "study-2")}, "same-sample"),
    ],
)
def test_what_is_not_comparable_or_not_independent_is_left_out(told: dict[str, object], reason: str) -> None:
    done = pool([_trial(1), _trial(2), _trial(3, **told)])
    assert isinstance(done, Pooled)
    assert _reasons(done) == {"finding-3": reason}


def test_a_correlation_is_not_pooled_with_differences() -> None:
    done = pool([_trial(1), _trial(2), replace(_trial(3), converted_from="correlation-r")])
    assert _reasons(done) == {"finding-3": "other-kind-of-figure"}


def test_a_review_stands_beside_its_trials_and_not_among_them() -> None:
    review = _trial(1, is_review=True, design="meta-analysis")
    alone = pool([review, _trial(2, is_review=True, design="meta-analysis")])
    assert isinstance(alone, NotPooled)
    assert alone.reason == "only-reviews"
    with_one = pool([review, _trial(2)])
    assert isinstance(with_one, NotPooled)
    assert (with_one.reason, _reasons(with_one)["finding-2"]) == ("one-study", "only-one")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"analyses": ("intention-to-treat",)}, {}),
        ({}, {"orientation_assumed": True}),
        ({"follow_up_months": 12.0}, {"follow_up_months": 6.0}),
        ({"analyses": ("adjusted",)}, {"analyses": ("unadjusted",)}),
        ({"reporters": ("pupil",)}, {"reporters": ("teacher",)}),
        ({"measures": ("x",)}, {"measures": ("y",), "error": 0.2}),
    ],
)
def test_one_effect_stands_for_a_sample_by_the_stated_rule(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    same = {"lines": ("one",), "follow_up_months": 12.0}
    others = [_trial(8, follow_up_months=12.0), _trial(9, follow_up_months=12.0)]
    done = pool([_trial(1, **same | worse), _trial(2, **same | better), *others])
    assert _reasons(done) == {"finding-1": "same-sample"}


def test_what_is_asked_for_is_what_is_pooled() -> None:
    early = [_trial(n, follow_up_months=1.0) for n in (1, 2)]
    late = [_trial(n, follow_up_months=18.0) for n in (3, 4)]
    girls = [_trial(n, part=("girls",), follow_up_months=18.0) for n in (5, 6)]
    active = [_trial(n, comparator="active-control") for n in (7, 8)]
    cohorts = [_trial(n, design="cohort") for n in (10, 11)]
    every = [*early, *late, *girls, *active, *cohorts]

    def included(**asked: object) -> list[str]:
        done = pool(every, **asked)
        assert isinstance(done, Pooled)
        return [e.reading.finding.removeprefix("finding-") for e in done.included]

    assert included() == ["3", "4"]  # as many studies early as late: the later
    assert included(time="end") == ["1", "2"]
    assert included(comparator="active") == ["7", "8"]
    assert included(design="followed") == ["10", "11"]
    assert included(parts=True) == ["3", "4", "5", "6"]


def test_why_nothing_is_pooled_is_said() -> None:
    nothing = pool([])
    assert isinstance(nothing, NotPooled)
    assert nothing.words == "Not pooled: there is no finding."
    none = pool([replace(_trial(1), value=None, error=None, why_not="no-number")])
    assert isinstance(none, NotPooled)
    assert none.reason == "none-usable"
    assert none.words.endswith("Left out: no single number is given (1).")
    assert set(NO_POOL) == {"no-findings", "none-usable", "only-reviews", "one-study"}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: pool([_trial(1), replace(_trial(2), reading=Reading("f", "s", "other"))]),
        lambda: pool([_trial(1), replace(_trial(2), reading=Reading("f", "other", "o"))]),
        lambda: pool([_trial(1)], design="best"),
        lambda: pool([_trial(1)], time="now"),
        lambda: pool([_trial(1)], comparator="none"),
        lambda: pool([_trial(1), _trial(2)], interval="wide"),
        lambda: random_effects([0.1], [0.1]),
        lambda: random_effects([0.1, 0.2], [0.1]),
        lambda: random_effects([0.1, 0.2], [0.1, 0.0]),
        lambda: random_effects([0.1, float("nan")], [0.1, 0.1]),
    ],
)
def test_a_question_without_an_answer_is_refused_in_words(ask: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        ask()


def test_equal_effects_are_pooled_without_a_word_of_numerical_trouble() -> None:
    done = random_effects([0.2, 0.2, 0.2], [0.1, 0.1, 0.1])
    assert (round(done.mean, 9), done.tau2, done.q, done.i2) == (0.2, 0.0, pytest.approx(0), 0.0)


def test_the_one_pair_that_can_be_pooled_today(graph: Graph) -> None:
    done = pool(effects_of(graph, graph.intervention("kiva"), graph.factor("bullying-victimisation")))
    assert isinstance(done, Pooled)
    assert sorted(done.summary.weights) == pytest.approx([9.9, 90.1], abs=0.1)
    assert done.like == Like("randomised", "passive", "within-a-year", False)


def test_the_table_has_a_row_for_every_finding_and_keeps_what_was_decided(graph: Graph) -> None:
    effects = effects_of(graph, graph.intervention("kiva"), graph.factor("bullying-victimisation"))
    done = pool(effects)
    table = evidence_table(effects, done)
    assert table.variables == (*COLUMNS, "weight", "why_excluded")
    rows = table.to_dicts()
    assert [row["finding"] for row in rows] == [effect.reading.finding for effect in effects]
    assert [row["weight"] is None for row in rows] == [False, False, True, True, True]
    assert all((row["weight"] is None) == (row["why_excluded"] is not None) for row in rows)
    frame = table.to_pandas()
    assert frame["vi"].notna().sum() == 2
    assert frame["sei"].dropna().tolist() == [e.error for e in effects if e.error]
    assert table.to_polars().height == 5
