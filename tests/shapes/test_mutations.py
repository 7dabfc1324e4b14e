"""Real records, broken in one way each: validation says so, of that record, and by the right shape."""
# ruff: noqa: E501 (a way to break a record is one line of a table)

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple, parse

from resgraph.sources import packaged
from resgraph.validate import Report, validate
from resgraph.vocab import (
    BIBO,
    CITO,
    COUNTRY,
    DCTERMS,
    FOAF,
    PROV,
    RDFS,
    SHAPE,
    SKOS,
    TYPE,
    XSD,
    concept,
    term,
    thing,
)

Statements = list[Triple]
Change = Callable[[NamedNode, Statements], Statements]
Value = NamedNode | Literal

SEED = 20261122
HOW_MANY = 3


# --- the real data, by subject ---


@cache
def world() -> dict[NamedNode, Statements]:
    by_subject: dict[NamedNode, Statements] = {}
    for file in packaged().data:
        for quad in parse(path=file):
            assert isinstance(quad.subject, NamedNode)
            by_subject.setdefault(quad.subject, []).append(Triple(quad.subject, quad.predicate, quad.object))
    return by_subject


@cache
def surroundings() -> tuple[Quad | Triple, ...]:
    """Classes, concepts and the types of everything: what an extract points to."""
    wanted = {TYPE, NamedNode(RDFS + "subClassOf")}
    words = [q for file in packaged().ontology for q in parse(path=file) if q.predicate in wanted]
    return (*words, *(t for statements in world().values() for t in statements if t.predicate == TYPE))


@cache
def rules() -> tuple[Quad, ...]:
    """Shapes for data: those for the vocabulary itself have nothing to say here."""
    files = [file for file in packaged().shapes if file.name != "terms.ttl"]
    return tuple(quad for file in files for quad in parse(path=file, rename_blank_nodes=True))


@cache
def owners() -> dict[NamedNode, NamedNode]:
    """The finding of each estimate."""
    links = {term(n) for n in ("estimate", "contrastEstimate", "biasAdjustedEstimate", "furtherEstimate")}
    triples = (t for statements in world().values() for t in statements if t.predicate in links)
    return {t.object: t.subject for t in triples}  # type: ignore[misc]


def extract(subject: NamedNode) -> Statements:
    """A record with what belongs to it: a finding with its estimates."""
    finding = owners().get(subject, subject)
    parts = [estimate for estimate, owner in owners().items() if owner == finding]
    return [triple for part in (finding, *parts) for triple in world()[part]]


# --- ways to break a record ---


@dataclass(frozen=True)
class Kind:
    """One way to break a record, and the shape that must notice."""

    name: str
    shape: str
    #: class of the records to break
    of: str
    change: Change
    #: properties that the records must have
    having: tuple[NamedNode, ...] = ()
    #: the one concept that the first of these must have
    being: NamedNode | None = None


def rg(name: str) -> NamedNode:
    return term(name)


def text(words: str, language: str | None = "en") -> Literal:
    return Literal(words, language=language)


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


def without(prop: NamedNode) -> Change:
    return lambda s, ts: [t for t in ts if (t.subject, t.predicate) != (s, prop)]


def also(prop: NamedNode, *values: Value) -> Change:
    return lambda s, ts: [*ts, *(Triple(s, prop, value) for value in values)]


def instead(prop: NamedNode, *values: Value) -> Change:
    return lambda s, ts: also(prop, *values)(s, without(prop)(s, ts))


def both(*changes: Change) -> Change:
    def apply(subject: NamedNode, triples: Statements) -> Statements:
        for change in changes:
            triples = change(subject, triples)
        return triples

    return apply


def swapped(one: NamedNode, other: NamedNode) -> Change:
    """Two properties change their values, which are made to differ."""
    names = {one: other, other: one}
    return lambda s, ts: [
        Triple(t.subject, names.get(t.predicate, t.predicate), t.object) if t.subject == s else t for t in ts
    ]


def itself(prop: NamedNode) -> Change:
    return lambda s, ts: [*without(prop)(s, ts), Triple(s, prop, s)]


