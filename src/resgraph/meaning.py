"""The statements over which a release is reasoned: axioms, classes of things, edges between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import NamedNode, Triple

from resgraph.vocab import ID, NS, TYPE

#: The graphs of a release that it takes.
GRAPHS: Final = ("terms", "intended", "evidence", "evidenced")
#: Things between which edges lead. What is said of findings and sources has no consequences.
KINDS: Final = ("factor", "outcome", "determinant", "population", "intervention")
_BASES: Final = frozenset(f"{ID}{kind}/" for kind in KINDS)


def meaning(graphs: Mapping[str, Iterable[Triple]]) -> Iterator[Triple]:
    """Yield what a reasoner needs of the graphs of a release.

    >>> from resgraph.vocab import term, thing
    >>> builds = Triple(thing("intervention", "friends"), term("builds"), thing("factor", "hope"))
    >>> studied = Triple(thing("finding", "f"), TYPE, term("Finding"))
    >>> graphs = {"terms": (), "intended": (), "evidence": (studied,), "evidenced": (builds,)}
    >>> list(meaning(graphs)) == [builds]
    True
    """
    yield from graphs["terms"]
    yield from graphs["intended"]
    for t in (*graphs["evidence"], *graphs["evidenced"]):
        about = isinstance(t.subject, NamedNode) and t.subject.value.rsplit("/", 1)[0] + "/" in _BASES
        if about and (t.predicate == TYPE or _is_edge(t)):
            yield t


def _is_edge(t: Triple) -> bool:
    return (
        isinstance(t.object, NamedNode) and t.predicate.value.startswith(NS) and t.object.value.startswith(ID)
    )
