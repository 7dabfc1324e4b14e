"""The record formats: which field of a record becomes which statement.

One table says it for reading, writing, checking and documentation. A field that is absent is unknown,
never none. Field names are the ontology's names in snake_case wherever the catalogue left us the choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from resgraph.vocab import BIBO, CITO, DC, DCTERMS, FOAF, NS, PREF_LABEL, PROV, RDFS, SKOS

Value = Literal[
    "text",  # words in English: a language-tagged string
    "string",  # characters that are not words: a plain string
    "integer",
    "decimal",
    "boolean",
    "year",
    "date",  # a day or a month: 2015-12-31, 2015-12
    "address",  # an absolute http(s) address, kept as an IRI
    "country",  # ISO 3166 two-letter code
    "concept",  # a member of a concept scheme
    "thing",  # a thing of one of some kinds, by record id
]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record and the property that carries it."""

    name: str
    property: str
    value: Value = "text"
    #: scheme of a concept; kinds of a thing, in the order in which they are tried
    among: tuple[str, ...] = ()
    many: bool = False
    required: bool = False
    #: the sub-resource that carries it: "" the thing itself
    part: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its class, its file, and its fields."""

    name: str
    classes: tuple[str, ...]
    file: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return the field called `name`, if this kind has it."""
        return next((field for field in self.fields if field.name == name), None)


def _rg(name: str) -> str:
    return NS + name


def _concepts(name: str, term: str, scheme: str, **more: object) -> Field:
    return Field(name, _rg(term), "concept", (scheme,), many=True, **more)  # type: ignore[arg-type]


def _concept(name: str, term: str, scheme: str, **more: object) -> Field:
    return Field(name, _rg(term), "concept", (scheme,), **more)  # type: ignore[arg-type]


_LABEL: Final = Field("name", PREF_LABEL.value, required=True)
_DEFINITION: Final = Field("definition", SKOS + "definition", required=True)
_NOTE: Final = Field("note", SKOS + "note")
_AGES: Final = (
    Field("age_min", _rg("minimumAge"), "integer", low=0, high=120),
    Field("age_max", _rg("maximumAge"), "integer", low=0, high=120),
)
_SIZE: Final = (
    Field("n_participants", _rg("participants"), "integer", low=1),
    Field("n_studies", _rg("studies"), "integer", low=0),
)
_COUNTRIES: Final = Field("countries", _rg("country"), "country", many=True)
_BOTH: Final = ("factor", "outcome")

FACTOR: Final = Kind(
    "factor",
    ("RiskFactor", "ProtectiveFactor"),
    "factors.ttl",
    (
        _LABEL,
        _concept("kind", "role", "", required=True),  # becomes the class: see ingest
        _concept("level", "level", "level", required=True),
        _DEFINITION,
        Field("opposite_of", _rg("oppositeOf"), "thing", ("factor",)),
    ),
)

OUTCOME: Final = Kind(
    "outcome",
    ("Outcome",),
    "outcomes.ttl",
    (
        _LABEL,
        _concept("domain", "domain", "domain", required=True),
        _concept("valence", "valence", "valence", required=True),
        _concept("life_stage", "lifeStage", "life-stage"),
        _DEFINITION,
    ),
)

DETERMINANT: Final = Kind(
    "determinant",
    ("Determinant",),
    "determinants.ttl",
    (
        _LABEL,
        _concept("dimension", "dimension", "dimension", required=True),
        _DEFINITION,
        Field("influences", _rg("expectedToInfluence"), "thing", ("factor",), many=True),
    ),
)

POPULATION: Final = Kind(
    "population",
    ("PopulationGroup",),
    "populations.ttl",
    (
        _LABEL,
        _DEFINITION,
        _concepts("progress_plus", "progressPlus", "progress-plus"),
        Field("notes", SKOS + "note"),
        Field("sources", DCTERMS + "source", "thing", ("source",), many=True),
        Field("findings", CITO + "citesAsEvidence", "thing", ("finding",), many=True),
    ),
)

