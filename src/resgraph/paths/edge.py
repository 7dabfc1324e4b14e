"""One edge with what stands behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol

from resgraph.paths.backing import Backing
from resgraph.paths.links import Kind
from resgraph.vocab import shorten

_MORE: Final = {
    *("builds", "aggravates", "raisesRiskOf", "promotes", "increases"),
    *("aimsToBuild", "plausiblyPromotes"),
}
_LESS: Final = {
    *("reduces", "undermines", "protectsAgainst", "impairs", "decreases"),
    *("aimsToReduce", "plausiblyProtectsAgainst"),
}
_MODERATES: Final = {"buffers", "amplifies"}
_STRENGTHS: Final = ("strong", "moderate", "limited", "very-limited")

#: How firmly an edge stands, from the firmest. The first four are the strength of an edge that was found.
STANDINGS: Final = (
    *_STRENGTHS,
    "recorded",  # a gap of a group, which has no strength
    "narrow",  # found, but only for a part of the pupils or under a condition
    "untested",  # intended or expected; nobody looked
    "inferred",  # concluded by the reasoner; nobody looked
    "not-borne-out",  # intended or concluded; somebody looked, and it was not found
)


class Node(Protocol):
    """A thing at the end of an edge."""

    @property
    def iri(self) -> str:
        """Its address."""

    @property
    def kind(self) -> str:
        """Its kind, such as ``factor``."""

    @property
    def slug(self) -> str:
        """The last part of its address."""

    @property
    def label(self) -> str:
        """Its name for people."""


#: What a row of an edge has: short names of its ends and of the properties that state it (of its firmest
#: kind), how it stands, and the findings for it, against it, and neither, of the record behind it.
COLUMNS: Final = (
    *("subject", "predicate", "object", "kind", "standing", "answer", "strength"),
    *("findings_for", "findings_against", "findings_unclear", "record"),
)


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from one thing to another, in every way in which it is stated, and its evidence.

    `evidenced`, `intended` and `inferred` are the properties that state it in the graph of that name, without
    their prefix. `backing` are the records on the two things, the one it stands on
    first: most edges have one.
    """

    subject: Node
    object: Node
    evidenced: tuple[str, ...]
    intended: tuple[str, ...]
    inferred: tuple[str, ...]
    backing: tuple[Backing, ...]

    def __post_init__(self) -> None:
        if len(self.backing) > 1:
            object.__setattr__(self, "backing", tuple(sorted(self.backing, key=self._place)))

    @property
    def kind(self) -> Kind:
        """The firmest kind of statement there is of it: evidenced, else intended, else inferred."""
        return "evidenced" if self.evidenced else "intended" if self.intended else "inferred"

    @property
    def predicates(self) -> tuple[str, ...]:
        """The properties of its firmest kind."""
        return self.evidenced or self.intended or self.inferred

    @property
    def sense(self) -> str | None:
        """What more of the subject does to the object: `increases`, `decreases`, `buffers`, `amplifies`.

        None when its properties do not say: to be expected to influence has no direction.
        """
        names = set(self.predicates)
        if names & _MORE or names & _LESS:
            return "increases" if names & _MORE else "decreases"
        return next(iter(sorted(names & _MODERATES)), None)

    @property
    def evidence(self) -> Backing | None:
        """The record it stands on: the firmest that says what the edge says, else the first on the two."""
        return self.backing[0] if self.backing else None

    @property
    def answer(self) -> str | None:
        """The answer of the proposition it stands on, such as `benefit`, `no-effect` or `no-evidence`."""
        return self.evidence.answer if self.evidence else None

    @property
    def strength(self) -> str | None:
        """The strength of that answer. It says how firmly, never how much."""
        return self.evidence.strength if self.evidence else None

    @property
    def findings(self) -> tuple[int, int, int]:
        """How many findings say what the edge says, how many the opposite, how many neither."""
        return self.evidence.counts(self.sense) if self.evidence else (0, 0, 0)

    @property
    def standing(self) -> str:
        """How firmly it stands: one of `STANDINGS`."""
        evidence = self.evidence
        looked = evidence is not None and sum(evidence.says.values()) > 0
        if self.evidenced:
            return (evidence.strength if evidence else None) or "recorded"
        if evidence is None or not looked:
            return "untested" if self.intended else "inferred"
        return "narrow" if self._bears_out(evidence) else "not-borne-out"

    def to_dict(self) -> dict[str, str | int | None]:
        """Return it as one row: short names, and nothing that is not text, a number or None."""
        for_, against, unclear = self.findings
        return {
            "subject": shorten(self.subject.iri),
            "predicate": " ".join(f"rg:{name}" for name in self.predicates),
            "object": shorten(self.object.iri),
            "kind": self.kind,
            "standing": self.standing,
            "answer": self.answer,
            "strength": self.strength,
            "findings_for": for_,
            "findings_against": against,
            "findings_unclear": unclear,
            "record": shorten(self.evidence.record) if self.evidence else None,
        }

    def _bears_out(self, backing: Backing) -> bool:
        if self.sense is None:
            return backing.direction in ("increases", "decreases", "disparity")
        return backing.direction == self.sense

    def _place(self, backing: Backing) -> tuple[bool, bool, int, str]:
        strength = _STRENGTHS.index(backing.strength) if backing.strength in _STRENGTHS else len(_STRENGTHS)
        # A question on softening another harm stands behind an edge that says so, and behind no other.
        fits = backing.is_moderation == (self.sense in _MODERATES)
        return not self._bears_out(backing), not fits, strength, backing.record

    def __repr__(self) -> str:
        return f"<{_name(self.subject)} {words(self)} {_name(self.object)}: {self.standing}>"


def words(edge: Edge) -> str:
    """Return the first property of an edge in words.

    >>> words(Edge(None, None, ("raisesRiskOf",), (), (), ()))
    'raises risk of'
    """
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: " " + match[1].lower(), edge.predicates[0])


def _name(node: Node) -> str:
    return shorten(node.iri)
