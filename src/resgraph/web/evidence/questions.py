"""Questions whether one thing changes another, with their answers, as pages show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from resgraph.describe import Document
from resgraph.store import Term
from resgraph.things import Concept, Proposition, Thing
from resgraph.vocab import graph
from resgraph.web.site import local

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
_INTENDED: Final = graph("intended")


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


def questions(document: Document) -> list[Question]:
    """Return every question of a document, in the order of the answers; the firmest first."""
    aims = _aims(document)
    asked = document.things("proposition", "rg:overallAnswer")
    found = (_question(each, aims) for each in asked if isinstance(each, Proposition))
    return sorted(found, key=_order)


def _aims(document: Document) -> set[Term]:
    """Return what the thing is meant to change, and what is meant to change it."""
    topic = document.topic
    ahead = {quad.object for quad in document.about(topic) if quad.graph_name == _INTENDED}
    return ahead | {quad.subject for quad in document.leading_to(topic) if quad.graph_name == _INTENDED}


def _order(each: Question) -> tuple[int, int, str]:
    answer = ANSWERS.index(each.answer.slug) if each.answer.slug in ANSWERS else len(ANSWERS)
    strength = STRENGTHS.index(each.strength.slug) if each.strength else len(STRENGTHS)
    return answer, strength, each.label


def _question(asked: Proposition, aims: Collection[Term]) -> Question:
    equity = {str(one) for each in asked.has_finding for one in each.equity_effect}
    return Question(
        label=asked.label,
        address=local(asked.iri),
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
        intended=NamedNode(asked.subject.iri) in aims or NamedNode(asked.object.iri) in aims,
    )
