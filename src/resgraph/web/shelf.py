"""The shelves: every thing by kind, with what one may choose by, read once when the site begins.

No request aggregates over the graph. A shelf is a list of a few hundred things with their facets in memory.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from resgraph.results import Answer
from resgraph.search import QUERY as NAMES_QUERY
from resgraph.search import Names
from resgraph.vocab import ID, KINDS, slug

#: What may be chosen by, for each kind: the name in the address, the property, the words.
FACETS: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "intervention": (
        ("level", "rg:actionLevel", "level of action"),
        ("provision", "rg:provision", "provision"),
        ("delivered-by", "rg:deliveredBy", "delivered by"),
    ),
    "factor": (("level", "rg:level", "level"), ("role", "rdf:type", "role")),
    "outcome": (("domain", "rg:domain", "domain"), ("valence", "rg:valence", "wished for or not")),
    "determinant": (("dimension", "rg:dimension", "dimension"),),
    "population": (("progress-plus", "rg:progressPlus", "PROGRESS-Plus"),),
    "source": (("design", "rg:design", "design"), ("country", "rg:country", "country")),
    "study": (("kind", "rg:studyKind", "kind of study"), ("country", "rg:country", "country")),
    "finding": (
        ("relation", "rg:relation", "says"),
        ("design", "rg:design", "design"),
        ("equity", "rg:equityEffect", "who gains"),
    ),
    "proposition": (
        ("answer", "rg:overallAnswer", "answer"),
        ("strength", "rg:strength", "how sure"),
        ("basis", "rg:restsOn", "take care"),
    ),
    "disparity": (("way", "rg:disparity", "more or less"),),
    "action": (("level", "rg:actionLevel", "level of action"), ("actor", "rg:actor", "who acts")),
    "point": (),
    "rating": (),
}
PLURALS: Final = {
    "intervention": "programmes and approaches",
    "factor": "risk and protective factors",
    "outcome": "outcomes",
    "determinant": "social determinants",
    "population": "groups of children",
    "source": "sources",
    "study": "studies with several reports",
    "finding": "findings",
    "proposition": "questions and their answers",
    "disparity": "differences between groups",
    "action": "what schools and authorities can do",
    "point": "points of the briefing",
    "rating": "ratings by others",
}
_ROLES: Final = ("RiskFactor", "ProtectiveFactor")
#: The classes of a kind. To look only at their things matters: what a worker reads, it copies.
_CLASSES: Final = {
    "factor": "rg:RiskFactor rg:ProtectiveFactor",
    "population": "rg:PopulationGroup",
    "point": "rg:BriefingPoint",
}
_OF: Final = "?thing a ?class . VALUES ?class {{ {classes} }}"
_THINGS: Final = f"SELECT DISTINCT ?thing ?name {{{{ {_OF} ?thing rdfs:label ?name }}}}"
_VALUES: Final = (
    "SELECT DISTINCT ?thing ?value ?name "
    f"{{{{ {_OF} ?thing {{property}} ?value . ?value rdfs:label ?name }}}}"
)
_AGES: Final = """
SELECT ?thing ?from ?to { ?thing a rg:Intervention ; rg:minimumAge ?from ; rg:maximumAge ?to }"""
_QUESTIONS: Final = """
SELECT ?question ?subject ?object ?answer ?strength ?harm ?empty {
  ?subject a rg:Intervention .
  ?question rg:subject ?subject ; rg:object ?object ; rg:overallAnswer ?answer .
  FILTER NOT EXISTS { ?question rg:moderates ?risk }
  OPTIONAL { ?question rg:strength ?strength }
  BIND(EXISTS { ?question rg:answer answer:harm } AS ?harm)
  BIND(EXISTS { ?question rg:findsNoEligibleStudy ?review } AS ?empty)
}"""


class Asked(NamedTuple):
    """A question with its answer, by slugs."""

    iri: str
    subject: str
    object: str
    answer: str
    strength: str
    harms_some: bool
    empty_review: bool


@dataclass(slots=True)
class Item:
    """A thing on a shelf: the values of each facet by slug."""

    iri: str
    label: str
    facets: dict[str, set[str]] = field(default_factory=dict)
    ages: tuple[int, int] | None = None
    asked: list[Asked] = field(default_factory=list)


class Choice(NamedTuple):
    """A value that may be chosen, and how many of the things that are left have it."""

    value: str
    label: str
    things: int
    chosen: bool


class Shelves:
    """All things, in the order of their names."""

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._kinds: dict[str, list[Item]] = {}
        self._labels: dict[str, str] = {}
        self._questions: list[Asked] | None = None
        self._names: Names | None = None

    def kind(self, kind: str) -> list[Item]:
        """Return the things of a kind."""
        with self._lock:
            if kind not in self._kinds:
                self._kinds[kind] = self._load(kind)
            return self._kinds[kind]

    def fill(self) -> None:
        """Read all there is, so that processes which are forked afterwards share it."""
        for kind in FACETS:
            self.kind(kind)
        _ = self.questions, self.names

    @property
    def questions(self) -> list[Asked]:
        """Every question whether an intervention changes something; those of moderation are left out."""
        if self._questions is None:
            self._questions = [
                Asked(
                    *(str(row["question"]), str(row["subject"]), str(row["object"])),
                    slug(str(row["answer"])),
                    slug(str(row["strength"] or "")),
                    bool(row["harm"]),
                    bool(row["empty"]),
                )
                for row in self._ask(_QUESTIONS)
            ]
        return self._questions

    @property
    def names(self) -> Names:
        """The names of things, ready to be searched."""
        if self._names is None:
            self._names = Names((str(row["thing"]), str(row["name"])) for row in self._ask(NAMES_QUERY))
        return self._names

    def label(self, iri: str) -> str:
        """Return the name of a thing that is on a shelf, or of a value that may be chosen by."""
        kind = iri.removeprefix(ID).partition("/")[0]
        if iri not in self._labels and kind in KINDS:
            self.kind(kind)
        return self._labels.get(iri, slug(iri).replace("-", " "))

    def _load(self, kind: str) -> list[Item]:
        classes = _CLASSES.get(kind, f"rg:{kind.capitalize()}")
        found = {
            str(row["thing"]): Item(str(row["thing"]), str(row["name"]))
            for row in self._ask(_THINGS.format(classes=classes))
        }
        for name, prop, _ in FACETS.get(kind, ()):
            for row in self._ask(_VALUES.format(property=prop, classes=classes)):
                value = slug(str(row["value"]))
                if prop != "rdf:type" or value in _ROLES:
                    self._labels[f"{kind} {name} {value}"] = str(row["name"])
                    found[str(row["thing"])].facets.setdefault(name, set()).add(value)
        if kind == "intervention":
            for row in self._ask(_AGES):
                found[str(row["thing"])].ages = int(str(row["from"])), int(str(row["to"]))
            for each in self.questions:
                if each.subject in found:
                    found[each.subject].asked.append(each)
        self._labels |= {iri: item.label for iri, item in found.items()}
        return sorted(found.values(), key=lambda item: (item.label.casefold(), item.iri))

    def choices(self, kind: str, items: Iterable[Item], wanted: Mapping[str, str]) -> dict[str, list[Choice]]:
        """Return what may be chosen of each facet, with counts of the things that are left."""
        counts: dict[str, Counter[str]] = {name: Counter() for name, _, _ in FACETS.get(kind, ())}
        for item in items:
            for name, values in item.facets.items():
                counts[name].update(values)
        every: dict[str, set[str]] = {name: set() for name in counts}
        for item in self.kind(kind):
            for name, values in item.facets.items():
                every[name] |= values
        return {
            name: [
                Choice(
                    value,
                    self._labels[f"{kind} {name} {value}"],
                    counts[name][value],
                    wanted.get(name) == value,
                )
                for value in sorted(every[name])
            ]
            for name in counts
        }


def fits(item: Item, wanted: Mapping[str, str]) -> bool:
    """Say whether a thing has every value that is wanted; of the evidence, one question must fit in all."""
    if not all(
        value in item.facets.get(name, ()) for name, value in wanted.items() if name in _own(item, wanted)
    ):
        return False
    if wanted.get("age") and not _of_age(item, wanted["age"]):
        return False
    asked = {name: wanted[name] for name in ("outcome", "answer", "strength") if wanted.get(name)}
    if (
        not asked
        or "answer" in item.facets
        or "strength" in item.facets
        or not item.iri.startswith(f"{ID}intervention/")
    ):
        return True
    return any(_answers(each, asked) for each in item.asked)


def _own(item: Item, wanted: Mapping[str, str]) -> set[str]:
    kind = item.iri.removeprefix(ID).partition("/")[0]
    return {name for name, _, _ in FACETS.get(kind, ()) if wanted.get(name)}


def _of_age(item: Item, age: str) -> bool:
    return item.ages is not None and age.isdecimal() and item.ages[0] <= int(age[:3]) <= item.ages[1]


def _answers(each: Asked, wanted: Mapping[str, str]) -> bool:
    answer = wanted.get("answer")
    return (
        wanted.get("outcome") in (None, slug(each.object))
        and (answer in (None, each.answer) or (answer == "harm" and each.harms_some))
        and wanted.get("strength") in (None, each.strength)
    )
