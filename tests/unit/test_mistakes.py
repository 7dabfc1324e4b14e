"""One wrong value is told once, whatever number of rules it breaks, and nothing that was found is lost."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from resgraph.validate import Report, validate
from resgraph.validate.checking.results import Result
from resgraph.validate.facts import Facts
from resgraph.validate.paths import Path
from resgraph.validate.report import gravity
from resgraph.validate.shapes import Shapes
from resgraph.validate.telling.case import Case
from resgraph.validate.telling.offers import example
from resgraph.vocab import SH, XSD, term, thing

COMPONENT = "sourceConstraintComponent"
PREFIXES = f"@prefix : <http://e.org/> . @prefix sh: <{SH}> . @prefix xsd: <{XSD}> .\n"
SHARE = """:Share sh:targetSubjectsOf :value ; sh:property [ sh:path :value ; sh:maxCount 1 ;
    sh:minInclusive 0 ; sh:maxInclusive 1 ; sh:datatype xsd:decimal ] .
"""
#: rules that overlap: of one shape and of several, of two grades, with and without words of their own
RULES = (
    SHARE
    + """:Usual sh:targetSubjectsOf :value ; sh:path :value ; sh:in ( 0.5 1.0 ) ; sh:severity sh:Warning ;
    sh:message "Such a share is unusual." .
:Order sh:targetSubjectsOf :value ; sh:property [ sh:path :value ; sh:lessThan :most ; sh:minExclusive 0 ] .
:Alone sh:targetSubjectsOf :value ; sh:closed true ; sh:ignoredProperties ( :value ) ;
    sh:nodeKind sh:Literal ; sh:pattern "^x" .
