"""The same graph over the network: real services answer as the release does here, and bad ones are named."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from benchmarks import rivals
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

import resgraph
from resgraph.cli import group
from resgraph.errors import DeadlineError, QueryError, RefusedQueryError, TooLargeError, UsageError
from resgraph.graph import Graph
from resgraph.remote import Service
from resgraph.store import INFERRED
from resgraph.vocab import LABEL
from resgraph.vocab import graph as graph_name

QUESTIONS = {
    "rows": """SELECT ?name ?answer { ?p rg:subject ?programme ; rg:object outcome:anxiety-symptoms ;
        rg:overallAnswer ?answer . ?programme rdfs:label ?name } ORDER BY ?name ?answer""",
    "numbers": "SELECT ?f ?n { ?f rg:subject intervention:kiva ; rg:participants ?n } ORDER BY ?f ?n",
    "graphs": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { intervention:kiva ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "a path": "SELECT DISTINCT ?o { intervention:kiva (rg:reduces|rg:raisesRiskOf)+ ?o } ORDER BY ?o",
    "yes": "ASK { intervention:kiva rg:reduces ?what }",
    "a graph": "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a rg:Intervention ; rdfs:label ?l }",
}


@pytest.fixture(scope="module")
def files(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The release with its default graph written out, and what a plain query sees, as triples."""
    place = tmp_path_factory.mktemp("data")
    plain = {quad.triple for quad in graph.dataset.quads() if quad.graph_name != INFERRED}
    quads, triples = place / "all.nq", place / "plain.nt"
    default = [Quad(t.subject, t.predicate, t.object) for t in plain]
    quads.write_bytes(serialize([*default, *graph.dataset.quads()], format=RdfFormat.N_QUADS) or b"")
    triples.write_bytes(serialize(plain, format=RdfFormat.N_TRIPLES) or b"")
    return quads, triples


@pytest.fixture(scope="module")
def oxigraph(files: tuple[Path, Path]) -> Iterator[Graph]:
    with rivals.oxigraph(files[0]) as server:
        yield resgraph.open(f"sparql+{server.address}")


@pytest.fixture(scope="module")
def ours(server: str) -> Graph:
    return resgraph.open(f"sparql+{server}/sparql")


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("service", ["oxigraph", "ours"])
def test_a_service_answers_as_the_release_does_here(
    graph: Graph, service: str, name: str, request: pytest.FixtureRequest
) -> None:
    there = request.getfixturevalue(service).query(QUESTIONS[name])
    here = graph.query(QUESTIONS[name])
    assert (there.kind, there.variables, bool(there)) == (here.kind, here.variables, bool(here))
    assert there.to_dicts() == here.to_dicts()
    assert len(here) > 1 or here.kind == "boolean"


@pytest.mark.parametrize("service", ["oxigraph", "ours"])
def test_the_whole_library_works_over_a_service(
    graph: Graph, service: str, request: pytest.FixtureRequest
) -> None:
    there = request.getfixturevalue(service)
    kiva = there.intervention("kiva")
    assert (kiva.label, kiva.describe()) == (
        graph.intervention("kiva").label,
        graph.intervention("kiva").describe(),
    )
    with pytest.raises(resgraph.errors.UnknownThingError, match="kivaa"):
        there.intervention("kivaa")
    for only in ("evidenced", "all"):
        found = there.paths("kiva", "depressive-symptoms", only=only)
        assert list(map(str, found)) == list(map(str, graph.paths("kiva", "depressive-symptoms", only=only)))
    assert list(map(repr, there.neighbours("kiva"))) == list(map(repr, graph.neighbours("kiva")))
    asked = "SELECT ?l { ?thing rdfs:label ?l } ORDER BY ?l"
    things = [there.factor("poverty"), there.factor("bereavement")]
    assert there.query(asked, thing=things).to_dicts() == graph.query(asked, thing=things).to_dicts()
    assert not there.query("SELECT ?t { ?t rdfs:label ?l }", l='" } # no way out')


@pytest.mark.parametrize("service", ["oxigraph", "ours"])
def test_inferred_statements_join_when_asked(
    graph: Graph, service: str, request: pytest.FixtureRequest
) -> None:
    there = request.getfixturevalue(service)
    asked = "SELECT DISTINCT ?g { ?g a rg:DoubleBurdenedGroup } ORDER BY ?g"
    assert there.query(asked, inferred=True).to_dicts() == graph.query(asked, inferred=True).to_dicts() != []
    assert not there.query(asked)


