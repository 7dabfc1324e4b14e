"""What a finding's estimate says, as one plain record: the one seam between the statistics and the graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from pyoxigraph import NamedNode, Quad

from resgraph.results import to_python
from resgraph.vocab import DCTERMS, LABEL, NS, PROV, TYPE, slug, term

if TYPE_CHECKING:
    from resgraph.results import Answer, Value
    from resgraph.store import Term


class Addressed(Protocol):
    """Anything with an address."""

    @property
    def iri(self) -> str:
        """The address."""


class Asks(Protocol):
    """Anything that answers SPARQL: a graph."""

    def query(self, text: str, /, **values: Any) -> Answer:
        """Answer a query, with values for some of its variables."""


class Viewed(Addressed, Protocol):
    """A thing of which can be asked what is stated of it."""

    def values(self, predicate: str) -> Sequence[Term]:
        """Return the values of a property, by its address."""


class World(Protocol):
    """Where things are viewed: a graph at hand, or a document."""

    def at(self, iri: str) -> Viewed:
        """Return the view of a thing."""

    def pointing(self, iri: str, predicate: str) -> Iterable[Quad]:
        """Return the statements with this property whose value a thing is."""


#: A thing or its address, or several of them.
Asked = str | Addressed | Iterable[str | Addressed]

#: Every property of the findings asked for and of what they point at, one row each.
_QUERY: Final = """
SELECT ?finding ?about ?property ?value {
  ?finding rg:subject ?subject ; rg:object ?object ; prov:hadPrimarySource ?source .
  { ?finding ?property ?value BIND("finding" AS ?about) }
  UNION { ?finding rg:estimate ?estimate . ?estimate ?property ?value BIND("estimate" AS ?about) }
  UNION { ?finding rg:design ?design . ?design ?property ?value BIND("design" AS ?about) }
  UNION { ?finding rg:object ?on . ?on ?property ?value BIND("object" AS ?about)
          VALUES ?property { rdf:type rg:valence } }
  UNION { ?finding prov:hadPrimarySource/^rg:reportedBy ?value BIND("study" AS ?about) }
  UNION { ?finding prov:hadPrimarySource/^dcterms:replaces ?value BIND("newer" AS ?about) }
  UNION { ?finding prov:hadPrimarySource ?read . ?read ?property ?value BIND("source" AS ?about)
          VALUES ?property { dcterms:isVersionOf dcterms:isReplacedBy dcterms:issued rg:recordStatus
                             rdfs:label } }
}"""

#: the property of what points at a source: the row itself says it
_LINK: Final = ""
#: The same, thing by thing: what a finding leads to, and what leads to its source.
_AHEAD: Final = {
    "estimate": NS + "estimate",
    "design": NS + "design",
    "object": NS + "object",
    "source": PROV + "hadPrimarySource",
}
_BACK: Final = {"study": NS + "reportedBy", "newer": DCTERMS + "replaces"}
_GOOD: Final = (term("ProtectiveFactor").value, "desirable")
_BAD: Final = (term("RiskFactor").value, "undesirable")
#: findings that ask another question than whether the subject changes the object
_QUESTIONS: Final = {"EmptyReview": "empty-review", "ModerationFinding": "moderation"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a finding says on the size of one effect, as published. What is `None` or empty is not known.

    Concepts are given by their slugs (``odds-ratio``), things by their addresses. The last three fields are
    never in the graph: a reader who knows them from elsewhere sets them with `dataclasses.replace`.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.effects import effects_of
    >>> read = effects_of(g, g.intervention("kiva"), g.factor("bullying-victimisation"))[1].reading
    >>> read.printed, read.year, read.design
    ('0.87 (0.78 to 0.97)', 2024, 'cluster-rct')
    """

    finding: str
    subject: str
    object: str
    #: what the finding answers: ``effect``, ``moderation``, ``mediation`` or ``empty-review``
    question: str = "effect"
    #: what it says in words: ``increases``, ``decreases``, ``no-clear-effect``, ``mixed`` ...
    says: str = "mixed"
    #: whether more of the object is good for the child
    more_is_good: bool | None = None
    metric: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    #: of the interval, in percent
    level: int | None = None
    #: the p-value, as printed
    p: str | None = None
    #: value and interval with the digits as printed
    printed: str = ""
    orientation: str | None = None
    orientation_assumed: bool = False
    metric_inferred: bool = False
    participants: int | None = None
    #: whether the participants are those of this analysis, and not of the whole source
    participants_analysed: bool = False
    design: str = "report"
    rank: int = 0
    is_review: bool = False
    source: str = ""
    #: the studies that the source reports, or the review of which it is an edition, or the source itself
    lines: tuple[str, ...] = ()
    #: superseded or withdrawn
    out_of_date: bool = False
    follow_up_months: float | None = None
    #: who the effect is about, when it is about a part of the sample
    part: tuple[str, ...] = ()
    #: under which condition it holds, when it does not hold everywhere
    condition: tuple[str, ...] = ()
    group_gap: bool = False
    modelled: bool = False
    #: a change over calendar years, of a gap or a level
    trend: bool = False
    #: the effect is that of several things together
    bundle: bool = False
    #: what people met who met the subject, in words
    exposure: str | None = None
    #: where a figure is our own arithmetic, or one end of a range
    derivations: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    comparator: str | None = None
    analyses: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    year: int | None = None
    label: str = ""
    #: the share of people with the event in the comparison group, between 0 and 1
    baseline_risk: float | None = None
    #: standard deviation of the measure among pupils, in its own units
    standard_deviation: float | None = None
    #: people analysed in the two groups
    groups: tuple[int, int] | None = None


