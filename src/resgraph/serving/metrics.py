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
import tempfile
import threading
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import accumulate, product
from typing import Final

#: How the text format of Prometheus is called.
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
#: Processes that can count at once. One that died leaves its row to the next.
_ROWS: Final = 32
_OTHER: Final = "other"
_METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH", _OTHER)
_STATUSES: Final = tuple(str(status.value) for status in HTTPStatus)

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

Series = tuple[str, ...]


class Metrics:
    """Numbers that only grow, shared by the processes of one server.

    >>> metrics = Metrics(("sparql",))
    >>> metrics.request("sparql", "GET", 200)
    >>> metrics.request("sparql", "BREW", 200)
    >>> print(metrics.text().split("# TYPE resgraph_query")[0])
    # HELP resgraph_requests_total Requests that were answered.
    # TYPE resgraph_requests_total counter
    resgraph_requests_total{route="sparql",method="GET",status="200"} 1
    resgraph_requests_total{route="sparql",method="other",status="200"} 1
    # HELP resgraph_query_seconds Seconds from a query to the end of its answer.
    <BLANKLINE>
    """

    def __init__(self, routes: Iterable[str] = ()) -> None:
        self._labels: dict[str, Mapping[str, Sequence[str]]] = {
            "resgraph_requests_total": {
                "route": (*routes, _OTHER),
                "method": _METHODS,
                "status": _STATUSES,
            },
            "resgraph_query_seconds": {"le": _BOUNDS},
            "resgraph_query_microseconds": {},
            "resgraph_refused_total": {"reason": REASONS},
            "resgraph_cache_total": {"result": _CACHE},
            "resgraph_clients_left_total": {},
            "resgraph_evaluators_replaced_total": {},
        }
        names = [(name, *values) for name, by in self._labels.items() for values in product(*by.values())]
        self._place: dict[Series, int] = {series: place for place, series in enumerate(names, 1)}
        self._table = _Table(len(names) + 1)

    def request(self, route: str, method: str, status: int) -> None:
        """Count a request that was answered."""
        self._count("resgraph_requests_total", route, method, str(status))

    def query(self, seconds: float) -> None:
        """Count a query by the seconds it took."""
        self._count("resgraph_query_seconds", _BOUNDS[bisect_left(BUCKETS, seconds)])
        self._count("resgraph_query_microseconds", amount=round(seconds * 1e6))

    def refused(self, reason: str) -> None:
        """Count an answer that was refused, by the name of its problem."""
        self._count("resgraph_refused_total", reason)

    def cached(self, result: str) -> None:
        """Count what a cache said: `hit`, `miss` or `revalidated`."""
        self._count("resgraph_cache_total", result)

    def client_left(self) -> None:
        """Count a client that did not wait for its answer."""
        self._count("resgraph_clients_left_total")

    def evaluator_replaced(self) -> None:
        """Count an evaluator that was ended, or died, and was replaced."""
        self._count("resgraph_evaluators_replaced_total")

    def text(self) -> str:
        """Write all of it in the text format of Prometheus."""
        sums = self._table.sums()
        values = {series: sums[place] for series, place in self._place.items()}
        return "".join(f"{line}\n" for line in self._lines(values))

    def _count(self, name: str, *values: str, amount: int = 1) -> None:
        place = self._place.get((name, *values))
        if place is None:
            known = self._labels[name].values()
            listed = (value if value in among else _OTHER for value, among in zip(values, known, strict=True))
            place = self._place.get((name, *listed))
        if place is not None:
            self._table.add(place, amount)

    def _lines(self, values: Mapping[Series, int]) -> Iterator[str]:
        for name, words in _HELP.items():
            kind = "histogram" if name == "resgraph_query_seconds" else "counter"
            yield f"# HELP {name} {words}"
            yield f"# TYPE {name} {kind}"
            if kind == "histogram":
                yield from self._histogram(name, values)
                continue
            for series, value in values.items():
                if series[0] == name and (value or name not in _SPARSE):
                    yield f"{name}{self._label(name, series[1:])} {value}"

    def _histogram(self, name: str, values: Mapping[Series, int]) -> Iterator[str]:
        bounds = self._labels[name]["le"]
        for bound, sum_ in zip(bounds, accumulate(values[name, bound] for bound in bounds), strict=True):
            yield f'{name}_bucket{{le="{bound}"}} {sum_}'
        yield f"{name}_sum {values['resgraph_query_microseconds',] / 1e6:.6f}"
        yield f"{name}_count {sum(values[name, bound] for bound in bounds)}"

    def _label(self, name: str, values: Sequence[str]) -> str:
        pairs = ",".join(
            f'{label}="{value}"' for label, value in zip(self._labels[name], values, strict=True)
        )
        return f"{{{pairs}}}" if pairs else ""


_HELP: Final[Mapping[str, str]] = {
    "resgraph_requests_total": "Requests that were answered.",
    "resgraph_query_seconds": "Seconds from a query to the end of its answer.",
    "resgraph_refused_total": "Answers that were refused, by the name of the problem.",
    "resgraph_cache_total": "What the cache of answers said.",
    "resgraph_clients_left_total": "Clients that did not wait for their answer.",
    "resgraph_evaluators_replaced_total": "Evaluators that were ended or died.",
}
#: Counts with too many combinations to list those that are nothing.
_SPARSE: Final = frozenset(["resgraph_requests_total", "resgraph_cache_total"])


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

    def add(self, place: int, amount: int) -> None:
        if self._process != os.getpid():
            self._claim()
        with self._lock:
            self._cells[self._begin + place] += amount

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
