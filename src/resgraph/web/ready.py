"""Ready code: the query of the editor as it is sent from Python, R and a shell."""

from __future__ import annotations

import json
import shlex
from typing import NamedTuple
from urllib.parse import urlencode


class Code(NamedTuple):
    """A piece of code, and the language in which it is written."""

    language: str
    text: str


def code(endpoint: str, query: str, *, is_graph: bool, inferred: bool = False) -> list[Code]:
    """Return the code that sends a query and reads its answer, a table or a graph.

    >>> for each in code("http://localhost/sparql", "ASK {}", is_graph=False):
    ...     print(each.language, len(each.text.splitlines()))
    Python 9
    Python, with resgraph 5
    R 5
    curl 3
    """
    more = {"inferred": "true"} if inferred else {}
    kind = "text/turtle" if is_graph else "text/csv"
    return [
        Code("Python", _python(endpoint, query, more, is_graph=is_graph)),
        Code("Python, with resgraph", _library(endpoint, query, inferred=inferred)),
        Code("R", _r(endpoint, query, more, is_graph=is_graph)),
        Code("curl", _curl(endpoint, query, more, kind)),
    ]


def _python(endpoint: str, query: str, more: dict[str, str], *, is_graph: bool) -> str:
    fields = ", ".join(f"{name!r}: {value!r}" for name, value in more.items())
    name = "turtle" if is_graph else "csv"
    read = "rdflib.Graph().parse(data=reply.read())" if is_graph else "pandas.read_csv(reply)"
    lines = [
        "from urllib.parse import urlencode",
        "from urllib.request import urlopen",
        "",
        f"import {'rdflib' if is_graph else 'pandas'}",
        "",
        f"query = {_quoted(query)}",
        f"form = {{'query': query, 'format': {name!r}{', ' * bool(fields)}{fields}}}",
        f"with urlopen({endpoint!r}, urlencode(form).encode()) as reply:",
        f"    found = {read}",
    ]
    return "\n".join(lines) + "\n"


def _library(endpoint: str, query: str, *, inferred: bool) -> str:
    more = ", inferred=True" if inferred else ""
    lines = [
        "import resgraph",
        "",
        f"g = resgraph.open({'sparql+' + endpoint!r})  # resgraph.load() needs no server",
        f"query = {_quoted(query)}",
        f"found = g.query(query{more})  # .to_pandas(), .to_polars(), .to_dicts()",
    ]
    return "\n".join(lines) + "\n"


def _quoted(query: str) -> str:
    """Write a text as Python does, over several lines where it has several and nothing in it forbids that."""
    plain = "\n" in query and '"""' not in query and "\\" not in query and not query.endswith('"')
    return f'"""{query}"""' if plain and query.replace("\n", "").isprintable() else repr(query)


def _r(endpoint: str, query: str, more: dict[str, str], *, is_graph: bool) -> str:
    # A string of JSON that has no \u escape beyond the plane of all letters is a string of R too.
    fixed = urlencode({"format": "turtle" if is_graph else "csv", **more})
    read = "readLines" if is_graph else "read.csv"
    lines = [
        f"query <- {json.dumps(query, ensure_ascii=False)}",
        f'address <- paste0("{endpoint}?{fixed}&query=",',
        "                  URLencode(enc2utf8(query), reserved = TRUE))",
        f"found <- {read}(address)",
        "head(found)",
    ]
    return "\n".join(lines) + "\n"


def _curl(endpoint: str, query: str, more: dict[str, str], kind: str) -> str:
    fields = "".join(f" --data-urlencode {name}={value}" for name, value in more.items())
    return (
        f"curl -H 'Accept: {kind}' \\\n"
        f"  --data-urlencode {shlex.quote('query=' + query)}{fields} \\\n"
        f"  {shlex.quote(endpoint)}\n"
    )
