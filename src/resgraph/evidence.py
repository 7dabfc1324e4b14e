"""From findings to propositions, edges and strength: the documented rule, and nothing beside it.

docs/explanation/strength.md states the rule in words. Nothing is averaged away: a proposition keeps every
finding by what it says, and an edge is only the direction best supported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.index import Index
from resgraph.vocab import CITO, DCTERMS, PROV, TYPE, XSD, concept, slug, term, thing

_SOURCE: Final = NamedNode(PROV + "hadPrimarySource")
_ISSUED: Final = NamedNode(DCTERMS + "issued")
_REPLACED: Final = NamedNode(DCTERMS + "isReplacedBy")
_REPLACES: Final = NamedNode(DCTERMS + "replaces")
_VERSION_OF: Final = NamedNode(DCTERMS + "isVersionOf")
_SUBJECT_KINDS: Final = ("Intervention", "Determinant", "RiskFactor", "ProtectiveFactor")
_GB: Final = "GBR"

_HEAD_TO_HEAD: Final = {"other-arm", "other-deliverer", "dose-contrast"}
#: analyses of those who got more or better of it against those who got less
_BY_DOSE: Final = {"complier", "per-protocol"}
#: analyses that leave the randomised comparison, and the rank they cannot exceed
_NOT_RANDOMISED: Final = {"non-randomised-contrast", "within-group", "mediation"}
_COHORT: Final = 2
#: what keeps strength at limited, when all support shares it
_CAPPING: Final = {
    "superseded-source",
    "group-gap",
    "head-to-head",
    "subgroup",
    "condition",
    "low-certainty",
}

#: what a finding says, and the property that gathers it
FINDS: Final = {
    "increases": "findsIncrease",
    "decreases": "findsDecrease",
    "no-clear-effect": "findsNoClearEffect",
    "mixed": "findsMixed",
    "buffers": "findsBuffering",
    "amplifies": "findsAmplifying",
    "no-study": "findsNoEligibleStudy",
}
#: the edge of a direction: (kind of subject, role of object) to (if increased, if decreased)
EDGES: Final[Mapping[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]] = {
    ("intervention", "protective"): (("builds",), ("undermines",)),
    ("intervention", "risk"): (("aggravates",), ("reduces",)),
    ("intervention", "desirable"): (("improves", "increases"), ("worsens", "decreases")),
    ("intervention", "undesirable"): (("worsens", "increases"), ("improves", "decreases")),
    **{("factor", role): (("promotes",), ("impairs",)) for role in ("protective", "desirable")},
    **{("factor", role): (("raisesRiskOf",), ("protectsAgainst",)) for role in ("risk", "undesirable")},
    **{
        ("determinant", role): (("shapes", "increases"), ("shapes", "decreases"))
        for role in ("protective", "desirable", "risk", "undesirable")
    },
}
GOOD: Final = {"protective", "desirable"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding as the rule sees it."""

    iri: NamedNode
    subject: NamedNode
    object: NamedNode
    says: str
    moderates: NamedNode | None
    is_moderation: bool
    design: str
    rank: int
    controlled: bool
    synthesis: bool
    causal: bool
    #: whether the subject is something that somebody did, rather than how things stood
    tests_intervention: bool
    #: the independent line of evidence: a study, or a review with all its editions
    line: NamedNode
    is_review: bool
    out_of_date: bool
    participants: int | None
    follow_up: Decimal | None
    in_uk: bool
    evaluator: str | None
    group_gap: bool
    #: one way of doing it against another: says nothing on doing it against not doing it
    head_to_head: bool
    retrospective: bool
    harms_some: bool
    #: its source says that little certainty can be had
    low_certainty: bool
    #: who the effect is about, when it is about a part of the sample
    subgroup: tuple[str, ...]
    #: under which condition it holds, when it does not hold everywhere
    condition: tuple[str, ...]
    #: True, False, or None when no interval is stated
    interval_excludes_no_effect: bool | None
    year: str | None

    @property
    def where(self) -> tuple[str, ...]:
        """For whom and under which condition, when the effect is not about everybody."""
        return self.subgroup + self.condition

    @property
    def is_narrow(self) -> bool:
        """Whether it answers a narrower question than whether the subject changes the object."""
        return bool(self.where) or self.group_gap or self.head_to_head


