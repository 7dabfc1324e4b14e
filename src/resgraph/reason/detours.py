"""Which rules need not be run, because others together come to the same.

Of a hierarchy that is closed, only its steps are run: who is a cat becomes a mammal by one rule and an animal
by the next, and the rule from cat to animal would find nothing new. It stays as a reason. The same holds for
domains and ranges that come down from wider properties or go up to wider classes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from resgraph.reason.facts import Facts
from resgraph.reason.rules import Copy, Rule, Subjects, Values
from resgraph.reason.words import DOMAIN, RANGE, SUB_CLASS, SUB_PROPERTY

_Above = dict[int, set[int]]


def needed(rules: Iterable[Rule], facts: Facts) -> set[Rule]:
    """Return the rules that have to be run: all but detours, and one of those that do the same."""
    classes, properties = _above(facts, SUB_CLASS), _above(facts, SUB_PROPERTY)
    steps = {(~c, ~d) for c, d in _steps(classes)} | set(_steps(properties))
    ends = {"prp-dom": DOMAIN, "prp-rng": RANGE}
    closest = {name: _closest(facts, prop, classes, properties) for name, prop in ends.items()}
    found: dict[object, Rule] = {}
    for rule in sorted((r for r in rules if isinstance(r, Copy | Subjects | Values)), key=_order):
        one = (rule.body[0], rule.head)
        if rule.name in ("cax-sco", "prp-spo1") and one not in steps and rule.axioms:
            if not _is_outside(rule, facts):
                continue
        elif rule.name in closest and one not in closest[rule.name]:
            continue
        found.setdefault((type(rule), *one), rule)
    return {*found.values(), *(r for r in rules if not isinstance(r, Copy | Subjects | Values))}


def _order(rule: Rule) -> tuple[str, tuple[object, ...]]:
    return rule.name, rule.axioms


def _is_outside(rule: Rule, facts: Facts) -> bool:
    """Say whether a rule rests on something that is not in the hierarchy: that all is a owl:Thing."""
    s, p, o = rule.axioms[0]
    return (p, (s, o)) not in facts


def _above(facts: Facts, prop: int) -> _Above:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for low, high in facts.of(prop):
        if low != high:
            found[low].add(high)
    return dict(found)


def _beyond(above: _Above, one: int) -> set[int]:
    """Return what is above a member of a hierarchy, and not equal to it."""
    return {high for high in above.get(one, ()) if one not in above.get(high, ())}


def _steps(above: _Above) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a closed hierarchy that have nothing between them."""
    strictly = {one: _beyond(above, one) for one in above}
    for low, highs in above.items():
        between = (strictly.get(high, set()) for high in strictly[low])
        for high in highs - set().union(*between):
            yield low, high


def _closest(facts: Facts, prop: int, classes: _Above, properties: _Above) -> set[tuple[int, int]]:
    """Return domains or ranges that follow from no other, as bodies and heads of rules."""
    found = set()
    said = facts.ahead(prop)
    for p, kinds in said.items():
        wider = (set(said.get(q, ())) for q in _beyond(properties, p))
        higher = (_beyond(classes, kind) for kind in kinds)
        found |= {(p, ~kind) for kind in set(kinds) - set().union(*wider, *higher)}
    return found
