"""What pages show of evidence: questions with their answers, and findings one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Quad

from resgraph.describe import Document
from resgraph.describe.citation import short_reference
from resgraph.effects import effects_of
from resgraph.plots.drawing import Way, forest_svg, ways_svg
from resgraph.pooling.forest import NO_NUMBER, SAYINGS, ForestRow, forest_rows
from resgraph.things import Concept, Finding, Proposition, Thing
from resgraph.vocab import DCTERMS, GRAPH, ID, NS, TYPE, slug, term
from resgraph.web.site import local
from resgraph.web.statements import why

#: The answers in the order in which they are shown: harm and null results are never last by chance.
ANSWERS: Final = (
    "benefit",
    "harm",
    "mixed",
    "no-effect",
    "buffers",
    "amplifies",
    "raises",
    "lowers",
    "no-evidence",
)
#: A sign for each answer, so that colour is never needed.
SIGNS: Final = {
    "benefit": "▲",
    "harm": "▼",
    "mixed": "◆",
    "no-effect": "○",
    "buffers": "◠",
    "amplifies": "◡",
    "raises": "↗",
    "lowers": "↘",
    "no-evidence": "?",
}
#: What each answer means, for who reads it for the first time.
MEANINGS: Final = {
    "benefit": "It got better.",
    "harm": "It got worse.",
    "mixed": "Findings of like weight disagree.",
    "no-effect": "It was tested, and no clear change was found.",
    "buffers": "It softens what a risk does.",
    "amplifies": "It worsens what a risk does.",
    "raises": "The more of the one, the more of the other.",
    "lowers": "The more of the one, the less of the other.",
    "no-evidence": "Nobody has looked, or who looked found no study. That is not a finding of no effect.",
}
#: What is asked of an intervention is answered by one of these, and what nobody found is worth saying too.
_OF_INTERVENTIONS: Final = ("benefit", "harm", "mixed", "no-effect", "no-evidence")
STRENGTHS: Final = ("strong", "moderate", "limited", "very-limited")
_EDGES: Final = ("intended", "evidenced", "inferred")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether one thing changes another: the answer, how sure, and what else one has to know with it."""

    label: str
    address: str
    subject: Thing
    object: Thing
    moderates: Thing | None
    answer: Concept
    #: what other findings on it say
    also: tuple[Concept, ...]
    strength: Concept | None
    studies: int | None
    reviews: int | None
    months: float | None
    association_only: bool
    rests_on: tuple[Concept, ...]
    #: the part of the sample, or the condition, for which alone it is known
    where: tuple[str, ...]
    uk: bool
    #: what findings say on who gains and who does not
    equity: tuple[str, ...]
    #: whether the change is what a programme aims at
    intended: bool

    @property
    def sign(self) -> str:
        """A sign for the answer."""
        return SIGNS.get(self.answer.slug, "")

    @property
    def harms_some(self) -> bool:
        """Whether somebody was harmed, whatever the answer."""
        return self.answer.slug != "harm" and any(each.slug == "harm" for each in self.also)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every question of a page with one answer, and what the answer means."""

    answer: str
    sign: str
    label: str
    meaning: str
    questions: tuple[Question, ...]
    #: questions with another answer, where findings say that somebody was harmed
    to_some: tuple[Question, ...] = ()


def verdicts(asked: Iterable[Question], *, of_interventions: bool) -> list[Verdict]:
    """Gather questions by their answers; of interventions the answers that nothing got are said as well."""
    every = tuple(asked)
    harmed = tuple(each for each in every if each.harms_some)
    found = [
        Verdict(
            answer,
            SIGNS[answer],
            answer.replace("-", " "),
            MEANINGS[answer],
            tuple(each for each in every if each.answer.slug == answer),
            harmed if answer == "harm" else (),
        )
        for answer in ANSWERS
    ]
    shown = _OF_INTERVENTIONS if of_interventions else ()
    return [each for each in found if each.questions or each.to_some or each.answer in shown]


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in a table, beside its place in a forest plot."""

    finding: Finding
    address: str
    #: what sets it apart, and what it says of the child
    plotted: ForestRow
    #: the source, as a text names it in passing
    cited: str

    @property
    def participants(self) -> str:
        """Those who took part."""
        count = self.finding.participants
        return f"{count:,}" if count else "not reported"

    @property
    def months(self) -> str:
        """When it was measured, in months after the end."""
        months = self.finding.follow_up_months
        if months is None:
            return "not stated"
        return "at the end" if months == 0 else f"{months:g} months later"

    @property
    def whom(self) -> str:
        """Whom it is about, when not all who took part."""
        groups = [group.label for group in self.finding.population_group]
        return "; ".join((*self.finding.population_subgroup, *groups, *self.finding.condition))

    @property
    def equity(self) -> str:
        """Who gains and who does not."""
        return "; ".join(map(str, self.finding.equity_effect))


