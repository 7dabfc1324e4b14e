"""The walks people ask for: neighbours, paths between two things, pathways through factors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final, Literal

from pyoxigraph import NamedNode

from resgraph.errors import UnknownThingError, UsageError
from resgraph.paths.backing import Backings
from resgraph.paths.edge import STANDINGS, Edge, Node
from resgraph.paths.links import Links, Only, address
from resgraph.paths.path import Path, Paths
from resgraph.paths.search import simple_paths
from resgraph.store import Dataset
from resgraph.vocab import thing

Direction = Literal["out", "in", "both"]
#: An address, a short name such as ``factor:bullying``, a slug, or a thing.
Named = str | Node

#: Enough for every chain a theory has words for; there are very many longer ones.
_MOST_HOPS: Final = 12


class Walker:
    """Walks over the edges of a dataset. They are read when the first walk is asked for, then kept."""

    def __init__(self, dataset: Dataset, make: Callable[[str], Node]) -> None:
        """Read nothing yet; `make` turns an address into the thing."""
        self._dataset = dataset
        self._make = make
        self._edges: dict[tuple[int, int], Edge] = {}

    @cached_property
    def links(self) -> Links:
        """Every edge."""
        return Links(self._dataset)

    @cached_property
    def _backings(self) -> Backings:
        return Backings(self._dataset)

    def neighbours(self, of: Named, direction: Direction = "both", only: Only | None = None) -> list[Edge]:
        """Return the edges of a thing: those that lead out first, each by the address of the other end."""
        if direction not in ("out", "in", "both"):
            raise UsageError(f"{direction!r} is no direction", hint="directions: out, in, both")
        here = self._find(of)
        out, into = self.links.walk(only)
        if here is None:
            return []
        found = [self.edge(here, there) for there in out[here]] if direction != "in" else []
        return found + ([self.edge(there, here) for there in into[here]] if direction != "out" else [])

    def paths(
        self,
        start: Named,
        end: Named,
        max_hops: int = 4,
        *,
        via: Named | Iterable[Named] = (),
        only: Only | None = None,
        directed: bool = True,
        limit: int | None = None,
    ) -> Paths:
        """Find every path between two things, the shortest first."""
        _check_hops(max_hops)
        through = [via] if isinstance(via, str) or hasattr(via, "iri") else list(via)
        ends = [self._find(each) for each in (start, end, *through)]
        numbers = [each for each in ends if each is not None]
        if len(numbers) < len(ends):
            return Paths(())
        out, into = self.links.walk(only, directed)
        found = simple_paths(out, into, numbers[0], numbers[1], max_hops, numbers[2:])
        step = self._forward(only)
        return Paths(Path(each, step) for each in islice(found, limit))

    def pathways(
        self, intervention: Named, outcome: Named, max_hops: int = 3, only: Only | None = None
    ) -> Paths:
        """Find the paths that lead through factors alone, those first whose weakest step is firmest."""
        _check_hops(max_hops)
        start, end = self._find(intervention), self._find(outcome)
        if start is None or end is None:
            return Paths(())
        kept = {place for place, name in enumerate(self.links.names) if name.startswith(_FACTOR)} | {
            start,
            end,
        }
        out, into = ([_only(each, kept) for each in lists] for lists in self.links.walk(only))
        found = (each for each in simple_paths(out, into, start, end, max_hops) if len(each) > 2)
        step = self._forward(only)
        return Paths(sorted((Path(each, step) for each in found), key=_rank))

    def edge(self, subject: int, object_: int) -> Edge:
        """Return an edge by the numbers of its ends."""
        key = (subject, object_)
        if key not in self._edges:
            one, other = self.links.names[subject], self.links.names[object_]
            labels = self.links.labels(subject, object_)
            self._edges[key] = Edge(
                self._make(one),
                self._make(other),
                labels["evidenced"],
                labels["intended"],
                labels["inferred"],
                tuple(self._backings.between(one, other)),
            )
        return self._edges[key]

    def edges(self, only: Only | None = None) -> Iterator[Edge]:
        """Yield every edge of a kind, by the addresses of its ends."""
        out, _ = self.links.walk(only)
        for subject in sorted(range(len(out)), key=self.links.names.__getitem__):
            for object_ in out[subject]:
                yield self.edge(subject, object_)

    def _forward(self, only: Only | None) -> Callable[[int, int], tuple[Edge, bool]]:
        """Return what gives the edge of a step, and whether the step goes against it."""

        def step(here: int, there: int) -> tuple[Edge, bool]:
            turned = not self.links.has(here, there, only)
            return (self.edge(there, here) if turned else self.edge(here, there)), turned

        return step

    def _find(self, named: Named) -> int | None:
        """Return the number of a thing; None when it exists and is not linked to anything."""
        name = named if isinstance(named, str) else named.iri
        number = self.links.find(name)
        if number is None and not any(self._dataset.about(NamedNode(address(name)))):
            raise UnknownThingError(f"there is nothing called {name!r}")
        return number


_FACTOR: Final = thing("factor", "").value


def _only(numbers: list[int], kept: set[int]) -> list[int]:
    return [each for each in numbers if each in kept]


def _rank(path: Path) -> tuple[list[int], int, str]:
    """Order by the weakest step, then by the others from the weakest, then by length."""
    standings = sorted((STANDINGS.index(edge.standing) for edge in path.edges), reverse=True)
    return standings, len(path), str(path)


def _check_hops(hops: int) -> None:
    if not 1 <= hops <= _MOST_HOPS:
        raise UsageError(f"max_hops is {hops}", hint=f"choose 1 to {_MOST_HOPS}")