INTERVENTION: Final = Kind(
    "intervention",
    ("Intervention",),
    "interventions.ttl",
    (
        _LABEL,
        Field("alt_names", SKOS + "altLabel", many=True),
        Field("description", DCTERMS + "description", required=True),
        _concept("action_level", "actionLevel", "action-level", required=True),
        _concept("provision", "provision", "provision", required=True),
        *_AGES,
        Field("duration", _rg("duration")),
        _concept("delivered_by", "deliveredBy", "deliverer"),
        Field("origin_country", _rg("originCountry"), "country"),
        Field("builds", _rg("aimsToBuild"), "thing", ("factor",), many=True),
        Field("mitigates", _rg("aimsToReduce"), "thing", ("factor",), many=True),
        Field("broader", SKOS + "broader", "thing", ("intervention",)),
        Field("homepage", FOAF + "homepage", "address"),
        Field("sources", DCTERMS + "source", "thing", ("source",), many=True, required=True),
        Field("toolkit.name", DCTERMS + "title", part="rating", required=True),
        Field("toolkit.months_progress", _rg("monthsProgress"), "integer", part="rating", low=-24, high=24),
        Field("toolkit.evidence_rating", _rg("evidenceRating"), part="rating"),
        Field("toolkit.cost_rating", _rg("costRating"), part="rating"),
        Field("toolkit.effect_statement", _rg("effectStatement"), part="rating"),
        Field("toolkit.as_of", _rg("asOf"), part="rating"),
    ),
)

SOURCE: Final = Kind(
    "source",
    ("Source",),
    "sources.ttl",
    (
        Field(
            "title", DCTERMS + "title", required=True
        ),  # rg:suppliedTitle when the words are ours: see ingest
        Field("authors", _rg("authorList"), "string", many=True),  # one ordered list: see ingest
        Field("year", DCTERMS + "issued", "year", low=1900, high=2100),
        Field("container", _rg("container")),
        Field("volume", BIBO + "volume", "string"),
        Field("issue", BIBO + "issue", "string"),
        Field("page_start", BIBO + "pageStart", "string"),
        Field("page_end", BIBO + "pageEnd", "string"),
        Field("article_number", BIBO + "number", "string"),
        Field("version", BIBO + "edition"),
        Field("doi", BIBO + "doi", "string"),
        Field("pmid", BIBO + "pmid", "string"),
        Field("url", FOAF + "page", "address"),
        _concept("type", "design", "design", required=True),
        _COUNTRIES,
        *_SIZE,
        Field("open_access", _rg("openAccess"), "boolean"),
        Field("review_of_reviews", _rg("reviewOfReviews"), "boolean"),
        Field("supersedes", DCTERMS + "replaces", "thing", ("source",)),
        Field("superseded_by", DCTERMS + "isReplacedBy", "thing", ("source",)),
        Field("version_of", DCTERMS + "isVersionOf", "thing", ("source",)),
        Field("replicates", _rg("replicates"), "thing", ("source",)),
        Field("disputes", CITO + "disputes", "thing", ("source",)),
        Field("status", _rg("statusNote")),
        _concept("record_status", "recordStatus", "record-status"),
        _NOTE,
        Field(
            "supplied_title", _rg("suppliedTitle"), "boolean"
        ),  # turns title into rg:suppliedTitle: see ingest
        Field("published_online", _rg("publishedOnline"), "date"),
        Field("cited_as_year", _rg("citedAsYear"), "year"),
        Field("later_version_doi", _rg("laterVersionDoi"), "string"),
        Field("later_version", _rg("laterVersion")),
        Field("record_of", _rg("recordOf")),
        Field("primary_doi", _rg("primaryDoi"), "string"),
        Field("disputed", _rg("disputeNote")),
        Field("status_reason", _rg("statusReason")),
        Field("sample_note", _rg("sampleNote")),
        Field("read_in", _rg("readIn")),
        Field("further_result", _rg("furtherResult")),
        Field("narrative_review", _rg("narrativeReview"), "boolean"),
        _concept("evaluator", "evaluator", "evaluator"),
        _concepts("caveat", "caveat", "caveat"),
        _concepts("derivation", "derivation", "derivation"),
        Field("information_type", DCTERMS + "type"),
        Field("publisher", DC + "publisher"),
        Field("commissioned_by", _rg("commissionedBy")),
        Field("series", _rg("series")),
        Field("companion_review", _rg("companionReview")),
        Field("published_on", _rg("publishedOn")),
        Field("audience", _rg("audience"), many=True),
        Field("geographical_level", _rg("geographicalLevel"), many=True),
        Field("population_level", _rg("populationLevel"), many=True),
        Field("subjects", DC + "subject", many=True),
        Field("not_stated", _rg("notStated"), many=True),
        Field("written_by", _rg("writtenBy")),
        Field("series_number", _rg("seriesNumber")),
        Field("published_month", _rg("publishedMonth"), "date"),
        Field("title_seen_at", _rg("titleSeenAt"), "address"),
        Field("preprint", _rg("preprint"), "boolean"),
        Field("see_also", RDFS + "seeAlso", "address", many=True),
        Field("record_notes", SKOS + "editorialNote", many=True),
    ),
)

