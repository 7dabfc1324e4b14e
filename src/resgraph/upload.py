"""RDF that somebody sends: what is refused before a parser sees it, and its statements, one a line.

Parsers can be made to overflow the stack, to expand entities without end or to take forever. So this runs
where it can be ended, in an evaluator; what comes out is N-Triples, which hides nothing.
"""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import DefaultGraph, RdfFormat, Triple, parse, serialize

from resgraph.errors import InputError, Problem, RefusedQueryError
from resgraph.jsonld import CONTEXT, with_context
from resgraph.settings import Settings
from resgraph.sources import packaged
from resgraph.tokens import depth

_PARSERS: Final = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}
_TAG: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(/?)[A-Za-z_:][^<>]*?(/?)>", re.DOTALL)


def to_ntriples(text: str, form: str, base: str, settings: Settings) -> bytes:
    r"""Return the statements of a document of a format as N-Triples.

    >>> to_ntriples("<a> <b> 1 .", "turtle", "http://example.org/", Settings()).split()[1]
    b'<http://example.org/b>'
    >>> to_ntriples("<!DOCTYPE x>", "rdfxml", "", Settings())
    Traceback (most recent call last):
        ...
    resgraph.errors.RefusedQueryError: RDF/XML with a DOCTYPE is not read: entities can grow without end
    """
    _refuse(text, form, settings)
    if form == "jsonld" and CONTEXT in text:
        text = with_context(text, packaged().context.read_text(encoding="utf-8"))
    try:
        quads = list(parse(text, format=_PARSERS[form], base_iri=base or None, rename_blank_nodes=True))
    except SyntaxError as error:
        problem = Problem(str(error.msg), file="the content", line=error.lineno)
        raise InputError(f"the content is not {_PARSERS[form].name}", problems=[problem]) from None
    except ValueError as error:
        raise InputError(f"the content is not {_PARSERS[form].name}: {error}") from None
    if any(not isinstance(quad.graph_name, DefaultGraph) for quad in quads):
        raise RefusedQueryError("the content names graphs itself; here the address names the one it goes to")
    if any(isinstance(quad.object, Triple) and _depth(quad.object) > settings.nesting for quad in quads):
        raise RefusedQueryError(f"statements about statements stand more than {settings.nesting} deep")
    return serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""


def _refuse(text: str, form: str, settings: Settings) -> None:
    """Refuse what would harm a parser."""
    if form == "rdfxml":
        if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
            raise RefusedQueryError("RDF/XML with a DOCTYPE is not read: entities can grow without end")
        deep = _elements(text) > settings.nesting
    else:
        brackets = sum(map(text.count, ("{", "(", "[", "<<")))
        deep = brackets > settings.nesting and depth(text) > settings.nesting
    if deep:
        raise RefusedQueryError(f"the content is nested more than {settings.nesting} deep")


def _elements(text: str) -> int:
    """Return how deep elements stand inside elements."""
    deepest = level = 0
    for match in _TAG.finditer(text):
        if match[1] is None:
            continue
        if match[1]:
            level -= 1
        elif not match[2]:
            level += 1
            deepest = max(deepest, level)
    return deepest


def _depth(triple: Triple) -> int:
    """Return how many statements stand inside each other."""
    count, inner = 0, triple.object
    while isinstance(inner, Triple):
        count, inner = count + 1, inner.object
    return count
