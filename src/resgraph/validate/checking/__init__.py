"""Which engine checks: pySHACL decides; a faster one is used where both are known to say the same.

::

    reference  pySHACL; fast: the engine that says the same sooner
    sieve      what surely conforms and need not be checked; touched: what a change can have changed
    targets    which nodes a shape is about; results: what an engine says
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from resgraph.errors import UsageError
from resgraph.validate.checking import fast
from resgraph.validate.checking.results import Result
from resgraph.validate.checking.sieve import sift, sift_choices
from resgraph.validate.facts import Facts
from resgraph.validate.shapes import Shapes

#: ``auto`` is the fast one where it is installed and supports what the shapes use
ENGINES: Final = ("auto", "pyshacl", "shacl")


def check(facts: Facts, shapes: Shapes, engine: str, strangers: Collection[object]) -> list[Result]:
    """Return what the shapes find in the statements; nothing about `strangers`, which are only known.

    Raises `UsageError` for an engine that is not there or that cannot do it, and `InputError` for shapes that
    cannot be used.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no engine {engine}.", hint=f"One of: {', '.join(ENGINES)}")
    if engine == "shacl" and not fast.is_installed():
        raise UsageError("The engine shacl is not installed.", hint="Install it: pip install resgraph[fast]")
    results = _fast(facts, shapes, engine, strangers)
    if results is None:
        from resgraph.validate.checking import reference  # which loads rdflib: only when it is needed

        results = reference.check(facts.triples, sift(shapes, facts, strangers))
    return [result for result in results if result.focus not in strangers]


def _fast(facts: Facts, shapes: Shapes, engine: str, strangers: Collection[object]) -> list[Result] | None:
    """Return what the fast engine finds, or None where it is not the one to ask."""
    if engine == "pyshacl" or not fast.is_installed():
        return None
    try:
        return fast.check(facts.triples, sift_choices(shapes, facts.triples, strangers))
    except fast.UnsupportedError as reason:
        if engine == "auto":
            return None
        hint = "Use --engine pyshacl, or auto."
        raise UsageError(f"The engine shacl cannot be used: {reason}.", hint=hint) from None
