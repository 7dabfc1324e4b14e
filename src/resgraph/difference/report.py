"""A difference as a value: what it holds, and the parts that people ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Quad

from resgraph.difference.answers import Asked
from resgraph.difference.sides import Side
from resgraph.difference.things import Change, Edge, Field

#: What the rule of strength reads, in the order in which it is told (docs/explanation/strength.md).
COMPONENTS: Final = (
    "rg:bestDirection",
    "rg:designRank",
    "rg:bestDesign",
    "rg:consistency",
    "rg:restsOn",
    "rg:independentStudies",
    "rg:reviews",
    "rg:intervalsStated",
    "rg:intervalsExcludingNoEffect",
    "rg:associationOnly",
    "rg:restsOnFinding",
)
_PROPOSITION: Final = "proposition"


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from `a` to `b`. It is true when anything did.

    >>> import pathlib, tempfile
    >>> import resgraph
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (place / "old.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 3 .")
    >>> _ = (place / "new.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 4 .")
    >>> told = resgraph.diff(place / "old.ttl", place / "new.ttl")
    >>> bool(told), len(told.removals), len(told.additions), told.flipped, told.moved
    (True, 1, 1, [], [])
    >>> [change.name for change in told.of("other")]
    ['http://example.org/tea']
    >>> told.to_text().splitlines()[1], told.to_dict()["changes"] == [], told.to_json()[0]
    ('1 statements came, 1 went.', False, '{')
    >>> "changeset" in told.to_turtle(), told.to_patch().splitlines()[-1]
    (True, 'TC .')
    """

    a: Side
    b: Side
    removals: tuple[Quad, ...]
    additions: tuple[Quad, ...]
    changes: tuple[Change, ...]
    edges: tuple[Edge, ...]
    #: of each property, how many conclusions of a reasoner came and how many went
    conclusions: Mapping[str, tuple[int, int]]
    #: queries that are answered otherwise
    asked: tuple[Asked, ...]

    def __bool__(self) -> bool:
        return bool(self.removals or self.additions)

    def of(self, kind: str) -> list[Change]:
        """Return the changes of a kind of thing, such as ``finding`` or ``term``."""
        return [each for each in self.changes if each.kind == kind]

    @property
    def flipped(self) -> list[Change]:
        """The propositions whose overall answer is another one now."""
        return [each for each in self._kept() if each.field("rg:overallAnswer")]

    @property
    def moved(self) -> list[Change]:
        """The propositions of another strength: `moved_by` names the components that moved it."""
        return [each for each in self._kept() if each.field("rg:strength")]

    def _kept(self) -> list[Change]:
        return [each for each in self.of(_PROPOSITION) if each.what == "changed"]

    def to_text(self, *, limit: int | None = 10) -> str:
        """Write it for people; of each kind at most `limit` things are told (None: all), the rest counted."""
        from resgraph.difference.words import text

        return text(self, limit)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values; addresses are written with the prefixes of the project."""
        from resgraph.difference.data import plain

        return plain(self)

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    def to_turtle(self) -> str:
        """Write it as RDF: a cs:ChangeSet for each thing."""
        from resgraph.difference.data import turtle

        return turtle(self)

    def to_patch(self) -> str:
        """Write it as an RDF Patch: what to delete, then what to add, to make `b` of `a`."""
        from resgraph.difference.data import patch

        return patch(self)


def moved_by(change: Change) -> list[Field]:
    """Return the components of strength that changed with a proposition, in the order of the rule."""
    found = (change.field(name) for name in COMPONENTS)
    return [field for field in found if field is not None]
