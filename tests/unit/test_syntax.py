"""Queries that are not SPARQL: the place, and words that help."""

from __future__ import annotations

import pytest

from resgraph.errors import QuerySyntaxError
from resgraph.names import unfilled
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
    ("SELECT * { ?s ?p ?o } LIMIT 5 ORDER BY ?s", 1, 31, "ORDER BY stands before LIMIT and OFFSET"),
    ("SELECT * { ?s skso:prefLabel ?o }", 1, 15, "did you mean `skos:`?"),
    ("SELECT * { ?s xyzzy:prefLabel ?o }", 1, 15, "PREFIX xyzzy:"),
    ("PREFIX ex <http://example.org/> ASK {}", 1, 8, "`ex` cannot stand here"),
    ("SELECT * { ?s <relative> ?o }", 1, 15, "not a full address"),
    ('SELECT * { ?s ?p "abc }', 1, 18, "not closed"),
    ("SELECT * { ?s ?p \u201cabc\u201d }", 1, 18, "printed quotation mark"),
    ("SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x", 1, 11, "variable that is unbound"),
    ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "uplicated variable"),
    ("SELECT * { ?s ?p ?o . BIND(1 AS ?s) }", 1, 37, "cannot stand here"),
    # What is selected
    ("SELECT COUNT(*) AS ?n { ?s ?p ?o }", 1, 8, "SELECT (COUNT(*) AS ?number)"),
    ("SELECT ?s COUNT(?o) { ?s ?p ?o } GROUP BY ?s", 1, 11, "SELECT (COUNT(*) AS ?number)"),
    ("SELECT (COUNT(*)) { ?s ?p ?o }", 1, 17, "a result has a name: (COUNT(*) AS ?number)"),
    ("SELECT (COUNT(?s) ?n) { ?s ?p ?o }", 1, 19, "write AS before the new name"),
    ("SELECT (COUNT(*) AS n) { ?s ?p ?o }", 1, 21, "a question mark: ?n"),
    ("SELECT ?o AS ?x { ?s ?p ?o }", 1, 11, "stands in brackets: (?a AS ?b)"),
    ("SELECT DISTINCT { ?s ?p ?o }", 1, 17, "name the columns, or write `*`"),
    ("SELECT ?s DISTINCT { ?s ?p ?o }", 1, 11, "DISTINCT stands right after SELECT"),
    ("SELECT TOP 10 ?s { ?s ?p ?o }", 1, 8, "write LIMIT 10 at the end"),
    ("SELECT ?s-p { ?s ?p ?o }", 1, 10, "letters, digits and `_`"),
    ("SELECT ? { ?s ?p ?o }", 1, 8, "a variable has a name: ?x"),
    # How it begins, and how it ends
    ("@prefix ex: <http://example.org/> . ASK {}", 1, 1, "without `@` and without a full stop"),
    ("PREFIX ex: <http://example.org/> . ASK {}", 1, 34, "take the mark away"),
    ("PREFIX ex <http://example.org/> ASK {}", 1, 8, "write PREFIX ex: with a colon"),
    ('PREFIX ex: "http://example.org/" ASK {}', 1, 12, "an address stands in angle brackets"),
    ("PREFIX ex: http://example.org/ ASK {}", 1, 12, "an address stands in angle brackets"),
    ("SELECT * { ?s ?p ?o } PREFIX ex: <a:b>", 1, 23, "PREFIX stands at the beginning"),
    ("WHERE { ?s ?p ?o }", 1, 1, "SELECT * WHERE { ... }"),
    ("?s ?p ?o", 1, 1, "SELECT * WHERE { ... }"),
    ("SELECT * { ?s ?p ?o };", 1, 22, "nothing stands after a query"),
    ("SELECT * { ?s ?p ?o } LIMIT 5;", 1, 30, "nothing stands after a query"),
    ("CONSTRUCT { ?s ?p ?o }", 1, 23, "CONSTRUCT { to make } WHERE { to find }"),
    ("CONSTRUCT { ?s ?p ?o FILTER(?o > 1) } { ?s ?p ?o }", 1, 22, "conditions stand in WHERE"),
    # Statements
    ("SELECT * { ?s rdfs:label ?l ?s rg:age ?a }", 1, 29, "a full stop ends each statement"),
    ("SELECT * { ?s rdfs:label ?l rg:age ?a }", 1, 29, "a full stop ends each statement"),
    ("SELECT * { ?s A rg:Finding }", 1, 15, "write `a`, in small letters"),
    ("SELECT * { ?s is rg:Finding }", 1, 15, "write `a`, in small letters"),
    ("SELECT * { ?s type rg:Finding }", 1, 15, "or `rdf:type`"),
    ("SELECT * { ?s label ?l }", 1, 15, "`rdfs:label`; a variable begins"),
    ("SELECT * { ?s http://example.org/p ?o }", 1, 15, "an address stands in angle brackets"),
    ("SELECT * { ?s <http://example.org/a b> ?o }", 1, 15, "not closed or has a space in it"),
    ("SELECT * { ?s <http://example.org/a ?o }", 1, 15, "not closed or has a space in it"),
    ("SELECT * { ?s ?p 'it's' }", 1, 22, "the text ends at the quote before this"),
    ("SELECT * { ?s ?p \u2018x\u2019 }", 1, 18, "printed quotation mark"),
    ("SELECT * { ?s ?p `x` }", 1, 18, "straight quotes"),
    ('SELECT * { ?s ?p "3"^xsd:integer }', 1, 21, "^^xsd:integer"),
    ('SELECT * { ?s ?p "x" @ en }', 1, 22, "a language follows at once"),
    ('SELECT * { ?s "label" ?o }', 1, 15, "only the last of the three parts"),
    ("SELECT * { ?s ?p* ?o }", 1, 17, "a path is made of names"),
    ("SELECT * { ?s rdfs:label/b ?o }", 1, 26, "a slash inside a name"),
    ("SELECT * { ?s ?p ?o // a comment\n}", 1, 21, "a comment begins with `#`"),
    ("SELECT * { ?s ?p ?o -- a comment\n}", 1, 21, "a comment begins with `#`"),
    # Conditions and values
    ("SELECT * { ?s ?p ?o FILTER(?o > 1 AND ?o < 3) }", 1, 35, "write `&&`"),
    ("SELECT * { ?s ?p ?o FILTER(?o > 1 or ?o < 3) }", 1, 35, "write `||`"),
    ("SELECT * { ?s ?p ?o FILTER(NOT ?o > 1) }", 1, 32, "write `!` before a condition"),
    ("SELECT * { ?s ?p ?o FILTER(?o <> 1) }", 1, 31, "not equal is written `!=`"),
    ("SELECT * { ?s ?p ?o FILTER(?o => 1) }", 1, 32, "write `>=`"),
    ("SELECT * { ?s ?p ?o FILTER(?o LIKE 'a%') }", 1, 31, "CONTAINS(?text, "),
    ("SELECT * { ?s ?p ?o FILTER(?o IS NULL) }", 1, 31, "!BOUND(?x)"),
    ("SELECT * { ?s ?p ?o FILTER(?o IN 'a', 'b') }", 1, 34, "IN has brackets"),
    ("SELECT * { ?s ?p ?o FILTER(LANG(?o) = en) }", 1, 39, 'text stands in quotes: "en"'),
    ("SELECT * { ?s ?p ?o FILTER(contain(?o, 'a')) }", 1, 28, "did you mean CONTAINS?"),
    ("SELECT * { ?s ?p ?o FILTER contain(?o, 'a') }", 1, 28, "did you mean CONTAINS?"),
    ("SELECT * { ?s ?p ?o FILTER(CONTAINS ?o, 'a') }", 1, 37, "CONTAINS has brackets"),
    ("SELECT * { ?s ?p ?o FILTER regex(?o, 'a' }", 1, 42, "`(` is not closed before it"),
    ("SELECT * { ?s ?p ?o BIND(?x = ?o + 1) }", 1, 37, "BIND has the value first"),
    ("SELECT * { ?s ?p ?o BIND(?o + 1) }", 1, 32, "BIND has the value first"),
    ("SELECT * { ?s ?p ?o BIND ?o + 1 AS ?x }", 1, 26, "BIND has brackets"),
    ("SELECT * { ?s ?p ?o IF(?o > 1, 2, 3) }", 1, 21, "BIND(IF(...) AS ?x)"),
    ("SELECT * { VALUES (?x) { 1 2 } }", 1, 26, "each row has them too"),
    ("SELECT * { VALUES ?x { 1, 2 } }", 1, 25, "no commas between values"),
    ("SELECT * { VALUES ?x (1 2) }", 1, 22, "values stand in braces"),
    ("VALUES ?x { 1 } SELECT * { ?x ?p ?o }", 1, 1, "VALUES stands inside the braces"),
    # Groups
    ("SELECT * { ?s ?p ?o OPTIONAL ?s ?q ?r }", 1, 30, "OPTIONAL { ... }"),
    ("SELECT * { ?s ?p ?o FILTER EXISTS ?s }", 1, 35, "EXISTS { ... }"),
    ("SELECT * { ?s ?p ?o UNION { ?s ?q ?r } }", 1, 21, "{ ... } UNION { ... }"),
    ("SELECT * { ?s ?p ?o } UNION { ?s ?q ?r }", 1, 23, "{ ... } UNION { ... }"),
    ("SELECT * { ?s ?p ?o NOT EXISTS { ?s ?q 1 } }", 1, 21, "FILTER NOT EXISTS"),
    ("SELECT * { GRAPH evidence { ?s ?p ?o } }", 1, 18, "graph:evidence"),
    ("SELECT * WHERE ( ?s ?p ?o )", 1, 16, "a pattern stands in braces"),
    ("SELECT * { SELECT ?s { ?s ?p ?o } ?s ?q ?r }", 1, 35, "braces of its own"),
    ("SELECT * FROM { ?s ?p ?o }", 1, 15, "expected a name"),
    # Grouping and order
    ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 1, 8, "`?s` is a variable that is unbound"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 8, "`*` cannot be grouped"),
    ("SELECT ?s { ?s ?p ?o FILTER(COUNT(?o) > 1) }", 1, 29, "write HAVING(...)"),
    ("SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING COUNT(?o) > 1", 1, 53, "HAVING(COUNT(?x) > 1)"),
    ("SELECT ?s { ?s ?p ?o } HAVING (?s > 1) GROUP BY ?s", 1, 40, "GROUP BY stands before HAVING"),
    ("SELECT ?s { ?s ?p ?o } LIMIT 5 GROUP BY ?s", 1, 32, "GROUP BY stands before"),
    ("SELECT * { ?s ?p ?o } ORDER BY DESC ?s", 1, 37, "write DESC(?s)"),
    ("SELECT * { ?s ?p ?o } ORDER BY ?s DESC", 1, 39, "write DESC(?x)"),
    ("SELECT * { ?s ?p ?o } ORDER BY ?s, ?p", 1, 34, "no commas between"),
    ("SELECT * { ?s ?p ?o } LIMIT 10, 20", 1, 31, "write LIMIT 20 OFFSET 10"),
    ("SELECT * { ?s ?p ?o } LIMIT -1", 1, 29, "a whole number follows"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), BROKEN, ids=[each[0][:40] for each in BROKEN])
