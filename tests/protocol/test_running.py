"""What who runs the server sees and relies on: counts, log lines, a proxy in front, an orderly end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from resgraph.serving.metrics import Metrics
from resgraph.serving.observe import CACHE, EXCHANGE, PLACES, Exchange, Ledger, Observed, place_of
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.web import create_app
from resgraph.web.routes import ROUTES

from .conftest import Server, start
from .test_safety import ENDLESS

_SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+')


def counted(text: str) -> dict[str, float]:
    """Read the text format of Prometheus; every line is a comment or a sample."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            assert _SAMPLE.fullmatch(line), line
            name, _, value = line.rpartition(" ")
            assert name not in found
            found[name] = float(value)
    return found


def test_what_happens_is_counted(data: Path) -> None:
    running = start(str(data), "--deadline", "0.5", RESGRAPH_EVALUATORS="1")
    client = running.client
    try:
        for query in ("ASK {}", "SELECT", "SELECT * FROM <a:b> {}", ENDLESS):
            client.query(query)
        client.ask("/doc/factor/none")
        client.ask("/../../nowhere/at/all")
        client.ask("/sparql", "BREW")
        reply = client.ask("/metrics")
        assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found = counted(reply.text)
        assert found['resgraph_requests_total{route="sparql",method="GET",status="200"}'] == 1
        assert found['resgraph_requests_total{route="sparql",method="GET",status="400"}'] == 2
        assert found['resgraph_requests_total{route="sparql",method="GET",status="504"}'] == 1
        assert found['resgraph_requests_total{route="doc",method="GET",status="404"}'] == 1
        assert found['resgraph_requests_total{route="other",method="GET",status="404"}'] == 1
        assert found['resgraph_requests_total{route="sparql",method="other",status="405"}'] == 1
        for reason in ("query-syntax", "query-refused", "deadline", "unknown"):
            assert found[f'resgraph_refused_total{{reason="{reason}"}}'] == 1
        assert found["resgraph_evaluators_replaced_total"] == 1
        assert found["resgraph_query_seconds_count"] >= 4
        assert found['resgraph_query_seconds_bucket{le="0.25"}'] < found["resgraph_query_seconds_count"]
        assert found['resgraph_query_seconds_bucket{le="+Inf"}'] == found["resgraph_query_seconds_count"]
        assert found["resgraph_query_seconds_sum"] > 0.4
    finally:
        running.stop()
        running.process.communicate()


def test_no_request_makes_the_table_of_counts_grow() -> None:
    app = create_app(Dataset())
    client = app.test_client()
    client.get("/sparql?query=ASK%7B%7D")
    before = len(client.get("/metrics").text.splitlines())
    for n in range(40):
        client.open(f"/x{n}/y", method=f"M{n}", headers={"X-Request-Id": f"id{n}"})
    assert len(client.get("/metrics").text.splitlines()) <= before + 3


def test_processes_that_were_forked_count_together() -> None:
    metrics = Metrics(("sparql",))
    metrics.answered("sparql", "GET", 200, seconds=0.002)
    for _ in range(40):  # more than there are rows: those of the dead are taken over
        child = os.fork()
        if child == 0:
            metrics.answered("sparql", "GET", 200, seconds=0.3, cache="hit")
            os._exit(0)
        os.waitpid(child, 0)
    found = counted(metrics.text())
    assert found["resgraph_query_seconds_count"] == 41
    assert found['resgraph_query_seconds_bucket{le="0.25"}'] == 1
    assert found['resgraph_cache_total{result="hit"}'] == 40


def test_threads_count_together() -> None:
    metrics = Metrics(("sparql",))
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda _: metrics.answered("sparql", "GET", 200), range(4000)))
    assert 'status="200"} 4000' in metrics.text()


@pytest.mark.parametrize("form", ["json", "logfmt"])
@pytest.mark.parametrize("told", ["false", "true"])
def test_the_log_says_what_happened(data: Path, form: str, told: str) -> None:
    running = start(str(data), RESGRAPH_LOG=form, RESGRAPH_LOG_QUERIES=told, RESGRAPH_EVALUATORS="1")
    secret = 'ASK { ?s ?p "a = \\"secret\\"\\n" }'
    running.client.query(secret, X_Request_Id="mine")
    running.client.query("SELECT")
    running.client.ask("/sparql", "POST", secret.encode(), Content_Type="application/sparql-query")
    running.stop()
    _, said = running.process.communicate()
    lines = [read(line, form) for line in said.splitlines()]
    # a line is written when its answer has gone, by the thread that sent it: the order may differ
    assert [line["route"] for line in lines if line["route"] != "health"] == ["sparql"] * 3
    first, broken, posted = (
        next(
            line for line in lines if line["route"] == "sparql" and (line["method"], line["status"]) == asked
        )
        for asked in (("GET", "200"), ("GET", "400"), ("POST", "200"))
    )
    assert first.items() >= {"method": "GET", "status": "200", "bytes": "27", "client": "127.0.0.1"}.items()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first["time"])
    assert re.fullmatch("[0-9a-f]{16}", first["id"])
    assert float(first["ms"]) > 0
    assert first["query_hash"] == posted["query_hash"] != broken["query_hash"]
    assert broken["refused"] == "query-syntax"
    assert [line.get("query") for line in (first, posted)] == ([secret] * 2 if told == "true" else [None] * 2)
    assert ("secret" in said) is (told == "true")


