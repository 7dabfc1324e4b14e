"""What a release would say, had some sources never been read: how much rests on them.

Nothing is edited. The sources are left out with all that was read in them alone, and what follows from the
rest is derived and concluded anew, by the same rules as in a build.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from resgraph import evidence
from resgraph.errors import UsageError
from resgraph.labels import labels
from resgraph.meaning import meaning
from resgraph.reason import close
from resgraph.store import Dataset, Term
from resgraph.vocab import DCTERMS, ID, NS, PROV, STATED, graph

#: What leads from something that was read to the sources it was read in.
_READ_IN: Final = frozenset(
    NamedNode(name) for name in (PROV + "hadPrimarySource", DCTERMS + "source", NS + "reportedBy")
)
#: What is not there without a source that tells of it. A factor or a programme is there all the same.
_READ: Final = tuple(f"{ID}{kind}/" for kind in ("finding", "study", "disparity", "rating"))
_PART: Final = f"{ID}estimate/"


def without(dataset: Dataset, sources: Iterable[NamedNode]) -> Dataset:
    """Return a release as it would be without some sources; what it says of itself is left out.

    >>> import resgraph
    >>> from resgraph.vocab import thing
    >>> release = resgraph.load().dataset
    >>> len(without(release, [thing("source", "bowes-2024")])) < len(release)
    True
    """
    if not dataset.has_graph(graph("evidence")):
        raise UsageError("only a release can be without a source", hint="open one: resgraph.load()")
    held = {name: [quad.triple for quad in dataset.quads(graph(name))] for name in STATED}
    gone = _gone(held["evidence"], set(sources))
    for name in ("evidence", "intended"):
        held[name] = [t for t in held[name] if t.subject not in gone and t.object not in gone]
    derived = tuple(evidence.derive([*held["evidence"], *held["intended"]], held["schemes"]))
    held["evidenced"] = [*derived, *labels(derived, held)]
    held["inferred"] = list(close(meaning(held)).inferred)
    return Dataset.from_quads(
        Quad(t.subject, t.predicate, t.object, graph(name)) for name, triples in held.items() for t in triples
    )


def _gone(stated: Iterable[Triple], sources: set[NamedNode]) -> set[Term]:
    """Return the sources, what was read in them alone, and the estimates of that."""
    read: dict[Term, set[Term]] = {}
    parts: dict[Term, set[Term]] = {}
    for t in stated:
        if t.predicate in _READ_IN and _is(t.subject, *_READ):
            read.setdefault(t.subject, set()).add(t.object)
        elif _is(t.object, _PART):
            parts.setdefault(t.subject, set()).add(t.object)
    alone = {thing for thing, places in read.items() if places <= sources}
    return {*sources, *alone, *(part for thing in alone for part in parts.get(thing, ()))}


def _is(node: Term, *bases: str) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(bases)
