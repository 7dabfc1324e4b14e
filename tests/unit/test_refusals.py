"""What is refused before anything is evaluated, and what only looks like it."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from resgraph.errors import QueryError, RefusedQueryError
from resgraph.query import check, run
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.tokens import calls_service

A = NamedNode("http://example.org/a")
DATA = Dataset.from_quads([Quad(A, A, Literal(1), NamedNode("http://example.org/g"))])
THERE = "<http://127.0.0.1:9/>"


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ SERVICE {THERE} {{ ?s ?p ?o }} }}",
        f"ASK {{ service{THERE}{{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE SILENT {THERE} {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE # why not\n {THERE} {{ ?s ?p ?o }} }}",
        "ASK { ?s ?p ?there SERVICE ?there { ?s ?p ?o } }",
        # The engine needs no space after a keyword, nor before it.
        f"ASK {{ SERVICESILENT{THERE}{{ ?s ?p ?o }} }}",
        f"ASK {{ ?s ?p 1SERVICE{THERE}{{ ?s ?p ?o }} }}",
        f"ASK {{ ?s ?p trueSERVICE{THERE}{{ ?s ?p ?o }} }}",
        "PREFIX : <http://127.0.0.1:9/> ASK { SERVICE:a { ?s ?p ?o } }",
        "PREFIX ex: <http://127.0.0.1:9/> ASK { SERVICEex:a { ?s ?p ?o } }",
        # Whether `<` opens an address depends on the grammar; both readings count.
        f'ASK {{ ?s ?p ?x FILTER(?x <?s#> """\n) SERVICE {THERE} {{ ?s ?p ?o }} #"""\n}}',
        f"ASK {{ ?s ?p ?x FILTER(?x <?s).SERVICE#>\n{THERE} {{ ?s ?p ?o }} }}",
        "ASK { ?s ?p ?k FILTER(1<?k).SERVICE?k#>\n{ ?s ?p ?o } }",
        # Strings that end sooner or later than they seem to.
        f'ASK {{ ?s ?p "\\\\" SERVICE {THERE} {{ ?s ?p "" }} }}',
        f"ASK {{ ?s ?p '' SERVICE {THERE} {{ ?s ?p '' }} }}",
        f'ASK {{ ?s ?p """"a""" SERVICE {THERE} {{ ?s ?p "" }} }}',
        f"ASK {{ ?s ?p ?o #\rSERVICE {THERE} {{ ?s ?p ?o }} }}",
    ],
)
def test_a_call_to_another_machine_is_refused(text: str) -> None:
    with pytest.raises(RefusedQueryError, match="SERVICE"):
        check(DATA, text)


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ ?s ?p 'SERVICE {THERE} {{}}' }}",
        f'ASK {{ ?s ?p """\nSERVICE {THERE} {{}}\n""" }}',
        f"ASK {{ ?s ?p ?o }} # SERVICE {THERE} {{}}",
        "ASK { ?s <http://example.org/SERVICE#service> ?o }",
        "ASK { ?s <http://www.w3.org/ns/sparql-service-description#endpoint> ?o }",
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK { ?s a sd:Service }",
        "ASK { ?service ?p $SERVICE }",
        "ASK { ?s ?p 'x'@en }",
    ],
)
def test_the_word_alone_is_not_refused(text: str) -> None:
    assert not calls_service(text)
    run(DATA, text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "PREFIX ex: <http://example.org/> DELETE WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/hostname>",
        "# SELECT\nclear all",
        "WITH <a:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_changes_are_refused(text: str) -> None:
    with pytest.raises(RefusedQueryError, match="changes data"):
        check(DATA, text)


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <file:///etc/hostname>",
        "FROM NAMED <http://127.0.0.1:9/>",
        "FROM<http://example.org/g>FROM <http://example.org/h>",
        "FROM ex:h",
        r"FROM <http://example.org/\u0068>",
    ],
)
def test_graphs_that_are_not_there_are_refused_and_those_that_are_named(clause: str) -> None:
    with pytest.raises(RefusedQueryError) as caught:
        check(DATA, f"PREFIX ex: <http://example.org/> SELECT * {clause} {{ ?s ?p ?o }}")
    assert "http://example.org/g" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("clause", "rows"),
    [
        ("", 1),
        ("FROM ex:g", 1),
        (r"FROM <http://example.org/\u0067>", 1),
        ("FROM NAMED ex:g", 0),
        ("BASE", 1),
    ],
)
def test_graphs_that_are_there_are_asked(clause: str, rows: int) -> None:
    text = f"PREFIX ex: <http://example.org/> SELECT * {clause} {{ ?s ?p ?o }}"
    if clause == "BASE":
        text = "BASE <http://example.org/> SELECT * FROM <g> { ?s ?p ?o }"
    assert len(run(DATA, text)) == rows


def test_a_word_from_in_a_string_is_no_clause() -> None:
    assert len(run(DATA, "SELECT * { ?s ?p ?o FILTER(?o != 'FROM <x>') }")) <= 1


@pytest.mark.parametrize("brackets", ["{}", "()"])
def test_depth_is_limited(brackets: str) -> None:
    left, right = brackets
    inner = "?s ?p ?o" if left == "{" else "1"
    deep = left * 200 + inner + right * 200
    text = f"ASK {deep}" if left == "{" else f"ASK {{ FILTER({deep}) }}"
    with pytest.raises(RefusedQueryError, match="64 deep"):
        check(DATA, text)


def test_brackets_in_text_are_no_depth() -> None:
    assert not run(DATA, f"ASK {{ ?s ?p '{'(' * 500}' }}")


def test_length_is_limited() -> None:
    with pytest.raises(RefusedQueryError, match="at most 100"):
        check(DATA, "ASK {} #" + "x" * 100, settings=Settings(query_bytes=100))


def test_a_function_nobody_has_is_an_error_of_ours() -> None:
    with pytest.raises(QueryError, match="not supported"):
        run(DATA, "SELECT * { ?s ?p ?o FILTER(<http://example.org/f>(?o)) }")


def test_columns_come_in_the_order_of_the_query() -> None:
    assert run(DATA, "SELECT * { ?z ?y ?x }").variables == ("z", "y", "x")
    assert run(DATA, "SELECT DISTINCT * { ?z ?y ?x OPTIONAL { ?a ?y ?b } }").variables == tuple("zyxab")
    inner = "SELECT * { { SELECT ?x (COUNT(?hidden) AS ?n) { ?hidden ?y ?x } GROUP BY ?x } FILTER(?u = 1) }"
    assert run(DATA, inner).variables == ("x", "n")
