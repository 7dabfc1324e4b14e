"""Which engine checks: pySHACL decides; a faster one is used where both are known to say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pyoxigraph import Triple

from resgraph.errors import UsageError
from resgraph.validate import fast
from resgraph.validate.results import Result
from resgraph.validate.shapes import Shapes

#: ``auto`` is the fast one where it is installed and supports what the shapes use
ENGINES: Final = ("auto", "pyshacl", "shacl")


def check(statements: Sequence[Triple], shapes: Shapes, engine: str) -> list[Result]:
    """Return what the shapes find in the statements.

    Raises `UsageError` for an engine that is not there or that cannot do it, and `InputError` for shapes that
    cannot be used.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no engine {engine}.", hint=f"One of: {', '.join(ENGINES)}")
    if engine == "shacl" and not fast.is_installed():
        raise UsageError("The engine shacl is not installed.", hint="Install it: pip install resgraph[fast]")
    if engine != "pyshacl" and fast.is_installed():
        try:
            return fast.check(statements, shapes)
        except fast.UnsupportedError as reason:
            if engine == "shacl":
                hint = "Use --engine pyshacl, or auto."
                raise UsageError(f"The engine shacl cannot be used: {reason}.", hint=hint) from None
    from resgraph.validate import reference  # which loads rdflib: only when it is needed

    return reference.check(statements, shapes)
