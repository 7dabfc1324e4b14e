"""The page of questions: each is answered by a line or two, as the records answer it."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from oracle import Key, Records, Row
from test_competency import neighbours
from test_stored_queries import OVERVIEWS, PASSES

from conftest import ask_library
from resgraph.difference import Difference
from resgraph.explain import Explanation
from resgraph.graph import Graph
from resgraph.paths import Paths
from resgraph.results import Answer
from resgraph.stored import all_queries

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "questions.md"
#: questions that are answered by a stored query; those to which typed things answer are checked one by one
STORED = (2, 3, 4, 5, 6, 7, 9, 12, 14, 15, 16, 17, 18, 19)
TYPED = (8, 10, 11, 13)
ANSWERS = {"benefit", "no evidence", "no effect", "mixed", "harm", "raises", "lowers", "buffers", "amplifies"}


def sections() -> dict[int, list[str]]:
    """By question: the statements that the page shows, in their order."""
    parts = re.split(r"^### (\d+)\. ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    code = {0: parts[0], **dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))}
    parse = doctest.DocTestParser().get_examples
    return {
        number: [
            each.source
            for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
            for each in parse(block)
        ]
        for number, text in code.items()
    }


@pytest.fixture(scope="module")
def answers(graph: Graph) -> Mapping[int, Any]:
    """By question: what the page calls the answer."""
    found, session = {}, {"resgraph": None}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setattr("resgraph.graph.load", lambda path=None: graph)
        for number, statements in sections().items():
            session.pop("answer", None)
            for statement in statements:
                exec(compile(statement, f"question {number}", "single"), session)
            found[number] = session.get("answer")
    return found


def test_every_question_is_there_and_takes_a_line_or_two() -> None:
    told = sections()
    assert set(told) == {0, *range(2, 20)}
    for number in range(2, 20):
        taken = [each for each in told[number] if not each.startswith(("from ", "import "))]
        place = next(n for n, each in enumerate(taken, 1) if each.startswith("answer = "))
        assert place + 1 <= 2, f"question {number} takes {place} lines and one to look at it"
        assert all(each.count("\n") == 1 for each in taken), number


def rows(answer: Answer) -> list[Row]:
    return [
        {name: term.value for name, term in zip(answer.variables, each, strict=True) if term is not None}
        for each in answer.terms
    ]


@pytest.mark.parametrize("number", STORED)
def test_it_is_what_the_stored_query_answers(answers: Mapping[int, Any], graph: Graph, number: int) -> None:
    """The stored query, for its part, is compared with the records in test_competency.py."""
    name, _ = called(number)
    assert rows(answers[number]) == ask_library(graph)(name, **values(number))


@pytest.mark.parametrize("number", STORED)
def test_it_gives_what_an_answer_must_give(answers: Mapping[int, Any], number: int) -> None:
    name, _ = called(number)
    found = rows(answers[number])
    assert found
    if name in OVERVIEWS:
        return
    for row in found:
        if "finding" in row:
            assert row.keys() >= PASSES
            assert all(row[name] for name in PASSES)
        assert row["answer"] in ANSWERS


def called(number: int) -> tuple[str, str]:
    """The stored query that the answer runs, and what it gives it."""
    statement = next(each for each in sections()[number] if each.startswith("answer = "))
    found = re.fullmatch(r'answer = g\.examples\["([^"]+)"\]\.run\((.*)\)\n', statement)
    assert found, statement
    return found[1], found[2]


def values(number: int) -> dict[str, str]:
    """What is bound, as somebody would type it."""
    found = re.findall(
        r'(\w+)=(?:g\.(\w+)\("([^"]+)"\)|concept\("(\w+)", "([^"]+)"\)|(\d+))', called(number)[1]
    )
    return {
        name: digits or f"{kind or scheme}:{slug or concept}"
        for name, kind, slug, scheme, concept, digits in found
    }


def test_a_question_of_the_page_is_a_question_of_its_query() -> None:
    numbers = {query.name: query.number for query in all_queries()}
    assert {numbers[called(number)[0]] for number in STORED} == set(STORED)


def test_08_the_table_has_every_finding_with_its_fields(answers: Mapping[int, Any], records: Records) -> None:
    table = {row["finding"].rpartition("/")[2]: row for row in answers[8].to_dict("records")}
    key = ("kiva", None, "bullying-victimisation")
    assert table.keys() == {finding["id"] for finding in records.questions[key]}
    for finding in records.questions[key]:
        row, said = table[finding["id"]], records.told(finding)
        known = {name: value for name, value in row.items() if value == value and value is not None}
        effect, interval = said["effect"], said["interval"]
        printed = str(known.get("published", "not reported"))
        assert printed.startswith(effect)
        assert interval == "not reported" or f"({interval})" in printed
        assert row["source"].rpartition("/")[2] == finding["source"]
        assert row["design"]
        assert row["says"]
        assert (str(row["n"]) == said["n"].removesuffix(" (whole source)")) or said["n"] == "not reported"


def test_10_the_paths_are_all_there_are_and_each_edge_has_its_evidence(
    answers: Mapping[int, Any], records: Records, graph: Graph
) -> None:
    paths: Paths = answers[10]
    edges = neighbours(records)
    expected, open_ = set(), [("kiva",)]
    for _ in range(3):
        open_ = [(*path, node) for path in open_ for node in edges[path[-1]] if node not in path]
        expected |= {path for path in open_ if path[-1] == "depressive-symptoms"}
    assert {tuple(each.slug for each in path.things) for path in paths} == expected
    for path in paths:
        for edge in path.edges:
            key = (edge.subject.slug, None, edge.object.slug)
            assert str(edge.answer).replace("-", " ") == records.answer(key)
            assert str(edge.strength).replace("-", " ") == records.strength(key)
            assert edge.evidence is not None
            behind = graph.at(edge.evidence.record).describe()["rg:hasFinding"]
            assert {iri.rpartition("/")[2] for iri in behind} == {
                each["id"] for each in records.questions[key]
            }


def test_11_what_changed_is_what_changed_in_the_records(answers: Mapping[int, Any], records: Records) -> None:
    """By the rule in words: the answers and strengths without one source, and with it."""
    difference: Difference = answers[11]
    before, after = Records(), records
    before.findings = {name: each for name, each in before.findings.items() if each["source"] != "bowes-2024"}

    def named(keys: Iterable[Key]) -> set[str]:
        return {f"{subject}--{object_}" for subject, _, object_ in keys}

    both = before.questions.keys() & after.questions.keys()
    flipped = {key for key in both if before.answer(key) != after.answer(key)}
    moved = {key for key in both if before.strength(key) != after.strength(key)}
    assert flipped
    assert {each.name.rpartition("/")[2] for each in difference.flipped} == named(flipped)
    assert {each.name.rpartition("/")[2] for each in difference.moved} == named(moved)
    new = (after.questions.keys() | after.untested) - (before.questions.keys() | before.untested)
    added = [each for each in difference.of("proposition") if each.what == "added"]
    assert {each.name.rpartition("/")[2] for each in added} == named(new)
    (asked,) = difference.asked
    lost = neighbours(before)["kiva"] - neighbours(after)["kiva"]
    assert {row[0].partition(":")[2] for row in asked.lost} == lost
    assert not asked.gained


def test_13_the_reason_names_the_sources_of_the_support(answers: Mapping[int, Any], records: Records) -> None:
    why: Explanation = answers[13]
    assert why.kind == "evidenced"
    text = why.to_text()
    for finding in records.supporting(("kiva", None, "bullying-victimisation")):
        assert f"source:{finding['source']}" in text
