"""Student's t and chi squared for whole degrees of freedom: finite sums, so that a summary needs no library.

Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3, 26.7.4 and 26.4.8.
"""

from __future__ import annotations

from math import atan, cos, erfc, exp, fsum, lgamma, log, pi, sin, sqrt
from typing import Final

_HALVINGS: Final = 200


def t_within(t: float, df: int) -> float:
    """Return how probable it is that Student's t with `df` degrees of freedom is between -t and t.

    >>> round(t_within(12.706204736, 1), 9), round(t_within(2.228138852, 10), 9)
    (0.95, 0.95)
    """
    angle = atan(t / sqrt(df))
    square = cos(angle) ** 2
    term = total = cos(angle) if df % 2 else 1.0
    for k in range(3 if df % 2 else 2, df, 2):
        term *= square * (k - 1) / k
        total += term
    if df % 2:
        return 2 / pi * (angle + sin(angle) * total * (df > 1))
    return sin(angle) * total


def t_limit(share: float, df: int) -> float:
    """Return the limit within which Student's t is with a probability.

    >>> round(t_limit(0.95, 1), 3), round(t_limit(0.95, 30), 3)
    (12.706, 2.042)
    """
    low, high = 0.0, 1.0
    while t_within(high, df) < share:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if t_within(middle, df) < share else (low, middle)
    return (low + high) / 2


def chi2_above(x: float, df: int) -> float:
    """Return how probable it is that chi squared with `df` degrees of freedom is above x.

    >>> round(chi2_above(3.841458821, 1), 9), round(chi2_above(18.307038053, 10), 9)
    (0.05, 0.05)
    """
    half = x / 2
    if half <= 0:
        return 1.0
    shapes = (k + df % 2 / 2 for k in range(df // 2))
    start = erfc(sqrt(half)) if df % 2 else 0.0
    return start + fsum(exp(a * log(half) - half - lgamma(a + 1)) for a in shapes)
