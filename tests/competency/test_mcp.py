"""A language model's way to the checked answers: the protocol's own client, over standard input."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import test_competency as checked
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters
from oracle import Records, Row, Run

from resgraph.vocab import expand

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def session(release: Path) -> Iterator[tuple[Any, Any]]:
    """A client that has started `resgraph mcp`, and the portal to its event loop."""
    here = {"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "RESGRAPH_RESULT_BYTES": "2000000"}
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "resgraph", "mcp", str(release), "--deadline", "2"],
        env={k: v for k, v in here.items() if v},
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(parameters)) as client,
    ):
        yield client, portal


@pytest.fixture(scope="module")
def call(session: tuple[Any, Any]) -> Call:
    client, portal = session

    def use(tool: str, **arguments: Any) -> Any:
        reply = portal.call(client.call_tool, tool, arguments)
        text = reply.content[0].text
        return text if reply.is_error else json.loads(text)

    return use


@pytest.fixture(scope="module")
def run(call: Call) -> Run:
    def ask(name: str, **values: str) -> list[Row]:
        answer = call("question", name=name, values=values, rows=100_000)
        assert answer["there_are"] == len(answer["rows"])
        return [
            {n: expand(str(v)) for n, v in zip(answer["columns"], row, strict=True) if v is not None}
            for row in answer["rows"]
        ]

    return ask


def test_a_school_lead_asks_what_was_found_on_a_programme(run: Run, records: Records) -> None:
    checked.test_16_aims_against_evidence(run, records, "dot-b-mindfulness")


def test_a_director_asks_which_programmes_narrowed_the_gap(run: Run, records: Records) -> None:
    checked.test_04_narrowed_or_widened(run, records)


def test_a_reader_asks_what_stands_behind_a_point_of_the_briefing(run: Run, records: Records) -> None:
    checked.test_19_findings_behind_a_point(run, records, "briefing-1")


def test_the_tools_only_read_and_say_so(session: tuple[Any, Any]) -> None:
    client, portal = session
    tools = portal.call(client.list_tools).tools
    assert {tool.name for tool in tools} == {
        *("search", "describe", "evidence", "query", "questions", "question")
    }
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    (resource,) = portal.call(client.list_resources).resources
    (card,) = portal.call(client.read_resource, resource.uri).contents
    assert "rg:Proposition" in card.text


def test_from_words_to_evidence(call: Call, records: Records) -> None:
    found = call("search", words="bulying victimisation", kind="factor")[0]
    assert found["name"] == "factor:bullying-victimisation"
    told = call("evidence", subject="intervention:kiva", object=found["name"])
    sides = [told[side] for side in ("supporting", "disputing", "inconclusive")]
    asked = ("kiva", "bullying-victimisation")
    expected = {name for name, one in records.findings.items() if (one["subject"], one["object"]) == asked}
    assert {finding["slug"] for side in sides for finding in side} == expected
    assert call("describe", name="intervention:kiva")["properties"]["rg:provision"]


def test_queries_are_limited_like_those_of_the_endpoint(call: Call) -> None:
    refused = call("query", sparql="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert "SERVICE" in refused
    assert "INSERT" in call("query", sparql="INSERT DATA { <a:a> <a:b> <a:c> }")
    late = call("query", sparql="SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert "took longer than 2 s" in late
    large = "SELECT ?a ?b ?c ?d ?e { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"
    assert "larger than" in call("query", sparql=large)
    assert "kiva" in call("describe", name="intervention:kiva")["name"]  # and it still answers
    cut = call("query", sparql="SELECT ?s { ?s a rg:Finding }", rows=3)
    assert (len(cut["rows"]), cut["there_are"]) == (3, 1196)
    assert call("query", sparql="ASK { ?s a rg:Finding }") == {"answer": True}
    assert "intervention:kiva" in call("query", sparql="DESCRIBE intervention:kiva")["turtle"]
    assert "no stored query" in call("question", name="none")
