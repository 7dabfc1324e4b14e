"""What is done to the processes of a server: made small, begun, weighed, ended."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import resource
import signal
import threading
from pathlib import Path
from typing import Final

from resgraph.seal import forbid_sockets, limit_memory
from resgraph.serving.worker import Worker
from resgraph.settings import Settings

#: Bytes for nested calls of the engine, as many as a process has by itself.
_STACK: Final = 8 * 1024 * 1024
#: Objects made between two looks for those that hold each other: a request makes hardly any of these.
_SELDOM: Final = 20_000


def be_a_worker(worker: Worker, settings: Settings) -> None:
    """Answer, with no more memory than is allowed.

    In a thread that did not exist before the fork: the engine draws its random numbers from a state of the
    thread, and two workers must not draw the same ones.
    """

    def answer() -> None:
        gc.set_threshold(_SELDOM, 50, 100)
        try:
            limit_memory(settings.evaluator_memory + settings.cache_bytes)
            worker.run()
        except BaseException:
            logging.getLogger("resgraph").exception("a worker ended")
        finally:
            os._exit(0)

    # Connections are handed over, so a worker needs no socket of its own making.
    forbid_sockets()
    worker.line.setblocking(False)
    threading.stack_size(_STACK)
    threading.Thread(target=answer, daemon=True).start()
    worker.obey()


def compact() -> None:
    """Give back what loading left, and keep the collector from writing to memory that workers share."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def kill(process: int, *, wait: bool = True) -> None:
    """End a process, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    if wait:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)


def private_memory(process: int) -> int:
    """Return the bytes of memory that a process has to itself."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024


def allow_files(most: int) -> None:
    """Let this process have so many open at once, if the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
