"""Servers on ports of this machine, with the same data, for as long as they are measured."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    name: str
    address: str
    process: int

    def alone(self, servers: list[Server]) -> None:
        """Let this server work and no other; some are still at requests that nobody waits for."""
        for each in servers:
            os.killpg(each.process, signal.SIGCONT if each is self else signal.SIGSTOP)

    def go_on(self) -> None:
        """Let this server work."""
        os.killpg(self.process, signal.SIGCONT)

    def show_pages(self) -> None:
        """Ask as a browser does, for the page that the server has for people, if it has one."""
        home = self.address.rpartition("/")[0] + "/"
        for _ in range(4):
            with contextlib.suppress(OSError):
                asking = urllib.request.Request(home, headers={"Accept": "text/html"})
                urllib.request.urlopen(asking, timeout=30).close()

    def memory(self) -> float:
        """Return the MB that the server and its children take; what they share is counted once."""
        return sum(map(_own, _family(self.process))) / 1024


def _own(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _family(process: int) -> list[int]:
    found = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in found.stdout.splitlines()]
    below = [child for child, parent in pairs if parent == process]
    return [process, *(each for child in below for each in _family(child))]


@contextlib.contextmanager
def resgraph() -> Iterator[Server]:
    """Start the server of this project, as anybody does."""
    port = _port()
    with _running([str(BIN / "resgraph"), "serve", "--port", str(port)], port, "/health") as process:
        yield Server("resgraph", f"http://127.0.0.1:{port}/sparql", process)


@contextlib.contextmanager
def oxigraph(quads: Path) -> Iterator[Server]:
    """The server of Oxigraph, in memory."""
    port = _port()
    with _running([str(BIN / "oxigraph"), "serve", "-b", f"127.0.0.1:{port}"], port, "/") as process:
        kind = {"Content-Type": "application/n-quads"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/store", quads.read_bytes(), kind)
        _open(request)
        yield Server("oxigraph", f"http://127.0.0.1:{port}/query", process)


@contextlib.contextmanager
def rdflib_endpoint(triples: Path) -> Iterator[Server]:
    """The package that a Python author reaches for first."""
    port = _port()
    command = [
        str(BIN / "rdflib-endpoint"),
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        str(triples),
    ]
    with _running(command, port, "/docs") as process:
        yield Server("rdflib-endpoint", f"http://127.0.0.1:{port}/", process)


@contextlib.contextmanager
def virtuoso(triples: Path, directory: Path) -> Iterator[Server]:
    """Virtuoso 7 of Debian, with as much memory as it needs for so few triples."""
    port, sql = _port(), _port()
    home = directory / "virtuoso"
    home.mkdir()
    (home / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile={home}/v.db\nErrorLogFile={home}/v.log\nLockFile={home}/v.lck\n"
        f"TransactionFile={home}/v.trx\nxa_persistent_file={home}/v.pxa\n"
        f"[TempDatabase]\nDatabaseFile={home}/v.tdb\nTransactionFile={home}/v.ttr\n"
        f"[Parameters]\nServerPort=127.0.0.1:{sql}\nDirsAllowed={triples.parent}\nNumberOfBuffers=40000\n"
        f"[HTTPServer]\nServerPort=127.0.0.1:{port}\nServerThreads=20\n"
        "[SPARQL]\nResultSetMaxRows=1000000\nMaxQueryExecutionTime=60\n"
    )
    command = [_virtuoso(), "+foreground", "+configfile", str(home / "virtuoso.ini")]
    with _running(command, port, "/sparql") as process:
        folder, file = triples.parent, triples.name
        orders = f"ld_dir('{folder}', '{file}', 'http://example.org/all'); rdf_loader_run(); checkpoint;"
        isql = shutil.which("isql-vt") or "isql"
        command = [isql, f"127.0.0.1:{sql}", "dba", "dba", f"exec={orders}"]
        subprocess.run(command, check=True, capture_output=True, timeout=90)
        yield Server("virtuoso", f"http://127.0.0.1:{port}/sparql", process)


def _virtuoso() -> str:
    found = shutil.which("virtuoso-t")
    if found is None:
        raise FileNotFoundError("virtuoso-t: install Debian's virtuoso-opensource-7")
    return found


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _open(request: urllib.request.Request | str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request, timeout=60).close()


@contextlib.contextmanager
def _running(command: list[str], port: int, path: str) -> Iterator[int]:
    """Start a server, wait until it answers, and end it."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            with contextlib.suppress(OSError):
                _open(f"http://127.0.0.1:{port}{path}")
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{command[0]} did not answer")
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
