"""Answers as Python values: the type comes from the datatype, what is missing stays missing."""

from __future__ import annotations

import math
import sys
from datetime import UTC, date, datetime

import pandas as pd
import polars as pl
import pytest

from resgraph.errors import UsageError
from resgraph.query import run
from resgraph.results import Answer
from resgraph.store import Dataset

QUERY = """SELECT * { VALUES (?whole ?share ?yes ?year ?day ?moment ?words ?mixed ?thing ?wrong) {
  (1 0.5 true "2016"^^xsd:gYear "2020-01-02"^^xsd:date "2020-01-02T03:04:05Z"^^xsd:dateTime "x"@en 1 rg:x
    "many"^^xsd:integer)
  (UNDEF 2e0 UNDEF UNDEF UNDEF UNDEF UNDEF "a" UNDEF UNDEF)
} }"""


@pytest.fixture
def answer() -> Answer:
    return run(Dataset(), QUERY)


def test_values_have_the_type_of_their_datatype(answer: Answer) -> None:
    first, second = answer.to_dicts()
    assert first == {
        "whole": 1,
        "share": 0.5,
        "yes": True,
        "year": 2016,
        "day": date(2020, 1, 2),
        "moment": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        "words": "x",
        "mixed": 1,
        "thing": "https://w3id.org/resgraph/ns#x",
        "wrong": "many",
    }
    assert [name for name, value in second.items() if value is None] == [
        name for name in first if name not in ("share", "mixed")
    ]


def test_pandas_keeps_whole_numbers_whole_where_some_are_missing(answer: Answer) -> None:
    frame = answer.to_pandas()
    assert list(frame.columns) == list(answer.variables)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} | {"moment": ""} == {
        "whole": "Int64",
        "share": "Float64",
        "yes": "boolean",
        "year": "Int64",
        "day": "object",
        "moment": "",
        "words": "string",
        "mixed": "object",
        "thing": "string",
        "wrong": "string",
    }
    assert frame["whole"].isna().tolist() == [False, True]
    assert pd.api.types.is_datetime64_any_dtype(frame["moment"])


def test_polars_keeps_them_too(answer: Answer) -> None:
    frame = answer.to_polars()
    assert frame.schema["whole"] == pl.Int64
    assert frame.schema["share"] == pl.Float64
    assert frame.schema["yes"] == pl.Boolean
    assert frame.schema["day"] == pl.Date
    assert frame["mixed"].to_list() == ["1", "a"]
    assert frame["whole"].to_list() == [1, None]


def test_an_empty_answer_has_its_columns() -> None:
    answer = run(Dataset(), "SELECT ?a ?b { ?a ?p ?b }")
    assert not answer
    assert len(answer) == 0
    assert list(answer.to_pandas().columns) == list(answer.to_polars().columns) == ["a", "b"]


def test_numbers_too_large_for_a_column_stay_exact() -> None:
    answer = run(Dataset(), f"SELECT * {{ VALUES ?n {{ {10**30} 1 }} }}")
    assert answer.to_pandas()["n"].tolist() == [10**30, 1]
    assert answer.to_polars()["n"].to_list() == [str(10**30), "1"]


def test_numbers_that_are_none() -> None:
    answer = run(Dataset(), 'SELECT * { VALUES ?n { "NaN"^^xsd:double "INF"^^xsd:double } }')
    nan, infinity = answer["n"]
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert infinity == math.inf


def test_yes_and_no() -> None:
    assert run(Dataset(), "ASK {}")
    assert not run(Dataset(), "ASK { ?s ?p ?o }")
    assert repr(run(Dataset(), "ASK {}")) == "<Answer yes>"


def test_a_graph_is_a_table_of_three_columns() -> None:
    answer = run(Dataset(), "CONSTRUCT { rg:a rg:b 1 . rg:a rg:b 1 } {}")
    assert answer.to_dicts() == [
        {
            "subject": "https://w3id.org/resgraph/ns#a",
            "predicate": "https://w3id.org/resgraph/ns#b",
            "object": 1,
        }
    ]


def test_a_notebook_shows_text_as_text() -> None:
    html = run(Dataset(), "SELECT * { VALUES ?x { '<script>' rg:a } }")._repr_html_()
    assert "<script>" not in html
    assert '<a href="https://w3id.org/resgraph/ns#a">rg:a</a>' in html


def test_a_long_answer_says_how_long() -> None:
    values = " ".join(map(str, range(101)))
    assert "100 of 101 rows" in run(Dataset(), f"SELECT * {{ VALUES ?x {{ {values} }} }}")._repr_html_()


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_a_missing_extra_says_how_to_get_it(
    answer: Answer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match=rf"resgraph\[{name}\]"):
        getattr(answer, f"to_{name}")()
