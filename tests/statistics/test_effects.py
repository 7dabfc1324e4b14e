"""A published number becomes an effect, plus for what is good for the child, or gets a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resgraph.effects import ASSUMPTIONS, REFUSALS, Effect, Reading, effect_of, effects_of, reading_in
from resgraph.effects.precision import SPREAD
from resgraph.effects.scales import OF_METRIC, Scale, of_mean_difference, of_risk_ratio
from resgraph.errors import UsageError
from resgraph.graph import Graph
from resgraph.vocab import slug

ODDS = Reading(
    *("f", "s", "o"),
    **{"more_is_good": False, "metric": "odds-ratio", "value": 0.5, "low": 0.25, "high": 1.0, "level": 95},
    orientation="as-stated",
)


@pytest.fixture(scope="module")
def every(graph: Graph) -> list[Effect]:
    return effects_of(graph)


def test_fewer_of_what_is_bad_is_good() -> None:
    assert (effect_of(ODDS).value or 0) > 0
    assert (effect_of(replace(ODDS, more_is_good=True)).value or 0) < 0


@given(
    value=st.floats(0.05, 20),
    spread=st.floats(1.05, 5),
    way=st.sampled_from(["object-reversed", "subject-reversed"]),
)
def test_counting_the_other_end_of_the_pair_gives_the_same_effect(
    value: float, spread: float, way: str
) -> None:
    one = effect_of(replace(ODDS, value=value, low=value / spread, high=value * spread))
    other = effect_of(
        replace(ODDS, value=1 / value, low=1 / value / spread, high=spread / value, orientation=way)
    )
    assert one.value == pytest.approx(other.value, abs=1e-12)
    assert one.error == pytest.approx(other.error)


@given(r=st.floats(-0.95, 0.95), n=st.integers(5, 5000))
def test_a_correlation_and_its_reverse_are_opposite(r: float, n: int) -> None:
    told = replace(
        ODDS, metric="correlation-r", value=r, low=None, high=None, participants=n, participants_analysed=True
    )
    one, other = effect_of(told), effect_of(replace(told, value=-r))
    assert one.value == pytest.approx(-(other.value or 0), abs=1e-12)
    assert one.error == pytest.approx(other.error)


def test_the_level_of_an_interval_counts() -> None:
    at_95, at_90 = effect_of(ODDS).error, effect_of(replace(ODDS, level=90)).error
    assert at_95 is not None
    assert at_90 is not None
    assert at_90 / at_95 == pytest.approx(1.959964 / 1.644854, rel=1e-5)
    unsaid = effect_of(replace(ODDS, level=None))
    assert unsaid.error == at_95
    assert "level-95" in unsaid.assumptions


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": None}, "no-number"),
        ({"derivations": ("lower-end-of-range",)}, "end-of-range"),
        ({"metric": None}, "no-metric"),
        ({"metric": "months-progress"}, "metric-not-convertible"),
        ({"metric": "hazard-ratio"}, "metric-not-convertible"),
        ({"metric": "risk-ratio"}, "needs-baseline-risk"),
        ({"metric": "mean-difference"}, "needs-deviation"),
        ({"metric": "beta"}, "not-standardised"),
        ({"orientation": "magnitude-only"}, "magnitude-only"),
        ({"orientation": None}, "magnitude-only"),
        ({"more_is_good": None}, "valence-unknown"),
        ({"value": 0.0}, "impossible-number"),
        ({"value": -0.5}, "impossible-number"),
        ({"metric": "correlation-r", "value": 1.0, "low": None, "high": None}, "impossible-number"),
        ({"metric": "risk-ratio", "baseline_risk": 0.9, "value": 1.5}, "impossible-number"),
        ({"low": 0.6}, "broken-interval"),
        ({"low": 0.0}, "broken-interval"),
        ({"level": 100}, "broken-interval"),
        ({"low": 0.5, "high": 0.5}, "broken-interval"),
        ({"says": "increases"}, "against-its-words"),
        ({"low": None, "high": None}, "no-standard-error"),
        ({"question": "moderation"}, "moderation"),
        ({"question": "mediation"}, "mediation"),
        ({"question": "empty-review"}, "empty-review"),
    ],
)
def test_what_is_not_sound_is_refused_and_says_why(change: dict[str, Any], reason: str) -> None:
    effect = effect_of(replace(ODDS, **change))
    assert effect.why_not == reason
    assert (effect.value is None) == (reason != "no-standard-error")
    assert effect.error is None
    assert effect.interval() is None


@pytest.mark.parametrize(
    ("told", "assumption"),
    [
        ({"orientation_assumed": True}, "orientation-assumed"),
        ({"metric_inferred": True}, "metric-inferred"),
        ({"derivations": ("own-sum",)}, "own-arithmetic"),
        ({"derivations": ("sign-aligned",)}, "sign-aligned"),
        ({"caveats": ("conflicting-figures",)}, "conflicting-figures"),
        ({"value": 0.3}, "off-centre"),
        ({"metric": "cohens-d", "value": -0.5, "low": -1.0, "high": 0.0}, "small-sample-correction-missing"),
        ({"metric": "smd", "value": -0.5, "low": -1.0, "high": 0.0}, "small-sample-correction-unknown"),
        ({"metric": "correlation-r", "value": -0.3, "low": -0.5, "high": -0.05}, "two-groups"),
    ],
)
def test_what_is_taken_for_granted_is_said(told: dict[str, Any], assumption: str) -> None:
    assert assumption in effect_of(replace(ODDS, **told)).assumptions
    assert assumption not in effect_of(ODDS).assumptions
    assert assumption in ASSUMPTIONS


def test_what_a_reader_knows_makes_more_convertible() -> None:
    risk = effect_of(replace(ODDS, metric="risk-ratio", baseline_risk=0.2))
    assert risk.value is not None
    assert "baseline-risk-given" in risk.assumptions
    mean = replace(ODDS, metric="mean-difference", value=-2.0, low=-4.0, high=0.0, standard_deviation=4.0)
    assert effect_of(mean).value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("p", "value", "printed", "source"),
    [
        ("p = 0.010", 0.84, "0.84", "p-value"),
        (".03", 0.41, "0.41", "p-value"),
        ("< .05", 0.84, "0.84", None),  # no exact p
        ("0.000", 0.84, "0.84", None),
        ("p .046 to .005 (range over parenting measures)", 0.84, "0.84", None),
        ("0.96", 0.01, "0.01", None),  # rounding alone could make it half or twice as large
        ("0.03", 0.1, "0.1", None),
        ("0.03", 0.0, "0.00", None),
    ],
)
def test_a_p_value_gives_an_error_only_when_it_is_exact_enough(
    p: str, value: float, printed: str, source: str | None
) -> None:
    told = replace(ODDS, metric="smd", value=-value, low=None, high=None, p=p, printed="-" + printed)
    effect = effect_of(told)
    assert effect.error_from == source
    if source:
        assert "two-sided-normal-test" in effect.assumptions


def test_people_are_a_weight_only_when_they_are_those_analysed_and_not_assigned_in_groups() -> None:
    told = replace(ODDS, metric="hedges-g", value=-0.3, low=None, high=None, participants=200, design="rct")
    assert effect_of(told).error is None
    own = replace(told, participants_analysed=True)
    assert effect_of(own).error == pytest.approx((4 / 200 + 0.09 / 400) ** 0.5)
    assert "equal-groups" in effect_of(own).assumptions
    assert effect_of(replace(own, design="cluster-rct")).error is None
    assert effect_of(replace(own, groups=(150, 50))).error == pytest.approx((200 / 7500 + 0.09 / 400) ** 0.5)


@given(
    scale=st.sampled_from([*OF_METRIC.values(), of_risk_ratio(0.3), of_mean_difference(2.5)]),
    share=st.floats(0.05, 0.95),
)
def test_a_scale_rises_and_its_slope_is_that_of_its_formula(scale: Scale, share: float) -> None:
    at = scale.to_error_scale(share)  # a number that every metric can have
    step = 1e-5
    rise = (scale.to_smd(at + step) - scale.to_smd(at - step)) / (2 * step)
    assert rise > 0
    assert scale.slope(at) == pytest.approx(rise, rel=1e-6)


@pytest.mark.parametrize(
    "told",
    [
        {"metric": "risk-ratio", "baseline_risk": 0.0},
        {"metric": "risk-ratio", "baseline_risk": 20.0},
        {"metric": "mean-difference", "standard_deviation": 0.0},
    ],
)
def test_what_a_reader_cannot_know_is_refused_in_words(told: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        effect_of(replace(ODDS, **told))


def test_a_level_is_a_percentage() -> None:
    with pytest.raises(UsageError):
        effect_of(ODDS).interval(100)


def test_the_ontology_and_the_code_agree_on_what_can_be_converted(graph: Graph) -> None:
    marked = graph.query("SELECT ?m { ?m rg:convertible true }")["m"]
    assert {slug(str(iri)) for iri in marked} == set(OF_METRIC)


def test_every_finding_has_an_effect_or_a_reason(graph: Graph, every: list[Effect]) -> None:
    count = graph.query("SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f a rg:Finding }")["n"][0]
    assert len(every) == len({e.reading.finding for e in every}) == count
    for effect in every:
        assert (effect.error is None) == (effect.why_not is not None)
        assert effect.why_not is None or effect.why_not in REFUSALS
        assert set(effect.assumptions) <= set(ASSUMPTIONS)
        assert effect.error is None or effect.error > 0


def test_effects_point_as_their_findings_say(every: list[Effect]) -> None:
    for effect in every:
        ways = {"increases": 1, "decreases": -1}
        if effect.value and effect.reading.says in ways:
            good = 1 if effect.reading.more_is_good else -1
            assert effect.value * good * ways[effect.reading.says] > 0


def test_what_a_finding_says_is_read_whole(graph: Graph) -> None:
    ours = effects_of(graph, graph.intervention("kiva"), [graph.factor("bullying-victimisation")])
    trial = next(e.reading for e in ours if "bowes-2024" in e.reading.finding)
    assert (trial.metric, trial.value, trial.low, trial.high, trial.level) == (
        *("odds-ratio", 0.87, 0.78),
        *(0.97, 95),
    )
    assert [slug(line) for line in trial.lines] == ["kiva-uk-trial"]
    assert (trial.design, trial.rank, trial.is_review, trial.out_of_date) == ("cluster-rct", 4, False, False)
    assert (trial.countries, trial.year, trial.follow_up_months) == (("GBR",), 2024, 12.0)
    assert SPREAD > 1


def test_a_finding_is_read_the_same_thing_by_thing(graph: Graph, every: list[Effect]) -> None:
    for effect in every:
        assert reading_in(graph, effect.reading.finding) == effect.reading
