"""What stands behind an edge: the propositions, or the disparities, on the two things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from resgraph.store import Dataset
from resgraph.vocab import PREFIXES, slug

#: What findings can say, by the property that leads to those that say it.
_SAYS: Final = {
    "findsIncrease": "increases",
    "findsDecrease": "decreases",
    "findsNoClearEffect": "no-clear-effect",
    "findsMixed": "mixed",
    "findsBuffering": "buffers",
    "findsAmplifying": "amplifies",
}
_OPPOSITE: Final = {"increases": "decreases", "buffers": "amplifies"}
_OPPOSITES: Final = _OPPOSITE | {one: other for other, one in _OPPOSITE.items()}

_PROPOSITIONS: Final = """
SELECT ?record ?subject ?object ?moderates ?moderation ?answer ?strength ?direction {
  ?record rg:overallAnswer ?answer ; rg:subject ?subject ; rg:object ?object .
  OPTIONAL { ?record rg:strength ?strength }
  OPTIONAL { ?record rg:bestDirection ?direction }
  OPTIONAL { ?record rg:moderates ?moderates }
  OPTIONAL { ?record a rg:ModerationProposition BIND(true AS ?moderation) }
}"""
_FINDINGS: Final = """
SELECT ?record ?says (COUNT(DISTINCT ?finding) AS ?n) { ?record ?says ?finding . VALUES ?says { %s } }
GROUP BY ?record ?says"""
_DISPARITIES: Final = """
SELECT ?record ?subject ?object (COUNT(DISTINCT ?finding) AS ?n) {
  ?record rg:group ?subject ; rg:factor ?object ; rg:disparity ?disparity
  OPTIONAL { ?record cito:citesAsEvidence ?finding }
} GROUP BY ?record ?subject ?object"""


@dataclass(frozen=True, slots=True)
class Backing:
    """One record that stands behind an edge: a proposition, or the disparity of a group.

    `answer` and `strength` are slugs of their schemes, None where a record has none. `says` counts its
    findings by what they say, those on a part of the sample or under a condition too. A moderation asks
    whether the subject softens what the object does to something else.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> behind = g.neighbours("later-school-start", "out", only="evidenced")[0].evidence
    >>> behind.answer, behind.strength, sum(behind.says.values()) > 0
    ('benefit', 'moderate', True)
    """

    record: str
    answer: str | None
    strength: str | None
    direction: str | None
    is_moderation: bool
    says: Mapping[str, int] = field(hash=False)

    def counts(self, sense: str | None) -> tuple[int, int, int]:
        """Count the findings that say `sense`, those that say the opposite, and all the others.

        Without a sense: that of the direction best supported.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.neighbours("kiva", "out", only="evidenced")[0].evidence.counts("decreases")
        (4, 0, 1)
        """
        sense = sense or self.direction or ""
        for_, against = self.says.get(sense, 0), self.says.get(_OPPOSITES.get(sense, ""), 0)
        return for_, against, sum(self.says.values()) - for_ - against


class Backings:
    """The records behind every edge, by the addresses of its ends."""

    def __init__(self, dataset: Dataset) -> None:
        self._by_pair: Final[dict[tuple[str, str], list[Backing]]] = {}
        says: dict[str, dict[str, int]] = {}
        listed = " ".join(f"rg:{name}" for name in _SAYS)
        for record, how, number in _rows(dataset, _FINDINGS % listed):
            says.setdefault(record, {})[_SAYS[slug(how)]] = int(number)
        for record, subject, object_, moderates, moderation, *rest in _rows(dataset, _PROPOSITIONS):
            answer, strength, direction = (slug(each) if each else None for each in rest)
            backing = Backing(record, answer, strength, direction, bool(moderation), says.get(record, {}))
            self._add(subject, moderates if moderation else object_, backing)
        for record, subject, object_, number in _rows(dataset, _DISPARITIES):
            found = {"disparity": int(number)}
            self._add(subject, object_, Backing(record, None, None, "disparity", False, found))
        for several in self._by_pair.values():
            several.sort(key=lambda backing: backing.record)

    def between(self, subject: str, object_: str) -> Sequence[Backing]:
        """Return the records on two things."""
        return self._by_pair.get((subject, object_), ())

    def _add(self, subject: str, object_: str, backing: Backing) -> None:
        if object_:  # a moderation may not name the risk
            self._by_pair.setdefault((subject, object_), []).append(backing)


def _rows(dataset: Dataset, text: str) -> Iterator[list[str]]:
    used = {name: base for name, base in PREFIXES.items() if f"{name}:" in text}
    for row in dataset.rows(text, prefixes=used):
        yield [getattr(cell, "value", "") for cell in row]


__all__ = ["Backing", "Backings"]
