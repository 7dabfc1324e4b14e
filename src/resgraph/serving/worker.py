"""One process that answers: many connections, one query at a time, nothing between it and the engine.

The loop owns every connection, except while a query is evaluated. Then a second thread may, when the
supervisor asks for it, give the other connections back, so that nobody waits behind a slow query. The engine
lets other threads run while it works, and the lock says whose the connections are.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from mmap import mmap
from typing import Final
from wsgiref.handlers import format_date_time as http_date

import httptools

from resgraph.errors import TooLargeError
from resgraph.serving.board import HEAD, PAGE, STARTED, Board, Work
from resgraph.serving.cache import Key, Page
from resgraph.serving.connection import HEADER_BYTES, MESSAGE, Connection, Habits
from resgraph.serving.front import Front, NoPagesError
from resgraph.serving.incoming import Asking, Plan
from resgraph.serving.observe import Exchange, identities
from resgraph.serving.problem import PROBLEM, wants_page
from resgraph.serving.sink import BrokenAnswerError

NUMBER: Final = struct.Struct("<Q")
#: What a worker tells the supervisor of a connection.
GIVES, STUCK, FREE, FOLLOWS, TURNS = b"g", b"p", b"f", b"w", b"t"
#: What it tells of itself: the answers that it has kept are on its shelf.
KEEPS: Final = b"k"
#: A query that another worker has been at for so long is waited for, not evaluated a second time.
_WORTH_WAITING: Final = 0.005
_SECONDS_FOR_A_REQUEST: Final = 20.0
_SECONDS_BETWEEN_REQUESTS: Final = 75.0
_SECONDS_WITHOUT_PROGRESS: Final = 30.0
_SMALL: Final = 16 * 1024
#: Answers to what came in one moment go out together, after so many seconds at most: each that goes out alone
#: wakes its client, which takes the processor away. That none may wait for a slow one, it is done only while
#: nothing took longer than so many seconds, for so many seconds.
_TOGETHER, _SLOW, _CALM = 0.002, 0.01, 1.0
LINES: Final = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
_NAMELESS: Final = bytes(16)

_log = logging.getLogger("resgraph")


class _Outlet:
    """Sends a long answer while it is being found. The engine never waits for the client."""

    def __init__(self, worker: Worker, connection: Connection, exchange: Exchange) -> None:
        self._worker, self._connection, self._exchange = worker, connection, exchange

    def begin(self, head: bytes) -> None:
        """Send the header."""
        self._worker.say_started()
        self._exchange.status = 200
        self._worker.send(self._connection, 200, head, self._exchange)

    def send(self, content: bytes) -> None:
        """Send a chunk."""
        self._exchange.bytes += len(content)
        self._worker.put(self._connection, b"%x\r\n%b\r\n" % (len(content), content))

    def finish(self) -> None:
        """Send the chunk that says it was all; a client that leaves after it does not leave work undone."""
        self._worker.board.end(self._worker.slot)
        self._worker.put(self._connection, b"0\r\n\r\n")


class Worker:
    """Answers the connections that the supervisor hands it."""

    def __init__(
        self, slot: int, board: Board, front: Front, line: socket.socket, control: socket.socket, shelf: mmap
    ) -> None:
        self.slot, self.board, self.front = slot, board, front
        self.line, self.control, self.shelf = line, control, shelf
        settings = front.settings
        self._most = 3 * settings.query_bytes + HEADER_BYTES
        self._deadline = settings.deadline
        self._connections: dict[int, Connection] = {}
        self._epoll = select.epoll()
        self._lock = threading.Lock()
        self._at: Connection | None = None
        self._work = Work(0, 0.0, 0.0, 0, bytes(16))
        self._heads: dict[bytes, tuple[Key, Page | None, Asking]] = {}
        self._heads_bytes = 0
        self._habits: Habits = {}
        self._heads_most = settings.cache_bytes // 8
        self._date = 0
        self._identities = identities()
        self._ok = b""
        self._leaving = False
        #: answers that are ready, held back while others of the same moment are found
        self._held: list[tuple[Connection, tuple[bytes, ...]]] = []
        self._holds = False
        #: when an answer took long
        self._slow = 0.0
        self._files = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._no_files = (0, self._files[1])
        front.evaluator.limit = self._limit
        #: hears of every answer, before its last byte goes out
        self.on_answered: Callable[[Exchange], object] = front.ledger.record

    def run(self) -> None:
        """Answer until there is nothing more to do."""
        self._epoll.register(self.line.fileno(), select.EPOLLIN)
        line = self.line.fileno()
        self._may_open(False)
        self._lock.acquire()
        swept = time.monotonic()
        while not self._leaving or self._connections:
            events = self._epoll.poll(1.0)
            if int(time.time()) != self._date:
                self._set_date()
            begun = time.monotonic()
            self._holds = len(events) > 1 and begun - self._slow > _CALM
            for number, event in events:
                if number == line:
                    self._take()
                    continue
                connection = self._connections.get(number)
                if connection is not None:
                    self._meet(connection, event)
                if self._held and time.monotonic() - begun > _TOGETHER:
                    self._send_held()
            self._send_held()
            if begun - swept > 1.0:
                swept = begun
                self._sweep(swept)

    # Connections come and go.

    def _take(self) -> None:
        """Take a connection from the supervisor, with what has been read from it."""
        self._may_open(True)
        try:
            message, fds, _, _ = socket.recv_fds(self.line, MESSAGE, 1)
        except BlockingIOError:
            return
        finally:
            self._may_open(False)
        if not message:
            os._exit(0)
        if not fds:
            self._leave()
            return
        end = socket.socket(fileno=fds[0])
        number = NUMBER.unpack_from(message)[0]
        connection = Connection(number, end, self._most, self.front.proxies, self._habits)
        connection.socket.setblocking(False)
        self._connections[fds[0]] = connection
        self._epoll.register(fds[0], select.EPOLLIN)
        if len(message) > NUMBER.size:
            self._read(connection, message[NUMBER.size :])

    def _leave(self) -> None:
        """Give everything back, kept answers first, and end when the rest is done."""
        self._leaving = True
        self._send_held()
        self.front.cache.shelve(self.shelf)
        self.control.send(KEEPS)
        for connection in [each for each in self._connections.values() if each.movable]:
            self._give(connection)

    def _give(self, connection: Connection, kind: bytes = GIVES, extra: bytes = b"") -> None:
        """Let the supervisor hand a connection to another worker."""
        self._connections.pop(connection.socket.fileno(), None)
        self._epoll.unregister(connection.socket.fileno())
        connection.socket.close()
        self.control.send(kind + NUMBER.pack(connection.number) + extra + connection.raw)

    def obey(self) -> None:
        """Give the other connections back while a query is evaluated for one of them."""
        while True:
            order = self.control.recv(64)
            if not order:
                os._exit(0)
            with self._lock:
                at = self._at
                if at is None or at.number != NUMBER.unpack(order)[0]:
                    continue
                self._send_held()
                for each in [c for c in self._connections.values() if c is not at and c.movable]:
                    self._give(each)
                self._return_untaken()

    def _return_untaken(self) -> None:
        """Give back what was handed over but not taken; received without its descriptor, which is sealed."""
        try:
            while message := self.line.recv(MESSAGE):
                self.control.send(GIVES + message)
        except BlockingIOError:
            return

    def _close(self, connection: Connection) -> None:
        """End a connection: shut down, because the supervisor holds it too."""
        if self._connections.pop(connection.socket.fileno(), None) is None:
            return
        self._epoll.unregister(connection.socket.fileno())
        with contextlib.suppress(OSError):
            connection.socket.shutdown(socket.SHUT_RDWR)
        connection.socket.close()

    def _sweep(self, now: float) -> None:
        """Close what has waited too long: for a request, for its rest, for a client that reads."""
        for connection in list(self._connections.values()):
            if connection.out and connection.progresses():
                connection.since = now
            idle = now - connection.since
            allowed = _SECONDS_BETWEEN_REQUESTS if connection.between else _SECONDS_FOR_A_REQUEST
            if idle > (_SECONDS_WITHOUT_PROGRESS if connection.out else allowed):
                self._close(connection)

    # Requests.

    def _meet(self, connection: Connection, event: int) -> None:
        """See to a connection on which something happened."""
        if event & select.EPOLLOUT:
            self._flush(connection)
            return
        try:
            data = connection.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close(connection)
        elif self._is_plain(connection) and (known := self._heads.get(data)):
            self._answer_known(connection, data, *known)
        else:
            self._read(connection, data)

    @staticmethod
    def _is_plain(connection: Connection) -> bool:
        """Say whether what comes next is a request whose answer depends on its bytes alone."""
        return not (connection.raw or connection.ending or connection.trusted)

    def _answer_known(
        self, connection: Connection, data: bytes, key: Key, page: Page | None, asking: Asking
    ) -> None:
        """Answer a request that came before, byte for byte."""
        page = page or self.front.cache.get(key)
        if page is None:
            self._heads.pop(data)
            self._read(connection, data)
            return
        connection.since = time.monotonic()
        exchange = self.front.exchange(asking, next(self._identities))
        exchange.client = connection.client
        self._record(exchange, page, connection.since, kept=True)
        self.send(connection, page.status, page.wire, exchange)

    def _read(self, connection: Connection, data: bytes) -> None:
        """Read what came, and answer each request that is whole."""
        if connection.ending:
            return
        alone = not connection.raw
        connection.since = time.monotonic() if alone else connection.since
        try:
            connection.feed(data)
        except httptools.HttpParserUpgrade:
            pass
        except (httptools.HttpParserError, ValueError, OSError):
            connection.refused = connection.refused or 400
        if connection.refused or len(connection.raw) > self._most + 2 * HEADER_BYTES + 65536:
            self._refuse(connection, connection.refused or 413)
            return
        known = data if alone and len(connection.requests) == 1 and data.endswith(b"\r\n\r\n") else None
        while connection.requests and connection.socket.fileno() in self._connections:
            if self._answer(connection, connection.requests[0], known):
                return
            del connection.requests[:1]
        connection.forget()

    def _refuse(self, connection: Connection, status: int) -> None:
        """Say that a request cannot be read, and end the connection."""
        connection.ending = True
        connection.requests.clear()
        connection.raw = b""
        words = HTTPStatus(status).phrase
        body = f'{{"type": "about:blank", "title": "{words}", "status": {status}}}\n'.encode()
        head = f"Content-Type: {PROBLEM.media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        exchange = Exchange("", "-", "", connection.client, status=status, bytes=len(body), refused="request")
        self.on_answered(exchange)
        self.send(connection, status, head + body, exchange)

    def _record(self, exchange: Exchange, page: Page, since: float, *, kept: bool) -> None:
        """Let an answer that is ready to be sent be counted."""
        exchange.status = page.status
        exchange.bytes = 0 if exchange.method == "HEAD" else len(page.wire) - page.split
        now = time.monotonic()
        exchange.seconds = now - since
        if exchange.seconds > _SLOW:
            self._slow = now
        if page.etag:
            exchange.cache = ("revalidated" if page.status == 304 else "hit") if kept else "miss"
        self.on_answered(exchange)

    def _answer(self, connection: Connection, asking: Asking, known: bytes | None) -> bool:
        """Answer a request. True when it went to another worker: one at the same query, or with pages."""
        key = self.front.key(asking)
        page = self.front.recall(asking, key)
        kept, since = page is not None, time.monotonic()
        exchange = self.front.exchange(asking, next(self._identities))
        if page is None:
            plan = self.front.plan(asking, key)
            if plan is not None and not plan.volatile and self._follow(connection, plan.name):
                return True
            try:
                page = self._evaluate(connection, asking, key, plan, exchange)
            except NoPagesError:
                if self._can_go_on_elsewhere(connection):
                    self._give(connection, TURNS)
                    return True
                self._may_open(True)
                self.front.open_pages()
                self._may_open(False)
                page = self._evaluate(connection, asking, key, plan, exchange)
        elif asking.body and (plan := self.front.plan(asking, key)):
            exchange.query = plan.request.text
        if page is None:
            self._slow = time.monotonic()
            exchange.seconds = self._slow - since
            self.on_answered(exchange)
            self._settle(connection)
            return False
        self._record(exchange, page, since, kept=kept)
        lasting = kept and page.etag and asking.method == "GET"
        if known and lasting and not (connection.ending or asking.whole):
            self._remember(known, key, page, asking)
        content = page.wire[: page.split] if asking.method == "HEAD" else page.wire
        self.send(connection, page.status, content, exchange, old=asking.whole)
        return False

    def _remember(self, head: bytes, key: Key, page: Page, asking: Asking) -> None:
        """Remember a request byte for byte, with what answers it."""
        short = page if page.status == 304 else None
        if asking.trusted or (short is None and self.front.cache.get(key) is not page):
            return
        # The request is kept without its header, which only a proxy that is believed adds something by.
        size = len(head) + len(asking.path) + len(asking.query) + 600
        self._heads_bytes += size
        if self._heads_bytes > self._heads_most:
            self._heads.clear()
            self._heads_bytes = size
        self._heads[head] = (key, short, asking._replace(headers={}))

    def _follow(self, connection: Connection, name: bytes) -> bool:
        """Send a connection to the worker who is finding the very same answer, if one is."""
        other = self.board.who_is_at(name)
        if other is None or other == self.slot or not self._can_go_on_elsewhere(connection):
            return False
        if time.monotonic() - self.board.read(other).since < _WORTH_WAITING:
            return False
        self._give(connection, FOLLOWS, bytes([other]) + name)
        return True

    @staticmethod
    def _can_go_on_elsewhere(connection: Connection) -> bool:
        """Say whether another worker could answer the request that is being read."""
        alone = len(connection.requests) == 1 and not connection.tangled
        return alone and len(connection.raw) <= MESSAGE // 2

    def _evaluate(
        self, connection: Connection, asking: Asking, key: Key, plan: Plan | None, exchange: Exchange
    ) -> Page | None:
        """Find an answer. Meanwhile the connections may be given back, all but this."""
        now = time.monotonic()
        flags = HEAD if asking.method == "HEAD" else 0
        if plan is None and wants_page(asking.headers.get("accept")):
            flags |= PAGE
        name = plan.name if plan is not None and not plan.volatile else _NAMELESS
        self._work = Work(connection.number, now, now + self._deadline, flags, name)
        self._at = connection
        self.board.tell(self.slot, *_words(exchange, plan))
        self.board.begin(self.slot, self._work)
        draws = exchange.path != "/sparql"
        if draws:
            self._may_open(True)
        self._lock.release()
        try:
            return self.front.answer(asking, key, plan, _Outlet(self, connection, exchange), exchange)
        except BrokenAnswerError as error:
            too_large = isinstance(error.__cause__, TooLargeError)
            exchange.refused = "answer-too-large" if too_large else "query-failed"
            self._abort(connection)
            return None
        except ConnectionError:
            exchange.left = True
            self._abort(connection)
            return None
        except NoPagesError:
            raise
        except Exception:
            _log.exception("a request was not answered")
            exchange.refused = "failure"
            self._abort(connection)
            return None
        finally:
            self._lock.acquire()
            self._at = None
            self.board.end(self.slot)
            if draws:
                self._may_open(False)

    def _may_open(self, allowed: bool) -> None:
        """Let this process open files, or nothing at all: only pages need it, and taking a connection."""
        resource.setrlimit(resource.RLIMIT_NOFILE, self._files if allowed else self._no_files)

    def _limit(self, seconds: float) -> None:
        """Let the supervisor end this query sooner."""
        self.board.set_deadline(self.slot, self._work.since + seconds)

    def say_started(self) -> None:
        """Let the supervisor know that it is too late for an error in place of the answer."""
        self.board.set_flags(self.slot, self._work.flags | STARTED)

    # Bytes go out.

    def send(
        self, connection: Connection, status: int, content: bytes, exchange: Exchange, *, old: bool = False
    ) -> None:
        """Send an answer: the status line, the date, the name of the request, and what follows."""
        opening = self._ok
        if status != 200 or connection.ending or old:
            more = (
                "Connection: close\r\n" if connection.ending else "Connection: keep-alive\r\n" if old else ""
            )
            opening = f"{LINES[status]}Date: {http_date(self._date)}\r\n{more}".encode()
        opening += b"X-Request-Id: %b\r\n" % exchange.identity.encode()
        # What has another request behind it goes out now: the answer to that may begin before it is found.
        parts = (opening + content,) if len(content) <= _SMALL else (opening, content)
        if self._holds and self._at is None and len(connection.requests) < 2:
            self._held.append((connection, parts))
            return
        self.put(connection, *parts)
        if self._at is None:
            self._settle(connection)

    def _send_held(self) -> None:
        """Send the answers that were held back to go out together."""
        held, self._held = self._held, []
        for connection, parts in held:
            self.put(connection, *parts)
            self._settle(connection)

    def put(self, connection: Connection, *parts: bytes) -> None:
        """Send what the client takes now, and keep the rest for later."""
        if connection.out:
            connection.out.extend(map(memoryview, parts))
            self._push(connection)
            return
        try:
            sent = connection.socket.send(parts[0]) if len(parts) == 1 else connection.socket.sendmsg(parts)
        except BlockingIOError:
            sent = 0
        except OSError:
            if self._at is connection:
                raise
            connection.ending = True
            return
        for part in parts:
            if sent < len(part):
                connection.out.append(memoryview(part)[sent:])
            sent = max(0, sent - len(part))

    def _push(self, connection: Connection) -> None:
        """Send as much of what is kept as the client takes."""
        while connection.out:
            part = connection.out[0]
            try:
                sent = connection.socket.send(part)
            except BlockingIOError:
                return
            connection.since = time.monotonic()
            if sent < len(part):
                connection.out[0] = part[sent:]
                return
            connection.out.popleft()

    def _flush(self, connection: Connection) -> None:
        try:
            self._push(connection)
        except OSError:
            connection.out.clear()
            connection.ending = True
        self._settle(connection)

    def _settle(self, connection: Connection) -> None:
        """Wait for what a connection needs next, or end it."""
        number = connection.socket.fileno()
        if number not in self._connections:
            return
        if connection.out:
            if not connection.told:
                connection.told = True
                self.control.send(STUCK + NUMBER.pack(connection.number))
                self._epoll.modify(number, select.EPOLLOUT)
        elif connection.told:
            connection.told = False
            self.control.send(FREE + NUMBER.pack(connection.number))
            self._epoll.modify(number, select.EPOLLIN)
        if connection.ending and not connection.out and not connection.requests[1:]:
            self._end(connection)

    def _end(self, connection: Connection) -> None:
        """End a connection gently: what the client still sends is read, or it might not see the answer."""
        try:
            connection.socket.shutdown(socket.SHUT_WR)
            while connection.socket.recv(65536):
                pass
        except BlockingIOError:
            # The client is still there: it has a moment to close, and then the sweep does.
            connection.since = time.monotonic() - _SECONDS_BETWEEN_REQUESTS + 2
            connection.raw = b""
            connection.requests.clear()
            return
        except OSError:
            pass
        self._close(connection)

    def _abort(self, connection: Connection) -> None:
        """Break an answer off, so that nobody takes its beginning for the whole."""
        connection.out.clear()
        self._close(connection)

    def _set_date(self) -> None:
        self._date = int(time.time())
        self._ok = f"{LINES[200]}Date: {http_date(self._date)}\r\n".encode()


def _words(exchange: Exchange, plan: Plan | None) -> tuple[str, ...]:
    """Return what the supervisor has to know of a request, should it be the one who records it."""
    address, query = (exchange.address, "") if plan is None else ("", plan.request.text)
    return exchange.method, exchange.path, exchange.client, exchange.identity, address, query
