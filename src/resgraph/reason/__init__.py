"""What follows from what is stated: OWL 2 RL, and what contradicts itself.

The rules are those of the profile's tables, compiled from the ontology and run over numbered terms.
`Reasoner` is kept up to date while statements come and go and knows the reasons of each conclusion; `close`
is everything at once. owlrl is the reference, in `reference` alone.
"""

from __future__ import annotations

from resgraph.reason.closure import Closure, ReasonerName, check_satisfiable, close, located
from resgraph.reason.reading import read
from resgraph.reason.reasoner import Contradiction, Reason, Reasoner

__all__ = [
    "Closure",
    "Contradiction",
    "Reason",
    "Reasoner",
    "ReasonerName",
    "check_satisfiable",
    "close",
    "located",
    "read",
]
