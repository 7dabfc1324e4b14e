"""No request opens a file or a connection: seen from inside by an audit hook, and from outside.

Python's audit hook tells of everything that Python opens, in the server and in the processes it forks. Of
what the engine opens it knows nothing: for that a file is planted, which the system watches, and a port,
at which somebody listens.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from .conftest import BROWSER, FRIENDS, LIMITS, Server, start
from .test_safety import DEEP, ENDLESS, listener

__all__ = ["listener"]

HOOK = Path(__file__).parent / "audit"
SOURCE = Path(__file__).parents[2] / "src" / "resgraph"

#: What a server opens while it answers, and why.
ALLOWED = {
    rf"open\t'{SOURCE}/web/static/(editor/)?[a-z]+(-[A-Z0-9]{{8}})?\.(css|js|svg)'": "a file of the page",
    r"open\t'/proc/self/statm'": "a new evaluator looks how much memory it has, to set its limit",
    r"open\t'/proc/\d+/smaps_rollup'": "the supervisor looks how much memory a worker has",
    r"write\t'/dev/null'": "a new evaluator silences itself",
    r"import\t'(resource|struct|_?ctypes[._a-z]*)'": "a new evaluator sets its limits",
    rf"(open|os.listdir)\t'{sys.base_prefix}/[^']*/(resource|_?ctypes)[^']*'": "the same, read",
    r"ctypes.dlopen\tNone": "the same, asked of the system",
}


@dataclass
class Watched:
    """A server, the record of what Python opened in it, and a planted file that the system watches."""

    server: Server
    record: Path
    planted: Path
    watch: int
    begun: int = 0

    def opened(self) -> list[str]:
        """What Python opened since the warm-up, apart from what it may."""
        lines = self.record.read_text().splitlines()[self.begun :]
        return [line for line in lines if not any(re.fullmatch(each, line) for each in ALLOWED)]

    def touched(self) -> bool:
        """Whether anybody at all has opened the planted file."""
        try:
            return bool(os.read(self.watch, 65536))
        except BlockingIOError:
            return False


def watch(path: Path) -> int:
    """Let the system tell, on a file number, when a file is opened or a directory is listed."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells who opens a file")
    libc = ctypes.CDLL(None, use_errno=True)
    number: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    opened = 0x20
    assert libc.inotify_add_watch(number, os.fsencode(path), opened) >= 0
    return number


