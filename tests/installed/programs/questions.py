"""A user's program, never run: a type checker reads it against the installed wheel.

`reveal` says what a type must be; test_types.py compares it with what the checker finds.
"""

import resgraph
from resgraph.choose import Chosen
from resgraph.effects import Effect, effects_of
from resgraph.gaps import Cell, gap_map
from resgraph.paths import Edge, Paths
from resgraph.plots import Picture, draw_gap_map, forest
from resgraph.pooling import NotPooled, Pooled, evidence_table, pool
from resgraph.things import Concept, Factor, Finding, Intervention, Outcome

g = resgraph.load()
reveal_type(g)  # resgraph.graph.Graph

kiva = g.intervention("kiva")
reveal_type(kiva)  # resgraph.things.kinds.Intervention
reveal_type(kiva.reduces)  # tuple[resgraph.things.kinds.Factor, ...]
reveal_type(kiva.improves)  # tuple[resgraph.things.kinds.Outcome, ...]
reveal_type(kiva.provision)  # resgraph.things.thing.Concept
reveal_type(kiva.delivered_by)  # resgraph.things.thing.Concept | None
reveal_type(kiva.minimum_age)  # int | None
reveal_type(kiva.label)  # str
reveal_type(kiva.findings[0].estimate)  # resgraph.things.kinds.Estimate | None
reveal_type(g.source("phe-ihe-2014").doi)  # str | None
reveal_type(g.factor("poverty").is_risk)  # bool

found = g.evidence(kiva, "bullying-victimisation")
reveal_type(found.answer)  # resgraph.things.thing.Concept
reveal_type(found.strength)  # resgraph.things.thing.Concept | None
reveal_type(found.no is None)  # bool
reveal_type(found.supporting)  # tuple[resgraph.things.kinds.Finding, ...]
reveal_type(found.effects)  # list[resgraph.effects.effect.Effect]
reveal_type(found.pooled())  # resgraph.pooling.pool.Pooled | resgraph.pooling.pool.NotPooled

done = pool(effects_of(g, kiva, g.factor("bullying-victimisation")))
if isinstance(done, Pooled):
    reveal_type(done.summary.mean)  # float
else:
    reveal_type(done.words)  # str

for path in g.pathways("kiva", "depressive-symptoms"):
    reveal_type(path.weakest)  # resgraph.paths.edge.Edge
    reveal_type(path.weakest.standing)  # str

rows = g.query("SELECT ?name { ?thing rdfs:label ?name }", thing=[kiva, g.outcome("anxiety")])
reveal_type(rows)  # resgraph.results.Answer
reveal_type(g.explain("friends", "aimsToBuild", "factor:coping-skills").to_text())  # str


def firm(about: Factor | Outcome) -> list[Intervention]:
    """A function of a user's own, with the types of the library in its signature."""
    chosen: Chosen = g.interventions(outcome=about, min_strength="moderate")
    return [each for each in chosen if each.duration is not None]


def shown(findings: tuple[Finding, ...], strength: Concept | None) -> str:
    """Every property has its type, so that a slip is found before the program runs."""
    months = [each.follow_up_months for each in findings if each.follow_up_months is not None]
    return f"{strength or 'none'}: {max(months, default=0.0):g} months"


def drawn(effects: list[Effect], pooled: Pooled | NotPooled) -> Picture:
    """Figures and tables too."""
    cells: list[Cell] = gap_map(g, [kiva], [g.outcome("anxiety")])
    frame = evidence_table(effects, pooled).to_pandas()
    return draw_gap_map(cells) if frame.empty else forest(effects, pooled)


def walked() -> tuple[list[Edge], Paths]:
    """Paths are sequences."""
    return g.neighbours(kiva), g.paths(kiva, g.outcome("anxiety"))
