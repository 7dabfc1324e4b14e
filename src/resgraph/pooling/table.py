"""Effects as a table, ready for a meta-analysis in R or Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from resgraph.effects import Effect
from resgraph.pooling.pool import NotPooled, Pooled, weights_of
from resgraph.pooling.rules import design_of, time_of
from resgraph.results import Answer

if TYPE_CHECKING:
    from resgraph.store import Term

Cell = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, and how it is read off an effect."""

    means: str
    of: Callable[[Effect], Cell]
    is_address: bool = False


def _many(values: Iterable[str]) -> str | None:
    return "; ".join(values) or None


#: Every column of `evidence_table` but the last two, which say what a pool did with the effect.
COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "finding": Column("address of the finding", lambda e: e.reading.finding, True),
        "subject": Column("address of the subject", lambda e: e.reading.subject, True),
        "object": Column("address of the object", lambda e: e.reading.object, True),
        "study": Column(
            "the study, or review, or source: rows that share one are not independent",
            lambda e: e.reading.lines[0] if e.reading.lines else e.reading.source,
            True,
        ),
        "source": Column("address of the source", lambda e: e.reading.source, True),
        "year": Column("of the source", lambda e: e.reading.year),
        "yi": Column("standardised mean difference, plus is good for the child", lambda e: e.value),
        "vi": Column("its variance", lambda e: None if e.error is None else e.error**2),
        "sei": Column("its standard error", lambda e: e.error),
        "why_not": Column("why there is no yi or no vi", lambda e: e.why_not),
        "converted_from": Column("metric as published", lambda e: e.converted_from),
        "published": Column(
            "number and interval with the digits as published", lambda e: e.reading.printed or None
        ),
        "error_from": Column("what the standard error is from", lambda e: e.error_from),
        "assumptions": Column("what is taken for granted", lambda e: _many(e.assumptions)),
        "says": Column("what the finding says in words", lambda e: e.reading.says),
        "design": Column("of the study", lambda e: e.reading.design),
        "design_kind": Column("the kind of design that a pool goes by", design_of),
        "comparator": Column("kind of comparison group", lambda e: e.reading.comparator),
        "follow_up_months": Column("months until it was measured", lambda e: e.reading.follow_up_months),
        "time": Column("the same as a band", time_of),
        "n": Column(
            "people; often those of the whole source, so no weight", lambda e: e.reading.participants
        ),
        "n_analysed": Column("whether n is that of this analysis", lambda e: e.reading.participants_analysed),
        "part": Column("the part of the sample that it is about", lambda e: _many(e.reading.part)),
        "condition": Column("the condition under which it holds", lambda e: _many(e.reading.condition)),
        "analysis": Column("kinds of analysis", lambda e: _many(e.reading.analyses)),
        "reporter": Column("who reported", lambda e: _many(e.reading.reporters)),
        "exposure": Column("what people met, in words", lambda e: e.reading.exposure),
        "measure": Column("what was measured", lambda e: _many(e.reading.measures)),
        "countries": Column("codes of the countries", lambda e: _many(e.reading.countries)),
        "review": Column("whether it is a review's", lambda e: e.reading.is_review),
    }
)


def evidence_table(effects: Iterable[Effect], pooled: Pooled | NotPooled | None = None) -> Answer:
    """Return effects as rows: as dictionaries, as a data frame, or as a table in a notebook.

    `COLUMNS` says what each column holds. With `pooled` two more say what it did with the effect: ``weight``
    in percent, or ``why_excluded``. In R: ``metafor::rma(yi, vi, data = subset(table, !is.na(weight)))``.

    >>> import resgraph
    >>> from resgraph.effects import effects_of
    >>> g = resgraph.load()
    >>> table = evidence_table(effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation")))
    >>> [(row["year"], round(row["yi"], 3), round(row["vi"], 4)) for row in table if row["vi"]]
    [(2020, 0.151, 0.0085), (2024, 0.077, 0.0009)]
    """
    names = [*COLUMNS, *(("weight", "why_excluded") if pooled else ())]
    reasons = {each.effect: each.reason for each in pooled.excluded} if pooled else {}
    weights = weights_of(pooled)
    rows = []
    for effect in effects:
        row = [_term(column.of(effect), column.is_address) for column in COLUMNS.values()]
        if pooled:
            row += [_term(weights.get(effect)), _term(reasons.get(effect))]
        rows.append(row)
    return Answer("solutions", names, rows)


def _term(value: Cell, is_address: bool = False) -> Term | None:
    if value is None:
        return None
    return NamedNode(str(value)) if is_address else Literal(value)
