"""A client: what has come from it, read by llhttp, and what is still to go to it."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
import time
from collections import deque
from collections.abc import Mapping
from typing import Final

import httptools

from resgraph.serving.incoming import Asking
from resgraph.serving.proxy import Proxies

_INT: Final = struct.Struct("i")
#: The largest message between a worker and the supervisor; a request that is longer stays where it is.
MESSAGE: Final = 256 * 1024
#: Bytes of the fields of a request.
HEADER_BYTES: Final = 16 * 1024
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
#: A first line that leaves nothing to argue about has only these between its words.
_VISIBLE: Final = bytes(range(0x21, 0x7F))
_BEGINNING, _END = b"GET ", b" HTTP/1.1"
#: Fields that tell of more than themselves: of a body, or of another protocol.
_TELLING: Final = frozenset(("content-length", "transfer-encoding", "expect", "upgrade"))
#: Bytes of fields that are remembered, and how many such: clients send the same ones with each request.
_HABIT, _HABITS = 1000, 256

#: The fields of requests as they came, and as they were read.
Habits = dict[bytes, Mapping[str, str]]


class Connection:
    """A client, and what has come from it and is still to go to it. It is what the parser reports to."""

    def __init__(
        self, number: int, end: socket.socket, most: int, proxies: Proxies, habits: Habits | None = None
    ) -> None:
        self.number = number
        self.socket = end
        self.client = other_end(end)
        self.trusted = proxies.trusts(self.client)
        self.most = most
        self.raw = b""
        self.out: deque[memoryview] = deque()
        self.requests: list[Asking] = []
        self.ending = False
        self.since = time.monotonic()
        self.tangled = False
        self.told = False
        self._unsent = 0
        self._habits = {} if habits is None else habits
        self._parser: httptools.HttpRequestParser | None = None
        self.on_message_begin()

    def feed(self, data: bytes) -> None:
        """Read what came; whole requests gather in `requests`."""
        if not self.raw and self._knows(data):
            return
        if self._parser is None:
            self._parser = httptools.HttpRequestParser(self)
        self.raw = self.raw + data if self.raw else data
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserInvalidMethodError:
            self._invent()
        self._learn(data)
        if not self._complete and self.requests:
            self.tangled = True

    def _knows(self, data: bytes) -> bool:
        """Take a request that is whole, and has nothing new but its address."""
        line, _, fields = data.partition(b"\r\n")
        known = self._habits.get(fields)
        if known is None or len(data) > self.most or not _is_simple(line):
            return False
        self.raw, self._complete = data, True
        self._add(b"GET", line[len(_BEGINNING) : -len(_END)], known)
        return True

    def _learn(self, data: bytes) -> None:
        """Remember the fields of a request that was whole, alone and plain."""
        line, _, fields = data.partition(b"\r\n")
        alone = self.raw is data and len(self.requests) == 1 and self._complete and not self.ending
        if alone and len(fields) <= _HABIT and _is_simple(line) and _TELLING.isdisjoint(self._headers):
            if len(self._habits) >= _HABITS:
                self._habits.clear()
            self._habits[fields] = self._headers

    def forget(self) -> None:
        """Forget what came, if all of it is read and answered."""
        if self._complete and not self.requests:
            self.raw = b""
            self.tangled = False

    @property
    def between(self) -> bool:
        """Whether everything that came has been answered."""
        return not self.raw and not self.out and not self.requests

    @property
    def movable(self) -> bool:
        """Whether another worker could go on with it."""
        return not (self.out or self.requests or self.tangled or self.ending or len(self.raw) > MESSAGE // 2)

    def progresses(self) -> bool:
        """Say whether the client has taken something of what the system holds for it since last asked."""
        before = self._unsent
        self._unsent = _INT.unpack(fcntl.ioctl(self.socket, termios.TIOCOUTQ, bytes(_INT.size)))[0]
        return self._unsent < before

    # The parser calls these.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0
        self._complete = False
        self.refused = 0

    def on_url(self, url: bytes) -> None:
        """Take the address, or a part of it."""
        self._url += url
        if len(self._url) > self.most:
            self.refused = 414

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the header."""
        self._size += len(name) + len(value)
        if self._size > HEADER_BYTES:
            self.refused = 431
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        """Decide whether the body is read."""
        if int(self._headers.get("content-length", "0")) > self.most:
            # The application says what is wrong with so much; it is not read.
            self.ending = True
            self._finish()
        elif self._headers.get("expect", "").lower() == "100-continue":
            self.socket.send(_CONTINUE)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._size += len(body)
        if self._size > self.most + HEADER_BYTES:
            self._headers["content-length"] = str(self._size)
            self.ending = True
        if not self.ending:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Take the end of the request."""
        if self._headers.pop("transfer-encoding", None) and not self.ending:
            self._headers["content-length"] = str(sum(map(len, self._body)))
        if not self._complete:
            self._finish()

    def _invent(self) -> None:
        """Let the application refuse a method that nobody has heard of; no body is read after it."""
        method, _, rest = self.raw.partition(b" ")
        path, _, version = rest.partition(b"\r\n")[0].rpartition(b" ")
        if self.requests or not (
            method.isalnum() and path.startswith(b"/") and version.startswith(b"HTTP/1.")
        ):
            raise httptools.HttpParserInvalidMethodError("not a request")
        self._complete = self.ending = True
        self._add(method, path, self._headers)

    def _add(
        self, method: bytes, url: bytes, headers: Mapping[str, str], body: bytes = b"", *, old: bool = False
    ) -> None:
        """Add a request that is whole."""
        path, _, query = url.decode("latin-1").partition("?")
        if "://" in path[:8]:
            path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"
        name = method.decode("latin-1")
        self.requests.append(Asking(name, path, query, headers, body, old, self.client, self.trusted))

    def _finish(self) -> None:
        self._complete = True
        parser = self._parser
        if parser is None:
            return
        if not parser.should_keep_alive():
            self.ending = True
        old = parser.get_http_version() == "1.0"
        self._add(parser.get_method(), self._url, self._headers, b"".join(self._body), old=old)


def _is_simple(line: bytes) -> bool:
    """Say whether a first line asks for a path, in the usual way."""
    return (
        line.startswith(b"GET /")
        and line.endswith(_END)
        and not line[len(_BEGINNING) : -len(_END)].translate(None, _VISIBLE)
    )


def other_end(end: socket.socket) -> str:
    """Return the address of who has connected."""
    try:
        return str(end.getpeername()[0])
    except (OSError, IndexError):
        return ""
