"""Pool what may be pooled, or say why nothing can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from resgraph.effects import Effect
from resgraph.errors import UsageError
from resgraph.pooling.random_effects import Interval, Summary, random_effects
from resgraph.pooling.rules import (
    COMPARATORS,
    DESIGNS,
    EXCLUSIONS,
    TIMES,
    Comparator,
    Design,
    Exclusion,
    Like,
    Sorted,
    Time,
    sort,
)
from resgraph.vocab import shorten

#: Why nothing is pooled.
NO_POOL: Final = MappingProxyType(
    {
        "no-findings": "there is no finding",
        "none-usable": "no finding gives an effect and a standard error that can be pooled",
        "only-reviews": "only reviews give an effect that can be used, and reviews are not pooled",
        "one-study": "only one independent study is left",
    }
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The summary without one of the studies.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> several = effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation"))
    >>> pool(several).leave_one_out  # of two studies nothing is left to pool
    ()
    """

    effect: Effect
    summary: Summary


@dataclass(frozen=True, slots=True)
class Pooled:
    """A random-effects summary of independent studies, with what it leaves out.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> found = pool(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")))
    >>> len(found.included), round(found.summary.mean, 3), [each.reason for each in found.excluded]
    (2, 0.084, ['magnitude-only', 'no-number', 'no-number'])
    """

    #: one effect for each study, in the order of the weights of `summary`
    included: tuple[Effect, ...]
    excluded: tuple[Exclusion, ...]
    #: what those included have in common
    like: Like
    summary: Summary
    #: the summary without each study in turn; empty for two studies
    leave_one_out: tuple[LeftOut, ...]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What any of the effects included takes for granted: names in `resgraph.effects.ASSUMPTIONS`."""
        return tuple(sorted({name for effect in self.included for name in effect.assumptions}))

    @property
    def words(self) -> str:
        """What was found, and what was left out, in plain words."""
        s = self.summary
        predicted = f"; in a new study {_range(s.predicted)}" if s.predicted else ""
        return (
            f"{s.studies} independent studies: {s.mean:.2f} standard deviations ({_range((s.low, s.high))}"
            f"{predicted}). tau squared {s.tau2:.3f}, I squared {s.i2:.0f}%.{_left_out(self.excluded)}"
        )

    def __repr__(self) -> str:
        return f"<Pooled {self.words}>"


@dataclass(frozen=True, slots=True)
class NotPooled:
    """Why nothing is pooled, and why each finding is left out.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> found = pool(effects_of(g, g.intervention("dot-b-mindfulness"), g.outcome("depressive-symptoms")))
    >>> found.reason, len(found.excluded)
    ('one-study', 2)
    """

    #: a name in `NO_POOL`
    reason: str
    excluded: tuple[Exclusion, ...]
    like: Like

    @property
    def words(self) -> str:
        """Why nothing is pooled, in plain words."""
        return f"Not pooled: {NO_POOL[self.reason]}.{_left_out(self.excluded)}"

    def __repr__(self) -> str:
        return f"<NotPooled {self.words}>"


def pool(
    effects: Iterable[Effect],
    *,
    design: Design | None = None,
    comparator: Comparator = "passive",
    time: Time | None = None,
    parts: bool = False,
    several_subjects: bool = False,
    interval: Interval = "knapp-hartung-conservative",
) -> Pooled | NotPooled:
    """Summarise the comparable effects of independent studies, or say why nothing can be summarised.

    Every effect given is either included or excluded for one stated reason (docs/explanation/pooling.md).

    `design`: the kind of design, by default the most trustworthy that any usable effect has. `comparator`:
    ``passive`` also takes comparisons that are not stated. `time`: by default the band in which most studies
    were measured, the later of equals. `parts`: take an effect on a part of the sample where a study has no
    other. `several_subjects`: pool effects of several subjects on the one object.

    >>> import resgraph
    >>> from resgraph.effects import effects_of
    >>> g = resgraph.load()
    >>> pool(effects_of(g, g.intervention("friends"), g.outcome("anxiety-symptoms"))).reason
    'none-usable'
    >>> kiva = pool(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")))
    >>> len(kiva.included), [each.reason for each in kiva.excluded]
    (2, ['magnitude-only', 'no-number', 'no-number'])
    """
    given = list(effects)
    _check_question(given, several_subjects)
    _check_words("design", design, DESIGNS)
    _check_words("comparator", comparator, COMPARATORS)
    _check_words("time", time, TIMES)
    done = sort(given, Like(design, comparator, time, parts))
    if len(done.pooled) < 2:
        return _not_pooled(done)
    summary = _summary(done.pooled, interval)
    return Pooled(done.pooled, done.excluded, done.like, summary, _leave_one_out(done.pooled, interval))


def weights_of(pooled: Pooled | NotPooled | None) -> dict[Effect, float]:
    """Return the weight of every effect that is in a pool, in percent."""
    if not isinstance(pooled, Pooled):
        return {}
    return dict(zip(pooled.included, pooled.summary.weights, strict=True))


def _check_question(effects: Sequence[Effect], several_subjects: bool) -> None:
    objects = {effect.reading.object for effect in effects}
    subjects = {effect.reading.subject for effect in effects}
    if len(objects) > 1:
        raise UsageError(
            "effects on different objects are not pooled: " + _some(objects),
            hint="pool the effects on one of them",
        )
    if len(subjects) > 1 and not several_subjects:
        raise UsageError(
            "these are effects of different subjects: " + _some(subjects),
            hint="pool those of one of them, or say several_subjects=True",
        )


def _some(iris: set[str], most: int = 3) -> str:
    names = [shorten(iri) for iri in sorted(iris)]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _check_words(name: str, value: str | None, there: Sequence[str]) -> None:
    if value is not None and value not in there:
        raise UsageError(f"there is no {name} {value!r}", hint="There are " + ", ".join(there))


def _not_pooled(done: Sorted) -> NotPooled:
    excluded = (*done.excluded, *(Exclusion(effect, "only-one") for effect in done.pooled))
    reasons = {each.reason for each in excluded}
    if not excluded:
        reason = "no-findings"
    elif done.pooled:
        reason = "one-study"
    else:
        reason = "only-reviews" if "review" in reasons else "none-usable"
    return NotPooled(reason, excluded, done.like)


def _summary(effects: Sequence[Effect], interval: Interval) -> Summary:
    values = [effect.value for effect in effects if effect.value is not None]
    errors = [effect.error for effect in effects if effect.error is not None]
    return random_effects(values, errors, interval=interval)


def _leave_one_out(effects: tuple[Effect, ...], interval: Interval) -> tuple[LeftOut, ...]:
    if len(effects) < 3:
        return ()
    return tuple(
        LeftOut(effect, _summary([*effects[:place], *effects[place + 1 :]], interval))
        for place, effect in enumerate(effects)
    )


def _range(limits: tuple[float, float]) -> str:
    return f"{limits[0]:.2f} to {limits[1]:.2f}"


def _left_out(excluded: Sequence[Exclusion]) -> str:
    if not excluded:
        return ""
    counts = Counter(each.reason for each in excluded)
    reasons = "; ".join(f"{EXCLUSIONS[name]} ({number})" for name, number in sorted(counts.items()))
    return f" Left out: {reasons}."
