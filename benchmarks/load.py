"""Requests as fast as they are answered: with `wrk` where it is installed, else with threads of Python.

A fresh request has a comment of its own at the end of its query, so that no cache knows it; all servers get
the same ones.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from itertools import count
from pathlib import Path
from urllib.parse import quote

ACCEPT = "application/sparql-results+json"
_FRESH = """
local n, id = 0, 0
function setup(thread) thread:set("id", math.random(1, 1000000000)) end
function init(args) path = args[1]; wrk.headers["Accept"] = "ACCEPT" end
function request() n = n + 1; return wrk.format("GET", path .. id .. "x" .. n) end
"""


def rate(address: str, query: str, *, connections: int, seconds: float, fresh: bool) -> float:
    """Return how many requests a second are answered, and answered well."""
    host, path = address.split("/", 3)[2], "/" + address.split("/", 3)[3] + "?query=" + quote(query + "\n#")
    if shutil.which("wrk"):
        return _wrk(host, path, connections, seconds, fresh)
    return _threads(host, path, connections, seconds, fresh)


def _wrk(host: str, path: str, connections: int, seconds: float, fresh: bool) -> float:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "--timeout", "20"]
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "fresh.lua"
        script.write_text(_FRESH.replace("ACCEPT", ACCEPT))
        if fresh:
            command += ["-s", str(script), f"http://{host}", "--", path]
        else:
            command += ["-H", f"Accept: {ACCEPT}", f"http://{host}{path}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return 0.0 if bad or found is None else float(found[1])


def _threads(host: str, path: str, connections: int, seconds: float, fresh: bool) -> float:
    """Less exact: the client itself takes as long as a quick server."""
    done, numbers, until = [0] * connections, count(), time.monotonic() + seconds

    def ask(place: int) -> None:
        line = http.client.HTTPConnection(host, timeout=30)
        while time.monotonic() < until:
            line.request("GET", path + (str(next(numbers)) if fresh else ""), headers={"Accept": ACCEPT})
            reply = line.getresponse()
            reply.read()
            done[place] += reply.status == 200
        line.close()

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(connections)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(done) / seconds


def once(address: str, query: str) -> tuple[float, float, bytes]:
    """Return the seconds to the first byte of an answer and to its last, and the answer."""
    host, path = address.split("/", 3)[2], "/" + address.split("/", 3)[3] + "?query=" + quote(query)
    line = http.client.HTTPConnection(host, timeout=120)
    begun = time.perf_counter()
    line.request("GET", path, headers={"Accept": ACCEPT})
    reply = line.getresponse()
    body = reply.read(1)
    first = time.perf_counter() - begun
    body += reply.read()
    whole = time.perf_counter() - begun
    line.close()
    if reply.status != 200:
        raise RuntimeError(f"{host} answered {reply.status}: {body[:200]!r}")
    return first, whole, body
