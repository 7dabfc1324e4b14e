"""The same questions asked twice: of the library, and of a server over HTTP."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest
from oracle import Records, Row, Run

from resgraph.binding import bind, read_value
from resgraph.graph import Graph
from resgraph.stored import all_queries, by_name


def bound(name: str, values: dict[str, str]) -> str:
    """Return the text of a stored query, with other values for the variables it offers."""
    text = by_name(name, all_queries()).text
    return bind(text, {variable: read_value(value) for variable, value in values.items()})


def ask_library(graph: Graph) -> Run:
    def run(name: str, **values: str) -> list[Row]:
        answer: Any = graph.dataset.query(bound(name, values))
        names = [variable.value for variable in answer.variables]
        return [{n: row[n].value for n in names if row[n] is not None} for row in answer]

    return run


def ask_server(address: str) -> Run:
    def run(name: str, **values: str) -> list[Row]:
        data = urllib.parse.urlencode({"query": bound(name, values)}).encode()
        request = urllib.request.Request(
            f"{address}/sparql", data, {"Accept": "application/sparql-results+json"}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            found = json.load(reply)["results"]["bindings"]
        return [{n: term["value"] for n, term in row.items()} for row in found]

    return run


@pytest.fixture(scope="session", params=["library", "http"])
def run(request: pytest.FixtureRequest) -> Run:
    """A callable from the name of a stored query, and values to bind, to its rows."""
    if request.param == "library":
        return ask_library(request.getfixturevalue("graph"))
    return ask_server(request.getfixturevalue("server"))


@pytest.fixture(scope="session")
def records() -> Records:
    """The records the data were imported from, and what follows from them by the rule in words."""
    return Records()
