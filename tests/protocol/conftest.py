"""A real server in a process of its own, over a small dataset, with short limits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from resgraph.vocab import graph, term, thing

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FRIENDS = thing("intervention", "friends").value
COPING = thing("factor", "coping-skills").value

DEADLINE = 1.0
LIMITS = {
    "RESGRAPH_EVALUATORS": "4",
    "RESGRAPH_RESULT_BYTES": "200000",
    "RESGRAPH_QUERY_BYTES": "20000",
    "RESGRAPH_EVALUATOR_MEMORY": str(256 * 1024 * 1024),
}


@dataclass(frozen=True)
class Reply:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


class Client:
    """Asks a server, one connection for each question."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = 20,
        **headers: str,
    ) -> Reply:
        connection = HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def query(self, text: str, accept: str | None = None, timeout: float = 20, **more: str) -> Reply:
        headers = {"Accept": accept} if accept else {}
        return self.ask("/sparql?" + urlencode({"query": text, **more}), timeout=timeout, **headers)

    def rows(self, text: str, **more: str) -> list[dict[str, str]]:
        reply = self.query(text, "application/sparql-results+json", **more)
        assert reply.status == 200, reply.text
        bindings = json.loads(reply.body)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


@dataclass(frozen=True)
class Server:
    """A running `resgraph serve`."""

    process: subprocess.Popen[str]
    client: Client

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)


def start(*arguments: str, **environment: str) -> Server:
    """Start a server on a free port, and return when it says that it answers."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RESGRAPH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "resgraph", "serve", *arguments, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**clean, "PYTHONUNBUFFERED": "1", **environment},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"answers at http://([\d.]+):(\d+)/", line)
    if not found:
        process.kill()
        _, said = process.communicate()
        pytest.fail(f"the server did not start: {line}{said}")
    return Server(process, Client(found[1], int(found[2])))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with a little of everything, and enough numbers to count for a very long time."""
    evidence, intended, inferred = (f"<{graph(name).value}>" for name in ("evidence", "intended", "inferred"))
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    lines = [
        f"<{FRIENDS}> {kind} <{term('Intervention').value}> {evidence} .",
        f'<{FRIENDS}> {label} "FRIENDS <em>"@en {evidence} .',
        f'<{COPING}> {label} "Coping skills"@en {evidence} .',
        f"<{FRIENDS}> <{term('aimsToBuild').value}> <{COPING}> {intended} .",
        f"<{FRIENDS}> <{term('intendedToAffect').value}> <{COPING}> {inferred} .",
        *(
            f'<http://example.org/{n}> <http://example.org/n> "{n}"'
            f"^^<http://www.w3.org/2001/XMLSchema#integer> {evidence} ."
            for n in range(400)
        ),
    ]
    path = tmp_path_factory.mktemp("data") / "small.nq"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[Server]:
    """The server that most tests ask."""
    running = start(
        str(data),
        "--deadline",
        str(DEADLINE),
        **LIMITS,
    )
    try:
        yield running
    finally:
        running.stop()
        running.process.communicate()


@pytest.fixture(scope="session")
def client(server: Server) -> Client:
    """A client of that server."""
    return server.client
