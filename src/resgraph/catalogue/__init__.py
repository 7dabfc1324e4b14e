"""What a release says of itself: that it is a dataset, how large, of which files, and how it was built.

record       the dataset and its services, for catalogues (DCAT)
counts       how much there is of what (VoID)
links        how much leads to which outside vocabulary (VoID)
origin       which files and rules it was built from (PROV)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Final

from pyoxigraph import Quad, Triple

from resgraph.catalogue.counts import Counted, by_class_and_property, of_dataset, of_graph
from resgraph.catalogue.links import links
from resgraph.catalogue.origin import Input, origin
from resgraph.catalogue.record import record
from resgraph.catalogue.words import DATASET
from resgraph.store import Dataset
from resgraph.vocab import ASSERTED, graph

__all__ = ["DATASET", "Input", "catalogue"]

_CATALOGUE: Final = "catalogue"
#: so often it is written again before the objects are left uncounted; six times is usual
_TURNS: Final = 20


def catalogue(graphs: Mapping[str, Iterable[Triple]], inputs: Sequence[Input] = ()) -> tuple[Triple, ...]:
    """Describe the dataset that `graphs` make, and the files that it was built from.

    The description is a graph of the dataset too, and counted with the others: it is written again until
    its counts are those of the dataset with itself in it. A count of objects may never come to rest, since
    each number is an object too; then nothing is said of objects, rather than something false.

    >>> from resgraph.vocab import TYPE, term, thing
    >>> poverty = Triple(thing("factor", "poverty"), TYPE, term("RiskFactor"))
    >>> said = catalogue({"terms": (), "alignments": (), "evidence": (poverty,)})
    >>> any(t.predicate.value.endswith("void#triples") for t in said)
    True
    """
    stored = {name: _as_stored(name, triples) for name, triples in graphs.items()}
    others = {t for name, triples in stored.items() if name in ASSERTED for t in triples}
    fixed = [
        *record(stored["terms"], stored["evidence"]),
        *links(stored["alignments"]),
        *origin(inputs, stored),
    ]
    for name, triples in stored.items():
        fixed += of_graph(name, triples)
    # Nothing of the catalogue is of a class of ours, so this holds for the dataset with it.
    fixed += by_class_and_property(others)
    counted, said = Counted(others), set[Triple]()
    for turn in count():
        objects = turn < _TURNS
        again = {
            *fixed,
            *of_dataset(Counted(said, beside=counted), objects=objects),
            *of_graph(_CATALOGUE, said, objects=objects),
        }
        if again == said:
            break
        said = again
    return tuple(sorted(said, key=str))


def _as_stored(name: str, triples: Iterable[Triple]) -> frozenset[Triple]:
    """Return statements as the engine holds them, which writes 0.50 as 0.5: who counts there counts these."""
    dataset = Dataset.from_quads(Quad(t.subject, t.predicate, t.object, graph(name)) for t in triples)
    return frozenset(quad.triple for quad in dataset.quads(graph(name)))
