"""A random-effects summary of independent effects. PyMARE does the statistics; no other room knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any, Final, Literal
from warnings import catch_warnings, simplefilter

from resgraph.errors import UsageError
from resgraph.extras import bring

#: How the interval of the mean is widened when there are few studies.
Interval = Literal["knapp-hartung-conservative", "knapp-hartung", "wald"]
INTERVALS: Final[tuple[Interval, ...]] = ("knapp-hartung-conservative", "knapp-hartung", "wald")

#: Studies needed for a prediction interval: with two, nothing is left to tell spread from chance.
_FOR_PREDICTION: Final = 3
_LEVEL: Final = 0.95
_PRECISE: Final = 1e-12


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

    Needs the extra ``stats``. The interval is that of Knapp and Hartung (2003), by default never narrower
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
    fit = _fit(values, errors, interval)
    with bring("numpy", "stats").errstate(divide="ignore"):  # effects that are all equal have a Q of zero
        mean, heterogeneity = fit.get_fe_stats(alpha=1 - _LEVEL), fit.get_heterogeneity_stats()
    tau2, error = _number(fit.tau2), _number(mean["se"])
    weights = [1 / (each**2 + tau2) for each in errors]
    return Summary(
        studies=len(values),
        mean=_number(mean["est"]),
        error=error,
        low=_number(mean["ci_l"]),
        high=_number(mean["ci_u"]),
        p=_number(mean["p"]),
        tau2=tau2,
        i2=_number(heterogeneity["I^2"]),
        q=_number(heterogeneity["Q"]),
        q_df=len(values) - 1,
        q_p=_number(heterogeneity["p(Q)"]),
        predicted=_predicted(_number(mean["est"]), error, tau2, len(values)),
        weights=tuple(100 * weight / sum(weights) for weight in weights),
        interval=interval,
    )


def _fit(values: Sequence[float], errors: Sequence[float], interval: Interval) -> Any:
    pymare = _pymare()
    array = bring("numpy", "stats").asarray
    model = pymare.estimators.VarianceBasedLikelihoodEstimator(
        method="REML", small_sample_correction=interval, xtol=_PRECISE
    )
    data = pymare.Dataset(y=array(values, dtype=float), v=array(errors, dtype=float) ** 2)
    return model.fit_dataset(data).summary()


def _pymare() -> Any:
    with catch_warnings():
        simplefilter("ignore", ResourceWarning)  # it leaves a file of its own to the garbage collector
        return bring("pymare", "stats")


def _number(array: Any) -> float:
    return float(array.squeeze())


def _predicted(mean: float, error: float, tau2: float, studies: int) -> tuple[float, float] | None:
    if studies < _FOR_PREDICTION:
        return None
    quantile = float(bring("scipy.stats", "stats").t.ppf((1 + _LEVEL) / 2, studies - 2))
    half = quantile * sqrt(tau2 + error**2)
    return mean - half, mean + half
