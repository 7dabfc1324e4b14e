"""A picture of the ratios: one bar for each measurement and rival, on a logarithmic scale."""

from __future__ import annotations

import math
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.endpoint import ratios

_COLOURS = {"oxigraph": "#0b6e99", "rdflib-endpoint": "#b3541e", "virtuoso": "#5b7f2b"}
_LEFT, _WIDTH, _BAR = 280, 620, 9


def draw(figures: dict[str, Any]) -> str:
    """Return the picture as SVG.

    >>> draw({"look-up": {"resgraph": 2.0, "oxigraph": 1.0}}).count("<rect")
    1
    """
    parts, y = [], 40
    for key, row in figures.items():
        rows = ratios(row, key)
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 9}" text-anchor="end">{escape(key)}</text>')
        for name, ratio in rows.items():
            if ratio > 0:
                parts.append(_bar(y, ratio, name))
            y += _BAR + 2
        y += 8
    one = _at(1.0)
    parts.append(f'<line x1="{one}" x2="{one}" y1="30" y2="{y}" stroke="#444"/>')
    parts.append(f'<text x="{_LEFT}" y="20">How many times better resgraph is (the line is 1): ')
    parts += [f'<tspan fill="{colour}">{name} </tspan>' for name, colour in _COLOURS.items()]
    parts.append("</text>")
    size = f'width="{_LEFT + _WIDTH + 60}" height="{y + 10}"'
    style = 'font-family="sans-serif" font-size="11"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>' + "".join(parts) + "</svg>\n"


def _at(ratio: float) -> float:
    """Return where a ratio lies, from a fifth to a thousand."""
    low, high = math.log10(0.2), math.log10(1000)
    return round(_LEFT + _WIDTH * (min(max(math.log10(ratio), low), high) - low) / (high - low), 1)


def _bar(y: int, ratio: float, name: str) -> str:
    left, right = sorted((_at(1.0), _at(ratio)))
    words = f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
    return (
        f'<rect x="{left}" y="{y}" width="{max(right - left, 1):.1f}" height="{_BAR}" '
        f'fill="{_COLOURS.get(name, "#777")}"/><text x="{right + 4}" y="{y + 9}">{words}</text>'
    )
