"""A process that was sealed makes no socket, and neither do its threads and children; the engine included."""

from __future__ import annotations

import subprocess
import sys

import pytest

TRIES = {
    "socket": "import socket; socket.socket()",
    "thread": (
        "import socket, threading, concurrent.futures as f\n"
        "f.ThreadPoolExecutor().submit(socket.socket).result()"
    ),
    "child": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'], check=True)"
    ),
    "engine": "import pyoxigraph; pyoxigraph.Store().update('LOAD <http://127.0.0.1:8999/>')",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is one of Linux")
@pytest.mark.parametrize("attempt", TRIES)
def test_a_sealed_process_makes_no_socket(attempt: str) -> None:
    code = f"from resgraph.seal import forbid_sockets\nassert forbid_sockets()\n{TRIES[attempt]}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "not permitted" in done.stderr
