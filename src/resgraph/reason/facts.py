"""Statements by class and by property, with look-ups that are made when a rule first asks for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from resgraph.reason.interned import Fact, Terms

Look = dict[int, list[int]]
_NONE: Final[frozenset[Any]] = frozenset()


class Facts:
    """Members of classes (under ``~class``) and pairs of properties (under ``property``).

    >>> facts = Facts(Terms())
    >>> facts.put(7, {(1, 2), (1, 3)})
    >>> sorted(facts.ahead(7)[1]), facts.behind(7)[3]
    ([2, 3], [1])
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._sets: dict[int, set[Any]] = {}
        self._ahead: dict[int, Look] = {}
        self._behind: dict[int, Look] = {}

    def __contains__(self, fact: Fact) -> bool:
        return fact[1] in self._sets.get(fact[0], _NONE)

    def __len__(self) -> int:
        return sum(map(len, self._sets.values()))

    def held(self) -> list[int]:
        """Return what facts are kept under."""
        return list(self._sets)

    def of(self, key: int) -> set[Any] | frozenset[Any]:
        """Return what is kept under a key; not to be changed."""
        return self._sets.get(key, _NONE)

    def put(self, key: int, new: set[Any]) -> None:
        """Add what is not there yet."""
        known = self._sets.get(key)
        if known is None:
            self._sets[key] = set(new)
        else:
            known |= new
        if key in self._ahead:
            _extend(self._ahead[key], new)
        if key in self._behind:
            _extend(self._behind[key], ((o, s) for s, o in new))

    def drop(self, key: int, gone: set[Any]) -> None:
        """Take away what is there."""
        self._sets[key] -= gone
        if not self._sets[key]:
            del self._sets[key]
        if key in self._ahead:
            _shrink(self._ahead[key], gone)
        if key in self._behind:
            _shrink(self._behind[key], {(o, s) for s, o in gone})

    def ahead(self, prop: int) -> Look:
        """Return the values of a property by subject; not to be changed."""
        found = self._ahead.get(prop)
        if found is None:
            found = self._ahead[prop] = {}
            _extend(found, self.of(prop))
        return found

    def behind(self, prop: int) -> Look:
        """Return the subjects of a property by value; not to be changed."""
        found = self._behind.get(prop)
        if found is None:
            found = self._behind[prop] = {}
            _extend(found, ((o, s) for s, o in self.of(prop)))
        return found


def _extend(look: Look, pairs: Any) -> None:
    for one, other in pairs:
        known = look.get(one)
        if known is None:
            look[one] = [other]
        else:
            known.append(other)


def _shrink(look: Look, pairs: set[Any]) -> None:
    gone: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        gone[one].add(other)
    for one, others in gone.items():
        kept = [other for other in look[one] if other not in others]
        if kept:
            look[one] = kept
        else:
            del look[one]


def elements(groups: dict[int, set[Any]]) -> Iterator[Fact]:
    """Yield each of grouped facts."""
    for key, group in groups.items():
        for element in group:
            yield key, element