def questions(document: Document) -> list[Question]:
    """Return every question of a document, in the order of the answers; the firmest first."""
    found = (_question(document, each) for each in _instances(document, "Proposition"))
    return sorted(found, key=_order)


def _order(each: Question) -> tuple[int, int, str]:
    answer = ANSWERS.index(each.answer.slug) if each.answer.slug in ANSWERS else len(ANSWERS)
    strength = STRENGTHS.index(each.strength.slug) if each.strength else len(STRENGTHS)
    return answer, strength, each.label


def _instances(document: Document, kind: str) -> list[NamedNode]:
    """Return what a document tells in full of a kind."""
    whole = {"Proposition": "overallAnswer", "Finding": "relation"}[kind]
    found = {quad.subject for quad in document.quads if quad.predicate == term(whole)}
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


def _question(document: Document, node: NamedNode) -> Question:
    asked = Proposition(node.value, document.graph)
    equity = {str(one) for each in asked.has_finding for one in each.equity_effect}
    return Question(
        label=asked.label,
        address=local(node.value),
        subject=asked.subject,
        object=asked.object,
        moderates=asked.moderates,
        answer=asked.overall_answer,
        also=tuple(each for each in asked.answer if each != asked.overall_answer),
        strength=asked.strength,
        studies=asked.independent_studies,
        reviews=asked.reviews,
        months=asked.longest_follow_up_months,
        association_only=bool(asked.association_only),
        rests_on=asked.rests_on,
        where=asked.holds_where,
        uk=bool(asked.uk_evidence),
        equity=tuple(sorted(equity)),
        intended=_is_intended(document, asked),
    )


def _is_intended(document: Document, asked: Proposition) -> bool:
    pairs = (
        q for q in document.about(NamedNode(asked.subject.iri)) if q.object == NamedNode(asked.object.iri)
    )
    return any(_graph_of(quad.graph_name) == "intended" for quad in pairs)


def _graph_of(name: object) -> str:
    return name.value.removeprefix(GRAPH) if isinstance(name, NamedNode) else ""


def findings(document: Document, only: Iterable[str] = ()) -> list[Row]:
    """Return the findings of a document as rows: by what they say, the largest first; `only` chooses some."""
    chosen = set(only)
    plotted = {row.finding: row for row in forest_rows(effects_of(document.graph))}
    rows = []
    for node in _instances(document, "Finding"):
        if not chosen or node.value in chosen:
            finding = Finding(node.value, document.graph)
            cited = short_reference(document, NamedNode(finding.source.iri))
            row = _told_apart(plotted.get(node.value) or _unplotted(finding), finding, document, cited)
            rows.append(Row(finding, local(node.value), row, cited))
    places = {iri: place for place, iri in enumerate(plotted)}
    return sorted(rows, key=lambda row: (_saying(row), places.get(row.finding.iri, len(places))))


def _told_apart(row: ForestRow, finding: Finding, document: Document, cited: str) -> ForestRow:
    """Name in the label what the page does not say already: the other end, the source, the subgroup."""
    _, _, rest = row.label.partition(": ")
    known = {slug(end.iri).replace("-", " ") for end in (finding.subject, finding.object)}
    more = [part for part in rest.split(", ") if part and part not in known]
    others = _other_ends(finding, document)
    ends = [shorten(each.label, 34 if len(others) == 1 else 22, placeholder="…") for each in others]
    source = [] if document.kind == "source" else [cited]
    return replace(row, label=", ".join([*ends, *source, *more]))


