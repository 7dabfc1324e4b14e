"""The built files of the query editor are those that its sources give, and its parts do what they say."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "editor"
BUILT = ROOT / "src" / "resgraph" / "web" / "static" / "editor"


@pytest.fixture(scope="module")
def workshop(pytestconfig: pytest.Config) -> Path:
    """A copy of the sources with what the lock file names beside them; in CI it must be there."""
    stamp = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()[:12]
    where = Path(str(pytestconfig.cache.mkdir("editor"))) / stamp  # type: ignore[union-attr]
    if not (where / "node_modules" / ".package-lock.json").exists():
        if shutil.which("npm") is None and not os.environ.get("CI"):
            pytest.skip("needs npm")
        where.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, where)
        install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(install, cwd=where, capture_output=True, text=True)
        if done.returncode and not os.environ.get("CI"):
            pytest.skip(f"npm cannot install what the editor is made of: {done.stderr.strip()[-200:]}")
        assert done.returncode == 0, done.stderr
    shutil.copy(SOURCE / "build.js", where)
    for name in ("src", "test"):
        shutil.rmtree(where / name, ignore_errors=True)
        shutil.copytree(SOURCE / name, where / name)
    return where


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
