"""The records, and the rule of evidence worked out again from its words, in plain Python.

Nothing here reads the graph or uses the package: what a stored query must answer is derived a second time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Key = tuple[str, str | None, str]
Row = dict[str, str]
#: from the name of a stored query, and values to bind, to its rows
Run = Callable[..., list[Row]]

IMPORTED = Path(__file__).parents[1] / "records" / "imported"

RANK = {
    "meta-analysis": 4,
    "cluster-rct": 4,
    "rct": 4,
    "systematic-review": 3,
    "quasi-experimental": 3,
    "cohort": 2,
    "case-control": 2,
    "cross-sectional": 1,
    "economic-evaluation": 1,
}
REVIEWS = {"meta-analysis", "systematic-review"}
CONTROLLED = {"cluster-rct", "rct", "quasi-experimental"}
RATIOS = {"odds-ratio", "risk-ratio", "rate-ratio", "hazard-ratio", "benefit-cost-ratio"}
#: metrics without a value that means "nothing changed"
NO_NULL = {"population-attributable-fraction", "variance-explained-percent", "prevalence-percent"}
DESIGN_WORDS = {
    "meta-analysis": "meta-analysis",
    "cluster-rct": "cluster randomised trial",
    "rct": "individually randomised trial",
    "systematic-review": "systematic review",
    "quasi-experimental": "quasi-experimental study",
    "cohort": "cohort study",
    "case-control": "case-control study",
    "cross-sectional": "cross-sectional study",
    "economic-evaluation": "economic evaluation",
    "report": "report",
    "qualitative": "qualitative study",
    "guidance": "guidance",
}
STRENGTHS = ["very limited", "limited", "moderate", "strong"]
HEAD_TO_HEAD = {"other-arm", "other-deliverer", "dose-contrast"}
UNRANDOMISED = {"non-randomised-contrast", "within-group", "mediation"}


def number(value: float | str) -> str:
    """Write a number as the graph does: without idle zeros."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def several(record: Record, field: str) -> list[Any]:
    value = record.get(field, [])
    return value if isinstance(value, list) else [value]


