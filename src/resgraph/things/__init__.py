"""Typed things: light, immutable views of what the graph states, in the words of the ontology."""

from __future__ import annotations

from resgraph.things.kinds import (
    KINDS,
    Action,
    BriefingPoint,
    Construct,
    Determinant,
    Disparity,
    Estimate,
    Factor,
    Finding,
    Intervention,
    Outcome,
    PopulationGroup,
    Proposition,
    Rating,
    Source,
    Study,
    view,
)
from resgraph.things.thing import Concept, Thing, World, properties

__all__ = [
    "KINDS",
    "Action",
    "BriefingPoint",
    "Concept",
    "Construct",
    "Determinant",
    "Disparity",
    "Estimate",
    "Factor",
    "Finding",
    "Intervention",
    "Outcome",
    "PopulationGroup",
    "Proposition",
    "Rating",
    "Source",
    "Study",
    "Thing",
    "World",
    "properties",
    "view",
]
