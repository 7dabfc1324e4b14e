"""A release, served: by workers that share it where the system can, else by threads in front of a pool."""

from __future__ import annotations

import atexit
import logging
import secrets
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from resgraph.errors import ResgraphError, UsageError
from resgraph.evaluate import Evaluator, Pool, Source, load
from resgraph.settings import Settings, from_environment

if TYPE_CHECKING:
    from flask import Flask

    from resgraph.store import Dataset
    from resgraph.web.front import Front
    from resgraph.web.observe import Exchange

#: Threads beyond one for each evaluator: for pages and for refusals, which need none.
_SPARE_THREADS: Final = 8

_Opened = tuple[Source, Mapping[str, Any]]


def find(data: Sequence[Path]) -> _Opened:
    """Return where the data are and what they say of themselves: a release, or plain RDF files."""
    from resgraph.release import default_path, quads_path, read_manifest

    release = default_path() if not data else data[0]
    if len(data) <= 1 and (not data or release.is_dir()):
        return quads_path(release), read_manifest(release)
    return tuple(data), {}


def make_app(pool: Pool, manifest: Mapping[str, Any], settings: Settings) -> Flask:
    """Make the application in front of a pool, with the stored queries as examples."""
    from resgraph.stored import all_queries
    from resgraph.web import create_app

    return create_app(pool, manifest, settings, all_queries())


def serve(data: Sequence[Path], settings: Settings, tell: Callable[[str], object] = print) -> None:
    """Serve until a signal ends it; leave no process behind."""
    from resgraph.web.supervisor import Supervisor, fits

    source, manifest = find(data)
    listener = listen(settings)
    if not fits():
        serve_with_threads(listener, source, manifest, settings, tell)
        return
    with listener:
        front = make_front(load(source), manifest, settings)
        warm(front)
        supervisor = Supervisor(listener, front, settings, obituary(front))
        supervisor.run(lambda: tell(f"resgraph answers at {_site_at(listener, settings)}  (Ctrl-C ends it)"))


def make_front(dataset: Dataset, manifest: Mapping[str, Any], settings: Settings) -> Front:
    """Make what answers in a worker: the short way, and the application behind it."""
    from resgraph.stored import all_queries
    from resgraph.web import create_app
    from resgraph.web.front import Front, Local

    evaluator = Local(dataset, settings, lambda seconds: None)
    app = create_app(evaluator, manifest, settings, all_queries())
    # Files that name no release are this content until the server ends.
    release = str(manifest.get("sha256") or secrets.token_hex(16))
    return Front(app, evaluator, release)


def warm(front: Front) -> None:
    """Ask one question of each kind, so that no first request finds anything unprepared."""
    import mimetypes

    from resgraph.web.front import Asking

    page = {"accept": "text/html"}
    mistake = Asking("GET", "/sparql", "query=ASK", {})
    pages = [
        Asking("GET", path, "", page)
        for path in ("/", "/sparql", "/ns", "/gaps", "/search", "/doc/factor/none", "/doc/none/none")
    ]
    queries = [Asking("GET", "/sparql", f"query={text}", {}) for text in ("ASK%7B%7D", "DESCRIBE%3Ca:a%3E")]
    for asking in (*pages, *queries, mistake, Asking("GET", "/sparql", "query=ASK%7B%7D", page)):
        front.answer(asking, key := front.key(asking), front.plan(asking, key))
    mimetypes.init()
    for name in front.app.jinja_env.list_templates():
        front.app.jinja_env.get_template(name)
    # The names of the data are learnt now, once for all workers.
    front.remark("ASK {}")
    front.cache = type(front.cache)(front.cache.most)


def obituary(front: Front) -> Callable[[ResgraphError, Exchange, bool, bool], bytes]:
    """Return what writes and records an error for the client of a worker that is gone."""
    from resgraph.web.observe import REFUSED
    from resgraph.web.problem import translate
    from resgraph.web.site import protect

    app: Any = front.app

    under = {"SCRIPT_NAME": front.settings.prefix}

    def write(error: ResgraphError, exchange: Exchange, page: bool, only_head: bool) -> bytes:
        accept = {"Accept": "text/html"} if page else {}
        with app.test_request_context("/sparql", headers=accept, environ_overrides=under) as context:
            response = protect(translate(error))
            exchange.refused = context.request.environ.get(REFUSED, "")
        fields = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
        fields += f"Date: {formatdate(usegmt=True)}\r\nX-Request-Id: {exchange.identity}\r\n"
        head = f"HTTP/1.1 {response.status}\r\nConnection: close\r\n{fields}\r\n"
        body = b"" if only_head else response.get_data()
        exchange.status, exchange.bytes = response.status_code, len(body)
        front.ledger.record(exchange)
        return head.encode("latin-1") + body

    return write


def serve_with_threads(
    listener: socket.socket,
    source: Source,
    manifest: Mapping[str, Any],
    settings: Settings,
    tell: Callable[[str], object],
) -> None:
    """Serve where processes cannot share a loaded store: threads in front of a pool."""
    with listener, Pool(source, settings) as pool:
        app = make_app(pool, manifest, settings)
        serve_threads(app, pool, listener, settings, tell, body=16 * settings.query_bytes)


def serve_threads(
    app: Flask,
    evaluator: Evaluator,
    listener: socket.socket,
    settings: Settings,
    tell: Callable[[str], object],
    *,
    body: int,
) -> None:
    """Serve an application with threads until a signal ends it; a request has at most `body` bytes."""
    from waitress.server import create_server

    from resgraph.web.stopping import end_on_signal

    quieten()
    server = create_server(
        app,
        sockets=[listener],
        threads=settings.evaluators + _SPARE_THREADS,
        ident=None,
        max_request_body_size=body,
        # The application itself takes away what a stranger says of proxies.
        clear_untrusted_proxy_headers=False,
    )
    end_on_signal(evaluator, server, settings.stop_within)
    threading.Thread(target=announce, args=(_site_at(listener, settings), tell), daemon=True).start()
    try:
        server.run()
    finally:
        server.close()


def quieten() -> None:
    """Keep waitress from writing a line each time a request waits for a thread: the metrics tell that."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def listen(settings: Settings) -> socket.socket:
    """Take the port, before anything costly is started."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        listener = socket.socket(found[0][0], socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(f"cannot listen at {settings.host}: {error.strerror}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[0][4])
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen at port {settings.port} of {settings.host}: {(error.strerror or '').lower()}",
            hint="another program may be using it; choose another with --port",
        ) from None
    return listener


def _site_at(listener: socket.socket, settings: Settings) -> str:
    return address_of(listener) + settings.prefix.lstrip("/") + "/" * bool(settings.prefix)


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def announce(address: str, tell: Callable[[str], object]) -> None:
    """Say where the server is, once it has answered a question."""
    import urllib.request
    from http.client import HTTPException

    # A proxy of the environment has no business between a server and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address + "health", timeout=30):
            tell(f"resgraph answers at {address}  (Ctrl-C ends it)")
    except (OSError, HTTPException) as error:
        tell(f"resgraph listens at {address}, but did not answer: {error}")


class LazyApplication:
    """The WSGI application for servers that import one; the release is opened at the first request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._app: Flask | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request."""
        return self._open()(environ, start_response)

    def _open(self) -> Flask:
        with self._lock:
            if self._app is None:
                settings = from_environment()
                source, manifest = find(())
                pool = Pool(source, settings)
                atexit.register(pool.close)
                self._app = make_app(pool, manifest, settings)
            return self._app
