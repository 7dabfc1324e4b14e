"""The answer that a page of queries brings as data: the editor takes it over and need not ask again."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from pyoxigraph import RdfFormat, parse

from resgraph.results import Answer
from resgraph.results.frames import page

#: Rows that a page shows, and brings; the rest is behind the links for programs.
ROWS: Final = 1000


def rows(answer: Answer) -> dict[str, Any]:
    r"""Return the first rows of an answer as tab-separated values, and how many there are; or yes or no.

    >>> rows(Answer.from_dicts(("name", "age"), [{"name": "x"}]))
    {'kind': 'table', 'text': '?name\t?age\n"x"\t\n', 'all': 1}
    >>> rows(Answer.from_json(b'{"head": {}, "boolean": true}'))
    {'kind': 'boolean', 'truth': True}
    """
    if answer.kind == "boolean":
        return {"kind": "boolean", "truth": bool(answer)}
    shown = page(answer.variables, answer.terms[:ROWS])
    return {"kind": "table", "text": shown.decode(), "all": len(answer)}


def statements(turtle: bytes) -> dict[str, Any]:
    """Return the first statements of a graph as N-Triples, and how many there are if these are all.

    >>> statements(b"<http://example.org/a> a <http://example.org/b> .")["all"]
    1
    """
    found = [quad.triple for quad in islice(parse(turtle, format=RdfFormat.TURTLE), ROWS + 1)]
    text = "".join(f"{each} .\n" for each in found[:ROWS])
    return {"kind": "graph", "text": text, "all": len(found) if len(found) <= ROWS else None}
