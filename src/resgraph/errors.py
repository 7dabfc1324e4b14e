"""The errors of resgraph: one tree, so that one ``except`` can catch all of them.

::

    ResgraphError                       exit 2   the root: message, where, hint
    ├── UsageError                      exit 2   asked in a way that cannot be answered
    │   ├── SettingError                exit 2   a setting has a value that makes no sense
    │   └── FormatError                 exit 2   no format that was asked for fits the answer
    ├── InputError                      exit 2   a file cannot be read; carries its problems
    ├── ReleaseError                    exit 2   a release is missing, incomplete or damaged
    ├── UnknownThingError               exit 2   nothing in the graph has this name
    ├── ViolationsError                 exit 1   the data breaks the shapes
    ├── InconsistentError               exit 1   the data contradicts itself
    └── QueryError                      exit 2   a query was not answered
        ├── QuerySyntaxError            exit 2   it is not SPARQL; knows line and column
        ├── RefusedQueryError           exit 2   it asks for what is never done here
        ├── DeadlineError               exit 2   it took longer than it may
        ├── TooLargeError               exit 2   its answer is larger than it may be
        ├── BusyError                   exit 2   no evaluator became free in time
        └── EngineDiedError             exit 2   it ended the engine that worked on it

An error says what is wrong (`message`), where (`where`) and what to do (`hint`). It knows the exit code
of a command that ends with it. Nothing here knows HTTP: only ``resgraph.serving.problem`` translates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pyoxigraph import Triple


class ResgraphError(Exception):
    """Any failure that resgraph reports on purpose.

    >>> print(ResgraphError("no such release", where="/data/r1", hint="run `resgraph build`"))
    no such release (/data/r1)
      run `resgraph build`
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f"\n  {self.hint}" if self.hint else ""
        return f"{self.message}{place}{advice}"


class UsageError(ResgraphError):
    """Asked in a way that cannot be answered."""


class SettingError(UsageError):
    """A setting has a value that makes no sense."""


class FormatError(UsageError):
    """No format that was asked for fits the answer; `offered` names those that do."""

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        offered: Iterable[str] = (),
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.offered = tuple(offered)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file.

    >>> print(Problem("not a whole number", file="findings.jsonl", line=3, field="minimum_age"))
    findings.jsonl:3: minimum_age: not a whole number
    """

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return ": ".join(part for part in (place, self.field, self.message) if part)


class InputError(ResgraphError):
    """A file cannot be read, or says what no record may say; `problems` names every place.

    >>> print(InputError("1 problem", problems=[Problem("no id", file="studies.jsonl", line=7)]))
    1 problem
    studies.jsonl:7: no id
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        problems: Iterable[Problem] = (),
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *map(str, self.problems)])


class ReleaseError(ResgraphError):
    """A release is missing, incomplete or damaged."""


class SiteError(ResgraphError):
    """A site as files would be broken, so it was not written."""

    exit_code = 1


class VersionError(ResgraphError):
    """A version was released before, or is not the step that the changes ask for."""

    exit_code = 1


class UnknownThingError(ResgraphError):
    """Nothing in the graph has this name."""


class ViolationsError(ResgraphError):
    """The data breaks the shapes."""

    exit_code = 1


class InconsistentError(ResgraphError):
    """The data contradicts itself.

    `causes` are the addresses of what the contradiction is about, `grounds` the statements that were given
    and together make it, where these are known.
    """

    exit_code = 1

    def __init__(self, message: str, *, causes: Iterable[str] = (), grounds: Iterable[Triple] = ()) -> None:
        super().__init__(message)
        self.causes = tuple(causes)
        self.grounds = tuple(grounds)


class QueryError(ResgraphError):
    """A query was not answered."""


class QuerySyntaxError(QueryError):
    """A query is not SPARQL; `line` and `column` count from 1, `excerpt` shows the place.

    >>> print(QuerySyntaxError("a variable was expected", line=1, column=8, excerpt="SELECT nothing"))
    line 1, column 8: a variable was expected
      SELECT nothing
             ^
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        line: int = 1,
        column: int = 1,
        excerpt: str = "",
        caret: int | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.line = line
        self.column = column
        self.excerpt = excerpt
        #: the place in the excerpt, which may be a part of a long line
        self.caret = column if caret is None else caret

    def __str__(self) -> str:
        lines = [f"line {self.line}, column {self.column}: {self.message}"]
        if self.excerpt:
            lines += [f"  {self.excerpt}", " " * (self.caret + 1) + "^"]
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


class RefusedQueryError(QueryError):
    """A query asks for what is never done here: to change data, to leave the machine, to be endless."""


class DeadlineError(QueryError):
    """A query took longer than it may."""


class TooLargeError(QueryError):
    """The answer to a query is larger than it may be, and is never cut."""


class BusyError(QueryError):
    """No evaluator became free in time."""


class EngineDiedError(QueryError):
    """A query ended the engine that worked on it, by depth or by memory."""
