"""A release, served: the data in a pool of evaluators, the application in front, waitress around it."""

from __future__ import annotations

import atexit
import logging
import socket
import threading
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from resgraph.errors import UsageError
from resgraph.evaluate import Pool, Source
from resgraph.settings import Settings, from_environment

if TYPE_CHECKING:
    from flask import Flask

#: Threads beyond one for each evaluator: for pages and for refusals, which need none.
_SPARE_THREADS: Final = 4

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
    from waitress.server import create_server

    from resgraph.web.stopping import end_on_signal

    quieten()
    source, manifest = find(data)
    listener = listen(settings)
    with listener, Pool(source, settings) as pool:
        server = create_server(
            make_app(pool, manifest, settings),
            sockets=[listener],
            threads=settings.evaluators + _SPARE_THREADS,
            ident=None,
            max_request_body_size=16 * settings.query_bytes,
            # The application itself takes away what a stranger says of proxies.
            clear_untrusted_proxy_headers=False,
        )
        end_on_signal(pool, server, settings.stop_within)
        address = address_of(listener) + settings.prefix.lstrip("/") + "/" * bool(settings.prefix)
        threading.Thread(target=announce, args=(address, tell), daemon=True).start()
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
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen at port {settings.port} of {settings.host}: {(error.strerror or '').lower()}",
            hint="another program may be using it; choose another with --port",
        ) from None
    return listener


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def announce(address: str, tell: Callable[[str], object]) -> None:
    """Say where the server is, once it has answered a question."""
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
