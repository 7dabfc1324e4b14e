"""Both engines find the same: in every example of every shape and in every way to break a record.

pySHACL decides. It is asked plainly too, without the sieve that spares it what surely conforms.
"""

from __future__ import annotations

import os
from collections import Counter
from importlib.util import find_spec

import pytest
from pyoxigraph import Triple
from test_examples import EXAMPLES, alone, hierarchy, shape_names
from test_mutations import KINDS, breakings, rules, surroundings

from resgraph.sources import packaged
from resgraph.validate import reading, validate
from resgraph.validate.checking import reference
from resgraph.validate.shapes import Shapes

pytestmark = pytest.mark.skipif(
    find_spec("shacl") is None and not os.environ.get("CI"), reason="pip install resgraph[fast]"
)


def test_the_examples_are_told_alike() -> None:
    for name in shape_names():
        shapes = alone(name)
        for kind in ("good", "bad"):
            file = EXAMPLES / f"{name}.{kind}.ttl"
            one, other = (
                validate(file, shapes, context=hierarchy(), engine=engine) for engine in ("pyshacl", "shacl")
            )
            assert one.to_turtle() == other.to_turtle(), file
            assert one.to_text() == other.to_text(), file


def broken_records() -> list[Triple]:
    """Every kind of record that is broken in some way, each once."""
    return [triple for kind in KINDS for _, after in list(breakings(kind))[:1] for triple in after]


def test_the_broken_records_are_told_alike_and_as_pyshacl_alone_does() -> None:
    wrong = sorted(set(broken_records()), key=str)
    one, other = (validate(wrong, rules(), surroundings(), engine=engine) for engine in ("pyshacl", "shacl"))
    assert len(one.violations) > 129
    assert one.to_turtle() == other.to_turtle()
    assert one.violations == other.violations
    known = reading.known(wrong, reading.read(surroundings()).statements)
    strangers = {triple.subject for triple in known}
    plain = reference.check([*wrong, *known], Shapes(reading.read(rules()).statements))
    alone_found = Counter((r.focus, r.value, r.component) for r in plain if r.focus not in strangers)
    local = Counter((v.focus, v.value, v.component) for v in one.violations)
    assert local == Counter({(f, v, c.value.rpartition("#")[2]): n for (f, v, c), n in alone_found.items()})


def test_the_whole_project_is_told_alike() -> None:
    files = [path for path in (*packaged().ontology, *packaged().data) if path.name != "sources.ttl"]
    one, other = (validate(files, packaged().shapes, (), engine=engine) for engine in ("pyshacl", "shacl"))
    assert not one.conforms
    assert Counter(one.triples) == Counter(other.triples)