def test_a_service_is_a_dataset_like_any_other(oxigraph: Graph, graph: Graph) -> None:
    there, here = oxigraph.dataset, graph.dataset
    assert there.graphs == here.graphs
    assert len(there) == len(here)
    assert there.has_graph(INFERRED)
    assert not there.has_graph(graph_name("none"))
    kiva = NamedNode(graph.intervention("kiva").iri)
    assert set(there.about(kiva)) == set(here.about(kiva))
    assert set(there.leading_to(kiva)) == set(here.leading_to(kiva))
    name = graph_name("intended")
    assert set(there.quads(name)) == set(here.quads(name))


def test_virtuoso_answers_the_same(
    graph: Graph, files: tuple[Path, Path], need: Callable[..., None], tmp_path: Path
) -> None:
    need("virtuoso-t")
    with rivals.virtuoso(files[1], tmp_path) as server:
        there = resgraph.open(f"sparql+{server.address}")
        assert not there.query("ASK { intervention:kiva rg:reduces outcome:attendance }")
        for name in ("rows", "yes", "a path"):
            assert there.query(QUESTIONS[name]).to_dicts() == graph.query(QUESTIONS[name]).to_dicts()
        assert len(there.query(QUESTIONS["a graph"])) == len(graph.query(QUESTIONS["a graph"]))
        assert there.intervention("kiva").label == graph.intervention("kiva").label
        with pytest.raises(RefusedQueryError, match="400"):
            there.query("SELECT ?s { ?s ?p ?o FILTER(nonsense:function(?s)) ")


class Bad(BaseHTTPRequestHandler):
    """A service that misbehaves in the way its path says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        json, html = "application/sparql-results+json", "text/html"
        answers = {
            "/html": (200, html, b"<html><head><title>no</title></head><body>Welcome</body></html>"),
            "/wrong": (400, html, b"<html><style>x</style><body>Syntax error:<b> line 1</b></body></html>"),
            "/broken": (200, json, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri"'),
            "/large": (200, json, b" " * 3_000_000),
            "/error": (503, "text/plain", b""),
            "/moved": (302, html, b""),
            "/typed": (
                200,
                json,
                b'{"head":{"link":[],"vars":["n"]},"results":{"distinct":false,"bindings":[{"n":{"type":'
                b'"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"7"}}]}}',
            ),
        }
        if self.path == "/slow":
            time.sleep(1)
        code, kind, body = answers.get(self.path, (200, json, b""))
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "http://elsewhere.example/sparql")
        self.send_header("Content-Length", str(len(body) + (100 if self.path == "/short" else 0)))
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked has given up
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def bad() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bad)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/html", QueryError, "this is no SPARQL service: it answers with text/html"),
        ("/wrong", RefusedQueryError, "answers 400 .*: Syntax error: line 1"),
        ("/broken", QueryError, "cannot be read as application/sparql-results"),
        ("/short", QueryError, "broke off"),
        ("/large", TooLargeError, "more than 1,000,000 bytes"),
        ("/error", QueryError, "answers 503"),
        ("/moved", QueryError, "moved to http://elsewhere.example/sparql"),
        ("/slow", DeadlineError, "did not answer within 0.3 seconds"),
    ],
)
def test_what_is_wrong_with_a_service_is_said(
    bad: str, path: str, error: type[QueryError], words: str
) -> None:
    service = Service(bad + path, timeout=0.3, most=1_000_000)
    with pytest.raises(error, match=words):
        service.query("SELECT ?s { ?s ?p ?o }")


def test_old_words_of_the_json_format_are_read(bad: str) -> None:
    assert resgraph.open(f"sparql+{bad}/typed").query("SELECT ?n {}").to_dicts() == [{"n": 7}]


@pytest.mark.parametrize(
    "address", ["sparql+ftp://host/x", "sparql+http://", "sparql+file:///etc", "sparql+http://me:pw@host/"]
)
def test_what_is_no_address_of_a_service_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="not the address of a service"):
        resgraph.open(address)


def test_a_query_string_goes_with_every_request(server: str) -> None:
    there = resgraph.open(f"sparql+{server}/sparql?inferred=true")
    assert there.query("ASK { ?g a rg:DoubleBurdenedGroup }")


def test_the_command_asks_a_service(server: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    asked = "SELECT ?name { intervention:kiva rdfs:label ?name }"
    arguments = [asked, "--from", f"sparql+{server}/sparql", "--format", "csv"]
    group.main(args=["query", *arguments], standalone_mode=False)
    assert capsysbinary.readouterr().out == b"name\r\nKiVa antibullying programme\n"
    with pytest.raises(UsageError, match="two places"):
        group.main(args=["query", *arguments, "--data", str(Path(__file__))], standalone_mode=False)


def test_labels_work_where_the_service_merges_its_graphs(ours: Graph) -> None:
    assert LABEL.value in {
        quad.predicate.value for quad in ours.dataset.about(NamedNode(ours.factor("poverty").iri))
    }
