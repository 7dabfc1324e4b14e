"""From what somebody typed to the term that is meant, or the nearest there is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from resgraph.binding import read_value, to_term
from resgraph.errors import UnknownThingError, UsageError
from resgraph.explain.knowledge import Knowledge
from resgraph.vocab import KINDS, NS, OWL, PREFIXES, RDF, RDFS, SCHEMES, TYPE, concept, shorten, term, thing

_OF_THE_LANGUAGE: Final = (RDF, RDFS, OWL)
_WORD: Final = re.compile(r"[A-Za-z0-9][\w.-]*")


def read(knowledge: Knowledge, given: object, place: str) -> NamedNode | Literal:
    """Return the term that is meant in a place: ``subject``, ``predicate`` or ``object``.

    A thing, a term, an address with or without brackets, a name with a prefix, a literal as Turtle writes
    it, or a single word, such as ``builds`` or ``friends``, when one thing only is called so.
    """
    node = _read(knowledge, given, place)
    if isinstance(node, Literal) and place != "object":
        raise UsageError(f"the {place} is {node}, and only an object can be a literal")
    if isinstance(node, NamedNode) and not _is_known(knowledge, node):
        raise _unknown(knowledge, node, place)
    return node


def _read(knowledge: Knowledge, given: object, place: str) -> NamedNode | Literal:
    if not isinstance(given, str):
        return _as_term(given, place)
    text = given.strip()
    if place == "predicate" and text == "a":
        return TYPE
    if not text:
        raise UsageError(
            f"the {place} is empty", hint="write a name such as intervention:friends or rg:builds"
        )
    if text[0] in "\"'":
        return _literal(text, place)
    try:
        value = read_value(text)
        if isinstance(value, str) and ":" in value:
            return NamedNode(value)
    except ValueError:
        raise UsageError(f"the {place} `{text}` is no address") from None
    if isinstance(value, str):
        if _WORD.fullmatch(text):
            return _word(knowledge, text, place)
        raise UsageError(
            f"the {place} `{text}` is neither a name nor an address", hint='text stands in quotes: "so"'
        )
    return _as_term(value, place)


def _as_term(given: object, place: str) -> NamedNode | Literal:
    found = to_term(given, place)
    assert isinstance(found, NamedNode | Literal)  # noqa: S101 (nothing else can be bound)
    return found


def _literal(text: str, place: str) -> Literal:
    declared = "".join(f"@prefix {name}: <{base}> .\n" for name, base in PREFIXES.items())
    try:
        (quad,) = parse(f"{declared}<a:s> <a:p> {text} .", format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        raise UsageError(f"the {place} {text} is no literal", hint='such as "girls"@en or "2"') from None
    if not isinstance(quad.object, Literal):
        raise UsageError(f"the {place} {text} is no literal")
    return quad.object


def _word(knowledge: Knowledge, word: str, place: str) -> NamedNode:
    """Return the one term that is called by a word."""
    candidates = [term(word)]
    if place != "predicate":
        candidates += [thing(kind, word) for kind in KINDS] + [concept(scheme, word) for scheme in SCHEMES]
    known = _among(knowledge, candidates)
    if len(known) > 1:
        names = ", ".join(shorten(each.value) for each in known)
        raise UsageError(f"several things are called {word}", hint=f"say which is meant: {names}")
    if known:
        return known[0]
    near = knowledge.names().alike(word)
    if place == "predicate":
        near = [name for name in near if name.startswith("rg:")]
    raise UnknownThingError(f"nothing here is called {word}", hint=_meant(near))


def _among(knowledge: Knowledge, candidates: Iterable[NamedNode]) -> list[NamedNode]:
    values = " ".join(map(str, candidates))
    rows = knowledge.rows(
        f"SELECT DISTINCT ?x {{ VALUES ?x {{ {values} }} {{ ?x ?p ?o }} UNION {{ ?s ?x ?o }} }} ORDER BY ?x"
    )
    return [node for (node,) in rows if isinstance(node, NamedNode)]


def _is_known(knowledge: Knowledge, node: NamedNode) -> bool:
    ways = (f"{node} ?p ?o", f"?s {node} ?o", f"?s ?p {node}")
    everywhere = (*(f"{{ {way} }}" for way in ways), *(f"{{ GRAPH ?g {{ {way} }} }}" for way in ways))
    return node.value.startswith(_OF_THE_LANGUAGE) or knowledge.holds(" UNION ".join(everywhere))


def _unknown(knowledge: Knowledge, node: NamedNode, place: str) -> UnknownThingError:
    nearest = knowledge.names().nearest(node.value)
    near = [nearest] if nearest else []
    if not near and node.value.startswith(NS[:-3]):
        near = knowledge.names().alike(re.split("[/#]", node.value)[-1])
    name = shorten(node.value)
    return UnknownThingError(f"the {place} {name} is not in this data", hint=_meant(near))


def _meant(near: Iterable[str]) -> str | None:
    names = " or ".join(near)
    return f"Did you mean {names}?" if names else None