def read(line: str, form: str) -> dict[str, str]:
    if form == "json":
        return {name: str(value) for name, value in json.loads(line).items()}
    pairs = re.findall(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|\S+)', line)
    assert " ".join(f"{name}={value}" for name, value in pairs) == line
    return {name: json.loads(value) if value.startswith('"') else value for name, value in pairs}


def test_every_address_is_counted_under_a_name() -> None:
    fixed = {place_of(route.address) for route in ROUTES if "<" not in route.address.split("/")[1]}
    assert fixed == {place for place in PLACES if not place.startswith("schema.")}


def test_a_client_that_leaves_is_noted() -> None:
    lines: list[str] = []

    def app(environ: dict[str, object], start_response: object) -> Iterator[bytes]:
        environ[CACHE] = "miss"
        start_response("200 OK", [])  # type: ignore[operator]
        return iter([b"first", b"second"])

    ledger = Ledger(Settings(log="logfmt"), lines.append)
    parts = Observed(app, ledger)({"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql"}, lambda *_: None)  # type: ignore[arg-type,typeddict-item]
    next(iter(parts))
    parts.close()  # type: ignore[attr-defined]
    parts.close()  # type: ignore[attr-defined]
    assert len(lines) == 1
    assert lines[0].endswith("cache=miss client_left=true")
    assert "bytes=5 " in lines[0]
    assert counted(ledger.metrics.text())["resgraph_clients_left_total"] == 1


def test_a_server_in_front_that_records_itself_learns_what_the_inside_knows() -> None:
    app = create_app(Dataset())
    exchange = Exchange("GET", "/sparql")
    reply = app.test_client().get("/sparql?query=SELECT", environ_base={EXCHANGE: exchange}, buffered=True)
    assert (exchange.status, exchange.refused, exchange.query) == (400, "query-syntax", "SELECT")
    assert "X-Request-Id" not in reply.headers
    assert "resgraph_requests_total{" not in app.test_client().get("/metrics").text


def test_a_line_of_the_log_cannot_be_forged() -> None:
    lines: list[str] = []
    ledger = Ledger(Settings(log="logfmt", log_queries=True), lines.append)
    ledger.record(Exchange("GET\nstatus=200", "/x y", query='a"\r\nstatus=500 \u2028'))
    assert len(lines[0].splitlines()) == 1
    assert read(lines[0], "logfmt")["query"] == 'a"\r\nstatus=500 \u2028'


def stopping(data: Path, *arguments: str, **environment: str) -> tuple[Server, float]:
    """A server that is asked to stop while it works on an endless query; and when it was asked."""
    running = start(str(data), *arguments, RESGRAPH_EVALUATORS="2", **environment)
    running.client.query("ASK {}")
    return running, time.monotonic()


def test_asked_to_stop_it_finishes_what_is_running_and_takes_nothing_new(data: Path) -> None:
    running, begun = stopping(data, "--deadline", "1.5")
    with ThreadPoolExecutor(1) as people:
        asked = people.submit(running.client.query, ENDLESS)
        time.sleep(0.4)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(OSError, match=r"refused|reset"):
            running.client.query("ASK {}")
        reply = asked.result()
    assert reply.status == 504
    assert reply.json()["title"] == "The query took too long"
    assert running.process.wait(5) == 0
    assert 1.4 < time.monotonic() - begun < 4
    assert "Traceback" not in running.process.communicate()[1]


@pytest.mark.parametrize("again", [None, signal.SIGTERM, signal.SIGINT])
def test_nothing_keeps_it_for_longer_than_it_may(data: Path, again: int | None) -> None:
    running, _ = stopping(data, RESGRAPH_STOP_WITHIN="20" if again else "0.5")
    with ThreadPoolExecutor(1) as people:
        asked = people.submit(running.client.query, ENDLESS)
        time.sleep(0.3)
        begun = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        if again:
            time.sleep(0.3)
            running.process.send_signal(again)
        assert running.process.wait(5) == 0
        assert time.monotonic() - begun < 3
        assert asked.exception() or asked.result().status == 500
    assert "Traceback" not in running.process.communicate()[1]


def test_idle_it_stops_at_once(data: Path) -> None:
    running, begun = stopping(data)
    assert running.stop(signal.SIGTERM) == 0
    assert time.monotonic() - begun < 2
    running.process.communicate()


def test_told_to_end_while_it_opens_its_pages_it_ends(data: Path) -> None:
    for seconds in (0.5, 0.7, 0.9):
        running = start(str(data))
        with ThreadPoolExecutor(1) as people:
            asked = people.submit(running.client.ask, "/", Accept="text/html")
            time.sleep(seconds)
            assert running.stop(signal.SIGINT) == 0
            assert asked.exception() or asked.result().status == 200
        assert "Traceback" not in running.process.communicate()[1]


def test_told_to_end_while_it_forks_it_ends(data: Path) -> None:
    """What is raised while a fork calls others back is lost."""
    program = """
import os, signal, sys
from resgraph.cli import main

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    os.getpid()

os.register_at_fork(after_in_parent=interrupt)
main(["serve", sys.argv[1], "--port", "0"])
"""
    command = [sys.executable, "-c", program, str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_workers_that_cannot_begin_are_not_forked_for_ever(data: Path) -> None:
    program = """
import sys
from resgraph.cli import main
from resgraph.serving.worker import Worker
Worker.run = lambda self: 1 / 0
main(["serve", sys.argv[1], "--port", "0"])
"""
    command = [sys.executable, "-c", program, str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "workers end as soon as they begin" in done.stderr
    assert "ZeroDivisionError" in done.stderr