def copied(source: NamedNode, target: NamedNode) -> Change:
    """One property takes over the value of another."""

    def apply(subject: NamedNode, triples: Statements) -> Statements:
        value = next(t.object for t in triples if (t.subject, t.predicate) == (subject, source))
        return [*without(target)(subject, triples), Triple(subject, target, value)]

    return apply


def twin(subject: NamedNode, triples: Statements) -> Statements:
    """A second thing with the same words."""
    other = NamedNode(subject.value + "-twin")
    return [*triples, *(Triple(other, t.predicate, t.object) for t in triples if t.subject == subject)]


def detagged(prop: NamedNode) -> Change:
    return lambda s, ts: [
        Triple(t.subject, t.predicate, Literal(t.object.value))
        if (t.subject, t.predicate) == (s, prop) and isinstance(t.object, Literal)
        else t
        for t in ts
    ]


def orphaned(subject: NamedNode, triples: Statements) -> Statements:
    return [t for t in triples if t.object != subject]


def renamed(subject: NamedNode, triples: Statements) -> Statements:
    """An address with a capital letter; what is said of the record is said of that address."""
    other = NamedNode(subject.value[:-1] + "Z_")
    return [Triple(other if t.subject == subject else t.subject, t.predicate, t.object) for t in triples]


LABEL, TITLE = NamedNode(SKOS + "prefLabel"), NamedNode(DCTERMS + "title")
DEFINITION, DESCRIPTION = NamedNode(SKOS + "definition"), NamedNode(DCTERMS + "description")
SOURCE, PRIMARY = NamedNode(DCTERMS + "source"), NamedNode(PROV + "hadPrimarySource")
ISSUED, DOI, PMID = NamedNode(DCTERMS + "issued"), NamedNode(BIBO + "doi"), NamedNode(BIBO + "pmid")
EVIDENCE = NamedNode(CITO + "citesAsEvidence")
RISK, PROTECTIVE = thing("factor", "poverty"), thing("factor", "resilience")
FRIENDS, GIRLS = thing("intervention", "friends"), thing("population", "girls")
NOWHERE = thing("finding", "nobody-1999--nothing--nowhere")
NUMBER = typed("0.3", "decimal")
ODDS, R = concept("metric", "odds-ratio"), concept("metric", "correlation-r")


