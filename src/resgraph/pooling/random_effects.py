"""A random-effects summary of independent effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite, log, sqrt
from statistics import NormalDist
from typing import Final, Literal

from resgraph.errors import UsageError
from resgraph.pooling.distributions import chi2_above, t_limit, t_within

#: How the interval of the mean is widened when there are few studies.
Interval = Literal["knapp-hartung-conservative", "knapp-hartung", "wald"]
INTERVALS: Final[tuple[Interval, ...]] = ("knapp-hartung-conservative", "knapp-hartung", "wald")

#: Studies needed for a prediction interval: with two, nothing is left to tell spread from chance.
_FOR_PREDICTION: Final = 3
_LEVEL: Final = 0.95
#: How often the place where tau squared is looked for is halved: more changes no digit.
_HALVINGS: Final = 60
#: Peaks are looked for between powers of two, down to this one.
_POWERS: Final = 30


@dataclass(frozen=True, slots=True)
class Summary:
    """The mean of a random-effects model and how much the effects differ.

    Tau squared by restricted maximum likelihood. All intervals are of 95%.

    >>> summary = random_effects([0.1, 0.3, 0.5], [0.1, 0.1, 0.1])
    >>> round(summary.mean, 3), round(summary.tau2, 3), round(summary.i2)
    (0.3, 0.03, 75)
    >>> [round(each) for each in summary.weights]
    [33, 33, 33]
    """

    studies: int
    mean: float
    error: float
    low: float
    high: float
    #: of the hypothesis that the mean is zero
    p: float
    #: variance of the true effects between studies, in squared standard deviations
    tau2: float
    #: share of the variability that is not chance, in percent: (Q - df) / Q (Higgins and Thompson 2002)
    i2: float
    q: float
    q_df: int
    q_p: float
    #: where the true effect of a new study is to be expected (Higgins, Thompson and Spiegelhalter 2009);
    #: `None` for fewer than three studies
    predicted: tuple[float, float] | None
    #: of each study, in percent
    weights: tuple[float, ...]
    interval: Interval


def random_effects(
    values: Sequence[float], errors: Sequence[float], *, interval: Interval = "knapp-hartung-conservative"
) -> Summary:
    """Summarise independent effects, given with their standard errors.

    The interval is that of Knapp and Hartung (2003), by default never narrower
    than without the correction (Roever, Knapp and Friede 2015, doi:10.1186/s12874-015-0091-1). The prediction
    interval has the same standard error and t with two degrees of freedom less than studies (Partlett and
    Riley 2017, doi:10.1002/sim.7140).

    >>> s = random_effects([0.10, 0.30, 0.35, 0.65, 0.45, 0.15], [0.17, 0.17, 0.22, 0.10, 0.22, 0.14])
    >>> s.studies, round(s.mean, 2), round(s.low, 2), round(s.high, 2)
    (6, 0.35, 0.09, 0.6)
    """
    if len(values) < 2 or len(values) != len(errors):
        raise UsageError("a summary needs two effects or more, each with its standard error")
    if interval not in INTERVALS:
        raise UsageError(f"there is no interval {interval!r}", hint="There are " + ", ".join(INTERVALS))
    if min(errors) <= 0 or not all(map(isfinite, (*values, *errors))):
        raise UsageError("effects are finite numbers, and standard errors above zero")
    tau2 = _tau2(values, errors)
    weights = _weights(errors, tau2)
    mean = _mean(values, weights)
    error, limit, p = _precision(values, weights, mean, interval)
    df = len(values) - 1
    alone = _weights(errors, 0.0)
    q = _spread(values, alone, _mean(values, alone))
    return Summary(
        studies=len(values),
        mean=mean,
        error=error,
        low=mean - limit * error,
        high=mean + limit * error,
        p=p,
        tau2=tau2,
        i2=max(0.0, 100 * (q - df) / q) if q else 0.0,
        q=q,
        q_df=df,
        q_p=chi2_above(q, df),
        predicted=_predicted(mean, error, tau2, len(values)),
        weights=tuple(100 * weight / fsum(weights) for weight in weights),
        interval=interval,
    )


def _weights(errors: Sequence[float], tau2: float) -> list[float]:
    return [1 / (error**2 + tau2) for error in errors]


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return fsum(w * y for w, y in zip(weights, values, strict=True)) / fsum(weights)


def _spread(values: Sequence[float], weights: Sequence[float], mean: float) -> float:
    return fsum(w * (y - mean) ** 2 for w, y in zip(weights, values, strict=True))


def restricted_likelihood(values: Sequence[float], errors: Sequence[float], tau2: float) -> float:
    """Return the restricted likelihood of a tau squared, as a logarithm and up to a constant.

    >>> at = [restricted_likelihood([0.1, 0.3, 0.5], [0.1, 0.1, 0.1], tau2) for tau2 in (0.02, 0.03, 0.04)]
    >>> at.index(max(at))
    1
    """
    weights = _weights(errors, tau2)
    spread = _spread(values, weights, _mean(values, weights))
    return (fsum(map(log, weights)) - log(fsum(weights)) - spread) / 2


def _slope(values: Sequence[float], errors: Sequence[float], tau2: float) -> float:
    """Return twice how it rises with tau squared (Viechtbauer 2005, doi:10.3102/10769986030003261)."""
    weights = _weights(errors, tau2)
    squares = [w**2 for w in weights]
    return _spread(values, squares, _mean(values, weights)) - (fsum(weights) - fsum(squares) / fsum(weights))


def _tau2(values: Sequence[float], errors: Sequence[float]) -> float:
    """Return the tau squared at which the restricted likelihood is highest: it may have several peaks."""
    unit = max(error**2 for error in errors) + (max(values) - min(values)) ** 2
    grid = [0.0, *(unit * 2.0**power for power in range(-_POWERS, 2))]
    slopes = [_slope(values, errors, each) for each in grid]
    rises = [place for place in range(len(grid) - 1) if slopes[place] > 0 >= slopes[place + 1]]
    peaks = [_peak(values, errors, grid[place], grid[place + 1]) for place in rises]
    return max([0.0, *peaks], key=lambda tau2: restricted_likelihood(values, errors, tau2))


def _peak(values: Sequence[float], errors: Sequence[float], low: float, high: float) -> float:
    """Return where the likelihood stops to rise."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _slope(values, errors, middle) > 0 else (low, middle)
    return (low + high) / 2


def _precision(
    values: Sequence[float], weights: Sequence[float], mean: float, interval: Interval
) -> tuple[float, float, float]:
    """Return the standard error of the mean, how many of them its interval reaches, and the p-value."""
    plain, df = 1 / sqrt(fsum(weights)), len(values) - 1
    if interval == "wald":
        normal = NormalDist()
        return plain, normal.inv_cdf((1 + _LEVEL) / 2), 2 * (1 - normal.cdf(abs(mean) / plain))
    factor = _spread(values, weights, mean) / df
    if interval == "knapp-hartung-conservative":
        factor = max(1.0, factor)
    error = plain * sqrt(factor)
    p = 1 - t_within(abs(mean) / error, df) if error else float(mean == 0)
    return error, t_limit(_LEVEL, df), p


def _predicted(mean: float, error: float, tau2: float, studies: int) -> tuple[float, float] | None:
    if studies < _FOR_PREDICTION:
        return None
    half = t_limit(_LEVEL, studies - 2) * sqrt(tau2 + error**2)
    return mean - half, mean + half
