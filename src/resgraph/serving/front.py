"""What stands before the pages: finished answers from a cache, plain queries on a short way.

A query of a program needs no page, no session and no template; so it is read, evaluated and written here with
the same functions that the pages use, errors included. The pages, and the libraries that draw them, are
opened when somebody asks for one: an endpoint for programs alone starts sooner, and in three quarters of the
memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from urllib.parse import unquote, unquote_plus, unquote_to_bytes

from resgraph import __version__, query
from resgraph.errors import ResgraphError
from resgraph.evaluate import InProcess, Request, Written, write_answer
from resgraph.formats import HTML, RESULTS, Choice, Format
from resgraph.serving.asked import FORM, QUERY, Asked, as_request, choices, decode, read_value
from resgraph.serving.cache import (
    Cache,
    Key,
    Page,
    compress,
    compressor,
    is_volatile,
    matches,
    name_of,
    wants_gzip,
    worth_compressing,
)
from resgraph.serving.headers import HEADERS
from resgraph.serving.health import report
from resgraph.serving.metrics import CONTENT_TYPE
from resgraph.serving.notes import Notes, header
from resgraph.serving.observe import ERROR, EXCHANGE, Exchange, Ledger
from resgraph.serving.problem import PROBLEM, describe, wants_page
from resgraph.serving.proxy import Proxies, below
from resgraph.settings import Settings
from resgraph.store import Dataset

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: An answer up to this size is sent whole, with its length and an honest status; a longer one as it is found.
WHOLE: Final = 256 * 1024
_PIECE: Final = 64 * 1024

_PLAIN: Final = frozenset(("query", "format", "timeout", "inferred", "default-graph-uri", "named-graph-uri"))
_LASTING: Final = (
    *("/sparql", "/doc/", "/scheme/", "/ns", "/explain", "/graph/"),
    *("/browse", "/search", "/gaps", "/briefing"),
    *("/catalog", "/void", "/schema.", "/mappings.sssom.tsv", "/terms.json", "/code"),
)
#: What a named proxy says of the reader, and the pages depend on.
_FORWARDED: Final = ("x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix")

#: May be kept by anyone who asks each time whether it still holds: the addresses stay, the release changes.
_KEEP: Final = "public, no-cache"
_FORGET: Final = "no-store"
_VARY: Final = "Accept, Accept-Encoding"
_COMMON: Final = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())

_HTML: Final = Choice(HTML, HTML.media_type)
#: Characters of a header whose choice is remembered.
_HABIT: Final = 400


class Asking(NamedTuple):
    """A request as it came; names of header fields in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    #: the client cannot tell a broken answer from a finished one (HTTP/1.0), so it gets no piece of it
    whole: bool = False
    #: the address of the other end
    client: str = ""
    #: the other end is a proxy that is believed
    trusted: bool = False


class Plan(NamedTuple):
    """A query of a program, read: what is asked, how it may be written, what the answer is called."""

    request: Request
    result: Choice | None
    graph: Choice | None
    deadline: float | None
    #: another answer each time, so nothing of it is kept
    volatile: bool
    name: bytes


class Outlet(Protocol):
    """Where a long answer goes while the rest of it is still being found."""

    def begin(self, head: bytes) -> None:
        """Send the header."""

    def send(self, content: bytes) -> None:
        """Send a piece."""

    def finish(self) -> None:
        """Say that this was all."""


class BrokenAnswerError(Exception):
    """An answer failed after its beginning had been sent: it must not look like a finished one."""


class Local(InProcess):
    """Answers in this process, under a deadline that somebody outside enforces.

    What `limit` gets is the time that is given.
    """

    def __init__(self, dataset: Dataset, settings: Settings, limit: Callable[[float], object]) -> None:
        super().__init__(dataset, settings)
        self.limit = limit

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        """Answer a request."""
        self.restrict(deadline)
        return super().evaluate(request)

    def restrict(self, deadline: float | None) -> None:
        """Give less time, if less is asked for."""
        if deadline is not None and deadline < self.settings.deadline:
            self.limit(deadline)


class NoPagesError(Exception):
    """A request is for the pages, and this process has not opened them."""