class Reader:
    """Reads findings off the statements of the evidence and the schemes."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._study_of: dict[NamedNode, NamedNode] = {}
        self._replaced: set[NamedNode] = set()
        self._interventions = frozenset(index.of_type(term("Intervention")))
        for study in index.of_type(term("Study")):
            for source in index.nodes(study, term("reportedBy")):
                self._study_of[source] = study
        for source in index.of_type(term("Source")):
            self._replaced.update(index.nodes(source, _REPLACES))
            if index.value(source, _REPLACED) or index.value(source, term("recordStatus")):
                self._replaced.add(source)

    def findings(self) -> Iterator[Finding]:
        """Yield every finding, in a fixed order."""
        for iri in self._index.of_type(term("Finding")):
            yield self._finding(iri)

    def _finding(self, iri: NamedNode) -> Finding:
        source = self._node(iri, _SOURCE)
        design = self._node(iri, term("design"))
        is_review = self._is_true(design, "synthesis")
        return Finding(
            iri=iri,
            subject=self._node(iri, term("subject")),
            object=self._node(iri, term("object")),
            says=self._says(iri),
            moderates=next(iter(self._index.nodes(iri, term("moderates"))), None),
            is_moderation=term("ModerationFinding") in self._index.values(iri, TYPE),
            design=slug(design.value),
            rank=self._rank(iri, design),
            controlled=self._is_true(design, "controlled"),
            synthesis=is_review,
            causal=self._is_true(iri, "causal"),
            tests_intervention=self._node(iri, term("subject")) in self._interventions,
            line=self._line(source),
            is_review=is_review,
            out_of_date=source in self._replaced,
            participants=self._integer(iri, "participants"),
            follow_up=self._decimal(iri, "followUpMonths"),
            in_uk=any(slug(c.value) == _GB for c in self._index.nodes(iri, term("country"))),
            evaluator=self._concept(iri, "evaluator") or self._concept(source, "evaluator"),
            group_gap=self._is_true(iri, "comparisonOfGroups"),
            head_to_head=self._head_to_head(iri),
            retrospective=self._is_true(iri, "retrospectiveExposure"),
            harms_some=concept("equity-effect", "harms-some")
            in self._index.values(iri, term("equityEffect")),
            low_certainty=concept("caveat", "low-certainty") in self._index.values(iri, term("caveat")),
            subgroup=self._words(iri, "populationSubgroup"),
            condition=self._words(iri, "condition"),
            interval_excludes_no_effect=self._excludes(iri),
            year=self._index.text(source, _ISSUED),
        )

    def _head_to_head(self, iri: NamedNode) -> bool:
        analyses = {slug(node.value) for node in self._index.nodes(iri, term("analysis"))}
        return self._concept(iri, "comparatorType") in _HEAD_TO_HEAD or bool(analyses & _BY_DOSE)

    def _rank(self, iri: NamedNode, design: NamedNode) -> int:
        """The rank of the design; a contrast that nobody randomised is worth no more than a cohort."""
        rank = int(self._index.text(design, term("rank")) or 0)
        analyses = {slug(node.value) for node in self._index.nodes(iri, term("analysis"))}
        return min(rank, _COHORT) if analyses & _NOT_RANDOMISED else rank

    def _says(self, iri: NamedNode) -> str:
        if term("EmptyReview") in self._index.values(iri, TYPE):
            return "no-study"
        if self._concept(iri, "interaction") == "amplifies":
            return "amplifies"
        return self._concept(iri, "relation") or "mixed"

    def _line(self, source: NamedNode) -> NamedNode:
        whole = self._index.nodes(source, _VERSION_OF)
        return self._study_of.get(source) or (whole[0] if whole else source)

    def _excludes(self, iri: NamedNode) -> bool | None:
        estimate = next(iter(self._index.nodes(iri, term("estimate"))), None)
        if estimate is None:
            return None
        low, high = self._decimal(estimate, "lowerLimit"), self._decimal(estimate, "upperLimit")
        metric = next(iter(self._index.nodes(estimate, term("metric"))), None)
        nothing = self._decimal(metric, "noEffectValue") if metric else None
        if low is None or high is None or nothing is None:
            return None
        return not low <= nothing <= high

    def _node(self, subject: NamedNode, predicate: NamedNode) -> NamedNode:
        nodes = self._index.nodes(subject, predicate)
        if not nodes:
            raise ValueError(f"{subject} has no {predicate}; validate the data first")
        return nodes[0]

    def _concept(self, subject: NamedNode, name: str) -> str | None:
        text = self._index.text(subject, term(name))
        return slug(text) if text else None

    def _words(self, subject: NamedNode, name: str) -> tuple[str, ...]:
        values = self._index.values(subject, term(name))
        return tuple(node.value for node in values if isinstance(node, Literal))

    def _is_true(self, subject: NamedNode, name: str) -> bool:
        return self._index.text(subject, term(name)) == "true"

    def _integer(self, subject: NamedNode, name: str) -> int | None:
        text = self._index.text(subject, term(name))
        return int(text) if text else None

    def _decimal(self, subject: NamedNode, name: str) -> Decimal | None:
        text = self._index.text(subject, term(name))
        return Decimal(text) if text else None


class Account:
    """All findings on one question, and what they amount to."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = findings

    @cached_property
    def usable(self) -> Sequence[Finding]:
        """Findings that count: not out of date while others stand, and not an empty review."""
        studied = [f for f in self.findings if f.says != "no-study"]
        return [f for f in studied if not f.out_of_date] or studied

    @cached_property
    def broad(self) -> Sequence[Finding]:
        """The usable findings on the question as asked, or all of them where there are none such.

        A part of the sample, a gap between groups and a head-to-head comparison answer a narrower one.
        """
        return [f for f in self.usable if not f.is_narrow] or self.usable

    @cached_property
    def direction(self) -> str | None:
        """The direction best supported: by design, then by independent lines; a tie is mixed."""
        if not self.usable:
            return None
        scores = {says: self._score(says) for says in {f.says for f in self.broad}}
        best = max(scores.values())
        winners = [says for says, score in scores.items() if score == best]
        return winners[0] if len(winners) == 1 else "mixed"

    def _score(self, says: str) -> tuple[int, int, int]:
        saying = [f for f in self.broad if f.says == says]
        rank = max(f.rank for f in saying)
        return rank, len({f.line for f in saying if f.rank == rank}), len({f.line for f in saying})

    @cached_property
    def supporting(self) -> Sequence[Finding]:
        """The broad findings that say what the direction says; all of them when it is a tie."""
        return [f for f in self.broad if f.says == self.direction] or self.broad

    @cached_property
    def best(self) -> Finding:
        """The supporting finding of the highest-ranked design."""
        return max(self.supporting, key=lambda f: (f.rank, f.design))

    @property
    def studies(self) -> int:
        """Independent studies in support: reports of one study count once, reviews not at all."""
        return len({f.line for f in self.supporting if not f.is_review})

    @property
    def reviews(self) -> int:
        """Reviews in support; editions of one review count once."""
        return len({f.line for f in self.supporting if f.is_review})

    @cached_property
    def consistency(self) -> str:
        """How far independent lines of evidence agree on the direction."""
        said: dict[NamedNode, set[str]] = defaultdict(set)
        for f in self.broad:
            said[f.line].add(f.says)
        if len(said) == 1:
            return "single" if len({f.says for f in self.broad}) == 1 else "divided-within"
        agreeing = sum(directions == {self.direction} for directions in said.values())
        if agreeing == len(said):
            return "consistent"
        return "mostly-consistent" if 3 * agreeing >= 2 * len(said) else "divided"

    @cached_property
    def intervals(self) -> list[bool]:
        """Whether each stated interval in support excludes no effect."""
        return [
            f.interval_excludes_no_effect
            for f in self.supporting
            if f.interval_excludes_no_effect is not None
        ]

    @cached_property
    def basis(self) -> list[str]:
        """What a reader must know that the support rests on."""
        support = self.supporting
        tests = {
            "one-study": self.studies <= 1 and not self.reviews,
            "superseded-source": all(f.out_of_date for f in support),
            "group-gap": all(f.group_gap for f in support),
            "head-to-head": all(f.head_to_head for f in support),
            "low-certainty": all(f.low_certainty for f in support),
            "retrospective-exposure": all(f.retrospective for f in support),
            "subgroup": all(f.subgroup for f in support),
            "condition": all(f.condition for f in support),
        }
        return [name for name, holds in tests.items() if holds]

    @cached_property
    def is_association(self) -> bool:
        """Whether nothing in support comes from a design that can tell cause from coincidence."""
        tested = any(f.controlled or f.causal or f.tests_intervention for f in self.supporting)
        return not tested

    @cached_property
    def is_clear(self) -> bool:
        """Whether a stated interval bears the direction out: it leaves no effect out, or, for none, in."""
        if self.direction == "no-clear-effect":
            return not all(self.intervals) and bool(self.intervals)
        return self.direction in ("increases", "decreases", "buffers", "amplifies") and any(self.intervals)

    @cached_property
    def strength(self) -> str:
        """The strength of evidence, by the rule of docs/explanation/strength.md."""
        rank = self.best.rank
        if rank < 2:
            return "very-limited"
        if self.consistency.startswith("divided") or _CAPPING & set(self.basis) or rank == 2:
            return "limited"
        pooled = any(f.design == "meta-analysis" for f in self.supporting)
        trials = {f.line for f in self.supporting if f.rank == rank}
        firm = rank == 4 and (len(trials) >= 2 or pooled) and self.is_clear
        return "strong" if firm and not self.is_association else "moderate"

    @property
    def is_narrow(self) -> bool:
        """Whether every finding in support answers a narrower question than the one asked."""
        return all(f.is_narrow for f in self.supporting)

    @property
    def sample_size(self) -> str | None:
        """The size of the largest study in support, as a class."""
        sizes = [f.participants for f in self.supporting if f.participants is not None]
        if not sizes:
            return None
        return "small" if max(sizes) < 250 else "medium" if max(sizes) < 2000 else "large"

    @property
    def evaluator(self) -> str | None:
        """Independent when any support is; developer when all that is known is the developer's."""
        known = {f.evaluator for f in self.supporting} - {None}
        return "independent" if "independent" in known else "developer" if known else None


