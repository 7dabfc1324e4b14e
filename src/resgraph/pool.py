"""Evaluation that can be ended: queries run in processes of their own.

The engine cannot be interrupted, a query nested deeply enough ends the process it runs in, and the engine
has no switch against calling other machines. So no query runs where requests are served::

    the server (many threads)          Pool: waits for a free evaluator, keeps the time
      └── a keeper (one thread)        holds the data; forks and ends evaluators, nothing else
            ├── evaluator              answers one query after the other over its socket
            └── evaluator              shares the keeper's memory; cannot open a file or a socket

An evaluator that is late is killed and replaced; one that dies is replaced. The keeper is a fresh process,
never a fork of the server, so threads of the server do not matter. When the server goes, however it goes,
the keeper sees its socket close, ends its evaluators and itself.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

from resgraph import errors
from resgraph.errors import BusyError, DeadlineError, EngineDiedError, QueryError, ResgraphError
from resgraph.evaluate import Request, Source, Written, answer, ignore
from resgraph.seal import die_with, forbid_sockets, limit_memory
from resgraph.settings import Settings
from resgraph.snapshot import open_snapshot
from resgraph.store import Dataset

_LENGTH: Final = struct.Struct("!Q")
_ORDER: Final = struct.Struct("!cI")
_SPAWN, _END = b"+", b"-"


class Pool:
    """Evaluators in processes of their own, ready for many threads.

    >>> with Pool(Dataset(), Settings(evaluators=1)) as pool:
    ...     pool.evaluate(Request("ASK {}")).body
    b'{"head":{},"boolean":true}'
    """

    def __init__(self, source: Source, settings: Settings | None = None, *, from_disk: bool = False) -> None:
        """Start evaluators; `from_disk` lets them open the snapshots that requests name."""
        self.settings = settings or Settings()
        self.on_replaced: Callable[[], object] = ignore
        self._from_disk = from_disk
        self._data, self._names = _hand_over(source)
        self._idle: queue.LifoQueue[_Line] = queue.LifoQueue()
        self._lock = threading.RLock()
        self._closed = False
        self._keeper = _Keeper(self._data, self._names, self.settings, self._from_disk)
        self.size = self._keeper.size
        for _ in range(self.settings.evaluators):
            self._idle.put(self._keeper.spawn())

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        """Answer a request within the deadline; whatever happens, the next request finds an evaluator."""
        seconds = min(deadline or self.settings.deadline, self.settings.deadline)
        content = request.to_json()
        line = self._send(content)
        try:
            written = line.receive(seconds)
        except TimeoutError:
            self._replace(line)
            raise DeadlineError(
                f"the query took longer than {seconds:g} s and was ended",
                hint="ask for less: narrow a pattern, or avoid patterns that share no variable",
            ) from None
        except (EOFError, OSError):
            self._replace(line)
            raise EngineDiedError(
                "the query ended the engine that worked on it",
                hint="it needs more memory than it may use, or nests too deeply",
            ) from None
        except BaseException:
            # Interrupted while waiting: the answer is still to come, so the evaluator is of no more use.
            self._replace(line)
            raise
        self._idle.put(line)
        return _read(written)

    def close(self) -> None:
        """End every process that was started, and wait until it is gone."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._keeper.close()
        self._drain()
        if self._data:
            self._data.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, content: bytes) -> _Line:
        """Give a request to a free evaluator; one that died while it was idle is passed over."""
        patience = time.monotonic() + self.settings.patience
        while True:
            try:
                line = self._idle.get(timeout=max(0.0, patience - time.monotonic()))
            except queue.Empty:
                raise BusyError(
                    "every evaluator is at work on another query", hint="try again in a little while"
                ) from None
            try:
                line.send(content)
            except OSError:
                self._replace(line)
            else:
                return line

    def _replace(self, line: _Line) -> None:
        """End an evaluator and start another in its place."""
        line.close()
        with self._lock:
            if self._closed:
                return
            self.on_replaced()
            try:
                if line.keeper is self._keeper:
                    self._keeper.end(line)
                self._idle.put(self._keeper.spawn())
            except (OSError, EOFError):
                # The keeper itself is gone, and its evaluators with it: begin again.
                self._keeper.close()
                self._keeper = _Keeper(self._data, self._names, self.settings, self._from_disk)
                for _ in range(1 + self._drain()):
                    self._idle.put(self._keeper.spawn())

    def _drain(self) -> int:
        """Close the lines of all evaluators that are free; return how many there were."""
        count = 0
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()
                count += 1
        return count


