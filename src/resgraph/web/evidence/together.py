"""What the findings on a question amount to together, or why that cannot be said."""

from __future__ import annotations

from resgraph.describe import Document
from resgraph.effects import effect_of, reading_in
from resgraph.pooling import NotPooled, Pooled, pool
from resgraph.things import Proposition


def together(document: Document) -> Pooled | NotPooled | None:
    """Return the summary of the findings on the question of a page, or the reason for none.

    None where there is nothing to summarise: no finding, or a question of what softens a risk.
    """
    asked = document.world.at(document.topic.value)
    if not isinstance(asked, Proposition) or asked.moderates or not asked.has_finding:
        return None
    return pool(effect_of(reading_in(document.world, each.iri)) for each in asked.has_finding)