_TOGETHER: Final = ("component", "bundledWith", "coExposure")


class _Facts(ABC):
    """The statements on one finding: by what they are about, and by property."""

    @abstractmethod
    def read(self, about: str, name: str) -> Iterable[Value]:
        """Return the values of a property, by its address."""

    def all(self, about: str, name: str) -> tuple[str, ...]:
        found = self.read(about, name if ":" in name or not name else NS + name)
        return tuple(sorted(map(str, found))) if found else ()

    def slugs(self, about: str, name: str) -> tuple[str, ...]:
        return tuple(sorted(slug(value) for value in self.all(about, name)))

    def one(self, about: str, name: str) -> str | None:
        return next(iter(self.all(about, name)), None)

    def slug(self, about: str, name: str) -> str | None:
        return next(iter(self.slugs(about, name)), None)

    def number(self, about: str, name: str) -> float | None:
        text = self.one(about, name)
        return None if text is None else float(text)

    def whole(self, about: str, name: str) -> int | None:
        number = self.number(about, name)
        return None if number is None else int(number)

    def true(self, about: str, name: str) -> bool:
        return self.one(about, name) == "True"


class _Rows(_Facts):
    """Those that came as rows of an answer."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], list[Value]] = defaultdict(list)

    def add(self, about: str, name: str, value: Value) -> None:
        self._values[about, name].append(value)

    def read(self, about: str, name: str) -> Iterable[Value]:
        return self._values.get((about, name), ())


class _Views(_Facts):
    """Those of things that are viewed."""

    def __init__(self, world: World, finding: str) -> None:
        self._world = world
        self._about = {"finding": [world.at(finding)]}
        for about, name in _AHEAD.items():
            self._about[about] = [world.at(iri) for iri in self.all("finding", name)]

    def read(self, about: str, name: str) -> Iterable[Value]:
        if about in _BACK:
            sources = self._about["source"]
            return [to_python(q.subject) for s in sources for q in self._world.pointing(s.iri, _BACK[about])]
        return [to_python(term) for each in self._about[about] for term in each.values(name)]


def readings_of(
    graph: Asks,
    subject: Asked | None = None,
    object: Asked | None = None,  # noqa: A002 (the word of the ontology)
) -> list[Reading]:
    """Return what every finding of a subject on an object says, by address of the finding.

    `subject` and `object` are things or their addresses, or several of them; `None` stands for any.
    Further, contrasting and bias-adjusted estimates are left out: they are other views of the same sample.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> kiva, bullied = g.intervention("kiva"), g.factor("bullying-victimisation")
    >>> for each in readings_of(g, kiva, bullied)[:2]:
    ...     print(each.metric, each.printed, each.follow_up_months, each.more_is_good)
    odds-ratio 0.76 (0.55 to 1.06) 12.0 False
    odds-ratio 0.87 (0.78 to 0.97) 12.0 False
    """
    asked = {"subject": subject, "object": object}
    values: dict[str, Any] = {name: _nodes(value) for name, value in asked.items() if value is not None}
    facts: dict[str, _Rows] = defaultdict(_Rows)
    for row in graph.query(_QUERY, **values):
        facts[str(row["finding"])].add(str(row["about"]), str(row["property"] or ""), row["value"])
    return [_reading(finding, facts[finding]) for finding in sorted(facts)]


def reading_in(world: World, finding: str) -> Reading:
    """Return what one finding says, read thing by thing: where all it leads to is at hand.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> kiva, bullied = g.intervention("kiva"), g.factor("bullying-victimisation")
    >>> one = readings_of(g, kiva, bullied)[0]
    >>> reading_in(g, one.finding) == one
    True
    """
    return _reading(finding, _Views(world, finding))


class Glance(NamedTuple):
    """What one wants to know of a finding before it is read whole: see `Reading`.

    >>> Glance("decreases", False, 4, 240).rank
    4
    """

    says: str
    more_is_good: bool | None
    rank: int
    participants: int | None


def glance_in(world: World, finding: str) -> Glance:
    """Return what a finding says, and how much it can be relied on; a tenth of the work of reading it.

    >>> import resgraph
    >>> from resgraph.vocab import ID
    >>> glance_in(resgraph.load(), ID + "finding/bowes-2024--kiva--bullying-victimisation")
    Glance(says='decreases', more_is_good=False, rank=4, participants=11111)
    """
    facts = _Views(world, finding)
    says = facts.slug("finding", "relation") or "mixed"
    rank = facts.whole("design", "rank") or 0
    return Glance(says, _more_is_good(facts), rank, facts.whole("finding", "participants"))


def addresses(asked: Asked) -> list[str]:
    """Return the addresses of what is asked for: of a thing, an address, or several of them.

    >>> addresses("http://example.org/a")
    ['http://example.org/a']
    """
    each = asked if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked]
    return [one if isinstance(one, str) else one.iri for one in each]


def _nodes(asked: Asked) -> list[NamedNode]:
    return [NamedNode(iri) for iri in addresses(asked)]


def _reading(finding: str, facts: _Facts) -> Reading:
    return Reading(
        finding=finding,
        subject=facts.one("finding", "subject") or "",
        object=facts.one("finding", "object") or "",
        label=facts.one("source", LABEL.value) or slug(finding),
        question=_question(facts),
        more_is_good=_more_is_good(facts),
        countries=facts.slugs("finding", "country"),
        year=facts.whole("source", DCTERMS + "issued"),
        **_estimate(facts),
        **_study(facts),
        **_circumstances(facts),
    )


def _estimate(facts: _Facts) -> Mapping[str, Any]:
    return {
        "metric": facts.slug("estimate", "metric"),
        "value": facts.number("estimate", "value"),
        "low": facts.number("estimate", "lowerLimit"),
        "high": facts.number("estimate", "upperLimit"),
        "level": facts.whole("estimate", "confidenceLevel"),
        "p": facts.one("estimate", "pValue"),
        "printed": facts.one("estimate", "asPublished") or "",
        "orientation": facts.slug("estimate", "orientation"),
        "orientation_assumed": facts.true("estimate", "orientationAssumed"),
        "metric_inferred": facts.true("estimate", "metricInferred"),
    }


def _study(facts: _Facts) -> Mapping[str, Any]:
    source = facts.one("finding", PROV + "hadPrimarySource") or ""
    lines = facts.all("study", _LINK) or facts.all("source", DCTERMS + "isVersionOf") or (source,)
    newer = facts.all("newer", _LINK) or facts.all("source", DCTERMS + "isReplacedBy")
    return {
        "design": facts.slug("finding", "design") or "report",
        "rank": facts.whole("design", "rank") or 0,
        "is_review": facts.true("design", "synthesis"),
        "source": source,
        "lines": lines,
        "out_of_date": bool(newer or facts.all("source", "recordStatus")),
        "participants": facts.whole("finding", "participants"),
        "participants_analysed": facts.slug("finding", "sampleScope") == "finding",
    }


def _circumstances(facts: _Facts) -> Mapping[str, Any]:
    return {
        "says": facts.slug("finding", "relation") or "mixed",
        "follow_up_months": facts.number("finding", "followUpMonths"),
        "part": facts.all("finding", "populationSubgroup"),
        "condition": facts.all("finding", "condition"),
        "group_gap": facts.true("finding", "comparisonOfGroups")
        or "group-gap" in facts.slugs("finding", "caveat"),
        "modelled": facts.true("finding", "modelled"),
        "trend": facts.true("finding", "trend"),
        "bundle": any(facts.all("finding", name) for name in _TOGETHER),
        "exposure": facts.one("finding", "exposure"),
        "derivations": facts.slugs("finding", "derivation"),
        "caveats": facts.slugs("finding", "caveat"),
        "comparator": facts.slug("finding", "comparatorType"),
        "analyses": facts.slugs("finding", "analysis"),
        "reporters": facts.slugs("finding", "reporter"),
        "measures": facts.all("finding", "measure"),
    }


def _question(facts: _Facts) -> str:
    kinds = facts.slugs("finding", TYPE.value)
    named = (question for kind, question in _QUESTIONS.items() if kind in kinds)
    one_slope = facts.all("finding", "moderates") or facts.all("estimate", "protection")
    through = "mediation" if facts.all("finding", "mediatedBy") else "effect"
    return next(named, "moderation" if one_slope else through)


def _more_is_good(facts: _Facts) -> bool | None:
    """By the role of a factor, or the valence of an outcome."""
    marks = facts.all("object", TYPE.value) + facts.slugs("object", "valence")
    if any(mark in _GOOD for mark in marks):
        return True
    return False if any(mark in _BAD for mark in marks) else None
