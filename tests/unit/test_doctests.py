"""Every example in a docstring runs."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "resgraph"
NAMES = sorted(
    ".".join(["resgraph", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_run(name: str, graph: object, monkeypatch: pytest.MonkeyPatch) -> None:
    # an example opens the release as a reader does; once is enough here
    monkeypatch.setattr("resgraph.graph.load", lambda path=None: graph)
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