def test_the_place_and_the_words(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run(Dataset(), text)
    error = caught.value
    assert words in str(error)
    assert (error.line, error.column) == (line, column)
    assert "\\u{" not in str(error)
    if text.strip():
        lines = str(error).splitlines()
        assert lines[2].strip() == "^", "every message shows the place"
        assert lines[2].index("^") - 2 == error.caret - 1


def test_the_caret_stands_under_the_mistake() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run(Dataset(), "SELECT *\nWHERE {\n\t?s ?p , }")
    lines = str(caught.value).splitlines()
    assert lines[1][lines[2].index("^")] == ","


def test_the_caret_stands_under_the_mistake_of_a_long_line() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run(Dataset(), "SELECT * { " + "?s ?p ?o . " * 300 + "?s ?p , }" + " " * 300)
    lines = str(caught.value).splitlines()
    assert caught.value.column == 3318
    assert len(lines[1]) < 130
    assert lines[1][lines[2].index("^")] == ","


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT ?s ?none { ?s ?p ?o }", ["?none"]),
        ("SELECT DISTINCT ?s $nne WHERE { ?s ?none ?none }", ["$nne"]),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s", []),
        ("SELECT ?s (1 AS ?one) { ?s ?p ?o }", []),
        ("SELECT * { ?s ?p ?o }", []),
        ("SELECT ?s { { SELECT ?s ?x { ?s ?p ?o } } }", []),
        ("SELECT ?s { # ?none\n ?s ?p '?none' }", []),
        ("SELECT ?x { # ?x\n ?s ?p '?x' }", []),
        ("ASK { ?s ?p ?o }", []),
        ("CONSTRUCT { ?s ?p ?o } { SELECT ?s ?p ?o { ?s ?p ?o } }", []),
        ("", []),
    ],
)
def test_a_column_that_stays_empty_is_spoken_of(text: str, names: list[str]) -> None:
    assert [each.name for each in unfilled(text)] == names


def test_prefixes_of_the_project_need_no_declaration_and_can_be_declared_otherwise() -> None:
    assert not run(Dataset(), "ASK { ?s rg:relation relation:buffers ; a skos:Concept }")
    assert not run(Dataset(), "PREFIX rg: <http://example.org/> ASK { ?s rg:x ?o }")
