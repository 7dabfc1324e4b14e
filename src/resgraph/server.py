"""A release, served: by workers that share it where the system can, else by threads in front of a pool.

This is where the house is put together: what answers queries, and the pages, which are opened when the first
of them is asked for.
"""

from __future__ import annotations

import atexit
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from resgraph.errors import UsageError
from resgraph.evaluate import Evaluator, Source, load
from resgraph.settings import Settings, from_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from resgraph.serving.front import Front
    from resgraph.store import Dataset
    from resgraph.web.site import Site

#: Pages that are drawn before anybody asks for them.
_FIRST: Final = ("/", "/sparql", "/ns", "/gaps", "/search", "/doc/factor/none", "/doc/none/none")

_Opened = tuple[Source, Mapping[str, Any]]


def find(data: Sequence[Path]) -> _Opened:
    """Return where the data are and what they say of themselves: a release, or plain RDF files."""
    from resgraph.release import default_path, quads_path, read_manifest

    release = default_path() if not data else data[0]
    if len(data) <= 1 and (not data or release.is_dir()):
        return quads_path(release), read_manifest(release)
    return tuple(data), {}


def make_app(evaluator: Evaluator, manifest: Mapping[str, Any], settings: Settings) -> WSGIApplication:
    """Make the application in front of an evaluator, with the stored queries as examples."""
    from resgraph.stored import all_queries
    from resgraph.web import create_app

    return create_app(evaluator, manifest, settings, all_queries()).wsgi_app


def serve(data: Sequence[Path], settings: Settings, tell: Callable[[str], object] = print) -> None:
    """Serve until a signal ends it; leave no process behind."""
    from resgraph.serving.listener import listen, site_at
    from resgraph.serving.supervisor import Supervisor, fits

    source, manifest = find(data)
    listener = listen(settings)
    if not fits():
        serve_with_threads(listener, source, manifest, settings, tell)
        return
    with listener:
        front = make_front(load(source), manifest, settings)
        warm(front)
        supervisor = Supervisor(listener, front, settings)
        supervisor.run(lambda: tell(f"resgraph answers at {site_at(listener, settings)}  (Ctrl-C ends it)"))


def make_front(dataset: Dataset, manifest: Mapping[str, Any], settings: Settings) -> Front:
    """Make what answers in a worker: the short way, and behind it the pages, which are not opened yet."""
    from resgraph.serving.front import Front, Local

    evaluator = Local(dataset, settings, lambda seconds: None)
    # Files that name no release are this content until the server ends.
    release = str(manifest.get("sha256") or os.urandom(16).hex())
    return Front(evaluator, manifest, release, open_pages)


def open_pages(front: Front) -> WSGIApplication:
    """Make the pages, and draw one of each kind, so that whoever asks next finds everything prepared."""
    import mimetypes

    from werkzeug.test import run_wsgi_app

    from resgraph.serving.incoming import Asking, environ
    from resgraph.serving.observe import EXCHANGE
    from resgraph.stored import all_queries
    from resgraph.web import create_app

    data = (front.evaluator, front.manifest, front.settings, all_queries())
    app = create_app(*data, ledger=front.ledger, notes=front.notes)
    pages = [("/sparql", "query=ASK%7B%7D"), ("/sparql", "query=ASK"), *((path, "") for path in _FIRST)]
    for path, query in pages:
        asking = Asking("GET", path, query, {"accept": "text/html"})
        # Nobody has asked for these, so they are counted for nobody.
        run_wsgi_app(app.wsgi_app, environ(asking) | {EXCHANGE: front.exchange(asking)})
    # A worker that reads all things by itself makes half of the data its own by counting references to it.
    site: Site = app.extensions["resgraph"]
    site.shelves.fill()
    mimetypes.init()
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    return app.wsgi_app


def warm(front: Front) -> None:
    """Ask a question of each kind, so that no first request finds anything unprepared."""
    from resgraph.serving.incoming import Asking

    queries = ("ASK%7B%7D", "DESCRIBE%3Ca:a%3E", "ASK")
    for asking in [Asking("GET", "/sparql", f"query={text}", {}) for text in queries]:
        front.answer(asking, key := front.key(asking), front.plan(asking, key))
    # The names of the data are learnt now, once for all workers.
    front.notes.about("ASK {}")
    front.cache = type(front.cache)(front.cache.most)


def serve_with_threads(
    listener: socket.socket,
    source: Source,
    manifest: Mapping[str, Any],
    settings: Settings,
    tell: Callable[[str], object],
) -> None:
    """Serve where processes cannot share a loaded store: threads in front of a pool."""
    from resgraph.pool import Pool
    from resgraph.serving.threads import serve_threads

    with listener, Pool(source, settings) as pool:
        app = make_app(pool, manifest, settings)
        serve_threads(app, pool, listener, settings, tell, body=16 * settings.query_bytes)


def token_of(environment: Mapping[str, str] | None = None) -> bytes:
    """Return the token that allows writing.

    >>> token_of({"RESGRAPH_TOKEN": "secret"})
    b'secret'
    >>> token_of({})
    Traceback (most recent call last):
        ...
    resgraph.errors.UsageError: there is no token, and without one anybody could write
      set RESGRAPH_TOKEN to a long random text; a writer sends it as `Authorization: Bearer ...`
    """
    environment = os.environ if environment is None else environment
    token = environment.get("RESGRAPH_TOKEN", "").strip()
    if not token:
        raise UsageError(
            "there is no token, and without one anybody could write",
            hint="set RESGRAPH_TOKEN to a long random text; a writer sends it as `Authorization: Bearer ...`",
        )
    return token.encode()


def serve_store(
    directory: Path, default_graph: str, settings: Settings, tell: Callable[[str], object] = print
) -> None:
    """Serve a store until a signal ends it."""
    from resgraph.serving.listener import listen
    from resgraph.serving.threads import serve_threads
    from resgraph.stored import all_queries
    from resgraph.web import create_app
    from resgraph.web.writing import Writing
    from resgraph.writer import WritableStore

    token = token_of()
    with (
        listen(settings) as listener,
        WritableStore(directory, settings, default_graph=default_graph) as store,
    ):
        app = create_app(store, None, settings, all_queries(), Writing(store, token))
        serve_threads(app.wsgi_app, store, listener, settings, tell, body=4 * settings.upload_bytes)


class LazyApplication:
    """The WSGI application for servers that import one; the release is opened at the first request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._app: WSGIApplication | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request."""
        return self._open()(environ, start_response)

    def _open(self) -> WSGIApplication:
        with self._lock:
            if self._app is None:
                from resgraph.pool import Pool

                settings = from_environment()
                source, manifest = find(())
                pool = Pool(source, settings)
                atexit.register(pool.close)
                self._app = make_app(pool, manifest, settings)
            return self._app
