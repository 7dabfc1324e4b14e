"""Queries that the two answer otherwise: rows gained and lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from resgraph.difference.sides import Side
from resgraph.errors import QueryError
from resgraph.query import run
from resgraph.results import to_python
from resgraph.store import Term
from resgraph.stored import StoredQuery
from resgraph.vocab import shorten

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    r"""A query that is answered otherwise: its columns, and the rows that came and went.

    >>> import pathlib, tempfile
    >>> import resgraph
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (place / "old.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 3 .")
    >>> _ = (place / "new.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 4 .")
    >>> from resgraph.stored import read
    >>> text = "# title: Cups\n# question: How many?\nSELECT ?n { ?tea <http://example.org/cups> ?n }"
    >>> asked = read("cups", text)
    >>> told = resgraph.diff(place / "old.ttl", place / "new.ttl", queries=[asked])
    >>> told.asked[0].gained, told.asked[0].lost
    ((('4',),), (('3',),))
    """

    name: str
    question: str
    columns: tuple[str, ...]
    gained: tuple[Row, ...]
    lost: tuple[Row, ...]
    #: why one of the two cannot answer it; empty when both can
    failure: str = ""


def compare(a: Side, b: Side, queries: Iterable[StoredQuery]) -> Iterator[Asked]:
    """Ask queries of both sides and yield those with other rows; the order of rows does not count."""
    for query in queries:
        try:
            (columns, before), (_, after) = _rows(a, query), _rows(b, query)
        except QueryError as error:
            yield Asked(query.name, query.question, (), (), (), error.message)
            continue
        gained, lost = after - before, before - after
        if gained or lost:
            yield Asked(query.name, query.question, columns, _listed(gained), _listed(lost))


def _rows(side: Side, query: StoredQuery) -> tuple[tuple[str, ...], Counter[Row]]:
    answer = run(side.graph.dataset, query.text)
    if answer.kind == "boolean":
        return ("answer",), Counter([("yes" if answer else "no",)])
    return answer.variables, Counter(tuple(map(_cell, row)) for row in answer.terms)


def _cell(term: Term | None) -> str:
    if isinstance(term, BlankNode):
        return "_:"  # its name means nothing outside one reading
    value = shorten(term.value) if isinstance(term, NamedNode) else to_python(term)
    return "" if value is None else str(value)


def _listed(rows: Counter[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows.elements()))
