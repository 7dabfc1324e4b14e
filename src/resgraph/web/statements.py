"""The statements of a document as a page shows them: by property, each value with its words and its graph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from flask import request
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from resgraph.describe import Document
from resgraph.describe.reading import Node
from resgraph.store import Term
from resgraph.vocab import GRAPH, ID, LABEL, NS, PREF_LABEL, RDF, SCHEME, TYPE, shorten
from resgraph.web.site import local

#: Graphs that are said beside a statement: an aim, an answer and a conclusion must not look alike.
_MARKED: Final = ("intended", "evidenced", "inferred")
_MEMBER: Final = NamedNode(RDF + "first")
_REST: Final = NamedNode(RDF + "rest")
#: What the reader of a page wants to know first.
_FIRST: Final = (
    TYPE.value,
    LABEL.value,
    PREF_LABEL.value,
    "http://www.w3.org/2004/02/skos/core#definition",
    "http://purl.org/dc/terms/description",
)


@dataclass(slots=True)
class Shown:
    """A value as a page shows it."""

    text: str
    #: where it leads to
    address: str = ""
    language: str = ""
    #: ``intended``, ``evidenced`` or ``inferred``, where it is one of them
    marks: list[str] = field(default_factory=list)
    #: where it is said why the statement is in the graph
    why: str = ""
    #: the statements of a value that has no name
    inside: list[Property] = field(default_factory=list)
    #: the members of a value that is a list
    members: list[Shown] = field(default_factory=list)


@dataclass(slots=True)
class Property:
    """A property as a page shows it, with every value it has here."""

    iri: str
    label: str
    address: str
    values: dict[str, Shown] = field(default_factory=dict)


def outward(document: Document, node: Node) -> list[Property]:
    """Return what is stated of something."""
    quads = document.about(node)
    found = _gathered(document, ((quad, quad.object) for quad in quads))
    return sorted(found, key=lambda each: (_place(each.iri), each.label))


def inward(document: Document, node: Node) -> list[Property]:
    """Return what leads to something; what the document says of itself is no news."""
    quads = (quad for quad in document.leading_to(node) if quad.subject != document.address)
    named = (each for quad in quads for each in _by_name(document, quad, ()))
    return sorted(_gathered(document, ((quad, quad.subject) for quad in named)), key=lambda each: each.label)


def _by_name(document: Document, quad: Quad, seen: tuple[Node, ...]) -> list[Quad]:
    """Return what leads to a thing by way of nodes without a name: a list, or a union of classes."""
    at = quad.subject
    if not isinstance(at, BlankNode) or at in seen:
        return [quad]
    further = document.leading_to(at)
    return [found for each in further for found in _by_name(document, each, (*seen, at))] or [quad]


def _place(iri: str) -> int:
    return _FIRST.index(iri) if iri in _FIRST else len(_FIRST)


def _gathered(document: Document, pairs: Iterable[tuple[Quad, Term]]) -> list[Property]:
    found: dict[str, Property] = {}
    for quad, value in pairs:
        iri = quad.predicate.value
        entry = found.get(iri)
        if entry is None:
            entry = found[iri] = Property(iri, _word(document, quad.predicate), local(iri))
        shown = entry.values.get(str(value))
        if shown is None:
            shown = entry.values[str(value)] = _shown(document, quad, value)
        shown.marks += [mark for mark in _marks(quad) if mark not in shown.marks]
        if "inferred" in shown.marks and not shown.why:
            shown.why = why(quad)
    return list(found.values())


def _word(document: Document, predicate: NamedNode) -> str:
    name = document.name(predicate)
    return name if name != shorten(predicate.value) else _plain(predicate.value)


def _plain(iri: str) -> str:
    """Return the words in the name of a property that has no label here.

    >>> _plain("http://purl.org/dc/terms/bibliographicCitation")
    'bibliographic citation'
    """
    name = re.split(r"[/#]", iri)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() or iri


def _shown(document: Document, quad: Quad, value: Term) -> Shown:
    if isinstance(value, BlankNode):
        if members := _members(document, value):
            return Shown("", members=[_shown(document, *each) for each in members])
        return Shown("", inside=outward(document, value))
    if isinstance(value, NamedNode):
        linked = quad.predicate.value.startswith(NS) and value.value.startswith((ID, SCHEME))
        return Shown(document.name(value), local(value.value), why=why(quad) if linked else "")
    if isinstance(value, Literal):
        return Shown(value.value, language=value.language or "")
    return Shown(str(value))


def _members(document: Document, head: Node) -> list[tuple[Quad, Term]]:
    """Return the members of a list, each with the statement that says so; none when it is no list."""
    found: list[tuple[Quad, Term]] = []
    seen: set[Term] = set()
    at: Term = head
    while isinstance(at, BlankNode) and at not in seen:
        seen.add(at)
        parts = {quad.predicate: quad for quad in document.about(at)}
        if _MEMBER not in parts:
            break
        found.append((parts[_MEMBER], parts[_MEMBER].object))
        at = parts[_REST].object if _REST in parts else head
    return found


def _marks(quad: Quad) -> list[str]:
    if isinstance(quad.graph_name, DefaultGraph):
        return []
    return [name for name in _MARKED if str(quad.graph_name.value) == GRAPH + name]


def why(quad: Quad) -> str:
    """Return where it is said why a statement is in the graph."""
    parts = (quad.subject, quad.predicate, quad.object)
    if not all(isinstance(each, NamedNode) for each in parts):
        return ""
    s, p, o = (shorten(each.value) for each in parts if isinstance(each, NamedNode))
    return f"{request.script_root}/explain?{urlencode({'s': s, 'p': p, 'o': o})}"