KINDS = [
    # findings
    Kind("finding without source", "FindingSource", "Finding", without(PRIMARY)),
    Kind("two sources", "FindingSource", "Finding", also(PRIMARY, thing("source", "extra-2020"))),
    Kind("source that is not recorded", "PrimarySourceIsSource", "Finding", instead(PRIMARY, thing("source", "x"))),
    Kind("source that is a group", "PrimarySourceIsSource", "Finding", instead(PRIMARY, GIRLS)),
    Kind("source in words", "PrimarySourceIsSource", "Finding", instead(PRIMARY, text("Kuyken 2022"))),
    Kind("finding without subject", "FindingSubject", "Finding", without(rg("subject"))),
    Kind("two subjects", "FindingSubject", "Finding", also(rg("subject"), RISK, FRIENDS)),
    Kind("subject of the wrong class", "SubjectKind", "Finding", instead(rg("subject"), GIRLS)),
    Kind("subject that does not exist", "SubjectKind", "Finding", instead(rg("subject"), thing("factor", "luck"))),
    Kind("finding without object", "FindingObject", "Finding", without(rg("object"))),
    Kind("object that is an intervention", "ObjectKind", "Finding", instead(rg("object"), FRIENDS)),
    Kind("finding about itself", "SubjectIsNotObject", "Finding", copied(rg("object"), rg("subject"))),
    Kind("finding without relation", "FindingRelation", "Finding", without(rg("relation"))),
    Kind("unknown relation", "RelationConcept", "Finding", instead(rg("relation"), concept("relation", "helps"))),
    Kind("relation of another list", "RelationConcept", "Finding", instead(rg("relation"), concept("answer", "benefit"))),
    Kind("relation in words", "RelationConcept", "Finding", instead(rg("relation"), text("increases"))),
    Kind("finding without design", "FindingDesign", "Finding", without(rg("design"))),
    Kind("two designs", "DesignConcept", "Finding", instead(rg("design"), concept("design", "rct"), concept("design", "cohort"))),
    Kind("unknown reporter", "ReporterConcept", "Finding", also(rg("reporter"), concept("reporter", "neighbour"))),
    Kind("country code in words", "CountryConcept", "Finding", instead(rg("country"), Literal("GB"))),
    Kind("country that does not exist", "CountryConcept", "Finding", also(rg("country"), NamedNode(COUNTRY + "XQX"))),
    Kind("swapped ages", "AgesInOrder", "Finding", both(instead(rg("minimumAge"), typed("15", "integer")), instead(rg("maximumAge"), typed("7", "integer")))),
    Kind("age of 300", "MinimumAgeRange", "Finding", instead(rg("minimumAge"), typed("300", "integer"))),
    Kind("age in words", "MaximumAgeRange", "Finding", instead(rg("maximumAge"), text("fourteen"))),
    Kind("age with a fraction", "MinimumAgeRange", "Finding", instead(rg("minimumAge"), typed("7.5", "decimal"))),
    Kind("measured before birth", "MeasuredAgeRange", "Finding", instead(rg("ageAtMeasurement"), typed("-1", "integer"))),
    Kind("negative follow-up", "FollowUpRange", "Finding", instead(rg("followUpMonths"), typed("-3.0", "decimal"))),
    Kind("follow-up of two hundred years", "FollowUpRange", "Finding", instead(rg("followUpMonths"), typed("2400.0", "decimal"))),
    Kind("two follow-ups", "FollowUpRange", "Finding", instead(rg("followUpMonths"), typed("6.0", "decimal"), typed("12.0", "decimal"))),
    Kind("nobody took part", "ParticipantsCount", "Finding", instead(rg("participants"), typed("0", "integer"))),
    Kind("half a study", "StudiesCount", "Finding", instead(rg("studies"), typed("2.5", "decimal"))),
    Kind("flag in words", "FindingFlags", "Finding", also(rg("causal"), text("yes"))),
    Kind("words without language", "FindingWords", "Finding", detagged(rg("population")), (rg("population"),)),
    Kind("words in another language", "FindingWords", "Finding", also(rg("dose"), text("dix leçons", "fr"))),
    Kind("group that is a factor", "ConcernedGroup", "Finding", also(rg("populationGroup"), RISK)),
    Kind("moderation without risk", "ModerationRisk", "ModerationFinding", without(rg("moderates"))),
    Kind("moderation of a protection", "ModeratesRiskFactor", "ModerationFinding", instead(rg("moderates"), PROTECTIVE)),
    Kind("moderation of itself", "ModeratorIsNotRisk", "ModerationFinding", copied(rg("subject"), rg("moderates"))),
    Kind("plain finding that moderates", "OfModerations", "ModerationFinding", lambda s, ts: [t for t in ts if t.object != rg("ModerationFinding")], (rg("moderates"),)),
    Kind("mediation without mediator", "MediationThrough", "MediationFinding", without(rg("mediatedBy"))),
    Kind("mediator that is the object", "MediatorIsBetween", "MediationFinding", copied(rg("object"), rg("mediatedBy"))),
    Kind("mediator that is a programme", "MediatorKind", "MediationFinding", instead(rg("mediatedBy"), FRIENDS)),
    Kind("estimate that is a number", "EstimateLink", "Finding", instead(rg("estimate"), NUMBER)),
    Kind("value on the finding", "OfEstimates", "Finding", also(rg("value"), NUMBER)),
    Kind("finding with a DOI", "OfSources", "Finding", also(DOI, Literal("10.1000/182"))),
    Kind("address with capitals", "FindingAddress", "Finding", renamed),
    Kind("misspelt property", "FindingProperties", "Finding", also(rg("folowUpMonths"), typed("12.0", "decimal"))),
    Kind("misspelt property of a source", "SourceProperties", "Source", also(NamedNode(BIBO + "DOI"), Literal("10.1000/182"))),
    # estimates
    Kind("value outside its interval", "ValueBelowUpperLimit", "Estimate", instead(rg("value"), typed("999.0", "decimal")), (rg("upperLimit"),)),
    Kind("value under its interval", "ValueAboveLowerLimit", "Estimate", instead(rg("value"), typed("-999.0", "decimal")), (rg("lowerLimit"),)),
    Kind("swapped limits", "IntervalInOrder", "Estimate", both(instead(rg("lowerLimit"), typed("0.9", "decimal")), instead(rg("upperLimit"), typed("0.1", "decimal")))),
    Kind("half an interval", "LowerLimitHasUpper", "Estimate", without(rg("upperLimit")), (rg("lowerLimit"),)),
    Kind("negative ratio", "RatioAboveZero", "Estimate", instead(rg("value"), typed("-1.4", "decimal")), (rg("metric"), rg("value")), ODDS),
    Kind("ratio with a limit of zero", "RatioAboveZero", "Estimate", instead(rg("lowerLimit"), typed("0.0", "decimal")), (rg("metric"), rg("lowerLimit")), ODDS),
    Kind("correlation of 1.4", "CorrelationInRange", "Estimate", instead(rg("value"), typed("1.4", "decimal")), (rg("metric"), rg("value")), R),
    Kind("forty standard deviations", "StandardisedInRange", "Estimate", both(instead(rg("metric"), concept("metric", "smd")), instead(rg("value"), typed("40.0", "decimal")))),
    Kind("prevalence above all", "PercentageInRange", "Estimate", both(instead(rg("metric"), concept("metric", "prevalence-percent")), instead(rg("value"), typed("120.0", "decimal")))),
    Kind("figure without metric", "FigureHasMetric", "Estimate", without(rg("metric")), (rg("value"),)),
    Kind("figure without orientation", "FigureHasOrientation", "Estimate", without(rg("orientation")), (rg("value"),)),
    Kind("unknown metric", "MetricConcept", "Estimate", instead(rg("metric"), concept("metric", "number-needed-to-treat"))),
    Kind("number in words", "ValueNumber", "Estimate", instead(rg("value"), text("large"))),
    Kind("number as a string", "ValueNumber", "Estimate", instead(rg("value"), Literal("0.3"))),
    Kind("address where a number belongs", "ValueNumber", "Estimate", instead(rg("value"), RISK)),
    Kind("confidence level of 950", "ConfidenceLevelRange", "Estimate", instead(rg("confidenceLevel"), typed("950", "integer"))),
    Kind("confidence level as a share", "ConfidenceLevelRange", "Estimate", instead(rg("confidenceLevel"), typed("0.95", "decimal"))),
    Kind("unusual confidence level", "ConfidenceLevelUsual", "Estimate", instead(rg("confidenceLevel"), typed("59", "integer"))),
    Kind("p value of words", "PValueText", "Estimate", instead(rg("pValue"), Literal("sure"))),
    Kind("p value above one", "PValueText", "Estimate", instead(rg("pValue"), Literal("p = 3.5"))),
    Kind("range upside down", "RangeInOrder", "Estimate", swapped(rg("lowestValue"), rg("highestValue")), (rg("lowestValue"),)),
    Kind("range with one end", "RangeHasBothEnds", "Estimate", without(rg("highestValue")), (rg("lowestValue"),)),
    Kind("estimate of no finding", "EstimateOfOneFinding", "Estimate", orphaned),
    # things
    Kind("missing label", "ThingLabel", "RiskFactor", without(LABEL)),
    Kind("label without language", "ThingLabel", "ProtectiveFactor", detagged(LABEL)),
    Kind("two labels", "ThingLabel", "Intervention", also(LABEL, text("Second name"))),
    Kind("label of another thing", "LabelOfOneThing", "Outcome", twin),
    Kind("label with a blank at its end", "TextIsClean", "Determinant", instead(LABEL, text("Housing "))),
    Kind("further name like the label", "OtherNamesDiffer", "Intervention", copied(LABEL, NamedNode(SKOS + "altLabel"))),
    Kind("definition without full stop", "ThingDefinition", "RiskFactor", instead(DEFINITION, text("A bad thing"))),
    Kind("definition without language", "TextHasLanguage", "Outcome", detagged(DEFINITION)),
    Kind("risk and protection at once", "RiskOrProtective", "RiskFactor", also(TYPE, rg("ProtectiveFactor"))),
    Kind("factor without level", "FactorLevel", "ProtectiveFactor", without(rg("level"))),
    Kind("own opposite", "NoCircle", "RiskFactor", itself(rg("oppositeOf"))),
    Kind("opposite of the same role", "OppositeOfRisk", "RiskFactor", instead(rg("oppositeOf"), thing("factor", "loneliness"))),
    Kind("outcome without valence", "OutcomeValence", "Outcome", without(rg("valence"))),
    Kind("outcome without domain", "OutcomeDomain", "Outcome", without(rg("domain"))),
    Kind("determinant without dimension", "DeterminantDimension", "Determinant", without(rg("dimension"))),
    Kind("determinant that influences a group", "ExpectedInfluence", "Determinant", also(rg("expectedToInfluence"), GIRLS)),
    Kind("aim to build a risk", "AimsToBuild", "Intervention", also(rg("aimsToBuild"), RISK)),
    Kind("aim to reduce a protection", "AimsToReduce", "Intervention", also(rg("aimsToReduce"), PROTECTIVE)),
    Kind("aim that is not recorded", "AimsToBuild", "Intervention", also(rg("aimsToBuild"), thing("factor", "luck"))),
    Kind("group with aims", "OfInterventions", "PopulationGroup", also(rg("aimsToBuild"), PROTECTIVE)),
    Kind("intervention without provision", "InterventionProvision", "Intervention", without(rg("provision"))),
    Kind("intervention without source", "InterventionSource", "Intervention", without(SOURCE)),
    Kind("intervention without description", "ThingDescription", "Intervention", without(DESCRIPTION)),
    Kind("source by web address", "ReferenceIsSource", "Intervention", also(SOURCE, NamedNode("https://example.org/x"))),
    Kind("homepage in words", "WebAddress", "Intervention", also(NamedNode(FOAF + "homepage"), Literal("www.example.org"))),
    Kind("own broader type", "NoCircle", "Intervention", itself(NamedNode(SKOS + "broader"))),
    Kind("broader type that is a concept", "BroaderIntervention", "Intervention", instead(NamedNode(SKOS + "broader"), concept("provision", "universal"))),
    Kind("rating of nothing", "RatingSubject", "Rating", without(rg("rates"))),
    Kind("rating of a source", "RatedIsIntervention", "Rating", instead(rg("rates"), thing("source", "eef-toolkit"))),
    Kind("rating in years", "MonthsProgressRange", "Rating", instead(rg("monthsProgress"), typed("60", "integer"))),
    Kind("rating as a number", "RatingWords", "Rating", also(rg("costRating"), typed("3", "integer"))),
    # sources, studies
    Kind("source without title", "SourceTitle", "Source", both(without(TITLE), without(rg("suppliedTitle")))),
    Kind("source without design", "SourceDesign", "Source", without(rg("design"))),
    Kind("title without language", "TitleHasLanguage", "Source", detagged(TITLE), (TITLE,)),
    Kind("year 3018", "IssuedYear", "Source", instead(ISSUED, typed("3018", "gYear"))),
    Kind("year as a number", "IssuedYear", "Source", instead(ISSUED, typed("2018", "integer"))),
    Kind("two years", "IssuedYear", "Source", instead(ISSUED, typed("2018", "gYear"), typed("2019", "gYear"))),
    Kind("bad DOI", "DoiPattern", "Source", instead(DOI, Literal("doi:10.1000/182"))),
    Kind("DOI of another source", "DoiOfOneSource", "Source", twin, (DOI,)),
    Kind("bad PubMed number", "PmidPattern", "Source", instead(PMID, Literal("PMC123"))),
    Kind("volume as a number", "SourceStrings", "Source", instead(NamedNode(BIBO + "volume"), typed("12", "integer"))),
    Kind("own successor", "NoCircle", "Source", itself(NamedNode(DCTERMS + "isReplacedBy"))),
    Kind("successor that is not recorded", "SourceToSource", "Source", instead(NamedNode(DCTERMS + "isReplacedBy"), thing("source", "future-2099"))),
    Kind("withdrawn without a reason", "StatusIsExplained", "Source", both(instead(rg("recordStatus"), concept("record-status", "withdrawn")), without(rg("statusNote")), without(rg("statusReason")), without(NamedNode(DCTERMS + "isReplacedBy")))),
    Kind("study without report", "StudyReported", "Study", without(rg("reportedBy"))),
    Kind("study reported by a finding", "ReportIsSource", "Study", also(rg("reportedBy"), NOWHERE)),
    # disparities, actions, points
    Kind("disparity without group", "DisparityGroup", "Disparity", without(rg("group"))),
    Kind("disparity of two factors", "DisparityFactor", "Disparity", also(rg("factor"), RISK, PROTECTIVE)),
    Kind("more of a protection", "DisparityFitsRole", "Disparity", both(instead(rg("factor"), PROTECTIVE), instead(rg("disparity"), concept("disparity", "more")))),
    Kind("less of a risk", "DisparityFitsRole", "Disparity", both(instead(rg("factor"), RISK), instead(rg("disparity"), concept("disparity", "less")))),
    Kind("disparity without evidence", "DisparityEvidence", "Disparity", both(without(EVIDENCE), without(SOURCE))),
    Kind("disparity on a finding that is not there", "CitedIsFinding", "Disparity", also(EVIDENCE, NOWHERE)),
    Kind("disparity without basis", "DisparityBasisGiven", "Disparity", without(rg("disparityBasis"))),
    Kind("action without actor", "ActionActor", "Action", without(rg("actor"))),
    Kind("action with an example that is a factor", "ActionExample", "Action", also(rg("exampleIntervention"), PROTECTIVE)),
    Kind("point without number", "PointNumber", "BriefingPoint", without(rg("number"))),
    Kind("two points with one number", "NumberOfOnePoint", "BriefingPoint", twin),
    Kind("point supported by a source", "CitedIsFinding", "BriefingPoint", also(NamedNode(CITO + "isSupportedBy"), thing("source", "kuyken-2022"))),
]  # fmt: skip


