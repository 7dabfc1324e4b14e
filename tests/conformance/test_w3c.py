"""The W3C tests of SPARQL 1.0 and 1.1 over HTTP, on an empty store that is written to by the protocol."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable
from io import StringIO
from urllib.parse import quote, urljoin

import pytest
from pyoxigraph import Dataset, Quad, RdfFormat, parse

from protocol.conftest import Client, Reply

from .answers import GRAPHS, RESULTS, Answer, Table, canonical, read_graph, read_results
from .conftest import TOKEN
from .exceptions import BY_VALUE, EXCEPTIONS
from .manifests import BASE, Case, Exchange, cases, place

ROOT = place()
CASES = cases(ROOT) if ROOT else []
IN_CI = bool(os.environ.get("CI"))
HOW = (
    "the W3C tests are not here: git clone https://github.com/w3c/rdf-tests, "
    "then set RESGRAPH_CONFORMANCE to a directory with its sparql/sparql10 and sparql/sparql11"
)

pytestmark = pytest.mark.skipif(ROOT is None and not IN_CI, reason=HOW)


def of(*kinds: str) -> list[object]:
    """The tests of some kinds, the exceptions marked."""
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(reason=EXCEPTIONS[case.name], strict=True)]
            if case.name in EXCEPTIONS
            else [],
        )
        for case in CASES
        if case.kind in kinds
    ]


def content(address: str) -> bytes:
    assert ROOT is not None
    return (ROOT / address.removeprefix(BASE)).read_bytes()


def send(client: Client, path: str, method: str, body: bytes | None, kind: str) -> Reply:
    return client.ask(path, method, body, Authorization=f"Bearer {TOKEN}", Content_Type=kind)


def update(client: Client, text: str) -> Reply:
    return send(client, "/update", "POST", text.encode(), "application/sparql-update")


def ending(address: str) -> str:
    return address.rpartition(".")[2]


def load(client: Client, address: str, graph: str | None, method: str = "PUT") -> None:
    """Put a file into a graph, its relative names read as if it lay at its address."""
    kinds = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "nt": "application/n-triples"}
    kind, body = kinds[ending(address)], content(address)
    if ending(address) == "ttl":
        body = f"@base <{address}> .\n".encode() + body
    which = "default" if graph is None else "graph=" + quote(graph, safe="")
    reply = send(client, f"/graph-store?{which}", method, body, kind)
    assert reply.status in (201, 204), reply.text


class Loaded:
    """What the store holds, so that the next test need not load the same again."""

    data: tuple[object, ...] | None = None


def prepare(client: Client, data: Iterable[str], graphs: Iterable[tuple[str, str]]) -> None:
    wanted = (tuple(data), tuple(sorted(set(graphs))))
    if wanted == Loaded.data:
        return
    Loaded.data = None
    assert update(client, "DROP ALL").status == 204
    for address in wanted[0]:
        load(client, address, None, "POST")
    for name, address in wanted[1]:
        load(client, address, name)
    Loaded.data = wanted


def query_text(case: Case) -> str:
    return f"BASE <{case.text}>\n{content(case.text).decode()}"


def graphs_of_query(text: str, address: str) -> list[tuple[str, str]]:
    """The graphs that a query names with FROM: files beside it."""
    names = re.findall(r"FROM\s+(?:NAMED\s+)?<([^>]*)>", text, re.IGNORECASE)
    found = [urljoin(address, name) for name in names]
    assert ROOT is not None
    return [(each, each) for each in found if (ROOT / each.removeprefix(BASE)).is_file()]


def ask(client: Client, text: str, accept: str) -> Reply:
    return client.ask(
        "/sparql", "POST", text.encode(), Content_Type="application/sparql-query", Accept=accept
    )


def problem(reply: Reply) -> str:
    """The name of the problem that an answer describes."""
    found = reply.json().get("type", "")
    return str(found).rpartition("/")[2]


def expected(case: Case) -> Answer:
    assert case.result is not None
    kind = ending(case.result)
    return (
        read_results(content(case.result), kind)
        if kind in RESULTS
        else read_graph(content(case.result), kind, case.result)
    )


@pytest.mark.parametrize("case", of("QueryEvaluationTest"))
def test_query(endpoint: Client, case: Case) -> None:
    text = query_text(case)
    prepare(endpoint, case.data, (*case.graphs, *graphs_of_query(text, case.text)))
    wanted = expected(case)
    if isinstance(wanted, Dataset):
        reply = ask(endpoint, text, "application/n-triples")
        assert reply.status == 200, reply.text
        assert canonical(parse(reply.body, format=RdfFormat.N_TRIPLES)) == wanted, reply.text
        return
    kind = ending(case.result or "")
    kind = kind if kind in RESULTS else "srj"
    reply = ask(endpoint, text, RESULTS[kind][1])
    assert reply.status == 200, reply.text
    found = read_results(reply.body, kind)
    if isinstance(wanted, Table):
        assert isinstance(found, Table)
        same = wanted.equals(found, lax=case.lax)
        if case.name in BY_VALUE:
            assert not same, "the answer is right to the letter: take it from BY_VALUE"
            wanted, found = wanted.by_value(), found.by_value()
            same = wanted.equals(found, lax=case.lax)
        assert same, f"{found}\n  is not\n{wanted}"
    else:
        assert found is wanted


@pytest.mark.parametrize("case", of("CSVResultFormatTest"))
def test_csv(endpoint: Client, case: Case) -> None:
    prepare(endpoint, case.data, case.graphs)
    reply = ask(endpoint, query_text(case), "text/csv")
    found, wanted = (
        list(csv.reader(StringIO(text))) for text in (reply.text, content(case.result or "").decode())
    )
    assert found[0] == wanted[0]
    blank = [
        [["_" if cell.startswith("_:") else cell for cell in row] for row in rows] for rows in (found, wanted)
    ]
    assert sorted(blank[0][1:]) == sorted(blank[1][1:])


@pytest.mark.parametrize("case", of("PositiveSyntaxTest", "PositiveSyntaxTest11"))
def test_query_that_is_sparql(endpoint: Client, case: Case) -> None:
    reply = ask(endpoint, query_text(case), "*/*")
    # What is well written may still fail, such as a call of a function that nobody here knows.
    assert reply.status == 200 or problem(reply) == "query-failed", reply.text


@pytest.mark.parametrize("case", of("NegativeSyntaxTest", "NegativeSyntaxTest11"))
def test_query_that_is_not_sparql(endpoint: Client, case: Case) -> None:
    if ending(case.text) == "ru":
        reply = update(endpoint, query_text(case))
    else:
        reply = ask(endpoint, query_text(case), "*/*")
    assert (reply.status, problem(reply)) == (400, "query-syntax"), reply.text


@pytest.mark.parametrize("case", of("PositiveUpdateSyntaxTest11"))
def test_update_that_is_sparql(endpoint: Client, case: Case) -> None:
    prepare(endpoint, (), ())
    Loaded.data = None
    reply = update(endpoint, query_text(case))
    # What is well written may still fail, such as a graph that is to be dropped and is not there, or be
    # refused, such as LOAD.
    assert reply.status == 204 or problem(reply) in ("query-failed", "query-refused"), reply.text


@pytest.mark.parametrize("case", of("NegativeUpdateSyntaxTest11"))
def test_update_that_is_not_sparql(endpoint: Client, case: Case) -> None:
    reply = update(endpoint, query_text(case))
    assert (reply.status, problem(reply)) == (400, "query-syntax"), reply.text


@pytest.mark.parametrize("case", of("UpdateEvaluationTest"))
def test_update(endpoint: Client, case: Case) -> None:
    prepare(endpoint, case.data, case.graphs)
    Loaded.data = None
    reply = update(endpoint, query_text(case))
    assert reply.status == 204, reply.text
    assert holding(endpoint) == canonical(
        [quad for address in case.after for quad in parsed(address)]
        + [
            Quad(*quad.triple, parse_name(name))
            for name, address in case.after_graphs
            for quad in parsed(address)
        ]
    )


def parse_name(name: str) -> object:
    return next(iter(parse(f"<{name}> <a:a> <a:a> .", format=RdfFormat.TURTLE))).subject


def parsed(address: str) -> list[Quad]:
    form = GRAPHS[ending(address)]
    return list(parse(content(address), format=form, base_iri=address, rename_blank_nodes=True))


def holding(client: Client) -> Dataset:
    """Everything that the store holds."""
    text = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    table = read_results(ask(client, text, RESULTS["srj"][1]).body, "srj")
    assert isinstance(table, Table)
    return canonical(
        Quad(row["s"], row["p"], row["o"], *([row["g"]] if "g" in row else [])) for row in table.rows
    )


STATUSES = {"OK": {200}, "Created": {201}, "NoContent": {204}, "NotFound": {404}}


def fits(status: int, names: Iterable[str]) -> bool:
    ranges = {int(name[10]) for name in names if name.startswith("StatusCode")}
    return status // 100 in ranges or any(status in STATUSES.get(name, ()) for name in names)


def exchange(client: Client, asked: Exchange, path: str, body: bytes | None) -> Reply:
    headers = {name.replace("-", "_"): value for name, value in asked.headers.items()}
    return client.ask(
        path, asked.method, body, Host="www.example", Authorization=f"Bearer {TOKEN}", **headers
    )


@pytest.mark.parametrize("case", of("ProtocolTest"))
def test_protocol(endpoint: Client, case: Case) -> None:
    prepare(endpoint, (), case.graphs)
    Loaded.data = None
    for asked in case.exchanges:
        writes = b"update" in (asked.body or b"")[:6] or "update" in asked.path.partition("?")[2][:7]
        writes |= "sparql-update" in asked.headers.get("content-type", "")
        writes |= case.name.partition("protocol/")[2] in (
            "bad_update_wrong_media_type",
            "bad_update_missing_form_type",
        )
        writes |= "using-" in asked.path
        path = asked.path.replace("/sparql/", "/update" if writes else "/sparql/", 1)
        reply = exchange(endpoint, asked, path, asked.body)
        assert fits(reply.status, asked.statuses), (reply.status, reply.text)
        if asked.boolean is not None:
            assert (b"true" in reply.body) is asked.boolean
        if asked.shape and reply.status == 200:
            assert (asked.shape == "RDF") is (reply.kind in ("text/turtle", "application/rdf+xml"))


@pytest.mark.parametrize("case", of("GraphStoreProtocolTest"))
def test_graph_store(endpoint: Client, case: Case) -> None:
    prepare(endpoint, (), ())
    Loaded.data = None
    location = ""

    def here(text: str) -> str:
        moved = text.replace("www.example/gsp", "www.example/graph-store")
        return moved.replace("%2Fgsp%2F", "%2Fgraph-store%2F").replace("$LOCATION$", location)

    for asked in case.exchanges:
        path = here(re.sub(r"^/gsp", "/graph-store", asked.path))
        body = None if asked.body is None else here(asked.body.decode()).encode()
        reply = exchange(endpoint, asked, path, body)
        assert fits(reply.status, asked.statuses), (reply.status, reply.text)
        location = reply.headers.get("location", location)
        if asked.content is not None:
            base = f"http://www.example{path}"
            found, wanted = (
                canonical(parse(text, format=RdfFormat.TURTLE, base_iri=base))
                for text in (reply.body, here(asked.content))
            )
            assert found == wanted


@pytest.mark.skipif(not CASES, reason=HOW)
@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml"])
def test_service_description(endpoint: Client, accept: str) -> None:
    """The three tests: it is RDF, it names this endpoint, and it is put together as the schema says."""
    reply = endpoint.ask("/sparql", Accept=accept)
    assert (reply.status, reply.kind) == (200, accept)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    form = RdfFormat.from_media_type(accept)
    quads = {(quad.predicate.value.removeprefix(sd), quad.object) for quad in parse(reply.body, format=form)}
    address = f"http://{endpoint.host}:{endpoint.port}/sparql"
    assert ("endpoint", parse_name(address)) in quads
    names = {name for name, _ in quads}
    assert {"supportedLanguage", "resultFormat", "defaultDataset", "defaultGraph"} <= names


def test_the_tests_are_there() -> None:
    assert ROOT is not None, HOW
    count = {kind: sum(case.kind == kind for case in CASES) for kind in {case.kind for case in CASES}}
    updates = sum(number for kind, number in count.items() if "Update" in kind)
    protocols = {"ProtocolTest", "GraphStoreProtocolTest", "ServiceDescriptionTest"}
    queries = sum(number for kind, number in count.items() if "Update" not in kind and kind not in protocols)
    assert (queries, updates, count["ProtocolTest"], count["GraphStoreProtocolTest"]) == (828, 149, 34, 13)
    unknown = set(EXCEPTIONS) - {case.name for case in CASES}
    assert not unknown
