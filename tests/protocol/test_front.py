"""The short way of a server says and counts what the long way does."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from .conftest import LIMITS, Client, Server, start
from .test_running import counted, read
from .test_safety import ENDLESS

ASK = "/sparql?" + urlencode({"query": "ASK { ?s ?p 7 }"})
STRANGE = "SELECT * { ?s rg:aimToBuild ?o }"


@pytest.fixture
def logged(data: Path) -> Iterator[Server]:
    limits = {**LIMITS, "RESGRAPH_LOG": "json", "RESGRAPH_LOG_QUERIES": "true"}
    running = start(str(data), "--deadline", "0.6", RESGRAPH_PROXIES="127.0.0.1", **limits)
    yield running
    if running.process.poll() is None:
        running.stop()
        running.process.communicate()


def lines(running: Server) -> list[dict[str, str]]:
    running.stop()
    return [read(line, "json") for line in running.process.communicate()[1].splitlines()]


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/csv"])
def test_a_slip_in_a_name_is_warned_of_fresh_or_kept(client: Client, accept: str) -> None:
    for _ in range(3):
        reply = client.query(STRANGE, accept)
        assert "rg:aimToBuild is not in this data" in reply.headers["warning"]
        assert "rg:aimsToBuild" in reply.headers["warning"]
        assert reply.headers["access-control-expose-headers"] == "Content-Location, ETag, Link, Warning"
    assert "warning" not in client.query("ASK {}", accept).headers


def test_every_answer_names_its_request(client: Client) -> None:
    names = [client.ask(ASK, X_Request_Id="mine").headers["x-request-id"] for _ in range(4)]
    names += [client.ask(path).headers["x-request-id"] for path in ("/", "/", "/nowhere", "/health")]
    names += [client.query(text).headers["x-request-id"] for text in ("SELECT", ENDLESS)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


def test_a_proxy_that_is_believed_names_the_request_and_the_reader(logged: Server) -> None:
    for n in range(3):
        reply = logged.client.ask(ASK, X_Request_Id=f"n{n}", X_Forwarded_For=f"203.0.113.{n}")
        assert reply.headers["x-request-id"] == f"n{n}"
    found = [line for line in lines(logged) if line["route"] == "sparql"]
    assert [(line["id"], line["client"]) for line in found] == [(f"n{n}", f"203.0.113.{n}") for n in range(3)]


@pytest.mark.parametrize("believed", ["127.0.0.1", "10.0.0.1"])
def test_what_a_proxy_says_is_kept_apart(data: Path, believed: str) -> None:
    running = start(str(data), RESGRAPH_PROXIES=believed, RESGRAPH_EVALUATORS="1")
    try:
        for _ in range(2):
            for prefix in ("/one", "/two", ""):
                said = {"X_Forwarded_Prefix": prefix} if prefix else {}
                shown = prefix if believed == "127.0.0.1" else ""
                page = running.client.ask("/", Accept="text/html", **said)
                assert f'href="{shown}/sparql"' in page.text
    finally:
        running.stop()
        running.process.communicate()


def test_everything_is_counted_once(logged: Server) -> None:
    client = logged.client
    tag = client.ask(ASK).headers["etag"]
    for _ in range(3):
        client.ask(ASK)
    assert client.ask(ASK, If_None_Match=tag).status == 304
    post = {"Content_Type": "application/sparql-query"}
    for method in ("POST", "QUERY", "POST"):
        assert client.ask("/sparql", method, b"ASK { ?s ?p 8 }", **post).status == 200
    assert client.query(ENDLESS).status == 504
    with pytest.raises(TimeoutError):
        client.query(ENDLESS + " # another", timeout=0.3)
    time.sleep(0.5)
    found = counted(client.ask("/metrics").text)
    asked = {name: value for name, value in found.items() if "_requests_" in name and "sparql" in name}
    route = 'resgraph_requests_total{route="sparql",method='
    assert asked == {
        f'{route}"GET",status="200"}}': 4,
        f'{route}"GET",status="304"}}': 1,
        f'{route}"POST",status="200"}}': 2,
        f'{route}"QUERY",status="200"}}': 1,
        f'{route}"GET",status="504"}}': 1,
        f'{route}"GET",status="499"}}': 1,
    }
    assert found['resgraph_refused_total{reason="deadline"}'] == 1
    assert found["resgraph_clients_left_total"] == 1
    assert found["resgraph_evaluators_replaced_total"] == 2
    said = lines(logged)
    assert all("query" in line for line in said if line["route"] == "sparql")
    late = next(line for line in said if line["status"] == "504")
    assert (late["query"], late["refused"], late["method"]) == (ENDLESS, "deadline", "GET")
    assert float(late["ms"]) > 500
    left = next(line for line in said if line.get("client_left"))
    assert left["query"] == ENDLESS + " # another"
    assert sum(line["query"] == "ASK { ?s ?p 8 }" for line in said if "query" in line) == 3


@pytest.mark.parametrize("method", ["DELETE", "PUT", "BREW", "OPTIONS"])
def test_a_kept_answer_is_for_those_who_read(client: Client, method: str) -> None:
    assert client.ask(ASK).status == 200
    assert client.ask(ASK, method).status == (204 if method == "OPTIONS" else 405)
    assert client.ask(ASK, "POST").status == 415


@pytest.mark.parametrize("line", ["BREW", "BREW /", "B<> / HTTP/1.1", "\x16\x03\x01", "GET / HTTP/9"])
def test_what_is_no_request_is_refused(client: Client, line: str) -> None:
    with socket.create_connection((client.host, client.port), timeout=5) as asking:
        asking.sendall(f"{line}\r\n\r\n".encode())
        said = b""
        while part := asking.recv(65536):
            said += part
    assert said.startswith(b"HTTP/1.1 400 ")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["status"] == 400
