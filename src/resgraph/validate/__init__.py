"""Validation against SHACL shapes: every finding typed, in plain words, with file, line and remedy.

::

    reading    files and statements, and what is known beside them
    facts      the data at hand
    shapes     the shapes at hand; paths: where they lead; faults: what is wrong with shapes
    checking   engines find results
    telling    results become violations, with reason, place and remedy, and those of one value a mistake
    report     what was found, and how it is written; written: how its terms are
"""

from __future__ import annotations

from collections.abc import Callable

from resgraph.collector import without_collector
from resgraph.sources import packaged
from resgraph.validate import checking, faults, reading
from resgraph.validate.checking.touched import narrowed
from resgraph.validate.facts import Facts
from resgraph.validate.reading import Data
from resgraph.validate.report import Group, Mistake, Report, Violation
from resgraph.validate.shapes import Shapes
from resgraph.validate.telling import tell

__all__ = ["Data", "Group", "Mistake", "Report", "Violation", "validate"]


def validate(
    data: Data,
    shapes: Data | None = None,
    context: Data | None = None,
    *,
    base: Data | None = None,
    engine: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Validate data against shapes, by default against those of the project.

    `context` is what is known beside the data: only class hierarchy and types of it are used, and nothing
    in it is reported. Without shapes of your own it is the project's ontology and data, so that a file of
    new findings may point to sources and factors that the project has. Nothing that is given is changed.

    `base` is an earlier state of the data, such as what a release was built from: then only what the
    difference can have changed is looked at. What is found is a part of what a full run finds, and holds
    everything that a full run over `base` does not find; when `base` conforms it is the same.

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
    with without_collector():
        return _validate(data, shapes, context, base, engine, progress or (lambda _: None))


def _validate(
    data: Data,
    shapes: Data | None,
    context: Data | None,
    base: Data | None,
    engine: str,
    say: Callable[[str], None],
) -> Report:
    say("reading")
    content = reading.read(data)
    rules = reading.read(packaged().shapes if shapes is None else shapes)
    look_up = Shapes(rules.statements)
    faults.check(look_up, rules)
    statements = content.statements
    if context is not None:
        around = reading.read(context).statements
    else:
        around = reading.surroundings(content) if shapes is None else []
    known = reading.known(statements, around)
    say("checking")
    facts = Facts([*statements, *known])
    strangers = {one.subject for one in known}
    asked = look_up if base is None else narrowed(look_up, facts, reading.read(base).statements)
    results = checking.check(facts, asked, engine, strangers)
    say("writing the report")
    return tell(
        results,
        look_up,
        Facts([*statements, *around]) if around else facts,
        content,
    )