def deciding(said: Mapping[str, Sequence[str]]) -> str:
    """Say in words which line of the rule decided on a strength; `said` are a proposition's components.

    >>> deciding({"strength": ["limited"], "designRank": ["2"], "consistency": ["consistent"]})
    'the best design in support has rank 2'
    """
    one = {name: values[0] for name, values in said.items() if values}
    rank, consistency = int(one.get("designRank", 0)), one.get("consistency", "")
    if rank < 2:
        return f"the best design in support has rank {rank}, below 2"
    if consistency.startswith("divided"):
        within = " within the only line of evidence" if consistency == "divided-within" else ""
        return f"the findings that count disagree{within}"
    capping = [name for name in said.get("restsOn", ()) if name in _CAPPING]
    if capping:
        return f"all that supports it has this in common: {', '.join(capping)}"
    if rank == 2:
        return "the best design in support has rank 2"
    if one.get("strength") == "strong":
        return (
            "the best design has rank 4, there are two independent lines of it or a meta-analysis, "
            "an interval bears the direction out, and it is more than an association"
        )
    return f"neither limited nor strong: {'; '.join(_short_of_strong(one, rank))}"


def _short_of_strong(one: Mapping[str, str], rank: int) -> list[str]:
    """Say what keeps an answer from being strong, as far as the stored components tell."""
    stated, excluding = (int(one.get(name, 0)) for name in ("intervalsStated", "intervalsExcludingNoEffect"))
    borne_out = stated > excluding if one.get("bestDirection") == "no-clear-effect" else excluding > 0
    lacks = {
        "the best design has rank 3": rank < 4,
        "it is an association only": one.get("associationOnly") == "true",
        "its direction is mixed": one.get("bestDirection") == "mixed",
        "no interval bears the direction out": not borne_out and one.get("bestDirection") != "mixed",
    }
    found = [words for words, lacking in lacks.items() if lacking]
    return found or ["fewer than two independent lines of the best rank, and no meta-analysis"]


