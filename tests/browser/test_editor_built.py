"""The built files of the query editor are those that its sources give, and its parts do what they say."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "editor"
BUILT = ROOT / "src" / "resgraph" / "web" / "static" / "editor"


@pytest.fixture(scope="module")
def workshop(installed: Callable[[Path], Path]) -> Path:
    """A copy of the sources with what the lock file names beside them."""
    return installed(SOURCE)


def test_building_anew_gives_the_same_bytes(workshop: Path, tmp_path: Path) -> None:
    subprocess.run(["node", "build.js", str(tmp_path / "built")], cwd=workshop, check=True)
    anew = {path.name: path.read_bytes() for path in (tmp_path / "built").iterdir()}
    kept = {path.name: path.read_bytes() for path in BUILT.iterdir()}
    assert anew.keys() == kept.keys(), "make editor"
    assert [name for name in anew if anew[name] != kept[name]] == [], "make editor"


def test_the_parts_do_what_they_say(workshop: Path) -> None:
    done = subprocess.run(["npm", "test"], cwd=workshop, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (SOURCE / "package-lock.json").read_text(encoding="utf-8")
