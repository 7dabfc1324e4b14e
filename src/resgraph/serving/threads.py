"""A server of threads, for a store that is written to and where processes cannot share what they loaded.

Asked to stop (SIGTERM), it closes its door, lets the requests that are running finish within a limit, then
goes. Asked a second time, or by Ctrl-C (SIGINT), it goes at once; what is being asked is dropped.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from resgraph.evaluate import Evaluator
from resgraph.serving.listener import announce, site_at
from resgraph.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Threads beyond one for each evaluator: for pages and for refusals, which need none.
_SPARE_THREADS: Final = 8


def serve_threads(
    app: WSGIApplication,
    evaluator: Evaluator,
    listener: socket.socket,
    settings: Settings,
    tell: Callable[[str], object],
    *,
    body: int,
) -> None:
    """Serve an application with threads until a signal ends it; a request has at most `body` bytes."""
    from waitress.server import create_server

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
    threading.Thread(target=announce, args=(site_at(listener, settings), tell), daemon=True).start()
    try:
        server.run()
    finally:
        server.close()


def quieten() -> None:
    """Keep waitress from writing a line each time a request waits for a thread: the metrics tell that."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def end_on_signal(pool: Evaluator, server: Any, seconds: float) -> None:
    """Let signals end a server of waitress and the evaluators behind it."""

    def end(*_: object) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        pool.close()
        raise SystemExit(0)

    def finish(*_: object) -> None:
        signal.signal(signal.SIGTERM, end)
        threading.Thread(target=_finish, args=(server, seconds), daemon=True).start()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, finish)


def _finish(server: Any, seconds: float) -> None:
    """Close the door, wait until nobody is served any more or the time is over, then end the process."""
    until = time.monotonic() + seconds
    # The door belongs to the loop of the server: it closes it itself, between two rounds.
    server.trigger.pull_trigger(lambda: _close_door(server))
    while time.monotonic() < until and (server.accepting or _serves(server)):
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)


def _close_door(server: Any) -> None:
    from waitress.wasyncore import dispatcher

    dispatcher.close(server)
    server.accepting = False


def _serves(server: Any) -> bool:
    """Say whether a request is being worked on, or an answer is still on its way out."""
    channels = list(server.active_channels.values())
    return any(channel.requests or channel.total_outbufs_len for channel in channels)
