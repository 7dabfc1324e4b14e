"""What an error is called on the web: status, name, title, and the details for programs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final, NamedTuple

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


#: What each kind of problem is called, by its name.
TITLES: Final = {name: title for _, name, title in _STATUS.values()} | {
    "request": "The request breaks the protocol"
}


class RequestError(UsageError):
    """A request that breaks the protocol, with the status that says how, and the headers that go with it."""

    def __init__(
        self, status: int, message: str, *, hint: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = headers or {}


class Problem(NamedTuple):
    """An error as it is told: the status, its name, the details, and the fields that go with it."""

    status: int
    name: str
    details: dict[str, Any]
    headers: dict[str, str]

    def write(self) -> bytes:
        """Write the details for a program."""
        return write(self.details)


def describe(error: ResgraphError) -> Problem:
    """Say what an error is called, and everything it knows.

    >>> found = describe(UnknownThingError("there is no such outcome"))
    >>> found.status, found.name, found.details["detail"]
    (404, 'unknown', 'there is no such outcome')
    """
    kind = next(each for each in type(error).__mro__ if each in _STATUS)
    status, name, title = _STATUS[kind]
    headers = {"Retry-After": "5"} if isinstance(error, BusyError) else {}
    if isinstance(error, RequestError):
        status, name, title = error.status, "request", HTTPStatus(error.status).phrase
        headers = error.headers
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
    return Problem(status, name, details, headers)


def write(details: dict[str, Any]) -> bytes:
    """Write problem details, which may be those of no error of ours."""
    return (json.dumps(details, ensure_ascii=False) + "\n").encode()


def wants_page(accept: str | None) -> bool:
    """Say whether who asked is a person with a browser.

    >>> wants_page("text/html,*/*;q=0.8"), wants_page("*/*"), wants_page(None)
    (True, False, False)
    """
    choice = negotiate(accept, (PROBLEM, HTML))
    return choice is not None and choice.format is HTML
