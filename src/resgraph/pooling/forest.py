"""The rows of a forest plot, as plain records: findings by what they say, null results and harm too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from resgraph.effects import Effect
from resgraph.pooling.pool import NotPooled, Pooled, weights_of
from resgraph.vocab import slug

#: What a finding says of the child, in the order in which a plot shows it.
SAYINGS: Final = ("gain", "no clear effect", "mixed", "harm", "other")
NO_NUMBER: Final = "no number reported"
_WAYS: Final = {"increases": True, "decreases": False}


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One finding in a forest plot.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> rows = forest_rows(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")))
    >>> rows[0].label, rows[0].says, rows[0].published
    ('bowes-2024', 'gain', 'OR 0.87 (0.78 to 0.97)')
    """

    finding: str
    #: source, the subject where there are several, and what sets the finding apart from its siblings
    label: str
    #: one of `SAYINGS`: by its words, not by its number
    says: str
    #: number and interval as published, or a word on what is not reported
    published: str
    #: standardised mean difference, plus is good for the child; `None` when it cannot be had
    value: float | None
    #: 95% limits; `None` when they are not reported or cannot be converted
    low: float | None
    high: float | None
    #: in the pool, in percent; `None` when it is not in
    weight: float | None
    #: why it is not in, when there is a pool or there could not be one
    why_excluded: str | None


def forest_rows(effects: Iterable[Effect], pooled: Pooled | NotPooled | None = None) -> list[ForestRow]:
    """Return a row for every effect: gains, null results, mixed ones, harm; in each the largest first.

    >>> import resgraph
    >>> from resgraph.effects import effects_of
    >>> g = resgraph.load()
    >>> for row in forest_rows(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation"))):
    ...     print(row.says, "|", row.label, "|", row.published)
    gain | bowes-2024 | OR 0.87 (0.78 to 0.97)
    gain | huitsing-2020 | OR 1.29, interval not reported
    gain | karna-2011 | no number reported
    gain | salmivalli-poskiparta-2012: national rollout | no number reported
    no clear effect | axford-2020 | OR 0.76 (0.55 to 1.06)
    """
    weights = weights_of(pooled)
    reasons = {each.effect: each.words for each in pooled.excluded} if pooled else {}
    every = list(effects)
    several = len({effect.reading.subject for effect in every}) > 1
    rows = [_row(effect, several, weights.get(effect), reasons.get(effect)) for effect in every]
    return sorted(rows, key=lambda row: (SAYINGS.index(row.says), *_largest_first(row)))


def _largest_first(row: ForestRow) -> tuple[float, str]:
    return (float("inf") if row.value is None else -row.value, row.label)


def _row(effect: Effect, several: bool, weight: float | None, reason: str | None) -> ForestRow:
    low, high = effect.interval() or (None, None)
    return ForestRow(
        finding=effect.reading.finding,
        label=_label(effect, several),
        says=saying(effect.reading.says, effect.reading.more_is_good),
        published=_published(effect),
        value=effect.value,
        low=low,
        high=high,
        weight=weight,
        why_excluded=reason,
    )


def _label(effect: Effect, several: bool) -> str:
    """The record of a finding is named SOURCE--SUBJECT--OBJECT, and what sets it apart after that."""
    source, *more = slug(effect.reading.finding).split("--")
    words = [*more[:1], *more[2:]] if several else more[2:]
    return ": ".join([source, *[", ".join(words).replace("-", " ")] * bool(words)])


def saying(relation: str, more_is_good: bool | None) -> str:
    """Return what a finding says of the child: one of `SAYINGS`.

    >>> saying("decreases", False), saying("decreases", True), saying("buffers", None)
    ('gain', 'harm', 'other')
    """
    if relation in _WAYS and more_is_good is not None:
        return "gain" if _WAYS[relation] == more_is_good else "harm"
    return {"no-clear-effect": "no clear effect", "mixed": "mixed"}.get(relation, "other")


_SHORT: Final = {
    **{"odds-ratio": "OR", "risk-ratio": "RR", "hazard-ratio": "HR", "rate-ratio": "rate ratio"},
    **{"cohens-d": "d", "hedges-g": "g", "smd": "SMD", "correlation-r": "r", "mean-difference": "MD"},
}


def _published(effect: Effect) -> str:
    reading = effect.reading
    if not reading.printed:
        return NO_NUMBER
    metric = _SHORT.get(reading.metric or "", (reading.metric or "").replace("-", " "))
    interval = "" if reading.low is not None else ", interval not reported"
    return f"{metric} {reading.printed}{interval}".strip()
