"""A fresh environment with the wheel in it, as people have who install it: nothing of the checkout."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from resgraph.stale import is_stale

ROOT = Path(__file__).resolve().parents[2]
#: what a notebook needs beside the extras
NOTEBOOK = "ipykernel"


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory of the environment; workers of one run share it, and the first one makes it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    made = shared / "fresh"
    with (shared / "fresh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "ready").exists():
            _make(made)
    return made


@pytest.fixture(scope="session")
def python(fresh: Path) -> Path:
    """The interpreter of the environment."""
    return fresh / "bin" / "python"


@pytest.fixture(scope="session")
def kernels(fresh: Path) -> Path:
    """Where Jupyter finds the environment as its Python kernel."""
    where = fresh / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    words = json.loads(where.read_text("utf-8"))
    # -I: neither the directory, nor a variable such as PYTHONPATH, may bring in the checkout
    words["argv"] = [str(fresh / "bin" / "python"), "-I", *words["argv"][words["argv"].index("-m") :]]
    where.write_text(json.dumps(words), "utf-8")
    return fresh / "share" / "jupyter"


def _make(where: Path) -> None:
    if is_stale():
        pytest.fail("the release is older than its sources and would go into the wheel: run resgraph build")
    dist = where.with_name("dist")
    pip = ["pip", "--disable-pip-version-check", "--no-input"]
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", dist, ROOT]
    _run(sys.executable, "-m", *pip, *build)
    venv.create(where, with_pip=True)
    wheel = next(dist.glob("resgraph-*.whl"))
    install = ["install", "--quiet", f"{wheel}[stats,plot,pandas]", NOTEBOOK]
    _run(where / "bin" / "python", "-I", "-m", *pip, *install)
    (where / "ready").touch()


def _run(*command: str | Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    if done.returncode:
        # without a registry nothing can be installed; where it must be there, that is a failure
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{command[-1]}: {done.stderr[-2000:]}")
