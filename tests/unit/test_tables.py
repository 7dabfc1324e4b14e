"""The commands that show things: a table for people, CSV or JSON for programs."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from resgraph.cli import run
from resgraph.graph import Graph


@pytest.fixture(autouse=True)
def _same_graph(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resgraph.graph.load", lambda: graph)


def test_search_forgives_and_names_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "bulying", "--kind", "factor"]) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert {row["slug"] for row in rows} == {"bullying-perpetration", "bullying-victimisation"}
    assert run(["search", "quantum", "chromodynamics", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == []


def test_evidence_has_the_fields_that_an_answer_must_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "kiva", "bullying-victimisation", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["answer"], told["strength"], told["no"]) == ("benefit", "strong", None)
    assert told["components"]["independent_studies"] == 3
    sides = [row["side"] for row in told["findings"]]
    assert sides == ["for"] * 4 + ["neither"]
    bowes = told["findings"][0]
    assert (bowes["effect"], bowes["interval"], bowes["n"]) == ("0.87", "0.78 to 0.97", 11111)
    assert told["findings"][2]["effect"] == told["findings"][2]["interval"] == "not reported"


@pytest.mark.parametrize(
    ("subject", "object_", "no"),
    [
        ("friends", "employment", "no evidence"),
        ("friends", "anxiety-symptoms", "mixed"),
    ],
)
def test_a_no_is_told_apart(capsys: pytest.CaptureFixture[str], subject: str, object_: str, no: str) -> None:
    assert run(["evidence", subject, object_]) == 0
    out, told = capsys.readouterr()
    assert no in told
    assert out.startswith("side,finding,says")
    assert run(["evidence", subject, object_, "--format", "table"]) == 0
    assert no in capsys.readouterr().out


def test_a_table_is_for_reading(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "kiva", "bullying-victimisation", "--format", "table"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "benefit, strong evidence (5 findings); also found: no effect" in lines[0]
    assert "FOLLOW UP MONTHS" in lines[1]
    assert len(lines) == 7


def test_a_slip_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "kiva", "bulying-victimisation"]) == 2
    assert "Did you mean bullying-victimisation" in capsys.readouterr().err