class Front:
    """Answers requests: with kept answers, with new ones, and with those of the pages behind it.

    `make_pages` makes the application that answers whatever is no plain query of a program.
    """

    def __init__(
        self,
        evaluator: Local,
        manifest: Mapping[str, Any],
        release: str,
        make_pages: Callable[[Front], WSGIApplication],
    ) -> None:
        self.evaluator = evaluator
        self.settings = evaluator.settings
        self.manifest = manifest
        self.release = f"{__version__} {release}"
        self.ledger = Ledger(self.settings)
        self.notes = Notes(evaluator)
        self.cache = Cache(self.settings.cache_bytes)
        self.proxies = Proxies(self.settings)
        self._make_pages = make_pages
        self._pages: WSGIApplication | None = None

    @property
    def has_pages(self) -> bool:
        """Whether this process has opened the pages."""
        return self._pages is not None

    def open_pages(self) -> None:
        """Make the pages ready, if they are not."""
        if self._pages is None:
            self._pages = self._make_pages(self)

    def remark(self, text: str) -> str:
        """Return what the header of an answer says of its query, as whole fields."""
        strangers = self.notes.about(text)
        return f"Warning: {header(strangers)}\r\n" if strangers else ""

    def local(self, asking: Asking) -> str:
        """Return the path of a request below that under which the site is offered."""
        said = asking.headers.get("x-forwarded-prefix", "") if asking.trusted else ""
        prefix = self.proxies.prefix(said) if said else self.settings.prefix
        return below(asking.path, prefix) if prefix else asking.path

    def exchange(self, asking: Asking, identity: str = "") -> Exchange:
        """Return what will be recorded of a request, under a name."""
        path = self.local(asking)
        path = unquote(path) if "%" in path else path
        found = Exchange(asking.method, path, asking.query, asking.client, identity)
        if asking.trusted:
            found.client = self.proxies.reader(asking.headers.get("x-forwarded-for", ""), asking.client)
            found.identify(asking.headers.get("x-request-id", ""))
        return found

    def key(self, asking: Asking) -> Key:
        """Return all that an answer depends on."""
        get = asking.headers.get
        coding = "gzip" if wants_gzip(get("accept-encoding", "")) else ""
        parts: Key = (asking.path, asking.query, get("accept", ""), coding, get("host", ""))
        forwarded = ""
        if asking.trusted:
            forwarded = " ".join(
                f"{name}={asking.headers[name]}" for name in _FORWARDED if name in asking.headers
            )
        if forwarded or asking.body or asking.method not in ("GET", "HEAD"):
            # The body comes last: it alone may contain the character that separates the parts of a name.
            body = asking.body.decode("latin-1")
            parts += (asking.method, forwarded, get("content-type", ""), body)
        return parts

    def name(self, key: Key) -> bytes:
        """Return the short name of the representation with this key."""
        return name_of(self.release, key)

    def recall(self, asking: Asking, key: Key) -> Page | None:
        """Return a kept answer, or word that the client itself has kept it."""
        page = self.cache.get(key)
        tags = asking.headers.get("if-none-match")
        if tags is None or asking.method not in ("GET", "HEAD"):
            return page
        # Only a finished answer ever got this tag, so whoever has it need not wait for another evaluation.
        etag = page.etag if page else f'"{self.name(key).hex()}"'
        return unchanged(etag) if etag and matches(tags, etag) else page

    def answer(
        self,
        asking: Asking,
        key: Key,
        plan: Plan | None = None,
        outlet: Outlet | None = None,
        exchange: Exchange | None = None,
    ) -> Page | None:
        """Find an answer; None when it has gone out through the outlet.

        What only the inside knows is written into `exchange`. Whoever asks here records it.
        """
        exchange = exchange or self.exchange(asking)
        if plan is None:
            return self._of_machine(asking, exchange) or self._of_pages(asking, key, exchange)
        exchange.query = plan.request.text
        sink = _Sink(self, asking, key, plan, outlet)
        try:
            self.evaluator.restrict(plan.deadline)
            write_answer(self.evaluator.dataset, plan.request, self.settings, sink.open)
        except ResgraphError as error:
            if sink.begun:
                raise BrokenAnswerError(error.message) from error
            if not wants_page(asking.headers.get("accept")):
                return problem(error, exchange)
            return self._of_pages(asking, key, exchange, {ERROR: error})
        return sink.finish()

    def plan(self, asking: Asking, key: Key) -> Plan | None:
        """Read a query of a program; None when it is anything else, or wrong in any way."""
        if self.local(asking) != "/sparql":
            return None
        try:
            text = _only_query(asking)
            if text is not None:
                return self._planned(asking, key, text, Asked(()))
            asked = _read(asking)
            if asked is None or not {name for name, _ in asked.parameters} <= _PLAIN:
                return None
            text = asked.one("query")
            return None if text is None else self._planned(asking, key, text, asked)
        except (ResgraphError, UnicodeError):
            return None

    def _planned(self, asking: Asking, key: Key, text: str, asked: Asked) -> Plan | None:
        form = asked.one("format") if asked.parameters else None
        result, graph = _ways(form, asking.headers.get("accept"))
        if result is _HTML:
            return None
        name, volatile = self.name(key), is_volatile(text)
        if asked.parameters:
            return Plan(as_request(asked, text, result, graph), result, graph, asked.deadline, volatile, name)
        plain = Request(text, result and result.format.name, graph and graph.format.name)
        return Plan(plain, result, graph, None, volatile, name)

    def tell(self, error: ResgraphError, exchange: Exchange, *, page: bool) -> Page:
        """Answer with an error in place of whoever should have answered."""
        if not page:
            return problem(error, exchange)
        self.open_pages()
        asking = Asking("GET", "/sparql", "", {"accept": HTML.media_type})
        return self._of_pages(asking, (), exchange, {ERROR: error})

    def _of_machine(self, asking: Asking, exchange: Exchange) -> Page | None:
        """Answer what machines ask of a server now and then, for which nobody needs to open pages."""
        path = self.local(asking)
        if path not in ("/health", "/metrics") or asking.method not in ("GET", "HEAD"):
            return None
        if path == "/metrics":
            return _plain(200, CONTENT_TYPE, self.ledger.metrics.text().encode())
        try:
            return _plain(200, "application/json", report(self.evaluator, self.manifest))
        except ResgraphError as error:
            return problem(error, exchange)

    def _of_pages(
        self, asking: Asking, key: Key, exchange: Exchange, more: Mapping[str, Any] | None = None
    ) -> Page:
        """Let the pages answer; keep their answer if they say the same each time."""
        if self._pages is None:
            raise NoPagesError
        from werkzeug.test import run_wsgi_app

        path = self.local(asking)
        lasting = path == "/" or path.startswith(_LASTING)
        if lasting and asking.method == "HEAD":
            asking = asking._replace(method="GET")
        given = environ(asking) | {EXCHANGE: exchange, **(more or {})}
        body, status, headers = run_wsgi_app(self._pages, given)
        content = b"".join(body)
        close = getattr(body, "close", None)
        if close:
            close()
        code = int(status.split()[0])
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers if name != "Content-Length")
        length = headers.get("Content-Length", str(len(content)))
        keeps = (
            lasting
            and code == 200
            and asking.method != "HEAD"
            and "ETag" not in headers
            and "Cache-Control" not in headers
            and "stored=" not in asking.query
            and b"stored=" not in asking.body
            and not is_volatile(unquote_plus(asking.query) + unquote_plus(asking.body.decode("latin-1")))
        )
        etag = ""
        if keeps:
            etag = f'"{self.name(key).hex()}"'
            fields += f"ETag: {etag}\r\nCache-Control: {_KEEP}\r\nVary: Accept-Encoding\r\n"
            if key[3] and worth_compressing(content):
                content = compress(content)
                fields += "Content-Encoding: gzip\r\n"
                length = str(len(content))
        if code not in (204, 304):
            fields += f"Content-Length: {length}\r\n"
        head = (fields + "\r\n").encode("latin-1")
        page = Page(code, head + content, len(head), etag)
        if keeps:
            self.cache.put(key, page)
        return page


