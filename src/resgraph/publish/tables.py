"""The content as tables, for people without RDF: one for each kind of thing, as CSV and as Parquet.

A table has a row for each thing and a column for each property, and says which property and which type each
column has: from the tables and the package that describes them the statements can be made again.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.extras import bring
from resgraph.index import Index
from resgraph.publish.file import File, compressed
from resgraph.store import Term
from resgraph.vocab import ID, KINDS, NS, SCHEME, SKOS, XSD, shorten

#: Stands between several values of a cell of a CSV; no value has it.
SEPARATOR: Final = " | "
#: The table of what stands in closed lists.
CONCEPTS: Final = "concept"
_TEXT: Final = "text"
_ADDRESS: Final = "address"
_DEFINITION: Final = NamedNode(SKOS + "definition")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the property it stands for, what its values are, and whether a cell has several.

    `kind` is ``address``, ``text`` (in English), the name of a datatype of XML Schema, or ``any`` where the
    values have several.
    """

    name: str
    property: str
    kind: str
    is_list: bool
    is_filled: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The things of a kind: its columns, and of each thing the values of each column in a fixed order."""

    kind: str
    columns: tuple[Column, ...]
    rows: Mapping[str, Mapping[str, tuple[str, ...]]]


def tables(triples: Iterable[Triple]) -> list[Table]:
    """Sort statements about things, and about concepts of closed lists, into a table for each kind.

    >>> from resgraph.vocab import term, thing
    >>> said = Triple(thing("factor", "poverty"), term("level"), thing("factor", "other"))
    >>> (factor,) = tables([said])
    >>> factor.kind, [(each.name, each.kind) for each in factor.columns], dict(factor.rows["poverty"])
    ('factor', [('level', 'address')], {'level': ('factor:other',)})
    """
    told = list(triples)
    definitions = Index(t for t in told if t.predicate == _DEFINITION)
    cells: dict[str, dict[str, dict[str, list[Term]]]] = defaultdict(lambda: defaultdict(dict))
    for t in told:
        kind, name = _place(t.subject)
        if kind:
            cells[kind][name].setdefault(t.predicate.value, []).append(t.object)
    return [_table(kind, cells[kind], definitions) for kind in (*KINDS, CONCEPTS) if kind in cells]


def _place(subject: object) -> tuple[str, str]:
    """Return the table in which a subject is told of, and what it is called there."""
    iri = subject.value if isinstance(subject, NamedNode) else ""
    if iri.startswith(ID):
        kind, _, slug = iri.removeprefix(ID).partition("/")
        return kind, slug
    return (CONCEPTS, shorten(iri)) if iri.startswith(SCHEME) else ("", "")


def _table(kind: str, rows: Mapping[str, Mapping[str, list[Term]]], definitions: Index) -> Table:
    properties = sorted({name for row in rows.values() for name in row}, key=_column)
    columns = []
    for iri in properties:
        found = [row[iri] for row in rows.values() if iri in row]
        kinds = {_kind(value) for values in found for value in values}
        columns.append(
            Column(
                _column(iri),
                iri,
                kinds.pop() if len(kinds) == 1 else "any",
                is_list=any(len(values) > 1 for values in found),
                is_filled=len(found) == len(rows),
                words=definitions.text(NamedNode(iri), _DEFINITION) or "",
            )
        )
    written = {
        name: {_column(iri): tuple(sorted(map(_cell, values))) for iri, values in row.items()}
        for name, row in sorted(rows.items())
    }
    return Table(kind, tuple(columns), written)


def _column(iri: str) -> str:
    return shorten(iri).removeprefix("rg:") if iri.startswith(NS) else shorten(iri)


def _kind(value: Term) -> str:
    if isinstance(value, Literal):
        return _TEXT if value.language else value.datatype.value.removeprefix(XSD)
    return _ADDRESS


def _cell(value: Term) -> str:
    text = str(getattr(value, "value", value))
    return shorten(text) if isinstance(value, NamedNode) else text


def files(made: Iterable[Table]) -> Iterator[File]:
    """Write each table as CSV and as Parquet (extra ``arrow``)."""
    for table in made:
        title = f"every {table.kind}, one a row"
        yield File(f"tables/{table.kind}.csv.gz", compressed(to_csv(table)), title, "text/csv")
        yield File(f"tables/{table.kind}.parquet", to_parquet(table), title, "application/vnd.apache.parquet")


def to_csv(table: Table) -> bytes:
    r"""Write a table as CSV, several values of a cell joined by `SEPARATOR`.

    >>> level = Column("level", "https://w3id.org/resgraph/ns#level", "address", is_list=True, is_filled=True)
    >>> to_csv(Table("factor", (level,), {"poverty": {"level": ("level:family", "level:society")}}))
    b'id,level\npoverty,level:family | level:society\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", *(column.name for column in table.columns)])
    for name, row in table.rows.items():
        writer.writerow([name, *(SEPARATOR.join(row.get(column.name, ())) for column in table.columns)])
    return text.getvalue().encode()


#: What the kinds of values are in Parquet: the type there, and how it is read; all others are text.
_TYPES: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "integer": ("int64", int),
    "gYear": ("int32", int),
    "decimal": ("float64", float),
    "boolean": ("bool_", "true".__eq__),
    "date": ("date32", date.fromisoformat),
}


def to_parquet(table: Table) -> bytes:
    """Write a table as Parquet: numbers, years, dates and truth values as what they are, several as a list.

    Each field carries the address of its property and the kind of its values.
    """
    arrow, parquet = bring("pyarrow", "arrow"), bring("pyarrow.parquet", "arrow")
    fields = [arrow.field("id", arrow.string(), nullable=False)]
    arrays = [arrow.array(list(table.rows), arrow.string())]
    for column in table.columns:
        name, read = _TYPES.get(column.kind, ("string", str))
        one = getattr(arrow, name)()
        kind = arrow.list_(one) if column.is_list else one
        said = {"property": column.property, "kind": column.kind}
        fields.append(arrow.field(column.name, kind, nullable=not column.is_filled, metadata=said))
        arrays.append(
            arrow.array([_value(row.get(column.name), column, read) for row in table.rows.values()], kind)
        )
    buffer = io.BytesIO()
    parquet.write_table(arrow.table(arrays, schema=arrow.schema(fields)), buffer, compression="zstd")
    return buffer.getvalue()


def _value(texts: tuple[str, ...] | None, column: Column, read: Callable[[str], object]) -> Any:
    if texts is None:
        return None
    return [read(text) for text in texts] if column.is_list else read(texts[0])
