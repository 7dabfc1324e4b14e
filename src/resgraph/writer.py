"""A store on disk that can be written to: one process writes, evaluators read snapshots.

::

    the server (many threads)           WritableStore: one change at a time, and the time it may take
      ├── the writer (one thread)       has the store open; the only process that ever writes to it
      └── a pool of evaluators          open the newest snapshot; see ``resgraph.pool``

A change is one transaction. When it is worked out, and before it is committed, the writer asks the server:
the last operation of each transaction is a test that calls back. A change that is late is ended before it
gets that permission, so it leaves no trace; one that has it is committed, made durable, and only then
answered. A snapshot (hard links, a few milliseconds) is taken with each change, so a query never waits for
a writer, and sees whole changes only.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Store

from resgraph.change import Change, explain_update, known_prefixes
from resgraph.errors import (
    BusyError,
    DeadlineError,
    EngineDiedError,
    QueryError,
    RefusedQueryError,
    ResgraphError,
    UnknownThingError,
    UsageError,
)
from resgraph.evaluate import Request, Written
from resgraph.pool import Pool, describe_error, read_error
from resgraph.seal import forbid_sockets
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.tokens import prologue, scan

_SNAPSHOTS: Final = "snapshots"
#: Seconds to make durable what was committed: a disk that is slower is broken.
_COMMIT: Final = 120.0
#: Seconds to wait for a store that a process which is ending still holds.
_LOCKED: Final = 5.0


class WritableStore:
    """A store on disk: an evaluator of queries that also applies changes."""

    def __init__(
        self, directory: Path, settings: Settings | None = None, *, default_graph: str = "strict"
    ) -> None:
        self.settings = settings or Settings()
        self.default_graph = default_graph
        self._directory = directory
        self._lock = threading.Lock()
        self._writer: _Writer | None = None
        self._snapshots = _Snapshots(directory / _SNAPSHOTS)
        self._start()
        self._pool = Pool(Dataset(), self.settings, from_disk=True)

    @property
    def on_replaced(self) -> Callable[[], object]:
        """What is called when an evaluator was replaced."""
        return self._pool.on_replaced

    @on_replaced.setter
    def on_replaced(self, hear: Callable[[], object]) -> None:
        self._pool.on_replaced = hear

    @property
    def version(self) -> str:
        """What changes with every change of the data."""
        return str(self._snapshots.newest)

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        """Answer a query from the newest snapshot."""
        with self._snapshots.reading() as path:
            asked = request._replace(snapshot=f"{self.default_graph}:{path}")
            return self._pool.evaluate(asked, deadline=deadline)

    def parse(self, text: str, form: str, base: str) -> str:
        """Return the statements of a document as N-Triples, read where reading can be ended."""
        request = Request(text, base=base, rdf=form)
        return self._pool.evaluate(request).body.decode()

    def apply(self, change: Change, *, deadline: float | None = None) -> bool:
        """Apply a change; say whether its graph was there before. When this returns, it is on the disk."""
        seconds = min(deadline or self.settings.deadline, self.settings.deadline)
        if not self._lock.acquire(timeout=self.settings.patience):
            raise BusyError("another change is at work", hint="try again in a little while")
        try:
            if self._writer and self._writer.dead:
                self._end()
            writer = self._writer or self._start()
            try:
                return self._transact(writer, change, seconds)
            except (EOFError, OSError):
                self._end()
                raise EngineDiedError(
                    "the change ended the engine that worked on it, and is not saved",
                    hint="it needs more memory than it may use, or nests too deeply",
                ) from None
            except BaseException as error:
                if not isinstance(error, ResgraphError):
                    self._end()
                raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """End every process that was started."""
        self._end()
        if hasattr(self, "_pool"):
            self._pool.close()
        self._snapshots.clear()

    def __enter__(self) -> WritableStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> _Writer:
        number = self._snapshots.newest + 1
        self._writer = _Writer(self._directory, self._snapshots.path(number), self.settings)
        self._snapshots.publish(number)
        return self._writer

    def _end(self) -> None:
        writer, self._writer = self._writer, None
        if writer:
            writer.kill()

    def _transact(self, writer: _Writer, change: Change, seconds: float) -> bool:
        number = self._snapshots.newest + 1
        reply = writer.ask({**asdict(change), "snapshot": str(self._snapshots.path(number))}, seconds)
        if reply is None:
            self._end()
            raise DeadlineError(
                f"the change took longer than {seconds:g} s and was ended; nothing is changed",
                hint="change less at once",
            )
        if "error" in reply:
            raise read_error(reply)
        try:
            reply = writer.ask({"go": True}, _COMMIT)
        except (EOFError, OSError):
            reply = None
        if reply is None or "error" in reply:
            self._end()
            raise QueryError(
                "the disk did not take the change in time; whether it is saved is not known",
                hint="look before you send it again",
            )
        self._snapshots.publish(number)
        return bool(reply["existed"])


class _Snapshots:
    """The snapshots of a store: the newest, and those that are still being read."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._readers: Counter[int] = Counter()
        self.newest = 0
        self.clear()
        directory.mkdir(parents=True)

    def path(self, number: int) -> Path:
        """Return where a snapshot is, or will be."""
        return self._directory / str(number)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Path]:
        """Keep the newest snapshot while it is being read."""
        with self._lock:
            number = self.newest
            self._readers[number] += 1
        try:
            yield self.path(number)
        finally:
            with self._lock:
                self._readers[number] -= 1
                self._forget(number)

    def publish(self, number: int) -> None:
        """Let queries read a snapshot from now on."""
        with self._lock:
            before, self.newest = self.newest, number
            self._forget(before)

    def clear(self) -> None:
        """Take all snapshots away."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def _forget(self, number: int) -> None:
        if number != self.newest and not self._readers[number]:
            del self._readers[number]
            shutil.rmtree(self.path(number), ignore_errors=True)


class _Writer:
    """The server's side of the process that writes."""

    def __init__(self, directory: Path, snapshot: Path, settings: Settings) -> None:
        here, there = socket.socketpair()
        life, self._life = os.pipe()
        options = {
            "control": there.fileno(),
            "life": life,
            "store": str(directory),
            "snapshot": str(snapshot),
            "memory": settings.evaluator_memory,
        }
        self._process = subprocess.Popen(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-P", "-m", "resgraph.writer", json.dumps(options)],
            pass_fds=[there.fileno(), life],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},
        )
        there.close()
        os.close(life)
        self._line = Connection(here.detach())
        try:
            greeting = self._receive(_COMMIT) or {}
        except (EOFError, OSError):
            greeting = {}
        if "ready" not in greeting:
            self.kill()
            if "error" in greeting:
                raise read_error(greeting)
            raise EngineDiedError(f"the store in {directory} could not be opened")

    def ask(self, message: Mapping[str, Any], seconds: float) -> Mapping[str, Any] | None:
        """Send a message; return the reply, or None when it is late."""
        self._line.send_bytes(json.dumps(message).encode())
        return self._receive(seconds)

    @property
    def dead(self) -> bool:
        """Whether the process ended by itself."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """End the process, and return when it is gone."""
        self._line.close()
        os.close(self._life)
        self._process.kill()
        self._process.wait()

    def _receive(self, seconds: float) -> Mapping[str, Any] | None:
        if not self._line.poll(seconds):
            return None
        reply: Mapping[str, Any] = json.loads(self._line.recv_bytes())
        return reply


# What follows runs in the writer.


def _write(options: Mapping[str, Any]) -> None:
    """Open the store; apply one change after the other until the server is gone."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    threading.Thread(target=_end_with_server, args=(options["life"],), daemon=True).start()
    forbid_sockets()
    line = Connection(options["control"])
    try:
        store = _open(Path(options["store"]))
        store.backup(options["snapshot"])
        _limit_memory(options["memory"])
    except (ResgraphError, OSError) as error:
        failure = error if isinstance(error, ResgraphError) else UsageError(f"cannot open the store: {error}")
        line.send_bytes(describe_error(failure))
        return
    line.send_bytes(b'{"ready": true}')
    with contextlib.suppress(EOFError):
        while True:
            _apply(store, line, json.loads(line.recv_bytes()))