@pytest.fixture(scope="module")
def watched(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    home = tmp_path_factory.mktemp("audit")
    planted = home / "planted.ttl"
    planted.write_text("<a:secret> <a:b> <a:c> .")
    record = home / "record"
    paths = os.pathsep.join([str(HOOK), *filter(None, [os.environ.get("PYTHONPATH")])])
    running = start(str(data), "--deadline", "1", AUDIT=str(record), PYTHONPATH=paths, **LIMITS)
    found = Watched(running, record, planted, watch(planted))
    try:
        # What is imported and which templates are read at the first request of each kind nobody chooses.
        for _ in range(2):
            for path, method, body, headers in WARM_UP:
                running.client.ask(path, method, body, **headers)
        found.begun = len(record.read_text().splitlines())
        assert found.begun > 100, "the hook is not at work"
        yield found
    finally:
        os.close(found.watch)
        running.stop()
        running.process.communicate()


Asked = tuple[str, str, bytes | None, dict[str, str]]


def get(path: str, **headers: str) -> Asked:
    return path, "GET", None, headers


def query(text: str, accept: str = "", **more: str) -> Asked:
    return get("/sparql?" + urlencode({"query": text, **more}), **({"Accept": accept} if accept else {}))


STYLE = "/static/resgraph.css"
FORMATS = ["csv", "tsv", "json", "xml", "turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads", "html"]
WARM_UP: list[Asked] = [
    *(
        get(path, Accept=accept)
        for path in ("/", "/ns", "/sparql", "/nowhere")
        for accept in (BROWSER, "*/*")
    ),
    *(get(path) for path in ("/health", "/metrics", "/id/factor/x", "/scheme/x", STYLE)),
    *(get(f"/doc/intervention/friends{end}") for end in ("", ".html", ".ttl", ".nt", ".jsonld", ".rdf")),
    *(query("SELECT * { ?s ?p ?o } LIMIT 2", format=name) for name in FORMATS),
    *(query(f"DESCRIBE <{FRIENDS}>", format=name) for name in FORMATS),
    *(query(text, accept) for text in ("SELEC", "ASK { SERVICE <a:b> {} }") for accept in (BROWSER, "*/*")),
    query("ASK {}", stored="none"),
    get("/sparql?stored=none"),
    query(ENDLESS),
    query(DEEP),
    ("/sparql", "POST", b"query=ASK%7B%7D", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("/sparql", "POST", b"ASK{}", {"Content-Type": "application/sparql-query"}),
    ("/sparql", "POST", b"{}", {"Content-Type": "application/ld+json"}),
    ("/sparql", "OPTIONS", None, {}),
    ("/sparql", "DELETE", None, {}),
]

#: Queries that name an address in every place where a query can name one.
QUERIES = [
    "SELECT * { SERVICE <THERE> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <THERE> { ?s ?p ?o } }",
    "SELECT * { SERVICE <THERE> { SERVICE <THERE> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <THERE> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <THERE> { ?s ?p ?o } } }",
    "SELECT * { VALUES ?there { <THERE> } SERVICE ?there { ?s ?p ?o } }",
    "SELECT*{SERVICE<THERE>{?s ?p ?o}}",
    "SELECT * { SERVIC\\u0045 <THERE> { ?s ?p ?o } }",
    "BASE <THERE> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "PREFIX there: <THERE> SELECT * { SERVICE there: { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o #\n SERVICE <THERE> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <THERE> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <THERE> { ?s ?p ?o } }",
    "SELECT * FROM <THERE> { ?s ?p ?o }",
    "SELECT * FROM NAMED <THERE> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM NAMED <THERE> { GRAPH <THERE> { ?s ?p ?o } }",
    "BASE <THERE> SELECT * FROM <> { ?s ?p ?o }",
    "DESCRIBE <THERE>",
    "DESCRIBE <THERE> FROM <THERE>",
    "CONSTRUCT { <THERE> <THERE> <THERE> } {}",
    "ASK { GRAPH <THERE> { ?s ?p ?o } }",
    "SELECT (<THERE>(1) AS ?x) {}",
    "SELECT (IRI('THERE') AS ?x) (STRDT('a', <THERE>) AS ?y) { BIND('a'^^<THERE> AS ?z) }",
    "ASK { ?s <THERE>* ?o . <THERE> ?p ?o }",
    "LOAD <THERE>",
    "LOAD SILENT <THERE> INTO GRAPH <THERE>",
    "INSERT DATA { <THERE> <THERE> <THERE> }",
    "ASK {} ; LOAD <THERE>",
    "ASK { VALUES ?x { <THERE> UNDEF } }",
]
#: What stands for a path in an address, from one that is plain to one that is well hidden.
CLIMBS = [
    "../" * 14,
    "%2e%2e/" * 14,
    "..%2f" * 14,
    "%252e%252e%252f" * 14,
    "....//" * 14,
    "..\\" * 14,
    "/",
    "%2f",
    "/./",
]
ROOTS = ["/static/", "/doc/", "/doc/factor/", "/scheme/", "/id/factor/", "/ns/", "/dumps/", "/", "/sparql/"]


def attacks(there: str, planted: str) -> Iterator[Asked]:
    """Yield every request with every address that is somewhere else."""
    file = f"file://{planted}"
    for address in (there, file, planted, there.replace("http://", "http://user:word@"), "//" + there[7:]):
        for text in QUERIES:
            yield query(text.replace("THERE", address))
        yield "/sparql", "POST", f"LOAD <{address}>".encode(), {"Content-Type": "application/sparql-update"}
        for name in (
            "default-graph-uri",
            "named-graph-uri",
            "using-graph-uri",
            "stored",
            "format",
            "timeout",
        ):
            yield query("SELECT * { ?s ?p ?o }", **{name: address})
        for name in ("Host", "Referer", "Origin", "X-Forwarded-Host", "Forwarded", "Link", "Location"):
            yield get("/sparql", **{name: address, "Accept": "text/turtle"})
        yield get("/graph-store?" + urlencode({"graph": address}))
        yield get("/explain?" + urlencode({"s": address, "p": address, "o": address}))
        yield (
            "/sparql",
            "POST",
            f'{{"@context": "{address}"}}'.encode(),
            {"Content-Type": "application/ld+json"},
        )
        yield (
            "/graph-store?default",
            "PUT",
            f"<{address}> <{address}> 1 .".encode(),
            {"Content-Type": "text/turtle"},
        )
        for root in ROOTS:
            yield get(root + quote(address, safe=""))
    entity = f'<!DOCTYPE x [<!ENTITY y SYSTEM "{file}">]><x>&y;</x>'.encode()
    yield "/sparql", "POST", entity, {"Content-Type": "application/rdf+xml"}
    for root in ROOTS:
        for climb in CLIMBS:
            yield get(root + climb + planted.lstrip("/"))
            yield get(root + climb + planted.lstrip("/") + ".ttl")
            yield get(root + climb + planted.lstrip("/") + "%00.css")


def test_no_request_opens_a_file_or_a_connection(
    watched: Watched, listener: tuple[str, list[object]]
) -> None:
    there, calls = listener
    for path, method, body, headers in attacks(there, str(watched.planted)):
        try:
            reply = watched.server.client.ask(path, method, body, **headers)
        except ValueError:  # the client will not send it
            continue
        assert "a:secret" not in reply.text, path
        assert reply.status != 500, (path, reply.text)
        assert not watched.touched(), path
        assert calls == [], path
    assert sorted(set(watched.opened())) == []


def test_whole_addresses_are_not_fetched(watched: Watched, listener: tuple[str, list[object]]) -> None:
    """A proxy is asked for the addresses of others; a server is none."""
    there, calls = listener
    client = watched.server.client
    for line in (f"GET {there}", f"CONNECT {there[7:].rstrip('/')}", f"GET file://{watched.planted}"):
        with socket.create_connection((client.host, client.port), timeout=5) as asking:
            asking.sendall(f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            said = b""
            while part := asking.recv(65536):
                said += part
        assert b"a:secret" not in said
    assert calls == []
    assert not watched.touched()
    assert sorted(set(watched.opened())) == []


def test_everything_of_the_endpoint_is_watched(watched: Watched) -> None:
    """All that the warm-up asks is asked once more: nothing is opened any more but what is allowed."""
    for path, method, body, headers in WARM_UP:
        watched.server.client.ask(path, method, body, **headers)
    watched.server.client.ask(STYLE)
    assert sorted(set(watched.opened())) == []
    lines = watched.record.read_text().splitlines()[watched.begun :]
    assert any("resgraph.css" in line for line in lines), "the hook is not at work"


def test_no_file_is_written(watched: Watched) -> None:
    """From the first import on: the server runs where nothing can be written."""
    lines = {
        line for line in watched.record.read_text().splitlines() if line.startswith(("write", "tempfile"))
    }
    assert {line for line in lines if "__pycache__" not in line} <= {"write\t'/dev/null'"}


def test_the_hook_and_the_watch_tell_of_what_must_not_be(
    tmp_path: Path, listener: tuple[str, list[object]]
) -> None:
    """The test of the tests: what they must not find can be found."""
    there, calls = listener
    record, planted = tmp_path / "record", tmp_path / "planted"
    planted.write_text("secret")
    number = watch(planted)
    program = (
        f"import os, urllib.request, socket; open({str(planted)!r}).close()\n"
        f"address = ('127.0.0.1', {there.rpartition(':')[2].rstrip('/')})\n"
        "if os.fork() == 0: socket.create_connection(address).close(); os._exit(0)\n"
        "os.wait()"
    )
    environment = {**os.environ, "AUDIT": str(record), "PYTHONPATH": str(HOOK)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=20)
    lines = record.read_text()
    assert f"open\t'{planted}'" in lines
    assert "socket.connect\t('127.0.0.1'" in lines
    assert os.read(number, 65536)
    os.close(number)
    while not calls:
        pass
