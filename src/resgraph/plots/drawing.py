"""Plots as SVG text, drawn without a library: for pages, which must be quick and need no other host.

Signs and words tell what colour would, so a plot can be read in grey, and every figure in it stands in words
as well. Style comes from the page; without one the plot is black on white.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import floor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from resgraph.pooling import ForestRow, Summary

#: Sizes in units of the picture; one is a pixel where it is shown in full.
_WIDTH: Final = 1080
_LINE: Final = 24
_TOP: Final = 46
#: where the plot begins and ends, and the published figures begin
_LEFT, _RIGHT, _FIGURES = 510, 830, 850
_LABEL: Final = 56


def forest_svg(
    rows: Sequence[ForestRow], addresses: Sequence[str] = (), summary: Summary | None = None
) -> str:
    """Draw a forest plot: a line for each finding, those without a number too, and what they amount to.

    `addresses` are where the findings are told, one for each row; with none the rows lead nowhere.

    >>> from resgraph.pooling.forest import ForestRow
    >>> row = ForestRow("f", "smith-2001", "harm", "d -0.2 (-0.4 to 0)", -0.2, -0.4, 0.0, None, None)
    >>> drawn = forest_svg([row])
    >>> "smith-2001" in drawn, 'class="harm"' in drawn, drawn.count("<svg")
    (True, True, 1)
    """
    reach = _reach(rows, summary)
    height = _TOP + _LINE * (len(rows) + (2 if summary else 0)) + 34
    body = [*map(_band, range(1, len(rows), 2)), _axis(reach, height)]
    for place, row in enumerate(rows):
        address = addresses[place] if addresses else ""
        body.append(_row(row, reach, _TOP + _LINE * place + _LINE / 2, address))
    if summary:
        body.append(_summary(summary, reach, _TOP + _LINE * (len(rows) + 1)))
    numbers = sum(row.value is not None for row in rows)
    title = f"Forest plot: {len(rows)} finding{'s' * (len(rows) > 1)}, {numbers} with a size"
    told = "Each line is a finding: what it says, its size with the 95% interval, and as published."
    words = f"<title>{title}</title><desc>{told}</desc>"
    return (
        f'<svg class="forest" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="group" xmlns="http://www.w3.org/2000/svg">{words}{"".join(body)}</svg>'
    )


def strip_svg(row: ForestRow, rows: Sequence[ForestRow]) -> str:
    """Draw one row of a forest plot small, on the scale of all: for a card on a telephone, beside its number.

    Empty where there is no number. Who cannot see it has the number.

    >>> from resgraph.pooling.forest import ForestRow
    >>> row = ForestRow("f", "smith-2001", "harm", "d -0.2 (-0.4 to 0)", -0.2, -0.4, 0.0, None, None)
    >>> strip_svg(row, [row]).count("<path")
    1
    """
    if row.value is None:
        return ""
    middle = _LEFT + (_RIGHT - _LEFT) / 2
    view = f"{_LEFT - 8} 0 {_RIGHT - _LEFT + 16} {_LINE}"
    zero = f'<line class="zero" x1="{middle}" x2="{middle}" y1="0" y2="{_LINE}"/>'
    return (
        f'<svg class="forest strip" viewBox="{view}" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">'
        f'<g class="{row.says.replace(" ", "-")}">{zero}{_mark(row, _reach(rows, None), _LINE / 2)}</g></svg>'
    )


def _reach(rows: Sequence[ForestRow], summary: Summary | None) -> float:
    """Return how far the axis goes to either side: what lies beyond two is cut, and an arrow says so."""
    ends = [abs(each) for row in rows for each in (row.value, row.low, row.high) if each is not None]
    if summary:
        ends += map(abs, (summary.low, summary.high, *(summary.predicted or ())))
    return min(2.0, max(0.25, floor(max(ends, default=0.0) * 4 + 1) / 4))


def _x(value: float, reach: float) -> float:
    part = (max(-reach, min(reach, value)) + reach) / (2 * reach)
    return round(_LEFT + part * (_RIGHT - _LEFT), 1)


def _axis(reach: float, height: int) -> str:
    bottom, middle = height - 28, _x(0, reach)
    ticks = "".join(
        f'<line class="tick" x1="{_x(at, reach)}" x2="{_x(at, reach)}" y1="{bottom}" y2="{bottom + 5}"/>'
        f'<text class="small" x="{_x(at, reach)}" y="{bottom + 18}" text-anchor="middle">{at:g}</text>'
        for at in (-reach, -reach / 2, 0, reach / 2, reach)
    )
    return (
        f'<text class="small" x="{middle - 8}" y="16" text-anchor="end">← worse for the child</text>'
        f'<text class="small" x="{middle + 8}" y="16">better for the child →</text>'
        f'<text class="small" x="{middle}" y="34" text-anchor="middle">'
        "standardised mean difference, 95% interval</text>"
        f'<text class="small" x="{_FIGURES}" y="34">as published</text>'
        f'<line class="zero" x1="{middle}" x2="{middle}" y1="{_TOP - 4}" y2="{bottom}"/>'
        f'<line class="tick" x1="{_LEFT}" x2="{_RIGHT}" y1="{bottom}" y2="{bottom}"/>{ticks}'
    )


def _band(place: int) -> str:
    """Every second line is grey, so that the eye stays on it."""
    y = _TOP + _LINE * place
    return f'<rect class="band" fill="none" x="0" y="{y}" width="{_WIDTH}" height="{_LINE}"/>'


def _row(row: ForestRow, reach: float, y: float, address: str) -> str:
    label = escape(_cut(row.label, _LABEL))
    said = f'<text x="2" y="{y + 4}">{label}<title>{escape(row.label)}</title></text>'
    if address:
        said = f'<a href="{escape(address, quote=True)}">{said}</a>'
    words = f'<text class="small" x="{_LEFT - 26}" y="{y + 4}" text-anchor="end">{escape(row.says)}</text>'
    words += _sign(row.says, _LEFT - 14, y)
    figures = f'<text class="small" x="{_FIGURES}" y="{y + 4}">{escape(_cut(row.published, 36))}</text>'
    return f'<g class="{row.says.replace(" ", "-")}">{said}{words}{figures}{_mark(row, reach, y)}</g>'


def _mark(row: ForestRow, reach: float, y: float) -> str:
    if row.value is None:
        return ""
    line = ""
    if row.low is not None and row.high is not None:
        low, high = _x(row.low, reach), _x(row.high, reach)
        line = f'<line class="interval" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
        line += _arrow(low, y, -5) * (row.low < -reach) + _arrow(high, y, 5) * (row.high > reach)
    return line + _sign(row.says, _x(row.value, reach), y)


def _summary(summary: Summary, reach: float, y: float) -> str:
    """Draw the mean as a diamond as wide as its interval, and as a line where a new study is expected."""
    low, mean, high = (_x(each, reach) for each in (summary.low, summary.mean, summary.high))
    diamond = f'<path class="diamond" d="M{low} {y} L{mean} {y - 7} L{high} {y} L{mean} {y + 7} z"/>'
    figures = f"{summary.mean:.2f} ({summary.low:.2f} to {summary.high:.2f})"
    drawn = f'<line class="tick" x1="0" x2="{_WIDTH}" y1="{y - 18}" y2="{y - 18}"/>{diamond}'
    drawn += _arrow(low, y, -5) * (summary.low < -reach) + _arrow(high, y, 5) * (summary.high > reach)
    drawn += f'<text x="2" y="{y + 4}">Taken together: mean of {summary.studies} independent studies</text>'
    drawn += f'<text class="small" x="{_FIGURES}" y="{y + 4}">{figures}</text>'
    if summary.predicted:
        ends = [_x(each, reach) for each in summary.predicted]
        drawn += f'<line class="predicted" x1="{ends[0]}" x2="{ends[1]}" y1="{y + 16}" y2="{y + 16}"/>'
        told = f"in a new study: {summary.predicted[0]:.2f} to {summary.predicted[1]:.2f}"
        drawn += f'<text class="small" x="{_FIGURES}" y="{y + 20}">{told}</text>'
    return f'<g class="summary">{drawn}</g>'


def _arrow(x: float, y: float, way: int) -> str:
    return f'<path class="interval" d="M{x - way} {y - 4} L{x} {y} L{x - way} {y + 4}" fill="none"/>'


def _sign(says: str, x: float, y: float) -> str:
    """A full square is a gain, a full triangle that points down is harm, a ring is no clear effect."""
    if says == "gain":
        return f'<rect class="sign" x="{x - 5}" y="{y - 5}" width="10" height="10"/>'
    if says == "harm":
        return f'<path class="sign" d="M{x - 6} {y - 5} h12 l-6 11 z"/>'
    if says == "no clear effect":
        return f'<circle class="sign open" cx="{x}" cy="{y}" r="5"/>'
    return f'<path class="sign open" d="M{x} {y - 6} l6 6 l-6 6 l-6 -6 z"/>'


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
