"""A difference as text: the most telling first, of each kind so many, the rest counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from resgraph.difference.answers import Asked, Row
from resgraph.difference.report import Difference, moved_by
from resgraph.difference.things import COUNTED, Change, Edge, Field
from resgraph.vocab import shorten

T = TypeVar("T")

_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~"}
#: Headings of the kinds of things, in the order in which they are told.
_KINDS: Final = {
    "term": "Terms",
    "concept": "Concepts of closed lists",
    "finding": "Findings",
    "source": "Sources",
    "study": "Studies",
    "proposition": "Propositions",
}
#: Characters of a value that are shown when not all is asked for.
_SHOWN: Final = 100
#: Rows of a query, of those that came and of those that went, that are shown then.
_ROWS: Final = 3
#: Rows that are compared with each other cell by cell.
_PAIRED: Final = 100


def text(difference: Difference, limit: int | None) -> str:
    """Write a difference as text."""
    if not difference:
        return "Nothing changed.\n"
    return "\n".join(_lines(difference, limit)) + "\n"


def _lines(d: Difference, limit: int | None) -> Iterator[str]:
    yield f"From {d.a.name} ({len(d.a.quads):,} statements) to {d.b.name} ({len(d.b.quads):,} statements):"
    yield f"{len(d.additions):,} statements came, {len(d.removals):,} went."
    yield from _part("Answers that flipped", d.flipped, limit, _flip)
    yield from _part("Strength that moved", d.moved, limit, _move)
    yield from _part("Evidenced edges", d.edges, limit, _edge)
    told = {each.name for each in (*d.flipped, *d.moved)}
    kinds = sorted({each.kind for each in d.changes}, key=lambda kind: ([*_KINDS, kind].index(kind), kind))
    for kind in kinds:
        found = [each for each in d.of(kind) if each.name not in told]
        yield from _part(_KINDS.get(kind, f"Things of the kind {kind}"), found, limit, _change)
    yield from _part("Queries with another answer", d.asked, limit, _asked)
    yield from _counted(d)


def _part(
    title: str, found: Sequence[T], limit: int | None, write: Callable[[T, int | None], Iterator[str]]
) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield f"{title}: {_tally(found)}"
    for each in found[:limit]:
        yield from (f"  {line}" for line in write(each, limit))
    if limit is not None and len(found) > limit:
        yield f"  … and {len(found) - limit:,} more; --all tells them"


def _tally(found: Sequence[object]) -> str:
    """Count what came, went and changed."""
    kinds = [getattr(each, "what", "changed") for each in found]
    words = (f"{kinds.count(what):,} {what}" for what in _SIGNS if what in kinds)
    return ", ".join(words)


def _change(change: Change, limit: int | None) -> Iterator[str]:
    label = f"  {change.label}" if change.label else ""
    yield f"{_SIGNS[change.what]} {shorten(change.name)}{label}"
    if change.what == "changed":
        yield from (f"    {_field(field, limit)}" for field in change.fields)


def _flip(change: Change, limit: int | None) -> Iterator[str]:
    yield f"~ {shorten(change.name)}  {change.label}"
    yield f"    {_went(change.field('rg:overallAnswer'))}"
    support = change.field("rg:restsOnFinding")
    if support:
        yield f"    {_field(support, limit)}"


def _move(change: Change, limit: int | None) -> Iterator[str]:
    yield f"~ {shorten(change.name)}  {change.label}"
    yield f"    {_went(change.field('rg:strength'))}"
    yield from (f"    because {_field(field, limit)}" for field in moved_by(change))


def _edge(edge: Edge, _: int | None) -> Iterator[str]:
    yield f"{_SIGNS[edge.what]} {shorten(edge.subject)} {shorten(edge.property)} {shorten(edge.object)}"


def _asked(asked: Asked, limit: int | None) -> Iterator[str]:
    yield f"~ {asked.name}  {asked.question}"
    if asked.failure:
        yield f"    not answered by both: {asked.failure}"
        return
    came, went = len(asked.gained), len(asked.lost)
    yield f"    {came:,} row{'s' * (came != 1)} came, {went:,} went"
    pairs, lost, gained = _alike(asked)
    most = None if limit is None else _ROWS
    for before, after in pairs[:most]:
        told = (
            f"{name}: {_cut(old, limit)} -> {_cut(new, limit)}"
            for name, old, new in zip(asked.columns, before, after, strict=True)
            if old != new
        )
        yield f"    ~ {_cut(before[0], limit)}: {'; '.join(told)}"
    for sign, rows in (("-", lost), ("+", gained)):
        yield from (f"    {sign} {_cut(' | '.join(row), limit)}" for row in rows[:most])


def _alike(asked: Asked) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pair rows that differ in few cells: one row that says something else. Return the rest too."""
    lost, gained = list(asked.lost), list(asked.gained)
    pairs = []
    near = (
        (differ, before, after)
        for before in lost[:_PAIRED]
        for after in gained[:_PAIRED]
        if 4 * (differ := sum(map(str.__ne__, before, after))) <= len(before) + 2
    )
    for _, before, after in sorted(near):
        if before in lost and after in gained:
            lost.remove(before)
            gained.remove(after)
            pairs.append((before, after))
    return pairs, lost, gained


def _field(field: Field, limit: int | None) -> str:
    if len(field.removed) == len(field.added) == 1:
        return f"{field.property}: {_cut(field.removed[0], limit)} -> {_cut(field.added[0], limit)}"
    signed = (*(f"- {each}" for each in field.removed), *(f"+ {each}" for each in field.added))
    return f"{field.property}: " + "  ".join(_cut(each, limit) for each in signed)


def _went(field: Field | None) -> str:
    """Write how one concept became another, by the last part of its name."""
    assert field is not None  # noqa: S101 (who asks has looked)
    before, after = (_concepts(values) for values in (field.removed, field.added))
    return f"{before} -> {after}"


def _concepts(values: Iterable[str]) -> str:
    return ", ".join(value.partition(":")[2] or value for value in values) or "none"


def _cut(value: str, limit: int | None) -> str:
    """Write a value on one line, cut unless all is wanted."""
    line = re.sub(r"\s+", " ", value)
    return line if limit is None or len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _counted(d: Difference) -> Iterator[str]:
    if d.conclusions:
        came, went = (sum(each[place] for each in d.conclusions.values()) for place in (0, 1))
        yield ""
        yield f"Conclusions of the reasoner: {came:,} came, {went:,} went"
        for name, (gained, lost) in d.conclusions.items():
            yield f"  {name}: +{gained:,} -{lost:,}"
    catalogue = sum(quad.graph_name == COUNTED[1] for quad in (*d.additions, *d.removals))
    if catalogue:
        yield ""
        yield f"What the dataset says of itself: {catalogue:,} statements differ"
