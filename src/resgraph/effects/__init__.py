"""Effects on one scale: standardised mean differences, plus is good for the child, with standard errors.

What cannot be brought there soundly keeps its published numbers and gets a reason. Each effect says how it
was made: the metric it came from, where its standard error is from, and what was taken for granted.
"""

from __future__ import annotations

from resgraph.effects.effect import ASSUMPTIONS, REFUSALS, Effect, effect_of, effects_of
from resgraph.effects.reading import Glance, Reading, glance_in, reading_in, readings_of

__all__ = [
    "ASSUMPTIONS",
    "REFUSALS",
    "Effect",
    "Glance",
    "Reading",
    "effect_of",
    "effects_of",
    "glance_in",
    "reading_in",
    "readings_of",
]
