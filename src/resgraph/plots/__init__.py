"""Figures: a forest plot and a map of gaps, readable without colour. They need the extra ``plot``.

Everything drawn is there as data too: `resgraph.pooling.forest_rows` and `resgraph.gaps.gap_map`.
"""

from __future__ import annotations

from resgraph.plots.forest import forest
from resgraph.plots.map import draw_gap_map
from resgraph.plots.picture import Picture

__all__ = ["Picture", "draw_gap_map", "forest"]
