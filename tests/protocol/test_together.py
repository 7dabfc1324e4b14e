"""What comes in one moment: answers may go out together, and none waits for a slow one."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from .conftest import Server, start
from .test_killers import KILLERS
from .test_safety import children

LIMIT = 3.0
#: Its answer is sent in pieces.
LONG = f"SELECT * {{ VALUES ?k {{ {' '.join(map(str, range(40)))} }} ?s ?p ?o }}"


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    running = start(str(data), "--deadline", str(LIMIT), RESGRAPH_EVALUATORS="4")
    try:
        yield running
    finally:
        running.stop()
        running.process.communicate()


@contextmanager
def one_moment(server: Server, workers: slice = slice(None)) -> Iterator[None]:
    """Let everything that is asked inside come to the workers at once."""
    stopped = sorted(children(server.process.pid))[workers]
    for worker in stopped:
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
        time.sleep(0.1)
    finally:
        for worker in stopped:
            os.kill(worker, signal.SIGCONT)


def request(query: str, *more: str) -> bytes:
    fields = "".join(f"{field}\r\n" for field in ("Host: localhost", "Accept: text/csv", *more))
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\n{fields}\r\n".encode()


def lines(server: Server, stack: ExitStack, count: int) -> list[socket.socket]:
    """Open connections, each of which has had an answer: a worker has taken them."""
    address = (server.client.host, server.client.port)
    opened = [stack.enter_context(socket.create_connection(address, 10)) for _ in range(count)]
    for each in opened:
        each.sendall(request("ASK {}"))
        assert answers(each, 1) == [b"true"]
    return opened


def answers(line: socket.socket, count: int) -> list[bytes]:
    """Read so many answers of a connection, in their order."""
    found, raw = list[bytes](), b""
    while len(found) < count:
        while b"\r\n\r\n" not in raw:
            raw += _more(line)
        head, _, raw = raw.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(raw) < size:
            raw += _more(line)
        found.append(raw[:size])
        raw = raw[size:]
    assert raw == b""
    return found


def _more(line: socket.socket) -> bytes:
    part = line.recv(65536)
    assert part, "the connection ended"
    return part


def number(n: int) -> str:
    return f"SELECT ?x {{ BIND({n} AS ?x) }}"


def test_each_gets_its_own_answer(server: Server) -> None:
    with ExitStack() as stack:
        opened = lines(server, stack, 24)
        for round_ in range(4):
            time.sleep(1.1 if round_ == 0 else 0)  # nothing slow for a second: from now on they go together
            with one_moment(server):
                for n, each in enumerate(opened):
                    each.sendall(request(number(100 * round_ + n)))
            found = [answers(each, 1) for each in opened]
            assert found == [[b"x\r\n%d\r\n" % (100 * round_ + n)] for n in range(24)]


def test_those_that_are_found_do_not_wait_for_a_slow_one(server: Server) -> None:
    with ExitStack() as stack:
        opened = lines(server, stack, 12)
        time.sleep(1.1)
        with one_moment(server):
            for n, each in enumerate(opened[:8]):
                each.sendall(request(number(n)))
            for n, each in enumerate(opened[8:]):
                each.sendall(request(KILLERS["cross product"] + f" # {n}"))
        begun = time.monotonic()
        assert [answers(each, 1) for each in opened[:8]] == [[b"x\r\n%d\r\n" % n] for n in range(8)]
        assert time.monotonic() - begun < LIMIT / 2


def test_order_and_end_of_a_connection_are_kept(server: Server) -> None:
    """A short answer before a long one, a last one that ends its connection, a client that is gone."""
    with ExitStack() as stack:
        two, last, gone, *plain = lines(server, stack, 12)
        time.sleep(1.1)
        with one_moment(server):
            two.sendall(request(number(1)) + request(LONG))
            last.sendall(request(number(3), "Connection: close"))
            gone.sendall(request(number(4)))
            gone.close()
            for each in plain:
                each.sendall(request(number(5)))
        raw = b""
        while not raw.endswith(b"0\r\n\r\n"):
            raw += _more(two)
        head, _, rest = raw.partition(b"\r\n\r\n")
        assert b"chunked" not in head
        assert rest.startswith(b"x\r\n1\r\nHTTP/1.1 200 OK\r\n")
        assert b"Transfer-Encoding: chunked" in rest
        assert answers(last, 1) == [b"x\r\n3\r\n"]
        assert last.recv(10) == b""
        assert [answers(each, 1) for each in plain] == 9 * [[b"x\r\n5\r\n"]]


def test_a_worker_that_is_let_go_sends_what_it_has(server: Server) -> None:
    """Somebody asks for the first page; a worker hears of it in the moment in which it is asked much."""
    with ExitStack() as stack:
        opened = lines(server, stack, 10)
        time.sleep(1.1)
        before = children(server.process.pid)
        with one_moment(server, slice(1)):
            for n, each in enumerate(opened):
                each.sendall(request(number(n)))
            while len(quick := select.select(opened, [], [], 1)[0]) < 3:
                time.sleep(0.1)
            for each in quick:
                each.close()
            # The other worker has few connections now: sooner or later it is asked for a page.
            readers = [asks_for_a_page(server, stack)]
            while len(set(before) & set(children(server.process.pid))) > 1:
                assert len(readers) < 20, "no worker was let go"
                if not select.select(readers, [], [], 2)[0]:
                    readers.append(asks_for_a_page(server, stack))
        late = [n for n, each in enumerate(opened) if each not in quick]
        assert len(late) >= 3
        assert [answers(opened[n], 1) for n in late] == [[b"x\r\n%d\r\n" % n] for n in late]
        for each in readers:
            assert b"<html" in answers(each, 1)[0]


def asks_for_a_page(server: Server, stack: ExitStack) -> socket.socket:
    line = stack.enter_context(socket.create_connection((server.client.host, server.client.port), 20))
    line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n")
    return line
