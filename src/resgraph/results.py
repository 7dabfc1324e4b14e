"""An answer as Python values: rows to loop over, data frames, a table in a notebook.

Every value gets the type its datatype says, nothing is guessed from its looks: whole numbers become ``int``,
decimals and doubles ``float`` (they are there to be computed with; figures as published are stored as text),
booleans ``bool``, a ``gYear`` an ``int``, dates ``date`` and ``datetime``, addresses and text ``str``. What
is missing is ``None``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

from pyoxigraph import (
    BlankNode,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Triple,
    parse_query_results,
)
from pyoxigraph import Literal as LiteralTerm

from resgraph.errors import UsageError
from resgraph.extras import bring
from resgraph.vocab import XSD, shorten

if TYPE_CHECKING:
    import pandas
    import polars

    from resgraph.store import EngineAnswer, Term

Kind = Literal["solutions", "boolean", "graph"]
Value = str | int | float | bool | date | None

_INTEGERS: Final = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger"
    " unsignedInt unsignedLong unsignedShort unsignedByte gYear"
)
_READERS: Final[dict[str, Callable[[str], Value]]] = {
    **{XSD + name: int for name in _INTEGERS.split()},
    **{XSD + name: float for name in ("decimal", "double", "float")},
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": datetime.fromisoformat,
}
_INT64: Final = 2**63

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
        self.terms: Final = [tuple(row) for row in rows]
        self._truth = truth

    @classmethod
    def of(cls, raw: EngineAnswer) -> Answer:
        """Read an engine's answer to its end, in the thread to which it belongs."""
        if isinstance(raw, QueryBoolean):
            return cls("boolean", (), (), bool(raw))
        if isinstance(raw, QueryTriples):
            rows = sorted({(each.subject, each.predicate, each.object) for each in raw}, key=str)
            return cls("graph", ("subject", "predicate", "object"), rows)
        names = [variable.value for variable in raw.variables]
        return cls("solutions", names, (tuple(row) for row in raw))

    @classmethod
    def from_json(cls, content: bytes) -> Answer:
        """Read an answer in the SPARQL results format."""
        raw = parse_query_results(content, format=QueryResultsFormat.JSON)
        if isinstance(raw, QuerySolutions | QueryBoolean):
            return cls.of(raw)
        raise UsageError("this is no SPARQL result")

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.terms:
            yield dict(zip(self.variables, map(to_python, row), strict=True))

    def __len__(self) -> int:
        return len(self.terms)

    def __bool__(self) -> bool:
        return self._truth if self.kind == "boolean" else bool(self.terms)

    def __getitem__(self, name: str) -> list[Value]:
        """Return the values of one column."""
        if name not in self.variables:
            raise KeyError(name)
        place = self.variables.index(name)
        return [to_python(row[place]) for row in self.terms]

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return every row as a dictionary from variable to value."""
        return list(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame. Whole numbers stay whole numbers where values are missing."""
        pd = bring("pandas", "pandas")
        columns = {name: pd.array(self[name], dtype=_pandas_type(self[name])) for name in self.variables}
        frame: pandas.DataFrame = pd.DataFrame(columns, columns=list(self.variables))
        return frame

    def to_polars(self) -> polars.DataFrame:
        """Return a polars frame. A column of several kinds of value becomes text."""
        pl = bring("polars", "polars")
        columns = [_polars_column(pl, name, self[name]) for name in self.variables]
        frame: polars.DataFrame = pl.DataFrame(columns)
        return frame

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


def to_python(term: Term | None) -> Value:
    """Return a term as a Python value; a value that its datatype does not allow stays text.

    >>> to_python(LiteralTerm("2016", datatype=NamedNode(XSD + "gYear")))
    2016
    >>> to_python(LiteralTerm("many", datatype=NamedNode(XSD + "integer")))
    'many'
    """
    if term is None:
        return None
    if isinstance(term, LiteralTerm):
        reader = _READERS.get(term.datatype.value)
        try:
            return reader(term.value) if reader else term.value
        except ValueError:
            return term.value
    return str(term) if isinstance(term, Triple | BlankNode) else term.value


def show(term: Term | None) -> str:
    """Return a term as HTML: an address as a link with a short name, text as text.

    >>> show(LiteralTerm("a < b"))
    'a &lt; b'
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        name = escape(shorten(term.value))
        link = term.value.startswith(("http://", "https://"))
        return f'<a href="{escape(term.value)}">{name}</a>' if link else name
    return escape(str(to_python(term)))


def _kinds(values: Iterable[Value]) -> set[type]:
    """Return the kinds of the values that are there; whole numbers too large for a column count as text."""
    kinds: set[type] = set()
    for value in values:
        if value is not None:
            huge = type(value) is int and not -_INT64 <= value < _INT64
            kinds.add(str if huge else type(value))
    return {float} if kinds == {int, float} else kinds


def _pandas_type(values: Sequence[Value]) -> str:
    names = {int: "Int64", float: "Float64", bool: "boolean", str: "string"}
    kinds = _kinds(values)
    only = next(iter(kinds)) if len(kinds) == 1 else object
    if only is str and not all(value is None or isinstance(value, str) for value in values):
        return "object"
    return names.get(only, "object")


def _polars_column(pl: Any, name: str, values: Sequence[Value]) -> Any:
    names = {int: "Int64", float: "Float64", bool: "Boolean", date: "Date"}
    kinds = _kinds(values)
    only = next(iter(kinds)) if len(kinds) == 1 else str
    if only is datetime:
        return pl.Series(name, values)
    if only in names:
        return pl.Series(name, values, dtype=getattr(pl, names[only]), strict=False)
    texts = [None if value is None else str(value) for value in values]
    return pl.Series(name, texts, dtype=pl.String)
