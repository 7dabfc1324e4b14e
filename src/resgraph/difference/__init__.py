"""What changed between two releases, or two sets of RDF files: in words, as data, and as a patch.

sides       the two that are compared, and what each says of itself
things      terms and records that came, went, or say something else now
answers     queries that are answered otherwise
words       all of it as text for people
data        all of it as JSON, as RDF and as a patch
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from resgraph.difference.answers import Asked, compare
from resgraph.difference.report import Difference
from resgraph.difference.sides import Side, open_side
from resgraph.difference.things import Change, Field, changes, conclusions, edges
from resgraph.graph import Graph
from resgraph.stored import StoredQuery, all_queries

__all__ = ["Asked", "Change", "Difference", "Field", "Side", "diff"]

Comparable = Graph | str | Path | Sequence[str | Path]


def diff(a: Comparable, b: Comparable, *, queries: Iterable[StoredQuery] | None = None) -> Difference:
    """Say what changed from `a` to `b`: each a graph, the directory of a release, or RDF files.

    `queries` are asked of both, and those with other rows are told; by default the stored queries where two
    releases are compared, else none. The order of rows does not count. Blank nodes are compared by what is
    said of them.

    >>> import resgraph
    >>> release = resgraph.load()
    >>> difference = resgraph.diff(release, release, queries=[])
    >>> bool(difference)
    False
    >>> print(difference.to_text(), end="")
    Nothing changed.
    """
    one, other = open_side(a), open_side(b)
    if queries is None:
        queries = all_queries() if one.is_release and other.is_release else ()
    removed, added = one.quads - other.quads, other.quads - one.quads
    return Difference(
        one,
        other,
        removals=tuple(sorted(removed, key=str)),
        additions=tuple(sorted(added, key=str)),
        changes=tuple(changes(one, other, removed, added)),
        edges=tuple(edges(removed, added)),
        conclusions=conclusions(removed, added),
        asked=tuple(compare(one, other, queries)) if removed or added else (),
    )
