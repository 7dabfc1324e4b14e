"""What several test rooms share: a fresh release, and a real server on a real port."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resgraph.build import build
from resgraph.graph import Graph, load
from resgraph.release import default_path
from resgraph.stale import is_stale


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the files as they stand: the packaged one if it is fresh, else one built now."""
    if not is_stale():
        return default_path()
    path = tmp_path_factory.mktemp("release")
    build(path)
    return path


@pytest.fixture(scope="session")
def graph(release: Path) -> Graph:
    """The release, opened."""
    return load(release)


@pytest.fixture(scope="session")
def server(release: Path) -> Iterator[str]:
    """The address of `resgraph serve`, running in a process of its own."""
    command = [sys.executable, "-m", "resgraph", "serve", str(release), "--port", "0"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RESGRAPH_")}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"http://[\d.]+:\d+", line):
            break
    else:
        pytest.fail(f"the server did not start:\n{said}")
    yield found[0]
    process.terminate()
    process.wait(10)
    process.stdout.close()


@pytest.fixture(scope="session")
def need() -> Callable[..., None]:
    """What skips a test where a program is missing, but never in CI."""
    return _need


def _need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"needs {', '.join(missing)}")
    assert not missing, f"CI must have {', '.join(missing)}"


@pytest.fixture(scope="session")
def installed(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Path]:
    """What copies a directory of JavaScript, with the packages that its lock file names beside it.

    They are installed once for each content of a lock file, however many processes test.
    """

    def install(source: Path) -> Path:
        _need("node", "npm")
        lock_file = source / "package-lock.json"
        stamp = hashlib.sha256(lock_file.read_bytes()).hexdigest()[:16]
        where = Path(str(pytestconfig.cache.mkdir("npm"))) / stamp  # type: ignore[union-attr]
        where.mkdir(exist_ok=True)
        with (where / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (where / "done").exists():
                for name in ("package.json", "package-lock.json"):
                    shutil.copy(source / name, where)
                command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
                done = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=400)
                if done.returncode and not os.environ.get("CI"):
                    pytest.skip(f"npm cannot install what {source.name} needs: {done.stderr.strip()[-200:]}")
                assert done.returncode == 0, done.stderr
                (where / "done").touch()
        copy = tmp_path_factory.mktemp(source.name) / source.name
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("node_modules"))
        (copy / "node_modules").symlink_to(where / "node_modules")
        return copy

    return install
