"""A forest plot: every finding by what it says, and the summary or the reason why there is none."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from resgraph.effects import Effect
from resgraph.errors import UsageError
from resgraph.plots.picture import COLOURS, INK, LINE, MARKERS, QUIET, Picture, blank
from resgraph.pooling import NO_NUMBER, SAYINGS, ForestRow, NotPooled, Pooled, forest_rows

#: inches: a row, what stands left and right of the plot, and the plot
_ROW, _LEFT, _RIGHT, _PLOT, _FOOT, _HEAD = 0.27, 3.4, 3.3, 4.2, 0.75, 0.75
_WIDTH: Final = _LEFT + _PLOT + _RIGHT
#: the scale ends here, and an interval that goes on gets an arrow
_FARTHEST: Final = 2.0
_NEAREST: Final = 0.3
_SMALL: Final = 8.5
_MOST: Final = 200
#: in a line of notes
_LETTERS: Final = 145


@dataclass(frozen=True, slots=True)
class _Page:
    """Where things go: rows count from the top, x is the effect."""

    axes: Any
    end: float

    def write(self, row: float, words: str, side: str, **style: Any) -> None:
        """Write left or right of the plot."""
        at = {"left": -_LEFT / _PLOT, "right": 1.03, "far": 1 + _RIGHT / _PLOT}[side]
        align = "right" if side == "far" else "left"
        style = {"ha": align, "va": "center", "fontsize": 9, "color": INK} | style
        self.axes.text(at, row, words, transform=self.axes.get_yaxis_transform(), **style)


def forest(
    effects: Iterable[Effect], pooled: Pooled | NotPooled | None = None, *, title: str | None = None
) -> Picture:
    """Draw effects as a forest plot, with the summary of `pool`, or with the reason why there is none.

    Findings stand under what they say in words, so that harm and null results are as easy to see as gains.
    A filled mark is in the summary, an empty one is not; its size is its weight. Where a number or an
    interval is not reported, the row says so.

    >>> import resgraph
    >>> from resgraph.effects import effects_of
    >>> from resgraph.pooling import pool
    >>> g = resgraph.load()
    >>> effects = effects_of(g, g.intervention("friends"), g.outcome("anxiety-symptoms"))
    >>> forest(effects, pool(effects)).words.splitlines()[0]
    '3 findings: 2 gain, 1 mixed.'
    """
    rows = forest_rows(effects, pooled)
    if len(rows) > _MOST:
        raise UsageError(f"a forest plot has up to {_MOST} rows, not {len(rows)}", hint="draw fewer effects")
    groups = [(says, [row for row in rows if row.says == says]) for says in SAYINGS]
    groups = [(says, members) for says, members in groups if members]
    notes = _notes(pooled)
    height = len(rows) + len(groups) + (3 if isinstance(pooled, Pooled) else 1) + len(notes)
    page = _page(rows, pooled, height)
    at = 0.0
    for says, members in groups:
        _heading(page, at, says, len(members))
        for place, row in enumerate(members, start=1):
            _finding(page, at + place, row)
        at += len(members) + 1
    last = at + 1.8 if isinstance(pooled, Pooled) else at - 0.5
    page.axes.plot([0, 0], [-0.55, last], color=INK, linewidth=0.9, zorder=1)
    _summary(page, at + 0.5, pooled, notes)
    if title:
        page.axes.set_title(title, loc="left", x=-_LEFT / _PLOT, fontsize=12, fontweight="bold", pad=26)
    return Picture(page.axes.figure, _words(rows, groups, pooled))


def _page(rows: Sequence[ForestRow], pooled: Pooled | NotPooled | None, height: int) -> _Page:
    tall = height * _ROW + _FOOT + _HEAD
    _, axes = blank(_WIDTH, tall)
    axes.set_position((_LEFT / _WIDTH, _FOOT / tall, _PLOT / _WIDTH, (tall - _FOOT - _HEAD) / tall))
    seen = [abs(x) for row in rows for x in (row.value, row.low, row.high) if x is not None]
    if isinstance(pooled, Pooled):
        limits = pooled.summary.predicted or ()
        seen += [abs(x) for x in (pooled.summary.low, pooled.summary.high, *limits)]
    end = min(_FARTHEST, max([_NEAREST, *seen]) * 1.08)
    axes.set_xlim(-end, end)
    axes.set_ylim(height - 0.3, -0.7)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(True)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(axis="x", colors=INK, labelsize=_SMALL)
    axes.set_xlabel(
        "worse  \N{LEFTWARDS ARROW}   standard deviations   \N{RIGHTWARDS ARROW}  better", fontsize=9
    )
    page = _Page(axes, end)
    page.write(-1.1, "finding", "left", color=QUIET, fontsize=_SMALL)
    page.write(-1.1, "as published", "right", color=QUIET, fontsize=_SMALL)
    if isinstance(pooled, Pooled):
        page.write(-1.1, "weight", "far", color=QUIET, fontsize=_SMALL)
    return page


def _heading(page: _Page, at: float, says: str, number: int) -> None:
    page.axes.axhline(
        at - 0.55, xmin=-_LEFT / _PLOT, xmax=1 + _RIGHT / _PLOT, color=LINE, lw=0.7, clip_on=False
    )
    page.axes.plot(
        [-_LEFT / _PLOT + 0.015],
        [at],
        marker=MARKERS[says],
        color=COLOURS[says],
        markersize=6,
        transform=page.axes.get_yaxis_transform(),
        clip_on=False,
    )
    heading = f"     {says} ({number})"
    page.write(at, heading, "left", fontweight="bold", color=COLOURS[says])


def _finding(page: _Page, at: float, row: ForestRow) -> None:
    page.write(at, "  " + textwrap.shorten(row.label, 52, placeholder=" ..."), "left")
    page.write(at, row.published, "right", fontsize=_SMALL)
    if row.weight is not None:
        page.write(at, f"{row.weight:.0f}%", "far", fontsize=_SMALL)
    if row.value is None:
        words = "no number" if row.published == NO_NUMBER else "not on this scale"
        style = {"ha": "left", "va": "center", "fontsize": 7.5, "color": QUIET, "style": "italic"}
        page.axes.text(0.03 * page.end, at, words, **style)
        return
    colour = COLOURS[row.says]
    if row.low is not None and row.high is not None:
        _line(page, at, row.low, row.high, colour)
    size = 5.0 if row.weight is None else 4.0 + 9 * sqrt(row.weight / 100)
    fill = colour if row.weight is not None else "white"
    page.axes.plot(
        [max(-page.end, min(page.end, row.value))],
        [at],
        **{"marker": MARKERS[row.says], "color": colour, "markerfacecolor": fill, "markersize": size},
        zorder=3,
    )


def _line(page: _Page, at: float, low: float, high: float, colour: str, **style: Any) -> None:
    """An interval; where it goes beyond the scale it ends in an arrow."""
    inside = max(-page.end, low), min(page.end, high)
    page.axes.plot(
        inside, [at, at], **{"color": colour, "lw": 1.4, "solid_capstyle": "butt", "zorder": 2} | style
    )
    for limit, edge, arrow in ((low, -page.end, "<"), (high, page.end, ">")):
        if abs(limit) > page.end and limit * edge > 0:
            page.axes.plot([edge], [at], marker=arrow, color=colour, markersize=5, clip_on=False)


def _summary(page: _Page, at: float, pooled: Pooled | NotPooled | None, notes: Sequence[str]) -> None:
    if pooled is None:
        return
    page.axes.axhline(
        at - 0.9, xmin=-_LEFT / _PLOT, xmax=1 + _RIGHT / _PLOT, color=INK, lw=0.9, clip_on=False
    )
    if isinstance(pooled, Pooled):
        s = pooled.summary
        low, high = max(-page.end, s.low), min(page.end, s.high)
        page.axes.fill([low, s.mean, high, s.mean], [at, at - 0.32, at, at + 0.32], color=INK, zorder=3)
        page.write(at, "random-effects summary", "left", fontweight="bold")
        page.write(at, f"{s.mean:.2f} ({s.low:.2f} to {s.high:.2f})", "right", fontweight="bold")
        at += 1
        predicted = "not given for fewer than three studies"
        if s.predicted:
            _line(page, at, *s.predicted, INK, linestyle=(0, (4, 2)))
            predicted = f"{s.predicted[0]:.2f} to {s.predicted[1]:.2f}"
        page.write(at, "a new study: prediction interval", "left")
        page.write(at, predicted, "right", fontsize=_SMALL)
        at += 1
    for place, note in enumerate(notes):
        page.write(at + place, note, "left", fontsize=_SMALL, color=QUIET)


def _notes(pooled: Pooled | NotPooled | None) -> list[str]:
    if pooled is None:
        return []
    if isinstance(pooled, NotPooled):
        return textwrap.wrap(pooled.words, _LETTERS)
    s, like = pooled.summary, pooled.like
    time = {"end": "up to 3 months", "within-a-year": "over 3 and up to 12 months", "later": "over 12 months"}
    said = (
        f"{s.studies} studies; {like.design}; {time.get(like.time or '', 'time not stated')}; "
        f"tau squared {s.tau2:.3f}, I squared {s.i2:.0f}%, Q {s.q:.2f} (p {s.q_p:.3f}). "
        "Filled marks are in it, empty ones are not."
    )
    return textwrap.wrap(said, _LETTERS)


def _words(
    rows: Sequence[ForestRow],
    groups: Sequence[tuple[str, list[ForestRow]]],
    pooled: Pooled | NotPooled | None,
) -> str:
    counts = ", ".join(f"{len(members)} {says}" for says, members in groups)
    lines = [f"{len(rows)} finding{'s' if len(rows) != 1 else ''}: {counts}." if rows else "No finding."]
    lines += [f"{row.says}: {row.label}: {row.published}." for row in rows]
    return "\n".join([*lines, *([pooled.words] if pooled else [])])
