"""What several test rooms share: a fresh release, and a real server on a real port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
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
