"""Read by every Python of a server under test, before anything else: writes down what it opens and calls.

A directory with this file in PYTHONPATH and a file named in AUDIT are enough; the server itself knows nothing
of it. Processes that are forked keep the hook.
"""

from __future__ import annotations

import os
import sys

_EVENTS = frozenset(
    [
        "ctypes.dlopen",
        "ftplib.connect",
        "glob.glob",
        "http.client.connect",
        "import",
        "open",
        "os.exec",
        "os.listdir",
        "os.posix_spawn",
        "os.scandir",
        "os.system",
        "pathlib.Path.glob",
        "shutil.copyfile",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "sqlite3.connect",
        "subprocess.Popen",
        "tempfile.mkstemp",
        "urllib.Request",
    ]
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def _watch() -> None:
    target = os.open(os.environ["AUDIT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def hook(event: str, details: tuple[object, ...]) -> None:
        # An open without a name is one of a number: a socket or a pipe that is there already.
        if event in _EVENTS and not (event == "open" and isinstance(details[0], int)):
            what = details[1] if event == "socket.connect" else details[0]
            if event == "open" and isinstance(details[2], int) and details[2] & _WRITES:
                event = "write"
            os.write(target, f"{event}\t{what!r}\n".encode("utf-8", "replace"))

    sys.addaudithook(hook)


if "AUDIT" in os.environ:
    _watch()