class _Sink(query.Page):
    """Takes an answer as it is written; past a certain size it goes out at once, in pieces."""

    def __init__(self, front: Front, asking: Asking, key: Key, plan: Plan, outlet: Outlet | None) -> None:
        super().__init__(front.settings.result_bytes)
        self.front, self.key, self.plan = front, key, plan
        self.outlet = None if asking.whole or asking.method == "HEAD" else outlet
        self.begun = False
        self._total = 0
        self._most = WHOLE
        self._head = ""
        self._sent: list[bytes] | None = []
        self._zip = compressor() if key[3] else None
        self._etag = "" if plan.volatile else f'"{plan.name.hex()}"'

    def open(self, form: Format) -> query.Page:
        """Learn the format, before the first byte comes."""
        choice = self.plan.result if form in RESULTS else self.plan.graph
        kind = choice.content_type if choice else form.media_type
        tag = f"Cache-Control: {_FORGET}\r\n"
        if self._etag:
            tag = f"ETag: {self._etag}\r\nCache-Control: {_KEEP}\r\n"
        remark = self.front.remark(self.plan.request.text)
        self._head = f"Content-Type: {kind}\r\nVary: {_VARY}\r\n{tag}{remark}{_COMMON}"
        return self

    def write(self, content: object, /) -> int:
        size = len(content)  # type: ignore[arg-type]
        self._total += size
        if self._total > (self.limit or self._total):
            self.full = True
            raise self.error()
        BytesIO.write(self, content)  # type: ignore[arg-type]
        if self.outlet is not None and self.tell() > self._most:
            self._flow(self.outlet)
        return size

    def _flow(self, outlet: Outlet) -> None:
        """Send what there is."""
        if not self.begun:
            self.begun, self._most = True, _PIECE
            coding = "Content-Encoding: gzip\r\n" if self._zip else ""
            outlet.begin(f"{self._head}{coding}Transfer-Encoding: chunked\r\n\r\n".encode("latin-1"))
        piece = self.getvalue()
        self.seek(0)
        self.truncate()
        self._pass(outlet, self._zip.compress(piece) if self._zip else piece)

    def _pass(self, outlet: Outlet, piece: bytes) -> None:
        if piece:
            outlet.send(piece)
            if self._sent is not None:
                self._sent.append(piece)
        if self._total > self.front.settings.cache_bytes // 4 or self.plan.volatile:
            self._sent = None

    def finish(self) -> Page | None:
        """Return the answer; None if it is already out."""
        if not self.begun or self.outlet is None:
            page = self._page(self.getvalue(), zipped=False)
        else:
            self._flow(self.outlet)
            if self._zip:
                self._pass(self.outlet, self._zip.flush())
            self.outlet.finish()
            if self._sent is None:
                return None
            page = self._page(b"".join(self._sent), zipped=self._zip is not None)
        if not self.plan.volatile:
            self.front.cache.put(self.key, page)
        return None if self.begun else page

    def _page(self, body: bytes, *, zipped: bool) -> Page:
        coding = ""
        if zipped or (self._zip and worth_compressing(body)):
            body, coding = body if zipped else compress(body), "Content-Encoding: gzip\r\n"
        head = f"{self._head}{coding}Content-Length: {len(body)}\r\n\r\n".encode("latin-1")
        return Page(200, head + body, len(head), self._etag)


