"""An effect: a reading brought to the one scale, or the reason why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

from resgraph.effects.precision import FEWEST, Precision, interval_is_broken, precision_of
from resgraph.effects.reading import Asked, Asks, Reading, readings_of
from resgraph.effects.scales import Scale, hedges_correction, scale_of
from resgraph.errors import UsageError

#: What an effect may take for granted. A reader who does not grant it leaves the effect out.
ASSUMPTIONS: Final = MappingProxyType(
    {
        "logistic": "the outcome is as if a continuous, logistic one with like spread in both groups was cut",
        "two-groups": "the subject of the correlation is as if cut into two groups of like size",
        "baseline-risk-given": "the risk in the comparison group was given by the caller",
        "deviation-given": "the standard deviation was given by the caller",
        "deviation-exact": "the standard deviation is known without error",
        "small-sample-correction": "Cohen's d was multiplied by Hedges' correction for the people analysed",
        "small-sample-correction-missing": "Cohen's d was not corrected for small samples, as the number of"
        " people analysed is not known; it is a little too large when they are few",
        "small-sample-correction-unknown": "the source does not say whether it corrected for small samples",
        "orientation-assumed": "which way the number counts was decided by a rule, not read",
        "own-arithmetic": "a figure of the record is the catalogue's own sum, subtraction or conversion",
        "sign-aligned": "the catalogue turned the sign so that it agrees with the words",
        "conflicting-figures": "the same source gives different numbers for the same thing",
        "metric-inferred": "the metric was worked out by the reader, the page not naming it",
        "level-95": "the level of the interval is not stated and taken to be 95%",
        "off-centre": "the number is not in the middle of its interval; half the width is used all the same",
        "two-sided-normal-test": "the p-value is that of a two-sided test against a normal distribution",
        "equal-groups": "the people analysed were divided into two groups of like size",
    }
)

#: Why a reading has no effect on the scale, or an effect no standard error.
REFUSALS: Final = MappingProxyType(
    {
        "empty-review": "a review that met no study gives no effect",
        "moderation": "it says how one thing changes the effect of another, not how large an effect is",
        "mediation": "it is not known whether the number is the whole effect or a part that runs through"
        " something in between",
        "no-number": "no single number is given",
        "no-metric": "the metric is not known",
        "metric-not-convertible": "this metric cannot be brought to a standardised mean difference",
        "needs-baseline-risk": "a risk ratio needs the risk in the comparison group",
        "needs-deviation": "a mean difference needs the standard deviation of the measure",
        "not-standardised": "it is not known in which units the regression coefficient counts",
        "magnitude-only": "it is not known which way the number counts",
        "valence-unknown": "it is not known whether more of the object is good for the child",
        "end-of-range": "the number is one end of a range of several results",
        "impossible-number": "the metric cannot have this value",
        "broken-interval": "the interval cannot belong to the number",
        "against-its-words": "the number counts the other way than the finding says in words",
        "no-standard-error": "neither an interval nor an exact p-value nor the people analysed are given",
    }
)

_NEEDS: Final = {
    "risk-ratio": "needs-baseline-risk",
    "mean-difference": "needs-deviation",
    "beta": "not-standardised",
}
#: which way a number counts, by how the two ends of the pair were scored
_SIGNS: Final = {
    "as-stated": 1,
    "subject-and-object-reversed": 1,
    "subject-reversed": -1,
    "object-reversed": -1,
}
_OWN_ARITHMETIC: Final = {"own-sum", "own-subtraction", "own-conversion"}
_ENDS: Final = {"lower-end-of-range", "upper-end-of-range"}
_SAYS: Final = {"increases": 1, "decreases": -1}


@dataclass(frozen=True, slots=True)
class Effect:
    """One finding's effect as a standardised mean difference: plus is good for the child.

    For a factor or determinant: plus means that more of it goes with what is good for the child.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> one = effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation"))[1]
    >>> round(one.value, 3), round(one.error, 3), one.converted_from, one.assumptions
    (0.077, 0.031, 'odds-ratio', ('logistic', 'orientation-assumed'))
    >>> [round(end, 2) for end in one.interval()]
    [0.02, 0.14]
    """

    reading: Reading
    #: standardised mean difference, or `None` when it cannot be had: then `why_not` says why
    value: float | None = None
    #: its standard error, or `None`
    error: float | None = None
    #: a name in `REFUSALS`
    why_not: str | None = None
    #: the metric as published
    converted_from: str | None = None
    #: ``interval``, ``p-value`` or ``sample-size``
    error_from: str | None = None
    #: names in `ASSUMPTIONS`
    assumptions: tuple[str, ...] = ()

    def interval(self, level: int = 95) -> tuple[float, float] | None:
        """Return the limits of the confidence interval at a level in percent, or `None`."""
        if not 0 < level < 100:
            raise UsageError(f"a level is a percentage between 0 and 100, not {level}")
        if self.value is None or self.error is None:
            return None
        half = NormalDist().inv_cdf(0.5 + level / 200) * self.error
        return self.value - half, self.value + half


def effects_of(
    graph: Asks,
    subject: Asked | None = None,
    object: Asked | None = None,  # noqa: A002 (the word of the ontology)
) -> list[Effect]:
    """Return the effect of every finding of a subject on an object, those that have none included.

    `subject` and `object` are things or their addresses, or several of them; `None` stands for any.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> for each in effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")):
    ...     print(each.reading.year, each.why_not or f"{each.value:.3f} (standard error {each.error:.3f})")
    2020 0.151 (standard error 0.092)
    2024 0.077 (standard error 0.031)
    2020 magnitude-only
    2011 no-number
    2012 no-number
    """
    return [effect_of(reading) for reading in readings_of(graph, subject, object)]


def effect_of(reading: Reading) -> Effect:
    """Bring one reading to the scale: a standardised mean difference, plus being good for the child.

    >>> r = Reading("f", "s", "o", more_is_good=False, metric="odds-ratio", value=0.76, low=0.55, high=1.06,
    ...             level=95, orientation="as-stated")
    >>> e = effect_of(r)
    >>> round(e.value, 4), round(e.error, 4), e.converted_from, e.error_from, e.assumptions
    (0.1513, 0.0923, 'odds-ratio', 'interval', ('logistic',))
    >>> effect_of(Reading("f", "s", "o", more_is_good=True, metric="risk-ratio", value=0.8)).why_not
    'needs-baseline-risk'
    """
    scale = scale_of(reading)
    refusal = next((name for name, holds in _REFUSED if holds(reading, scale)), None)
    if refusal or scale is None or reading.value is None:
        return Effect(reading, why_not=refusal or "no-number", converted_from=reading.metric)
    found = precision_of(reading, scale)
    smd, error = scale.convert(reading.value, found.error if found else 0.0)
    factor, correction = _small_sample(reading)
    return Effect(
        reading,
        value=factor * smd * _sign(reading),
        error=factor * error if found else None,
        why_not=None if found else "no-standard-error",
        converted_from=reading.metric,
        error_from=found.source if found else None,
        assumptions=_assumptions(reading, scale, found, correction),
    )


def _sign(reading: Reading) -> int:
    good = 1 if reading.more_is_good else -1
    return _SIGNS.get(reading.orientation or "", 0) * good


def _small_sample(reading: Reading) -> tuple[float, tuple[str, ...]]:
    if reading.metric != "cohens-d":
        return 1.0, ()
    people = sum(reading.groups) if reading.groups else reading.participants
    if people is None or people <= FEWEST or not (reading.groups or reading.participants_analysed):
        return 1.0, ("small-sample-correction-missing",)
    return hedges_correction(people), ("small-sample-correction",)


def _assumptions(
    reading: Reading, scale: Scale, found: Precision | None, correction: tuple[str, ...]
) -> tuple[str, ...]:
    read = {
        "orientation-assumed": reading.orientation_assumed,
        "metric-inferred": reading.metric_inferred,
        "own-arithmetic": bool(_OWN_ARITHMETIC & set(reading.derivations)),
        "sign-aligned": "sign-aligned" in reading.derivations,
        "conflicting-figures": "conflicting-figures" in reading.caveats,
    }
    return (
        *scale.assumes,
        *correction,
        *(found.assumes if found else ()),
        *(name for name, holds in read.items() if holds),
    )


def _is_refused_metric(reading: Reading, scale: Scale | None) -> bool:
    return scale is None and reading.metric not in _NEEDS


def _is_impossible(reading: Reading, scale: Scale | None) -> bool:
    if scale is None or reading.value is None:
        return False
    at = scale.to_smd(scale.to_error_scale(reading.value)) if scale.allows(reading.value) else float("nan")
    return at != at  # not a number


def _is_against_its_words(reading: Reading, scale: Scale | None) -> bool:
    if scale is None or reading.value is None:
        return False
    towards = scale.to_error_scale(reading.value) * _SIGNS.get(reading.orientation or "", 0)
    return towards * _SAYS.get(reading.says, 0) < 0


def _needs(name: str) -> Callable[[Reading, Scale | None], bool]:
    return lambda reading, scale: scale is None and _NEEDS.get(reading.metric or "") == name


def _asks(question: str) -> Callable[[Reading, Scale | None], bool]:
    return lambda reading, _: reading.question == question


#: in the order in which they are looked at; the first that holds is the reason
_REFUSED: Final[tuple[tuple[str, Callable[[Reading, Scale | None], bool]], ...]] = (
    *((name, _asks(name)) for name in ("empty-review", "moderation", "mediation")),
    ("no-number", lambda reading, _: reading.value is None),
    ("no-metric", lambda reading, _: reading.metric is None),
    *((name, _needs(name)) for name in _NEEDS.values()),
    ("metric-not-convertible", _is_refused_metric),
    ("magnitude-only", lambda reading, _: reading.orientation not in _SIGNS),
    ("valence-unknown", lambda reading, _: reading.more_is_good is None),
    ("end-of-range", lambda reading, _: bool(_ENDS & set(reading.derivations))),
    ("impossible-number", _is_impossible),
    ("broken-interval", lambda reading, scale: scale is not None and interval_is_broken(reading, scale)),
    ("against-its-words", _is_against_its_words),
)
