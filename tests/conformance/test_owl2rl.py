"""The W3C tests of OWL 2 RL, through the commands `resgraph reason` and `resgraph profile`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse

from resgraph.cli import run

from .exceptions import OWL_EXCEPTIONS
from .manifests import place

_PLACE = place()
ROOT = _PLACE / "owl2rl" if _PLACE and (_PLACE / "owl2rl").is_dir() else None
CASES: list[dict[str, Any]] = json.loads((ROOT / "index.json").read_text()) if ROOT else []
HOW = "the W3C tests of OWL 2 RL are not here: RESGRAPH_CONFORMANCE names a directory with owl2rl in it"

pytestmark = pytest.mark.skipif(ROOT is None and not os.environ.get("CI"), reason=HOW)


def of(kind: str) -> list[Any]:
    """The tests of a kind, the exceptions marked."""
    found = []
    for case in CASES:
        why = OWL_EXCEPTIONS.get((kind, case["id"]))
        marks = [pytest.mark.xfail(reason=why, strict=True, raises=AssertionError)] if why else []
        if kind in case["types"]:
            found.append(pytest.param(case, id=case["id"], marks=marks))
    return found


def file(name: str) -> Path:
    assert ROOT is not None
    return ROOT / name


def closed(case: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(["reason", str(file(case["premise"]))])
    said = capfd.readouterr()
    return code, said.out, said.err


def pattern(name: str) -> str:
    """The statements of a file as a question; a blank node stands for anything."""
    lines = []
    for quad in parse(path=file(name)):
        if isinstance(quad.object, NamedNode) and quad.object.value.endswith("#Ontology"):
            continue
        lines.append(" ".join(_asked(term) for term in quad.triple) + " .")
    return "ASK { " + " ".join(lines) + " }"


def _asked(term: object) -> str:
    return f"?b{term.value}" if isinstance(term, BlankNode) else str(term)


def entailed(text: str, name: str) -> bool:
    store = Store()
    store.load(text.encode(), format=RdfFormat.N_TRIPLES)
    return bool(store.query(pattern(name)))


@pytest.mark.parametrize("case", of("ConsistencyTest"))
def test_consistent(case: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    assert closed(case, capfd)[0] == 0


@pytest.mark.parametrize("case", of("InconsistencyTest"))
def test_inconsistent(case: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    code, written, said = closed(case, capfd)
    assert code == 1
    assert not written
    assert "contradict" in said


@pytest.mark.parametrize("case", of("PositiveEntailmentTest"))
def test_follows(case: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    code, written, _ = closed(case, capfd)
    assert code == 0
    assert entailed(written, case["conclusion"])


@pytest.mark.parametrize("case", of("NegativeEntailmentTest"))
def test_does_not_follow(case: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    code, written, _ = closed(case, capfd)
    assert code == 0
    assert not entailed(written, case["nonconclusion"])


def test_every_exception_is_a_test() -> None:
    known = {(kind, case["id"]) for case in CASES for kind in case["types"]}
    assert set(OWL_EXCEPTIONS) <= known


@pytest.mark.parametrize("case", of("ProfileIdentificationTest"))
def test_in_the_profile(case: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", str(file(case["premise"]))]) == 0, capfd.readouterr().out
