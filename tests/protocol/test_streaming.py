"""Large answers: the beginning comes at once, the whole comes whole, or visibly not at all."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from .conftest import Client, Server, start

ROWS = 120_000
TRIPLES = "SELECT ?a ?b { ?a <http://example.org/n> ?x . ?b <http://example.org/n> ?y } LIMIT "
LARGE = "/sparql?query=" + quote(TRIPLES + str(ROWS))
TOO_LARGE = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
GRAPH = "/sparql?query=" + quote(
    "CONSTRUCT { ?a <x:y> ?b } WHERE { ?a <x:n> ?x . ?b <x:n> ?y } LIMIT 60000"
).replace("x%3An", quote("http://example.org/n", safe=""))


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    running = start(
        str(data),
        "--deadline",
        "10",
        RESGRAPH_EVALUATORS="4",
        RESGRAPH_RESULT_BYTES="30000000",
        RESGRAPH_CACHE_BYTES="64000000",
    )
    try:
        yield running
    finally:
        running.stop()
        running.process.communicate()


@pytest.fixture
def client(server: Server) -> Client:
    return server.client


def read(client: Client, path: str, **headers: str) -> tuple[http.client.HTTPResponse, float, bytes]:
    """The answer, the seconds until its first byte, and the whole body."""
    with contextlib.closing(http.client.HTTPConnection(client.host, client.port, timeout=30)) as connection:
        begun = time.monotonic()
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as reply:
            first = reply.read(1)
            seconds = time.monotonic() - begun
            return reply, seconds, first + reply.read()


def test_the_first_bytes_do_not_wait_for_the_last(client: Client) -> None:
    client.query("ASK {}")
    shares = []
    for number in range(4):  # other work on the machine may hold one of them up
        begun = time.monotonic()
        reply, first, body = read(client, f"{LARGE}%23{number}", Accept="application/sparql-results+json")
        shares.append(first / (time.monotonic() - begun))
        assert (reply.status, reply.getheader("Transfer-Encoding")) == (200, "chunked")
        assert len(json.loads(body)["results"]["bindings"]) == ROWS
    assert min(shares) < 1 / 4


@pytest.mark.parametrize("path", [LARGE, GRAPH])
def test_streamed_kept_compressed_and_old_clients_get_the_same(client: Client, path: str) -> None:
    kind = "text/csv" if path == LARGE else "application/n-triples"
    streamed, _, body = read(client, path, Accept=kind)
    for _ in range(9):  # each worker keeps its own
        kept, _, again = read(client, path, Accept=kind)
        if kept.getheader("Content-Length"):
            break
    zipped, _, small = read(client, path + "%20", **{"Accept": kind, "Accept-Encoding": "gzip"})
    assert (streamed.getheader("Transfer-Encoding"), streamed.getheader("Content-Length")) == (
        "chunked",
        None,
    )
    assert kept.getheader("Content-Length") == str(len(body))
    assert body == again == gzip.decompress(small)
    assert kept.getheader("ETag") == streamed.getheader("ETag") != zipped.getheader("ETag")
    with socket.create_connection((client.host, client.port)) as old:
        old.sendall(f"GET {path}%20%20 HTTP/1.0\r\nAccept: {kind}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: old.recv(1 << 16), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert content == body


def test_an_answer_over_the_cap_is_broken_off_and_never_valid_and_short(client: Client) -> None:
    with pytest.raises(http.client.IncompleteRead):
        read(client, TOO_LARGE, Accept="text/csv")
    with pytest.raises((http.client.IncompleteRead, EOFError)):
        gzip.decompress(read(client, TOO_LARGE, **{"Accept": "text/csv", "Accept-Encoding": "gzip"})[2])
    # Who could not tell a broken answer from a whole one gets an error and no part.
    with socket.create_connection((client.host, client.port)) as old:
        old.sendall(f"GET {TOO_LARGE} HTTP/1.0\r\nAccept: text/csv\r\n\r\n".encode())
        answer = b"".join(iter(lambda: old.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert b"30,000,000 bytes" in answer
    head = client.ask(TOO_LARGE, "HEAD", Accept="text/csv")
    assert (head.status, head.body) == (422, b"")


def test_a_late_answer_is_broken_off_too(client: Client) -> None:
    """The deadline ends an answer whose beginning is out: no final chunk, so no client takes it for whole."""
    path = TOO_LARGE.replace("SELECT", quote("SELECT (SHA512(STR(?a)) AS ?x)")).replace("%2A%20", "", 1)
    with pytest.raises(http.client.IncompleteRead):
        read(client, path + "&timeout=0.3", Accept="text/csv")
    assert client.query("ASK {}").status == 200


def test_a_slow_reader_holds_up_nobody(client: Client) -> None:
    """The engine does not wait for a client: what it does not take is kept for it, and it gets it whole."""
    with socket.create_connection((client.host, client.port)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        slow.sendall(f"GET {LARGE}%23slow HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
        time.sleep(1.0)
        for n in range(8):
            begun = time.monotonic()
            assert client.query(f"ASK {{}} #{n}").status == 200
            assert time.monotonic() - begun < 0.5
        reply = http.client.HTTPResponse(slow)
        reply.begin()
        assert reply.read().count(b"\n") == ROWS + 1


def test_work_stops_when_the_client_leaves(server: Server) -> None:
    endless = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    before = cpu(server)
    for _ in range(4):
        with socket.create_connection((server.client.host, server.client.port)) as leaving:
            leaving.sendall(f"GET /sparql?query={endless} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.3)
    time.sleep(0.3)
    middle = cpu(server)
    time.sleep(1.0)
    assert cpu(server) - middle < 0.3, "somebody still works for nobody"
    assert before < 1000
    assert server.client.query("ASK {}").status == 200


def cpu(server: Server) -> float:
    """Seconds of processor time that the workers alive have used."""
    from .test_safety import children

    total = 0.0
    for process in children(server.process.pid):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / 100
    return total


def test_requests_in_one_packet_and_in_many(client: Client) -> None:
    one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((client.host, client.port), timeout=10) as line:
        line.sendall(one * 3)
        got = b""
        while got.count(b'"boolean":true') < 3:
            got += line.recv(65536)
        for at in range(0, len(one), 7):
            line.sendall(one[at : at + 7])
            time.sleep(0.001)
        got = b""
        while b'"boolean":true' not in got:
            got += line.recv(65536)
        body = b"query=ASK%7B%7D"
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
        )
        assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        assert b'"boolean":true' in line.recv(65536)


@pytest.mark.parametrize(
    "request_",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n",
        b"GET /" + b"x" * 500_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-Y: " + b"z" * 60_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["words", "smuggling", "negative", "address", "header", "tls"],
)
def test_what_is_not_http_is_refused_and_the_line_ended(client: Client, request_: bytes) -> None:
    with socket.create_connection((client.host, client.port), timeout=10) as line:
        try:
            line.sendall(request_)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        except ConnectionError:
            answer = b"HTTP/1.1 4"
    assert answer.startswith(b"HTTP/1.1 4")
    assert client.query("ASK {}").status == 200
