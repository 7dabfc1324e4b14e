"""A picture of what leads to what, as SVG text: boxes in columns, numbered lines between them.

A full line was found, a broken one is meant, a dotted one is a hypothesis; the wider, the firmer. The numbers
lead to the evidence, and a list beside the picture says all of it in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

#: Sizes in units of the picture; one is a pixel where it is shown in full.
_BOX, _GAP = 236, 150
_LINE, _PAD, _BETWEEN, _EDGE = 20, 4.0, 14, 4
_WORDS: Final = 31
#: How wide the line is of what was found so firmly.
_WIDTHS: Final[Mapping[str, float]] = {"strong": 4.0, "moderate": 3.0, "limited": 2.0, "very-limited": 1.2}

#: The column of a box, and its place there.
Place = tuple[int, int]


class Box(NamedTuple):
    """A thing: its name, its kind in words, where it is told, and whether the picture is about it."""

    words: str
    told: str
    address: str = ""
    is_topic: bool = False


class Link(NamedTuple):
    """A line from a box to one of a later column.

    `kind` is ``evidenced``, ``intended`` or ``inferred``, `strength` that of the evidence.
    """

    start: Place
    end: Place
    kind: str
    strength: str
    words: str
    address: str = ""


def pathway_svg(title: str, columns: Sequence[Sequence[Box]], links: Sequence[Link]) -> str:
    """Draw boxes in columns and the lines between them, numbered in the order of `links` from one.

    >>> columns = [[Box("KiVa", "", is_topic=True)], [Box("Bullying", "factor", "/doc/factor/b")]]
    >>> link = Link((0, 0), (1, 0), "evidenced", "strong", "KiVa reduces Bullying", "/doc/proposition/p")
    >>> drawn = pathway_svg("What KiVa leads to", columns, [link])
    >>> '<g class="evidenced">' in drawn, 'href="/doc/proposition/p"' in drawn, ">1</text>" in drawn
    (True, True, True)
    """
    coming = Counter(link.end for link in links)
    frames = _frames(columns, coming)
    height = max((top + tall for top, tall in frames.values()), default=0) + _EDGE
    met: Counter[Place] = Counter()
    lines, numbers = [], []
    for number, link in enumerate(links, 1):
        met[link.end] += 1
        line, badge = _line(link, number, frames, (met[link.end] - 0.5) / coming[link.end])
        lines.append(line)
        numbers.append(badge)
    boxes = [_box(box, (x, y), frames[x, y]) for x, col in enumerate(columns) for y, box in enumerate(col)]
    width = len(columns) * _BOX + (len(columns) - 1) * _GAP
    told = f"<title>{escape(title)}</title><desc>The numbered list after the picture says the same.</desc>"
    return (
        f'<svg class="ways" viewBox="-2 0 {width + 4} {height}" width="{width + 4}" height="{height}" '
        f'role="group" xmlns="http://www.w3.org/2000/svg">{told}{"".join((*lines, *boxes, *numbers))}</svg>'
    )


def _frames(
    columns: Sequence[Sequence[Box]], coming: Mapping[Place, int]
) -> dict[Place, tuple[float, float]]:
    """Return the top and the height of each box: tall enough for the lines that come."""
    tall = [
        [max(2, coming.get((x, y), 0)) * _LINE + 2 * _PAD for y in range(len(column))]
        for x, column in enumerate(columns)
    ]
    sizes = [sum(each) + _BETWEEN * (len(each) - 1) for each in tall]
    found: dict[Place, tuple[float, float]] = {}
    for x, column in enumerate(tall):
        top = _EDGE + (max(sizes) - sizes[x]) / 2
        for y, height in enumerate(column):
            found[x, y] = top, height
            top += height + _BETWEEN
    return found


def _line(
    link: Link, number: int, frames: Mapping[Place, tuple[float, float]], share: float
) -> tuple[str, str]:
    """Return a line, and its number, which stands before the box that it leads to."""
    (top, tall), (to, high) = frames[link.start], frames[link.end]
    begin, end = link.start[0] * (_BOX + _GAP) + _BOX, link.end[0] * (_BOX + _GAP)
    here, there = round(top + tall / 2, 1), round(to + _PAD + (high - 2 * _PAD) * share, 1)
    bend = _GAP * 0.6
    curve = f"M{begin} {here} C{begin + bend} {here} {end - bend} {there} {end} {there}"
    wide = _WIDTHS.get(link.strength, 1.4)
    path = f'<path class="link" fill="none" stroke-width="{wide}" d="{curve}"/>'
    said = f"{number}. {link.words}"
    words = f"<title>{escape(said)}</title>"
    badge = (
        f'<circle class="number" cx="{end - 18}" cy="{there}" r="9"/>'
        f'<text class="small" x="{end - 18}" y="{there + 4}" text-anchor="middle">{number}</text>'
    )
    told = f'aria-label="{escape(said, quote=True)}"'
    linked = (
        f'<a href="{escape(link.address, quote=True)}" {told}>{words}{badge}</a>' if link.address else badge
    )
    return f'<g class="{link.kind}">{words}{path}</g>', f'<g class="{link.kind}">{linked}</g>'


def _box(box: Box, place: Place, frame: tuple[float, float]) -> str:
    x, (top, tall) = place[0] * (_BOX + _GAP), frame
    kind = "topic" if box.is_topic else "end"
    shown = box.words if len(box.words) <= _WORDS else box.words[: _WORDS - 1].rstrip() + "…"
    middle = round(top + tall / 2, 1)
    inside = (
        f'<rect class="{kind}" x="{x}" y="{top}" width="{_BOX}" height="{tall}" rx="4"/>'
        f'<text x="{x + 8}" y="{middle - 2}">{escape(shown)}<title>{escape(box.words)}</title></text>'
        f'<text class="small" x="{x + 8}" y="{middle + 14}">{escape(box.told)}</text>'
    )
    return f'<a href="{escape(box.address, quote=True)}">{inside}</a>' if box.address else inside
