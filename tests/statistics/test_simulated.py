"""Where the truth is known because we made it up, intervals hold it as often as they say.

Chance is seeded, so a run never differs from the last one. The tolerance is three standard deviations of a
binomial count: 2.9 points for 500 tries at 95%, 1.5 points for 2,000.
"""

from __future__ import annotations

from math import exp, log, pi, sqrt
from typing import Any

import numpy as np
import pytest

from resgraph.effects import Reading, effect_of
from resgraph.pooling import random_effects

TRUTH = 0.2


def _tolerance(times: int, share: float = 0.95) -> float:
    return 3 * sqrt(share * (1 - share) / times)


@pytest.mark.parametrize(("studies", "tau"), [(4, 0.2), (8, 0.15), (20, 0.1)])
def test_the_mean_is_covered(studies: int, tau: float) -> None:
    chance = np.random.default_rng(20261123)
    times, held = 500, 0
    for _ in range(times):
        errors = chance.uniform(0.10, 0.15, studies)
        values = chance.normal(TRUTH, np.sqrt(errors**2 + tau**2))
        summary = random_effects(list(values), list(errors), interval="knapp-hartung")
        held += summary.low <= TRUTH <= summary.high
    assert abs(held / times - 0.95) <= _tolerance(times)


@pytest.mark.parametrize("studies", [6, 20])
def test_a_new_study_is_foretold_where_studies_differ_more_than_by_chance(studies: int) -> None:
    chance = np.random.default_rng(20261123)
    times, foretold, tau = 500, 0, 0.4
    for _ in range(times):
        errors = chance.uniform(0.05, 0.15, studies)
        values = chance.normal(TRUTH, np.sqrt(errors**2 + tau**2))
        low, high = random_effects(list(values), list(errors)).predicted or (0.0, 0.0)
        foretold += low <= chance.normal(TRUTH, tau) <= high
    assert abs(foretold / times - 0.95) <= _tolerance(times)


def test_the_cautious_interval_never_holds_the_mean_less_often() -> None:
    chance = np.random.default_rng(7)
    times, held, plain = 300, 0, 0
    for _ in range(times):
        errors = chance.uniform(0.05, 0.4, 3)  # few, and of very different size
        values = chance.normal(TRUTH, np.sqrt(errors**2 + 0.1**2))
        cautious = random_effects(list(values), list(errors))
        usual = random_effects(list(values), list(errors), interval="knapp-hartung")
        assert cautious.low <= usual.low + 1e-12
        assert cautious.high >= usual.high - 1e-12
        held += cautious.low <= TRUTH <= cautious.high
        plain += usual.low <= TRUTH <= usual.high
    assert held >= plain
    assert held / times >= 0.95 - _tolerance(times)


@pytest.mark.parametrize("level", [90, 95])
@pytest.mark.parametrize("says", ["odds-ratio", "hedges-g"])
def test_a_study_as_printed_covers_its_effect(says: str, level: int) -> None:
    chance = np.random.default_rng(level)
    times, held = 2000, 0
    for _ in range(times):
        printed = _trial(chance, level) if says == "odds-ratio" else _scale(chance, level)
        effect = effect_of(Reading("f", "s", "o", more_is_good=True, orientation="as-stated", **printed))
        low, high = effect.interval(level) or (0.0, 0.0)
        held += low <= TRUTH <= high
    assert abs(held / times - level / 100) <= _tolerance(times, level / 100)


def _trial(chance: np.random.Generator, level: int) -> dict[str, Any]:
    """Two groups of 400 and an event, with the odds ratio and its interval printed to two decimals."""
    odds_ratio, base, people = exp(TRUTH * pi / sqrt(3)), 0.3, 400
    odds = odds_ratio * base / (1 - base)
    a, c = chance.binomial(people, odds / (1 + odds)), chance.binomial(people, base)
    at = log(a * (people - c) / ((people - a) * c))
    error = sqrt(1 / a + 1 / (people - a) + 1 / c + 1 / (people - c))
    return _printed("odds-ratio", level, at, error, exp)


def _scale(chance: np.random.Generator, level: int) -> dict[str, Any]:
    """A difference of means with a known deviation of one, printed to two decimals."""
    error = sqrt(2 / 150)
    return _printed("hedges-g", level, chance.normal(TRUTH, error), error, float)


def _printed(metric: str, level: int, at: float, error: float, back: Any) -> dict[str, Any]:
    z = {90: 1.6448536, 95: 1.9599640}[level] * error
    low, value, high = (round(back(x), 2) for x in (at - z, at, at + z))
    return {"metric": metric, "value": value, "low": low, "high": high, "level": level}