STUDY: Final = Kind(
    "study",
    ("Study",),
    "studies.ttl",
    (
        _LABEL,
        _concept("kind", "studyKind", "study-kind"),
        _COUNTRIES,
        Field("sources", _rg("reportedBy"), "thing", ("source",), many=True, required=True),
        _NOTE,
    ),
)

_MAIN: Final = (
    Field("value", _rg("value"), "decimal", part="estimate"),
    Field("metric", _rg("metric"), "concept", ("metric",), part="estimate"),
    Field("ci_low", _rg("lowerLimit"), "decimal", part="estimate"),
    Field("ci_high", _rg("upperLimit"), "decimal", part="estimate"),
    Field("ci_level", _rg("confidenceLevel"), "integer", part="estimate", low=50, high=100),
    Field("value_low", _rg("lowestValue"), "decimal", part="estimate"),
    Field("value_high", _rg("highestValue"), "decimal", part="estimate"),
    Field("p_value", _rg("pValue"), "string", part="estimate"),
    Field("value_direction", _rg("orientation"), "concept", ("orientation",), part="estimate"),
    Field("metric_inferred", _rg("metricInferred"), "boolean", part="estimate"),
    Field("value_where", _rg("protection"), "concept", ("protection",), part="estimate"),
)
_CONTRAST: Final = (
    Field("contrast_value", _rg("value"), "decimal", part="contrast"),
    Field("contrast_ci_low", _rg("lowerLimit"), "decimal", part="contrast"),
    Field("contrast_ci_high", _rg("upperLimit"), "decimal", part="contrast"),
    Field("contrast_subgroup", _rg("condition"), part="contrast"),
    Field("contrast_where", _rg("protection"), "concept", ("protection",), part="contrast"),
)
_ADJUSTED: Final = (
    Field("bias_adjusted_value", _rg("value"), "decimal", part="bias-adjusted"),
    Field("bias_adjusted_ci_low", _rg("lowerLimit"), "decimal", part="bias-adjusted"),
    Field("bias_adjusted_ci_high", _rg("upperLimit"), "decimal", part="bias-adjusted"),
)
#: fields of each item of ``further_estimates``
FURTHER: Final = (
    Field("value", _rg("value"), "decimal", part="further", required=True),
    Field("metric", _rg("metric"), "concept", ("metric",), part="further", required=True),
    Field("ci_low", _rg("lowerLimit"), "decimal", part="further"),
    Field("ci_high", _rg("upperLimit"), "decimal", part="further"),
    Field("label", _rg("condition"), part="further", required=True),
    Field("reporter", _rg("reporter"), "concept", ("reporter",), part="further"),
    Field("metric_inferred", _rg("metricInferred"), "boolean", part="further"),
)

