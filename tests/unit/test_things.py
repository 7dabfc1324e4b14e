"""Typed things say what the graph says, all of it, in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resgraph.choose import FILTERS
from resgraph.errors import UnknownThingError, UsageError
from resgraph.graph import Graph
from resgraph.search import Names
from resgraph.store import Dataset
from resgraph.things import KINDS, Concept, Finding, Proposition, Thing, kinds, properties
from resgraph.things.thing import Back, Flag, Many, One, Sure, _Property
from resgraph.vocab import ID

#: Names that are not the ontology's: the standard's name says less, or would be read wrongly.
RENAMED = {
    "alt_labels": "skos:altLabel",
    "further_estimates": "rg:furtherEstimate",
    "sources": "dcterms:source",
    "source": "prov:hadPrimarySource",
    "year": "dcterms:issued",
    "about": "dcterms:subject",
    "findings": "cito:citesAsEvidence",
}
#: What is said of things and is no property of the views: `describe()` has it.
ONLY_DESCRIBED = {
    *("rdf:type", "rdfs:label", "skos:prefLabel", "rg:increases", "rg:decreases", "rdfs:seeAlso"),
    *("skos:narrowMatch", "skos:broadMatch", "skos:relatedMatch", "skos:editorialNote"),
    *("bibo:edition", "bibo:issue", "bibo:number", "bibo:pageEnd", "bibo:pageStart", "bibo:volume"),
    *("dc:creator", "dc:publisher", "dc:subject", "dcterms:type", "foaf:page", "prov:hadPrimarySource"),
    *("rg:asOf", "rg:subjectLevel", "rg:trend", "rg:causalGrading", "rg:moderatedBy", "rg:orientation"),
    *("rg:audience", "rg:citedAsYear", "rg:commissionedBy", "rg:companionReview", "rg:derivation"),
    *("rg:disputeNote", "rg:evaluator", "rg:furtherAuthors", "rg:furtherResult", "rg:laterVersion"),
    *("rg:laterVersionDoi", "rg:narrativeReview", "rg:notStated", "rg:preprint", "rg:primaryDoi"),
    *("rg:publishedMonth", "rg:publishedOn", "rg:publishedOnline", "rg:readIn", "rg:recordOf"),
    *("rg:reviewOfReviews", "rg:sampleNote", "rg:series", "rg:seriesNumber", "rg:statusNote"),
    *("rg:statusReason", "rg:titleSeenAt", "rg:writtenBy", "cito:citesAsEvidence"),
}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.partition(":")[2]).lower()


@pytest.mark.parametrize("kind", KINDS)
def test_properties_have_the_words_of_the_ontology(kind: str) -> None:
    for name, each in properties(KINDS[kind]).items():
        assert name == snake(each.name) or RENAMED.get(name) == each.name, f"{name} reads {each.name}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stated_of_a_thing_can_be_read_from_it(graph: Graph, kind: str) -> None:
    stated = {name for each in graph.things(kind) for name in each.describe()}
    assert stated - {each.name for each in properties(KINDS[kind]).values()} <= ONLY_DESCRIBED


def promises(view: type[Thing]) -> dict[str, tuple[Any, tuple[type, ...]]]:
    """Return what the annotations of a kind of thing promise: how many values, of which types."""
    found = {}
    for base in view.__mro__:
        for name, hint in get_type_hints(base, vars(kinds) | {"Thing": Thing}).items():
            sort = get_origin(hint) or hint
            if isinstance(sort, type) and issubclass(sort, _Property):
                inner = get_args(hint)[0] if get_args(hint) else bool
                types = get_args(inner) if isinstance(inner, UnionType) else (inner,)
                found[name] = (sort, (*types, int) if float in types else types)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_of_the_type_that_is_promised(graph: Graph, kind: str) -> None:
    promised = promises(KINDS[kind])
    for each in graph.things(kind):
        for name, (sort, types) in promised.items():
            value = getattr(each, name)
            if sort in (Many, Back):
                assert all(isinstance(item, types) for item in value), (each, name, value)
            elif not (sort is One and value is None):
                assert isinstance(value, types), (each, name, value)


def test_the_promises_were_read() -> None:
    promised = promises(Finding)
    assert promised["participants"] == (One, (int,))
    assert promised["bidirectional"] == (Flag, (bool,))
    assert promised["relation"] == (Sure, (Concept,))
    assert len(promised) > 50


def test_things_are_values(graph: Graph) -> None:
    one, same = graph.intervention("friends"), graph.intervention("friends")
    assert one == same
    assert len({one, same}) == 1
    assert one != graph.intervention("kiva")
    assert {"builds", "aims_to_build", "findings"} <= set(dir(one))


def test_intended_and_found_are_never_one(graph: Graph) -> None:
    friends = graph.intervention("friends")
    assert {each.slug for each in friends.aims_to_build} == {"coping-skills", "problem-solving-skills"}
    assert friends.builds == ()


def test_a_slip_names_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownThingError, match="Did you mean friends"):
        graph.intervention("freinds")
    with pytest.raises(UnknownThingError, match="bullying"):
        graph.evidence("kiva", "bulying-victimisation")
    with pytest.raises(UsageError, match="no outcome or factor"):
        graph.evidence("kiva", graph.intervention("friends"))


def test_notebook_cards_escape(graph: Graph) -> None:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    nasty = Graph(Dataset.from_nquads(f'<{ID}outcome/x> <{label}> "<script>&" .\n'.encode()))
    assert "&lt;script&gt;&amp;" in nasty.outcome("x")._repr_html_()
    assert "<script>" not in nasty.outcome("x")._repr_html_()
    for each in (graph.intervention("kiva"), graph.evidence("kiva", "bullying-victimisation")):
        assert "KiVa" in each._repr_html_()


# The evidence on a question.


def every(graph: Graph) -> Iterator[Proposition]:
    for each in graph.things("proposition"):
        assert isinstance(each, Proposition)
        yield each


def test_findings_are_for_or_against_or_neither_and_none_is_lost(graph: Graph) -> None:
    for asked in every(graph):
        found = graph.evidence(asked.subject, asked.object, moderates=asked.moderates)
        parts = [*found.supporting, *found.disputing, *found.inconclusive]
        assert found.proposition == asked
        assert len(parts) == len(set(parts)) == len(asked.has_finding)
        assert set(parts) == set(asked.has_finding)
        says = [
            *asked.finds_increase,
            *asked.finds_decrease,
            *asked.finds_no_clear_effect,
            *asked.finds_mixed,
            *asked.finds_buffering,
            *asked.finds_amplifying,
            *asked.finds_no_eligible_study,
        ]
        assert sorted(says) == sorted(asked.has_finding)


def test_every_finding_helps_to_answer_one_question(graph: Graph) -> None:
    found = [each for asked in every(graph) for each in asked.has_finding]
    assert len(found) == len(set(found)) == len(graph.slugs("finding"))
    assert all(each.proposition.object == each.object for each in found[::50])


def test_the_four_answers_that_are_a_no_are_four(graph: Graph) -> None:
    seen: dict[str | None, int] = {}
    for asked in every(graph):
        no = graph.evidence(asked.subject, asked.object, moderates=asked.moderates).no
        seen[no] = seen.get(no, 0) + 1
    counts = graph.query("SELECT ?a (COUNT(?p) AS ?n) { ?p rg:overallAnswer ?a } GROUP BY ?a").to_dicts()
    stated = {str(row["a"]).rsplit("/", 1)[1].replace("-", " "): row["n"] for row in counts}
    for no in ("no evidence", "no effect", "mixed", "harm"):
        assert seen[no] == stated[no]
    assert set(seen) == {"no evidence", "no effect", "mixed", "harm", None}


def test_nobody_looked_is_no_evidence(graph: Graph) -> None:
    found = graph.evidence("friends", "employment")
    assert (found.no, found.nobody_looked, found.strength, found.components) == (
        "no evidence",
        True,
        None,
        {},
    )
    assert found.to_dict()["supporting"] == []
    aimed = graph.evidence("friends", "coping-skills")
    assert aimed.proposition is not None
    assert (aimed.no, aimed.nobody_looked) == ("no evidence", True)


def test_harm_beside_another_answer_is_told(graph: Graph) -> None:
    told = [
        found
        for asked in every(graph)
        if (found := graph.evidence(asked.subject, asked.object, moderates=asked.moderates)).no != "harm"
        and "harm" in {each.slug for each in found.also_found}
    ]
    assert told
    assert all("also found: " in found.words and "harm" in found.words for found in told)


# Choosing.


def test_filters_are_those_of_a_query(graph: Graph) -> None:
    found = graph.interventions(factor="bullying-victimisation", min_design="cluster-rct", answer="benefit")
    rows = graph.query(
        """SELECT DISTINCT ?x {
          ?f a rg:Finding ; rg:subject ?x ; rg:object factor:bullying-victimisation ; rg:design/rg:rank ?r .
          ?x a rg:Intervention . design:cluster-rct rg:rank ?least FILTER(?r >= ?least)
          ?p rg:hasFinding ?f ; rg:answer answer:benefit
        }"""
    )
    assert {each.iri for each in found} == set(rows["x"])
    assert len(found) > 1


def test_one_finding_must_fit_every_filter(graph: Graph) -> None:
    found = graph.interventions(country="GB", min_design="rct", at_follow_up_months=12)
    assert found
    for each in found:
        assert any(
            (f.follow_up_months or 0) >= 12 and "GBR" in {c.slug for c in f.country} for f in each.findings
        )


VALUES = {
    "country": ["GB", "US", "FIN"],
    "age": [5, 11, (11, 14)],
    "provision": ["universal", "indicated"],
    "delivered_by": ["teacher", "mixed"],
    "outcome": ["anxiety-symptoms", "attendance"],
    "answer": ["harm", "benefit", "no-effect", "mixed"],
    "min_strength": ["moderate"],
    "min_design": ["rct"],
    "at_follow_up_months": [6, 24],
    "builds": ["resilience", "self-esteem"],
}


@settings(deadline=None, max_examples=25)
@given(wanted=st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in VALUES.items()}))
def test_more_filters_never_choose_more(graph: Graph, wanted: dict[str, Any]) -> None:
    found = graph.interventions(**wanted)
    assert set(found.not_known) <= set(wanted)
    for name in wanted:
        fewer = set(graph.interventions(**{k: v for k, v in wanted.items() if k != name}))
        unknown = set(found.not_known.get(name, ()))
        assert set(found) | unknown <= fewer
        assert not set(found) & unknown


def test_a_wrong_filter_is_told(graph: Graph) -> None:
    with pytest.raises(UsageError, match="did you mean provision"):
        graph.interventions(provisions="universal")
    with pytest.raises(UnknownThingError, match="universal"):
        graph.interventions(provision="all")
    with pytest.raises(UnknownThingError, match="Did you mean anxiety"):
        graph.interventions(outcome="anxeity")
    with pytest.raises(UnknownThingError, match="GB"):
        graph.interventions(country="XX")
    assert all(where in ("own", "found", "shared") for where, _ in FILTERS.values())


# Searching.


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("bulying", "bullying-victimisation"),
        ("anxeity", "anxiety"),
        ("mindfullness", "mindfulness-skills"),
        ("SENSE OF BELONGING", "sense-of-belonging"),
        ("school belonging", "sense-of-belonging"),
        ("friends for life", "friends"),
        ("Kiva", "kiva"),
        ("atendance", "attendance"),
    ],
)
def test_a_slip_of_the_pen_finds_it(graph: Graph, words: str, slug: str) -> None:
    assert slug in [each.slug for each in graph.search(words)]


def test_search_is_honest(graph: Graph) -> None:
    assert graph.search("quantum chromodynamics") == []
    assert graph.search("  ") == []
    assert all(each.kind == "factor" for each in graph.search("school", kind="factor"))
    assert len(graph.search("school", limit=3)) == 3
    with pytest.raises(UnknownThingError, match="kinds"):
        graph.search("x", kind="programme")


NAMED = st.lists(st.tuples(st.sampled_from("abc"), st.text("abcd ", max_size=12)), max_size=8)


@given(NAMED, st.text(max_size=9))
def test_every_name_finds_itself(named: list[tuple[str, str]], other: str) -> None:
    names = Names(named)
    for iri, name in named:
        if name.strip():
            assert (iri, 100.0) in {(hit.iri, hit.score) for hit in names.search(name, limit=99)}
    hits = names.search(other)
    assert len({hit.iri for hit in hits}) == len(hits)
