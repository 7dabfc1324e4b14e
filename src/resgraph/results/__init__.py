"""An answer as Python values: rows to loop over, data frames, a table in a notebook.

Every value gets the type its datatype says, nothing is guessed from its looks: whole numbers become ``int``,
decimals and doubles ``float`` (they are there to be computed with; figures as published are stored as text),
booleans ``bool``, a ``gYear`` an ``int``, dates ``date`` and ``datetime``, addresses and text ``str``. What
is missing is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Final, Literal

from pyoxigraph import Literal as LiteralTerm
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    parse_query_results,
)

from resgraph.errors import UsageError
from resgraph.results import frames
from resgraph.results.values import Value, to_python
from resgraph.vocab import shorten

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from resgraph.store import EngineAnswer, Term

Kind = Literal["solutions", "boolean", "graph"]
Plain = str | int | float | bool | None
#: Rows shown by a notebook; the rest is counted.
_SHOWN: Final = 100


class Answer:
    """What a query answers: rows, the statements of a graph, or yes or no.

    A graph is a table of three columns: subject, predicate, object.

    >>> answer = Answer.from_json(
    ...     b'{"head":{"vars":["name","age"]},"results":{"bindings":[{"name":{"type":"literal","value":"x"},'
    ...     b'"age":{"type":"literal","value":"11","datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}'
    ... )
    >>> len(answer), answer.variables, answer.to_dicts()
    (1, ('name', 'age'), [{'name': 'x', 'age': 11}])
    >>> bool(Answer.from_json(b'{"head":{},"boolean":false}'))
    False
    """

    def __init__(
        self, kind: Kind, variables: Sequence[str], rows: Iterable[Sequence[Term | None]], truth: bool = False
    ) -> None:
        self.kind: Final = kind
        self.variables: Final = tuple(variables)
        self._rows = [tuple(row) for row in rows]
        #: the rows of a query as tab-separated values, which are read when a row is asked for
        self._page: bytes | None = None
        self._truth = truth

    @classmethod
    def of(cls, raw: EngineAnswer) -> Answer:
        """Read an engine's answer to its end, in the thread to which it belongs.

        >>> from resgraph.store import Dataset
        >>> Answer.of(Dataset.from_quads([]).query("ASK { ?s ?p ?o }"))
        <Answer no>
        """
        if isinstance(raw, QueryBoolean):
            return cls("boolean", (), (), bool(raw))
        if isinstance(raw, QueryTriples):
            rows = sorted({(each.subject, each.predicate, each.object) for each in raw}, key=str)
            return cls("graph", ("subject", "predicate", "object"), rows)
        names = [variable.value for variable in raw.variables]
        answer = cls("solutions", names, ())
        answer._page = raw.serialize(format=QueryResultsFormat.TSV)
        return answer

    @classmethod
    def from_json(cls, content: bytes) -> Answer:
        """Read an answer in the SPARQL results format.

        >>> Answer.from_json(b'{"head": {}, "boolean": true}')
        <Answer yes>
        """
        raw = parse_query_results(content, format=QueryResultsFormat.JSON)
        if isinstance(raw, QuerySolutions | QueryBoolean):
            return cls.of(raw)
        raise UsageError("this is no SPARQL result")

    @classmethod
    def from_dicts(cls, columns: Sequence[str], rows: Iterable[Mapping[str, Plain]]) -> Answer:
        """Hold rows of values that are text, numbers or booleans; what a row does not have is missing.

        >>> Answer.from_dicts(("name", "age"), [{"name": "x", "age": 11}, {}]).to_dicts()
        [{'name': 'x', 'age': 11}, {'name': None, 'age': None}]
        """
        values = ([row.get(name) for name in columns] for row in rows)
        terms = ([None if each is None else LiteralTerm(each) for each in row] for row in values)
        return cls("solutions", columns, terms)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.terms:
            yield dict(zip(self.variables, map(to_python, row), strict=True))

    def __len__(self) -> int:
        return len(self._rows) if self._page is None else self._page.count(b"\n") - 1

    def __bool__(self) -> bool:
        return self._truth if self.kind == "boolean" else len(self) > 0

    def __getitem__(self, name: str) -> list[Value]:
        """Return the values of one column."""
        if name not in self.variables:
            raise KeyError(name)
        place = self.variables.index(name)
        return [to_python(row[place]) for row in self.terms]

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return every row as a dictionary from variable to value.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.query("SELECT ?name { ?x rdfs:label ?name }", x=g.factor("poverty")).to_dicts()
        [{'name': 'Poverty'}]
        """
        return list(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame. Whole numbers stay whole numbers where values are missing.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.query("SELECT ?n { BIND(2 AS ?n) }").to_pandas()["n"].sum()
        np.int64(2)
        """
        return frames.to_pandas(self._content(), self.variables)

    def to_polars(self) -> polars.DataFrame:
        """Return a polars frame. A column of several kinds of value becomes text.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.query("SELECT ?n { BIND(2 AS ?n) }").to_polars().shape
        (1, 1)
        """
        return frames.to_polars(self._content(), self.variables)

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table. A column of several kinds of value becomes text.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.query("SELECT ?n { BIND(2 AS ?n) }").to_arrow().column_names
        ['n']
        """
        return frames.to_arrow(self._content(), self.variables)

    @cached_property
    def terms(self) -> list[tuple[Term | None, ...]]:
        """The rows as the engine's terms, which keep datatype and language."""
        return self._rows if self._page is None else [tuple(row) for row in frames.read_page(self._page)]

    def _content(self) -> bytes:
        return frames.page(self.variables, self._rows) if self._page is None else self._page

    def __repr__(self) -> str:
        if self.kind == "boolean":
            return f"<Answer {'yes' if self._truth else 'no'}>"
        return f"<Answer of {len(self)} rows: {', '.join(self.variables)}>"

    def _repr_html_(self) -> str:
        if self.kind == "boolean":
            return f"<p>{'yes' if self._truth else 'no'}</p>"
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.variables)
        rows = "".join(
            f"<tr>{''.join(f'<td>{show(term)}</td>' for term in row)}</tr>" for row in self.terms[:_SHOWN]
        )
        more = f"<p>{_SHOWN} of {len(self):,} rows</p>" if len(self) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def show(term: Term | None) -> str:
    """Return a term as HTML: an address as a link with a short name, text as text.

    >>> import pyoxigraph
    >>> show(pyoxigraph.Literal("a < b"))
    'a &lt; b'
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        name = escape(shorten(term.value))
        link = term.value.startswith(("http://", "https://"))
        return f'<a href="{escape(term.value)}">{name}</a>' if link else name
    return escape(str(to_python(term)))


__all__ = ["Answer", "Kind", "Value", "show", "to_python"]
