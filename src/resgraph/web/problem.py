"""The one translator of errors into HTTP: problem details for programs, a page for people."""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from typing import Any, Final

from flask import Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from resgraph.errors import (
    BusyError,
    DeadlineError,
    EngineDiedError,
    FormatError,
    InputError,
    QueryError,
    QuerySyntaxError,
    RefusedQueryError,
    ResgraphError,
    TooLargeError,
    UnknownThingError,
    UsageError,
)
from resgraph.formats import HTML, Format, negotiate
from resgraph.vocab import BASE
from resgraph.web.observe import REFUSED

PROBLEM: Final = Format("problem", "application/problem+json", "json", aliases=("application/json",))

#: Status, name and title of each kind of error; the nearest kind decides.
_STATUS: Final[dict[type[ResgraphError], tuple[int, str, str]]] = {
    QuerySyntaxError: (400, "query-syntax", "The query is not SPARQL"),
    RefusedQueryError: (400, "query-refused", "The query asks for what is not done here"),
    TooLargeError: (422, "answer-too-large", "The answer is too large"),
    DeadlineError: (504, "deadline", "The query took too long"),
    BusyError: (503, "busy", "Too much is asked at once"),
    EngineDiedError: (500, "engine-died", "The query ended the engine"),
    QueryError: (400, "query-failed", "The query cannot be answered"),
    FormatError: (406, "no-format", "No format that is accepted fits"),
    InputError: (400, "content", "The content cannot be read"),
    UsageError: (400, "usage", "The request makes no sense here"),
    UnknownThingError: (404, "unknown", "There is no such thing here"),
    ResgraphError: (500, "failure", "This failed"),
}


class RequestError(UsageError):
    """A request that breaks the protocol, with the status that says how, and the headers that go with it."""

    def __init__(
        self, status: int, message: str, *, hint: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = headers or {}


def translate(error: Exception) -> Response:
    """Turn an error into an answer. What nobody foresaw gets a number, under which the log tells more."""
    if isinstance(error, ResgraphError):
        return show(*describe(error))
    if isinstance(error, HTTPException):
        return _of_werkzeug(error)
    number = secrets.token_hex(4)
    request.environ[REFUSED] = "failure"
    current_app.logger.error("error %s at %s", number, request.path, exc_info=error)
    return show(500, {"type": f"{BASE}problem/failure", "title": "This failed", "status": 500, "id": number})


def describe(error: ResgraphError) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return the status, the problem details and the headers for an error."""
    kind = next(each for each in type(error).__mro__ if each in _STATUS)
    status, name, title = _STATUS[kind]
    headers = {"Retry-After": "5"} if isinstance(error, BusyError) else {}
    if isinstance(error, RequestError):
        status, name, title = error.status, "request", HTTPStatus(error.status).phrase
        headers = error.headers
    request.environ[REFUSED] = name
    details: dict[str, Any] = {
        "type": f"{BASE}problem/{name}",
        "title": title,
        "status": status,
        "detail": error.message,
    }
    if error.hint:
        details["hint"] = error.hint
    if isinstance(error, QuerySyntaxError):
        details |= {
            "line": error.line,
            "column": error.column,
            "excerpt": error.excerpt,
            "caret": error.caret,
        }
    if isinstance(error, InputError) and error.problems:
        details["problems"] = [str(problem) for problem in error.problems]
    if isinstance(error, FormatError):
        details["offered"] = list(error.offered)
    return status, details, headers


def show(status: int, details: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Write problem details for who asked."""
    if wants_page():
        body, kind = render_template("problem.html", problem=details), "text/html; charset=utf-8"
    else:
        body, kind = json.dumps(details, ensure_ascii=False) + "\n", PROBLEM.media_type
    response = Response(body, status, headers, content_type=kind)
    response.vary.add("Accept")
    return response


def wants_page() -> bool:
    """Say whether who asked is a person with a browser."""
    choice = negotiate(request.headers.get("Accept"), (PROBLEM, HTML))
    return choice is not None and choice.format is HTML


def _of_werkzeug(error: HTTPException) -> Response:
    """Describe an error that the web framework found: no such address, no such method, too much sent."""
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()  # type: ignore[return-value]
    request.environ[REFUSED] = "request"
    details = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _WORDS.get(status, error.description or ""),
    }
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return show(status, details, headers)


_WORDS: Final = {
    404: "There is nothing at this address.",
    405: "This address does not know that method.",
    413: "More was sent than is read here.",
}


def problem(name: str) -> Response:
    """Say what a kind of problem is: its address stands in every answer that tells of one."""
    found = {each: title for _, each, title in _STATUS.values()} | {
        "request": "The request breaks the protocol"
    }
    if name not in found:
        raise UnknownThingError(f"there is no kind of problem `{name}`", hint=f"kinds: {', '.join(found)}")
    return show(200, {"type": f"{BASE}problem/{name}", "title": found[name]})
