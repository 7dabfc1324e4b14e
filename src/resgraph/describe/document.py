"""The document about a thing: which statements it holds, and how it is written.

A document holds what is stated of the thing, what leads to it, its parts, the names of everything that is
named, and, for what findings are about, every finding with its figures, its question and its source. The page
is drawn from these statements and nothing else, so it cannot say what the data do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from resgraph.catalogue import DATASET
from resgraph.describe.citation import citation
from resgraph.describe.reading import Node, Reading
from resgraph.formats import JSON_LD, Format
from resgraph.graph import Graph
from resgraph.jsonld import compact
from resgraph.store import Dataset, Term
from resgraph.vocab import (
    BASE,
    CITO,
    DCAT,
    DCTERMS,
    FOAF,
    ID,
    LABEL,
    OWL,
    PREF_LABEL,
    PREFIXES,
    PROV,
    SCHEME,
    SKOS,
    TYPE,
    graph,
    shorten,
    term,
)

_SOURCE: Final = NamedNode(PROV + "hadPrimarySource")
_NAMES: Final = (LABEL, PREF_LABEL)
#: What is told in passing of everything named: its name, what it is, whether more of it is wished for.
_IN_PASSING: Final = (*_NAMES, TYPE, term("valence"), term("rank"))
_PARTS: Final = tuple(
    term(name) for name in ("estimate", "contrastEstimate", "biasAdjustedEstimate", "furtherEstimate")
)
#: What shows whether a source is one of several on a study, or out of date.
_OF_SOURCES: Final = (term("reportedBy"), NamedNode(DCTERMS + "replaces"))
_QUESTIONS: Final = (("<", term("subject")), ("<", term("object")), ("<", term("moderates")))
_READ: Final = (("<", _SOURCE), ("<", term("reportedBy")))
#: The properties that lead from a thing of a kind to what is told in full beside it; `<` is backwards.
_BESIDE: Final[Mapping[str, tuple[tuple[str, NamedNode], ...]]] = {
    **dict.fromkeys(("factor", "outcome", "determinant"), _QUESTIONS),
    "intervention": (*_QUESTIONS, ("<", term("rates"))),
    "finding": (("<", term("hasFinding")), (">", _SOURCE)),
    "proposition": ((">", term("hasFinding")),),
    "source": _READ,
    "study": ((">", term("reportedBy")),),
    "population": (("<", term("group")), ("<", term("populationGroup"))),
    "point": ((">", NamedNode(CITO + "isSupportedBy")), (">", NamedNode(CITO + "isDisputedBy"))),
    "disparity": ((">", NamedNode(CITO + "citesAsEvidence")),),
    "rating": (),
    "scheme": (("<", NamedNode(SKOS + "inScheme")),),
}
_OF_DATASET: Final = (
    NamedNode(DCTERMS + "title"),
    NamedNode(DCTERMS + "description"),
    NamedNode(DCTERMS + "license"),
    NamedNode(OWL + "versionInfo"),
    NamedNode(DCAT + "version"),
)
_LICENCE: Final = NamedNode("https://creativecommons.org/licenses/by/4.0/")


@dataclass(frozen=True)
class Document:
    """What is told of a thing.

    >>> import resgraph
    >>> from resgraph.describe.reading import OfDataset
    >>> found = describe(OfDataset(resgraph.load().dataset), ID + "intervention/kiva")
    >>> found.label, found.kind, found.is_retired
    ('KiVa antibullying programme', 'intervention', False)
    """

    topic: NamedNode
    #: the address of the document itself
    address: NamedNode
    quads: frozenset[Quad]

    @property
    def kind(self) -> str:
        """The kind of thing, such as ``intervention``, ``concept`` or ``scheme``."""
        return kind_of(self.topic.value)

    @cached_property
    def graph(self) -> Graph:
        """The statements, as a graph that can be asked, with their graphs."""
        return Graph(Dataset.from_quads(self.quads))

    @cached_property
    def _by_subject(self) -> Mapping[Term, list[Quad]]:
        return _gathered((quad.subject, quad) for quad in self.quads)

    @cached_property
    def _by_value(self) -> Mapping[Term, list[Quad]]:
        return _gathered((quad.object, quad) for quad in self.quads)

    def about(self, node: Node) -> list[Quad]:
        """Return what is stated of something, in a fixed order."""
        return sorted(self._by_subject.get(node, ()), key=str)

    def leading_to(self, node: Term) -> list[Quad]:
        """Return what has something as value, in a fixed order."""
        return sorted(self._by_value.get(node, ()), key=str)

    def values(self, node: Node, *names: str) -> list[Term]:
        """Return the values of properties, written with their prefixes, in a fixed order."""
        wanted = [PREFIXES[prefix] + local for prefix, _, local in (name.partition(":") for name in names)]
        found = {
            (wanted.index(q.predicate.value), q.object)
            for q in self.about(node)
            if q.predicate.value in wanted
        }
        return [value for _, value in sorted(found, key=lambda each: (each[0], str(each[1])))]

    def text(self, node: Node, *names: str) -> str:
        """Return the first value of some properties as text; empty where there is none."""
        return next((each.value for each in self.values(node, *names) if not isinstance(each, Triple)), "")

    def name(self, node: Term) -> str:
        """Return the name of anything for people: the end of its address where it has none."""
        if isinstance(node, NamedNode):
            return self.text(node, "rdfs:label", "skos:prefLabel") or shorten(node.value)
        return node.value if isinstance(node, Literal) else ""

    @property
    def label(self) -> str:
        """The name of the thing."""
        return self.name(self.topic)

    @property
    def is_retired(self) -> bool:
        """Whether the thing is not to be used any more."""
        return any(
            value.value == "true"
            for value in self.values(self.topic, "owl:deprecated")
            if isinstance(value, Literal)
        )

    @property
    def successor(self) -> str:
        """What replaces a thing that is retired."""
        return self.text(self.topic, "dcterms:isReplacedBy")

    def written(self, form: Format) -> bytes:
        """Write the statements in a format for graphs."""
        kind = RdfFormat.from_media_type(form.media_type)
        triples = sorted({quad.triple for quad in self.quads}, key=str)
        content = serialize(triples, format=kind, prefixes=_prefixes(triples, form)) or b""
        return compact(content) if form is JSON_LD else content


def kind_of(iri: str) -> str:
    """Return the kind of thing that an address names.

    >>> kind_of(ID + "factor/bereavement"), kind_of(SCHEME + "level"), kind_of(SCHEME + "level/peer")
    ('factor', 'scheme', 'concept')
    """
    if iri.startswith(ID):
        return iri.removeprefix(ID).partition("/")[0]
    if iri.startswith(SCHEME):
        return "concept" if "/" in iri.removeprefix(SCHEME) else "scheme"
    return iri.removeprefix(BASE).partition("/")[0].partition("#")[0]


def document_of(iri: str) -> str:
    """Return the address of the document about a thing: another one only where the thing is no document.

    >>> document_of(ID + "factor/bereavement")
    'https://w3id.org/resgraph/doc/factor/bereavement'
    """
    return f"{BASE}doc/{iri.removeprefix(ID)}" if iri.startswith(ID) else iri.partition("#")[0]


def describe(reading: Reading, iri: str) -> Document | None:
    """Return the document about a thing; `None` when nothing is known of it."""
    topic = NamedNode(iri)
    found = {*reading.about([topic]), *reading.leading_to([topic])}
    if not found:
        return None
    found |= set(reading.about(_beside(topic, found)))
    found |= set(reading.about(_parts(found)))
    sources = {
        quad.object for quad in found if quad.predicate == _SOURCE and isinstance(quad.object, NamedNode)
    }
    found |= {*reading.about(sources), *reading.leading_to(sources, _OF_SOURCES)}
    return _finished(reading, topic, found)


def describe_graph(reading: Reading, iri: str, name: str) -> Document:
    """Return the document that holds a whole graph: of the ontology, or of the catalogue."""
    return _finished(reading, NamedNode(iri), set(reading.graph(graph(name))))


def _finished(reading: Reading, topic: NamedNode, found: set[Quad]) -> Document:
    """Add the pieces without a name, the names of everything, and what is said of the document itself."""
    found |= set(_nameless(reading, found))
    found |= set(reading.about([DATASET], _OF_DATASET))
    found |= set(reading.about(_named(found) - {quad.subject for quad in found}, _IN_PASSING))
    found |= set(reading.about(_named(found), _NAMES))
    address = NamedNode(document_of(topic.value))
    plain = Document(topic, address, frozenset(found))
    return Document(topic, address, frozenset(found | set(_self_description(plain))))


def _beside(topic: NamedNode, found: Iterable[Quad]) -> set[Node]:
    ways = _BESIDE.get(kind_of(topic.value), ())
    ahead = {q.object for q in found if q.subject == topic and (">", q.predicate) in ways}
    back = {q.subject for q in found if q.object == topic and ("<", q.predicate) in ways}
    return {node for node in (ahead | back) if isinstance(node, NamedNode)}


def _parts(found: Iterable[Quad]) -> set[Node]:
    return {q.object for q in found if q.predicate in _PARTS and isinstance(q.object, NamedNode)}


def _nameless(reading: Reading, found: Iterable[Quad]) -> Iterator[Quad]:
    """Yield what is stated of blank nodes, and of those in them."""
    known: set[Node] = {quad.subject for quad in found if isinstance(quad.subject, BlankNode)}
    wanted = {quad.object for quad in found if isinstance(quad.object, BlankNode)} - known
    while wanted:
        inner = list(reading.about(wanted))
        yield from inner
        known |= wanted
        wanted = {quad.object for quad in inner if isinstance(quad.object, BlankNode)} - known


def _named(found: Iterable[Quad]) -> set[Node]:
    every = {node for q in found for node in (q.subject, q.predicate, q.object)}
    return {node for node in every if isinstance(node, NamedNode)}


def _self_description(document: Document) -> Iterator[Quad]:
    """Say of the document what it is about, under which licence, part of what, and how to cite it."""
    topic, here = document.topic, document.address
    if topic == here:
        return
    licence = next(
        (v for v in document.values(DATASET, "dcterms:license") if isinstance(v, NamedNode)), _LICENCE
    )
    yield Quad(here, TYPE, NamedNode(FOAF + "Document"))
    yield Quad(here, NamedNode(FOAF + "primaryTopic"), topic)
    yield Quad(here, NamedNode(DCTERMS + "license"), licence)
    yield Quad(here, NamedNode(DCTERMS + "isPartOf"), DATASET)
    yield Quad(here, NamedNode(DCTERMS + "bibliographicCitation"), Literal(citation(document), language="en"))


def _gathered(pairs: Iterable[tuple[Term, Quad]]) -> dict[Term, list[Quad]]:
    found: dict[Term, list[Quad]] = {}
    for key, quad in pairs:
        found.setdefault(key, []).append(quad)
    return found


def _prefixes(triples: Iterable[Triple], form: Format) -> dict[str, str] | None:
    """Return the prefixes that are used: a reader should not meet ninety that are not."""
    if form.name not in ("turtle", "rdfxml"):
        return None
    names = {
        node.value
        for t in triples
        for node in (t.subject, t.predicate, t.object)
        if isinstance(node, NamedNode)
    }
    return {prefix: base for prefix, base in PREFIXES.items() if any(name.startswith(base) for name in names)}
