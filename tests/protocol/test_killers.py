"""Ten queries that would work for ever, at once: each ends honestly, and nobody else notices."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from .conftest import Client, Reply, Server, start
from .test_safety import alive, children

LIMIT = 2.0
N = "<http://example.org/n>"
JOINED = "CONCAT(STR(?a), STR(?d), STR(?g))"
THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
KILLERS = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {THREE} . ?j ?k ?l }}",
    "unbounded path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:c>)* ?b . ?c (!<x:q>)* ?d . ?e ?f ?g }",
    "two paths": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>)* ?b . ?c (!<x:y>)* ?d . ?e (!<x:z>)* ?f }",
    "giant group": f"SELECT ?a ?d (GROUP_CONCAT(STR(?f)) AS ?x) {{ {THREE} }} GROUP BY ?a ?d",
    "giant sort": f"SELECT * {{ {THREE} }} ORDER BY STR(?i) ?a LIMIT 1",
    "distinct": f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {THREE} BIND({JOINED} AS ?x) }}",
    "hashes": f"SELECT (MAX(SHA512({JOINED})) AS ?x) {{ {THREE} }}",
    "expression": f'SELECT (COUNT(?a) AS ?n) {{ {THREE} FILTER(REGEX({JOINED}, "^(a|.)*z$")) }}',
    "minus": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?g ?h ?c . ?i ?j ?f . ?k ?l ?m } }",
    "optional": f"ASK {{ {THREE} OPTIONAL {{ ?j ?k ?l FILTER(?i = ?l && ?j = <x:no>) }} FILTER(BOUND(?j)) }}",
}
HONEST = (504, 500, 422)


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    memory = str(192 * 1024 * 1024)
    running = start(str(data), "--deadline", str(LIMIT), RESGRAPH_EVALUATOR_MEMORY=memory)
    try:
        yield running
    finally:
        running.stop()
        running.process.communicate()


def timed(client: Client, query: str) -> tuple[Reply, float]:
    begun = time.monotonic()
    reply = client.query(query, "application/sparql-results+json", timeout=30)
    return reply, time.monotonic() - begun


def memory(server: Server) -> int:
    """Bytes of memory that the server and its workers take, shared ones counted once."""
    total = 0
    for process in (server.process.pid, *children(server.process.pid)):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def test_ten_killers_at_once(server: Server) -> None:
    client = server.client
    client.query("ASK {}")
    before = memory(server)
    with ThreadPoolExecutor(len(KILLERS)) as people:
        endless = {name: people.submit(timed, client, query) for name, query in KILLERS.items()}
        time.sleep(0.3)
        quick = []
        for n in range(15):
            reply, seconds = timed(client, f"SELECT ?s {{ ?s {N} {n} }}")
            assert (reply.status, reply.body.count(b'"uri"')) == (200, 1)
            quick.append(seconds)
            time.sleep(0.05)
        ends = {name: each.result() for name, each in endless.items()}
    for name, (reply, seconds) in ends.items():
        assert reply.status in HONEST, f"{name}: {reply.status} {reply.text[:300]}"
        assert reply.kind == "application/problem+json"
        assert reply.json()["status"] == reply.status
        assert seconds < LIMIT + 1.0, f"{name}: {seconds:.1f} s"
    assert sum(reply.status == 504 for reply, _ in ends.values()) >= 6
    assert statistics.median(quick) < 0.2, quick
    assert max(quick) < 1.0, quick
    for n in range(4):
        assert client.query(f"ASK {{}} #{n}").status == 200
    until = time.monotonic() + 15
    while memory(server) > before * 1.5 + 32 * 1024 * 1024 and time.monotonic() < until:
        time.sleep(0.2)
    assert memory(server) <= before * 1.5 + 32 * 1024 * 1024


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_end_is_told_to_people_and_to_programs(server: Server, accept: str) -> None:
    query = quote(KILLERS["cross product"])
    reply = server.client.ask(f"/sparql?query={query}&timeout=0.2", Accept=accept)
    assert reply.status == 504
    assert reply.kind == ("text/html" if accept == "text/html" else "application/problem+json")
    assert "0.2 s" in reply.text
    assert reply.headers["access-control-allow-origin"] == "*"
    head = server.client.ask(f"/sparql?query={query}&timeout=0.2", "HEAD", Accept=accept)
    assert (head.status, head.body) == (504, b"")


def test_those_who_wait_for_the_same_answer_hear_the_same(server: Server) -> None:
    with ThreadPoolExecutor(6) as people:
        first = people.submit(timed, server.client, KILLERS["hashes"])
        time.sleep(0.1)
        rest = [people.submit(timed, server.client, KILLERS["hashes"]) for _ in range(5)]
        for each in (first, *rest):
            reply, seconds = each.result()
            assert reply.status == 504
            assert seconds < LIMIT + 1.0


def test_workers_that_are_killed_are_replaced_and_nobody_notices(server: Server) -> None:
    client = server.client
    for _ in range(3):
        victims = children(server.process.pid)
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        for n in range(6):
            assert client.query(f"ASK {{}} # again {n}").status == 200
        assert not any(map(alive, victims))
        assert len(children(server.process.pid)) >= 2


def test_a_connection_outlives_its_worker(server: Server) -> None:
    """Keep-alive connections go on over a query that takes the worker down, and over a kill."""
    from http.client import HTTPConnection

    lines = [HTTPConnection(server.client.host, server.client.port, timeout=10) for _ in range(6)]
    try:
        for round_ in range(4):
            for n, line in enumerate(lines):
                line.request("GET", f"/sparql?query=ASK%7B%7D%23{round_}-{n}")
                assert line.getresponse().read() == b'{"head":{},"boolean":true}'
            if round_ % 2:
                for victim in children(server.process.pid):
                    os.kill(victim, signal.SIGKILL)
                time.sleep(0.3)
            else:
                reply = server.client.ask(f"/sparql?timeout=0.3&query={quote(KILLERS['cross product'])}")
                assert reply.status == 504
    finally:
        for line in lines:
            line.close()


def test_thirty_two_first_requests_ten_times_out_of_ten(data: Path) -> None:
    """A cold server has no first request that finds it unprepared."""
    queries = [f"SELECT ?s {{ ?s {N} {n} }}" for n in range(32)]
    for _ in range(10):
        running = start(str(data))
        try:
            with ThreadPoolExecutor(32) as people:
                replies = list(people.map(running.client.query, queries, ["text/csv"] * 32))
            found = [reply.body.split()[1].decode() for reply in replies]
            assert found == [f"http://example.org/{n}" for n in range(32)]
            assert running.stop() == 0
        finally:
            running.process.kill()
            running.process.communicate()