def _end_with_server(life: int) -> None:
    """End this process when the server is gone, however it went: nobody else holds the other end."""
    os.read(life, 1)
    os._exit(1)


def _open(directory: Path) -> Store:
    """Open the store; one that a process which is ending still holds is waited for."""
    patience = time.monotonic() + _LOCKED
    while True:
        try:
            return Store(str(directory))
        except OSError as error:
            if "lock" not in str(error).lower():
                raise UsageError(f"`{directory}` cannot be opened as a store: {error}") from None
            if time.monotonic() > patience:
                raise UsageError(
                    f"the store in `{directory}` is in use by another process",
                    hint="only one may write to it",
                ) from None
            time.sleep(0.05)


def _limit_memory(most: int) -> None:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    memory = pages * resource.getpagesize() + most
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _apply(store: Store, line: Connection, change: Mapping[str, Any]) -> None:
    graph = change["graph"]
    existed = graph is None or store.contains_named_graph(NamedNode(graph))
    try:
        if change["refusal"]:
            _read_only(change["text"], change["base"])
            hint = "send the content itself to /graph-store"
            raise RefusedQueryError(change["refusal"], hint=hint)
        if change["needs_graph"] and not existed:
            raise UnknownThingError(f"there is no graph <{graph}> here")
        _transaction(store, line, change["text"], change["base"])
    except ResgraphError as error:
        line.send_bytes(describe_error(error))
        return
    store.flush()
    store.backup(change["snapshot"])
    line.send_bytes(json.dumps({"existed": existed}).encode())


