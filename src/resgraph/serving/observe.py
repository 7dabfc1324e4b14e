"""Every request counted and, if wanted, written to the log.

A `Ledger` takes what is to be said of a request that is over, from whoever answered it: a cache or a server
in front calls it for what never reaches the application, `Observed` for what does. What only the inside knows
it leaves in the environment of the request:

``resgraph.query``    the text of the query
``resgraph.refused``  the name of the problem that was answered
``resgraph.cache``    what a cache said: ``hit``, ``miss`` or ``revalidated``

A server in front that records every request itself puts its own `Exchange` into the environment, as
``resgraph.exchange``: then what only the inside knows is written into it, and nothing is recorded twice. An
error that it has met it puts there as ``resgraph.error``, to be shown as a page.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from resgraph.serving.metrics import Metrics
from resgraph.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

QUERY: Final = "resgraph.query"
REFUSED: Final = "resgraph.refused"
CACHE: Final = "resgraph.cache"
EXCHANGE: Final = "resgraph.exchange"
ERROR: Final = "resgraph.error"

#: Where requests go, as they are counted: the first parts of the addresses of the site.
PLACES: Final = (
    *("home", "sparql", "update", "graph-store", "id", "doc", "scheme", "ns", "graph", "problem", "explain"),
    *("browse", "search", "gaps", "briefing", "catalog", "void", ".well-known", "dumps", "health", "metrics"),
    *("static", "schema.md", "schema.json", "mappings.sssom.tsv", "terms.json", "code", "queries"),
)

_IDENTITY: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PLAIN: Final = re.compile(r"[^\s\"=\\\x00-\x1f\x7f-\x9f]+")


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    #: what stands behind the question mark of the address
    address: str = ""
    client: str = ""
    identity: str = ""
    status: int = 500
    bytes: int = 0
    seconds: float = 0.0
    #: the text of the query, if it is known; else it is looked for in the address
    query: str | None = None
    #: the name of the problem, if one was answered
    refused: str = ""
    #: what a cache said, if one was asked
    cache: str = ""
    #: whether the client did not wait for the end
    left: bool = False

    def __post_init__(self) -> None:
        self.identity = self.identity or next(identities())

    def identify(self, given: str) -> None:
        """Take over a name for the request, if it can be one."""
        if _IDENTITY.fullmatch(given):
            self.identity = given


def identities() -> Iterator[str]:
    """Yield names for requests: no two are alike, nor like those of another process.

    >>> names = identities()
    >>> first, second = next(names), next(names)
    >>> len(first), first != second
    (16, True)
    """
    process = os.urandom(5).hex()
    yield from (f"{process}{number % 0x1000000:06x}" for number in count())


class Ledger:
    """Where every request is counted, and from where the log is written.

    >>> lines = []
    >>> ledger = Ledger(Settings(log="logfmt"), lines.append)
    >>> ledger.record(Exchange("GET", "/sparql", "query=ASK+%7B%7D", "::1", "7", 200, 31, 0.0042))
    >>> print(lines[0].partition(" ")[2])
    id=7 client=::1 method=GET route=sparql status=200 bytes=31 ms=4.2 query_hash=819ea91ed5f12b38
    >>> 'route="sparql"' in ledger.metrics.text()
    True
    """

    def __init__(self, settings: Settings, write: Callable[[str], object] | None = None) -> None:
        self.metrics = Metrics(PLACES)
        self._settings = settings
        self._write = write or _to_standard_error

    def record(self, exchange: Exchange) -> None:
        """Count and log a request that is over."""
        route = place_of(exchange.path)
        self.metrics.answered(
            *(route, exchange.method, exchange.status),
            seconds=exchange.seconds if route == "sparql" and exchange.method != "OPTIONS" else None,
            refused=exchange.refused,
            cache=exchange.cache,
            left=exchange.left,
        )
        if self._settings.log != "off":
            line = dict(_facts(exchange, route, with_query=self._settings.log_queries))
            as_json = self._settings.log == "json"
            self._write(json.dumps(line) if as_json else logfmt(line))


def place_of(path: str) -> str:
    """Return the name under which an address is counted: its first part."""
    return path.lstrip("/").partition("/")[0] or "home"


def _facts(exchange: Exchange, route: str, *, with_query: bool) -> Iterator[tuple[str, object]]:
    """Yield what the log says of a request."""
    yield "time", datetime.now(UTC).isoformat(timespec="milliseconds")
    yield "id", exchange.identity
    yield "client", exchange.client
    yield "method", exchange.method
    yield "route", route
    yield "status", exchange.status
    yield "bytes", exchange.bytes
    yield "ms", round(exchange.seconds * 1000, 2)
    query = exchange.query if exchange.query is not None else _query_of(exchange.address)
    if query is not None:
        yield "query_hash", hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:16]
        if with_query:
            yield "query", query
    if exchange.refused:
        yield "refused", exchange.refused
    if exchange.cache:
        yield "cache", exchange.cache
    if exchange.left:
        yield "client_left", True


def _query_of(address: str) -> str | None:
    if "query=" not in address:
        return None
    try:
        return parse_qs(address, max_num_fields=200).get("query", [None])[0]
    except ValueError:
        return None


class Observed:
    """An application whose requests are recorded."""

    def __init__(self, app: WSGIApplication, ledger: Ledger) -> None:
        self.app = app
        self.ledger = ledger

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, and keep an eye on it to its end."""
        front: Exchange | None = environ.get(EXCHANGE)
        exchange = front or _begun(environ)
        began = time.perf_counter()

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            exchange.status = int(status[:3])
            # What a server in front may keep and send again must not name this request.
            named = headers if front else [*headers, ("X-Request-Id", exchange.identity)]
            return start_response(status, named, *error)

        def end(*, whole: bool) -> None:
            exchange.seconds = time.perf_counter() - began
            exchange.query = environ.get(QUERY)
            exchange.refused, exchange.cache = environ.get(REFUSED, ""), environ.get(CACHE, "")
            gone = environ.get("waitress.client_disconnected")
            exchange.left = not whole or bool(gone and gone())
            if front is None:
                self.ledger.record(exchange)

        try:
            return _Body(self.app(environ, begin), exchange, end)
        except BaseException:
            end(whole=True)
            raise


def _begun(environ: WSGIEnvironment) -> Exchange:
    exchange = Exchange(
        environ.get("REQUEST_METHOD", ""),
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("REMOTE_ADDR", ""),
    )
    exchange.identify(environ.get("HTTP_X_REQUEST_ID", ""))
    return exchange


class _Body:
    """The parts of an answer, counted as they go out; closed too soon, the client has left."""

    def __init__(self, parts: Iterable[bytes], exchange: Exchange, end: Callable[..., None]) -> None:
        self._parts = parts
        self._exchange = exchange
        self._end = end
        self._whole = exchange.method == "HEAD"
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._exchange.bytes += len(part)
            yield part
        self._whole = True

    def close(self) -> None:
        """End the answer; the server calls this whatever happened."""
        if self._closed:
            return
        self._closed = True
        try:
            getattr(self._parts, "close", lambda: None)()
        finally:
            self._end(whole=self._whole)


def logfmt(line: Mapping[str, object]) -> str:
    r"""Write a line of the log as names and values; whatever is not plain stands in quotes.

    >>> print(logfmt({"status": 200, "query": 'ASK {}\n"', "client_left": True}))
    status=200 query="ASK {}\n\"" client_left=true
    """
    return " ".join(f"{name}={_value(value)}" for name, value in line.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _to_standard_error(line: str) -> None:
    # One write for a line, so that the lines of several processes do not mix.
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