def _hand_over(source: Source) -> tuple[IO[bytes] | None, tuple[str, ...]]:
    """Return what a keeper needs to load the data: an open file of N-Quads, or names of files."""
    if isinstance(source, Path):
        return None, ("--quads", str(source))
    if not isinstance(source, Dataset):
        return None, tuple(str(path) for path in source)
    data = tempfile.TemporaryFile()  # noqa: SIM115 (it stays open as long as the pool)
    data.write(source.to_nquads())
    data.flush()
    return data, ()


class _Line:
    """The server's end of the socket of one evaluator, and which keeper started it."""

    def __init__(self, keeper: _Keeper, number: int, end: socket.socket) -> None:
        self.keeper = keeper
        self.number = number
        self._socket = end

    def send(self, content: bytes) -> None:
        self._socket.settimeout(5.0)
        self._socket.sendall(_LENGTH.pack(len(content)) + content)

    def receive(self, seconds: float) -> bytearray:
        """Return a whole message; TimeoutError when it is not there in time."""
        return _receive(self._socket, time.monotonic() + seconds)

    def close(self) -> None:
        self._socket.close()


def _receive(end: socket.socket, until: float | None = None) -> bytearray:
    """Return the next message of a socket; EOFError when its other end is gone."""
    size = _LENGTH.unpack(_receive_bytes(end, _LENGTH.size, until))[0]
    return _receive_bytes(end, size, until)


def _receive_bytes(end: socket.socket, size: int, until: float | None) -> bytearray:
    content = bytearray(size)
    view = memoryview(content)
    done = 0
    while done < size:
        if until is not None:
            end.settimeout(max(0.001, until - time.monotonic()))
        count = end.recv_into(view[done:])
        if not count:
            raise EOFError
        done += count
    return content


class _Keeper:
    """The server's side of the process that holds the data."""

    def __init__(
        self, data: IO[bytes] | None, names: Sequence[str], settings: Settings, from_disk: bool
    ) -> None:
        self._socket, other = socket.socketpair()
        inherited = [other.fileno(), *([data.fileno()] if data else [])]
        options = json.dumps(
            {
                "control": other.fileno(),
                "data": data.fileno() if data else None,
                "settings": asdict(settings),
                "from_disk": from_disk,
            }
        )
        self._process = subprocess.Popen(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-P", "-m", "resgraph.pool", options, *names],
            pass_fds=inherited,
            stdin=subprocess.DEVNULL,
            # Threads of a store would each reserve a large part of the memory that an evaluator may use.
            env={**os.environ, "MALLOC_ARENA_MAX": "2"} if from_disk else None,
        )
        other.close()
        try:
            greeting = json.loads(_receive(self._socket))
        except EOFError:
            self.close()
            raise EngineDiedError("the process that holds the data did not start") from None
        if "error" in greeting:
            self.close()
            raise read_error(greeting)
        self.size: int = greeting["size"]

    def spawn(self) -> _Line:
        """Start an evaluator."""
        self._socket.sendall(_ORDER.pack(_SPAWN, 0))
        content, fds, _, _ = socket.recv_fds(self._socket, 4, 1)
        if not fds:
            raise EOFError
        os.set_inheritable(fds[0], False)
        return _Line(self, struct.unpack("!I", content)[0], socket.socket(fileno=fds[0]))

    def end(self, line: _Line) -> None:
        """Kill an evaluator, and return when it is gone."""
        self._socket.sendall(_ORDER.pack(_END, line.number))
        if not self._socket.recv(1):
            raise EOFError

    def close(self) -> None:
        """End the keeper; it ends its evaluators."""
        self._socket.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _read(message: bytearray) -> Written:
    """Return what an evaluator sent: its answer, or the error it met, raised."""
    size = message[0]
    if size:
        return Written(message[1 : 1 + size].decode(), bytes(memoryview(message)[1 + size :]))
    raise read_error(json.loads(message[1:]))


