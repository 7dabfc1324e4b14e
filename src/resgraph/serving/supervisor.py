"""The process that holds the data and the connections: it forks workers and ends those who are late.

::

    supervisor                 one thread; accepts, hands over, watches the time; answers for the dead
      ├── worker               evaluates, in the memory it was forked with; answers on the connection itself
      └── worker               ...

A connection is held twice, by its worker and here. So a worker that is ended at the deadline, or dies by
itself, leaves a connection on which an honest error can still be sent, and others that only change hands.
A query that takes more than a moment has its worker to itself: the rest is handed to others, and workers are
forked as they are needed.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from mmap import PAGESIZE, mmap
from typing import Final
from wsgiref.handlers import format_date_time as http_date

from resgraph.errors import BusyError, DeadlineError, EngineDiedError, ResgraphError
from resgraph.seal import die_with
from resgraph.serving.board import HEAD, PAGE, STARTED, Board, Work
from resgraph.serving.connection import MESSAGE, other_end
from resgraph.serving.front import Front
from resgraph.serving.observe import Exchange, identities
from resgraph.serving.processes import allow_files, be_a_worker, compact, kill, private_memory
from resgraph.serving.proxy import below
from resgraph.serving.worker import (
    FOLLOWS,
    FREE,
    KEEPS,
    LINES,
    NUMBER,
    STUCK,
    TURNS,
    Worker,
)
from resgraph.settings import Settings

#: Seconds after which a query is slow: what shares its worker is handed to another.
_SLOW: Final = 0.03
#: Seconds between looks at the board while something is evaluated, and while nothing is.
_WATCHING, _RESTING = 0.01, 0.05
#: Seconds a query goes on after its client has left; a shorter one costs less than a new worker.
_UNHEARD: Final = 0.05
#: Seconds after which a worker that is not needed any more is let go.
_SPARE: Final = 10.0
#: Seconds without work after which a server that is told to end has answered everything.
_QUIET: Final = 0.1
#: A worker takes more and more memory to itself: the engine counts references in the data, so even reading
#: them makes shared memory its own. One that is replaced gives it back, and loses nothing but the time of a
#: fork. The more a worker has grown beyond so many bytes, the less it needs to have rested, in bytes times
#: seconds; so many seconds at work count as one at rest.
_SLIM, _WORTH, _AT_WORK = 6 * 1024 * 1024, 32 * 1024 * 1024, 60.0
#: Seconds between looks at a worker's memory, and of rest after which it does not change any more.
_WEIGHED, _RESTED = 1.0, 20.0
_MOST_GUESTS: Final = 4096
#: Workers that end one after the other, each in so many seconds and not over a query: more will not help.
_STILLBORN: Final = (10, 1.0)
_NOBODY: Final = bytes(16)
#: What is recorded as the status of a request whose client has left before any of it was answered.
_LEFT: Final = 499


@dataclass(slots=True)
class _Guest:
    """A connection."""

    number: int
    socket: socket.socket
    worker: _Hand | None = None
    #: what was read from it by a worker that gave it back
    read: bytes = b""
    waiting_since: float = 0.0
    #: the answer for which it waits, that its worker is finding for somebody else
    follows: bytes = _NOBODY
    #: part of an answer is still to be sent by its worker: nobody else can go on with it
    stuck: bool = False


@dataclass(slots=True)
class _Hand:
    """A worker, seen from here."""

    slot: int
    process: int
    line: socket.socket
    control: socket.socket
    #: where it leaves the answers that it has kept
    shelf: mmap
    guests: dict[int, _Guest] = field(default_factory=dict)
    asked_to_give: float = 0.0
    late: float = 0.0
    leaving: bool = False
    #: it was forked after the pages had been opened
    has_pages: bool = False
    #: when it was last seen at work: what is quick is over before anybody looks
    idle_since: float = field(default_factory=time.monotonic)
    since: float = field(default_factory=time.monotonic)
    #: when it was last looked at how much memory it has to itself
    weighed: float = field(default_factory=time.monotonic)


class Supervisor:
    """Serves a listening socket with workers; `front` is what each of them gets a copy of."""

    def __init__(self, listener: socket.socket, front: Front, settings: Settings) -> None:
        self._listener, self._front, self._settings = listener, front, settings
        # As long as an address may be, and a query in it.
        self.board = Board(settings.evaluators, 4 * settings.query_bytes + 32 * 1024)
        self._hands: dict[int, _Hand] = {}
        self._guests: dict[int, _Guest] = {}
        self._by_file: dict[int, _Guest] = {}
        self._waiting: dict[int, _Guest] = {}
        self._numbers = 0
        self._stillborn = 0
        self._epoll = select.epoll()
        #: when it ends, at the latest; once it is told to, that is soon
        self._until = inf
        #: workers that answer what is quick; more are forked while some are at something slow
        self._quick = min(settings.evaluators, max(2, os.cpu_count() or 2))

    def run(self, ready: Callable[[], object]) -> None:
        """Serve until SIGINT ends it, or SIGTERM and what is running is answered; leave no process behind."""
        allow_files(2 * _MOST_GUESTS)
        self._listener.setblocking(False)
        self._epoll.register(self._listener.fileno(), select.EPOLLIN)
        compact()
        try:
            # They only take note: what a handler raises is lost while a fork calls others back.
            signal.signal(signal.SIGINT, self._end)
            signal.signal(signal.SIGTERM, self._stop)
            for slot in range(self._quick):
                self._fork(slot)
            ready()
            while self._until == inf:
                self._turn()
            self._finish()
        finally:
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, signal.SIG_IGN)
            for hand in list(self._hands.values()):
                kill(hand.process)

    def _turn(self) -> None:
        """Wait for something to happen, or for the time to look at the board."""
        working = any(self.board.read(slot).connection for slot in self._hands)
        for number, event in self._epoll.poll(_WATCHING if working or self._waiting else _RESTING):
            if number == self._listener.fileno():
                self._accept()
            elif number in self._by_file:
                self._hear_guest(self._by_file[number], event)
            else:
                self._hear_hand(number, event)
        self._look(time.monotonic())

    def _stop(self, *_: object) -> None:
        """Note that it shall end; told so again, it ends at once."""
        signal.signal(signal.SIGTERM, self._end)
        self._until = min(self._until, time.monotonic() + self._settings.stop_within)

    def _end(self, *_: object) -> None:
        """Note that it shall end at once."""
        self._until = -inf

    def _finish(self) -> None:
        """Take nothing new, and let what is running be answered, if there is time."""
        self._epoll.unregister(self._listener.fileno())
        self._listener.close()
        busy = time.monotonic()
        while (now := time.monotonic()) < self._until and now - busy < _QUIET:
            self._turn()
            if self._is_busy():
                busy = now

    def _is_busy(self) -> bool:
        """Say whether a request is being worked on, waits for a worker, or its answer is on its way."""
        working = any(self.board.read(slot).connection for slot in self._hands)
        return working or any(each.stuck or each.worker is None for each in self._guests.values())

    # Workers.

    def _fork(self, slot: int) -> _Hand:
        line, their_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        shelf = mmap(-1, max(PAGESIZE, self._settings.cache_bytes))
        self.board.end(slot)
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            try:
                self._forget_everything(line, control)
                die_with(parent)
                worker = Worker(slot, self.board, self._front, their_line, their_control, shelf)
                be_a_worker(worker, self._settings)
            finally:
                os._exit(1)
        for each in (their_line, their_control):
            each.close()
        for each in (line, control):
            each.setblocking(False)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * MESSAGE)
        hand = _Hand(slot, child, line, control, shelf, has_pages=self._front.has_pages)
        self._hands[slot] = hand
        self._epoll.register(control.fileno(), select.EPOLLIN)
        return hand

    def _forget_everything(self, *ends: socket.socket) -> None:
        """Close, in a new worker, what belongs to the supervisor and to other workers."""
        for each in (signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._epoll.close()
        self._listener.close()
        for hand in self._hands.values():
            hand.line.close()
            hand.control.close()
            hand.shelf.close()
        for guest in self._guests.values():
            guest.socket.close()
        for end in ends:
            end.close()

    def _hear_hand(self, number: int, event: int) -> None:
        """Hear what a worker says of its connections."""
        hand = next((each for each in self._hands.values() if each.control.fileno() == number), None)
        if hand is None:
            return
        if not self._listen(hand) or event & (select.EPOLLHUP | select.EPOLLERR):
            self._listen(hand)
            self._bury(hand, None if hand.leaving else EngineDiedError(*_DIED[:1], hint=_DIED[1]))

    def _listen(self, hand: _Hand) -> bool:
        """Read every message of a worker; false when it is gone."""
        while True:
            try:
                message = hand.control.recv(2 * MESSAGE)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not message:
                return False
            self._obey(hand, message[:1], message[1:])

    def _obey(self, hand: _Hand, kind: bytes, rest: bytes) -> None:
        if kind == KEEPS:
            # Whoever is forked from now on has them, and shares their memory.
            self._front.cache.take(hand.shelf)
            return
        guest = self._guests.get(NUMBER.unpack_from(rest)[0])
        if guest is None:
            return
        rest = rest[NUMBER.size :]
        if kind in (STUCK, FREE):
            guest.stuck = kind == STUCK
            return
        hand.guests.pop(guest.number, None)
        guest.worker = None
        if kind == FOLLOWS:
            leader, guest.follows, guest.read = self._hands.get(rest[0]), rest[1:17], rest[17:]
            if leader is None or leader.leaving or not self._hand_over(guest, leader):
                self._place(guest)
        else:
            guest.read = rest
            if kind == TURNS:
                self._open_pages()
            self._place(guest)

    def _open_pages(self) -> None:
        """Open the pages once for all: workers without them are let go, and others forked in their place."""
        self._front.open_pages()
        compact()
        for hand in self._hands.values():
            if not hand.has_pages:
                self._let_go(hand)

    def _let_go(self, hand: _Hand) -> None:
        """Let a worker give its connections back, end what it is at, and leave."""
        hand.leaving = True
        with contextlib.suppress(OSError):
            hand.line.send(NUMBER.pack(0))

    def _bury(self, hand: _Hand, error: ResgraphError | None) -> None:
        """See to the connections of a worker that is gone, and to a new worker."""
        work = self.board.read(hand.slot)
        if not hand.leaving:
            self._front.ledger.metrics.evaluator_replaced()
            short = time.monotonic() - hand.since < _STILLBORN[1] and not work.connection
            self._stillborn = self._stillborn + 1 if short else 0
        lost = self._lost(hand.slot, work)
        self.board.end(hand.slot)
        self._hands.pop(hand.slot, None)
        self._epoll.unregister(hand.control.fileno())
        hand.line.close()
        hand.control.close()
        hand.shelf.close()
        kill(hand.process)
        for guest in list(hand.guests.values()):
            guest.worker = None
            self._inherit(guest, work, error, lost)
        if self._stillborn == _STILLBORN[0]:
            raise EngineDiedError("workers end as soon as they begin", hint="what they met stands above")
        if sum(not each.leaving for each in self._hands.values()) < self._quick:
            self._fork(hand.slot)

    def _lost(self, slot: int, work: Work) -> Exchange:
        """Return what is known of the request that a worker was at when it ended."""
        words = self.board.told(slot)
        method, path, client, identity, address, query = (*words, *[""] * 6)[:6]
        found = Exchange(method, path, address, client, identity, 200 if work.flags & STARTED else _LEFT)
        found.query = query or None
        found.seconds = time.monotonic() - work.since
        return found

    def _inherit(self, guest: _Guest, work: Work, error: ResgraphError | None, lost: Exchange) -> None:
        """Tell a client why it gets no answer, or let another worker go on with it."""
        asked = guest.number == work.connection
        followed = work.connection and guest.follows == work.name != _NOBODY
        if guest.stuck or (asked and (error is None or work.flags & STARTED)):
            if asked:
                lost.left = error is None
                self._front.ledger.record(lost)
            self._drop(guest)
        elif (asked or followed) and error is not None:
            exchange = lost if asked else replace(lost, identity=next(identities()))
            self._tell(guest, error, work.flags, exchange)
        else:
            self._place(guest)

    # Connections.

    def _accept(self) -> None:
        for _ in range(64):
            try:
                end, _ = self._listener.accept()
            except OSError:
                return
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.setblocking(False)
            self._numbers += 1
            guest = _Guest(self._numbers, end)
            self._guests[guest.number] = self._by_file[end.fileno()] = guest
            self._epoll.register(end.fileno(), select.EPOLLRDHUP | select.EPOLLET)
            if len(self._guests) > _MOST_GUESTS:
                self._make_room()
            self._place(guest)

    def _make_room(self) -> None:
        """End the oldest connection that nobody works for."""
        busy = {self.board.read(slot).connection for slot in self._hands}
        oldest = next((each for each in self._guests.values() if each.number not in busy), None)
        if oldest is not None:
            self._drop(oldest)

    def _place(self, guest: _Guest) -> None:
        """Hand a connection to a worker, or let it wait for one."""
        for hand in self._free():
            if self._hand_over(guest, hand):
                self._waiting.pop(guest.number, None)
                return
        if guest.number not in self._waiting:
            guest.waiting_since = time.monotonic()
            self._waiting[guest.number] = guest

    def _free(self) -> list[_Hand]:
        """Return the workers that are not at something slow, those with the fewest connections first."""
        now = time.monotonic()
        free = [each for each in self._hands.values() if not each.leaving and not self._is_slow(each, now)]
        while len(free) < self._quick and len(self._hands) < self._settings.evaluators:
            slot = next(n for n in range(self._settings.evaluators) if n not in self._hands)
            free.append(self._fork(slot))
        free.sort(key=lambda hand: hand.slot)
        return sorted(free[: self._quick], key=lambda hand: len(hand.guests))

    def _is_slow(self, hand: _Hand, now: float) -> bool:
        work = self.board.read(hand.slot)
        return bool(work.connection) and now - work.since > _SLOW

    def _hand_over(self, guest: _Guest, hand: _Hand) -> bool:
        """Send a connection to a worker."""
        try:
            socket.send_fds(hand.line, [NUMBER.pack(guest.number) + guest.read], [guest.socket.fileno()])
        except BlockingIOError:
            return False
        except OSError as error:
            if hand.process and error.errno:
                return False
            raise
        guest.worker, guest.read = hand, b""
        hand.guests[guest.number] = guest
        return True

    def _hear_guest(self, guest: _Guest, event: int) -> None:
        """Forget a connection that is over; note a client that has left while it is worked for."""
        work = self.board.read(guest.worker.slot) if guest.worker else None
        if event & (select.EPOLLHUP | select.EPOLLERR) or guest.worker is None:
            self._forget(guest)
        if work is not None and work.connection == guest.number and guest.worker is not None:
            guest.worker.late = work.since + _UNHEARD

    def _drop(self, guest: _Guest) -> None:
        """End a connection for both sides."""
        with contextlib.suppress(OSError):
            guest.socket.shutdown(socket.SHUT_RDWR)
        self._forget(guest)

    def _forget(self, guest: _Guest) -> None:
        if self._guests.pop(guest.number, None) is None:
            return
        self._waiting.pop(guest.number, None)
        self._by_file.pop(guest.socket.fileno(), None)
        self._epoll.unregister(guest.socket.fileno())
        guest.socket.close()
        if guest.worker is not None:
            guest.worker.guests.pop(guest.number, None)

    def _tell(self, guest: _Guest, error: ResgraphError, flags: int, exchange: Exchange) -> None:
        """Send an error in place of the worker, and end the connection."""
        page = self._front.tell(error, exchange, page=bool(flags & PAGE))
        content = page.wire[: page.split] if flags & HEAD else page.wire
        exchange.status, exchange.bytes = page.status, len(content) - page.split
        self._front.ledger.record(exchange)
        fields = (
            f"Connection: close\r\nDate: {http_date(time.time())}\r\nX-Request-Id: {exchange.identity}\r\n"
        )
        with contextlib.suppress(OSError):
            guest.socket.send(f"{LINES[page.status]}{fields}".encode() + content)
        self._drop(guest)

    # The time.

    def _look(self, now: float) -> None:
        """Look at the board: who is late, who is slow, who is not needed."""
        for hand in list(self._hands.values()):
            work = self.board.read(hand.slot)
            if work.connection:
                self._watch(hand, work, now)
            else:
                self._rest(hand, work, now)
        for guest in list(self._waiting.values()):
            self._place(guest)
            if guest.number in self._waiting and now - guest.waiting_since > self._settings.patience:
                self._lose_patience(guest, now)

    def _watch(self, hand: _Hand, work: Work, now: float) -> None:
        hand.idle_since = now
        if now > work.deadline:
            # Seen twice: the first look may have met a board that was just being written.
            if hand.late == work.since:
                seconds = work.deadline - work.since
                self._end_work(hand, DeadlineError(_LATE[0].format(seconds), hint=_LATE[1]))
            hand.late = work.since
        elif work.since < hand.late < now and hand.late == work.since + _UNHEARD:
            self._end_work(hand, None)
        elif now - work.since > _SLOW and hand.asked_to_give != work.since:
            hand.asked_to_give = work.since
            with contextlib.suppress(OSError):
                hand.control.send(NUMBER.pack(work.connection))

    def _rest(self, hand: _Hand, work: Work, now: float) -> None:
        """Let a worker go that is one too many, or that queries have made large."""
        if hand.leaving:
            return
        hand.asked_to_give = 0.0
        rested = now - max(work.since, hand.idle_since)
        spare = len(self._hands) > self._quick and hand.slot >= self._quick
        if (spare and rested > _SPARE) or self._is_large(hand, rested, now):
            self._let_go(hand)

    @staticmethod
    def _is_large(hand: _Hand, rested: float, now: float) -> bool:
        """Say whether a worker has grown enough to be replaced, seen how long it has rested."""
        if rested > _RESTED or now - hand.weighed < _WEIGHED:
            return False
        hand.weighed = now
        weight = rested + (now - hand.since) / _AT_WORK
        return (private_memory(hand.process) - _SLIM) * weight > _WORTH

    def _end_work(self, hand: _Hand, error: ResgraphError | None) -> None:
        kill(hand.process, wait=False)
        self._listen(hand)
        self._bury(hand, error)

    def _lose_patience(self, guest: _Guest, now: float) -> None:
        """Tell a client that waits with a question that nobody is free. One without a question just waits."""
        try:
            asked = guest.read or guest.socket.recv(65536, socket.MSG_PEEK)
        except BlockingIOError:
            asked = b""
        except OSError:
            self._drop(guest)
            return
        if asked:
            method, target, _ = (*asked.decode("latin-1").partition("\r\n")[0].split(" "), "", "", "")[:3]
            path, _, address = target.partition("?")
            exchange = Exchange(method, below(path, self._settings.prefix), address, other_end(guest.socket))
            exchange.seconds = now - guest.waiting_since
            self._tell(guest, BusyError(_BUSY[0], hint=_BUSY[1]), 0, exchange)
        guest.waiting_since = now


_LATE: Final = (
    "the query took longer than {:g} s and was ended",
    "ask for less: narrow a pattern, or avoid patterns that share no variable",
)
_DIED: Final = (
    "the query ended the engine that worked on it",
    "it needs more memory than it may use, or nests too deeply",
)
_BUSY: Final = ("every evaluator is at work on another query", "try again in a little while")


def fits() -> bool:
    """Say whether this system has what the supervisor needs; elsewhere a pool answers."""
    return sys.platform == "linux"
