"""The checked answers: each competency question, worked out from the records and compared row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest
from oracle import (
    CONTROLLED,
    RANK,
    RATIOS,
    STRENGTHS,
    Key,
    Record,
    Records,
    Row,
    Run,
    aims,
    effect,
    key_of,
    number,
    several,
)

TOLD = (
    "says",
    "effect",
    "interval",
    "design",
    "n",
    "for_whom",
    "follow_up_months",
    "source",
    "source_status",
)
SCHOOL_PROBLEMS = {"bullying-victimisation", "bullying-perpetration", "absenteeism", "attendance"}
EQUITY = {
    "favours-disadvantaged": "favours the disadvantaged",
    "favours-advantaged": "favours the advantaged",
    "no-difference": "no difference",
    "differs-by-group": "differs by group",
    "benefits-some-only": "benefits some only",
    "harms-some": "harms some",
}


def slug(value: str | None) -> str | None:
    return value.rpartition("/")[2] if value and value.startswith("http") else value


def picked(rows: Iterable[Row], *names: str) -> list[tuple[str | None, ...]]:
    return sorted((tuple(slug(row.get(name)) for name in names) for row in rows), key=str)


def listed(rows: Iterable[Iterable[object]]) -> list[tuple[object, ...]]:
    return sorted(map(tuple, rows), key=str)


def told(records: Records, finding: Record) -> tuple[str, ...]:
    said = records.told(finding)
    return finding["id"], *(said[name] for name in TOLD)


def answered(records: Records, key: Key) -> tuple[str, str, str]:
    return records.answer(key), records.also(key), records.strength(key)


def direct(records: Records, **where: str) -> Iterator[Key]:
    """Questions on a plain effect, not on moderation, about a subject or an object."""
    for key in records.questions:
        if key[1] is None and all(key[("subject", "", "object").index(k)] == v for k, v in where.items()):
            yield key


def protective(records: Records, outcome: str) -> list[Key]:
    return [
        key
        for key in direct(records, object=outcome)
        if records.factors.get(key[0], {}).get("kind") == "protective"
    ]


# 2 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome", ["depressive-symptoms", "depression", "mental-wellbeing", "academic-attainment"]
)
def test_02_protective_factors_by_strength(run: Run, records: Records, outcome: str) -> None:
    rows = run("02-protective-factors-by-strength", outcome=f"outcome:{outcome}")
    expected = [
        (key[0], *answered(records, key), str(records.is_association(key)).lower(), *told(records, finding))
        for key in protective(records, outcome)
        for finding in records.questions[key]
    ]
    names = ("factor", "answer", "also_found", "strength", "association_only", "finding", *TOLD)
    assert picked(rows, *names) == listed(expected)
    ranks = [STRENGTHS.index(row["strength"]) for row in rows]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("outcome", ["depressive-symptoms", "academic-attainment"])
def test_02_protective_factors_by_size(run: Run, records: Records, outcome: str) -> None:
    rows = run("02-protective-factors-by-size", outcome=f"outcome:{outcome}")
    findings = [f for key in protective(records, outcome) for f in records.questions[key] if "value" in f]
    assert picked(rows, "finding", *TOLD) == listed(told(records, f) for f in findings)
    sizes = defaultdict(list)
    for row in rows:
        finding = records.findings[str(slug(row["finding"]))]
        sizes[row["metric"]].append(size(finding))
    assert all(found == sorted(found, reverse=True) for found in sizes.values())


def size(finding: Record) -> float:
    """How far a figure is from no effect, inside its metric."""
    value = float(finding["value"])
    if finding.get("metric") in RATIOS - {"benefit-cost-ratio"}:
        return max(value, 1 / value)
    return abs(value)


# 3 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["mental-wellbeing", "school-readiness"])
def test_03_gap_map(run: Run, records: Records, outcome: str) -> None:
    links = {(d["id"], factor) for d in records.determinants.values() for factor in d["influences"]}
    links |= {(s, o) for s, _, o in records.questions if s in records.determinants and o in records.factors}
    expected = []
    for determinant, factor in links:
        first, second = (determinant, None, factor), (factor, None, outcome)
        gaps = (not records.usable(first), not records.usable(second))
        words = {
            (True, True): "both links",
            (True, False): "determinant to factor",
            (False, True): "factor to outcome",
            (False, False): "none",
        }
        expected.append(
            (
                determinant,
                factor,
                words[gaps],
                records.answer(first),
                records.strength(first),
                records.answer(second),
                records.strength(second),
            )
        )
    names = ("determinant", "factor", "gap", "first_link", "first_strength", "second_link", "second_strength")
    assert picked(run("03-gap-map", outcome=f"outcome:{outcome}"), *names) == listed(expected)


def test_03_findings_on_the_links(run: Run, records: Records) -> None:
    expected = []
    for key in direct(records, subject="income-and-wealth"):
        second = (key[2], None, "mental-wellbeing")
        if key[2] in records.factors and second in records.questions:
            for link, question in (("1 determinant to factor", key), ("2 factor to outcome", second)):
                expected += [
                    (key[2], link, *answered(records, question), *told(records, f))
                    for f in records.questions[question]
                ]
    names = ("factor", "link", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("03-findings-on-the-links"), *names) == listed(expected)


# 4 ---------------------------------------------------------------------------------------------------------


def trials(records: Records) -> Iterator[tuple[str, Record]]:
    """Every finding on an intervention."""
    for finding in records.findings.values():
        if finding["subject_kind"] == "intervention":
            yield finding["subject"], finding


def test_04_narrowed_or_widened(run: Run, records: Records) -> None:
    expected = [
        (intervention, EQUITY[effect_], finding["object"], *told(records, finding))
        for intervention, finding in trials(records)
        for effect_ in several(finding, "equity_effect")
        if effect_ in EQUITY
    ]
    names = ("intervention", "equity", "outcome", "finding", *TOLD)
    assert picked(run("04-narrowed-or-widened"), *names) == listed(expected)


def test_04_never_looked(run: Run, records: Records) -> None:
    looked: set[str] = set()
    counts: dict[str, int] = defaultdict(int)
    for intervention, finding in trials(records):
        counts[intervention] += not finding.get("empty_review")
        if EQUITY.keys() & set(several(finding, "equity_effect")):
            looked.add(intervention)
    expected = [(name, str(count)) for name, count in counts.items() if count and name not in looked]
    assert picked(run("04-never-looked"), "intervention", "findings") == listed(expected)


# 5 ---------------------------------------------------------------------------------------------------------


def is_economic(finding: Record) -> bool:
    return finding["design"] == "economic-evaluation" or finding.get("metric") == "benefit-cost-ratio"


def test_05_cost_and_return(run: Run, records: Records) -> None:
    expected = [told(records, finding) for finding in records.findings.values() if is_economic(finding)]
    rows = run("05-cost-and-return")
    assert picked(rows, "finding", *TOLD) == listed(expected)
    perry = next(row for row in rows if "belfield-perry-age-40" in row["finding"])
    assert (perry["effect"], perry["metric"], perry["n"]) == ("12.9", "benefit-cost ratio", "123")


def test_05_cost_ratings(run: Run, records: Records) -> None:
    expected = [
        (
            i["id"],
            toolkit.get("cost_rating", "not stated"),
            str(toolkit.get("months_progress", "not stated")),
            toolkit.get("evidence_rating", "not stated"),
            toolkit.get("as_of", "not stated"),
        )
        for i in records.interventions.values()
        if (toolkit := i.get("toolkit"))
    ]
    names = ("intervention", "cost", "months_progress", "evidence_rating", "as_of")
    assert picked(run("05-cost-ratings"), *names) == listed(expected)


def test_05_cost_unknown(run: Run, records: Records) -> None:
    costed = {i["id"] for i in records.interventions.values() if "cost_rating" in i.get("toolkit", {})}
    costed |= {intervention for intervention, finding in trials(records) if is_economic(finding)}
    expected = []
    for name in records.interventions.keys() - costed:
        answers = [records.answer(key) for key in direct(records, subject=name)]
        found = sum(answer != "no evidence" for answer in answers)
        expected.append((name, str(found), str(answers.count("benefit"))))
    names = ("intervention", "questions_with_findings", "answered_benefit")
    assert picked(run("05-cost-unknown"), *names) == listed(expected)


# 6 ---------------------------------------------------------------------------------------------------------


def asked_of(records: Records, subject: str) -> list[Key]:
    """Every question on a subject: those with findings, and those nobody has looked into."""
    untested = [key for key in records.untested if key[0] == subject]
    return [key for key in records.questions if key[0] == subject] + untested


def test_06_actions_by_level(run: Run, records: Records) -> None:
    numbers = {
        "pupil-achievement": "1",
        "transitions-and-healthy-behaviours": "2",
        "interpersonal-relationships": "3",
        "whole-school-and-community": "4",
    }
    expected = []
    for action in records.actions.values():
        for level in action["action_levels"]:
            for example in action.get("examples", [None]):
                answers = [records.answer(key) for key in asked_of(records, example)] if example else []
                counts = [
                    str(answers.count(answer))
                    for answer in ("benefit", "no effect", "mixed", "harm", "no evidence")
                ]
                actor = action["actor"].replace("-", " ")
                expected.append((numbers[level], actor, action["id"], example, *counts))
    names = ("level_number", "actor", "action", "example", "benefit", "no_effect", "mixed", "harm")
    rows = run("06-actions-by-level")
    assert picked((r for r in rows if "action" in r), *names, "no_evidence") == listed(expected)
    assert {(row["level_number"], row["actor"]) for row in rows} == {
        (n, actor) for n in "1234" for actor in ("school", "local authority")
    }


def with_findings(records: Records, keys: Iterable[Key]) -> Iterator[tuple[Key, Record | None]]:
    for key in keys:
        found: list[Record | None] = [*records.questions.get(key, [])]
        yield from ((key, finding) for finding in found or [None])


def nobody(records: Records, finding: Record | None) -> tuple[str | None, ...]:
    return told(records, finding) if finding else (None, "nobody has looked", *[None] * (len(TOLD) - 1))


def test_06_evidence_behind_an_action(run: Run, records: Records) -> None:
    examples = records.actions["commission-parenting-support"]["examples"]
    expected = [
        (key[0], key[2], *answered(records, key), *nobody(records, finding))
        for example in examples
        for key, finding in with_findings(records, asked_of(records, example))
    ]
    names = ("example", "object", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("06-evidence-behind-an-action"), *names) == listed(expected)


# 7 ---------------------------------------------------------------------------------------------------------


def halves(records: Records) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for disparity in records.disparities.values():
        found[disparity["group"]].add(disparity["disparity"])
    return found


#: what is answered where a gap follows from the definition of the group, and nobody's finding is cited
STATED = ("no evidence", "nothing else", "none")


def test_07_double_burden(run: Run, records: Records) -> None:
    both = {group for group, sides in halves(records).items() if sides == {"more", "less"}}
    expected = []
    for disparity in records.disparities.values():
        if disparity["group"] in both:
            for name in disparity.get("findings", [None]):
                finding = records.findings[name] if name else None
                said = told(records, finding) if finding else (None, "stated without a finding", *[None] * 8)
                replied = answered(records, key_of(finding)) if finding else STATED
                burden = (disparity["group"], disparity["disparity"], disparity["factor"])
                expected.append((*burden, *replied, *said))
    names = ("group", "burden", "factor", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("07-double-burden"), *names) == listed(expected)
    assert both == {slug(row["group"]) for row in run("37-double-burdened-groups")}


def test_07_half_recorded(run: Run, records: Records) -> None:
    sides = halves(records)
    expected = [
        (group, next(iter(sides[group]), "neither half"))
        for group in records.populations
        if len(sides[group]) < 2
    ]
    assert picked(run("07-half-recorded"), "group", "recorded") == listed(expected)


# 8 ---------------------------------------------------------------------------------------------------------


def figures(finding: Record) -> Iterator[tuple[str, str | None]]:
    """Every figure of a finding, by the part it plays."""
    main = [number(finding["value"])] if "value" in finding else []
    yield from (("main", value) for value in main or ([None] if "value_low" in finding else []))
    for field, part in (("contrast_value", "contrast"), ("bias_adjusted_value", "bias-adjusted")):
        if field in finding:
            yield part, number(finding[field])
    for item in finding.get("further_estimates", []):
        yield "further", number(item["value"])


@pytest.mark.parametrize(
    ("subject", "obj"),
    [
        ("intervention:kiva", "factor:bullying-victimisation"),
        ("factor:adverse-childhood-experiences", "outcome:mental-wellbeing"),
        ("intervention:anti-bullying-programmes", "factor:bullying-victimisation"),
    ],
)
def test_08_effects_as_a_table(run: Run, records: Records, subject: str, obj: str) -> None:
    expected = []
    for finding in records.findings.values():
        if (finding["subject"], finding["object"]) == (subject.split(":")[1], obj.split(":")[1]):
            n = str(finding["n_participants"]) if "n_participants" in finding else None
            months = number(finding["follow_up_months"]) if "follow_up_months" in finding else None
            for which, value in list(figures(finding)) or [("none reported", None)]:
                expected.append((finding["id"], which, value, n, months, finding["source"]))
    names = ("finding", "which_figure", "value", "n", "follow_up_months", "source")
    assert picked(run("08-effects-as-a-table", subject=subject, object=obj), *names) == listed(expected)


# 9 ---------------------------------------------------------------------------------------------------------


def pairs(records: Records, ones: set[str], others: set[str]) -> Iterator[tuple[Record, Record]]:
    for findings in records.questions.values():
        for one in findings:
            for other in findings:
                if plain(one) in ones and plain(other) in others:
                    yield one, other


def plain(finding: Record) -> str:
    if finding.get("empty_review") or finding.get("interaction") == "amplifies":
        return ""
    return str(finding["relation"])


def same_study(records: Records, one: Record, other: Record) -> bool:
    studies = {records.study_of.get(f["source"], f["source"]) for f in (one, other)}
    return len(studies) == 1


def verdict(one: float | None, other: float | None) -> str:
    if one is None or other is None:
        return "not known"
    return "same" if one == other else "one" if one > other else "other"


def weighed(records: Records, one: Record, other: Record) -> tuple[str, ...]:
    sources = [records.sources[f["source"]] for f in (one, other)]
    years = [source.get("year") for source in sources]
    sizes = [
        f.get("n_participants", s.get("n_participants")) for f, s in zip((one, other), sources, strict=True)
    ]
    ranks = [RANK.get(f["design"], 0) for f in (one, other)]
    return (
        one["id"],
        other["id"],
        verdict(*years),
        verdict(*sizes),
        verdict(*ranks),
        str(same_study(records, one, other)).lower(),
    )


CONFLICT = ("one", "other", "newer", "larger", "better_designed", "same_study")


def test_09_opposite_directions(run: Run, records: Records) -> None:
    expected = [weighed(records, *pair) for pair in pairs(records, {"increases"}, {"decreases"})]
    assert picked(run("09-opposite-directions"), *CONFLICT) == listed(expected)


def test_09_effect_against_no_effect(run: Run, records: Records) -> None:
    expected = [
        weighed(records, one, other)
        for one, other in pairs(records, {"increases", "decreases"}, {"no-clear-effect"})
        if not same_study(records, one, other)
    ]
    assert picked(run("09-effect-against-no-effect"), *CONFLICT) == listed(expected)


# 10 --------------------------------------------------------------------------------------------------------


def neighbours(records: Records, *, narrow: bool = False) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for subject, object_, _ in records.links(narrow=narrow):
        found[subject].add(object_)
    return found


def simple_paths(records: Records, start: str, end: str) -> Iterator[tuple[str, ...]]:
    edges = neighbours(records, narrow=True)
    paths = [(start,)]
    for _ in range(3):
        longer = [(*path, node) for path in paths for node in edges[path[-1]] if node not in path]
        yield from (path for path in longer if path[-1] == end)
        paths = [path for path in longer if path[-1] != end]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("intervention:kiva", "outcome:depressive-symptoms"),
        ("determinant:income-and-wealth", "outcome:mental-wellbeing"),
        ("factor:bullying-victimisation", "outcome:academic-attainment"),
    ],
)
def test_10_paths(run: Run, records: Records, start: str, end: str) -> None:
    expected = [
        (str(len(path) - 1), *(*path[1:-1], None, None)[:2])
        for path in simple_paths(records, start.split(":")[1], end.split(":")[1])
    ]
    rows = run("10-paths", start=start, end=end)
    assert picked(rows, "links", "via", "via_2") == listed(expected)
    assert [row["links"] for row in rows] == sorted(row["links"] for row in rows)


def test_10_findings_on_the_paths(run: Run, records: Records) -> None:
    expected = []
    for path in simple_paths(records, "kiva", "depressive-symptoms"):
        if len(path) == 3:
            for link in (0, 1):
                key = (path[link], None, path[link + 1])
                expected += [
                    (path[1], str(link + 1), *answered(records, key), *told(records, finding))
                    for finding in records.questions[key]
                ]
    names = ("via", "link", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("10-findings-on-the-paths"), *names) == listed(expected)


def test_10_shortest_reach(run: Run, records: Records) -> None:
    edges, reached = neighbours(records), set()
    waiting = list(edges["kiva"])
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += edges[node]
    expected = [(node, str(node in edges["kiva"]).lower()) for node in reached]
    assert picked(run("10-shortest-reach"), "reached", "by_one_link") == listed(expected)


@pytest.mark.parametrize("programme", ["kiva", "zippys-friends", "olweus-bullying-prevention"])
def test_10_asserted_or_inferred(run: Run, records: Records, programme: str) -> None:
    """Where a chain leads to an outcome, it is inferred, and stands beside the direct answer."""
    end = "depressive-symptoms"
    record, edges = records.interventions[programme], neighbours(records)
    expected = set()
    for via in {*aims(record), *edges[programme]} & records.factors.keys():
        key = (via, None, end)
        helps = "raises" if records.factors[via]["kind"] == "risk" else "lowers"
        if key not in records.questions or records.answer(key) != helps:
            continue
        if via in aims(record):
            expected.add((via, "intended"))
        if via in edges[programme] and records.answer((programme, None, via)) == "benefit":
            expected.add((via, "evidenced"))
    rows = run("10-asserted-or-inferred", start=f"intervention:{programme}", end=f"outcome:{end}")
    found = {(slug(row["via"]), slug(row["step_1_held_in"])) for row in rows if "via" in row}
    assert found == expected
    assert {slug(row["held_in"]) for row in rows if "via" in row} <= {"inferred"}
    assert {row["direct_answer"] for row in rows} <= {records.answer((programme, None, end))}


# 14 --------------------------------------------------------------------------------------------------------


BASES = (
    "one-study",
    "superseded-source",
    "group-gap",
    "head-to-head",
    "retrospective-exposure",
    "subgroup",
    "condition",
)


@pytest.mark.parametrize("basis", BASES)
def test_14_statements_by_basis(run: Run, records: Records, basis: str) -> None:
    expected = [
        (*answered(records, key), *told(records, finding))
        for key in records.questions
        if records.usable(key) and basis in records.bases(key)
        for finding in records.supporting(key)
    ]
    names = ("answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("14-statements-by-basis", basis=f"basis:{basis}"), *names) == listed(expected)


def test_14_how_much_rests_on_little(run: Run, records: Records) -> None:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for key in records.questions:
        for basis in records.bases(key) if records.usable(key) else ():
            counts[basis, records.strength(key)] += 1
    expected = [(*names, str(count)) for names, count in counts.items()]
    rows = run("14-how-much-rests-on-little")
    assert picked(rows, "basis", "strength", "statements") == listed(expected)


def test_14_superseded_sources(run: Run, records: Records) -> None:
    disputed = {s["disputes"] for s in records.sources.values() if "disputes" in s}
    expected = []
    for key, findings in records.questions.items():
        kept = {f["id"] for f in records.supporting(key)}
        for f in findings:
            for state, sources in (("superseded", records.replaced), ("disputed", disputed)):
                if f["source"] in sources:
                    rests = str(f["id"] in kept).lower()
                    expected.append((state, rests, *answered(records, key), *told(records, f)))
    names = ("state", "still_rests_on_it", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("14-superseded-sources"), *names) == listed(expected)


# 15 --------------------------------------------------------------------------------------------------------


def on_school_problems(records: Records) -> Iterator[tuple[Record, Record]]:
    for name, finding in trials(records):
        if finding["object"] in SCHOOL_PROBLEMS:
            yield records.interventions[name], finding


def overlaps(low: int | None, high: int | None, youngest: int, oldest: int) -> bool:
    return (low is None or low <= oldest) and (high is None or high >= youngest)


@pytest.mark.parametrize(("youngest", "oldest"), [(11, 14), (5, 7)])
def test_15_what_was_tried(run: Run, records: Records, youngest: int, oldest: int) -> None:
    expected = []
    for programme, finding in on_school_problems(records):
        low, high = (finding.get(age, programme.get(age)) for age in ("age_min", "age_max"))
        if overlaps(low, high, youngest, oldest):
            later = finding.get("follow_up_months", 0) > 0
            expected.append(
                (
                    programme["id"],
                    programme.get("duration", "not recorded"),
                    programme.get("toolkit", {}).get("cost_rating", "not recorded"),
                    records.told(finding)["says"] if later else "no later measurement stated",
                    *told(records, finding),
                )
            )
    names = ("intervention", "duration", "cost", "says_at_follow_up", "finding", *TOLD)
    rows = run("15-what-was-tried", youngest=str(youngest), oldest=str(oldest))
    assert picked(rows, *names) == listed(expected)


def test_15_fits_our_school(run: Run, records: Records) -> None:
    expected = [
        (programme["id"], *told(records, finding))
        for programme, finding in on_school_problems(records)
        if (programme["provision"], programme.get("delivered_by")) == ("universal", "teacher")
        and "GB" in finding.get("countries", [])
        and finding["design"] in CONTROLLED
        and overlaps(finding.get("age_min"), finding.get("age_max"), 11, 14)
    ]
    assert picked(run("15-fits-our-school"), "intervention", "finding", *TOLD) == listed(expected)


# 16 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("programme", ["dot-b-mindfulness", "friends", "kiva", "good-behaviour-game"])
def test_16_aims_against_evidence(run: Run, records: Records, programme: str) -> None:
    record = records.interventions[programme]
    expected = []
    for key, finding in with_findings(records, asked_of(records, programme)):
        aim = "to build" if key[2] in record.get("builds", []) else "not a stated aim"
        aim = "to reduce" if key[2] in record.get("mitigates", []) else aim
        expected.append((aim, key[2], *answered(records, key), *nobody(records, finding)))
    names = ("aim", "object", "answer", "also_found", "strength", "finding", *TOLD)
    rows = run("16-aims-against-evidence", programme=f"intervention:{programme}")
    assert picked(rows, *names) == listed(expected)


def fits_beside(records: Records, programme: Record, other: Record) -> bool:
    ages = ("age_min", "age_max")
    if other is programme or not all(age in each for age in ages for each in (programme, other)):
        return False
    apart = not set(aims(programme)) & set(aims(other))
    return apart and overlaps(other["age_min"], other["age_max"], programme["age_min"], programme["age_max"])


def test_16_what_fits_beside(run: Run, records: Records) -> None:
    programme = records.interventions["dot-b-mindfulness"]
    unmet = {key[2] for key in asked_of(records, programme["id"]) if records.answer(key) != "benefit"}
    expected = []
    for other in records.interventions.values():
        for key in direct(records, subject=other["id"]) if fits_beside(records, programme, other) else ():
            good = records.answer(key) == "benefit" and records.strength(key) in ("strong", "moderate")
            if good and key[2] in unmet:
                expected += [
                    (other["id"], key[2], *answered(records, key), *told(records, f))
                    for f in records.supporting(key)
                ]
    names = ("other", "object", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("16-what-fits-beside"), *names) == listed(expected)


def test_16_what_to_measure(run: Run, records: Records) -> None:
    programme = "dot-b-mindfulness"
    aimed = aims(records.interventions[programme])
    expected = []
    for key, finding in with_findings(records, asked_of(records, programme)):
        harm = str("harm" in records.answers(key)).lower()
        for measure in (several(finding, "measure") if finding else []) or ["not recorded"]:
            expected.append((key[2], str(key[2] in aimed).lower(), records.answer(key), harm, measure))
    names = ("object", "aim", "answer", "harm_found", "measure")
    assert sorted(set(picked(run("16-what-to-measure"), *names))) == sorted(set(listed(expected)))


# 17 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "adversity", ["adverse-childhood-experiences", "stressful-life-events", "discrimination"]
)
def test_17_buffers(run: Run, records: Records, adversity: str) -> None:
    expected = [
        (key[0], key[2], *answered(records, key), *told(records, finding))
        for key, findings in records.questions.items()
        if key[1] == adversity
        for finding in findings
    ]
    names = ("factor", "object", "answer", "also_found", "strength", "finding", *TOLD)
    assert picked(run("17-buffers", adversity=f"factor:{adversity}"), *names) == listed(expected)


def test_17_harm_that_remains(run: Run, records: Records) -> None:
    expected = []
    for finding in records.findings.values():
        if "contrast_where" in finding and "value_where" in finding:
            by = {
                finding["value_where"]: number(finding["value"]),
                finding["contrast_where"]: number(finding["contrast_value"]),
            }
            expected.append((finding["id"], by["low"], by["high"], str(finding["n_participants"])))
    rows = run("17-harm-that-remains")
    assert picked(rows, "finding", "low_protection", "high_protection", "n") == listed(expected)
    trusted_adult = next(row for row in rows if "bellis-2017" in row["finding"])
    assert (trusted_adult["low_protection"], trusted_adult["high_protection"]) == ("8.32", "3.27")
    assert trusted_adult["high_interval"] == "2.16 to 4.96"
    assert trusted_adult["harm_remains"].startswith("yes")


# 18 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [12, 60])
def test_18_beyond_a_year(run: Run, records: Records, limit: int) -> None:
    expected = [
        (name, finding["object"], *told(records, finding))
        for name, finding in trials(records)
        if finding.get("follow_up_months", 0) > limit
    ]
    names = ("intervention", "object", "finding", *TOLD)
    assert picked(run("18-beyond-a-year", limit=str(limit)), *names) == listed(expected)


def test_18_course_of_effects(run: Run, records: Records) -> None:
    expected = [
        ("comes late" if course == "delayed" else course, finding["subject"], *told(records, finding))
        for finding in records.findings.values()
        for course in several(finding, "course")
    ]
    assert picked(run("18-course-of-effects"), "course", "subject", "finding", *TOLD) == listed(expected)


def happened(earlier: Record, later: Record) -> str:
    was, is_now = earlier["relation"], later["relation"]
    if was == is_now:
        return "the same"
    if is_now == "no-clear-effect":
        return "gone later"
    if was == "no-clear-effect":
        return "came late"
    return "mixed" if "mixed" in (was, is_now) else "turned"


def test_18_earlier_and_later(run: Run, records: Records) -> None:
    everybody = [
        finding
        for _, finding in trials(records)
        if "follow_up_months" in finding and records.told(finding)["for_whom"] == "all who took part"
    ]
    expected = [
        (earlier["id"], later["id"], happened(earlier, later), shown(earlier), shown(later))
        for earlier in everybody
        for later in everybody
        if (earlier["subject"], earlier["object"]) == (later["subject"], later["object"])
        and earlier["follow_up_months"] < later["follow_up_months"]
        and same_study(records, earlier, later)
    ]
    names = ("earlier", "later", "what_happened", "earlier_effect", "later_effect")
    found = picked(run("18-earlier-and-later"), *names)
    assert [(*row[:3], first(row[3]), first(row[4])) for row in found] == listed(expected)


def shown(finding: Record) -> str:
    return first(effect(finding))


def first(figure: str | None) -> str:
    """The number with which a published figure begins; `not` where there is none."""
    word = (figure or "").split(" ")[0]
    return word if word == "not" else number(word)


# 19 --------------------------------------------------------------------------------------------------------


def test_19_the_briefing(run: Run, records: Records) -> None:
    expected = []
    for point in records.points.values():
        sides = [point["findings_for"], point["findings_against"]]
        strict = [sum(records.findings[f]["design"] in CONTROLLED for f in side) for side in sides]
        expected.append((str(point["number"]), *(str(n) for n in (*map(len, sides), *strict))))
    names = ("number", "supporting", "disputing", "controlled_supporting", "controlled_disputing")
    assert picked(run("19-the-briefing"), *names) == listed(expected)


@pytest.mark.parametrize("point", [f"briefing-{n}" for n in range(1, 7)])
def test_19_findings_behind_a_point(run: Run, records: Records, point: str) -> None:
    record = records.points[point]
    expected = [
        (stance, *told(records, records.findings[name]))
        for stance, names in (("supports", record["findings_for"]), ("disputes", record["findings_against"]))
        for name in names
    ]
    rows = run("19-findings-behind-a-point", point=f"point:{point}")
    assert picked(rows, "stance", "finding", *TOLD) == listed(expected)


# four answers that are a no --------------------------------------------------------------------------------


def test_the_four_answers_that_are_a_no_are_four(run: Run, records: Records) -> None:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for name in records.interventions:
        for key in asked_of(records, name):
            counts[records.answer(key), records.strength(key)] += 1
    expected = [(*names, str(count)) for names, count in counts.items()]
    rows = run("31-four-answers-that-are-a-no")
    assert picked(rows, "answer", "strength", "questions") == listed(expected)
    assert {"no effect", "no evidence", "mixed", "harm"} <= {row["answer"] for row in rows}


def test_every_harm_is_shown(run: Run, records: Records) -> None:
    expected = []
    for name, finding in trials(records):
        worse = "decreases" if records.is_good(finding["object"]) else "increases"
        some = "harms-some" in several(finding, "equity_effect")
        if finding["relation"] == worse or some:
            expected.append((name, str(some).lower(), *told(records, finding)))
    assert picked(run("32-harms"), "intervention", "harms_some", "finding", *TOLD) == listed(expected)


def test_untested_aims_are_no_evidence(run: Run, records: Records) -> None:
    expected = [
        (i["id"], factor, "no evidence")
        for i in records.interventions.values()
        for factor in aims(i)
        if not records.usable((i["id"], None, factor))
    ]
    assert picked(run("33-untested-aims"), "intervention", "factor", "answer") == listed(expected)


def pathways(records: Records) -> Iterator[tuple[str, str, str]]:
    """Programme, conclusion and object: by one factor that it aims at, or changes for the better."""
    links: dict[str, set[str]] = defaultdict(set)
    for subject, object_, _ in records.links():
        links[subject].add(object_)
    for programme in records.interventions.values():
        found = {
            f for f in links[programme["id"]] & set(records.factors) if helps(records, programme["id"], f)
        }
        for factor in found | set(aims(programme)):
            for object_ in links[factor]:
                rises = records.direction((factor, None, object_)) == "increases"
                if (rises == records.is_good(factor)) == records.is_good(object_):
                    word = "Promotes" if records.is_good(object_) else "ProtectsAgainst"
                    yield programme["id"], f"plausibly{word}", object_


def helps(records: Records, programme: str, factor: str) -> bool:
    return records.answer((programme, None, factor)) == "benefit"


def test_what_a_reasoner_holds_plausible_stands_beside_what_was_found(run: Run, records: Records) -> None:
    expected = {
        (i, said, o, "yes" if key_answer[0] == "benefit" else "no", *key_answer)
        for i, said, o in pathways(records)
        if records.usable((i, None, o))
        for key_answer in [answered(records, (i, None, o))]
    }
    names = ("intervention", "statement", "object", "borne_out", "answer", "also_found", "strength")
    rows = [
        row | {"statement": row["statement"].partition("#")[2]} for row in run("45-pathways-put-to-the-test")
    ]
    assert picked(rows, *names) == listed(expected)
    assert {row["borne_out"] for row in rows} == {"yes", "no"}


def test_a_pathway_is_either_untested_or_put_to_the_test(run: Run, records: Records) -> None:
    untested = {(slug(row["intervention"]), row["statement"]) for row in run("36-plausible-pathways")}
    tested = about(run("45-pathways-put-to-the-test"), object="self-harm")
    assert untested
    assert not untested & {(slug(row["intervention"]), row["statement"]) for row in tested}
    every = {
        (i, f"https://w3id.org/resgraph/ns#{said}") for i, said, o in pathways(records) if o == "self-harm"
    }
    assert untested | {(slug(row["intervention"]), row["statement"]) for row in tested} == every


# read by eye in the records, and typed by hand --------------------------------------------------------------


def about(rows: Iterable[Row], **values: str) -> list[Row]:
    return [row for row in rows if all(slug(row.get(name)) == value for name, value in values.items())]


def test_an_average_of_no_effect_shows_the_harm_to_some(run: Run) -> None:
    rows = about(run("16-aims-against-evidence"), object="mental-wellbeing")
    assert {(row["answer"], row["also_found"]) for row in rows} == {("no effect", "harm")}
    average, at_risk = sorted(rows, key=lambda row: row["source"])
    assert (average["effect"], average["interval"], average["n"]) == ("0.02", "-0.03 to 0.07", "8376")
    assert at_risk["says"] == "decreases"
    assert at_risk["for_whom"] == "pupils at risk of mental-health problems"
    assert (at_risk["effect"], at_risk["n"]) == ("not reported", "8376 (whole source)")


def test_a_uk_trial_of_no_clear_effect_stays_beside_the_one_that_found_a_benefit(run: Run) -> None:
    rows = about(run("15-fits-our-school"), intervention="kiva", problem_name="Bullying victimisation")
    wales, wales_and_england = sorted(rows, key=lambda row: row["source"])
    assert (wales["says"], wales["effect"], wales["interval"]) == ("no clear effect", "0.76", "0.55 to 1.06")
    assert (wales_and_england["says"], wales_and_england["effect"]) == ("decreases", "0.87")
    assert (wales_and_england["interval"], wales_and_england["n"]) == ("0.78 to 0.97", "11111")


def test_a_superseded_trial_is_shown_as_such_and_not_counted(run: Run) -> None:
    rows = about(run("14-superseded-sources"), source="magic-breakfast-2016")
    assert {row["source_status"] for row in rows} == {"superseded or withdrawn"}
    attainment = [row for row in rows if row["proposition"].endswith("magic-breakfast--academic-attainment")]
    assert {row["still_rests_on_it"] for row in attainment} == {"false"}
    assert {slug(row["replaced_by"]) for row in attainment} == {"magic-breakfast-2019"}


def test_an_empty_review_is_no_evidence_and_not_no_effect(run: Run) -> None:
    rows = run("16-aims-against-evidence", programme="intervention:trauma-informed-schools")
    row = about(rows, object="psychological-distress")[0]
    assert (row["answer"], row["strength"]) == ("no evidence", "none")
    assert row["says"] == "no eligible study found"