def read_error(described: Mapping[str, Any]) -> ResgraphError:
    """Return the error that another process described."""
    kind = getattr(errors, described["error"], EngineDiedError)
    parts = dict(described["parts"])
    message = parts.pop("message")
    if "problems" in parts:
        parts["problems"] = [errors.Problem(**problem) for problem in parts["problems"]]
    error: ResgraphError = kind(message, **parts)
    return error


def describe_error(error: ResgraphError) -> bytes:
    """Write an error for another process."""
    parts = {name: value for name, value in vars(error).items() if not name.startswith("_")}
    if isinstance(error, errors.InputError):
        parts["problems"] = [asdict(problem) for problem in error.problems]
    return json.dumps({"error": type(error).__name__, "parts": parts}).encode()


# What follows runs in the keeper and in the evaluators.


def _keep(options: Mapping[str, Any], names: Sequence[str]) -> None:
    """Hold the data; start and end evaluators as ordered; end with the one who orders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    settings = Settings(**options["settings"])
    control = socket.socket(fileno=options["control"])
    try:
        dataset = _load(options["data"], names)
    except ResgraphError as error:
        _transmit(control, describe_error(error))
        return
    _transmit(control, json.dumps({"size": len(dataset)}).encode())
    gc.collect()
    gc.freeze()
    children: dict[int, int] = {}
    try:
        for order, number in _orders(control):
            if order == _SPAWN:
                _spawn(control, dataset, settings, children, options["from_disk"])
            else:
                _kill(children.pop(number, None))
                control.sendall(b".")
    finally:
        for child in children.values():
            _kill(child)


def _load(data: int | None, names: Sequence[str]) -> Dataset:
    if data is not None:
        with os.fdopen(data, "rb") as file:
            file.seek(0)
            return Dataset.from_nquads(file.read())
    if names and names[0] == "--quads":
        return Dataset.from_nquads(Path(names[1]))
    return Dataset.from_files(names)


def _orders(control: socket.socket) -> Iterator[tuple[bytes, int]]:
    while True:
        try:
            yield _ORDER.unpack(_receive_bytes(control, _ORDER.size, None))
        except (EOFError, OSError):
            return


def _spawn(
    control: socket.socket, dataset: Dataset, settings: Settings, children: dict[int, int], from_disk: bool
) -> None:
    """Fork an evaluator and send the server its end of the socket."""
    here, there = socket.socketpair()
    keeper = os.getpid()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            control.close()
            there.close()
            _confine(settings, keeper, from_disk)
            _serve(here, dataset, settings)
            status = 0
        finally:
            os._exit(status)
    # Its process id: no order that comes late can mean another evaluator.
    number = child
    children[number] = child
    here.close()
    socket.send_fds(control, [struct.pack("!I", number)], [there.fileno()])
    there.close()


def _kill(child: int | None) -> None:
    if child is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _confine(settings: Settings, keeper: int, from_disk: bool = False) -> None:
    """Take from this process what an evaluator does not need: files, sockets, memory, a long life."""
    import resource

    die_with(keeper)
    silence = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(silence, number)
    os.close(silence)
    limit_memory(settings.evaluator_memory)
    forbid_sockets()
    if from_disk:
        return
    # From here on nothing can be opened: what a query could do to files and networks is nothing.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _serve(here: socket.socket, dataset: Dataset, settings: Settings) -> None:
    """Answer one request after the other until the server closes the socket."""
    opened = None
    while True:
        try:
            request = Request.from_json(_receive(here))
        except EOFError:
            return
        try:
            if request.snapshot and request.snapshot != opened:
                dataset, opened = _open_snapshot(request.snapshot), request.snapshot
            written = answer(dataset, request, settings)
        except ResgraphError as error:
            _transmit(here, b"\0", describe_error(error))
        else:
            form = written.format.encode()
            _transmit(here, bytes([len(form)]) + form, written.body)


def _open_snapshot(name: str) -> Dataset:
    kind, _, path = name.partition(":")
    try:
        return open_snapshot(path, kind)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the snapshot of the store cannot be read: {error}") from None


def _transmit(end: socket.socket, *parts: bytes) -> None:
    """Send a message: its length, then its parts."""
    size = sum(map(len, parts))
    if size < 65536:
        end.sendall(b"".join((_LENGTH.pack(size), *parts)))
        return
    for part in (_LENGTH.pack(size), *parts):
        end.sendall(part)


if __name__ == "__main__":
    _keep(json.loads(sys.argv[1]), sys.argv[2:])
