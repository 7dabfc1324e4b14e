"""What the server counts, for Prometheus: requests, seconds, refusals, evaluators that were replaced.

The counts lie in memory that forked processes share: each process adds to a row of its own, and whichever is
asked for `/metrics` adds the rows up. Every label has a fixed list of values, so that no request can make
the table grow. The client library of Prometheus does all this with one file for each process, in a directory
that must be writable and is never tidied; a table of numbers is less.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import threading
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from itertools import accumulate, product
from math import prod
from typing import Final

#: How the text format of Prometheus is called.
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
#: Processes that can count at once. One that died leaves its row to the next.
_ROWS: Final = 32
_OTHER: Final = "other"
_METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH", _OTHER)
#: 499 is no status of the protocol: the client left before it was answered.
_STATUSES: Final = (*(str(status.value) for status in HTTPStatus), "499", _OTHER)

#: Upper bounds of the seconds a query took; the last one has none.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BOUNDS: Final = (*(f"{bound:g}" for bound in BUCKETS), "+Inf")

#: Reasons for which an answer is refused: the names in `resgraph.serving.problem`.
REASONS: Final = (
    "query-syntax",
    "query-refused",
    "query-failed",
    "answer-too-large",
    "deadline",
    "busy",
    "engine-died",
    "no-format",
    "request",
    "usage",
    "unknown",
    "failure",
    _OTHER,
)
_CACHE: Final = ("hit", "miss", "revalidated", _OTHER)


class Metrics:
    """Numbers that only grow, shared by the processes of one server.

    >>> metrics = Metrics(("sparql",))
    >>> metrics.answered("sparql", "GET", 200)
    >>> metrics.answered("sparql", "BREW", 200)
    >>> print(metrics.text().split("# TYPE resgraph_query")[0])
    # HELP resgraph_requests_total Requests, by the status of the answer.
    # TYPE resgraph_requests_total counter
    resgraph_requests_total{route="sparql",method="GET",status="200"} 1
    resgraph_requests_total{route="sparql",method="other",status="200"} 1
    # HELP resgraph_query_seconds Seconds from a query to the end of its answer.
    <BLANKLINE>
    """

    def __init__(self, routes: Iterable[str] = ()) -> None:
        self._requests = _Family(1, {"route": (*routes, _OTHER), "method": _METHODS, "status": _STATUSES})
        self._seconds = _Family(self._requests.end, {"le": _BOUNDS})
        self._microseconds = _Family(self._seconds.end, {})
        self._refused = _Family(self._microseconds.end, {"reason": REASONS})
        self._cached = _Family(self._refused.end, {"result": _CACHE})
        self._left = _Family(self._cached.end, {})
        self._replaced = _Family(self._left.end, {})
        self._table = _Table(self._replaced.end)
        self._usual = lru_cache(maxsize=256)(self._places)

    def answered(
        self,
        route: str,
        method: str,
        status: int,
        *,
        seconds: float | None = None,
        refused: str = "",
        cache: str = "",
        left: bool = False,
    ) -> None:
        """Count a request that was answered.

        `seconds` are those that a query took, `refused` is the name of the problem it met, `cache` what a
        cache said (``hit``, ``miss`` or ``revalidated``); `left` says that its client did not wait.
        """
        ones = self._usual(route, method, status, refused, cache, left)
        if seconds is None:
            self._table.add(ones)
        else:
            bucket = self._seconds.start + bisect_left(BUCKETS, seconds)
            self._table.add((*ones, bucket), self._microseconds.start, round(seconds * 1e6))

    def _places(
        self, route: str, method: str, status: int, refused: str, cache: str, left: bool
    ) -> tuple[int, ...]:
        """Return where an answer is counted."""
        places = [self._requests.place(route, method, status)]
        places += [self._refused.place(refused)] if refused else []
        places += [self._cached.place(cache)] if cache else []
        places += [self._left.start] if left else []
        return tuple(places)

    def evaluator_replaced(self) -> None:
        """Count an evaluator that was ended, or died, and was replaced."""
        self._table.add((self._replaced.start,))

    def text(self) -> str:
        """Write all of it in the text format of Prometheus."""
        sums = self._table.sums()
        lines = [
            *_counter("resgraph_requests_total", _REQUESTS, self._requests, sums),
            *self._histogram(sums),
            *_counter("resgraph_refused_total", _REFUSED, self._refused, sums, nothing=True),
            *_counter("resgraph_cache_total", "What the cache of answers said.", self._cached, sums),
            *_counter("resgraph_clients_left_total", _LEFT, self._left, sums, nothing=True),
            *_counter("resgraph_evaluators_replaced_total", _REPLACED, self._replaced, sums, nothing=True),
        ]
        return "".join(f"{line}\n" for line in lines)

    def _histogram(self, sums: Sequence[int]) -> Iterator[str]:
        name = "resgraph_query_seconds"
        counts = sums[self._seconds.start : self._seconds.end]
        yield f"# HELP {name} Seconds from a query to the end of its answer."
        yield f"# TYPE {name} histogram"
        for bound, sum_ in zip(_BOUNDS, accumulate(counts), strict=True):
            yield f'{name}_bucket{{le="{bound}"}} {sum_}'
        yield f"{name}_sum {sums[self._microseconds.start] / 1e6:.6f}"
        yield f"{name}_count {sum(counts)}"


_REQUESTS: Final = "Requests, by the status of the answer."
_REFUSED: Final = "Answers that were refused, by the name of the problem."
_LEFT: Final = "Clients that did not wait for their answer."
_REPLACED: Final = "Evaluators that were ended or died."


class _Family:
    """Something that is counted by labels: a number in the table for each combination of their values."""

    def __init__(self, start: int, labels: Mapping[str, Sequence[str]]) -> None:
        self.start = start
        self.labels = labels
        self.end = start + prod(map(len, labels.values()))
        self._ranks = [{value: rank for rank, value in enumerate(values)} for values in labels.values()]

    def place(self, *values: object) -> int:
        """Return where a combination is counted; a value that is not listed counts as the last one: other."""
        place = 0
        for value, ranks in zip(values, self._ranks, strict=True):
            place = place * len(ranks) + ranks.get(str(value), len(ranks) - 1)
        return self.start + place

    def series(self) -> Iterator[tuple[int, str]]:
        """Yield the place of each combination, and its labels as they are written."""
        for place, values in enumerate(product(*self.labels.values()), self.start):
            pairs = ",".join(f'{label}="{value}"' for label, value in zip(self.labels, values, strict=True))
            yield place, f"{{{pairs}}}" if pairs else ""


def _counter(
    name: str, words: str, family: _Family, sums: Sequence[int], *, nothing: bool = False
) -> Iterator[str]:
    """Write a family; `nothing` says that combinations which never came are listed too."""
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} counter"
    for place, labels in family.series():
        if sums[place] or nothing:
            yield f"{name}{labels} {sums[place]}"


class _Table:
    """Rows of numbers in shared memory. The first number of a row is the process it belongs to."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._file = _memory(_ROWS * columns * 8)
        weakref.finalize(self, os.close, self._file)
        self._cells = memoryview(mmap.mmap(self._file, 0)).cast("Q")
        self._lock = threading.Lock()
        self._process = 0
        self._begin = 0

    def add(self, ones: Iterable[int], place: int = 0, amount: int = 0) -> None:
        """Add one in each of some places, and an amount in another."""
        if self._process != os.getpid():
            self._claim()
        cells, begin = self._cells, self._begin
        with self._lock:
            for each in ones:
                cells[begin + each] += 1
            if amount:
                cells[begin + place] += amount

    def sums(self) -> list[int]:
        rows = [self._cells[n * self._columns : (n + 1) * self._columns] for n in range(_ROWS)]
        used = [row.tolist() for row in rows if row[0]]
        return [sum(column) for column in zip(*used, strict=True)] if used else [0] * self._columns

    def _claim(self) -> None:
        """Take a row that belongs to nobody who lives; where there is none, share the last."""
        # After a fork the lock may be held by a thread that is not in this process.
        self._lock = threading.Lock()
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            firsts = range(0, _ROWS * self._columns, self._columns)
            self._begin = next((n for n in firsts if not _lives(self._cells[n])), firsts[-1])
            self._cells[self._begin] = self._process = os.getpid()
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


def _memory(size: int) -> int:
    """Return the number of a file of zeros that is nowhere on disk, where the system has such files."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("resgraph-metrics")
    else:
        import tempfile

        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    os.ftruncate(number, size)
    return number


def _lives(process: int) -> bool:
    if not process:
        return False
    with contextlib.suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
