"""Answers compared as the W3C tests mean it: as sets or bags of terms, blank nodes by their place only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

Term = NamedNode | BlankNode | Literal | Triple
Row = Mapping[str, Term]

RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RESULTS: Final = {
    "srx": (QueryResultsFormat.XML, "application/sparql-results+xml"),
    "srj": (QueryResultsFormat.JSON, "application/sparql-results+json"),
    "tsv": (QueryResultsFormat.TSV, "text/tab-separated-values"),
}
GRAPHS: Final = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "nt": RdfFormat.N_TRIPLES}


@dataclass(frozen=True)
class Table:
    """A result of SELECT; `ordered` when the order of its rows was stated."""

    columns: frozenset[str]
    rows: Sequence[Row]
    ordered: bool = False

    def by_value(self) -> Table:
        """Return the table with its literals in the form that the store gives to their values."""
        rows = [{name: _plain(term) for name, term in row.items()} for row in self.rows]
        return Table(self.columns, rows, self.ordered)

    def equals(self, other: Table, *, lax: bool = False) -> bool:
        """Say whether the other table answers the same."""
        if not self.columns and not any(self.rows):
            return len(other.rows) == len(self.rows) and not any(other.rows)
        if self.columns != other.columns:
            return False
        if lax:
            return {_key(row) for row in self.rows} == {_key(row) for row in other.rows}
        return _as_graph(self.rows, self.ordered) == _as_graph(other.rows, self.ordered)


Answer = Table | bool | Dataset


def _key(row: Row) -> frozenset[tuple[str, str]]:
    return frozenset((name, str(term)) for name, term in row.items())


def _plain(term: Term) -> Term:
    """Return a term as the engine writes it once it has stored it."""
    if not isinstance(term, Literal):
        return term
    store = Store()
    store.add(Quad(_TYPE, _TYPE, term))
    return next(iter(store)).object


def _as_graph(rows: Sequence[Row], ordered: bool) -> Dataset:
    """Write a table as a graph, a node for each row, so that blank nodes can be told by their place."""
    quads = []
    for number, row in enumerate(rows):
        node = NamedNode(f"row:{number}") if ordered else BlankNode(f"row{number}")
        quads.append(Quad(node, _TYPE, NamedNode("row:row")))
        quads += [Quad(node, NamedNode(f"column:{name}"), term) for name, term in row.items()]
    return canonical(quads)


def canonical(quads: Iterable[Quad]) -> Dataset:
    """Return a dataset in which blank nodes are named by their place."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def read_results(content: bytes, ending: str) -> Table | bool:
    """Read an answer in a format of results."""
    found = parse_query_results(content, format=RESULTS[ending][0])
    if isinstance(found, QueryBoolean):
        return bool(found)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = [{name: row[name] for name in names if row[name] is not None} for row in found]
    return Table(frozenset(names), rows)


def read_graph(content: bytes, ending: str, base: str) -> Answer:
    """Read an answer written as a graph; some of them describe a table."""
    quads = list(parse(content, format=GRAPHS[ending], base_iri=base))
    about: dict[Term, dict[str, list[Term]]] = {}
    for quad in quads:
        about.setdefault(quad.subject, {}).setdefault(quad.predicate.value.removeprefix(RS), []).append(
            quad.object
        )
    for subject in list(about.values()):
        if "boolean" in subject:
            return subject["boolean"][0].value == "true"
        if "resultVariable" in subject or NamedNode(RS + "ResultSet") in subject.get(_TYPE.value, ()):
            return _described(subject, about)
    return canonical(quads)


def _described(
    table: Mapping[str, Sequence[Term]], about: Mapping[Term, Mapping[str, Sequence[Term]]]
) -> Table:
    rows = []
    for solution in table.get("solution", ()):
        cells = [about[binding] for binding in about.get(solution, {}).get("binding", ())]
        index = about.get(solution, {}).get("index")
        order = int(index[0].value) if index else 0
        rows.append((order, {cell["variable"][0].value: cell["value"][0] for cell in cells}))
    ordered = any(order for order, _ in rows)
    columns = frozenset(name.value for name in table.get("resultVariable", ()))
    return Table(columns, [row for _, row in sorted(rows, key=lambda each: each[0])], ordered)