def derive(evidence: Iterable[Triple], schemes: Iterable[Triple]) -> Iterator[Triple]:
    """Derive propositions, their strength, and the evidenced edges from what was read.

    `evidence` holds the asserted data (the intended statements included), `schemes` the concept schemes
    with the rank of each design and the no-effect value of each metric.
    """
    index = Index([*evidence, *schemes])
    roles = dict(_roles(index))
    kinds = dict(_kinds(index))
    questions: dict[tuple[NamedNode, NamedNode | None, bool, NamedNode], list[Finding]] = defaultdict(list)
    for f in Reader(index).findings():
        questions[f.subject, f.moderates, f.is_moderation, f.object].append(f)
    for (subject, moderates, is_moderation, object_), findings in sorted(questions.items(), key=str):
        account = Account(findings)
        iri = address_of(subject, object_, moderates, is_moderation=is_moderation)
        yield from _proposition(iri, subject, object_, account, kinds[subject], roles[object_])
        if is_moderation:
            yield from _moderation(iri, subject, moderates, account)
        else:
            yield from _edges(subject, object_, account, kinds[subject], roles[object_])
    asked = {(subject, object_) for subject, _, is_moderation, object_ in questions if not is_moderation}
    yield from _unasked(index, asked)
    yield from _disparities(index)