class Records:
    """Every record by kind and id, and what the findings on each question amount to."""

    def __init__(self) -> None:
        for path in sorted(IMPORTED.glob("*.jsonl")):
            lines = path.read_text(encoding="utf-8").splitlines()
            setattr(self, path.stem, {record["id"]: record for record in map(json.loads, lines)})

    findings: dict[str, Record]
    sources: dict[str, Record]
    interventions: dict[str, Record]
    factors: dict[str, Record]
    outcomes: dict[str, Record]
    determinants: dict[str, Record]
    populations: dict[str, Record]
    studies: dict[str, Record]
    disparities: dict[str, Record]
    actions: dict[str, Record]
    points: dict[str, Record]

    @cached_property
    def questions(self) -> dict[Key, list[Record]]:
        """Findings by subject, moderated risk (of moderations) and object."""
        found: dict[Key, list[Record]] = defaultdict(list)
        for finding in self.findings.values():
            found[key_of(finding)].append(finding)
        return dict(found)

    @cached_property
    def untested(self) -> set[Key]:
        """What is intended or expected, and has no finding."""
        meant: set[Key] = {
            *((i["id"], None, o) for i in self.interventions.values() for o in aims(i)),
            *((d["id"], None, o) for d in self.determinants.values() for o in d["influences"]),
        }
        return meant - set(self.questions)

    @cached_property
    def study_of(self) -> dict[str, str]:
        return {source: study["id"] for study in self.studies.values() for source in study["sources"]}

    @cached_property
    def replaced(self) -> set[str]:
        """Sources that were superseded or withdrawn."""
        records = self.sources.values()
        return {s["supersedes"] for s in records if "supersedes" in s} | {
            s["id"] for s in records if "superseded_by" in s or "record_status" in s
        }

    def is_good(self, construct: str) -> bool:
        """More of it is better."""
        if construct in self.factors:
            return bool(self.factors[construct]["kind"] == "protective")
        return bool(self.outcomes[construct]["valence"] == "desirable")

    def line(self, finding: Record) -> str:
        source = finding["source"]
        return self.study_of.get(source) or str(self.sources[source].get("version_of", source))

    def rank(self, finding: Record) -> int:
        rank = RANK.get(finding["design"], 0)
        return min(rank, 2) if UNRANDOMISED & set(several(finding, "analysis")) else rank

    def usable(self, key: Key) -> list[Record]:
        studied = [f for f in self.questions.get(key, []) if says(f) != "no-study"]
        return [f for f in studied if f["source"] not in self.replaced] or studied

    def broad(self, key: Key) -> list[Record]:
        return [f for f in self.usable(key) if not is_narrow(f)] or self.usable(key)

    def direction(self, key: Key) -> str | None:
        """By the best design, then by lines of that design, then by all lines; a tie is mixed."""
        support: dict[str, list[Record]] = defaultdict(list)
        for finding in self.broad(key):
            support[says(finding)].append(finding)
        if not support:
            return None
        weights = {what: self._weight(found) for what, found in support.items()}
        best = [what for what, weight in weights.items() if weight == max(weights.values())]
        return best[0] if len(best) == 1 else "mixed"

    def _weight(self, found: list[Record]) -> tuple[int, int, int]:
        top = max(map(self.rank, found))
        lines = {self.line(f) for f in found if self.rank(f) == top}
        return top, len(lines), len({self.line(f) for f in found})

    def supporting(self, key: Key) -> list[Record]:
        direction = self.direction(key)
        return [f for f in self.broad(key) if says(f) == direction] or self.broad(key)

    def answer(self, key: Key) -> str:
        """The answer best supported, in the words people read."""
        return self._reply(key, self.direction(key) or "no-study")

    def answers(self, key: Key) -> set[str]:
        """Every answer that some finding gives."""
        found = self.questions.get(key, [])
        replies = {self._reply(key, says(f)) for f in found} | {self.answer(key)}
        if key[0] in self.interventions and any("harms-some" in several(f, "equity_effect") for f in found):
            replies.add("harm")
        return replies - {"no evidence"} if self.usable(key) else replies

    def also(self, key: Key) -> str:
        return ", ".join(sorted(self.answers(key) - {self.answer(key)})) or "nothing else"

    def _reply(self, key: Key, what: str) -> str:
        if what not in ("increases", "decreases"):
            return {"no-clear-effect": "no effect", "no-study": "no evidence"}.get(what, what)
        if key[0] in self.interventions:
            return "benefit" if (what == "increases") == self.is_good(key[2]) else "harm"
        return "raises" if what == "increases" else "lowers"

    def bases(self, key: Key) -> set[str]:
        """Weaknesses that all support shares."""
        support = self.supporting(key)
        primary = {self.line(f) for f in support if f["design"] not in REVIEWS}
        tests = {
            "one-study": len(primary) < 2 and not any(f["design"] in REVIEWS for f in support),
            "superseded-source": all(f["source"] in self.replaced for f in support),
            "group-gap": all(f.get("comparison_of_groups") for f in support),
            "head-to-head": all(map(is_head_to_head, support)),
            "low-certainty": all("low-certainty" in several(f, "caveat") for f in support),
            "retrospective-exposure": all(f.get("retrospective_exposure") for f in support),
            "subgroup": all(f.get("subgroup_population") for f in support),
            "condition": all(f.get("condition") for f in support),
        }
        return {name for name, holds in tests.items() if holds}

    def strength(self, key: Key) -> str:
        support = self.supporting(key)
        if not support:
            return "none"
        top = max(map(self.rank, support))
        if top < 2:
            return "very limited"
        narrow = self.bases(key) - {"one-study", "retrospective-exposure"}
        if top == 2 or narrow or self.is_divided(key):
            return "limited"
        repeated = len({self.line(f) for f in support if self.rank(f) == top}) > 1
        pooled = any(f["design"] == "meta-analysis" for f in support)
        firm = top == 4 and (repeated or pooled) and self.is_borne_out(key)
        return "strong" if firm and not self.is_association(key) else "moderate"

    def is_borne_out(self, key: Key) -> bool:
        """Some interval in support leaves "no effect" out; or in, when that is what support says."""
        excluding = [known for f in self.supporting(key) if (known := excludes_null(f)) is not None]
        if self.direction(key) == "no-clear-effect":
            return False in excluding
        return self.direction(key) != "mixed" and True in excluding

    def is_divided(self, key: Key) -> bool:
        lines: dict[str, set[str]] = defaultdict(set)
        for finding in self.broad(key):
            lines[self.line(finding)].add(says(finding))
        if len(lines) == 1:
            return len(next(iter(lines.values()))) > 1
        agreeing = sum(said == {self.direction(key)} for said in lines.values())
        return 3 * agreeing < 2 * len(lines)

    def is_association(self, key: Key) -> bool:
        shown = any(f["design"] in CONTROLLED or f.get("causal") for f in self.supporting(key))
        return key[0] not in self.interventions and not shown

    def told(self, finding: Record) -> dict[str, str]:
        """What every answer must say of a finding, with "not reported" where the record has nothing."""
        return {
            "says": "no eligible study found"
            if says(finding) == "no-study"
            else finding["relation"].replace("-", " "),
            "effect": effect(finding),
            "interval": f"{number(finding['ci_low'])} to {number(finding['ci_high'])}"
            if "ci_low" in finding
            else "not reported",
            "design": DESIGN_WORDS[finding["design"]],
            "n": self.n(finding),
            "for_whom": "; ".join(
                sorted({*several(finding, "subgroup_population"), *several(finding, "condition")})
            )
            or "all who took part",
            "follow_up_months": number(finding["follow_up_months"])
            if "follow_up_months" in finding
            else "not stated",
            "source": finding["source"],
            "source_status": "superseded or withdrawn" if finding["source"] in self.replaced else "current",
        }

    def n(self, finding: Record) -> str:
        if "n_participants" in finding:
            whole = " (whole source)" if finding.get("sample_scope") == "source" else ""
            return f"{finding['n_participants']}{whole}"
        source = self.sources[finding["source"]]
        return f"{source['n_participants']} (whole source)" if "n_participants" in source else "not reported"

    def links(self, *, narrow: bool = False) -> Iterator[tuple[str, str, Key]]:
        """Questions with a direction: the evidenced edges, and on request what is known of a part only."""
        for key in self.questions:
            directed = key[1] is None and self.direction(key) in ("increases", "decreases")
            if directed and (narrow or not all(map(is_narrow, self.supporting(key)))):
                yield key[0], key[2], key


