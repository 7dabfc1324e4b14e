"""Queries that are not SPARQL: the place, and words that help."""

from __future__ import annotations

import pytest

from resgraph.errors import QuerySyntaxError
from resgraph.query import run
from resgraph.store import Dataset

BROKEN = [
    # query, line, column, a part of the message
    ("", 1, 1, "empty"),
    ("# nothing", 1, 10, "empty"),
    ("hello", 1, 1, "`SELECT`"),
    ("SELEC ?s { ?s ?p ?o }", 1, 1, "did you mean SELECT?"),
    ("SELECT COUNT(*) { ?s ?p ?o }", 1, 8, "SELECT (COUNT(*) AS ?number)"),
    ("SELECT ?s, ?p { ?s ?p ?o }", 1, 10, "space between variables"),
    ("SELECT WHERE { ?s ?p ?o }", 1, 8, "a variable"),
    ("SELECT * WHERE ?s ?p ?o", 1, 16, "expected `{`"),
    ("SELECT * { ?s ?p ?o", 1, 20, "the `{` of line 1"),
    ("SELECT *\n{ ?s ?p ?o .\n  FILTER(?o > 1\n", 3, 16, "the `(` of line 3"),
    ("SELECT * { ?s ?p }", 1, 18, "a variable, a name"),
    ("SELECT * { ?s ?p ?o } }", 1, 23, "`}` cannot stand here"),
    ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  FILTER(?o = \n}", 5, 1, "`}` cannot stand here"),
    ("SELECT * { ?s ?p ?o FILTER ?o > 3 }", 1, 28, "a FILTER has brackets"),
    ("SELECT * { ?s ?p ?o FILTER(o > 3) }", 1, 28, "?o"),
    ("SELECT * { ?s ?p ?o FILTER(?o == 3) }", 1, 32, "one `=`"),
    ("SELECT * { ?s ?p ?o FILTER(?o = 1 & ?s = 2) }", 1, 35, "write `&&`"),
    ("SELECT * { ?s ?p ?o FILTER(?o = 1 | ?s = 2) }", 1, 35, "write `||`"),
    ("SELECT * { ?s ?p ?o OPTIONL { ?s ?p ?x } }", 1, 21, "did you mean OPTIONAL?"),
    ("SELECT * { ?s ?p ?o FILTER NOT EXIST { ?s ?p 1 } }", 1, 32, "did you mean EXISTS?"),
    ("SELECT * { ?s ?p ?o ?x ?y ?z }", 1, 21, "full stop"),
    ("SELECT * { ?s ?p ?o } ORDER ?s", 1, 29, "ORDER BY"),
    ("SELECT * { ?s ?p ?o } LIMIT ten", 1, 29, "a number"),
    ("SELECT * { ?s ?p ?o } LIMIT 5 ORDER BY ?s", 1, 31, "`ORDER` cannot stand here"),
    ("SELECT * { ?s skso:prefLabel ?o }", 1, 15, "did you mean `skos:`?"),
    ("SELECT * { ?s xyzzy:prefLabel ?o }", 1, 15, "PREFIX xyzzy:"),
    ("PREFIX ex <http://example.org/> ASK {}", 1, 8, "`ex` cannot stand here"),
    ("SELECT * { ?s <relative> ?o }", 1, 15, "not a full address"),
    ('SELECT * { ?s ?p "abc }', 1, 18, "not closed"),
    ("SELECT * { ?s ?p \u201cabc\u201d }", 1, 18, "printed quotation mark"),
    ("SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x", 1, 38, "variable that is unbound"),
    ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "uplicated variable"),
    ("SELECT * { ?s ?p ?o . BIND(1 AS ?s) }", 1, 37, "cannot stand here"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), BROKEN, ids=[each[0][:40] for each in BROKEN])
def test_the_place_and_the_words(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run(Dataset(), text)
    error = caught.value
    assert words in str(error)
    assert (error.line, error.column) == (line, column)
    assert "\\u{" not in str(error)


def test_the_caret_stands_under_the_mistake() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run(Dataset(), "SELECT *\nWHERE {\n\t?s ?p , }")
    lines = str(caught.value).splitlines()
    assert lines[1][lines[2].index("^")] == ","


def test_prefixes_of_the_project_need_no_declaration_and_can_be_declared_otherwise() -> None:
    assert not run(Dataset(), "ASK { ?s rg:relation relation:buffers ; a skos:Concept }")
    assert not run(Dataset(), "PREFIX rg: <http://example.org/> ASK { ?s rg:x ?o }")
