"""What could stand there instead: what the shapes allow by name, what the data have elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from itertools import islice

from pyoxigraph import NamedNode

from resgraph.validate.shapes import Term
from resgraph.validate.telling.case import Case
from resgraph.validate.telling.forms import matches
from resgraph.validate.written import written
from resgraph.vocab import TYPE, slug


def choices(case: Case, shapes: Iterable[Term]) -> list[Term]:
    """Return what any of some shapes allows by name: its list, or the things of its class."""
    key = tuple(shapes)
    return case.facts.once(("choices", key), lambda: _gathered(case, key))


def _gathered(case: Case, shapes: Iterable[Term]) -> list[Term]:
    found: set[Term] = set()
    for shape in shapes:
        found |= set(case.shapes.members(shape, "in"))
        patterns = [value.value for value in case.shapes.values(shape, "pattern")]
        for kind in case.shapes.values(shape, "class"):
            things = (one for one in case.facts.instances(kind) if isinstance(one, NamedNode))
            found |= {one for one in things if all(matches(p, one.value) for p in patterns)}
    return sorted(found, key=str)


def nearest(word: str, among: Iterable[Term]) -> Term | None:
    """Return the term whose name is nearest to a word, when one is near."""
    by_name: dict[str, Term] = {}
    for one in among:
        by_name.setdefault(_name(one.value), one)
    near = get_close_matches(_name(word), by_name, n=1, cutoff=0.6)
    return by_name[near[0]] if near else None


def _name(text: str) -> str:
    return slug(text).lower().strip().replace(" ", "-").replace("_", "-")


def example(case: Case, fits: Callable[[Term], bool] = lambda _: True) -> str | None:
    """Return a value that the property has elsewhere: the commonest that fits.

    What fits is for the shape and the constraint to say, so it is looked for once for all that break them.
    """
    values = case.facts.commonest(case.predicate) if case.predicate else []
    key = ("examples", case.predicate, case.shape, case.constraint)
    two = case.facts.once(key, lambda: list(islice(filter(fits, values), 2)))
    return next((written(value) for value in two if value != case.value), None)


def of_form(case: Case, pattern: str) -> str | None:
    """Return what has a form: a value of the property; where there is none, a thing of the same class."""
    if case.predicate is not None:
        return example(case, lambda value: matches(pattern, value.value))
    for kind in case.facts.types(case.focus):
        things = (one for one in case.facts.instances(kind) if isinstance(one, NamedNode))
        names = sorted(one.value for one in things if matches(pattern, one.value))
        if names:
            return written(NamedNode(names[0]))
    return None


def misspelt(case: Case) -> str | None:
    """Return a property of the thing that no shape knows and that is spelt nearly like the one at hand."""
    known = case.shapes.addresses
    there = [p.value for p, _ in case.facts.said(case.focus) if p not in known and p != TYPE]
    near = get_close_matches(case.predicate or "", there, n=1, cutoff=0.85)
    return near[0] if near else None