def aims(intervention: Record) -> list[str]:
    return [*intervention.get("builds", []), *intervention.get("mitigates", [])]


def key_of(finding: Record) -> Key:
    moderated = finding.get("moderates_risk", "?") if is_moderation(finding) else None
    return finding["subject"], moderated, finding["object"]


def is_moderation(finding: Record) -> bool:
    return "moderates_risk" in finding or "interaction" in finding or finding["relation"] == "buffers"


def says(finding: Record) -> str:
    if finding.get("empty_review"):
        return "no-study"
    return "amplifies" if finding.get("interaction") == "amplifies" else str(finding["relation"])


def is_narrow(finding: Record) -> bool:
    """It answers less than the question: some people, a condition, a gap, one way against another."""
    return bool(
        finding.get("subgroup_population")
        or finding.get("condition")
        or finding.get("comparison_of_groups")
        or is_head_to_head(finding)
    )


def is_head_to_head(finding: Record) -> bool:
    by_dose = {"complier", "per-protocol"} & set(several(finding, "analysis"))
    return bool(by_dose) or finding.get("comparator_type") in HEAD_TO_HEAD


def effect(finding: Record) -> str:
    if "value" in finding:
        return number(finding["value"])
    if "value_low" in finding:
        return f"{number(finding['value_low'])} to {number(finding['value_high'])}"
    return "not reported"


def excludes_null(finding: Record) -> bool | None:
    """Whether the interval leaves "no effect" out; None when there is none, or nothing to hold it against."""
    if "ci_low" not in finding or finding.get("metric") in NO_NULL or "metric" not in finding:
        return None
    null = 1 if finding["metric"] in RATIOS else 0
    return not finding["ci_low"] <= null <= finding["ci_high"]