def _other_ends(finding: Finding, document: Document) -> list[Thing]:
    if document.kind in ("proposition", "finding"):
        return []
    return [each for each in (finding.subject, finding.object) if each.iri != document.topic.value]


def _saying(row: Row) -> int:
    return SAYINGS.index(row.plotted.says)


def _unplotted(finding: Finding) -> ForestRow:
    return ForestRow(finding.iri, finding.slug, "other", NO_NUMBER, None, None, None, None, None)


def forest(rows: Iterable[Row]) -> Markup:
    """Draw the findings as a forest plot, each with a link to its page."""
    shown = list(rows)
    # The drawing has escaped every word it shows.
    return Markup(forest_svg([row.plotted for row in shown], [row.address for row in shown]))  # noqa: S704


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from or to a thing, of one of three kinds, and where it is said why."""

    verb: str
    other: str
    address: str
    why: str
    outward: bool


def edges(document: Document, kind: str) -> list[Edge]:
    """Return the links of a thing in one graph: ``intended``, ``evidenced`` or ``inferred``."""
    topic = document.topic
    sides = ((True, document.about(topic)), (False, document.leading_to(topic)))
    found = {
        _edge(document, quad, outward)
        for outward, quads in sides
        for quad in quads
        if _graph_of(quad.graph_name) == kind
    }
    return sorted(
        (each for each in found if each), key=lambda each: (not each.outward, each.verb, each.other)
    )


def _edge(document: Document, quad: Quad, outward: bool) -> Edge | None:
    other = quad.object if outward else quad.subject
    if not isinstance(other, NamedNode) or not _is_link(quad.predicate.value, other, document.topic):
        return None
    verb, name = document.name(quad.predicate), document.name(other)
    return Edge(verb, name, local(other.value), why(quad), outward)


_THINGS: Final = ("intervention", "factor", "outcome", "determinant", "population")
_NO_LINKS: Final = (NS + "subject", NS + "object", NS + "moderates", TYPE.value, DCTERMS + "source")


def _is_link(predicate: str, other: NamedNode, topic: NamedNode) -> bool:
    if predicate in _NO_LINKS or other == topic:
        return False
    return predicate.startswith(NS) and other.value.removeprefix(ID).split("/")[0] in _THINGS


def ways(document: Document) -> Markup:
    """Draw what leads to a thing and what it leads to, aims and evidence apart, each other end once."""
    verbs: dict[tuple[str, bool, str, str], list[str]] = {}
    for kind in ("intended", "evidenced"):
        for each in edges(document, kind):
            verbs.setdefault((kind, each.outward, each.other, each.address), []).append(each.verb)
    links = [
        Way(kind, ", ".join(said), other, outward, address)
        for (kind, outward, other, address), said in verbs.items()
    ]
    # The drawing has escaped every word it shows.
    return Markup(ways_svg(document.label, links)) if links else Markup()  # noqa: S704


def estimates(document: Document) -> list[tuple[str, str]]:
    """Return the parts of a finding that are figures: the property in words, and the figure."""
    found = []
    for quad in document.about(document.topic):
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(ID + "estimate/"):
            found.append((document.name(quad.predicate), document.name(quad.object)))
    return found


def sources(rows: Iterable[Row]) -> list[NamedNode]:
    """Return the sources of findings, the one with most findings first."""
    counts = Counter(row.finding.source.iri for row in rows)
    return [NamedNode(iri) for iri in sorted(counts, key=lambda iri: (-counts[iri], iri))]


def ratings(document: Document) -> list[NamedNode]:
    """Return what others judged of an intervention."""
    found = {quad.subject for quad in document.leading_to(document.topic) if quad.predicate == term("rates")}
    return sorted((each for each in found if isinstance(each, NamedNode)), key=str)


def number(document: Document) -> str:
    """Return the number of a point."""
    value = document.values(document.topic, "rg:number")
    return value[0].value if value and isinstance(value[0], Literal) else slug(document.topic.value)
