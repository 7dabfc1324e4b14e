"""The picture of a page: by which steps a thing leads to others, each with its kind and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pyoxigraph import NamedNode, Quad

from resgraph.describe import Document
from resgraph.describe.holding import ANSWER, next_steps
from resgraph.paths import LINKS, STANDINGS, Edge, Node, Walker
from resgraph.paths.edge import words
from resgraph.plots.pathway import Box, Link, Place, pathway_svg
from resgraph.store import INFERRED, Dataset
from resgraph.vocab import GRAPH, ID, TYPE, term
from resgraph.web.site import local

#: So many steps are drawn: those of the thing itself, those that go on, those of determinants, hypotheses.
_OWN, _NEXT, _ACTING, _HYPOTHESES = 14, 12, 4, 4
_LINKS: Final = {GRAPH + kind: {term(name) for name in names} for kind, names in LINKS.items()}
_ENDS: Final = tuple(f"{ID}{kind}/" for kind in ("intervention", "factor", "outcome", "determinant"))
#: What tells a question on softening a harm from others.
_MODERATION: Final = (TYPE, *map(term, ("moderates", "findsBuffering", "findsAmplifying")))
#: In which column of the picture of an intervention a thing stands.
_COLUMNS: Final = {"intervention": 0, "determinant": 0, "factor": 1, "outcome": 2}
#: What is said of a step that no finding amounts to.
_UNTESTED: Final = {
    "untested": "nobody has tested it",
    "narrow": "found for some only",
    "not-borne-out": "tested, and not borne out",
    "inferred": "nobody has tested it",
    "recorded": "as recorded",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the picture, in words."""

    kind: str
    start: str
    verb: str
    end: str
    #: the answer and its strength, or what is known instead
    answer: str
    address: str


@dataclass(frozen=True, slots=True)
class Pathway:
    """A picture of steps, the same steps in words and in the same order, and how many were left out."""

    drawn: Markup
    steps: Sequence[Step]
    left_out: int


def pathway(document: Document) -> Pathway | None:
    """Return the picture of a thing; none where nothing leads to it or from it."""
    walker = Walker(Dataset.from_quads(around(document)), document.world.at)
    every = sorted(walker.edges("all"), key=_rank)
    shown = _chosen(document, every)
    if not shown:
        return None
    columns, links = _placed(document, shown)
    title = f"What {document.label} is linked to, and by which steps"
    drawn = Markup(pathway_svg(title, columns, links))  # noqa: S704 (it has escaped every word it shows)
    return Pathway(drawn, [_step(edge) for edge in shown], len(every) - len(shown))


def around(document: Document) -> set[Quad]:
    """Return the links of a thing, the next steps of an intervention, and the answers behind all of them."""
    own = (*document.about(document.topic), *document.leading_to(document.topic))
    # Hypotheses are drawn between things that other steps lead to: on pages of a programme alone.
    without = None if document.kind == "intervention" else INFERRED
    found = {quad for quad in own if quad.graph_name != without and _is_link(quad)}
    asked = [NamedNode(each.iri) for each in document.things("proposition", "rg:overallAnswer")]
    found |= set(document.reading.about(asked, (*ANSWER, *_MODERATION)))
    steps = next_steps(document.reading, document.topic, own) if document.kind == "intervention" else set()
    return found | steps


def _is_link(quad: Quad) -> bool:
    known = _LINKS.get(quad.graph_name.value, ()) if isinstance(quad.graph_name, NamedNode) else ()
    ends = (quad.subject, quad.object)
    return quad.predicate in known and all(
        isinstance(e, NamedNode) and e.value.startswith(_ENDS) for e in ends
    )


def _rank(edge: Edge) -> tuple[int, str, str]:
    return STANDINGS.index(edge.standing), edge.subject.iri, edge.object.iri


def _chosen(document: Document, every: Sequence[Edge]) -> list[Edge]:
    """Return the firmest steps of the thing itself, what goes on from them, and hypotheses between these."""
    topic = document.topic.value
    stated = [edge for edge in every if edge.kind != "inferred"]
    own = [edge for edge in stated if topic in _ends(edge)][:_OWN]
    near = {end for edge in own for end in _ends(edge)}
    further = [edge for edge in stated if topic not in _ends(edge) and near & _ends(edge)]
    onward = [edge for edge in further if edge.subject.kind != "determinant"][:_NEXT]
    acting = [edge for edge in further if edge.subject.kind == "determinant"][:_ACTING]
    drawn = near | {end for edge in onward for end in _ends(edge)}
    guessed = [edge for edge in every if edge.kind == "inferred" and _ends(edge) <= drawn]
    return [*own, *onward, *acting, *guessed[:_HYPOTHESES]]


def _ends(edge: Edge) -> set[str]:
    return {edge.subject.iri, edge.object.iri}


def _placed(document: Document, shown: Iterable[Edge]) -> tuple[list[list[Box]], list[Link]]:
    """Give each thing a box in a column, and each step a line."""
    columns: list[list[Box]] = [[], [], []]
    places: dict[tuple[int, str], Place] = {}

    def place(node: Node, x: int) -> Place:
        if (x, node.iri) not in places:
            places[x, node.iri] = x, len(columns[x])
            is_topic = node.iri == document.topic.value
            columns[x].append(Box(node.label, node.kind, "" if is_topic else local(node.iri), is_topic))
        return places[x, node.iri]

    links = []
    for edge in shown:
        start, end = _columns(document, edge)
        said = _step(edge)
        told = f"{said.start} {said.verb} {said.end}: {said.kind}, {said.answer}"
        strength = (edge.strength or "") if edge.kind == "evidenced" else ""
        at, to = place(edge.subject, start), place(edge.object, end)
        links.append(Link(at, to, edge.kind, strength, told, said.address))
    return _without_empty(columns, links)


def _columns(document: Document, edge: Edge) -> tuple[int, int]:
    """Return where a step begins and ends: by kind for an intervention, else on either side of the thing."""
    if document.kind == "intervention":
        return _COLUMNS[edge.subject.kind], _COLUMNS[edge.object.kind]
    return (1, 2) if edge.subject.iri == document.topic.value else (0, 1)


def _without_empty(columns: list[list[Box]], links: list[Link]) -> tuple[list[list[Box]], list[Link]]:
    """Leave out a column at the side with nothing in it."""
    first = next(x for x, column in enumerate(columns) if column)
    moved = [
        link._replace(start=(link.start[0] - first, link.start[1]), end=(link.end[0] - first, link.end[1]))
        for link in links
    ]
    last = max(x for x, column in enumerate(columns) if column)
    return columns[first : last + 1], moved


def _step(edge: Edge) -> Step:
    address = local(edge.evidence.record) if edge.evidence else local(edge.object.iri)
    return Step(edge.kind, edge.subject.label, words(edge), edge.object.label, _answer(edge), address)


def _answer(edge: Edge) -> str:
    if edge.kind == "evidenced" and edge.strength:
        return f"{(edge.answer or '').replace('-', ' ')}, {edge.strength.replace('-', ' ')} evidence"
    return _UNTESTED.get(edge.standing, edge.standing.replace("-", " "))
