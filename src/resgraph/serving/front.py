"""What stands before the pages: finished answers from a cache, plain queries on a short way.

A query of a program needs no page, no session and no template; so it is read, evaluated and written here with
the same functions that the pages use, errors included. The pages, and the libraries that draw them, are
opened when somebody asks for one: an endpoint for programs alone starts sooner, and in three quarters of the
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, unquote_plus

from resgraph import __version__
from resgraph.errors import ResgraphError
from resgraph.evaluate import InProcess, Request, Written, write_answer
from resgraph.formats import HTML
from resgraph.serving.cache import (
    Cache,
    Key,
    Page,
    compress,
    is_volatile,
    matches,
    name_of,
    wants_gzip,
    worth_compressing,
)
from resgraph.serving.headers import COMMON, KEEP, VARY
from resgraph.serving.health import report
from resgraph.serving.incoming import Asking, Plan, environ, plan
from resgraph.serving.metrics import CONTENT_TYPE
from resgraph.serving.notes import Notes
from resgraph.serving.observe import ERROR, EXCHANGE, Exchange, Ledger
from resgraph.serving.problem import PROBLEM, describe, wants_page
from resgraph.serving.proxy import Proxies, below
from resgraph.serving.sink import BrokenAnswerError, Outlet, Sink
from resgraph.settings import Settings
from resgraph.store import Dataset

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LASTING: Final = (
    *("/sparql", "/doc/", "/scheme/", "/ns", "/explain", "/graph/"),
    *("/browse", "/search", "/gaps", "/briefing"),
    *("/catalog", "/void", "/schema.", "/mappings.sssom.tsv", "/terms.json", "/code"),
)
#: What a named proxy says of the reader, and the pages depend on.
_FORWARDED: Final = ("x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix")


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
        outlet = None if asking.whole or asking.method == "HEAD" else outlet
        sink = Sink(self.settings, self.notes, plan, outlet, zipped=bool(key[3]))
        try:
            self.evaluator.restrict(plan.deadline)
            write_answer(self.evaluator.dataset, plan.request, self.settings, sink.open)
        except ResgraphError as error:
            if sink.begun:
                raise BrokenAnswerError(error.message) from error
            if not wants_page(asking.headers.get("accept")):
                return problem(error, exchange)
            return self._of_pages(asking, key, exchange, {ERROR: error})
        page = sink.finish()
        if page is not None and not plan.volatile:
            self.cache.put(key, page)
        return None if sink.begun else page

    def plan(self, asking: Asking, key: Key) -> Plan | None:
        """Read a query of a program; None when it is anything else, or wrong in any way."""
        return plan(asking, self.name(key)) if self.local(asking) == "/sparql" else None

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
            fields += f"ETag: {etag}\r\nCache-Control: {KEEP}\r\nVary: Accept-Encoding\r\n"
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


def problem(error: ResgraphError, exchange: Exchange) -> Page:
    """Tell a program of an error."""
    found = describe(error)
    exchange.refused = found.name
    return _plain(found.status, PROBLEM.media_type, found.write(), {"Vary": "Accept", **found.headers})


def _plain(status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> Page:
    fields = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    head = f"Content-Type: {kind}\r\n{fields}{COMMON}Content-Length: {len(body)}\r\n\r\n".encode("latin-1")
    return Page(status, head + body, len(head))


def unchanged(etag: str) -> Page:
    """Return word that what the client has still holds."""
    head = f"ETag: {etag}\r\nCache-Control: {KEEP}\r\nVary: {VARY}\r\n{COMMON}\r\n".encode("latin-1")
    return Page(304, head, len(head), etag)
