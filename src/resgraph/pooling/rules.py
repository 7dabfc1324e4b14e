"""Which effects may be pooled: a row of sieves. Each says of every effect that it stops why.

docs/explanation/pooling.md is the same in words. No sieve looks at how large an effect is or which way it
points, only at how it was had.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from resgraph.effects import REFUSALS, Effect, Reading

_T = TypeVar("_T")
Design = Literal["randomised", "quasi-experimental", "followed", "cross-sectional"]
Comparator = Literal["passive", "active"]
Time = Literal["end", "within-a-year", "later", "not-stated"]

#: From the most to the least trustworthy; an analysis that left the randomised comparison is `followed`.
DESIGNS: Final[tuple[Design, ...]] = ("randomised", "quasi-experimental", "followed", "cross-sectional")
COMPARATORS: Final[tuple[Comparator, ...]] = ("passive", "active")
#: Months after: up to 3; over 3 and up to 12; over 12.
TIMES: Final[tuple[Time, ...]] = ("end", "within-a-year", "later", "not-stated")

#: Why an effect is left out of a pool, beside the reasons of `resgraph.effects.REFUSALS`.
EXCLUSIONS: Final = MappingProxyType(
    {
        **REFUSALS,
        "out-of-date": "its source was superseded or withdrawn",
        "modelled": "the figure was computed from assumptions, not observed",
        "trend": "it is a change over calendar years",
        "bundle": "it is the effect of several things together",
        "group-gap": "it is a gap between groups, not an effect",
        "no-comparison-group": "people were compared with themselves at another time only",
        "head-to-head": "it compares one way of doing it with another, or more of it with less",
        "condition": "it holds under a condition only",
        "part-of-sample": "it is about a part of the sample",
        "review": "a review may contain studies that stand here themselves, or in another review",
        "no-study-design": "its design is none of a study that measures an effect",
        "other-design": "it has another kind of design than those pooled",
        "other-comparator": "the comparison group got something else than those pooled",
        "other-kind-of-figure": "a correlation is not pooled with differences between groups",
        "other-time": "it was measured at another time than those pooled",
        "same-sample": "another effect of the same study stands for it",
        "only-one": "no other independent study is left to pool it with",
    }
)

_DESIGN_OF: Final[MappingProxyType[str, Design]] = MappingProxyType(
    {
        "rct": "randomised",
        "cluster-rct": "randomised",
        "quasi-experimental": "quasi-experimental",
        "cohort": "followed",
        "case-control": "followed",
        "cross-sectional": "cross-sectional",
    }
)
_NOT_RANDOMISED: Final = {"non-randomised-contrast", "mediation"}
_BY_DOSE: Final = {"complier", "per-protocol"}
_HEAD_TO_HEAD: Final = {"other-arm", "other-deliverer", "dose-contrast"}
_ACTIVE: Final = {"active-control", "attention-control"}
_END, _YEAR = 3, 12


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An effect that is not pooled, and why.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> from resgraph.pooling import pool
    >>> found = pool(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")))
    >>> found.excluded[0].reason, found.excluded[0].words
    ('magnitude-only', 'it is not known which way the number counts')
    """

    effect: Effect
    #: a name in `EXCLUSIONS`
    reason: str

    @property
    def words(self) -> str:
        """The reason as a sentence without its dot."""
        return EXCLUSIONS[self.reason]


@dataclass(frozen=True, slots=True)
class Like:
    """What the effects of one pool have in common.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> from resgraph.pooling import pool
    >>> found = pool(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")))
    >>> found.like
    Like(design='randomised', comparator='passive', time='within-a-year', parts=False)
    """

    design: Design | None = None
    comparator: Comparator = "passive"
    time: Time | None = None
    parts: bool = False


@dataclass(frozen=True, slots=True)
class Sorted:
    """Effects divided: those to pool, one for each independent study, and all others with a reason."""

    pooled: tuple[Effect, ...]
    excluded: tuple[Exclusion, ...]
    like: Like


def sort(effects: Iterable[Effect], asked: Like) -> Sorted:
    """Divide effects by what `asked` says; what it leaves open is decided by what there is.

    An effect that is given twice counts once. The order in which effects are given makes no difference.
    """
    left, out = _usable(sorted(set(effects), key=lambda e: e.reading.finding), asked)
    design = asked.design or _first(DESIGNS, left, design_of)
    left = _keep(left, out, "other-design", lambda e: design_of(e) == design)
    left = _keep(left, out, "other-comparator", lambda e: comparator_of(e) == asked.comparator)
    correlations = _most((False, True), left, _is_correlation)
    left = _keep(left, out, "other-kind-of-figure", lambda e: _is_correlation(e) == correlations)
    time = asked.time or _most(("later", "within-a-year", "end", "not-stated"), left, time_of)
    left = _keep(left, out, "other-time", lambda e: time_of(e) == time)
    chosen = {id(min(sample, key=_preference)) for sample in samples(left)}
    left = _keep(left, out, "same-sample", lambda e: id(e) in chosen)
    return Sorted(tuple(left), tuple(out), Like(design, asked.comparator, time, asked.parts))


