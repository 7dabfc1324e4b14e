"""Stored queries: questions people ask, as SPARQL with the words that explain it.

A file of ``queries/`` begins with comment lines that say what it is::

    # title: Which interventions build a factor
    # question: What has been shown to build children's sense of belonging?
    # number: 2
    # keywords: factor, intervention, evidence
    # bind: factor=factor:school-belonging

`number` is the competency question it answers. A line `bind` names a variable to which a caller may bind
another value, and the value it has in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from resgraph.errors import InputError, Problem, UnknownThingError
from resgraph.sources import packaged

_LINE = re.compile(r"#\s*([a-z]+)\s*:\s*(.*?)\s*$")
_KNOWN = frozenset(["title", "question", "number", "keywords", "bind"])

#: who asks, by the number of the competency question
_ASKERS: Final = {
    "To begin with": range(30, 1001),
    "A director of public health asks": range(1, 8),
    "A school lead asks": range(15, 19),
    "A data scientist asks": range(8, 15),
    "A reader of the briefing asks": range(19, 30),
}


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """One stored query.

    >>> query = by_name("17-buffers", all_queries())
    >>> query.number, query.title, [name for name, _ in query.binds]
    (17, 'Protective factors that soften the harm of an adversity', ['adversity'])
    """

    name: str
    title: str
    question: str
    text: str
    number: int | None = None
    keywords: tuple[str, ...] = ()
    #: variables that may be bound, and the values they have in the text
    binds: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> str:
        """The query without the lines that say what it is."""
        lines = self.text.splitlines()
        said = (place for place, line in enumerate(lines) if not _LINE.match(line) and line.strip("# "))
        first = next(said, len(lines))
        return "\n".join(lines[first:]).strip() + "\n"


def read(name: str, text: str) -> StoredQuery:
    r"""Read a stored query.

    >>> query = read("all", "# title: All\n# question: What is there?\n# number: 8\nSELECT * { ?s ?p ?o }")
    >>> query.title, query.number, query.body
    ('All', 8, 'SELECT * { ?s ?p ?o }\n')
    """
    said: dict[str, str] = {}
    binds = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.match(line)
        if not match:
            break
        key, value = match.groups()
        if key not in _KNOWN:
            raise _wrong(name, number, f"`{key}` is not one of {', '.join(sorted(_KNOWN))}")
        if key == "bind":
            variable, _, default = value.partition("=")
            binds.append((variable.strip().lstrip("?"), default.strip()))
        else:
            said[key] = value
    return _made(name, text, said, tuple(binds))


def _made(name: str, text: str, said: dict[str, str], binds: tuple[tuple[str, str], ...]) -> StoredQuery:
    for key in ("title", "question"):
        if not said.get(key):
            raise _wrong(name, 1, f"it has no line `# {key}: ...`")
    number = said.get("number", "")
    if number and not number.isdigit():
        raise _wrong(name, 1, f"`{number}` is not the number of a question")
    keywords = tuple(word.strip() for word in said.get("keywords", "").split(",") if word.strip())
    return StoredQuery(
        name, said["title"], said["question"], text, int(number) if number else None, keywords, binds
    )


def _wrong(name: str, line: int, message: str) -> InputError:
    problem = Problem(message, file=f"{name}.rq", line=line)
    return InputError(f"the stored query `{name}` is not complete", problems=[problem])


def all_queries(where: Path | None = None) -> tuple[StoredQuery, ...]:
    """Return every stored query: by the number of its question, then by name.

    >>> [query.name for query in all_queries()][:2]
    ['02-protective-factors-by-size', '02-protective-factors-by-strength']
    """
    paths = packaged().queries if where is None else sorted(where.glob("**/*.rq"))
    found = [read(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    return tuple(sorted(found, key=lambda query: (query.number or 1000, query.name)))


def by_asker(queries: Iterable[StoredQuery]) -> dict[str, list[StoredQuery]]:
    """Sort stored queries by who asks them, those for newcomers first.

    >>> [asker for asker in by_asker(all_queries())][:2]
    ['To begin with', 'A director of public health asks']
    """
    sorted_: dict[str, list[StoredQuery]] = {}
    queries = tuple(queries)
    for asker, numbers in _ASKERS.items():
        theirs = [query for query in queries if (query.number or max(numbers)) in numbers]
        if theirs:
            sorted_[asker] = theirs
    return sorted_


def by_name(name: str, queries: Iterable[StoredQuery]) -> StoredQuery:
    """Return the stored query called `name`.

    >>> by_name("07-double-burden", all_queries()).number
    7
    """
    queries = tuple(queries)
    for query in queries:
        if query.name == name:
            return query
    known = ", ".join(query.name for query in queries) or "none yet"
    raise UnknownThingError(f"there is no stored query `{name}`", hint=f"there are: {known}")