def _roles(index: Index) -> Iterator[tuple[NamedNode, str]]:
    for factor in index.of_type(term("RiskFactor")):
        yield factor, "risk"
    for factor in index.of_type(term("ProtectiveFactor")):
        yield factor, "protective"
    for outcome in index.of_type(term("Outcome")):
        yield outcome, slug(index.text(outcome, term("valence")) or "")


def _kinds(index: Index) -> Iterator[tuple[NamedNode, str]]:
    for name in _SUBJECT_KINDS:
        for iri in index.of_type(term(name)):
            yield iri, "factor" if name.endswith("Factor") else name.lower()


def address_of(
    subject: NamedNode,
    object_: NamedNode,
    moderates: NamedNode | None = None,
    *,
    is_moderation: bool = False,
) -> NamedNode:
    """Return the address of the proposition on a subject and an object; it may be that nobody has asked.

    >>> address_of(thing("factor", "poverty"), thing("outcome", "anxiety")).value
    'https://w3id.org/resgraph/id/proposition/poverty--anxiety'
    """
    middle = [slug(moderates.value) if moderates else "moderation"] if is_moderation else []
    return thing("proposition", "--".join([slug(subject.value), *middle, slug(object_.value)]))


def _proposition(
    iri: NamedNode, subject: NamedNode, object_: NamedNode, account: Account, kind: str, role: str
) -> Iterator[Triple]:
    yield Triple(iri, TYPE, term("Proposition"))
    yield Triple(iri, term("subject"), subject)
    yield Triple(iri, term("object"), object_)
    for f in account.findings:
        yield Triple(iri, term("hasFinding"), f.iri)
        yield Triple(iri, term(FINDS[f.says]), f.iri)
    for answer in sorted(_answers(account, kind, role)):
        yield Triple(iri, term("answer"), concept("answer", answer))
    overall = _answer(account.direction or "no-study", kind, role)
    yield Triple(iri, term("overallAnswer"), concept("answer", overall))
    if account.direction is not None:
        yield from _strength(iri, account)


def _answers(account: Account, kind: str, role: str) -> set[str]:
    said = {_answer(f.says, kind, role) for f in account.findings}
    said.add(_answer(account.direction or "no-study", kind, role))
    if kind == "intervention" and any(f.harms_some for f in account.findings):
        said.add("harm")
    if account.usable:
        said.discard("no-evidence")
    return said


def _answer(says: str, kind: str, role: str) -> str:
    if says in ("increases", "decreases"):
        if kind == "intervention":
            return "benefit" if (says == "increases") == (role in GOOD) else "harm"
        return "raises" if says == "increases" else "lowers"
    return {"no-clear-effect": "no-effect", "no-study": "no-evidence"}.get(says, says)


