"""A request as it came, and the query of a program read from it: what is asked, and how it may be written."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from resgraph.errors import ResgraphError
from resgraph.evaluate import Request
from resgraph.formats import HTML, Choice
from resgraph.serving.asked import FORM, QUERY, Asked, as_request, choices, decode, read_value
from resgraph.serving.cache import is_volatile

_PLAIN: Final = frozenset(("query", "format", "timeout", "inferred", "default-graph-uri", "named-graph-uri"))
_HTML: Final = Choice(HTML, HTML.media_type)
#: Characters of a header whose choice is remembered.
_HABIT: Final = 400


class Asking(NamedTuple):
    """A request as it came; names of header fields in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    #: the client cannot tell a broken answer from a finished one (HTTP/1.0), so it gets no piece of it
    whole: bool = False
    #: the address of the other end
    client: str = ""
    #: the other end is a proxy that is believed
    trusted: bool = False


class Plan(NamedTuple):
    """A query of a program, read: what is asked, how it may be written, what the answer is called."""

    request: Request
    result: Choice | None
    graph: Choice | None
    deadline: float | None
    #: another answer each time, so nothing of it is kept
    volatile: bool
    name: bytes


def environ(asking: Asking) -> dict[str, Any]:
    """Return a request as WSGI wants it."""
    host, _, port = asking.headers.get("host", "localhost").rpartition(":")
    if not host or not port.isdigit():
        host, port = asking.headers.get("host", "localhost"), "80"
    found = {
        "REQUEST_METHOD": asking.method,
        "REMOTE_ADDR": asking.client,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(asking.path).decode("latin-1"),
        "QUERY_STRING": asking.query,
        "REQUEST_URI": f"{asking.path}?{asking.query}" if asking.query else asking.path,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.0" if asking.whole else "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(asking.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in asking.headers.items():
        upper = name.upper().replace("-", "_")
        if "_" not in name:
            found[upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{upper}"] = value
    return found


def plan(asking: Asking, name: bytes) -> Plan | None:
    """Read a query of a program; None when it is anything else, or wrong in any way.

    `name` is that of its answer.
    """
    try:
        text = _only_query(asking)
        if text is not None:
            return _planned(asking, name, text, Asked(()))
        asked = _read(asking)
        if asked is None or not {name for name, _ in asked.parameters} <= _PLAIN:
            return None
        text = asked.one("query")
        return None if text is None else _planned(asking, name, text, asked)
    except (ResgraphError, UnicodeError):
        return None


def _planned(asking: Asking, name: bytes, text: str, asked: Asked) -> Plan | None:
    form = asked.one("format") if asked.parameters else None
    result, graph = _ways(form, asking.headers.get("accept"))
    if result is _HTML:
        return None
    volatile = is_volatile(text)
    if asked.parameters:
        return Plan(as_request(asked, text, result, graph), result, graph, asked.deadline, volatile, name)
    plain = Request(text, result and result.format.name, graph and graph.format.name)
    return Plan(plain, result, graph, None, volatile, name)


def _ways(form: str | None, accept: str | None) -> tuple[Choice | None, Choice | None]:
    """Return how a result would be written, and how a graph; remembered for the headers of habit."""
    return (_few_ways if len(accept or "") <= _HABIT else choose)(form, accept)


def choose(form: str | None, accept: str | None) -> tuple[Choice | None, Choice | None]:
    """Choose as the application does; a page is chosen for both, or for neither."""
    result, graph = choices(Asked((("format", form),) if form else ()), accept)
    page = any(choice is not None and choice.format is HTML for choice in (result, graph))
    return (_HTML, _HTML) if page else (result, graph)


_few_ways = lru_cache(maxsize=256)(choose)


def _only_query(asking: Asking) -> str | None:
    """Return the query of a request that says nothing else."""
    if asking.method != "GET" or not asking.query.startswith("query=") or "&" in asking.query:
        return None
    return read_value(asking.query[6:])


def _read(asking: Asking) -> Asked | None:
    """Read the parameters of a query sent in one of the plain ways."""
    parameters = decode(asking.query.encode("latin-1"))
    if int(asking.headers.get("content-length", "0")) > len(asking.body):
        # More was announced than is read here.
        return None
    if asking.method == "POST":
        kind = asking.headers.get("content-type", "").lower().replace("; charset=utf-8", "")
        if kind == FORM:
            parameters += decode(asking.body)
        elif kind == QUERY:
            parameters += [("query", asking.body.decode())]
        else:
            return None
    elif asking.method not in ("GET", "HEAD"):
        return None
    return Asked(tuple(parameters))
