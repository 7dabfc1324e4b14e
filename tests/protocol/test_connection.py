"""What is read from a connection: the same whether its fields are new or came before."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httptools
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resgraph.serving.connection import Connection, Habits
from resgraph.serving.incoming import Asking
from resgraph.serving.proxy import Proxies
from resgraph.settings import Settings

_MOST = 4000
_FIELDS = "Host: localhost\r\nAccept: text/csv\r\n"

#: Pieces of which requests are made: most are in order, some are not.
_METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "get", "BREW", "GE"])
_TARGETS = st.one_of(
    st.sampled_from(
        ["/", "/sparql?query=ASK%7B%7D", "/a?b#c", "*", "http://h/x?y", "//h/x", "/a://b", "", "/" * 4100]
    ),
    st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=12).map("/{}".format),
)
_VERSIONS = st.sampled_from(
    [" HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/2.0", "", "  HTTP/1.1"]
)
_BLOCKS = st.lists(
    st.sampled_from(
        [
            *(
                "Host: localhost\r\n",
                "Accept: text/csv\r\n",
                "Accept: */*;q=0.1\r\n",
                "Connection: close\r\n",
            ),
            *(
                "Connection: keep-alive\r\n",
                "Content-Length: 3\r\n",
                "Content-Length: 0\r\n",
                "Expect: 100-continue\r\n",
            ),
            *(
                "Transfer-Encoding: chunked\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\n",
                " folded\r\n",
                "X: \xe9\r\n",
            ),
            *("bad\r\n", "X-Long: " + "x" * 990 + "\r\n"),
        ]
    ),
    max_size=4,
).map(lambda fields: "".join(fields) + "\r\n")
_REST = st.sampled_from(["", "", "", "abc", "3\r\nabc\r\n0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"])
_REQUESTS = st.builds(
    lambda method, target, version, block, rest: f"{method} {target}{version}\r\n{block}{rest}".encode(
        "latin-1"
    ),
    *(_METHODS, _TARGETS, _VERSIONS, _BLOCKS, _REST),
)


@contextmanager
def _connection(habits: Habits) -> Iterator[Connection]:
    here, there = socket.socketpair()
    with here, there:
        yield Connection(1, here, _MOST, Proxies(Settings()), habits)


def _read(data: bytes, habits: Habits) -> tuple[list[Asking], bool, int, str, bytes]:
    """Return what a new connection makes of some bytes."""
    with _connection(habits) as connection:
        error = ""
        try:
            connection.feed(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade, ValueError) as found:
            error = type(found).__name__
        return connection.requests, connection.ending, connection.refused, error, connection.raw


@example(b"GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", b"GET /x HTTP/1.1\r\n\r\n")
@example(
    b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"GET /x HTTP/1.1\r\n\r\n"
)
@example(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"GET /x HTTP/1.1\r\n\r\n")
@example(b"GET / HTTP/1.0\r\n\r\n", b"GET /x HTTP/1.1\r\n\r\n")
@example(b"GET / HTTP/1.1\r\n\r\n", b"GET /x HTTP/1.0\r\n\r\n")
@example(b"GET / HTTP/1.1\r\n\r\n", b"GET /x y HTTP/1.1\r\n\r\n")
@example(b"GET / HTTP/1.1\r\n\r\n", b"PUT /x HTTP/1.1\r\n\r\n")
@example(b"GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", b"GET /x HTTP/1.1\r\n\r\n")
@given(_REQUESTS, _REQUESTS)
def test_what_came_before_changes_nothing(first: bytes, second: bytes) -> None:
    habits: Habits = {}
    _read(first, habits)
    # The second has the fields of the first, with a first line of its own; and it has its own.
    mixed = second.partition(b"\r\n")[0] + b"\r\n" + first.partition(b"\r\n")[2]
    for data in (first, mixed, second):
        assert _read(data, habits) == _read(data, {})


def test_fields_that_came_before_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    habits: Habits = {}
    _read(f"GET /a HTTP/1.1\r\n{_FIELDS}\r\n".encode(), habits)
    monkeypatch.setattr(httptools, "HttpRequestParser", None)
    requests, *_ = _read(f"GET /b?c=%20d HTTP/1.1\r\n{_FIELDS}\r\n".encode(), habits)
    assert requests == [Asking("GET", "/b", "c=%20d", {"host": "localhost", "accept": "text/csv"})]


def test_requests_one_after_the_other() -> None:
    """Known, unknown, in pieces, two at once: the connection stays at the boundary of a request."""
    habits: Habits = {}
    known = f"GET /known HTTP/1.1\r\n{_FIELDS}\r\n".encode()
    post = f"POST /p HTTP/1.1\r\n{_FIELDS}Content-Length: 3\r\n\r\nabc".encode()
    with _connection(habits) as connection:
        for pieces, paths in (
            ([known], ["/known"]),
            ([known], ["/known"]),
            ([post], ["/p"]),
            ([known], ["/known"]),
            ([known[:9], known[9:]], ["/known"]),
            ([known + known], ["/known", "/known"]),
            ([post[:-1], post[-1:] + known], ["/p", "/known"]),
            ([known], ["/known"]),
        ):
            for piece in pieces:
                connection.feed(piece)
            assert [each.path for each in connection.requests] == paths
            assert connection.raw == b"".join(pieces)
            connection.requests.clear()
            connection.forget()
            assert connection.between


def test_what_is_remembered_is_bounded() -> None:
    habits: Habits = {}
    for n in range(1000):
        _read(f"GET / HTTP/1.1\r\nHost: h{n}\r\n\r\n".encode(), habits)
    assert 0 < len(habits) <= 256
    _read(f"GET / HTTP/1.1\r\nHost: h\r\nX: {'x' * 2000}\r\n\r\n".encode(), habits)
    assert all(len(each) <= 1000 for each in habits)