def _strength(iri: NamedNode, account: Account) -> Iterator[Triple]:
    support = account.supporting
    for f in support:
        yield Triple(iri, term("restsOnFinding"), f.iri)
    yield Triple(iri, term("bestDirection"), concept("relation", str(account.direction)))
    concepts = {
        "strength": ("strength", account.strength),
        "bestDesign": ("design", account.best.design),
        "consistency": ("consistency", account.consistency),
        "sampleSize": ("sample-size", account.sample_size),
        "evaluator": ("evaluator", account.evaluator),
    }
    for name, (scheme, value) in concepts.items():
        if value is not None:
            yield Triple(iri, term(name), concept(scheme, value))
    for name in account.basis:
        yield Triple(iri, term("restsOn"), concept("basis", name))
    follow_up = max((f.follow_up for f in support if f.follow_up is not None), default=None)
    numbers = {
        "designRank": account.best.rank,
        "independentStudies": account.studies,
        "reviews": account.reviews,
        "intervalsStated": len(account.intervals),
        "intervalsExcludingNoEffect": sum(account.intervals),
    }
    for name, number in numbers.items():
        yield Triple(iri, term(name), Literal(str(number), datatype=NamedNode(XSD + "integer")))
    if follow_up is not None:
        yield Triple(
            iri, term("longestFollowUpMonths"), Literal(str(follow_up), datatype=NamedNode(XSD + "decimal"))
        )
    yield Triple(iri, term("ukEvidence"), _boolean(any(f.in_uk for f in support)))
    yield Triple(iri, term("associationOnly"), _boolean(account.is_association))
    for words in sorted({words for f in support for words in f.where}):
        yield Triple(iri, term("holdsWhere"), Literal(words, language="en"))
    years = [f.year for f in support if f.year]
    if years:
        yield Triple(iri, term("newestYear"), Literal(max(years), datatype=NamedNode(XSD + "gYear")))


def _boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=NamedNode(XSD + "boolean"))


def _edges(
    subject: NamedNode, object_: NamedNode, account: Account, kind: str, role: str
) -> Iterator[Triple]:
    if account.is_narrow:
        return  # for some, or under a condition: a bare edge would hide that
    up, down = EDGES[kind, role]
    names = {"increases": up, "decreases": down}.get(account.direction or "", ())
    for name in names:
        yield Triple(subject, term(name), object_)


def _moderation(
    iri: NamedNode, subject: NamedNode, moderates: NamedNode | None, account: Account
) -> Iterator[Triple]:
    yield Triple(iri, TYPE, term("ModerationProposition"))
    if moderates is None:
        return
    yield Triple(iri, term("moderates"), moderates)
    if account.direction in ("buffers", "amplifies") and not account.is_narrow:
        yield Triple(subject, term(account.direction), moderates)


def _unasked(index: Index, asked: set[tuple[NamedNode, NamedNode]]) -> Iterator[Triple]:
    """What is intended or expected and nobody has looked at is a question with no evidence."""
    for kind, name in (
        ("Intervention", "aimsToBuild"),
        ("Intervention", "aimsToReduce"),
        ("Determinant", "expectedToInfluence"),
    ):
        for subject in index.of_type(term(kind)):
            for object_ in index.values(subject, term(name)):
                if isinstance(object_, NamedNode) and (subject, object_) not in asked:
                    iri = address_of(subject, object_)
                    yield Triple(iri, TYPE, term("Proposition"))
                    yield Triple(iri, term("subject"), subject)
                    yield Triple(iri, term("object"), object_)
                    yield Triple(iri, term("answer"), concept("answer", "no-evidence"))
                    yield Triple(iri, term("overallAnswer"), concept("answer", "no-evidence"))


def _disparities(index: Index) -> Iterator[Triple]:
    evidence = (NamedNode(CITO + "citesAsEvidence"), NamedNode(DCTERMS + "source"))
    for disparity in index.of_type(term("Disparity")):
        group = index.value(disparity, term("group"))
        factor = index.value(disparity, term("factor"))
        more = index.text(disparity, term("disparity")) == concept("disparity", "more").value
        shown = any(index.values(disparity, predicate) for predicate in evidence)
        if isinstance(group, NamedNode) and factor is not None and shown:
            yield Triple(group, term("facesMore" if more else "hasLess"), factor)


__all__ = ["EDGES", "FINDS", "Account", "Finding", "Reader", "deciding", "derive"]