def design_of(effect: Effect) -> Design | None:
    """Return the kind of design, or `None` for what is no study of an effect."""
    design = _DESIGN_OF.get(effect.reading.design)
    left_it = design == "randomised" and _NOT_RANDOMISED & set(effect.reading.analyses)
    return "followed" if left_it else design


def comparator_of(effect: Effect) -> Comparator:
    """Return what the comparison group got; what is not stated counts as nothing new."""
    return "active" if effect.reading.comparator in _ACTIVE else "passive"


def time_of(effect: Effect) -> Time:
    """Return when the effect was measured, as a band."""
    months = effect.reading.follow_up_months
    if months is None:
        return "not-stated"
    return "end" if months <= _END else "within-a-year" if months <= _YEAR else "later"


def samples(effects: Iterable[Effect]) -> list[list[Effect]]:
    """Return the effects by sample: effects that share a study, directly or through a third, are of one.

    >>> a, b, c, d = (Effect(Reading(f, "s", "o", lines=lines)) for f, lines in
    ...               [("a", ("x",)), ("b", ("y",)), ("c", ("x", "y")), ("d", ("z",))])
    >>> [[e.reading.finding for e in sample] for sample in samples([a, b, c, d])]
    [['a', 'b', 'c'], ['d']]
    """
    found: list[tuple[set[str], list[Effect]]] = []
    for effect in effects:
        lines, members = set(effect.reading.lines), [effect]
        apart = []
        for other in found:
            if lines & other[0]:
                lines, members = lines | other[0], [*other[1], *members]
            else:
                apart.append(other)
        found = [*apart, (lines, members)]
    in_order = (sorted(members, key=lambda e: e.reading.finding) for _, members in found)
    return sorted(in_order, key=lambda members: members[0].reading.finding)


def _keep(
    effects: Sequence[Effect], out: list[Exclusion], reason: str, is_kept: Callable[[Effect], bool]
) -> list[Effect]:
    out.extend(Exclusion(effect, reason) for effect in effects if not is_kept(effect))
    return [effect for effect in effects if is_kept(effect)]


def _usable(effects: list[Effect], asked: Like) -> tuple[list[Effect], list[Exclusion]]:
    out: list[Exclusion] = []
    left = []
    for effect in effects:
        reason = effect.why_not or next((name for name, holds in _UNFIT if holds(effect.reading)), None)
        if reason == "part-of-sample" and asked.parts:
            reason = None
        if reason is None and design_of(effect) is None:
            reason = "no-study-design"
        if reason is None:
            left.append(effect)
        else:
            out.append(Exclusion(effect, reason))
    return left, out


#: in the order in which they are looked at; the first that holds is the reason
_UNFIT: Final[tuple[tuple[str, Callable[[Reading], bool]], ...]] = (
    ("out-of-date", lambda r: r.out_of_date),
    ("modelled", lambda r: r.modelled),
    ("trend", lambda r: r.trend),
    ("bundle", lambda r: r.bundle),
    ("group-gap", lambda r: r.group_gap),
    ("review", lambda r: r.is_review),
    ("no-comparison-group", lambda r: "within-group" in r.analyses or r.comparator == "before-after"),
    ("head-to-head", lambda r: r.comparator in _HEAD_TO_HEAD or bool(_BY_DOSE & set(r.analyses))),
    ("condition", lambda r: bool(r.condition)),
    ("part-of-sample", lambda r: bool(r.part)),
)


def _is_correlation(effect: Effect) -> bool:
    return effect.converted_from == "correlation-r"


def _first(order: Sequence[_T], effects: Iterable[Effect], kind: Callable[[Effect], _T | None]) -> _T | None:
    """Return the first kind in an order that any effect is of."""
    there = {kind(effect) for effect in effects}
    return next((each for each in order if each in there), None)


def _most(order: Sequence[_T], effects: Iterable[Effect], kind: Callable[[Effect], _T]) -> _T | None:
    """Return the kind that most samples have an effect of; of equals, the first in the order."""
    by_kind: dict[_T, list[Effect]] = defaultdict(list)
    for effect in effects:
        by_kind[kind(effect)].append(effect)
    counts = Counter({each: len(samples(of_it)) for each, of_it in by_kind.items()})
    return max(order, key=lambda each: counts[each]) if counts else None


def _preference(effect: Effect) -> tuple[object, ...]:
    """Which of several effects of one sample stands for it: the smallest. None of it looks at the value."""
    reading = effect.reading
    return (
        bool(reading.part),
        "intention-to-treat" not in reading.analyses,
        reading.orientation_assumed,
        -(reading.follow_up_months or 0.0),
        "adjusted" not in reading.analyses,
        "pupil" not in reading.reporters,
        effect.error_from != "interval",
        effect.error,
        reading.finding,
    )
