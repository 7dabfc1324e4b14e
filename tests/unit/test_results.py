"""Answers as Python values: the type comes from the datatype, what is missing stays missing."""

from __future__ import annotations

import math
import sys
from datetime import UTC, date, datetime

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from resgraph.errors import UsageError
from resgraph.query import run
from resgraph.results import Answer
from resgraph.results.frames import page, read_page
from resgraph.store import Dataset, Term
from resgraph.vocab import XSD

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


terms = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])).map(Literal),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.floats(allow_nan=False).map(Literal),
    st.dates().map(lambda day: Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))),
    st.sampled_from([Literal("x", language="en"), NamedNode("http://example.org/a"), BlankNode("b")]),
)


@given(st.lists(st.tuples(terms, terms), max_size=8))
def test_a_page_keeps_every_term(rows: list[tuple[Term | None, Term | None]]) -> None:
    assert [tuple(row) for row in read_page(page(["a", "b"], rows))] == rows


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 6), st.data())
def test_every_frame_has_the_values_of_the_rows(size: int, data: st.DataObject) -> None:
    # of one kind of value each, and of all kinds
    kinds = [
        st.none(),
        st.text('ab \t\n"\\').map(Literal),
        st.integers(-9, 9).map(Literal),
        st.booleans().map(Literal),
    ]
    columns = [data.draw(st.lists(st.none() | kind, min_size=size, max_size=size)) for kind in kinds]
    answer = Answer("solutions", "wxyz", zip(*columns, strict=True))
    expected = answer.to_dicts()
    assert answer.to_polars().to_dicts() == expected
    assert answer.to_arrow().to_pylist() == expected
    frame = answer.to_pandas()
    assert [
        {k: None if pd.isna(v) else v for k, v in row.items()} for row in frame.to_dict("records")
    ] == expected


def test_a_frame_of_a_query_is_that_of_its_rows(answer: Answer) -> None:
    by_hand = Answer("solutions", answer.variables, answer.terms)
    assert answer.to_polars().equals(by_hand.to_polars())
    assert answer.to_arrow().equals(by_hand.to_arrow())
    pd.testing.assert_frame_equal(answer.to_pandas(), by_hand.to_pandas())
    assert {
        name: str(kind) for name, kind in zip(answer.variables, answer.to_arrow().schema.types, strict=True)
    } == {
        "whole": "int64",
        "share": "double",
        "yes": "bool",
        "year": "int64",
        "day": "date32[day]",
        "moment": "timestamp[us, tz=UTC]",
        "words": "string",
        "mixed": "string",
        "thing": "string",
        "wrong": "string",
    }


@pytest.mark.parametrize(
    "text", ["SELECT * {}", "SELECT ?x { VALUES ?x { UNDEF UNDEF } }", "SELECT ?x { ?x ?y ?z }"]
)
def test_answers_with_nothing_in_them_have_their_rows(text: str) -> None:
    answer = run(Dataset(), text)
    assert len(answer) == len(answer.terms) == len(answer.to_dicts())
    assert len(answer.to_polars()) == (len(answer) if answer.variables else 0)
    assert len(answer.to_arrow()) == (len(answer) if answer.variables else 0)
