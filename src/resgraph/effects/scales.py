"""From a published metric to a standardised mean difference: formula, source, and what it takes for granted.

Each metric is first put on the scale on which its sampling error is symmetrical (the *error scale*: the
logarithm of a ratio, Fisher's z of a correlation, the number itself otherwise). There the standard error is
found. From there a formula leads to the standardised mean difference, and its slope carries the error along
(the delta method). The sources:

- odds ratio: ln(OR) x sqrt(3) / pi (Hasselblad and Hedges 1995, doi:10.1037/0033-2909.117.1.167; Chinn 2000,
  doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M). The outcome is thought of as a
  continuous one with a logistic distribution and equal spread in both groups, cut somewhere.
- risk ratio: turned into an odds ratio by the risk in the comparison group, then as above. Without that risk
  there is no way.
- correlation: 2r / sqrt(1 - r^2) (Borenstein and others 2009, Introduction to Meta-Analysis, chapter 7,
  doi:10.1002/9780470743386.ch7). The subject is thought of as if cut into two groups of like size.
- mean difference: divided by the standard deviation of the measure. Without that there is no way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from resgraph.errors import UsageError

if TYPE_CHECKING:
    from resgraph.effects.reading import Reading

#: Standard deviations of the logistic distribution in one standard deviation of a log odds ratio.
LOGISTIC: Final = math.sqrt(3) / math.pi


@dataclass(frozen=True, slots=True)
class Scale:
    """The way of one metric to a standardised mean difference.

    >>> value, error = OF_METRIC["odds-ratio"].convert(math.exp(0.9069), math.sqrt(0.0676))
    >>> round(value, 4), round(error**2, 4)
    (0.5, 0.0205)
    """

    #: from the published number to the error scale
    to_error_scale: Callable[[float], float]
    #: from the error scale to the standardised mean difference
    to_smd: Callable[[float], float]
    #: how fast the standardised mean difference grows there
    slope: Callable[[float], float]
    #: what the formula takes for granted: names of `resgraph.effects.ASSUMPTIONS`
    assumes: tuple[str, ...] = ()
    #: whether the number only makes sense above zero, or strictly between -1 and 1
    positive: bool = False
    bounded: bool = False

    def allows(self, number: float) -> bool:
        """Whether the metric can have this value."""
        return (number > 0 or not self.positive) and (abs(number) < 1 or not self.bounded)

    def convert(self, number: float, error: float) -> tuple[float, float]:
        """Return the standardised mean difference and its standard error; `error` is on the error scale."""
        at = self.to_error_scale(number)
        return self.to_smd(at), abs(self.slope(at)) * error


def _same(number: float) -> float:
    return number


def _one(_: float) -> float:
    return 1.0


_AS_IT_IS: Final = Scale(_same, _same, _one)

#: The metrics that need nothing but themselves.
OF_METRIC: Final[Mapping[str, Scale]] = {
    "smd": Scale(_same, _same, _one, ("small-sample-correction-unknown",)),
    "cohens-d": Scale(_same, _same, _one),
    "hedges-g": _AS_IT_IS,
    "odds-ratio": Scale(math.log, lambda x: x * LOGISTIC, lambda _: LOGISTIC, ("logistic",), positive=True),
    "correlation-r": Scale(
        math.atanh, lambda x: 2 * math.sinh(x), lambda x: 2 * math.cosh(x), ("two-groups",), bounded=True
    ),
}


def of_risk_ratio(baseline: float) -> Scale:
    """Return the scale of a risk ratio, where `baseline` is the risk in the comparison group, in (0, 1).

    >>> smd, error = of_risk_ratio(0.2).convert(1.5, 0.1)  # the odds ratio is 0.3/0.7 / (0.2/0.8)
    >>> round(smd / LOGISTIC, 6) == round(math.log(0.3 / 0.7 / (0.2 / 0.8)), 6), round(error, 4)
    (True, 0.0788)
    """
    if not 0 < baseline < 1:
        raise UsageError(f"a baseline risk is a share between 0 and 1, not {baseline}")

    def to_smd(x: float) -> float:
        risk = baseline * math.exp(x)
        return LOGISTIC * math.log(risk / (1 - risk) * (1 - baseline) / baseline) if risk < 1 else math.nan

    def slope(x: float) -> float:
        risk = baseline * math.exp(x)
        return LOGISTIC / (1 - risk) if risk < 1 else math.nan

    return Scale(math.log, to_smd, slope, ("logistic", "baseline-risk-given"), positive=True)


def of_mean_difference(deviation: float) -> Scale:
    """Return the scale of a mean difference, where `deviation` is the standard deviation of the measure.

    >>> of_mean_difference(4.0).convert(2.0, 1.0)
    (0.5, 0.25)
    """
    if not deviation > 0:
        raise UsageError(f"a standard deviation is above 0, not {deviation}")
    return Scale(
        _same, lambda x: x / deviation, lambda _: 1 / deviation, ("deviation-given", "deviation-exact")
    )


def scale_of(reading: Reading) -> Scale | None:
    """Return the scale on which a reading can be converted, or `None` when there is no sound way."""
    if reading.metric == "risk-ratio" and reading.baseline_risk is not None:
        return of_risk_ratio(reading.baseline_risk)
    if reading.metric == "mean-difference" and reading.standard_deviation is not None:
        return of_mean_difference(reading.standard_deviation)
    return OF_METRIC.get(reading.metric or "")


def hedges_correction(people: int) -> float:
    """Return what Cohen's d of two groups of together `people` is to be multiplied by.

    The exact form, by gamma functions (Hedges 1981, doi:10.3102/10769986006002107); `people` is above three.

    >>> round(hedges_correction(100), 4)
    0.9923
    """
    freedom = people - 2
    return math.exp(math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2)) / math.sqrt(freedom / 2)
