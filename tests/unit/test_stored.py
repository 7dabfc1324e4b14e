"""Stored queries: a query is data with words, or it is an error with a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from resgraph.errors import InputError, UnknownThingError
from resgraph.stored import all_queries, by_name, read

GOOD = """# title: All of it
# question: What is there?
# number: 8
# keywords: a, b c
# bind: ?start=<http://example.org/a>
#
# More words.
SELECT * { ?s ?p ?o }
"""


def test_a_stored_query_has_its_words() -> None:
    query = read("all", GOOD)
    assert (query.title, query.question, query.number) == ("All of it", "What is there?", 8)
    assert query.keywords == ("a", "b c")
    assert query.binds == (("start", "<http://example.org/a>"),)
    assert query.body.startswith("# More words.\nSELECT")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# question: What?\nASK {}", "title"),
        ("# title: x\nASK {}", "question"),
        ("# title: x\n# question: y\n# number: many\nASK {}", "many"),
        ("# title: x\n# quesiton: y\nASK {}", "x.rq:2: `quesiton`"),
    ],
)
def test_what_is_missing_is_said(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read("x", text)


def test_queries_come_in_the_order_of_their_questions(tmp_path: Path) -> None:
    for name, number in (("z", 1), ("a", 2), ("b", 2)):
        (tmp_path / f"{name}.rq").write_text(f"# title: t\n# question: q\n# number: {number}\nASK {{}}")
    queries = all_queries(tmp_path)
    assert [query.name for query in queries] == ["z", "a", "b"]
    assert by_name("b", queries) is queries[2]
    with pytest.raises(UnknownThingError, match="z, a, b"):
        by_name("c", queries)
