"""The standard error of a published number, on its error scale: from its interval, its p-value or its sample.

How, and what is taken for granted (Cochrane Handbook for Systematic Reviews of Interventions, version 6,
section 6.3; Borenstein and others 2009, chapters 4 and 6):

- *interval*: its width on the error scale over twice the normal quantile of its level.
- *p-value*: the number on the error scale over the normal quantile that belongs to an exact, two-sided p.
  Only where rounding to the printed digits cannot change the result by more than a quarter (`SPREAD`).
- *sample*: the textbook variance, where the people counted are those of this very analysis and nobody was
  assigned in groups (whole classes share more than chance).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from resgraph.effects.reading import Reading
    from resgraph.effects.scales import Scale

_NORMAL: Final = NormalDist()
_EXACT_P: Final = re.compile(r"(?:p\s*=\s*)?(0?\.\d+)", re.IGNORECASE)
#: how far the largest standard error that rounding allows may exceed the smallest
SPREAD: Final = 1.25
#: how far, in half widths, a number may stand from the middle of its interval without a word
OFF_CENTRE: Final = 0.2
_USUAL_LEVEL: Final = 95
#: so few people say nothing
FEWEST: Final = 3
_CLUSTERED: Final = "cluster-rct"
_DIFFERENCES: Final = ("smd", "cohens-d", "hedges-g")


@dataclass(frozen=True, slots=True)
class Precision:
    """A standard error on the error scale, where it is from, and what was taken for granted."""

    error: float
    #: ``interval``, ``p-value`` or ``sample-size``
    source: str
    assumes: tuple[str, ...] = ()


def precision_of(reading: Reading, scale: Scale) -> Precision | None:
    """Return the standard error that a reading allows, by the best of the three ways, or `None`."""
    return _from_interval(reading, scale) or _from_p(reading, scale) or _from_sample(reading, scale)


def interval_is_broken(reading: Reading, scale: Scale) -> bool:
    """Whether the limits cannot be those of the number: out of order, impossible, or not around it."""
    low, value, high = reading.low, reading.value, reading.high
    if low is None or high is None or value is None:
        return False
    in_order = low <= value <= high and low < high and 0 < (reading.level or _USUAL_LEVEL) < 100
    return not (in_order and scale.allows(low) and scale.allows(high))


def _from_interval(reading: Reading, scale: Scale) -> Precision | None:
    if reading.low is None or reading.high is None or reading.value is None:
        return None
    low, at, high = (scale.to_error_scale(number) for number in (reading.low, reading.value, reading.high))
    level = reading.level or _USUAL_LEVEL
    assumes = [] if reading.level else ["level-95"]
    if abs(at - (low + high) / 2) > OFF_CENTRE * (high - low) / 2:
        assumes.append("off-centre")
    quantile = _NORMAL.inv_cdf(0.5 + level / 200)
    return Precision((high - low) / 2 / quantile, "interval", tuple(assumes))


def _from_p(reading: Reading, scale: Scale) -> Precision | None:
    exact = _EXACT_P.fullmatch((reading.p or "").strip())
    if exact is None or reading.value is None:
        return None
    printed = re.match(r"[-+\d.]+", reading.printed)
    numbers = list(_rounded_from(reading.value, printed[0] if printed else repr(reading.value)))
    ps = list(_rounded_from(float(exact[1]), exact[1]))
    if not all(scale.allows(number) for number in numbers) or not all(0 < p < 1 for p in ps):
        return None
    at = [scale.to_error_scale(number) for number in numbers]
    errors = [_wald(number, p) for number, p in product(at, ps)]
    if min(at) <= 0 <= max(at) or max(errors) > SPREAD * min(errors):
        return None
    error = _wald(scale.to_error_scale(reading.value), float(exact[1]))
    return Precision(error, "p-value", ("two-sided-normal-test",))


def _wald(number: float, p: float) -> float:
    return abs(number) / -_NORMAL.inv_cdf(p / 2)


def _rounded_from(number: float, printed: str) -> Iterator[float]:
    """The ends of what could have been rounded to the digits printed."""
    half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
    yield from (number - half, number + half)


def _from_sample(reading: Reading, scale: Scale) -> Precision | None:
    half = (reading.participants or 0) / 2 if reading.participants_analysed else 0.0
    first, second = reading.groups or (half, half)
    people = first + second
    if reading.value is None or people <= FEWEST or reading.design == _CLUSTERED:
        return None
    if reading.metric == "correlation-r":
        return Precision(1 / math.sqrt(people - 3), "sample-size")
    if reading.metric in _DIFFERENCES:
        variance = people / (first * second) + reading.value**2 / (2 * people)
        return Precision(math.sqrt(variance), "sample-size", () if reading.groups else ("equal-groups",))
    return None
