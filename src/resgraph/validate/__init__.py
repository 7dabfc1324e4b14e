"""Validation against SHACL shapes: every finding typed, in plain words, with file, line and remedy.

::

    reading    files and statements, and what is known beside them
    shapes     the shapes at hand; paths: where they lead; faults: what is wrong with shapes
    engines    which engine checks: reference (pySHACL) decides, fast says the same sooner
    touched    what a change can have changed
    telling    results become violations: words (why), fixes (what to do), facts (the data at hand)
    report     what was found, and text, page, sarif, standard: how it is written
"""

from __future__ import annotations

from collections.abc import Callable

from resgraph.sources import packaged
from resgraph.validate import engines, reading
from resgraph.validate.facts import Facts
from resgraph.validate.reading import Data
from resgraph.validate.report import Group, Report, Violation
from resgraph.validate.shapes import Shapes
from resgraph.validate.telling import tell

__all__ = ["Data", "Group", "Report", "Violation", "validate"]


def validate(
    data: Data,
    shapes: Data | None = None,
    context: Data | None = None,
    *,
    engine: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Validate data against shapes, by default against those of the project.

    `context` is what is known beside the data: only class hierarchy and types of it are used, and nothing
    in it is reported. Without shapes of your own it is the project's ontology and data, so that a file of
    new findings may point to sources and factors that the project has. Nothing that is given is changed.

    `engine` is ``pyshacl``, which decides, ``shacl``, which says the same many times faster, or ``auto``:
    the fast one where it is installed and supports what the shapes use.

    Raises `InputError` for files that cannot be read and for shapes that cannot be used, each with its
    place, and `UsageError` for an engine that is not there or that cannot do it.

    >>> from pyoxigraph import Triple
    >>> from resgraph.vocab import TYPE, term, thing
    >>> nameless = Triple(thing("factor", "hope"), TYPE, term("ProtectiveFactor"))
    >>> report = validate([nameless])
    >>> report.conforms, sorted({violation.shape_name for violation in report.violations})[0]
    (False, 'A factor has a level')
    """
    say = progress or (lambda _: None)
    say("reading")
    content = reading.read(data)
    rules = reading.read(packaged().shapes if shapes is None else shapes)
    look_up = Shapes(rules.statements)
    statements = content.statements
    if context is not None:
        around = reading.read(context).statements
    else:
        around = reading.surroundings(content) if shapes is None else []
    known = reading.known(statements, around)
    say("checking")
    facts = Facts([*statements, *known])
    strangers = {one.subject for one in known}
    results = engines.check(facts, look_up, engine, strangers)
    say("writing the report")
    return tell(
        results,
        look_up,
        Facts([*statements, *around]) if around else facts,
        content,
    )
