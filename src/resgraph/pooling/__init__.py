"""What comparable, independent effects amount to together, or why that cannot be said.

docs/explanation/pooling.md is the rule on one page.
"""

from __future__ import annotations

from resgraph.pooling.forest import NO_NUMBER, SAYINGS, ForestRow, forest_rows, saying
from resgraph.pooling.pool import NO_POOL, LeftOut, NotPooled, Pooled, pool
from resgraph.pooling.random_effects import Summary, random_effects
from resgraph.pooling.rules import EXCLUSIONS, Exclusion, Like
from resgraph.pooling.table import COLUMNS, evidence_table

__all__ = [
    "COLUMNS",
    "EXCLUSIONS",
    "NO_NUMBER",
    "NO_POOL",
    "SAYINGS",
    "Exclusion",
    "ForestRow",
    "LeftOut",
    "Like",
    "NotPooled",
    "Pooled",
    "Summary",
    "evidence_table",
    "forest_rows",
    "pool",
    "random_effects",
    "saying",
]
