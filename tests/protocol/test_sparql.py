"""The SPARQL 1.1 Protocol as clients use it, against a real server."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from resgraph.vocab import graph

from .conftest import COPING, FRIENDS, Client

LABELS = "SELECT ?name { ?s rdfs:label ?name } ORDER BY ?name"
AIMS = f"CONSTRUCT {{ ?s rg:aimsToBuild <{COPING}> }} {{ ?s rg:aimsToBuild <{COPING}> }}"
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
EVIDENCE, INTENDED = graph("evidence").value, graph("intended").value

RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}


@pytest.mark.parametrize("media_type", RESULTS)
def test_results_in_every_format(client: Client, media_type: str) -> None:
    reply = client.query(LABELS, media_type)
    assert (reply.status, reply.kind) == (200, media_type)
    names = [row["name"].value for row in parse_query_results(reply.body, format=RESULTS[media_type])]
    assert names == ["Coping skills", "FRIENDS <em>"]
    yes = client.query("ASK {}", media_type)
    assert bool(parse_query_results(yes.body, format=RESULTS[media_type])) is True


def test_results_as_csv(client: Client) -> None:
    reply = client.query(LABELS, "text/csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.text.split() == ["name", "Coping", "skills", "FRIENDS", "<em>"]


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("query", [AIMS, f"DESCRIBE <{FRIENDS}>"])
def test_graphs_in_every_format(client: Client, media_type: str, query: str) -> None:
    reply = client.query(query, media_type)
    assert (reply.status, reply.kind) == (200, media_type)
    assert FRIENDS in {quad.subject.value for quad in parse(reply.body, format=GRAPHS[media_type])}


def test_turtle_has_the_prefixes_of_the_project(client: Client) -> None:
    text = client.query(AIMS, "text/turtle").text
    assert "intervention:friends rg:aimsToBuild factor:coping-skills" in text
    assert text.count("@prefix") == 3


@pytest.mark.parametrize(
    ("accept", "query", "status", "kind"),
    [
        (None, LABELS, 200, "application/sparql-results+json"),
        (None, AIMS, 200, "text/turtle"),
        ("application/json", LABELS, 200, "application/json"),
        ("application/sparql-results+json;q=0, */*", LABELS, 200, "application/sparql-results+xml"),
        ("text/csv;q=0.4, text/tab-separated-values;q=0.5", LABELS, 200, "text/tab-separated-values"),
        (BROWSER, LABELS, 200, "text/html"),
        (BROWSER, AIMS, 200, "text/html"),
        ("image/png", LABELS, 406, "application/problem+json"),
        ("text/csv", AIMS, 406, "application/problem+json"),
        ("text/turtle", LABELS, 406, "application/problem+json"),
        ("text/turtle", "nonsense", 400, "application/problem+json"),
    ],
)
def test_negotiation(client: Client, accept: str | None, query: str, status: int, kind: str) -> None:
    reply = client.query(query, accept)
    assert (reply.status, reply.kind) == (status, kind)
    assert "Accept" in reply.headers["vary"]
    if status == 406:
        assert reply.json()["offered"]


@pytest.mark.parametrize(
    ("name", "query", "kind"),
    [
        ("csv", LABELS, "text/csv"),
        ("xml", LABELS, "application/sparql-results+xml"),
        ("nt", AIMS, "application/n-triples"),
        ("json", AIMS, "application/ld+json"),
        ("xml", AIMS, "application/rdf+xml"),
        ("html", LABELS, "text/html"),
    ],
)
def test_a_format_can_be_named(client: Client, name: str, query: str, kind: str) -> None:
    reply = client.query(query, "image/png", format=name)
    assert (reply.status, reply.kind) == (200, kind)


@pytest.mark.parametrize(("name", "query"), [("csv", AIMS), ("turtle", LABELS), ("pdf", LABELS)])
def test_a_format_that_does_not_fit_is_refused(client: Client, name: str, query: str) -> None:
    assert client.query(query, format=name).status == 406


@pytest.mark.parametrize("kind", [FORM, FORM + "; charset=UTF-8", FORM + ";charset=utf-8"])
def test_post_as_a_form(client: Client, kind: str) -> None:
    body = urlencode({"query": 'SELECT ("%41 + é" AS ?x) {}'}).encode()
    reply = client.ask("/sparql", "POST", body, Content_Type=kind)
    assert json.loads(reply.body)["results"]["bindings"][0]["x"]["value"] == "%41 + é"


@pytest.mark.parametrize("kind", ["application/sparql-query", "application/sparql-query; charset=utf-8"])
def test_post_as_the_query_itself(client: Client, kind: str) -> None:
    body = 'SELECT ("%41 + é" AS ?x) {}'.encode()
    reply = client.ask("/sparql", "POST", body, Content_Type=kind, Accept="text/csv")
    assert reply.text == "x\r\n%41 + é\r\n"


def test_get_decodes_once(client: Client) -> None:
    assert client.rows('SELECT ("%41 + é" AS ?x) {}') == [{"x": "%41 + é"}]


@pytest.mark.parametrize(
    ("path", "method", "body", "kind", "status"),
    [
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "GET", None, None, 400),
        ("/sparql?query=ASK%7B%7D", "POST", b"ASK {}", "application/sparql-query", 400),
        ("/sparql?query=%ff", "GET", None, None, 400),
        ("/sparql?query=", "GET", None, None, 400),
        ("/sparql", "POST", b"", FORM, 400),
        ("/sparql", "POST", b"\xff", "application/sparql-query", 400),
        ("/sparql", "POST", b"query=%ff", FORM, 400),
        ("/sparql", "POST", b"ASK {}", "text/plain", 415),
        ("/sparql", "POST", b"ASK {}", None, 415),
        ("/sparql", "POST", b"ASK {}", "application/sparql-query; charset=latin-1", 415),
        ("/sparql", "POST", b"update=CLEAR+ALL", FORM, 400),
        ("/sparql", "POST", b"CLEAR ALL", "application/sparql-update", 400),
        ("/sparql?update=CLEAR+ALL", "GET", None, None, 400),
        ("/sparql", "POST", b"x" * 100_000, "application/sparql-query", 413),
        ("/sparql?query=ASK%7B%7D&timeout=soon", "GET", None, None, 400),
        ("/sparql?query=ASK%7B%7D&inferred=perhaps", "GET", None, None, 400),
        ("/sparql?query=ASK%7B%7D", "PUT", b"", None, 405),
        ("/sparql?" + "&".join(f"x{n}=1" for n in range(300)), "GET", None, None, 400),
        ("/nowhere", "GET", None, None, 404),
    ],
)
def test_requests_that_break_the_protocol(
    client: Client, path: str, method: str, body: bytes | None, kind: str | None, status: int
) -> None:
    reply = client.ask(path, method, body, **({"Content_Type": kind} if kind else {}))
    assert (reply.status, reply.kind) == (status, "application/problem+json")
    assert reply.json()["status"] == status
    assert reply.json()["detail"]
    assert "Traceback" not in reply.text


@pytest.mark.parametrize(
    ("query", "parameters", "expected"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {}, "404"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"inferred": "true"}, "405"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"default-graph-uri": INTENDED}, "1"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"named-graph-uri": INTENDED}, "0"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": INTENDED}, "1"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {"default-graph-uri": INTENDED}, "0"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", {}, "405"),
        (f"SELECT (COUNT(*) AS ?n) FROM <{INTENDED}> {{ ?s ?p ?o }}", {}, "1"),
        # The request wins over the query.
        (f"SELECT (COUNT(*) AS ?n) FROM <{EVIDENCE}> {{ ?s ?p ?o }}", {"default-graph-uri": INTENDED}, "1"),
    ],
)
def test_which_graphs_are_asked(
    client: Client, query: str, parameters: dict[str, str], expected: str
) -> None:
    assert client.rows(query, **parameters) == [{"n": expected}]


def test_several_default_graphs(client: Client) -> None:
    path = "/sparql?" + urlencode(
        [
            ("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
            ("default-graph-uri", INTENDED),
            ("default-graph-uri", EVIDENCE),
        ]
    )
    assert b'"404"' in client.ask(path).body


def test_graphs_of_a_post_stand_in_the_address(client: Client) -> None:
    path = "/sparql?" + urlencode({"default-graph-uri": INTENDED})
    query = b"SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert b'"1"' in client.ask(path, "POST", query, Content_Type="application/sparql-query").body


def test_an_unknown_graph_is_named_with_those_that_exist(client: Client) -> None:
    reply = client.query("ASK {}", **{"default-graph-uri": "http://example.org/none"})
    assert reply.status == 400
    assert "graph:intended" in str(reply.json()["hint"])


def test_head_is_get_without_its_body(client: Client) -> None:
    path = "/sparql?query=" + quote(LABELS)
    get, head = client.ask(path), client.ask(path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_options_and_reading_from_any_page(client: Client) -> None:
    reply = client.ask("/sparql", "OPTIONS", Origin="http://example.org")
    assert reply.status == 204
    assert {"GET", "POST", "HEAD"} <= set(reply.headers["allow"].split(", "))
    assert reply.headers["access-control-allow-origin"] == "*"
    assert client.query("SELECT").headers["access-control-allow-origin"] == "*"


def test_a_mistake_has_its_place(client: Client) -> None:
    reply = client.query("SELECT *\nWHERE { ?s ?p }")
    problem = reply.json()
    assert (reply.status, problem["line"], problem["column"]) == (400, 2, 15)
    page = client.query("SELECT *\nWHERE { ?s ?p }", BROWSER)
    assert (page.status, page.kind) == (400, "text/html")
    assert "Line 2, column 15" in page.text


@pytest.mark.parametrize("media_type", GRAPHS)
def test_the_service_describes_itself(client: Client, media_type: str) -> None:
    reply = client.ask("/sparql", Accept=media_type)
    assert (reply.status, reply.kind) == (200, media_type)
    assert any(
        quad.object.value == "http://www.w3.org/ns/sparql-service-description#Service"
        for quad in parse(reply.body, format=GRAPHS[media_type])
    )


def test_the_same_question_has_the_same_answer(client: Client) -> None:
    first = client.query("SELECT * { ?s ?p ?o }", "text/csv").body
    assert all(client.query("SELECT * { ?s ?p ?o }", "text/csv").body == first for _ in range(8))


def test_an_unknown_name_is_spoken_of_although_the_answer_is_right(client: Client) -> None:
    query = f"SELECT * {{ <{FRIENDS}> rg:aimToBuild ?x }}"
    reply = client.query(query)
    assert reply.status == 200
    assert reply.headers["warning"] == (
        '299 resgraph "line 1, column 64: rg:aimToBuild is not in this data: did you mean rg:aimsToBuild?"'
    )
    assert "Warning" in reply.headers["access-control-expose-headers"]
    page = client.query(query, BROWSER).text
    assert "<code>rg:aimToBuild</code> is not in this data. Did you mean <code>rg:aimsToBuild</code>?" in page
    assert "warning" not in client.query(query.replace("aimTo", "aimsTo")).headers
    assert "warning" not in client.query("SELECT").headers


def test_a_warning_is_one_plain_line(client: Client) -> None:
    reply = client.query("ASK { ?s <https://w3id.org/resgraph/ns#é\\u0022,%0d%0aX-Evil:1> ?o }")
    assert reply.status in (200, 400)
    assert "x-evil" not in reply.headers
    if reply.status == 200:
        assert reply.headers["warning"].isascii()


def test_a_column_that_stays_empty_is_spoken_of(client: Client) -> None:
    reply = client.query("SELECT ?nmae { ?s rdfs:label ?name }")
    assert "?nmae is selected, and nothing gives it a value: did you mean ?name?" in reply.headers["warning"]


def test_the_place_is_shown_in_a_long_line_too(client: Client) -> None:
    text = "SELECT * { " + "?s ?p ?o . " * 30 + "?s ?p , }"
    problem = client.query(text).json()
    assert str(problem["excerpt"])[int(str(problem["caret"])) - 1] == ","
    page = client.query(text, BROWSER).text
    assert f"\n{' ' * (int(str(problem['caret'])) - 1)}^</pre>" in page
