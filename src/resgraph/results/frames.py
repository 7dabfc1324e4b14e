"""An answer as a data frame: columns typed by datatype.

An answer that is held as a page of tab-separated values is cut into columns by the library of the frame.
Each different value of a column is read once, by the engine's own reader; the column is then put together
from these. So a frame costs little more than writing the page did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from resgraph.extras import bring
from resgraph.results.values import Term, Value, to_python
from resgraph.store import solutions

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_INT64: Final = 2**63


def page(names: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> bytes:
    r"""Write rows as tab-separated values.

    >>> from pyoxigraph import Literal
    >>> page(["a", "b"], [[Literal("x\ty"), None]])
    b'?a\t?b\n"x\\ty"\t\n'
    """
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join(map(_cell, row)) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


def read_page(content: bytes) -> QuerySolutions:
    """Read tab-separated values into rows of terms."""
    return solutions(parse_query_results(content, format=QueryResultsFormat.TSV))


def to_pandas(content: bytes, names: Sequence[str]) -> pandas.DataFrame:
    """Return a pandas frame of a page."""
    pd = bring("pandas", "pandas")
    if not names:
        return pd.DataFrame()  # type: ignore[no-any-return]
    cells = pd.read_csv(
        BytesIO(content),
        sep="\t",
        quoting=3,
        dtype=str,
        header=0,
        names=range(len(names)),
        na_values=[""],
        keep_default_na=False,
        skip_blank_lines=False,
    )
    columns = {}
    for place, name in enumerate(names):
        codes, found = pd.factorize(cells[place])
        values = _values(found)
        # The code -1 of what is missing takes the last.
        columns[name] = pd.array([*values, None], dtype=_pandas_type(values)).take(codes)
    frame: pandas.DataFrame = pd.DataFrame(columns, columns=list(names))
    return frame


def to_polars(content: bytes, names: Sequence[str]) -> polars.DataFrame:
    """Return a polars frame of a page."""
    pl = bring("polars", "polars")
    if not names:
        frame: polars.DataFrame = pl.DataFrame()
        return frame
    cells = pl.read_csv(content, separator="\t", quote_char=None, infer_schema=False)
    columns = []
    for place, name in enumerate(names):
        column = cells.to_series(place).alias("cell")
        found = column.drop_nulls().unique()
        typed = _polars_column(pl, name, _values(found.to_list()))
        known = pl.DataFrame({"cell": found}).with_columns(typed.alias("value"))
        columns.append(
            column.to_frame().join(known, "cell", "left", maintain_order="left")["value"].alias(name)
        )
    frame = pl.DataFrame(columns)
    return frame


def to_arrow(content: bytes, names: Sequence[str]) -> pyarrow.Table:
    """Return an Arrow table of a page."""
    pa, csv = bring("pyarrow", "arrow"), bring("pyarrow.csv", "arrow")
    if not names:
        return pa.table({})
    cells = csv.read_csv(
        pa.py_buffer(content),
        read_options=csv.ReadOptions(skip_rows=1, column_names=[str(place) for place in range(len(names))]),
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types={str(place): pa.string() for place in range(len(names))},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    columns = []
    for place in range(len(names)):
        coded = cells.column(place).combine_chunks().dictionary_encode()
        typed = _arrow_array(pa, _values(coded.dictionary.to_pylist()))
        columns.append(typed.take(coded.indices))
    table: pyarrow.Table = pa.table(columns, names=list(names))
    return table


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    text = f"<<( {term} )>>" if isinstance(term, Triple) else str(term)
    return text.replace("\t", "\\t")


def _values(cells: Iterable[str]) -> list[Value]:
    """Read the different cells of a column."""
    content = "?cell\n" + "".join(f"{cell}\n" for cell in cells)
    return [to_python(row[0]) for row in read_page(content.encode())]


def _kinds(values: Iterable[Value]) -> set[type]:
    """Return the kinds of the values that are there; whole numbers too large for a column count as text."""
    kinds: set[type] = set()
    for value in values:
        if value is not None:
            huge = type(value) is int and not -_INT64 <= value < _INT64
            kinds.add(str if huge else type(value))
    return {float} if kinds == {int, float} else kinds


def _only(values: Sequence[Value]) -> type:
    """Return the one kind of all values; text where there are several, or none."""
    kinds = _kinds(values)
    return next(iter(kinds)) if len(kinds) == 1 else str


def _pandas_type(values: Sequence[Value]) -> str:
    names = {int: "Int64", float: "Float64", bool: "boolean", str: "string"}
    kinds = _kinds(values)
    only = next(iter(kinds)) if len(kinds) == 1 else object
    if only is str and not all(value is None or isinstance(value, str) for value in values):
        return "object"
    return names.get(only, "object")


def _polars_column(pl: Any, name: str, values: Sequence[Value]) -> Any:
    names = {int: "Int64", float: "Float64", bool: "Boolean", date: "Date"}
    only = _only(values)
    if only is datetime:
        return pl.Series(name, values)
    if only in names:
        return pl.Series(name, values, dtype=getattr(pl, names[only]), strict=False)
    return pl.Series(name, _texts(values), dtype=pl.String)


def _arrow_array(pa: Any, values: Sequence[Value]) -> Any:
    names = {int: "int64", float: "float64", bool: "bool_", date: "date32"}
    only = _only(values)
    if only is datetime:
        return pa.array(values)
    if only is float:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())  # type: ignore[arg-type]
    if only in names:
        return pa.array(values, getattr(pa, names[only])())
    return pa.array(_texts(values), pa.string())


def _texts(values: Iterable[Value]) -> list[str | None]:
    return [None if value is None else str(value) for value in values]
