"""A fresh environment with the wheel in it, as people have who install it: nothing of the checkout."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from resgraph.stale import is_stale

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
#: from a name and how to make it to the directory
Once = Callable[[str, Callable[[Path], None]], Path]
#: what a notebook needs beside the extras
NOTEBOOK = "ipykernel"


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], None]], Path]:
    """A way to make a directory that the workers of one run share: the first one makes it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, maker: Callable[[Path], None]) -> Path:
        ready = shared / f"{name}.ready"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                maker(shared / name)
                ready.touch()
        return shared / name

    return make


@pytest.fixture(scope="session")
def fresh(once: Once) -> Path:
    """The directory of the environment."""
    return once("fresh", _make)


@pytest.fixture(scope="session")
def python(fresh: Path) -> Path:
    """The interpreter of the environment."""
    return fresh / "bin" / "python"


@pytest.fixture(scope="session")
def site(fresh: Path, once: Once) -> Path:
    """The directory of the site; its notebooks run in the environment."""
    once("site", lambda _: _publish(fresh))
    return SITE


def _make(where: Path) -> None:
    if is_stale():
        pytest.fail("the release is older than its sources and would go into the wheel: run resgraph build")
    dist = where.with_name("dist")
    pip = ["pip", "--disable-pip-version-check", "--no-input"]
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", dist, ROOT]
    _run(sys.executable, "-m", *pip, *build)
    venv.create(where, with_pip=True)
    wheel = next(dist.glob("resgraph-*.whl"))
    install = ["install", "--quiet", f"{wheel}[plot,pandas]", NOTEBOOK]
    _run(where / "bin" / "python", "-I", "-m", *pip, *install)


def _publish(fresh: Path) -> None:
    kernel = fresh / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    words = json.loads(kernel.read_text("utf-8"))
    # -I: neither the directory nor a variable such as PYTHONPATH may bring in the checkout
    words["argv"] = [str(fresh / "bin" / "python"), "-I", *words["argv"][words["argv"].index("-m") :]]
    kernel.write_text(json.dumps(words), "utf-8")
    shutil.rmtree(SITE, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-a", "-b", "html"]
    command += ["-c", "docs", "-d", str(ROOT / "build" / "doctrees"), ".", str(SITE)]
    environment = {**os.environ, "JUPYTER_PATH": str(fresh / "share" / "jupyter")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]


def _run(*command: str | Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    if done.returncode:
        # without a registry nothing can be installed; where it must be there, that is a failure
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{command[-1]}: {done.stderr[-2000:]}")
