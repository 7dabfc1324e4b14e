"""A store that can be written to, served: one process of threads in front of one writer and a pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from resgraph.errors import UsageError
from resgraph.settings import Settings
from resgraph.writer import WritableStore


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
    from resgraph.stored import all_queries
    from resgraph.web import create_app
    from resgraph.web.server import listen, serve_threads
    from resgraph.web.writing import Writing

    token = token_of()
    with (
        listen(settings) as listener,
        WritableStore(directory, settings, default_graph=default_graph) as store,
    ):
        app = create_app(store, None, settings, all_queries(), Writing(store, token))
        serve_threads(app, store, listener, settings, tell, body=4 * settings.upload_bytes)
