"""Statements are found where they stand, in canonical files and in hand-written ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple, parse

from resgraph import turtle
from resgraph.locate import Locator, locate
from resgraph.sources import packaged
from resgraph.vocab import RDF

EX = "http://example.org/"

BY_HAND = r'''# a comment with <http://example.org/a> : p "x" .
@prefix : <http://example.org/> . # and one behind a statement
PREFIX ex: <http://example.org/more#>
@base <http://example.org/base/> .

:a a :B ; :p "one" , "two\nlines"@en ,
        """three
lines with "quotes" and # no comment""" ;
    :q 1.5 , -2 , 3e4 , true , "7"^^<http://www.w3.org/2001/XMLSchema#byte> ;
    :r [ :inner :value ; :list ( 1 2 [ :deep 3 ] ) ] , ex:b\/c ;
    :s <rel> .

<http://example.org/c> :p.q :d.e .
_:blank :p :a .
[ :p 1 ] :q 2 .
:z :p 'single' , '''+"""'''long'''"""+r''' .
<http://example.org/\u00e9> :p <http://example.org/\u00e9> .
'''  # fmt: skip


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("turtle") / "hand.ttl"
    path.write_text(BY_HAND, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        (EX + "a", None, None, 6),
        (EX + "a", RDF + "type", NamedNode(EX + "B"), 6),
        (EX + "a", EX + "p", Literal("one"), 6),
        (EX + "a", EX + "p", Literal("two\nlines", language="en"), 6),
        (EX + "a", EX + "p", Literal('three\nlines with "quotes" and # no comment'), 7),
        (EX + "a", EX + "q", Literal("1.5"), 9),
        (EX + "a", EX + "q", Literal("-2"), 9),
        (EX + "a", EX + "q", Literal("7"), 9),
        (EX + "a", EX + "r", None, 10),
        (EX + "a", EX + "r", NamedNode(EX + "more#b/c"), 10),
        (EX + "a", EX + "s", NamedNode(EX + "base/rel"), 11),
        (EX + "c", EX + "p.q", NamedNode(EX + "d.e"), 13),
        (BlankNode("blank"), EX + "p", NamedNode(EX + "a"), 14),
        (EX + "z", EX + "p", Literal("single"), 16),
        (EX + "z", EX + "p", Literal("long"), 16),
        (EX + "é", EX + "p", NamedNode(EX + "é"), 17),
    ],
)
def test_statements_of_a_hand_written_file(
    by_hand: Path,
    subject: str | BlankNode,
    predicate: str | None,
    value: NamedNode | Literal | None,
    line: int,
) -> None:
    assert locate([by_hand], subject, predicate, value) == (by_hand, line)


def test_every_statement_that_the_parser_reads_is_found(by_hand: Path) -> None:
    locator = Locator([by_hand])
    for quad in parse(path=by_hand):
        if isinstance(quad.subject, NamedNode):
            assert locator.find(quad.subject, quad.predicate) is not None, quad


def test_what_is_not_said_is_placed_at_the_nearest_thing(by_hand: Path) -> None:
    assert locate([by_hand], EX + "a", EX + "p", Literal("four")) == (by_hand, 6)
    assert locate([by_hand], EX + "a", EX + "unsaid") == (by_hand, 6)
    assert locate([by_hand], EX + "nobody") is None


def test_what_stands_in_brackets_is_not_taken_for_a_subject(by_hand: Path) -> None:
    assert locate([by_hand], EX + "inner") is None


def test_the_file_that_says_it_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "1.ttl", tmp_path / "2.ttl"
    first.write_text("@prefix : <http://example.org/> .\n:a :p 1 .\n")
    second.write_text("@prefix : <http://example.org/> .\n\n:a :q 2 .\n")
    assert locate([first, second], EX + "a", EX + "q", Literal(2)) == (second, 3)
    assert locate([first, second], EX + "a") == (first, 2)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.nt", '\n<http://example.org/a> <http://example.org/p> "y" .\n', 2),
        ("a.nq", '<http://example.org/a> <http://example.org/p> "y" <http://example.org/g> .\n', 1),
        ("a.trig", 'PREFIX : <http://example.org/>\nGRAPH :g {\n  :a :p "y"\n}\n', 3),
        ("b.trig", '@prefix : <http://example.org/> .\n:g {\n  :x :p 1 .\n  :a :p "y" .\n}\n', 4),
    ],
)  # fmt: skip
def test_relatives_of_turtle(tmp_path: Path, name: str, text: str, line: int) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert locate([path], EX + "a", EX + "p", Literal("y")) == (path, line)


def test_of_other_syntaxes_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text('{"@id": "http://example.org/a"}')
    assert locate([path], EX + "a") is None


def test_a_canonical_file_names_every_line(tmp_path: Path) -> None:
    path = tmp_path / "c.ttl"
    subject = NamedNode(EX + "a")
    triples = [
        Triple(subject, NamedNode(f"{EX}p{n}"), Literal(f"value {n}", language="en")) for n in range(9)
    ]
    path.write_bytes(turtle.write(triples))
    lines = path.read_text().splitlines()
    for n in range(9):
        found = locate([path], subject, f"{EX}p{n}", Literal(f"value {n}", language="en"))
        assert found is not None
        assert f"value {n}" in lines[found[1] - 1]


def test_every_subject_of_the_data_stands_at_the_start_of_its_line() -> None:
    for path in packaged().data:
        locator, lines = Locator([path]), path.read_text(encoding="utf-8").splitlines()
        for subject in {quad.subject for quad in parse(path=path)}:
            found = locator.find(subject)
            assert found is not None
            assert lines[found[1] - 1].partition(" ")[0].rpartition(":")[2] in subject.value
