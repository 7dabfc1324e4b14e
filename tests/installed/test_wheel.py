"""The wheel has all that a reader needs: the release, the sources it can be rebuilt from, the types."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from resgraph.graph import Graph

from .conftest import ROOT


def said(python: Path, code: str, where: Path) -> str:
    """What code prints in the fresh environment, away from the checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PY", "RESGRAPH"))
    }
    done = subprocess.run(
        [python, "-I", "-c", code], capture_output=True, text=True, cwd=where, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_is_the_wheel_and_not_the_checkout(python: Path, fresh: Path, tmp_path: Path) -> None:
    where = said(python, "import resgraph; print(resgraph.__file__)", tmp_path)
    assert where.startswith(str(fresh))
    assert str(ROOT / "src") not in said(python, "import sys; print(sys.path)", tmp_path)


def test_the_release_travels_in_it(python: Path, graph: Graph, tmp_path: Path) -> None:
    code = "import resgraph; g = resgraph.load(); print(len(g), g.intervention('friends').label)"
    assert said(python, code, tmp_path) == f"{len(graph)} FRIENDS"


def test_what_the_release_is_made_of_travels_too(python: Path, tmp_path: Path) -> None:
    code = "from resgraph.stored import all_queries; from resgraph.stale import is_stale;"
    found, stale = said(python, code + "print(len(all_queries()), is_stale())", tmp_path).split()
    assert int(found) == len(list((ROOT / "queries").glob("*.rq")))
    assert stale == "False"


def test_the_query_editor_travels_with_its_licences(python: Path, tmp_path: Path) -> None:
    code = "from importlib.resources import files; e = files('resgraph.web') / 'static' / 'editor';"
    found = said(python, code + "print(*sorted(each.name for each in e.iterdir()))", tmp_path).split()
    built = ROOT / "src" / "resgraph" / "web" / "static" / "editor"
    assert found == sorted(path.name for path in built.iterdir())
    assert "LICENSES.txt" in found


@pytest.mark.parametrize("command", ["--version", "query --list"])
def test_the_command_runs(fresh: Path, tmp_path: Path, command: str) -> None:
    done = subprocess.run([fresh / "bin" / "resgraph", *command.split()], capture_output=True, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout
