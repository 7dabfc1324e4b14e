"""Every field of every record can be read over HTTP, within two hops of the thing it belongs to.

The paths below are written out by hand from the model, not taken from the table that the import uses.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

ORIGINAL = Path(__file__).parents[1] / "records" / "original"
ID = "https://w3id.org/resgraph/id/"
NS = "https://w3id.org/resgraph/ns#"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
PREFIXES = {
    "rg": NS,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
FILES = {
    "factors": "factor",
    "outcomes": "outcome",
    "determinants": "determinant",
    "populations": "population",
    "interventions": "intervention",
    "sources": "source",
    "findings": "finding",
}
#: field of a record to the ways by which it may be reached: property, or property then property
WAYS: dict[str, dict[str, str]] = {
    "factor": {
        "name": "skos:prefLabel",
        "kind": "rdf:type",
        "level": "rg:level",
        "definition": "skos:definition",
        "opposite_of": "rg:oppositeOf",
    },
    "outcome": {
        "name": "skos:prefLabel",
        "domain": "rg:domain",
        "valence": "rg:valence",
        "life_stage": "rg:lifeStage",
        "definition": "skos:definition",
    },
    "determinant": {
        "name": "skos:prefLabel",
        "dimension": "rg:dimension",
        "definition": "skos:definition",
        "influences": "rg:expectedToInfluence",
    },
    "population": {
        "name": "skos:prefLabel",
        "definition": "skos:definition",
        "progress_plus": "rg:progressPlus",
        "notes": "skos:note",
        "sources": "dcterms:source",
        "findings": "cito:citesAsEvidence",
    },
    "intervention": {
        "name": "skos:prefLabel",
        "alt_names": "skos:altLabel",
        "description": "dcterms:description",
        "action_level": "rg:actionLevel",
        "provision": "rg:provision",
        "age_min": "rg:minimumAge",
        "age_max": "rg:maximumAge",
        "duration": "rg:duration",
        "delivered_by": "rg:deliveredBy",
        "origin_country": "rg:originCountry skos:notation",
        "builds": "rg:aimsToBuild",
        "mitigates": "rg:aimsToReduce",
        "broader": "skos:broader",
        "homepage": "foaf:homepage",
        "sources": "dcterms:source",
        "toolkit.name": "^rg:rates dcterms:title",
        "toolkit.months_progress": "^rg:rates rg:monthsProgress",
        "toolkit.evidence_rating": "^rg:rates rg:evidenceRating",
        "toolkit.cost_rating": "^rg:rates rg:costRating",
        "toolkit.effect_statement": "^rg:rates rg:effectStatement",
        "toolkit.as_of": "^rg:rates rg:asOf",
    },
    "source": {
        "title": "dcterms:title|rg:suppliedTitle",
        "authors": "rg:authorList",
        "year": "dcterms:issued",
        "container": "rg:container",
        "version": "bibo:edition",
        "doi": "bibo:doi",
        "pmid": "bibo:pmid",
        "url": "foaf:page",
        "type": "rg:design",
        "countries": "rg:country skos:notation",
        "n_participants": "rg:participants",
        "n_studies": "rg:studies",
        "open_access": "rg:openAccess",
        "review_of_reviews": "rg:reviewOfReviews",
        "supersedes": "dcterms:replaces",
        "superseded_by": "dcterms:isReplacedBy",
        "replicates": "rg:replicates",
        "disputes": "cito:disputes",
        "status": "rg:statusNote",
        "note": "skos:note",
    },
    "finding": {
        "source": "prov:hadPrimarySource",
        "subject": "rg:subject",
        "relation": "rg:relation",
        "object": "rg:object",
        "design": "rg:design",
        "population": "rg:population",
        "age_min": "rg:minimumAge",
        "age_max": "rg:maximumAge",
        "measured_at_age": "rg:ageAtMeasurement",
        "countries": "rg:country skos:notation",
        "n_participants": "rg:participants",
        "n_studies": "rg:studies",
        "follow_up_months": "rg:followUpMonths",
        "subgroup": "rg:subgroup",
        "equity_note": "rg:equityNote",
        "measure": "rg:measure",
        "informant": "rg:reporter",
        "subject_level": "rg:subjectLevel",
        "moderated_by": "rg:moderatedBy",
        "moderates_risk": "rg:moderates",
        "interaction": "rg:interaction",
        "mediated_by": "rg:mediatedBy",
        "co_exposure": "rg:coExposure",
        "components": "rg:component",
        "bundle": "rg:bundledWith",
        "dose_response": "rg:doseResponse",
        "sensitive_period": "rg:sensitivePeriod",
        "bidirectional": "rg:bidirectional",
        "comparison_of_groups": "rg:comparisonOfGroups",
        "retrospective_exposure": "rg:retrospectiveExposure",
        "modelled": "rg:modelled",
        "trend": "rg:trend",
        "causal": "rg:causal",
        "causal_grading": "rg:causalGrading",
        "certainty": "rg:certainty",
        "as_of": "rg:asOf",
        "note": "skos:note",
        "value": "rg:estimate rg:value",
        "metric": "rg:estimate rg:metric",
        "ci_low": "rg:estimate rg:lowerLimit",
        "ci_high": "rg:estimate rg:upperLimit",
        "ci_level": "rg:estimate rg:confidenceLevel",
        "value_low": "rg:estimate rg:lowestValue",
        "value_high": "rg:estimate rg:highestValue",
        "p_value": "rg:estimate rg:pValue",
        "value_direction": "rg:estimate rg:orientation|rg:orientation",
        "metric_inferred": "rg:estimate rg:metricInferred",
        "contrast_value": "rg:contrastEstimate rg:value",
        "contrast_ci_low": "rg:contrastEstimate rg:lowerLimit",
        "contrast_ci_high": "rg:contrastEstimate rg:upperLimit",
        "contrast_subgroup": "rg:contrastEstimate rg:condition",
        "bias_adjusted_value": "rg:biasAdjustedEstimate rg:value",
        "bias_adjusted_ci_low": "rg:biasAdjustedEstimate rg:lowerLimit",
        "bias_adjusted_ci_high": "rg:biasAdjustedEstimate rg:upperLimit",
    },
}
#: corrected in data/, as the change log says with its reason
CORRECTED = {
    ("philliber-2002--cas-carrera--sexual-risk-behaviour--girls", "measure"),
    ("belfield-2015--universal-sel-programmes--social-and-emotional-skills--economic", "object"),
    ("mbi-school-cautionary--mindfulness-skills--anxiety-symptoms", "subject"),
    ("mbi-school-cautionary--mindfulness-skills--depressive-symptoms", "subject"),
    ("mbi-school-cautionary--mindfulness-skills--psychological-distress", "subject"),
}

Statements = dict[str, dict[str, set[str]]]


def ask(server: str, query: str) -> list[dict[str, str]]:
    """Ask the running server over HTTP."""
    body = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(f"{server}/sparql", body, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        bindings = json.load(answer)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


@pytest.fixture(scope="session")
def statements(server: str) -> Statements:
    """What the server says of every thing with an address of ours, forwards and backwards."""
    said: Statements = defaultdict(lambda: defaultdict(set))
    query = 'SELECT ?s ?p ?o { ?s ?p ?o FILTER(STRSTARTS(STR(?s), "BASE")) }'
    kinds = [*FILES.values(), "estimate", "rating"]
    for base in [COUNTRY, *(f"{ID}{kind}/" for kind in kinds)]:
        for row in ask(server, query.replace("BASE", base)):
            said[row["s"]][row["p"]].add(row["o"])
            if row["p"] == f"{NS}rates":
                said[row["o"]][f"^{row['p']}"].add(row["s"])
    return said


def records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ORIGINAL / f"{name}.jsonl").read_text("utf-8").splitlines()]


def expand(name: str) -> str:
    inverse, name = ("^", name[1:]) if name.startswith("^") else ("", name)
    prefix, local = name.split(":")
    return inverse + PREFIXES[prefix] + local


def reach(statements: Statements, start: str, ways: str) -> set[str]:
    """Return what one of the ways leads to."""
    ends: set[str] = set()
    for way in ways.split("|"):
        here = {start}
        for step in way.split():
            here = {value for node in here for value in statements[node][expand(step)]}
        ends |= here
    return ends


def says(ends: set[str], value: object, field: str) -> bool:
    """Tell whether one of the ends says what the record says."""
    if isinstance(value, bool):
        return str(value).lower() in ends or (
            field == "dose_response" and any(e.endswith("/present") for e in ends)
        )
    if isinstance(value, int | float):
        return any(number(end) == Decimal(str(value)) for end in ends)
    text = str(value).strip()
    names = {"risk": "RiskFactor", "protective": "ProtectiveFactor"}
    return any(
        end == text or end.rsplit("/", 1)[-1] == text or end == NS + names.get(text, "-") for end in ends
    )


def number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def facts(record: dict[str, Any]) -> list[tuple[str, object]]:
    """Return each field and each of its values, as they stand in the record."""
    found: list[tuple[str, object]] = []
    for field, value in record.items():
        if field == "toolkit":
            found += [(f"toolkit.{key}", each) for key, each in value.items()]
        elif field == "authors":
            found.append((field, "; ".join(value)))
        elif field == "mediated_by":
            found += [(field, part.strip()) for part in value.split(";")]
        elif field == "title":
            found.append(
                (field, value.removeprefix("[").removesuffix("]") if value.startswith("[") else value)
            )
        elif isinstance(value, list):
            found += [(field, each) for each in value]
        else:
            found.append((field, value))
    return found


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_every_field_of_every_record_can_be_read(statements: Statements, name: str, kind: str) -> None:
    lost = []
    checked = 0
    for record in records(name):
        start = f"{ID}{kind}/{record['id']}"
        assert start in statements, f"{record['id']} is not in the graph"
        for field, value in facts(record):
            if field in ("id", "subject_kind", "object_kind") or (record["id"], field) in CORRECTED:
                continue
            checked += 1
            if not says(reach(statements, start, WAYS[kind][field]), value, field):
                lost.append((record["id"], field, value))
    assert checked > 0
    assert not lost, f"{len(lost)} of {checked} facts are lost, such as {lost[:5]}"


def test_the_kind_of_subject_and_object_can_be_told(statements: Statements) -> None:
    for record in records("findings"):
        said = statements[f"{ID}finding/{record['id']}"]
        for role in ("subject", "object"):
            (node,) = said[f"{NS}{role}"]
            same = node == f"{ID}{record[f'{role}_kind']}/{record[role]}"
            assert same != ((record["id"], role) in CORRECTED)


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_the_counts_over_http_equal_the_records(server: str, name: str, kind: str) -> None:
    classes = {
        "factor": "RiskFactor rg:ProtectiveFactor",
        "population": "PopulationGroup",
    }.get(kind, kind.capitalize())
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ VALUES ?c {{ rg:{classes} }} ?s a ?c }}"
    (row,) = ask(server, query)
    assert int(row["n"]) == len(records(name))


def test_every_subgroup_is_sorted_into_a_property_of_its_own(statements: Statements) -> None:
    sorted_into = {
        f"{NS}{name}"
        for name in [
            "populationSubgroup",
            "populationGroup",
            "equityEffect",
            "reporter",
            "deliveredBy",
            "arm",
            "dose",
            "comparator",
            "comparatorType",
            "analysis",
            "timePoint",
            "course",
            "setting",
            "provision",
            "exposure",
            "condition",
            "effectModifier",
            "mediatedBy",
            "adjustedFor",
            "caveat",
            "derivation",
            "furtherEstimate",
            "certainty",
            "correction",
            "comparisonOfGroups",
        ]
    } | {f"{NS}measure"}
    unsorted = [
        record["id"]
        for record in records("findings")
        if "subgroup" in record
        and not sorted_into & statements[f"{ID}finding/{record['id']}"].keys()
        and not record["id"].startswith("maynard-2019")  # an empty review: its class says it
    ]
    assert not unsorted
