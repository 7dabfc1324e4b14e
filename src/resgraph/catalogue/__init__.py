"""What a release says of itself: that it is a dataset, how large, of which files, and how it was built.

record       the dataset and its services, for catalogues (DCAT)
counts       how much there is of what (VoID)
links        how much leads to which outside vocabulary (VoID)
origin       which files and rules it was built from (PROV)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Quad, Triple

from resgraph.catalogue.counts import counts
from resgraph.catalogue.links import links
from resgraph.catalogue.origin import Input, origin
from resgraph.catalogue.record import record
from resgraph.catalogue.words import DATASET
from resgraph.store import Dataset
from resgraph.vocab import graph

__all__ = ["DATASET", "Input", "catalogue"]

_CATALOGUE = "catalogue"


def catalogue(graphs: Mapping[str, Iterable[Triple]], inputs: Sequence[Input] = ()) -> tuple[Triple, ...]:
    """Describe the dataset that `graphs` make, and the files that it was built from.

    The description is a graph of the dataset too, and counted with the others: it is written again until
    its counts are those of the dataset with itself in it.

    >>> from resgraph.vocab import TYPE, term, thing
    >>> poverty = Triple(thing("factor", "poverty"), TYPE, term("RiskFactor"))
    >>> said = catalogue({"terms": (), "alignments": (), "evidence": (poverty,)})
    >>> any(t.predicate.value.endswith("void#triples") for t in said)
    True
    """
    stored = {name: _as_stored(name, triples) for name, triples in graphs.items()}
    fixed = [*record(stored["terms"]), *links(stored["alignments"]), *origin(inputs, stored)]
    said: set[Triple] = set()
    while True:
        again = {*fixed, *counts({**stored, _CATALOGUE: frozenset(said)})}
        if again == said:
            return tuple(sorted(said, key=str))
        said = again


def _as_stored(name: str, triples: Iterable[Triple]) -> frozenset[Triple]:
    """Return statements as the engine holds them, which writes 0.50 as 0.5: who counts there counts these."""
    dataset = Dataset.from_quads(Quad(t.subject, t.predicate, t.object, graph(name)) for t in triples)
    return frozenset(quad.triple for quad in dataset.quads(graph(name)))
