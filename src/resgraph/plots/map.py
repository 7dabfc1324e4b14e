"""A map of gaps: what was found, how firmly, how large, and where nobody has looked; each its own sign."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from resgraph.errors import UsageError
from resgraph.gaps import Cell
from resgraph.plots.picture import COLOURS, INK, LINE, MARKERS, QUIET, Picture, blank

#: inches
_CELL_WIDTH, _CELL_HEIGHT, _LEFT, _TOP, _FOOT = 1.15, 0.52, 3.0, 0.7, 1.0
_MOST: Final = 1500
#: the shade says how firmly, the mark says what, the number how large
_SHADES: Final = {"very-limited": "#f4f4f4", "limited": "#e3e8ed", "moderate": "#c3d0dc", "strong": "#93aabf"}
_GAPS: Final = {"not-studied": "aim, not studied", "empty-review": "searched, no study"}
_SMALL: Final = 8.0


def draw_gap_map(cells: Sequence[Cell], *, title: str | None = None) -> Picture:
    """Draw the cells of `resgraph.gaps.gap_map`: interventions down, outcomes across.

    The mark says what was found, and the four answers that are a "no" have four signs; the shade says how
    firmly; the number says how large, in standard deviations, where that is known. A small down-pointing
    mark in the corner: somebody was harmed, whatever the answer. A blank cell: nobody looked, as far as
    this catalogue goes.

    >>> import resgraph
    >>> from resgraph.gaps import gap_map
    >>> g = resgraph.load()
    >>> asked = [g.outcome("anxiety-symptoms"), g.factor("coping-skills")]
    >>> draw_gap_map(gap_map(g, g.intervention("friends"), asked)).words
    '2 questions: 1 mixed, 1 no evidence.'
    """
    if not 0 < len(cells) <= _MOST:
        raise UsageError(f"a map has between 1 and {_MOST} cells, not {len(cells)}", hint="name fewer things")
    rows = list(dict.fromkeys((cell.subject, cell.subject_label) for cell in cells))
    columns = list(dict.fromkeys((cell.object, cell.object_label) for cell in cells))
    axes = _page(rows, columns)
    for cell in cells:
        across = columns.index((cell.object, cell.object_label))
        _cell(axes, across, rows.index((cell.subject, cell.subject_label)), cell)
    _key(axes, len(rows))
    if title:
        axes.text(-_LEFT / _CELL_WIDTH, -_TOP / _CELL_HEIGHT - 0.1, title, fontsize=12, fontweight="bold")
    counts = Counter(cell.answer.replace("-", " ") for cell in cells)
    found = ", ".join(f"{number} {answer}" for answer, number in sorted(counts.items(), key=_commonest))
    return Picture(axes.figure, f"{len(cells)} questions: {found}.")


def _commonest(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _page(rows: Sequence[tuple[str, str]], columns: Sequence[tuple[str, str]]) -> Any:
    wide = _LEFT + max(len(columns), 4) * _CELL_WIDTH
    tall = _TOP + len(rows) * _CELL_HEIGHT + _FOOT
    _, axes = blank(wide, tall)
    axes.set_xlim(-_LEFT / _CELL_WIDTH, (wide - _LEFT) / _CELL_WIDTH)
    axes.set_ylim(len(rows) + _FOOT / _CELL_HEIGHT, -_TOP / _CELL_HEIGHT)
    axes.set_xticks([])
    axes.set_yticks([])
    for place, (_, label) in enumerate(rows):
        words = "\n".join(textwrap.wrap(label, 36)[:2])
        axes.text(-0.1, place + 0.5, words, ha="right", va="center", fontsize=9, color=INK)
    for place, (_, label) in enumerate(columns):
        words = "\n".join(textwrap.wrap(label, 15)[:3])
        axes.text(place + 0.5, -0.15, words, ha="center", va="bottom", fontsize=9, color=INK)
    return axes


def _cell(axes: Any, x: int, y: int, cell: Cell) -> None:
    shade = _SHADES.get(cell.strength or "", "white")
    _box(axes, x, y, shade)
    if cell.gap:
        words = textwrap.fill(_GAPS.get(cell.gap, ""), 10)
        axes.text(x + 0.5, y + 0.5, words, ha="center", va="center", fontsize=7, color=QUIET, style="italic")
        return
    _mark(axes, x + 0.22, y + 0.5, cell.answer)
    style = {"fontsize": _SMALL, "color": INK} if cell.sizes else {"fontsize": 7, "color": QUIET}
    axes.text(x + 0.4, y + 0.5, _size(cell), ha="left", va="center", **style)
    if cell.harms_some and cell.answer != "harm":
        axes.plot([x + 0.93], [y + 0.18], marker=MARKERS["harm"], color=COLOURS["harm"], markersize=4)


def _size(cell: Cell) -> str:
    if not cell.sizes:
        return "size\nunknown"
    low, high = cell.sizes[0], cell.sizes[-1]
    return f"{low:+.2f}" if len(cell.sizes) == 1 else f"{low:+.2f}\nto {high:+.2f}"


def _mark(axes: Any, x: float, y: float, answer: str) -> None:
    fill = "white" if answer == "no-effect" else COLOURS[answer]
    style = {"color": COLOURS[answer], "markerfacecolor": fill, "markersize": 9, "markeredgewidth": 1.6}
    axes.plot([x], [y], marker=MARKERS[answer], **style)


def _box(axes: Any, x: float, y: float, shade: str, size: tuple[float, float] = (1.0, 1.0)) -> None:
    wide, tall = size
    corners = ([x, x + wide, x + wide, x], [y, y, y + tall, y + tall])
    axes.fill(*corners, facecolor=shade, edgecolor=LINE, linewidth=0.8, zorder=0)


def _key(axes: Any, rows: int) -> None:
    """Say what the signs mean, below the map."""
    top = rows + 0.55
    start = -_LEFT / _CELL_WIDTH + 0.1
    at = start
    for answer in ("benefit", "no-effect", "mixed", "harm"):
        _mark(axes, at, top, answer)
        axes.text(at + 0.14, top, answer.replace("-", " "), va="center", fontsize=_SMALL, color=INK)
        at += 1.15
    axes.plot([at], [top], marker=MARKERS["harm"], color=COLOURS["harm"], markersize=4)
    axes.text(at + 0.12, top, "harm to some", va="center", fontsize=_SMALL, color=INK)
    at = start - 0.1
    for strength, shade in _SHADES.items():
        _box(axes, at, top + 0.6, shade, (0.2, 0.45))
        axes.text(at + 0.27, top + 0.83, strength.replace("-", " "), va="center", fontsize=_SMALL, color=INK)
        at += 1.15
    words = (
        "Shade: how firmly it is known. Number: how large, in standard deviations, plus is better. "
        "Blank: nobody looked, as far as this catalogue goes."
    )
    axes.text(start - 0.1, top + 1.6, words, va="center", fontsize=_SMALL, color=QUIET)
