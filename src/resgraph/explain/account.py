"""What findings say on a link: for it, against it and beside it; how firm it is, and by which line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pyoxigraph import Literal as LiteralTerm
from pyoxigraph import NamedNode, Triple

from resgraph.evidence import FINDS, deciding
from resgraph.explain.knowledge import Knowledge
from resgraph.paths import Backing, Edge
from resgraph.vocab import ID, NS, concept, shorten, slug, term

_MODERATION: Final = (term("buffers"), term("amplifies"))
_DISPARITY: Final[Mapping[NamedNode, str]] = {term("facesMore"): "more", term("hasLess"): "less"}
_PROPOSITION: Final = ID + "proposition/"
#: The components that are shown, in the order of the page on strength, each with its words.
_COMPONENTS: Final[Mapping[str, str]] = {
    "bestDesign": "best design",
    "designRank": "its rank",
    "independentStudies": "independent studies",
    "reviews": "reviews",
    "consistency": "consistency",
    "sampleSize": "largest sample",
    "intervalsStated": "intervals stated",
    "intervalsExcludingNoEffect": "of these, excluding no effect",
    "longestFollowUpMonths": "longest follow-up in months",
    "ukEvidence": "evidence from the United Kingdom",
    "evaluator": "evaluator",
    "associationOnly": "association only",
    "restsOn": "all support rests on",
    "holdsWhere": "holds where",
    "newestYear": "newest year",
}

_ORDER: Final = ("", "very-limited", "limited", "moderate", "strong")

Role = Literal["supports", "disputes", "beside"]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding on a question. What stands `beside` agrees, but does not count, by the rule."""

    name: str
    label: str
    role: Role
    says: str
    design: str
    participants: str
    estimate: str
    source: str
    source_label: str
    place: str


@dataclass(frozen=True, slots=True)
class Account:
    """A question, the answer that findings amount to, how firm it is and why."""

    name: str
    label: str
    answer: str
    strength: str
    #: the line of the rule that decided on the strength, in words
    rule: str
    components: tuple[tuple[str, str], ...]
    findings: tuple[Found, ...]
    #: the direction best supported, and how many findings say what
    direction: str = ""
    says: Mapping[str, int] = field(default_factory=dict, hash=False)
    #: what it rests on where no finding is cited, by name and label
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def drawn_from(self) -> tuple[tuple[str, str], ...]:
        """The sources of the support, each once, by name and label."""
        cited = ((each.source, each.source_label) for each in self.of("supports") if each.source)
        return tuple(dict.fromkeys((*cited, *self.sources)))

    def of(self, role: Role) -> list[Found]:
        """Return the findings with a role."""
        return [each for each in self.findings if each.role == role]


def account_of(knowledge: Knowledge, t: Triple) -> Account | None:
    """Return what findings say on a link between two things, or on a proposition; None when nobody asked."""
    if not isinstance(t.subject, NamedNode):
        return None
    if t.subject.value.startswith(_PROPOSITION):
        return _proposition(knowledge, t.subject)
    if not isinstance(t.object, NamedNode):
        return None
    if t.predicate in _DISPARITY:
        return _disparity(knowledge, t.subject, t.predicate, t.object)
    asked = "rg:moderates" if t.predicate in _MODERATION else "rg:object"
    only = "" if t.predicate in _MODERATION else "FILTER NOT EXISTS { ?x a rg:ModerationProposition }"
    query = f"SELECT ?x {{ ?x a rg:Proposition ; rg:subject {t.subject} ; {asked} {t.object} {only} }}"
    found = sorted(str(x.value) for (x,) in knowledge.rows(query) if isinstance(x, NamedNode))
    return _best(knowledge, found)


def _best(knowledge: Knowledge, propositions: Iterable[str]) -> Account | None:
    """Of several questions that a factor softens a risk, return the most firmly answered one."""
    accounts = [_proposition(knowledge, NamedNode(iri)) for iri in propositions]
    return max(accounts, key=lambda each: _ORDER.index(each.strength), default=None)


def _proposition(knowledge: Knowledge, iri: NamedNode) -> Account:
    said: dict[str, list[str]] = {}
    for predicate, value in knowledge.rows(f"SELECT ?p ?o {{ {iri} ?p ?o }} ORDER BY ?p ?o"):
        if isinstance(predicate, NamedNode) and predicate.value.startswith(NS):
            text = slug(value.value) if isinstance(value, NamedNode) else getattr(value, "value", "")
            said.setdefault(predicate.value.removeprefix(NS), []).append(text)
    one = {name: values[0] for name, values in said.items()}
    components = tuple((words, ", ".join(said[name])) for name, words in _COMPONENTS.items() if name in said)
    return Account(
        name=shorten(iri.value),
        label=knowledge.label(iri),
        answer=one.get("overallAnswer", ""),
        strength=one.get("strength", ""),
        rule=deciding(said) if "strength" in one else "an answer of no evidence has no strength",
        components=components,
        direction=one.get("bestDirection", ""),
        says={says: len(said[name]) for says, name in FINDS.items() if name in said and says != "no-study"},
        findings=_findings(
            knowledge,
            f"{iri} rg:hasFinding ?finding",
            one.get("bestDirection", ""),
            f"{iri} rg:restsOnFinding ?finding",
        ),
    )