def _transaction(store: Store, line: Connection, text: str, base: str) -> None:
    """Work out an update, get the permission to commit it, and commit it."""

    def permission() -> Literal:
        line.send_bytes(b"{}")
        if not json.loads(line.recv_bytes()).get("go"):
            os._exit(1)
        return Literal(True)

    # A name that no update can know, so that none asks for permission before its end.
    name = NamedNode(f"urn:resgraph:permission:{secrets.token_hex(16)}")
    last = f"INSERT {{ {name} {name} {name} }} WHERE {{ FILTER(!{name}()) }}"
    try:
        store.update(
            text + _joint(text) + last,
            base_iri=base or None,
            prefixes=known_prefixes(text),
            custom_functions={name: permission},
        )
    except SyntaxError as error:
        raise explain_update(text, str(error.msg)) from None
    except (RuntimeError, ValueError, OSError) as error:
        words = str(error) or type(error).__name__
        raise QueryError(words[0].lower() + words[1:]) from None


def _read_only(text: str, base: str) -> None:
    """Let the engine read an update without running any of it: what stands before it fails first."""
    name = f"<urn:resgraph:never:{secrets.token_hex(16)}>"
    first = f"CREATE GRAPH {name} ; CREATE GRAPH {name} ;"
    at = prologue(text).at
    text = f"{text[:at]}{first}\n{text[at:]}"
    try:
        Store().update(text, base_iri=base or None, prefixes=known_prefixes(text))
    except SyntaxError as error:
        raise explain_update(text, str(error.msg)) from None
    except (RuntimeError, ValueError, OSError):
        return


def _joint(text: str) -> str:
    """Return what stands between an update and the operation that is put after it."""
    if not prologue(text).verb:
        return "\n"
    tail = text[-4096:]
    tokens = list(scan(text if "#" in tail or len(text) < 4096 else tail))
    return "\n" if tokens and tokens[-1].says(";") else "\n;\n"


if __name__ == "__main__":
    _write(json.loads(sys.argv[1]))
