"""Choosing interventions by what is known of them: filters that read like the question.

A filter keeps what is known to fit. What would have to be known and is not, is left out and counted:
"not recorded" is neither yes nor no.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, overload

from resgraph.errors import UnknownThingError, UsageError
from resgraph.query import run
from resgraph.things import Intervention, Thing
from resgraph.vocab import COUNTRY, SCHEME, slug

if TYPE_CHECKING:
    from resgraph.store import Dataset

#: What the filters look at: of interventions, of the findings on them, and of the questions asked.
_INTERVENTIONS: Final = """
SELECT ?thing ?property ?value {
  ?thing a rg:Intervention ; ?property ?value .
  VALUES ?property {
    rdf:type rg:provision rg:deliveredBy rg:actionLevel rg:minimumAge rg:maximumAge
    rg:aimsToBuild rg:aimsToReduce rg:builds rg:reduces rg:improves rg:worsens rg:undermines rg:aggravates
  }
}
"""
_FINDINGS: Final = """
SELECT ?thing ?property ?value {
  ?thing a rg:Finding ; rg:subject ?intervention ; ?property ?value .
  ?intervention a rg:Intervention .
  VALUES ?property {
    rg:subject rg:object rg:country rg:design rg:followUpMonths rg:provision rg:deliveredBy
    rg:minimumAge rg:maximumAge
  }
}
"""
_QUESTIONS: Final = """
SELECT ?thing ?property ?value {
  ?question rg:hasFinding ?thing ; rg:subject ?intervention ; ?property ?value .
  ?intervention a rg:Intervention .
  VALUES ?property { rg:overallAnswer rg:answer rg:strength }
}
"""
_RANKS: Final = "SELECT ?concept ?rank { ?concept rg:rank ?rank }"
_CONCEPTS: Final = (
    "SELECT ?concept ?code { ?concept skos:inScheme ?scheme OPTIONAL { ?concept skos:notation ?code } }"
)

Values = Mapping[str, tuple[Any, ...]]
#: True, False, or None when it is not recorded
Verdict = bool | None
#: whether an intervention and one of its findings fit; without findings the second is empty
Test = Callable[[Values, Values], Verdict]


class Chosen(Sequence[Intervention]):
    """The interventions that fit; `not_known` has those for which a filter meets nothing recorded.

    >>> Chosen([], {"age": []})
    <0 interventions>
    """

    def __init__(self, fitting: Iterable[Intervention], not_known: Mapping[str, list[Intervention]]) -> None:
        self._fitting = tuple(fitting)
        #: by filter: what fits every other one, and is not recorded for this
        self.not_known: Final = {name: some for name, some in not_known.items() if some}

    @overload
    def __getitem__(self, place: int) -> Intervention: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Intervention, ...]: ...
    def __getitem__(self, place: int | slice) -> Intervention | tuple[Intervention, ...]:
        return self._fitting[place]

    def __len__(self) -> int:
        return len(self._fitting)

    def __repr__(self) -> str:
        named = ", ".join(each.slug for each in self[:5]) + (", …" if len(self) > 5 else "")
        unknown = ", ".join(f"{name} of {len(some)}" for name, some in self.not_known.items())
        return (
            f"<{len(self)} interventions{': ' + named if named else ''}"
            f"{'; not known: ' + unknown if unknown else ''}>"
        )

    def _repr_html_(self) -> str:
        from resgraph.things.card import listing

        return listing(self, {name: len(some) for name, some in self.not_known.items()})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the filters look at, read once from a dataset."""

    interventions: Mapping[str, Values]
    findings: Mapping[str, tuple[Values, ...]]
    ranks: Mapping[str, int]
    concepts: frozenset[str]
    countries: Mapping[str, str]

    @classmethod
    def of(cls, dataset: Dataset) -> Facts:
        """Read them."""
        findings, questions = _table(dataset, _FINDINGS), _table(dataset, _QUESTIONS)
        by_subject: dict[str, list[Values]] = defaultdict(list)
        for iri, values in findings.items():
            by_subject[values["subject"][0]].append({**values, **questions.get(iri, {})})
        concepts = run(dataset, _CONCEPTS).to_dicts()
        return cls(
            _table(dataset, _INTERVENTIONS),
            {subject: tuple(some) for subject, some in by_subject.items()},
            {str(row["concept"]): int(str(row["rank"])) for row in run(dataset, _RANKS)},
            frozenset(str(row["concept"]) for row in concepts),
            {str(row["code"]): str(row["concept"]) for row in concepts if row["code"]},
        )

    def choose(self, **wanted: Any) -> tuple[list[str], dict[str, list[str]]]:
        """Return the addresses of the interventions that fit, and by filter those that it cannot judge."""
        own: dict[str, Test] = {}
        found: dict[str, Test] = {}
        shared: dict[str, Test] = {}
        for name, value in wanted.items():
            if value is None:
                continue
            if name not in FILTERS:
                near = get_close_matches(name, FILTERS, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the filters are {', '.join(FILTERS)}"
                raise UsageError(f"there is no filter `{name}`", hint=hint)
            where, make = FILTERS[name]
            {"own": own, "found": found, "shared": shared}[where][name] = make(self, name, value)
        fitting = [iri for iri in sorted(self.interventions) if self._fits(iri, own, found, shared, "")]
        rest = sorted(set(self.interventions).difference(fitting))
        not_known = {
            name: [iri for iri in rest if self._fits(iri, own, found, shared, name)]
            for name in (*own, *found, *shared)
        }
        return fitting, not_known

    def _fits(
        self,
        iri: str,
        own: Mapping[str, Test],
        found: Mapping[str, Test],
        shared: Mapping[str, Test],
        granted: str,
    ) -> bool:
        """Say whether an intervention fits, were what is not recorded for one filter as wished."""

        def passes(tests: Mapping[str, Test], finding: Values) -> bool:
            verdicts = ((name, test(values, finding)) for name, test in tests.items())
            return all(verdict or (verdict is None and name == granted) for name, verdict in verdicts)

        values = self.interventions[iri]
        if not passes(own, {}):
            return False
        # A programme fits as it is described or as it was tried; what was found, only where it was tried.
        tried = self.findings.get(iri, ())
        return any(passes({**found, **shared}, each) for each in (tried if found else ({}, *tried)))

    def concept(self, scheme: str, name: str) -> str:
        """Return the address of a choice; `UnknownThingError` names the nearest there is."""
        iri = f"{SCHEME}{scheme}/{getattr(name, 'slug', name)}"
        if iri in self.concepts:
            return iri
        among = sorted(slug(each) for each in self.concepts if each.startswith(f"{SCHEME}{scheme}/"))
        raise UnknownThingError(f"no {scheme} is called {name!r}", hint=f"there are {', '.join(among)}")

    def country(self, code: str) -> str:
        """Return the address of a country, by its code of two letters or three."""
        code = str(getattr(code, "slug", code)).upper()
        iri = self.countries.get(code, COUNTRY + code)
        if iri in self.concepts:
            return iri
        raise UnknownThingError(
            f"no country of the graph has the code {code!r}", hint="such as GB, FIN or US"
        )


def _table(dataset: Dataset, text: str) -> dict[str, Values]:
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in run(dataset, text):
        found[str(row["thing"])][slug(str(row["property"]))].append(row["value"])
    return {iri: {name: tuple(values) for name, values in each.items()} for iri, each in found.items()}


#: Filters whose value is a thing, and the kinds it can be of.
THINGS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("aims_to_build", "aims_to_reduce", "builds", "reduces"), ("factor",)),
    **dict.fromkeys(("undermines", "aggravates", "factor"), ("factor",)),
    **dict.fromkeys(("improves", "worsens", "outcome"), ("outcome",)),
}


