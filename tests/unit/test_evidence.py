"""The rule that turns findings into propositions, edges and strength, case by case."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Triple

from resgraph import turtle
from resgraph.evidence import FINDS, Account, Finding, derive
from resgraph.sources import packaged
from resgraph.vocab import TYPE, concept, slug, term, thing

SCHEMES = turtle.read(packaged().root / "ontology" / "schemes.ttl")
PLAIN = Finding(
    iri=thing("finding", "f"),
    subject=thing("intervention", "i"),
    object=thing("outcome", "o"),
    says="increases",
    moderates=None,
    is_moderation=False,
    design="rct",
    rank=4,
    controlled=True,
    synthesis=False,
    causal=False,
    tests_intervention=True,
    line=thing("source", "s"),
    is_review=False,
    out_of_date=False,
    participants=500,
    follow_up=None,
    in_uk=False,
    evaluator=None,
    group_gap=False,
    head_to_head=False,
    retrospective=False,
    harms_some=False,
    low_certainty=False,
    subgroup=(),
    condition=(),
    interval_excludes_no_effect=None,
    year="2020",
)


def finding(name: str, **changes: object) -> Finding:
    """One finding of a study of its own, unless `line` says otherwise."""
    line = changes.pop("line", name)
    made = replace(PLAIN, iri=thing("finding", name), line=thing("source", str(line)))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_better_design_decides() -> None:
    account = Account([finding("a", says="increases", rank=2), finding("b", says="no-clear-effect")])
    assert account.direction == "no-clear-effect"
    assert [slug(f.iri.value) for f in account.supporting] == ["b"]


def test_more_independent_studies_decide_between_equal_designs() -> None:
    account = Account([finding("a"), finding("b"), finding("c", says="decreases")])
    assert account.direction == "increases"
    assert account.consistency == "mostly-consistent"


def test_reports_of_one_study_count_once() -> None:
    account = Account([finding("a", line="t"), finding("b", line="t"), finding("c", says="decreases")])
    assert account.direction == "mixed"
    assert Account([finding("a", line="t"), finding("b", line="t")]).studies == 1


def test_one_study_that_disagrees_with_itself_is_not_called_single() -> None:
    account = Account([finding("a", line="t"), finding("b", line="t", says="no-clear-effect", rank=2)])
    assert account.consistency == "divided-within"


def test_a_tie_is_mixed_and_averages_nothing_away() -> None:
    account = Account([finding("a"), finding("b", says="decreases")])
    assert account.direction == "mixed"
    assert account.consistency == "divided"
    assert len(account.supporting) == 2


def test_a_subgroup_does_not_outvote_the_whole_sample() -> None:
    account = Account([finding("a", says="no-clear-effect", rank=3), finding("b", subgroup=("girls",))])
    assert account.direction == "no-clear-effect"


def test_a_subgroup_alone_is_said_to_be_one() -> None:
    account = Account([finding("a", subgroup=("girls",))])
    assert account.direction == "increases"
    assert account.basis == ["one-study", "subgroup"]


def test_one_way_against_another_does_not_answer_whether_it_works() -> None:
    account = Account([finding("a", says="no-clear-effect", rank=2), finding("b", head_to_head=True)])
    assert account.direction == "no-clear-effect"
    alone = Account([finding("b", head_to_head=True)])
    assert "head-to-head" in alone.basis
    assert alone.strength == "limited"


def test_a_contrast_that_nobody_randomised_ranks_as_a_cohort(tmp_path: Path) -> None:
    found = derived(
        CASE,
        "finding:f a rg:Finding ; prov:hadPrimarySource source:a ; rg:design design:rct ; rg:subject intervention:i ;"
        " rg:relation relation:increases ; rg:object outcome:joy ; rg:analysis analysis:non-randomised-contrast .",
        tmp_path=tmp_path,
    )
    ranks = [t.object.value for t in found if t.predicate == term("designRank")]
    assert ranks == ["2"]


def test_a_superseded_source_is_left_out_while_others_stand() -> None:
    account = Account([finding("a", out_of_date=True), finding("b", says="no-clear-effect", rank=3)])
    assert account.direction == "no-clear-effect"
    alone = Account([finding("a", out_of_date=True)])
    assert alone.direction == "increases"
    assert "superseded-source" in alone.basis
    assert alone.strength == "limited"


def test_an_empty_review_is_absence_of_evidence() -> None:
    assert Account([finding("a", says="no-study")]).direction is None


STRENGTHS = [
    ([finding("a", interval_excludes_no_effect=True), finding("b")], "strong"),
    ([finding("a", interval_excludes_no_effect=False), finding("b")], "moderate"),
    ([finding("a")], "moderate"),
    ([finding("a", design="meta-analysis", is_review=True, interval_excludes_no_effect=True)], "strong"),
    ([finding("a", says="no-clear-effect"), finding("b", says="no-clear-effect")], "moderate"),
    (
        [
            finding("a", says="no-clear-effect", interval_excludes_no_effect=False),
            finding("b", says="no-clear-effect"),
        ],
        "strong",
    ),
    (
        [
            finding(n, interval_excludes_no_effect=True, tests_intervention=False, controlled=False)
            for n in ("a", "b")
        ],
        "moderate",
    ),
    ([finding("a", says="mixed"), finding("b", says="mixed")], "moderate"),
    ([finding("a", low_certainty=True)], "limited"),
    ([finding("a", line="t"), finding("b", line="t", says="decreases")], "limited"),
    ([finding("a", rank=3)], "moderate"),
    ([finding("a", rank=2)], "limited"),
    ([finding("a", rank=1)], "very-limited"),
    ([finding("a", group_gap=True)], "limited"),
    ([finding("a", subgroup=("girls",))], "limited"),
    ([finding("a", condition=("with coaching",))], "limited"),
    ([finding("a", interval_excludes_no_effect=True), finding("b", rank=0)], "moderate"),
    ([finding("a"), finding("b", says="decreases")], "limited"),
]


@pytest.mark.parametrize(("findings", "strength"), STRENGTHS)
def test_strength_by_the_written_rule(findings: list[Finding], strength: str) -> None:
    assert Account(findings).strength == strength


@given(
    st.lists(
        st.builds(
            lambda n, says, rank, line, where, old: finding(
                f"f{n}", says=says, rank=rank, line=f"s{line}", subgroup=where, out_of_date=old
            ),
            st.integers(0, 99),
            st.sampled_from(sorted(FINDS)),
            st.integers(0, 4),
            st.integers(0, 5),
            st.sampled_from([(), ("girls",)]),
            st.booleans(),
        ),
        min_size=1,
        max_size=9,
    ),
    st.randoms(),
)
def test_the_order_of_findings_never_matters(findings: list[Finding], random) -> None:
    shuffled = random.sample(findings, len(findings))
    one, other = Account(findings), Account(shuffled)
    assert one.direction == other.direction
    if one.direction is not None:
        assert one.strength == other.strength
        assert set(one.supporting) == set(other.supporting)
        assert one.studies + one.reviews <= len(findings)


def derived(*turtles: str, tmp_path: Path) -> set[Triple]:
    path = tmp_path / "case.ttl"
    prefixes = "\n".join(
        f"@prefix {n}: <{b}> ." for n, b in __import__("resgraph.vocab").vocab.PREFIXES.items()
    )
    path.write_text(prefixes + "\n" + "\n".join(turtles), encoding="utf-8")
    return set(derive(turtle.read(path), SCHEMES))


CASE = """
intervention:i a rg:Intervention ; rg:aimsToBuild factor:hope , factor:trust .
factor:hope a rg:ProtectiveFactor . factor:trust a rg:ProtectiveFactor . factor:fear a rg:RiskFactor .
outcome:joy a rg:Outcome ; rg:valence valence:desirable . outcome:woe a rg:Outcome ; rg:valence valence:undesirable .
source:a a rg:Source . source:b a rg:Source .
"""
EDGES = [
    ("intervention:i", "increases", "factor:hope", ["builds"], "benefit"),
    ("intervention:i", "decreases", "factor:hope", ["undermines"], "harm"),
    ("intervention:i", "decreases", "factor:fear", ["reduces"], "benefit"),
    ("intervention:i", "increases", "factor:fear", ["aggravates"], "harm"),
    ("intervention:i", "increases", "outcome:joy", ["improves", "increases"], "benefit"),
    ("intervention:i", "decreases", "outcome:woe", ["decreases", "improves"], "benefit"),
    ("intervention:i", "increases", "outcome:woe", ["increases", "worsens"], "harm"),
    ("factor:fear", "increases", "outcome:woe", ["raisesRiskOf"], "raises"),
    ("factor:fear", "decreases", "outcome:joy", ["impairs"], "lowers"),
    ("factor:hope", "decreases", "outcome:woe", ["protectsAgainst"], "lowers"),
    ("factor:hope", "increases", "outcome:joy", ["promotes"], "raises"),
    ("intervention:i", "no-clear-effect", "outcome:joy", [], "no-effect"),
    ("intervention:i", "mixed", "outcome:joy", [], "mixed"),
]


@pytest.mark.parametrize(("subject", "relation", "object_", "edges", "answer"), EDGES)
def test_edges_and_answers(
    subject: str, relation: str, object_: str, edges: list[str], answer: str, tmp_path: Path
) -> None:
    found = derived(
        CASE,
        f"finding:f a rg:Finding ; prov:hadPrimarySource source:a ; rg:design design:rct ; rg:subject {subject} ;"
        f" rg:relation relation:{relation} ; rg:object {object_} .",
        tmp_path=tmp_path,
    )
    about = thing(*subject.split(":"))
    assert sorted(slug(t.predicate.value) for t in found if t.subject == about) == edges
    name = f"{subject.split(':')[1]}--{object_.split(':')[1]}"
    answers = {
        t.object for t in found if t.subject == thing("proposition", name) and t.predicate == term("answer")
    }
    assert answers == {concept("answer", answer)}


def test_what_is_intended_and_never_studied_is_no_evidence(tmp_path: Path) -> None:
    found = derived(CASE, tmp_path=tmp_path)
    for name in ("i--hope", "i--trust"):
        overall = Triple(thing("proposition", name), term("overallAnswer"), concept("answer", "no-evidence"))
        assert overall in found


def test_harm_to_some_is_an_answer_beside_the_average(tmp_path: Path) -> None:
    found = derived(
        CASE,
        "finding:f a rg:Finding ; prov:hadPrimarySource source:a ; rg:design design:rct ; rg:subject intervention:i ;"
        " rg:relation relation:no-clear-effect ; rg:object outcome:joy .",
        "finding:g a rg:Finding ; prov:hadPrimarySource source:b ; rg:design design:rct ; rg:subject intervention:i ;"
        ' rg:relation relation:decreases ; rg:object outcome:joy ; rg:populationSubgroup "pupils at risk"@en .',
        tmp_path=tmp_path,
    )
    iri = thing("proposition", "i--joy")
    answers = {slug(t.object.value) for t in found if t.subject == iri and t.predicate == term("answer")}
    assert answers == {"no-effect", "harm"}
    assert Triple(iri, term("overallAnswer"), concept("answer", "no-effect")) in found
    assert Triple(iri, term("findsDecrease"), thing("finding", "g")) in found


def test_an_effect_for_some_makes_an_answer_and_no_edge(tmp_path: Path) -> None:
    found = derived(
        CASE,
        "finding:f a rg:Finding ; prov:hadPrimarySource source:a ; rg:design design:rct ; rg:subject intervention:i ;"
        ' rg:relation relation:increases ; rg:object outcome:joy ; rg:populationSubgroup "girls"@en .',
        tmp_path=tmp_path,
    )
    iri = thing("proposition", "i--joy")
    assert Triple(iri, term("overallAnswer"), concept("answer", "benefit")) in found
    assert Triple(iri, term("restsOn"), concept("basis", "subgroup")) in found
    assert not [t for t in found if t.subject == thing("intervention", "i")]


def test_a_buffer_is_a_question_of_its_own(tmp_path: Path) -> None:
    found = derived(
        CASE,
        "finding:f a rg:Finding , rg:ModerationFinding ; prov:hadPrimarySource source:a ; rg:design design:cohort ;"
        " rg:subject factor:hope ; rg:relation relation:buffers ; rg:object outcome:woe ; rg:moderates factor:fear .",
        tmp_path=tmp_path,
    )
    iri = thing("proposition", "hope--fear--woe")
    assert Triple(iri, TYPE, term("ModerationProposition")) in found
    assert Triple(thing("factor", "hope"), term("buffers"), thing("factor", "fear")) in found
    assert not any(t.predicate == term("protectsAgainst") for t in found)


def test_a_disparity_without_evidence_makes_no_edge(tmp_path: Path) -> None:
    bare = "disparity:d a rg:Disparity ; rg:group population:p ; rg:factor factor:fear ; rg:disparity disparity-scheme:more ."
    edge = Triple(thing("population", "p"), term("facesMore"), thing("factor", "fear"))
    assert edge not in derived(CASE, bare, tmp_path=tmp_path)
    assert edge in derived(CASE, bare, "disparity:d cito:citesAsEvidence finding:f .", tmp_path=tmp_path)


def test_every_finding_of_the_catalogue_belongs_to_exactly_one_proposition() -> None:
    sources = packaged()
    stated = [t for path in sources.data for t in turtle.read(path)]
    findings = {t.subject for t in stated if t.predicate == TYPE and t.object == term("Finding")}
    gathered = [t.object for t in derive(stated, SCHEMES) if t.predicate in {term(n) for n in FINDS.values()}]
    assert len(gathered) == len(set(gathered)) == len(findings)
    assert set(gathered) == findings


def test_follow_up_keeps_its_digits() -> None:
    assert Account([finding("a", follow_up=Decimal("1.5"))]).supporting[0].follow_up == Decimal("1.5")
