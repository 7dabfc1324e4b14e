"""The one translator of errors into HTTP: problem details for programs, a page for people."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any, Final

from flask import Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from resgraph.errors import ResgraphError, UnknownThingError
from resgraph.serving import problem as problems
from resgraph.serving.observe import ERROR, REFUSED
from resgraph.serving.problem import PROBLEM, TITLES, Problem
from resgraph.vocab import BASE


def translate(error: Exception) -> Response:
    """Turn an error into an answer. What nobody foresaw gets a number, under which the log tells more."""
    if isinstance(error, ResgraphError):
        found = describe(error)
        return show(found.status, found.details, found.headers)
    if isinstance(error, HTTPException):
        return _of_werkzeug(error)
    number = secrets.token_hex(4)
    request.environ[REFUSED] = "failure"
    current_app.logger.error("error %s at %s", number, request.path, exc_info=error)
    return show(500, {"type": f"{BASE}problem/failure", "title": "This failed", "status": 500, "id": number})


def meet() -> None:
    """Raise the error that a server in front has met already, so that it is shown here like any other."""
    error: ResgraphError | None = request.environ.get(ERROR)
    if error is not None:
        raise error


def describe(error: ResgraphError) -> Problem:
    """Say what an error is called, and let it be counted under that name."""
    found = problems.describe(error)
    request.environ[REFUSED] = found.name
    return found


def show(status: int, details: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Write problem details for who asked."""
    body: str | bytes
    if wants_page():
        body, kind = render_template("problem.html", problem=details), "text/html; charset=utf-8"
    else:
        body, kind = problems.write(details), PROBLEM.media_type
    response = Response(body, status, headers, content_type=kind)
    response.vary.add("Accept")
    return response


def wants_page() -> bool:
    """Say whether who asked is a person with a browser."""
    return problems.wants_page(request.headers.get("Accept"))


def _of_werkzeug(error: HTTPException) -> Response:
    """Describe an error that the web framework found: no such address, no such method, too much sent."""
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()  # type: ignore[return-value]  # what Flask raises is its own
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
    if name not in TITLES:
        raise UnknownThingError(f"there is no kind of problem `{name}`", hint=f"kinds: {', '.join(TITLES)}")
    return show(200, {"type": f"{BASE}problem/{name}", "title": TITLES[name]})