# The filters.


def _edge(_: Facts, name: str, value: Thing) -> Test:
    head, *rest = name.split("_")
    predicate = head + "".join(word.title() for word in rest)
    return lambda own, _: value.iri in own.get(predicate, ())


def _object(_: Facts, __: str, value: Thing) -> Test:
    return lambda _, finding: value.iri in finding.get("object", ())


def _choice(predicate: str, scheme: str) -> Callable[[Facts, str, Any], Test]:
    def make(facts: Facts, _: str, value: Any) -> Test:
        wanted = facts.concept(scheme, value)

        def test(own: Values, finding: Values) -> Verdict:
            known = finding.get(predicate) or own.get(predicate)
            return None if not known else wanted in known

        return test

    return make


def _country(facts: Facts, _: str, value: Any) -> Test:
    wanted = facts.country(value)

    def test(_: Values, finding: Values) -> Verdict:
        known = finding.get("country")
        return None if not known else wanted in known

    return test


def _age(_: Facts, __: str, value: Any) -> Test:
    low, high = value if isinstance(value, tuple) else (value, value)

    def test(own: Values, finding: Values) -> Verdict:
        from_age, to_age = (
            next(iter(finding.get(name) or own.get(name) or ()), None)
            for name in ("minimumAge", "maximumAge")
        )
        if (from_age is not None and from_age > high) or (to_age is not None and to_age < low):
            return False
        return None if from_age is None or to_age is None else True

    return test


def _follow_up(_: Facts, __: str, value: Any) -> Test:
    def test(_: Values, finding: Values) -> Verdict:
        months = finding.get("followUpMonths")
        return None if not months else max(months) >= value

    return test


def _at_least(predicate: str, scheme: str) -> Callable[[Facts, str, Any], Test]:
    def make(facts: Facts, _: str, value: Any) -> Test:
        least = facts.ranks.get(facts.concept(scheme, value), 0)

        def test(_: Values, finding: Values) -> Verdict:
            return any(facts.ranks.get(each, 0) >= least for each in finding.get(predicate, ()))

        return test

    return make


def _answer(*predicates: str) -> Callable[[Facts, str, Any], Test]:
    def make(facts: Facts, _: str, value: Any) -> Test:
        wanted = facts.concept("answer", value)
        return lambda _, finding: any(wanted in finding.get(each, ()) for each in predicates)

    return make


#: Every filter: what it is asked of (an intervention, one of its findings, or the finding as far as it says
#: something else than the intervention), and how it is made.
FILTERS: Final[Mapping[str, tuple[str, Callable[[Facts, str, Any], Test]]]] = {
    **{name: ("own", _edge) for name in THINGS if name not in ("factor", "outcome")},
    "action_level": ("own", _choice("actionLevel", "action-level")),
    "age": ("shared", _age),
    "provision": ("shared", _choice("provision", "provision")),
    "delivered_by": ("shared", _choice("deliveredBy", "deliverer")),
    "outcome": ("found", _object),
    "factor": ("found", _object),
    "country": ("found", _country),
    "min_design": ("found", _at_least("design", "design")),
    "min_strength": ("found", _at_least("strength", "strength")),
    "at_follow_up_months": ("found", _follow_up),
    "answer": ("found", _answer("answer", "overallAnswer")),
    "overall_answer": ("found", _answer("overallAnswer")),
}