def _disparity(knowledge: Knowledge, group: NamedNode, link: NamedNode, factor: NamedNode) -> Account | None:
    way = _DISPARITY[link]
    stated = f"rg:group {group} ; rg:factor {factor} ; rg:disparity {concept('disparity', way)}"
    query = f"SELECT ?x {{ ?x {stated} }} ORDER BY ?x"
    found = [x for (x,) in knowledge.rows(query) if isinstance(x, NamedNode)]
    if not found:
        return None
    iri = found[0]
    cited = knowledge.rows(f"SELECT ?x {{ {iri} dcterms:source ?x }} ORDER BY ?x")
    sources = tuple((shorten(x.value), knowledge.label(x)) for (x,) in cited if isinstance(x, NamedNode))
    return Account(
        name=shorten(iri.value),
        label=knowledge.label(iri),
        answer=f"the group has {way} of it than others",
        strength="",
        rule="a disparity makes an edge when a finding or a source is given for it",
        components=(),
        direction="disparity",
        says={"disparity": 1},
        findings=_findings(
            knowledge, f"{iri} cito:citesAsEvidence ?finding", "", f"{iri} cito:citesAsEvidence ?finding"
        ),
        sources=sources,
    )


def _findings(knowledge: Knowledge, asked: str, direction: str, support: str) -> tuple[Found, ...]:
    query = f"""
SELECT ?finding ?relation ?supports ?design ?n ?estimate ?source {{
  {asked} .
  OPTIONAL {{ ?finding rg:relation ?relation }}
  OPTIONAL {{ ?finding rg:design ?design }}
  OPTIONAL {{ ?finding rg:participants ?n }}
  OPTIONAL {{ ?finding rg:estimate/rg:asPublished ?estimate }}
  OPTIONAL {{ ?finding prov:hadPrimarySource ?source }}
  BIND(EXISTS {{ {support} }} AS ?supports)
}} ORDER BY ?finding ?estimate"""
    rows = knowledge.rows(query)
    knowledge.learn(node for row in rows for node in row)
    found: dict[str, Found] = {}
    for finding, relation, supports, design, n, estimate, source in rows:
        if not isinstance(finding, NamedNode) or finding.value in found:
            continue
        says = slug(relation.value) if isinstance(relation, NamedNode) else ""
        agrees = isinstance(supports, LiteralTerm) and supports.value == "true"
        found[finding.value] = Found(
            name=shorten(finding.value),
            label=knowledge.label(finding),
            role="supports" if agrees else "beside" if says == direction else "disputes",
            says=knowledge.label(relation) if relation else "",
            design=knowledge.label(design) if design else "",
            participants=getattr(n, "value", ""),
            estimate=getattr(estimate, "value", ""),
            source=shorten(source.value) if isinstance(source, NamedNode) else "",
            source_label=knowledge.label(source) if source else "",
            place=knowledge.places.home(finding),
        )
    order = ("supports", "disputes", "beside")
    return tuple(sorted(found.values(), key=lambda each: (order.index(each.role), each.name)))


def standing_of(knowledge: Knowledge, t: Triple, account: Account | None) -> str:
    """Return how firmly a link between two things stands: one of `resgraph.paths.STANDINGS`."""
    ways: dict[str, list[str]] = {"evidenced": [], "intended": []}
    asked = f"GRAPH ?g {{ {t.subject} ?p {t.object} }} VALUES ?g {{ graph:evidenced graph:intended }}"
    for way, place in knowledge.rows(f"SELECT ?p ?g {{ {asked} }} ORDER BY ?p"):
        if isinstance(way, NamedNode) and isinstance(place, NamedNode):
            ways[slug(place.value)].append(slug(way.value))
    backing = () if account is None else (_backing(account),)
    # What an edge leads to and from does not matter to how it stands.
    edge = Edge(None, None, tuple(ways["evidenced"]), tuple(ways["intended"]), (), backing)  # type: ignore[arg-type]
    return edge.standing


def _backing(account: Account) -> Backing:
    moderation = account.direction in ("buffers", "amplifies")
    strength, direction = account.strength or None, account.direction or None
    return Backing(account.name, account.answer, strength, direction, moderation, account.says)