# --- breaking and looking ---


def candidates(kind: Kind) -> list[NamedNode]:
    """The records of the right class that have what the change works on."""
    found = []
    for subject, triples in world().items():
        said = {t.predicate: t.object for t in triples}
        is_one = any(t.predicate == TYPE and t.object == rg(kind.of) for t in triples)
        fits = is_one and all(prop in said for prop in kind.having)
        if fits and kind.being in (None, said.get(kind.having[0]) if kind.having else None):
            found.append(subject)
    return sorted(found, key=str)


def chosen(kind: Kind) -> list[NamedNode]:
    found = candidates(kind)
    return random.Random(f"{SEED}{kind.name}").sample(found, min(HOW_MANY, len(found)))


def examined(statements: list[Triple]) -> Report:
    return validate(set(statements), rules(), surroundings())


def breakings(kind: Kind) -> Iterator[tuple[NamedNode, Statements]]:
    for subject in chosen(kind):
        before = extract(subject)
        after = kind.change(subject, before)
        assert set(after) != set(before), f"{subject} is as it was"
        focus = subject if any(t.subject == subject for t in after) else NamedNode(subject.value[:-1] + "Z_")
        yield focus, after


def test_there_are_many_kinds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40
    assert len({kind.shape for kind in KINDS}) >= 80


def test_the_records_conform_before_they_are_broken() -> None:
    whole = [triple for kind in KINDS for subject in chosen(kind) for triple in extract(subject)]
    report = examined(whole)
    assert report.conforms, report.to_text()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_breaking_is_reported(kind: Kind) -> None:
    broken = list(breakings(kind))
    assert broken, "no record has what this change works on"
    found = {(v.focus, v.shape) for v in examined([t for _, ts in broken for t in ts]).violations}
    for focus, _ in broken:
        assert (focus, SHAPE + kind.shape) in found
