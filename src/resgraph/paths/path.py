"""Chains of edges, and the table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final, overload

from resgraph.paths.edge import COLUMNS, STANDINGS, Edge, Node, words
from resgraph.results import Answer
from resgraph.vocab import shorten

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: Rows that a notebook or a prompt shows; the rest can be asked for.
_SHOWN: Final = 20

Row = dict[str, str | int | None]


class Path:
    """A chain of edges from one thing to another that comes to no thing twice.

    Each edge has evidence of its own. That every one has does not make the whole chain evidence.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> way = g.pathways("kiva", "depressive-symptoms")[0]
    >>> len(way), way.weakest.standing, way.leads_to
    (2, 'limited', 'decreases')
    >>> [each.slug for each in way.things]
    ['kiva', 'bullying-victimisation', 'depressive-symptoms']
    >>> [row["predicate"] for row in way.to_dicts()]
    ['rg:reduces', 'rg:raisesRiskOf']
    """

    __slots__ = ("_edge", "numbers")

    def __init__(self, numbers: tuple[int, ...], edge: Callable[[int, int], tuple[Edge, bool]]) -> None:
        self.numbers: Final = numbers
        self._edge: Final = edge

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Its edges, in order. Where a walk takes no notice of directions some may point backwards."""
        return tuple(edge for edge, _ in self._steps())

    @property
    def things(self) -> tuple[Node, ...]:
        """The things it comes by, from the first to the last."""
        steps = list(self._steps())
        first, turned = steps[0]
        start = first.object if turned else first.subject
        return (start, *(edge.subject if turned else edge.object for edge, turned in steps))

    @property
    def weakest(self) -> Edge:
        """The edge that stands least firmly: a chain is no firmer than that. The first one of several."""
        return max(self.edges, key=lambda edge: STANDINGS.index(edge.standing))

    @property
    def leads_to(self) -> str | None:
        """What its start would do to its end if every step held: `increases`, `decreases`, None if unclear.

        This multiplies directions and says nothing of sizes.
        """
        less = 0
        for edge, turned in self._steps():
            if turned or edge.sense not in ("increases", "decreases"):
                return None
            less += edge.sense == "decreases"
        return "decreases" if less % 2 else "increases"

    def to_dicts(self) -> list[Row]:
        """Return a row for each edge: the step from 1, and what `Edge.to_dict` says."""
        return [{"step": step, **edge.to_dict()} for step, edge in enumerate(self.edges, 1)]

    def __len__(self) -> int:
        """The number of its edges."""
        return len(self.numbers) - 1

    def __repr__(self) -> str:
        return f"<Path {self}: {self.weakest.standing}>"

    def __str__(self) -> str:
        pieces = [shorten(self.things[0].iri)]
        for (edge, turned), thing in zip(self._steps(), self.things[1:], strict=True):
            arrow = f"<-[{words(edge)}]-" if turned else f"-[{words(edge)}]->"
            pieces += [arrow, shorten(thing.iri)]
        return " ".join(pieces)

    def _steps(self) -> Iterator[tuple[Edge, bool]]:
        return (self._edge(a, b) for a, b in zip(self.numbers, self.numbers[1:], strict=False))


class Paths(Sequence[Path]):
    """Paths, found as they are asked for and then kept: loop over them, take the first, count them.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> ways = g.paths("kiva", g.outcome("depressive-symptoms"))
    >>> bool(ways), len(ways[0])
    (True, 2)
    >>> ways.to_dicts()[0]["object"]
    'factor:bullying-victimisation'
    """

    def __init__(self, found: Iterable[Path]) -> None:
        self._coming = iter(found)
        self._found: list[Path] = []

    def __iter__(self) -> Iterator[Path]:
        place = 0
        while self._have(place + 1):
            yield self._found[place]
            place += 1

    def __len__(self) -> int:
        """Count them all, which finds them all."""
        self._found += self._coming
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> Path: ...
    @overload
    def __getitem__(self, place: slice) -> list[Path]: ...
    def __getitem__(self, place: int | slice) -> Path | list[Path]:
        """Return one, or some; no more are looked for than that takes."""
        ends = (place.start, place.stop) if isinstance(place, slice) else (place, place)
        if any(end is None or end < 0 for end in ends[1:]) or (ends[0] or 0) < 0:
            len(self)
        else:
            self._have(1 + (ends[1] or 0))
        return self._found[place]

    def __bool__(self) -> bool:
        return self._have(1)

    def to_dicts(self, limit: int | None = None) -> list[Row]:
        """Return a row for each edge of each path: the path and the step from 1, then the edge.

        With a limit no more paths are looked for.
        """
        rows: list[Row] = []
        for number, path in enumerate(islice(self, limit), 1):
            rows += [{"path": number, "hops": len(path), **row} for row in path.to_dicts()]
        return rows

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows of `to_dicts` as a pandas frame.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.paths("kiva", g.outcome("depressive-symptoms")).to_pandas().columns[:4].to_list()
        ['path', 'hops', 'step', 'subject']
        """
        return self._table().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """Return the rows of `to_dicts` as a polars frame.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.paths("kiva", g.outcome("depressive-symptoms")).to_polars().columns[:4]
        ['path', 'hops', 'step', 'subject']
        """
        return self._table().to_polars()

    def to_arrow(self) -> pyarrow.Table:
        """Return the rows of `to_dicts` as an Arrow table.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.paths("kiva", g.outcome("depressive-symptoms")).to_arrow().column_names[:4]
        ['path', 'hops', 'step', 'subject']
        """
        return self._table().to_arrow()

    def _table(self) -> Answer:
        return Answer.from_dicts(("path", "hops", "step", *COLUMNS), self.to_dicts())

    def __repr__(self) -> str:
        lines = list(map(repr, self[:_SHOWN]))
        if self._have(_SHOWN + 1):
            lines.append(f"... and more: {_SHOWN} are shown")
        return "\n".join(lines) or "<no path>"

    def _repr_html_(self) -> str:
        if not self:
            return "<p>no path</p>"
        rows = "".join(
            f"<tr><td>{place}</td><td>{escape(str(path))}</td><td>{path.weakest.standing}</td></tr>"
            for place, path in enumerate(self[:_SHOWN], 1)
        )
        more = f"<p>{_SHOWN} are shown, there are more</p>" if self._have(_SHOWN + 1) else ""
        head = "".join(f'<th scope="col">{name}</th>' for name in ("", "path", "weakest step"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"

    def _have(self, wanted: int) -> bool:
        """Find as many as are wanted, if there are so many."""
        while len(self._found) < wanted:
            path = next(self._coming, None)
            if path is None:
                return False
            self._found.append(path)
        return True


def table(edges: Iterable[Edge]) -> Answer:
    """Return edges as a table, with a row for each."""
    return Answer.from_dicts(COLUMNS, (edge.to_dict() for edge in edges))
