"""An empty strict store in a real server, for the W3C tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from protocol.conftest import Client, start

TOKEN = "conformance"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The server that all tests of a process share."""
    store = tmp_path_factory.mktemp("conformance") / "store"
    running = start("--writable", "--store", str(store), RESGRAPH_TOKEN=TOKEN, RESGRAPH_EVALUATORS="1")
    try:
        yield running.client
    finally:
        running.stop()
        running.process.communicate()