def problem(error: ResgraphError, exchange: Exchange) -> Page:
    """Tell a program of an error."""
    found = describe(error)
    exchange.refused = found.name
    return _plain(found.status, PROBLEM.media_type, found.write(), {"Vary": "Accept", **found.headers})


def _plain(status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> Page:
    fields = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    head = f"Content-Type: {kind}\r\n{fields}{_COMMON}Content-Length: {len(body)}\r\n\r\n".encode("latin-1")
    return Page(status, head + body, len(head))


def _ways(form: str | None, accept: str | None) -> tuple[Choice | None, Choice | None]:
    """Return how a result would be written, and how a graph; remembered for the headers of habit."""
    return (_few_ways if len(accept or "") <= _HABIT else choose)(form, accept)


def choose(form: str | None, accept: str | None) -> tuple[Choice | None, Choice | None]:
    """Choose as the application does; a page is chosen for both, or for neither."""
    result, graph = choices(Asked((("format", form),) if form else ()), accept)
    page = any(choice is not None and choice.format is HTML for choice in (result, graph))
    return (_HTML, _HTML) if page else (result, graph)


_few_ways = lru_cache(maxsize=256)(choose)


def unchanged(etag: str) -> Page:
    """Return word that what the client has still holds."""
    head = f"ETag: {etag}\r\nCache-Control: {_KEEP}\r\nVary: {_VARY}\r\n{_COMMON}\r\n".encode("latin-1")
    return Page(304, head, len(head), etag)


def _only_query(asking: Asking) -> str | None:
    """Return the query of a request that says nothing else."""
    if asking.method != "GET" or not asking.query.startswith("query=") or "&" in asking.query:
        return None
    return read_value(asking.query[6:])


def _read(asking: Asking) -> Asked | None:
    """Read the parameters of a query sent in one of the plain ways."""
    parameters = decode(asking.query.encode("latin-1"))
    if int(asking.headers.get("content-length", "0")) > len(asking.body):
        # More was announced than is read here.
        return None
    if asking.method == "POST":
        kind = asking.headers.get("content-type", "").lower().replace("; charset=utf-8", "")
        if kind == FORM:
            parameters += decode(asking.body)
        elif kind == QUERY:
            parameters += [("query", asking.body.decode())]
        else:
            return None
    elif asking.method not in ("GET", "HEAD"):
        return None
    return Asked(tuple(parameters))


def environ(asking: Asking) -> dict[str, Any]:
    """Return a request as WSGI wants it."""
    host, _, port = asking.headers.get("host", "localhost").rpartition(":")
    if not host or not port.isdigit():
        host, port = asking.headers.get("host", "localhost"), "80"
    found = {
        "REQUEST_METHOD": asking.method,
        "REMOTE_ADDR": asking.client,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(asking.path).decode("latin-1"),
        "QUERY_STRING": asking.query,
        "REQUEST_URI": f"{asking.path}?{asking.query}" if asking.query else asking.path,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.0" if asking.whole else "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(asking.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in asking.headers.items():
        upper = name.upper().replace("-", "_")
        if "_" not in name:
            found[upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{upper}"] = value
    return found
