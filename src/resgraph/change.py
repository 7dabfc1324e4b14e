"""A change of the data, checked: what is refused before the engine sees it, and which graphs it means.

An update that calls another machine or opens a file never reaches the engine. The graphs of a request
(``using-graph-uri``) become the ``USING`` clauses that they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from resgraph.errors import QuerySyntaxError, RefusedQueryError
from resgraph.query import refuse_size
from resgraph.settings import Settings
from resgraph.tokens import Token, calls_service, readings, scan
from resgraph.vocab import PREFIXES


@dataclass(frozen=True, slots=True)
class Change:
    """An update that was checked; `graph` is the one whose being there before is to be told."""

    text: str
    base: str = ""
    graph: str | None = None
    #: why the change is refused once it is known to be SPARQL; it is never run
    refusal: str = ""
    #: whether the change makes no sense when that graph is not there
    needs_graph: bool = False


def check_update(
    text: str,
    *,
    base: str = "",
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    settings: Settings | None = None,
) -> Change:
    """Refuse what an update may not do here, and write into it the graphs it is put to.

    >>> check_update("LOAD <http://example.org/>").refusal
    'LOAD is not done here: an update never leaves this machine'
    >>> check_update("DELETE WHERE { ?s ?p ?o }", default_graphs=["a:g"]).text
    'DELETE { ?s ?p ?o } USING <a:g> WHERE { ?s ?p ?o }'
    """
    settings = settings or Settings()
    refuse_size(text, settings, "update", settings.upload_bytes)
    if calls_service(text):
        raise RefusedQueryError("SERVICE is not answered here: an update never leaves this machine")
    if _loads(text):
        return Change(text, base, refusal="LOAD is not done here: an update never leaves this machine")
    using = _clauses(default_graphs, named_graphs)
    return Change(_put_to(text, using) if using else text, base)


def _loads(text: str) -> bool:
    """Say whether an update could be read as one that loads.

    The engine needs no space after a keyword, so a word that contains it counts, and so does a prefix that
    begins with it.

    >>> _loads("INSERT DATA { <a:a> <a:b> 'LOAD' } # LOAD"), _loads("LOADSILENT<a:b>")
    (False, True)
    """
    return "load" in text.lower() and any(map(_may_load, readings(text)))


def _may_load(token: Token) -> bool:
    words = token.text.lower()
    return (token.kind == "word" and "load" in words) or (token.kind == "name" and words.startswith("load"))


def _clauses(default: Sequence[str], named: Sequence[str]) -> str:
    try:
        clauses = [f"USING {NamedNode(name)}" for name in default]
        clauses += [f"USING NAMED {NamedNode(name)}" for name in named]
    except ValueError:
        raise RefusedQueryError("a graph is named by a full address") from None
    return " ".join(clauses)


def _put_to(text: str, using: str) -> str:
    """Write ``USING`` clauses into every operation that has a ``WHERE``.

    >>> _put_to("DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }", "USING <a:g>")
    'DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } USING <a:g> WHERE { ?s ?p 1 }'
    """
    tokens = list(scan(text))
    pieces: list[str] = []
    done = level = 0
    for place, token in enumerate(tokens):
        if token.says("{"):
            level += 1
        elif token.says("}"):
            level -= 1
        elif level == 0 and token.says("WITH", "USING"):
            raise RefusedQueryError(
                f"the request names graphs, and the update has {token.text.upper()}: that is one too many"
            )
        elif level == 0 and token.says("WHERE"):
            pattern = ""
            if place and tokens[place - 1].says("DELETE"):
                pattern = _group(text, tokens, place + 1) + " "
            pieces += [text[done : token.start], pattern, using, " "]
            done = token.start
    return "".join([*pieces, text[done:]])


def _group(text: str, tokens: Sequence[Token], place: int) -> str:
    """Return the group in braces that begins at a token."""
    level = 0
    for token in tokens[place:]:
        level += token.says("{") - token.says("}")
        if not level:
            return text[tokens[place].start : token.end]
    return ""


def put(graph: str | None, statements: str, *, replace: bool, base: str = "") -> Change:
    """Return the change that puts statements, written as N-Triples, into a graph; None is the default one.

    >>> put("a:g", "<a:a> <a:b> <a:c> .", replace=True).text.splitlines()[0]
    'DROP SILENT GRAPH <a:g> ;'
    """
    if graph is None:
        clear = "CLEAR DEFAULT ;\n" if replace else ""
        return Change(f"{clear}INSERT DATA {{\n{statements}\n}}", base)
    name = NamedNode(graph)
    clear = f"DROP SILENT GRAPH {name} ;\n" if replace else ""
    # An empty graph is a graph.
    text = f"{clear}CREATE SILENT GRAPH {name} ;\nINSERT DATA {{ GRAPH {name} {{\n{statements}\n}} }}"
    return Change(text, base, graph)


def drop(graph: str | None) -> Change:
    """Return the change that takes a graph away; the default one becomes empty.

    >>> drop("a:g").text
    'DROP GRAPH <a:g>'
    """
    if graph is None:
        return Change("CLEAR DEFAULT")
    return Change(f"DROP GRAPH {NamedNode(graph)}", graph=graph, needs_graph=True)


def explain_update(text: str, complaint: str) -> QuerySyntaxError:
    """Turn the engine's complaint about an update into an error that shows the place.

    What the engine would have taken there is of its furthest attempt, and misleads: it is left out.

    >>> print(explain_update("INSERT DATA { nothing }", "error at 1:22: expected ':'"))
    line 1, column 22: the update is not SPARQL: it cannot go on like this
      INSERT DATA { nothing }
                           ^
    """
    match = re.match(r"error at (\d+):(\d+)", complaint)
    if match is None:
        return QuerySyntaxError(f"the update is not SPARQL: {complaint[:200]}")
    line, column = int(match[1]), int(match[2])
    lines = text.split("\n")
    excerpt = lines[line - 1].replace("\t", " ") if line <= len(lines) and column <= 90 else ""
    message = "the update is not SPARQL: it cannot go on like this"
    return QuerySyntaxError(message, line=line, column=column, excerpt=excerpt[:120])


def known_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes of the project that an update uses; it need not declare them."""
    words = set(re.findall(r"([A-Za-z][A-Za-z0-9-]*):", text))
    return {word: PREFIXES[word] for word in words if word in PREFIXES}
