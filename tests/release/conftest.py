"""Small sources, and the releases that are made of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resgraph.publish import Released, release
from resgraph.sources import Sources, packaged

ROOT = packaged().root
DAY = "2026-11-22"
Edit = Callable[[Path], None]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources with the whole ontology and little data."""
    root = tmp_path_factory.mktemp("small") / "sources"
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("examples"))
    (root / "data").mkdir()
    for name in ("factors", "outcomes", "determinants"):
        shutil.copy(ROOT / "data" / f"{name}.ttl", root / "data")
    sources = (ROOT / "data" / "sources.ttl").read_text(encoding="utf-8")
    prefixes = "\n".join(line for line in sources.splitlines() if line.startswith("@prefix"))
    one = re.search(r"^source:phe-ihe-2014 .*?\.\n(?=\n|\Z)", sources, re.MULTILINE | re.DOTALL)
    assert one
    (root / "data" / "sources.ttl").write_text(f"{prefixes}\n\n{one[0]}", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def first(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Released:
    return release(tmp_path_factory.mktemp("releases"), DAY, sources=Sources(small))


@pytest.fixture
def again(small: Path, first: Released, tmp_path: Path) -> Callable[..., Released]:
    """A function that edits the sources and makes the next release of them."""

    def make(version: str, *edits: Edit, relation: str = "backwardCompatibleWith") -> Released:
        directory = tmp_path / "releases"
        shutil.copytree(first.path.parent, directory)
        root = next_sources(small, tmp_path / "next", version, *edits, relation=relation)
        return release(directory, "2026-12-01", sources=Sources(root))

    return make


def next_sources(
    small: Path, root: Path, version: str, *edits: Edit, relation: str = "backwardCompatibleWith"
) -> Path:
    """Copy sources, edit them, and let their header go on from the first version."""
    shutil.copytree(small, root)
    change("ontology/resgraph.ttl", "0.1.0", version)(root)
    header = f"owl:priorVersion <https://w3id.org/resgraph/0.1.0/ns> ; owl:{relation} "
    change(
        "ontology/resgraph.ttl",
        "    owl:versionInfo",
        f"    {header}<https://w3id.org/resgraph/0.1.0/ns> ;\n    owl:versionInfo",
    )(root)
    for edit in edits:
        edit(root)
    return root


def change(name: str, old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


WORDS = change(
    "ontology/resgraph.ttl",
    "Links an action to the kind of body that can take it.",
    "Links an action to a doer.",
)
