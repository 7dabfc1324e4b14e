"""What strangers may try: nothing leaves the machine, opens a file, or stops the server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from resgraph.evaluate import Request
from resgraph.pool import Pool
from resgraph.settings import Settings

from .conftest import DEADLINE, Client, Server, start

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DEEP = "SELECT * { ?s ?p ?o FILTER(" + "1+" * 9000 + "1) }"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address of this machine, and the calls that reach it."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as ear:
        ear.settimeout(0.05)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, caller = ear.accept()
                    calls.append(caller)
                    connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{ear.getsockname()[1]}/", calls
        time.sleep(0.1)
        over.set()
        thread.join()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <THERE> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <THERE> { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<THERE>{ ?s ?p ?o } }",
        "SELECT * { BIND(<THERE> AS ?there) SERVICE ?there { ?s ?p ?o } }",
        "SELECT * FROM <THERE> { ?s ?p ?o }",
        "SELECT * FROM NAMED <THERE> { GRAPH ?g { ?s ?p ?o } }",
        "LOAD <THERE>",
    ],
)
def test_nothing_calls_out(client: Client, listener: tuple[str, list[object]], query: str) -> None:
    address, calls = listener
    assert client.query(query.replace("THERE", address)).status == 400
    assert client.query("ASK {}", **{"default-graph-uri": address}).status == 400
    assert calls == []


@pytest.mark.parametrize("query", ["SELECT * FROM <FILE> { ?s ?p ?o }", "ASK FROM NAMED <FILE> {}"])
def test_no_file_is_read(client: Client, tmp_path: Path, query: str) -> None:
    planted = tmp_path / "planted.ttl"
    planted.write_text("<a:secret> <a:b> <a:c> .")
    reply = client.query(query.replace("FILE", planted.as_uri()))
    assert reply.status == 400
    assert "a:secret" not in reply.text


def test_an_evaluator_could_not_call_out_even_if_it_were_let(
    data: Path, listener: tuple[str, list[object]]
) -> None:
    """Behind the refusal stands a wall: the process has no file or socket left to open."""
    address, calls = listener
    program = f"""
import resgraph.query
resgraph.query.calls_service = lambda text: False
from resgraph.evaluate import InProcess, Request
from resgraph.pool import _confine
from resgraph.settings import Settings
from resgraph.store import Dataset
import os
here = InProcess(Dataset())
_confine(Settings(), os.getppid())
try:
    here.evaluate(Request("SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"))
except Exception:
    os._exit(7)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=20)
    assert (done.returncode, calls) == (7, [])


def test_an_endless_query_ends_at_its_deadline_while_others_are_answered(client: Client) -> None:
    client.query("ASK {}")
    with ThreadPoolExecutor(4) as people:
        begun = time.monotonic()
        endless = [people.submit(client.query, ENDLESS) for _ in range(3)]
        time.sleep(0.2)
        quick = time.monotonic()
        assert client.rows("SELECT (COUNT(*) AS ?n) { ?s rdfs:label ?o }") == [{"n": "2"}]
        assert time.monotonic() - quick < 0.6
        replies = [each.result() for each in endless]
        assert time.monotonic() - begun < DEADLINE * 1.2 + 0.5
    assert [reply.status for reply in replies] == [504] * 3
    assert all(reply.json()["title"] == "The query took too long" for reply in replies)


def test_a_client_may_be_less_patient(client: Client) -> None:
    begun = time.monotonic()
    reply = client.ask("/sparql?" + urlencode({"query": ENDLESS, "timeout": "0.2"}))
    assert reply.status == 504
    assert 0.2 <= time.monotonic() - begun < 0.8


def test_ten_at_once_and_the_eleventh_is_answered(client: Client) -> None:
    with ThreadPoolExecutor(10) as people:
        endless = [people.submit(client.query, ENDLESS) for _ in range(10)]
        time.sleep(0.1)
        assert client.query("ASK {}", timeout=15).status == 200
        assert {each.result().status for each in endless} <= {503, 504}
    assert client.query("ASK {}").status == 200


