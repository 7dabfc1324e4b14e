"""The summary beside PyMARE's and the distributions beside scipy's, on data of all kinds."""

from __future__ import annotations

from typing import Any
from warnings import catch_warnings, simplefilter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resgraph.pooling import random_effects
from resgraph.pooling.distributions import chi2_above, t_limit, t_within
from resgraph.pooling.random_effects import INTERVALS, Interval, restricted_likelihood

with catch_warnings():
    simplefilter("ignore")  # it leaves a file of its own to the garbage collector
    np = pytest.importorskip("numpy")
    pymare = pytest.importorskip("pymare")
    stats = pytest.importorskip("scipy.stats")

EFFECTS = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.02, 0.8)), min_size=2, max_size=12)


def fitted(effects: list[tuple[float, float]], interval: Interval) -> Any:
    model = pymare.estimators.VarianceBasedLikelihoodEstimator(
        method="REML", small_sample_correction=interval, xtol=1e-12
    )
    y, se = (np.asarray(each) for each in zip(*effects, strict=True))
    return model.fit_dataset(pymare.Dataset(y=y, v=se**2)).summary()


@settings(max_examples=60)
@given(EFFECTS, st.sampled_from(INTERVALS))
def test_a_summary_is_what_pymare_gives_or_likelier(
    effects: list[tuple[float, float]], interval: Interval
) -> None:
    values, errors = zip(*effects, strict=True)
    ours = random_effects(values, errors, interval=interval)
    theirs = fitted(effects, interval)
    tau2 = float(theirs.tau2.squeeze())
    assert (
        restricted_likelihood(values, errors, ours.tau2) >= restricted_likelihood(values, errors, tau2) - 1e-9
    )
    # Where all effects are equal, that of Knapp and Hartung is zero, and PyMARE has no number.
    if abs(ours.tau2 - tau2) < 1e-7 and ours.error > 1e-9:
        mean = {name: float(each.squeeze()) for name, each in theirs.get_fe_stats(alpha=0.05).items()}
        assert [ours.mean, ours.error, ours.low, ours.high, ours.p] == pytest.approx(
            [mean[name] for name in ("est", "se", "ci_l", "ci_u", "p")], abs=1e-4, rel=1e-4
        )


@given(st.floats(0, 60), st.integers(1, 200))
def test_distributions_are_those_of_scipy(x: float, df: int) -> None:
    assert t_within(x, df) == pytest.approx(1 - 2 * stats.t.sf(x, df), abs=1e-12)
    assert chi2_above(x, df) == pytest.approx(stats.chi2.sf(x, df), abs=1e-12)
    assert t_limit(0.95, df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-12)