FINDING: Final = Kind(
    "finding",
    ("Finding",),
    "findings.ttl",
    (
        Field("source", PROV + "hadPrimarySource", "thing", ("source",), required=True),
        Field("subject_kind", _rg("subject"), "string", required=True),  # says where subject is found
        Field("subject", _rg("subject"), "thing", ("intervention", "factor", "determinant"), required=True),
        _concept("relation", "relation", "relation", required=True),
        Field("object_kind", _rg("object"), "string", required=True),
        Field("object", _rg("object"), "thing", _BOTH, required=True),
        _concept("design", "design", "design", required=True),
        Field("population", _rg("population")),
        *_AGES,
        Field("measured_at_age", _rg("ageAtMeasurement"), "integer", low=0, high=120),
        _COUNTRIES,
        *_SIZE,
        Field("follow_up_months", _rg("followUpMonths"), "decimal", low=0, high=1200),
        Field("time_point", _rg("timePoint")),
        _concepts("course", "course", "course"),
        Field("subgroup", _rg("subgroup")),
        Field("subgroup_population", _rg("populationSubgroup"), many=True),
        Field("subgroup_groups", _rg("populationGroup"), "thing", ("population",), many=True),
        Field("equity_note", _rg("equityNote")),
        _concepts("equity_effect", "equityEffect", "equity-effect"),
        Field("measure", _rg("measure"), many=True),
        _concepts("reporter", "reporter", "reporter"),
        Field("informant", _rg("reporter"), "concept", ("reporter",)),
        _concepts("delivered_by", "deliveredBy", "deliverer"),
        _concepts("provision", "provision", "provision"),
        Field("arm", _rg("arm")),
        Field("dose", _rg("dose")),
        Field("comparator", _rg("comparator")),
        _concept("comparator_type", "comparatorType", "comparator-type"),
        _concepts("analysis", "analysis", "analysis"),
        Field("adjusted_for", _rg("adjustedFor")),
        Field("setting", _rg("setting")),
        Field("exposure", _rg("exposure")),
        Field("subject_level", _rg("subjectLevel")),
        Field("condition", _rg("condition")),
        Field("effect_modifier", _rg("effectModifier"), many=True),
        Field("moderated_by", _rg("moderatedBy")),
        Field("moderates_risk", _rg("moderates"), "thing", ("factor",)),
        _concept("interaction", "interaction", "interaction"),
        Field("mediated_by", _rg("mediatedBy"), "thing", _BOTH, many=True),
        Field("co_exposure", _rg("coExposure"), "thing", ("factor",)),
        Field("components", _rg("component"), "thing", ("factor",), many=True),
        Field("bundle", _rg("bundledWith"), "thing", ("factor",), many=True),
        _concept("dose_response", "doseResponse", "dose-response"),
        Field("sensitive_period", _rg("sensitivePeriod")),
        Field("bidirectional", _rg("bidirectional"), "boolean"),
        Field("comparison_of_groups", _rg("comparisonOfGroups"), "boolean"),
        Field("retrospective_exposure", _rg("retrospectiveExposure"), "boolean"),
        Field("modelled", _rg("modelled"), "boolean"),
        Field("trend", _rg("trend"), "boolean"),
        Field("causal", _rg("causal"), "boolean"),
        Field("causal_grading", _rg("causalGrading")),
        Field("certainty", _rg("certainty")),
        _concepts("caveat", "caveat", "caveat"),
        _concepts("derivation", "derivation", "derivation"),
        _concept("sample_scope", "sampleScope", "sample-scope"),
        _concept("evaluator", "evaluator", "evaluator"),
        Field("as_of", _rg("asOf")),
        Field("correction", _rg("correction")),
        _NOTE,
        Field("empty_review", _rg("EmptyReview"), "boolean"),  # becomes a class: see ingest
        *_MAIN,
        *_CONTRAST,
        *_ADJUSTED,
        Field("further_estimates", _rg("furtherEstimate"), "string", many=True),  # items: see FURTHER
    ),
)

DISPARITY: Final = Kind(
    "disparity",
    ("Disparity",),
    "disparities.ttl",
    (
        Field("group", _rg("group"), "thing", ("population",), required=True),
        Field("factor", _rg("factor"), "thing", ("factor",), required=True),
        _concept("disparity", "disparity", "disparity", required=True),
        _concept("basis", "disparityBasis", "disparity-basis", required=True),
        Field("findings", CITO + "citesAsEvidence", "thing", ("finding",), many=True),
        Field("sources", DCTERMS + "source", "thing", ("source",), many=True),
        _NOTE,
    ),
)

ACTION: Final = Kind(
    "action",
    ("Action",),
    "actions.ttl",
    (
        _LABEL,
        Field("description", DCTERMS + "description", required=True),
        _concept("actor", "actor", "actor", required=True),
        _concepts("action_levels", "actionLevel", "action-level", required=True),
        Field("examples", _rg("exampleIntervention"), "thing", ("intervention",), many=True),
        Field("sources", DCTERMS + "source", "thing", ("source",), many=True),
        Field("address", FOAF + "page", "address"),
        _NOTE,
    ),
)

POINT: Final = Kind(
    "point",
    ("BriefingPoint",),
    "points.ttl",
    (
        _LABEL,
        Field("number", _rg("number"), "integer", required=True, low=1),
        Field("text", DCTERMS + "description", required=True),
        Field("source", PROV + "hadPrimarySource", "thing", ("source",), required=True),
        Field(
            "about",
            DCTERMS + "subject",
            "thing",
            ("factor", "outcome", "determinant", "population", "intervention"),
            many=True,
        ),
        _concepts("action_levels", "actionLevel", "action-level"),
        Field("findings_for", CITO + "isSupportedBy", "thing", ("finding",), many=True),
        Field("findings_against", CITO + "isDisputedBy", "thing", ("finding",), many=True),
        Field("explained", SKOS + "note"),
    ),
)

#: Every kind of record, in the order in which their files are read.
RECORD_KINDS: Final = (
    FACTOR,
    OUTCOME,
    DETERMINANT,
    POPULATION,
    INTERVENTION,
    SOURCE,
    STUDY,
    FINDING,
    DISPARITY,
    ACTION,
    POINT,
)
