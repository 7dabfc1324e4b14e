"""Which statements the document about a thing holds.

What is stated of the thing, what leads to it, its parts, the names of everything that is named, and, for what
findings are about, every finding with its figures, its question and its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from resgraph.catalogue import DATASET
from resgraph.describe.address import kind_of
from resgraph.describe.citation import citation
from resgraph.describe.reading import Node, Reading
from resgraph.evidence import address_of
from resgraph.store import INFERRED, Term
from resgraph.vocab import (
    CITO,
    DCAT,
    DCTERMS,
    FOAF,
    LABEL,
    OWL,
    PREF_LABEL,
    PROV,
    SKOS,
    TYPE,
    term,
)

if TYPE_CHECKING:
    from resgraph.describe.document import Document

_SOURCE: Final = NamedNode(PROV + "hadPrimarySource")
NAMES: Final = (LABEL, PREF_LABEL)
#: What is told in passing of everything named: its name, what it is, whether more of it is wished for, and
#: how firm a design is.
_IN_PASSING: Final = (*NAMES, TYPE, term("valence"), term("rank"), term("synthesis"))
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
    "disparity": ((">", NamedNode(CITO + "citesAsEvidence")), (">", NamedNode(DCTERMS + "source"))),
    "rating": (),
    "scheme": (("<", NamedNode(SKOS + "inScheme")),),
}
#: What is told in full beyond that: over a property, then backwards over another, the things of a kind.
_BEYOND: Final[Mapping[str, tuple[NamedNode, NamedNode, str]]] = {
    "study": (term("reportedBy"), _SOURCE, "finding"),
    "disparity": (term("factor"), term("subject"), "proposition"),
    "rating": (term("rates"), term("subject"), "proposition"),
    "action": (term("exampleIntervention"), term("subject"), "proposition"),
}
_OF_DATASET: Final = (
    NamedNode(DCTERMS + "title"),
    NamedNode(DCTERMS + "description"),
    NamedNode(DCTERMS + "license"),
    NamedNode(OWL + "versionInfo"),
    NamedNode(DCAT + "version"),
)
_LICENCE: Final = NamedNode("https://creativecommons.org/licenses/by/4.0/")


#: How an intervention leads to factors, how they lead on, and how determinants act on them.
_TOWARDS: Final = tuple(
    map(term, ("builds", "reduces", "undermines", "aggravates", "aimsToBuild", "aimsToReduce"))
)
_ONWARD: Final = tuple(map(term, ("promotes", "impairs", "raisesRiskOf", "protectsAgainst")))
_ACTS: Final = tuple(map(term, ("shapes", "expectedToInfluence")))
#: What is told of the question behind a step.
ANSWER: Final = tuple(
    map(
        term,
        (
            *("subject", "object", "overallAnswer", "strength", "bestDirection"),
            *("findsIncrease", "findsDecrease", "findsNoClearEffect", "findsMixed"),
        ),
    )
)


def next_steps(reading: Reading, topic: NamedNode, own: Iterable[Quad]) -> set[Quad]:
    """Return the next steps of an intervention: what its factors lead to, what acts on them, the answers.

    `own` is what is stated of it. What was only concluded is no step.
    """
    factors = {
        quad.object
        for quad in own
        if quad.subject == topic and quad.predicate in _TOWARDS and isinstance(quad.object, NamedNode)
    }
    stated = [quad for quad in reading.about(factors, _ONWARD) if _is(quad.object, "outcome")]
    stated += [quad for quad in reading.leading_to(factors, _ACTS) if _is(quad.subject, "determinant")]
    steps = {quad for quad in stated if quad.graph_name != INFERRED}
    ends = [(quad.subject, quad.object) for quad in steps]
    asked = {address_of(a, b) for a, b in ends if isinstance(a, NamedNode) and isinstance(b, NamedNode)}
    return steps | set(reading.about(asked, ANSWER))


def _is(node: Term, kind: str) -> TypeGuard[NamedNode]:
    return isinstance(node, NamedNode) and kind_of(node.value) == kind


def gathered(reading: Reading, topic: NamedNode) -> frozenset[Quad]:
    """Return every statement that the document about a thing holds; none where nothing is known of it."""
    found = {*reading.about([topic]), *reading.leading_to([topic])}
    if not found:
        return frozenset()
    steps = next_steps(reading, topic, found) if kind_of(topic.value) == "intervention" else set()
    told = beside(reading, topic, found)
    found |= set(reading.about(told)) | steps
    found |= set(reading.about(_parts(found)))
    read = {quad.object for quad in found if quad.predicate == _SOURCE and isinstance(quad.object, NamedNode)}
    sources = read | {each for each in told if _is(each, "source")}
    found |= {*reading.about(sources), *reading.leading_to(sources, _OF_SOURCES)}
    return completed(reading, found)


def completed(reading: Reading, found: set[Quad]) -> frozenset[Quad]:
    """Add the pieces without a name, what is said of the dataset, and the names of everything."""
    found = found | set(_nameless(reading, found)) | set(reading.about([DATASET], _OF_DATASET))
    # What is told in full has a type; what only leads to the topic has none yet.
    named, told = _named(found), {quad.subject for quad in found if quad.predicate == TYPE}
    found |= set(reading.about(named - told, _IN_PASSING))
    found |= set(reading.about(_named(found) - {q.subject for q in found if q.predicate in NAMES}, NAMES))
    return frozenset(found)


def beside(reading: Reading, topic: NamedNode, own: Iterable[Quad]) -> set[NamedNode]:
    """Return what is told in full beside a thing; `own` is what is stated of it, and what leads to it."""
    kind, own = kind_of(topic.value), list(own)
    ways = _BESIDE.get(kind, ())
    ahead = {q.object for q in own if q.subject == topic and (">", q.predicate) in ways}
    back = {q.subject for q in own if q.object == topic and ("<", q.predicate) in ways}
    beyond = _beyond(reading, topic, own, *_BEYOND[kind]) if kind in _BEYOND else set()
    return {node for node in (ahead | back | beyond) if isinstance(node, NamedNode)}


def _beyond(
    reading: Reading, topic: NamedNode, own: Iterable[Quad], over: NamedNode, back: NamedNode, kind: str
) -> set[NamedNode]:
    near = {q.object for q in own if q.subject == topic and q.predicate == over}
    leading = reading.leading_to([node for node in near if isinstance(node, NamedNode)], [back])
    return {quad.subject for quad in leading if _is(quad.subject, kind)}


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
    every = {node for subject, predicate, value, _ in found for node in (subject, predicate, value)}
    return {node for node in every if isinstance(node, NamedNode)}


def licence_of(document: Document) -> NamedNode:
    """Return the licence of the data that a document is part of."""
    stated = document.values(DATASET, "dcterms:license")
    return next((each for each in stated if isinstance(each, NamedNode)), _LICENCE)


def about_itself(document: Document) -> Iterator[Quad]:
    """Say of the document what it is about, under which licence, part of what, and how to cite it."""
    topic, here = document.topic, document.address
    if topic == here:
        return
    yield Quad(here, TYPE, NamedNode(FOAF + "Document"))
    yield Quad(here, NamedNode(FOAF + "primaryTopic"), topic)
    yield Quad(here, NamedNode(DCTERMS + "license"), licence_of(document))
    yield Quad(here, NamedNode(DCTERMS + "isPartOf"), DATASET)
    yield Quad(here, NamedNode(DCTERMS + "bibliographicCitation"), Literal(citation(document), language="en"))
