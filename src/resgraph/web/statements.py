"""The statements of a document as a page shows them: by property, each value with its words and its graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from flask import request
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from resgraph.describe import Document
from resgraph.describe.reading import Node
from resgraph.store import Term
from resgraph.vocab import LABEL, PREF_LABEL, RDF, TYPE, graph, shorten
from resgraph.web.site import local, quoted
from resgraph.web.turning import WHOLE, Turned

#: Graphs that are said beside a statement: an aim, an answer and a conclusion must not look alike.
_MARKED: Final[Mapping[object, str]] = {graph(name): name for name in ("intended", "evidenced", "inferred")}
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
    #: where it is said why the statement is in the graph, if it is marked
    why: str = ""
    #: the statements of a value that has no name
    inside: list[Property] = field(default_factory=list)
    #: the members of a value that is a list
    members: list[Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Property:
    """A property as a page shows it, with the values it has here: of very many, some at a time."""

    iri: str
    label: str
    address: str
    values: Sequence[Shown]
    #: how many values there are, where those that are shown begin, and the next; none where nothing follows
    all: int
    start: int
    following: int

    @property
    def short(self) -> str:
        """The name by which the address of a page asks for more."""
        return shorten(self.iri)


#: The values of a property, each with the statements that give it.
_Values = Mapping[Term, Sequence[Quad]]


def outward(document: Document, node: Node, turned: Turned = WHOLE) -> list[Property]:
    """Return what is stated of something."""
    found = _gathered(document, ((quad, quad.object) for quad in document.about(node)), turned)
    return sorted(found, key=lambda each: (_place(each.iri), each.label))


def inward(document: Document, node: NamedNode, turned: Turned = WHOLE) -> list[Property]:
    """Return what leads to something; what the document says of itself is no news."""
    quads = (quad for quad in document.leading_to(node) if quad.subject != document.address)
    named = (each for quad in quads for each in _by_name(document, quad, ()))
    found = _gathered(document, ((quad, quad.subject) for quad in named), turned)
    return sorted(found, key=lambda each: each.label)


def _by_name(document: Document, quad: Quad, seen: tuple[Node, ...]) -> list[Quad]:
    """Return what leads to a thing by way of nodes without a name: a list, or a union of classes."""
    at = quad.subject
    if not isinstance(at, BlankNode) or at in seen:
        return [quad]
    further = document.leading_to(at)
    return [found for each in further for found in _by_name(document, each, (*seen, at))] or [quad]


def _place(iri: str) -> int:
    return _FIRST.index(iri) if iri in _FIRST else len(_FIRST)


def _gathered(document: Document, pairs: Iterable[tuple[Quad, Term]], turned: Turned) -> list[Property]:
    found: dict[NamedNode, dict[Term, list[Quad]]] = {}
    for quad, value in pairs:
        found.setdefault(quad.predicate, {}).setdefault(value, []).append(quad)
    return [_property(document, name, values, turned) for name, values in found.items()]


def _property(document: Document, name: NamedNode, values: _Values, turned: Turned) -> Property:
    iri = name.value
    places = turned.places(iri, len(values))
    shown = [_shown(document, value, values[value]) for value in list(values)[places.start : places.stop]]
    following = places.stop if places.stop < len(values) else 0
    word = document.named(name) or _plain(iri)
    return Property(iri, word, local(iri), shown, len(values), places.start, following)


@lru_cache(maxsize=256)
def _plain(iri: str) -> str:
    """Return the words in the name of a property that has no label here.

    >>> _plain("http://purl.org/dc/terms/bibliographicCitation")
    'bibliographic citation'
    """
    name = re.split(r"[/#]", iri)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() or iri


def _shown(document: Document, value: Term, quads: Iterable[Quad]) -> Shown:
    if isinstance(value, BlankNode):
        if members := _members(document, value):
            return Shown("", members=members)
        return Shown("", inside=outward(document, value))
    if isinstance(value, Literal):
        return Shown(value.value, language=value.language or "")
    if not isinstance(value, NamedNode):
        return Shown(str(value))
    shown = Shown(document.name(value), local(value.value))
    for quad in quads:
        mark = _MARKED.get(quad.graph_name)
        if mark and mark not in shown.marks:
            shown.marks.append(mark)
            shown.why = shown.why or why(quad)
    return shown


def _members(document: Document, head: BlankNode) -> list[Shown]:
    """Return the members of a list; none when it is no list."""
    found: list[Shown] = []
    seen: set[Term] = set()
    at: Term = head
    while isinstance(at, BlankNode) and at not in seen:
        seen.add(at)
        parts = {quad.predicate: quad for quad in document.about(at)}
        if _MEMBER not in parts:
            break
        found.append(_shown(document, parts[_MEMBER].object, [parts[_MEMBER]]))
        at = parts[_REST].object if _REST in parts else head
    return found


def why(quad: Quad) -> str:
    """Return where it is said why a statement is in the graph."""
    parts = (quad.subject, quad.predicate, quad.object)
    s, p, o = (quoted(shorten(each.value), "") if isinstance(each, NamedNode) else "" for each in parts)
    return f"{request.script_root}/explain?s={s}&p={p}&o={o}" if s and p and o else ""
