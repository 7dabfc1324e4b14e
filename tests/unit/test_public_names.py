"""Every public name has a docstring, and an example that runs shows how it is used.

An example of a class may show its members: a method must be called by name in one of the two docstrings. What
a class only holds (fields, properties) is shown by the example of the class; of errors the tree shows one.
test_doctests.py runs them all.
"""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

from resgraph.errors import ResgraphError

#: the rooms that a user of the library may import from
ROOMS = (
    *("resgraph", "resgraph.graph", "resgraph.things", "resgraph.things.evidence", "resgraph.results"),
    *("resgraph.search", "resgraph.choose", "resgraph.effects", "resgraph.pooling", "resgraph.paths"),
    *("resgraph.explain", "resgraph.gaps", "resgraph.plots", "resgraph.difference", "resgraph.stored"),
    *("resgraph.examples", "resgraph.exports", "resgraph.remote", "resgraph.errors"),
)
#: what needs no example of its own, and why
EXEMPT = {
    "resgraph.things:World": "what a thing asks of its graph: a protocol, which Graph fulfils",
    "resgraph.paths:Node": "what a path asks of a thing: a protocol, which Thing fulfils",
    "resgraph.paths:Walker": "what Graph.neighbours, paths and pathways call, which show it",
    "resgraph.paths:Links": "what Walker reads from a dataset",
    "resgraph.paths:table": "what Graph.edges calls, which shows it",
    "resgraph.choose:Facts": "what Graph.interventions calls, which shows it",
    "resgraph.explain:Explainer": "what Graph.explain calls, which shows it",
    "resgraph.explain:Account": "what an explanation is told from; to_text and to_dict show it",
    "resgraph.difference:Side": "one of the two states that diff compares, which shows it",
    "resgraph.remote:Service": "needs a server; tests/library/test_remote.py asks real ones",
}


def public(room: str) -> Iterator[tuple[str, Any]]:
    """The classes and functions that a room offers: those of its list, or those it defines."""
    module = importlib.import_module(room)
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", None) == room]
    for name in getattr(module, "__all__", [name for name in own if not name.startswith("_")]):
        value = getattr(module, name)
        if inspect.isfunction(value) or inspect.isclass(value):
            yield name, value


NAMES = [(f"{room}:{name}", value) for room in ROOMS for name, value in public(room)]
CLASSES = [
    (name, value) for name, value in NAMES if inspect.isclass(value) and not issubclass(value, Exception)
]


def example(value: object) -> str:
    """The code of the examples of a docstring, without what it prints."""
    found = doctest.DocTestParser().get_examples(inspect.getdoc(value) or "")
    return "".join(each.source for each in found)


def members(view: type) -> Iterator[tuple[str, object]]:
    """The public functions and properties that a class defines itself."""
    for name, value in vars(view).items():
        if not name.startswith("_"):
            function = getattr(value, "func", None) or getattr(value, "fget", None)
            function = function or getattr(value, "__func__", value)
            if inspect.isfunction(function):
                yield name, value


def is_held(value: object) -> bool:
    return isinstance(value, property | cached_property)


@pytest.mark.parametrize(("name", "value"), NAMES, ids=[name for name, _ in NAMES])
def test_it_has_an_example(name: str, value: object) -> None:
    assert (inspect.getdoc(value) or "").strip()
    is_kind_of_error = inspect.isclass(value) and issubclass(value, ResgraphError)
    assert name in EXEMPT or is_kind_of_error or example(value), f"{name}: show how it is used"


@pytest.mark.parametrize(("name", "view"), CLASSES, ids=[name for name, _ in CLASSES])
def test_its_methods_are_shown(name: str, view: type) -> None:
    if name in EXEMPT:
        return
    shown = example(view)
    for member, value in members(view):
        words = inspect.getdoc(getattr(value, "func", None) or value)
        assert words, f"{name}.{member}"
        used = re.search(rf"\b{member}\b", shown)
        assert is_held(value) or used or example(getattr(value, "__func__", value)), (
            f"{name}.{member}: show a call"
        )


def test_nothing_is_exempt_that_is_gone() -> None:
    assert EXEMPT.keys() <= {name for name, _ in NAMES}
