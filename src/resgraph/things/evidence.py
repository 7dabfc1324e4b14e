"""The evidence on one question: whether a subject changes an object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from resgraph.things.kinds import Factor, Finding, Proposition
from resgraph.things.thing import Concept, Thing

if TYPE_CHECKING:
    from collections.abc import Callable

    from resgraph.effects import Effect
    from resgraph.pooling import NotPooled, Pooled

No = Literal["no evidence", "no effect", "mixed", "harm"]

_NO_EVIDENCE: Final = Concept("answer", "no-evidence", "no evidence")
_NOES: Final[dict[str, No]] = {
    "no-evidence": "no evidence",
    "no-effect": "no effect",
    "mixed": "mixed",
    "harm": "harm",
}
#: What disputes a direction; what is neither it nor against it is inconclusive.
_AGAINST: Final = {
    "increases": ("decreases",),
    "decreases": ("increases",),
    "no-clear-effect": ("increases", "decreases"),
    "buffers": ("amplifies",),
    "amplifies": ("buffers",),
}
_PARTS: Final = (
    "best_design",
    "design_rank",
    "independent_studies",
    "reviews",
    "sample_size",
    "consistency",
    "intervals_stated",
    "intervals_excluding_no_effect",
    "longest_follow_up_months",
    "newest_year",
    "uk_evidence",
    "evaluator",
    "association_only",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every finding on a question, for and against the direction best supported, and the answer.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> found = g.evidence("kiva", "bullying-victimisation")
    >>> found.answer.slug, found.strength.slug, found.no
    ('benefit', 'strong', None)
    >>> len(found.supporting), len(found.disputing), len(found.inconclusive)
    (4, 0, 1)
    >>> g.evidence("friends", "employment").no
    'no evidence'
    """

    subject: Thing
    object: Thing
    #: the risk whose harm the subject changes, when the question is one of moderation
    moderates: Factor | None
    #: none when nobody has asked: no finding, no stated aim
    proposition: Proposition | None
    _effects: Callable[[Thing, Thing], list[Effect]]

    @property
    def question(self) -> str:
        """What is asked, in words."""
        of = f" (of {self.moderates.label})" if self.moderates else ""
        return f"{self.subject.label} and {self.object.label}{of}"

    @property
    def answer(self) -> Concept:
        """The answer best supported; no evidence where nobody has looked."""
        return self.proposition.overall_answer if self.proposition else _NO_EVIDENCE

    @property
    def also_found(self) -> tuple[Concept, ...]:
        """Every other answer that at least one finding gives: harm to some beside a benefit on average."""
        found = self.proposition.answer if self.proposition else ()
        return tuple(each for each in found if each != self.answer)

    @property
    def no(self) -> No | None:
        """Which of the four answers that are a "no" this is; None when it is none of them."""
        return _NOES.get(self.answer.slug)

    @property
    def nobody_looked(self) -> bool:
        """Whether there is no finding, and not even a review that searched for one."""
        return not self.findings

    @property
    def strength(self) -> Concept | None:
        """How sure the answer is, by the rule; None where there is nothing to be sure of."""
        return self.proposition.strength if self.proposition else None

    @property
    def components(self) -> dict[str, Any]:
        """What the strength is made of; parts that are not known are left out."""
        if self.proposition is None:
            return {}
        parts = {name: getattr(self.proposition, name) for name in _PARTS}
        return {name: value for name, value in parts.items() if value is not None}

    @property
    def rests_on(self) -> tuple[Concept, ...]:
        """Reasons for care: one study only, a superseded source, a group gap, recalled exposure."""
        return self.proposition.rests_on if self.proposition else ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding on the question."""
        return self.proposition.has_finding if self.proposition else ()

    @property
    def supporting(self) -> tuple[Finding, ...]:
        """The findings that say what the direction best supported says."""
        return tuple(each for each in self.findings if self._side(each) == "for")

    @property
    def disputing(self) -> tuple[Finding, ...]:
        """The findings that say the contrary."""
        return tuple(each for each in self.findings if self._side(each) == "against")

    @property
    def inconclusive(self) -> tuple[Finding, ...]:
        """The rest: no clear effect beside a direction, mixed results, empty reviews."""
        return tuple(each for each in self.findings if self._side(each) == "neither")

    @property
    def for_whom(self) -> tuple[Finding, ...]:
        """The findings on a part of those who took part, or on who gains and who does not."""
        return tuple(
            each
            for each in self.findings
            if each.population_subgroup or each.population_group or each.condition or each.equity_effect
        )

    @property
    def lasting(self) -> tuple[Finding, ...]:
        """The findings measured a stated time after the end, the latest first."""
        later = [each for each in self.findings if (each.follow_up_months or 0) > 0]
        return tuple(sorted(later, key=lambda each: (-(each.follow_up_months or 0), each.slug)))

    @property
    def effects(self) -> list[Effect]:
        """Its figures on one scale, where that is sound; each says how it came about or why not."""
        return self._effects(self.subject, self.object) if self.findings else []

    def pooled(self, **choices: Any) -> Pooled | NotPooled:
        """Return a random-effects summary, or the reason for none; see `resgraph.pooling.pool`.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.evidence("kiva", "bullying-victimisation").pooled().summary.studies
        2
        """
        from resgraph.pooling import pool

        return pool(self.effects, **choices)

    @property
    def words(self) -> str:
        """The answer in a line."""
        counts = f"{len(self.findings)} finding{'s' * (len(self.findings) != 1)}"
        strength = f", {self.strength} evidence" if self.strength else ""
        also = f"; also found: {', '.join(map(str, self.also_found))}" if self.also_found else ""
        return f"{self.answer}{strength} ({counts}){also}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it; things and concepts by their slug.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> said = g.evidence("kiva", "bullying-victimisation").to_dict()
        >>> said["answer"], said["components"]["best_design"], said["rests_on"]
        ('benefit', 'cluster-rct', [])
        """
        return {
            "subject": self.subject.slug,
            "object": self.object.slug,
            "moderates": self.moderates.slug if self.moderates else None,
            "answer": self.answer.slug,
            "also_found": [each.slug for each in self.also_found],
            "no": self.no,
            "strength": self.strength.slug if self.strength else None,
            "components": {
                name: value.slug if isinstance(value, Concept) else value
                for name, value in self.components.items()
            },
            "rests_on": [each.slug for each in self.rests_on],
            "supporting": [each.to_dict() for each in self.supporting],
            "disputing": [each.to_dict() for each in self.disputing],
            "inconclusive": [each.to_dict() for each in self.inconclusive],
        }

    def _side(self, finding: Finding) -> Literal["for", "against", "neither"]:
        best = self.proposition.best_direction if self.proposition else None
        if best is None or finding.is_empty_review:
            return "neither"
        says = _says(finding)
        if says == best.slug:
            return "for"
        return "against" if says in _AGAINST.get(best.slug, ()) else "neither"

    def __repr__(self) -> str:
        return f"<Evidence on {self.question}: {self.words}>"

    def _repr_html_(self) -> str:
        from resgraph.things.card import sheet

        return sheet(self)


def _says(finding: Finding) -> str:
    interaction = finding.interaction
    return "amplifies" if interaction and interaction.slug == "amplifies" else finding.relation.slug
