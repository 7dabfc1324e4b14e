"""The end of a server: at once on Ctrl-C, in good order when it is asked to stop.

Asked to stop (SIGTERM), it closes its door, lets the requests that are running finish within a limit, then
goes. Asked a second time, or by Ctrl-C (SIGINT), it goes at once; what is being asked is dropped.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any, NoReturn

from resgraph.evaluate import Evaluator


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