@pytest.mark.parametrize(
    "query",
    [
        DEEP,
        "SELECT * " + "{" * 3000 + "}" * 3000,
        "ASK { FILTER(" + "(" * 9000 + "1" + ")" * 9000 + ") }",
        "ASK { ?s ?p " + "(" * 5000 + ")" * 5000 + " }",
    ],
    ids=["sum", "groups", "brackets", "lists"],
)
def test_depth_does_not_take_the_server_down(client: Client, query: str) -> None:
    reply = client.query(query[:19_000] if len(query) > 19_000 else query)
    assert reply.status in (400, 500, 504)
    assert "Traceback" not in reply.text
    assert client.query("ASK {}").status == 200


def test_memory_is_limited(client: Client) -> None:
    hungry = (
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?b), STR(?d), STR(?e))) AS ?all) { ?a ?b ?c . ?d ?e ?f }"
    )
    reply = client.query(hungry.replace("{ ?a", "{ ?x ?y ?z . ?a"))
    assert reply.status in (422, 500, 504)
    assert client.query("ASK {}").status == 200


def test_an_answer_too_large_is_an_error_and_never_a_part(client: Client) -> None:
    reply = client.query("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert reply.status == 422
    assert "200,000 bytes" in str(reply.json()["detail"])
    assert client.query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100").status == 200


def test_a_long_query_is_refused(client: Client) -> None:
    reply = client.query("ASK {} #" + "x" * 20_000)
    assert (reply.status, "at most 20,000" in reply.text) == (400, True)


def children(process: int) -> list[int]:
    """The processes below a process."""
    found = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in found.stdout.splitlines()]
    below = [child for child, parent in pairs if parent == process]
    return below + [each for child in below for each in children(child)]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_the_server_ends(data: Path, number: int) -> None:
    running = start(str(data), RESGRAPH_EVALUATORS="2", RESGRAPH_STOP_WITHIN="1")
    family = children(running.process.pid)
    assert len(family) == 2
    with ThreadPoolExecutor(1) as people:
        busy = people.submit(running.client.query, ENDLESS)
        time.sleep(0.3)
        begun = time.monotonic()
        code = running.stop(number)
        assert code == (0 if number != signal.SIGKILL else -signal.SIGKILL)
        with contextlib.suppress(OSError, Exception):
            busy.result()
    until = time.monotonic() + 5
    while any(map(alive, family)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(alive, family))
    assert time.monotonic() - begun < 6
    _, said = running.process.communicate()
    assert "Traceback" not in said


def test_a_port_in_use_is_one_sentence(server: Server, data: Path) -> None:
    port = str(server.client.port)
    command = [sys.executable, "-m", "resgraph", "serve", str(data), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2
    assert f"cannot listen at port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_evaluators_that_die_are_replaced(data: Path) -> None:
    with Pool((data,), Settings(evaluators=2, deadline=5)) as pool:
        keeper = pool._keeper._process.pid
        for victims in (children(keeper), [keeper]):
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            time.sleep(0.2)
            for _ in range(4):
                assert pool.evaluate(Request("ASK {}")).body == b'{"head":{},"boolean":true}'
            keeper = pool._keeper._process.pid
        assert len(children(keeper)) == 2


def test_many_threads_ask_at_once(data: Path) -> None:
    with Pool((data,), Settings(evaluators=3)) as pool, ThreadPoolExecutor(16) as people:
        queries = [f"SELECT ?s {{ ?s <http://example.org/n> {n} }}" for n in range(200)]
        answers = people.map(lambda text: pool.evaluate(Request(text, "csv")).body, queries)
        assert [answer.split()[1].decode() for answer in answers] == [
            f"http://example.org/{n}" for n in range(200)
        ]
