"""The tables of a release say what the graph says: from CSV and from Parquet the statements come back."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from resgraph.graph import Graph
from resgraph.publish.file import File
from resgraph.publish.package import PACKAGE, package
from resgraph.publish.record import Named
from resgraph.publish.tables import SEPARATOR, Table, files, tables
from resgraph.vocab import ASSERTED, ID, SCHEME, XSD, expand
from resgraph.vocab import graph as graph_named

ABOUT = Named("0.1.0", "2026-11-22", "T", "D", "https://example.org/licence", "https://example.org/us", "Us")


@pytest.fixture(scope="module")
def told(graph: Graph) -> set[Triple]:
    """What a plain query sees of things and of concepts."""
    return set(of_things(q.triple for name in ASSERTED for q in graph.dataset.quads(graph_named(name))))


def of_things(triples: Iterator[Triple]) -> Iterator[Triple]:
    for t in triples:
        if isinstance(t.subject, NamedNode) and t.subject.value.startswith((ID, SCHEME)):
            yield t


@pytest.fixture(scope="module")
def made(told: set[Triple]) -> list[Table]:
    return tables(sorted(told, key=str))


@pytest.fixture(scope="module")
def written(made: list[Table]) -> dict[str, File]:
    return {file.name: file for file in files(made)}


@pytest.fixture(scope="module")
def described(made: list[Table], written: dict[str, File]) -> dict[str, Any]:
    return dict(json.loads(package(ABOUT, made, list(written.values()))))


def test_the_statements_come_back_from_csv(
    told: set[Triple], written: dict[str, File], described: dict[str, Any]
) -> None:
    """By the package alone: which column is which property, what its values are, how many a cell has."""
    found = set()
    for resource in described["resources"]:
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        text = gzip.decompress(written[resource["path"]].content).decode()
        for row in csv.DictReader(io.StringIO(text)):
            subject = place(resource["name"], row.pop("id"))
            for field, cell in ((fields[name], cell) for name, cell in row.items() if cell):
                for one in cell.split(SEPARATOR) if field["type"] == "list" else [cell]:
                    found.add((subject, field["rdfType"], full(one, described) if is_address(field) else one))
    assert found == {plain(t) for t in told}


def is_address(field: dict[str, Any]) -> bool:
    return bool(field["kind"] == "address")


def full(name: str, described: dict[str, Any]) -> str:
    prefix, _, local = name.partition(":")
    return described["prefixes"].get(prefix, f"{prefix}:") + local


def place(table: str, name: str) -> str:
    return expand(name) if table == "concept" else f"{ID}{table}/{name}"


def plain(t: Triple) -> tuple[str, str, str]:
    assert isinstance(t.subject, NamedNode)
    assert isinstance(t.object, NamedNode | Literal)
    return t.subject.value, t.predicate.value, t.object.value


def test_the_statements_come_back_from_parquet_with_their_types(
    told: set[Triple], written: dict[str, File]
) -> None:
    found = set()
    for name, file in written.items():
        if name.endswith(".parquet"):
            table = pq.read_table(io.BytesIO(file.content))
            for t in statements(Path(name).stem, table):
                found.add(t)
    untyped = {
        t for t in told if isinstance(t.object, Literal) and (t.predicate.value.endswith("publishedOnline"))
    }
    assert found == told - untyped
    assert len(untyped) < 5


def statements(kind: str, table: Any) -> Iterator[Triple]:
    for row in table.to_pylist():
        subject = NamedNode(place(kind, row.pop("id")))
        for name, cell in row.items():
            said = table.schema.field(name).metadata
            prop, form = said[b"property"].decode(), said[b"kind"].decode()
            for value in cell if isinstance(cell, list) else [] if cell is None else [cell]:
                if form != "any":
                    yield Triple(subject, NamedNode(prop), node(value, form))


def node(value: object, form: str) -> NamedNode | Literal:
    """Make a value as it was; a number is written as the engine writes it."""
    if form == "address":
        return NamedNode(expand(str(value)))
    if form == "text":
        return Literal(str(value), language="en")
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, float):
        shown = f"{value:f}".rstrip("0").rstrip(".") if "e" in shown else shown.removesuffix(".0")
    if isinstance(value, int) and form == "gYear":
        shown = f"{value:04}"
    return Literal(shown, datatype=NamedNode(XSD + form))


def test_each_table_has_a_row_for_each_thing(made: list[Table], graph: Graph) -> None:
    for table in made:
        if table.kind in ("finding", "factor", "source", "intervention", "proposition"):
            assert set(table.rows) == set(graph.slugs(table.kind))
    assert {"factor", "concept"} <= {table.kind for table in made}


def test_the_package_is_valid_and_every_table_is_as_it_says(
    written: dict[str, File], described: dict[str, Any], tmp_path: Path
) -> None:
    """The library of who made the standard looks at sizes, checksums, types, keys and what is required."""
    put(tmp_path, written, described)
    assert faults(tmp_path / PACKAGE) == []


def test_a_package_that_says_something_else_is_found(
    written: dict[str, File], described: dict[str, Any], tmp_path: Path
) -> None:
    wrong = json.loads(json.dumps(described))
    wrong["resources"] = [one for one in wrong["resources"] if one["name"] == "factor"]
    fields = {field["name"]: field for field in wrong["resources"][0]["schema"]["fields"]}
    fields["level"]["type"] = "integer"
    put(tmp_path, written, wrong)
    assert "type-error" in faults(tmp_path / PACKAGE)


def faults(path: Path) -> list[str]:
    """What the standard's own program has to say, in a process of its own: it leaves files open."""
    command = [sys.executable, "-m", "frictionless", "validate", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert [task["type"] for task in report["tasks"]].count("table") == len(report["tasks"]) > 0
    return [error["type"] for task in report["tasks"] for error in task["errors"]] + report["errors"]


def put(directory: Path, written: dict[str, File], described: dict[str, Any]) -> None:
    for name, file in written.items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_bytes(file.content)
    (directory / PACKAGE).write_text(json.dumps(described), encoding="utf-8")