"""
)


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def checked(text: str, rules: str = SHARE) -> Report:
    return validate(triples(text), triples(rules), context=())


def test_a_wrong_value_is_one_mistake_and_one_sentence_says_what_is_wanted() -> None:
    report = checked(':a :value "lots" .')
    (mistake,) = report.mistakes
    assert [one.component.removesuffix("ConstraintComponent") for one in mistake.violations] == [
        "Datatype",
        "MinInclusive",
        "MaxInclusive",
    ]
    (reason,) = mistake.reasons
    assert reason.message.endswith("is not a number with a decimal point, at least 0 and at most 1.")
    assert report.to_text().count('"lots"') == 2  # the reason, and the line that shows what is written
    assert report.summary() == "1 mistake: 3 violations."
    assert len(json.loads(report.to_sarif())["runs"][0]["results"]) == 1
    assert report.to_html().count("<li>") == 1


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ('"0.5"', "Write 0.5."),
        ('"50"', "Write a number with a decimal point, at least 0 and at most 1."),  # and never: Write 50.0
        ("7.5", "Write a number that is at least 0 and at most 1."),
        ('"NaN"^^xsd:double', "Write a number with a decimal point, at least 0 and at most 1."),
    ],
)
def test_what_is_advised_breaks_no_other_rule(value: str, fix: str) -> None:
    (mistake,) = checked(f":a :value {value} .").mistakes
    assert mistake.lead.fix == fix


def test_a_graver_rule_leads_and_the_others_are_told_beside_it() -> None:
    (mistake,) = checked(":a :value 2.0 ; :most 1.0 .", RULES.partition(":Alone")[0]).mistakes
    lead, *others = mistake.reasons
    assert (lead.severity, lead.message) == (
        "violation",
        "The value 2.0 of http://e.org/value is not at most 1.",
    )
    assert "    also, warning: Such a share is unusual.  [http://e.org/Usual]\n" in str(mistake)
    assert "    also: The value 2.0 of http://e.org/value is not below" in str(mistake)
    assert len(others) == 2


def test_a_mistake_of_the_project_is_told_by_what_must_be_mended_first() -> None:
    text = Literal("five", language="en")
    subject = thing("intervention", "x")
    wrong = [Triple(subject, term("minimumAge"), text), Triple(subject, term("maximumAge"), Literal(12))]
    (mistake,) = [one for one in validate(wrong).mistakes if one.lead.value == text]
    assert [one.shape.rpartition("/")[2] for one in mistake.reasons] == ["MinimumAgeRange", "AgesInOrder"]
    assert mistake.lead.fix == "Write a whole number, at least 0 and at most 120."


def test_many_mistakes_with_the_same_reasons_share_them_and_keep_fixes_of_their_own() -> None:
    data = "".join(f":t{number} :value {number + 2}.5 ; :most 0.{number} ." for number in range(6))
    rules = RULES.partition(":Alone")[0]
    for words, of in (("No share.", "sh:maxInclusive 1"), ("Not the most.", "sh:lessThan :most")):
        rules = rules.replace(of, f"{of} ; sh:message '{words}'")
    report = checked(data, rules)
    (group,) = report.groups()
    assert [(one.message, fix is None) for one, fix in group.reasons] == [
        ("No share.", False),
        ("Not the most.", True),
        ("Such a share is unusual.", False),
    ]
    assert {len(group.fixes(mistake)) for mistake in group.mistakes} == {1}
    text = report.to_text()
    assert [text.count(words) for words in ("No share.", "Not the most.", "exchange the two")] == [1, 1, 6]
    assert text.endswith("6 mistakes: 12 violations, 6 warnings.\n")


def test_what_fits_is_looked_for_once_for_all_that_break_a_shape() -> None:
    """Ten thousand wrong values in one property must not be compared with each other."""
    value = NamedNode("http://e.org/value")
    facts = Facts([Triple(NamedNode(f"http://e.org/{n}"), value, Literal(f"x{n}")) for n in range(50)])
    tried: list[object] = []
    for subject, wrong in facts.pairs(value):
        result = Result(subject, value, wrong, NamedNode("http://e.org/S"), value, value, ())
        example(Case(result, Path(value.value), Shapes([]), facts), lambda one: tried.append(one) is not None)
    assert len(tried) == 50


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
@pytest.mark.parametrize("text", ["NaN", "Infinity", "lots"])
def test_a_decimal_that_is_no_number_is_one_mistake_by_both_engines(engine: str, text: str) -> None:
    """Python reads numbers from two of these, and cannot compare the first."""
    data = triples(f':a :value "{text}"^^xsd:decimal .')
    (mistake,) = validate(data, triples(SHARE), context=(), engine=engine).mistakes
    assert mistake.lead.component == "DatatypeConstraintComponent"


def test_severities_of_others_are_counted() -> None:
    report = checked(":a :value 7.5 .", SHARE.replace("sh:datatype", "sh:severity :Hint ; sh:datatype"))
    assert report.summary() == "1 hint."


values = st.sampled_from(
    [Literal(text) for text in ("lots", "0.5")]
    + [Literal(text, datatype=NamedNode(XSD + "decimal")) for text in ("0.5", "2.0", "-1.0", "many", "NaN")]
    + [Literal(number) for number in (0, 1)]
    + [Literal("x", language="en"), NamedNode("http://e.org/x")]
)
names = st.sampled_from([NamedNode(f"http://e.org/{name}") for name in ("a", "x")])
properties = st.sampled_from([NamedNode(f"http://e.org/{name}") for name in ("value", "most")])


graphs = st.lists(st.builds(Triple, names, properties, values), max_size=6)


@given(graphs.filter(lambda data: all(isinstance(one.object, Literal) for one in data)))
@settings(max_examples=40, deadline=None)
def test_both_engines_say_the_same_of_literals_that_fit_no_datatype_too(data: list[Triple]) -> None:
    rules = triples(RULES)
    one, other = (validate(data, rules, context=(), engine=name) for name in ("pyshacl", "shacl"))
    assert one.to_turtle() == other.to_turtle()
    assert one.to_text() == other.to_text()


@given(graphs)
@settings(max_examples=40, deadline=None)
def test_every_result_is_behind_exactly_one_mistake_and_every_mistake_is_told_once(
    data: list[Triple],
) -> None:
    report = validate(data, triples(RULES), context=())
    # each result of the standard report is one violation of one mistake
    said = [(t.subject, t.predicate.value.removeprefix(SH), t.object) for t in report.triples]
    results = [o for _, name, o in said if name == "result"]
    found = Counter(one.component for mistake in report.mistakes for one in mistake.violations)
    assert found == Counter(str(o)[1:-1].removeprefix(SH) for _, name, o in said if name == COMPONENT)
    # a mistake is about one thing, and no two are about the same
    about = [{one.about for one in mistake.violations} for mistake in report.mistakes]
    assert all(len(one) == 1 for one in about)
    assert len({one for each in about for one in each}) == len(about)
    # what a person reads leaves out no reason, and nothing twice
    for mistake in report.mistakes:
        reasons = [(one.shape, one.message) for one in mistake.reasons]
        assert set(reasons) == {(one.shape, one.message) for one in mistake.violations}
        assert len(set(reasons)) == len(reasons)
        assert gravity(mistake.lead.severity) == min(gravity(one.severity) for one in mistake.violations)
    grouped = Counter(id(mistake) for group in report.groups() for mistake in group.mistakes)
    assert grouped == Counter(id(mistake) for mistake in report.mistakes)
    told = json.loads(report.to_json())
    assert [n for one in told["mistakes"] for n in one["violations"]] == [*range(len(told["violations"]))]
    assert len(told["violations"]) == len(results)
