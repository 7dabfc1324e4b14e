"""Slips that a type checker must find: each line that is marked is one."""

import resgraph

g = resgraph.load()
kiva = g.intervention("kiva")
kiva.reducess  # slip
kiva.reduces[0].valence  # slip
kiva.delivered_by.label  # slip
kiva.minimum_age + 1  # slip
g.evidence(kiva)  # slip
g.neighbours(kiva, "outwards")  # slip
g.interventionn("kiva")  # slip
number: int = g.factor("poverty").label  # slip
