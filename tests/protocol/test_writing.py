"""A store that can be written to: who may, what each form answers, and that what was acknowledged stays."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import RdfFormat, parse

from .conftest import Client, Reply, Server, start

TOKEN = "a token for tests"
FORM, UPDATE, TURTLE = "application/x-www-form-urlencoded", "application/sparql-update", "text/turtle"
DEADLINE = 1.5
G = "http://example.org/g"
ENDLESS = """
    INSERT { <a:counted> <a:is> ?n } WHERE {
      SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }
    }"""


def serve(store: Path, *more: str, **environment: str) -> Server:
    settings = {"RESGRAPH_TOKEN": TOKEN, "RESGRAPH_EVALUATORS": "3", "RESGRAPH_UPLOAD_BYTES": "500000"}
    return start("--writable", "--store", str(store), *more, **(settings | environment))


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    running = serve(tmp_path_factory.mktemp("store") / "new", "--deadline", str(DEADLINE))
    try:
        yield running.client
    finally:
        running.stop()
        running.process.communicate()


@pytest.fixture
def store(writable: Client) -> Client:
    """The store, emptied."""
    assert update(writable, "DROP ALL").status == 204
    return writable


def send(
    client: Client,
    path: str,
    method: str,
    body: bytes | None = None,
    kind: str | None = None,
    token: str = TOKEN,
) -> Reply:
    headers = {"Authorization": f"Bearer {token}"} | ({"Content_Type": kind} if kind else {})
    return client.ask(path, method, body, **headers)


def update(client: Client, text: str, address: str = "/update") -> Reply:
    return send(client, address, "POST", text.encode(), UPDATE)


def put(
    client: Client, text: str, which: str = f"graph={G}", kind: str = TURTLE, method: str = "PUT"
) -> Reply:
    return send(client, f"/graph-store?{which}", method, text.encode(), kind)


def says(client: Client, pattern: str) -> bool:
    reply = client.query(f"ASK {{ {pattern} }}", "application/json")
    assert reply.status == 200, reply.text
    return reply.json()["boolean"] is True


WRITES = [
    ("/update", "POST", b"DROP ALL", UPDATE),
    ("/update", "POST", b"update=DROP+ALL", FORM),
    ("/graph-store?default", "PUT", b"", TURTLE),
    ("/graph-store?default", "POST", b"", TURTLE),
    ("/graph-store?default", "DELETE", None, None),
    (f"/graph-store?graph={G}", "PUT", b"", TURTLE),
    (f"/graph-store?graph={G}", "DELETE", None, None),
    ("/graph-store", "POST", b"", TURTLE),
    ("/graph-store/x.ttl", "PUT", b"", TURTLE),
    ("/graph-store/x.ttl", "DELETE", None, None),
]


@pytest.mark.parametrize(("path", "method", "body", "kind"), WRITES)
@pytest.mark.parametrize("given", [None, "Bearer wrong", "Bearer ", "Basic YTpi", f"bearer {TOKEN}x"])
def test_nothing_is_written_without_the_token(
    store: Client, path: str, method: str, body: bytes | None, kind: str | None, given: str | None
) -> None:
    update(store, "INSERT DATA { <a:a> <a:b> <a:c> }")
    headers = ({"Content_Type": kind} if kind else {}) | ({"Authorization": given} if given else {})
    reply = store.ask(path, method, body, **headers)
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert says(store, "<a:a> <a:b> <a:c>")


@pytest.mark.parametrize(("path", "method", "body", "kind"), WRITES)
def test_a_release_cannot_be_written(
    client: Client, path: str, method: str, body: bytes | None, kind: str | None
) -> None:
    assert send(client, path, method, body, kind).status == 403


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--writable", "--store", "DIR"], {}, "there is no token"),
        (["--writable", "--store", "DIR"], {"RESGRAPH_TOKEN": " "}, "there is no token"),
        (["--writable"], {"RESGRAPH_TOKEN": "t"}, "go together"),
        (["--store", "DIR"], {"RESGRAPH_TOKEN": "t"}, "go together"),
        (["--default-graph", "union"], {}, "for a store"),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], words: str
) -> None:
    given = [str(tmp_path / "new") if each == "DIR" else each for each in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "resgraph", "serve", *given, "--port", "0"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=30,
    )
    assert done.returncode == 2
    assert words in done.stderr


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"INSERT DATA { <a:a> <a:b> 'x' }", UPDATE),
        (b"INSERT DATA { <a:a> <a:b> 'x' } ;", UPDATE + "; charset=utf-8"),
        (b"INSERT DATA { <a:a> <a:b> 'x' } # end", UPDATE),
        (urlencode({"update": "INSERT DATA { <a:a> <a:b> 'x' }"}).encode(), FORM),
    ],
)
def test_an_update(store: Client, body: bytes, kind: str) -> None:
    reply = send(store, "/update", "POST", body, kind)
    assert (reply.status, reply.body) == (204, b"")
    assert says(store, "<a:a> <a:b> 'x'")


def test_an_update_knows_the_prefixes_and_the_address(store: Client) -> None:
    assert update(store, "INSERT DATA { factor:bereavement rdfs:seeAlso <there> }").status == 204
    assert store.rows("SELECT ?o { ?s ?p ?o }")[0]["o"].endswith("/there")


@pytest.mark.parametrize("nothing", ["", "PREFIX a: <a:>", "# nothing"])
def test_an_update_of_nothing(store: Client, nothing: str) -> None:
    assert update(store, nothing).status == 204


@pytest.mark.parametrize(
    ("path", "method", "body", "kind", "status"),
    [
        ("/update", "POST", b"INSERT DATA { nothing }", UPDATE, 400),
        ("/update", "POST", b"\xff", UPDATE, 400),
        ("/update", "POST", b"DROP ALL", "text/plain", 415),
        ("/update", "POST", b"DROP ALL", None, 415),
        ("/update", "POST", b"ASK {}", "application/sparql-query", 415),
        ("/update", "POST", b"query=ASK+%7B%7D", FORM, 400),
        ("/update", "POST", b"update=DROP+ALL&update=DROP+ALL", FORM, 400),
        ("/update?update=DROP+ALL", "POST", b"", FORM, 400),
        ("/update?update=DROP+ALL", "GET", None, None, 405),
        ("/update", "POST", b"LOAD <http://127.0.0.1:9/>", UPDATE, 400),
        ("/update", "POST", b"LOAD SILENT <file:///etc/passwd>", UPDATE, 400),
        ("/update", "POST", b"PREFIX e: <a:> LOADe:a", UPDATE, 400),
        (
            "/update",
            "POST",
            b"INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            UPDATE,
            400,
        ),
        ("/update", "POST", b"DELETE WHERE {" + b"{" * 10000 + b"}" * 10001, UPDATE, 400),
        ("/update", "POST", b"CREATE GRAPH <a:g> ; CREATE GRAPH <a:g>", UPDATE, 400),
        ("/update", "POST", b"x" * 1_700_000, UPDATE, 413),
        (
            f"/update?using-graph-uri={G}",
            "POST",
            b"WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            UPDATE,
            400,
        ),
        ("/graph-store", "PUT", b"", TURTLE, 400),
        ("/graph-store", "DELETE", None, None, 400),
        ("/graph-store?graph=relative", "PUT", b"", TURTLE, 400),
        ("/graph-store?default", "PUT", b"<a:a> <a:b>", TURTLE, 400),
        ("/graph-store?default", "PUT", b"\xff", TURTLE, 400),
        ("/graph-store?default", "PUT", b"<a:a> <a:b> 1 .", "text/csv", 415),
        ("/graph-store?default", "PUT", b"<a:a> <a:b> 1 .", None, 415),
        ("/graph-store?default", "PUT", b"<a:g> { <a:a> <a:b> 1 }", "application/trig", 400),
        ("/graph-store?default", "PATCH", b"", TURTLE, 405),
        (f"/graph-store?graph={G}", "DELETE", None, None, 404),
    ],
)
def test_writes_that_are_refused(
    store: Client, path: str, method: str, body: bytes | None, kind: str | None, status: int
) -> None:
    update(store, "INSERT DATA { <a:a> <a:b> <a:c> }")
    reply = send(store, path, method, body, kind)
    assert (reply.status, reply.kind) == (status, "application/problem+json"), reply.text
    assert reply.json()["detail"]
    assert says(store, "<a:a> <a:b> <a:c>")
    assert store.rows("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") == [
        {"n": "1"}
    ]


def test_nothing_half(store: Client) -> None:
    text = "INSERT DATA { <a:half> <a:b> 1 } ; CREATE GRAPH <a:g> ; CREATE GRAPH <a:g>"
    assert update(store, text).status == 400
    assert not says(store, "<a:half> ?p ?o")


def test_the_graphs_of_an_update(store: Client) -> None:
    update(store, f"INSERT DATA {{ <a:a> <a:in> <a:default> GRAPH <{G}> {{ <a:a> <a:in> <{G}> }} }}")
    copy = "INSERT { <a:copied> <a:from> ?o } WHERE { <a:a> <a:in> ?o }"
    assert update(store, copy, f"/update?using-graph-uri={quote(G)}").status == 204
    assert [row["o"] for row in store.rows("SELECT ?o { <a:copied> ?p ?o }")] == [G]
    named = "INSERT { <a:named> <a:from> ?o } WHERE { GRAPH ?g { <a:a> <a:in> ?o } }"
    assert update(store, named, f"/update?using-named-graph-uri={quote(G)}").status == 204
    assert says(store, f"<a:named> <a:from> <{G}>")


def test_a_graph_from_birth_to_death(store: Client) -> None:
    address = f"/graph-store?graph={G}"
    assert put(store, "<a:a> <a:b> 1 .").status == 201
    assert put(store, "<a:a> <a:b> 2 .").status == 204
    assert put(store, "<a:a> <a:b> 3 .", method="POST").status == 204
    values = {quad.object.value for quad in parse(store.ask(address).body, format=RdfFormat.TURTLE)}
    assert values == {"2", "3"}
    assert store.ask(address, "HEAD").status == 200
    assert send(store, address, "DELETE").status == 204
    assert store.ask(address).status == store.ask(address, "HEAD").status == 404
    assert send(store, address, "DELETE").status == 404


def test_an_empty_graph_is_a_graph(store: Client) -> None:
    assert put(store, "").status == 201
    assert store.ask(f"/graph-store?graph={G}").status == 200
    assert put(store, "").status == 204


def test_the_default_graph_is_always_there(store: Client) -> None:
    assert put(store, "<a:a> <a:b> 1 .", "default").status == 204
    assert says(store, "<a:a> <a:b> 1")
    assert send(store, "/graph-store?default", "DELETE").status == 204
    assert store.ask("/graph-store?default").status == 200
    assert not says(store, "<a:a> <a:b> 1")


def test_a_graph_by_its_own_address_and_one_without_a_name(store: Client) -> None:
    assert send(store, "/graph-store/person/1.ttl", "PUT", b"<> <a:b> 1 .", TURTLE).status == 201
    address = f"http://{store.host}:{store.port}/graph-store/person/1.ttl"
    assert says(store, f"GRAPH <{address}> {{ <{address}> <a:b> 1 }}")
    assert (
        store.ask("/graph-store?graph=" + quote(address)).body == store.ask("/graph-store/person/1.ttl").body
    )
    reply = send(store, "/graph-store", "POST", b"<a:a> <a:b> 1 .", TURTLE)
    assert reply.status == 201
    assert store.ask("/graph-store?graph=" + quote(reply.headers["location"])).status == 200


def test_the_parts_of_a_form_join_a_graph(store: Client) -> None:
    part = "--x\r\nContent-Disposition: form-data; name=f; filename=f.ttl\r\nContent-Type: {}\r\n\r\n{}\r\n"
    parts = [(TURTLE, "_:b <a:b> 1 ."), ("application/n-triples", "_:b <a:b> <a:c> .")]
    body = "".join(part.format(*each) for each in parts) + "--x--\r\n"
    assert put(store, body, kind="multipart/form-data; boundary=x", method="POST").status == 201
    assert store.rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ GRAPH <{G}> {{ ?s ?p ?o }} }}") == [{"n": "2"}]


XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TURTLE, "<http://example.org/a> <http://example.org/b> 'LOAD SERVICE' ."),
        ("application/n-triples", '<http://example.org/a> <http://example.org/b> "LOAD SERVICE" .'),
        ("application/trig", "<http://example.org/a> <http://example.org/b> 'LOAD SERVICE' ."),
        ("application/n-quads", '<http://example.org/a> <http://example.org/b> "LOAD SERVICE" .'),
        (
            "application/rdf+xml",
            f'{XML}<rdf:Description rdf:about="http://example.org/a"><e:b>LOAD SERVICE</e:b>'
            "</rdf:Description></rdf:RDF>",
        ),
        ("application/ld+json", '{"@id": "http://example.org/a", "http://example.org/b": "LOAD SERVICE"}'),
    ],
)
def test_a_graph_in_every_format(store: Client, kind: str, text: str) -> None:
    reply = put(store, text, kind=kind)
    assert reply.status == 201, reply.text
    assert says(store, f"GRAPH <{G}> {{ <http://example.org/a> <http://example.org/b> 'LOAD SERVICE' }}")


def test_json_ld_may_name_the_published_context(store: Client) -> None:
    document = {
        "@context": "https://w3id.org/resgraph/ns/context.jsonld",
        "id": "intervention:friends",
        "aimsToBuild": "factor:coping-skills",
    }
    assert put(store, json.dumps(document), kind="application/ld+json").status == 201
    assert says(store, f"GRAPH <{G}> {{ intervention:friends rg:aimsToBuild factor:coping-skills }}")
    assert (
        put(store, '{"@context": "http://127.0.0.1:9/c", "a": 1}', kind="application/ld+json").status == 400
    )


BILLION = "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" + XML + "</rdf:RDF>"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TURTLE, "<a:a> <a:b> " + "[ <a:b> " * 10000 + "1" + "]" * 10000 + " ."),
        (TURTLE, "<a:a> <a:b> " + "(" * 10000 + ")" * 10000 + " ."),
        (TURTLE, "<a:a> <a:b> " + "[ ?p " * 500),
        ("application/ld+json", '{"@id":"a:a","a:b":' * 10000 + "1" + "}" * 10000),
        ("application/ld+json", "[" * 50000),
        ("application/rdf+xml", XML + "<e:a><e:b>" * 10000),
        ("application/rdf+xml", BILLION),
    ],
)
def test_what_would_harm_a_parser(store: Client, kind: str, text: str) -> None:
    assert put(store, text, kind=kind).status == 400
    assert says(store, "")


def test_a_late_update_leaves_no_trace(store: Client) -> None:
    update(store, "INSERT DATA {" + "".join(f"<a:{n}> <a:b> {n} ." for n in range(300)) + "}")
    replies: list[Reply] = []
    text = "INSERT DATA { <a:trace> <a:b> 1 } ;" + ENDLESS
    late = threading.Thread(target=lambda: replies.append(update(store, text)))
    began = time.monotonic()
    late.start()
    time.sleep(0.3)
    asked = time.monotonic()
    assert says(store, "<a:1> <a:b> 1")
    assert time.monotonic() - asked < 0.7
    late.join()
    assert time.monotonic() - began < DEADLINE + 1
    assert [(reply.status, "nothing is changed" in reply.text) for reply in replies] == [(504, True)]
    assert not says(store, "<a:trace> ?p ?o")
    assert update(store, "INSERT DATA { <a:after> <a:b> 1 }").status == 204
    assert says(store, "<a:after> <a:b> 1")


def test_the_client_may_ask_for_less_time(store: Client) -> None:
    update(store, "INSERT DATA {" + "".join(f"<a:{n}> <a:b> {n} ." for n in range(300)) + "}")
    began = time.monotonic()
    assert update(store, ENDLESS, "/update?timeout=0.2").status == 504
    assert time.monotonic() - began < 1


def test_the_description_of_a_store(store: Client) -> None:
    put(store, "<a:a> <a:b> 1 .")
    text = store.ask("/sparql", Accept=TURTLE).text
    assert "A graph of its own" in text
    assert "../update" in text
    assert G in text


@pytest.mark.parametrize(("kind", "counts"), [("strict", ("1", "2", "2")), ("union", ("2", "2", "2"))])
def test_the_default_graph(tmp_path: Path, kind: str, counts: tuple[str, ...]) -> None:
    running = serve(tmp_path / "store", "--default-graph", kind)
    try:
        client = running.client
        same = "<a:a> <a:b> 1"
        text = f"INSERT DATA {{ {same} GRAPH <a:g> {{ {same} . <a:a> <a:b> 2 }} GRAPH <a:h> {{ {same} }} }}"
        assert update(client, text).status == 204
        count = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
        asked = ["", "FROM <a:g>", "FROM <a:g> FROM <a:h>"]
        assert tuple(client.rows(count % each)[0]["n"] for each in asked) == counts
        assert client.rows(count % "FROM <a:unknown>") == [{"n": "0"}]
        assert client.rows("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == [{"n": "3"}]
        # An update means the default graph itself, whatever a query sees; and the service says so.
        assert update(client, "INSERT { GRAPH <a:met> { ?s ?p ?o } } WHERE { ?s ?p ?o }").status == 204
        assert client.rows("SELECT ?o FROM <a:met> { ?s ?p ?o }") == [{"o": "1"}]
        assert (
            "WHERE sees what is stated in the default graph itself"
            in client.ask("/sparql", Accept=TURTLE).text
        )
    finally:
        running.stop()
        running.process.communicate()


def test_one_writer_only(tmp_path: Path) -> None:
    running = serve(tmp_path / "store")
    try:
        arguments = ["serve", "--writable", "--store", str(tmp_path / "store"), "--port", "0"]
        done = subprocess.run(
            [sys.executable, "-m", "resgraph", *arguments],
            capture_output=True,
            text=True,
            env={"RESGRAPH_TOKEN": "t"},
            timeout=30,
        )
        assert done.returncode == 2
        assert "in use by another process" in done.stderr
        assert update(running.client, "INSERT DATA { <a:a> <a:b> 1 }").status == 204
        assert says(running.client, "<a:a> <a:b> 1")
    finally:
        running.stop()
        running.process.communicate()


ROUNDS = 30


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Each update writes three statements: all of them are there afterwards, or none."""
    chance = random.Random(20261122)
    acknowledged: set[int] = set()
    sent = 0
    for _ in range(ROUNDS):
        running = serve(tmp_path / "store", RESGRAPH_EVALUATORS="1")
        killer = threading.Timer(chance.uniform(0.01, 0.25), running.process.kill)
        killer.start()
        try:
            while True:
                number, sent = sent, sent + 1
                parts = " ".join(f"<a:{number}> <a:part> {part} ." for part in range(3))
                if update(running.client, f"INSERT DATA {{ {parts} }}").status == 204:
                    acknowledged.add(number)
        except OSError:
            pass
        killer.join()
        running.process.communicate()
        assert running.process.returncode == -signal.SIGKILL
    running = serve(tmp_path / "store")
    try:
        rows = running.client.rows("SELECT ?s (COUNT(*) AS ?n) { ?s <a:part> ?o } GROUP BY ?s")
        kept = {int(row["s"].removeprefix("a:")): row["n"] for row in rows}
        assert set(kept.values()) == {"3"}
        assert acknowledged <= set(kept)
        assert len(kept) - len(acknowledged) <= ROUNDS
        assert len(acknowledged) > ROUNDS
    finally:
        running.stop()
        running.process.communicate()
