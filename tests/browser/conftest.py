"""A browser without a window: what it shows, what it asked for, and what it complained about."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import pytest

from .driver import Driven, Tab

_NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--enable-logging=stderr",
    "--virtual-time-budget=2000",
)
_CONSOLE = re.compile(r"CONSOLE[:(]\d+\)?\] (.*)")


class Document(HTMLParser):
    """The document as the browser has it after the scripts ran: its elements and its text."""

    def __init__(self, dumped: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(dumped)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def every(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        """The text, with every run of white space as one space."""
        return " ".join(self.text.split())


@dataclass
class Visit:
    """What happened when a page was opened."""

    document: Document
    console: list[str]
    hosts: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)


Browser = Callable[[str], Visit]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Without one the tests are skipped, but never in CI."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs one of {', '.join(_NAMES)}")
    assert found is not None, "CI must have a browser"
    return found


@pytest.fixture
def browser(chromium: str, tmp_path: Path) -> Browser:
    """Opens a page in a browser that has never been used."""

    def visit(address: str) -> Visit:
        log = tmp_path / "net.json"
        shutil.rmtree(tmp_path / "profile", ignore_errors=True)
        private = (f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}")
        done = subprocess.run(
            [chromium, *OPTIONS, *private, "--dump-dom", address],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "HOME": str(tmp_path)},
        )
        assert done.returncode == 0, done.stderr
        result = Visit(Document(done.stdout), _CONSOLE.findall(done.stderr))
        for url in _asked_for(log.read_text(encoding="utf-8", errors="replace")):
            if url.scheme != "data":
                result.hosts.add(url.netloc)
                result.paths.add(url.path)
        return result

    return visit


@pytest.fixture(scope="session")
def driven(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """A browser that is driven; every test has pages of its own in it."""
    found = Driven(chromium, tmp_path_factory.mktemp("driven"))
    yield found
    found.end()


@pytest.fixture
def tab(driven: Driven) -> Iterator[Tab]:
    """A page in a window of a desk, not opened yet."""
    found = driven.tab()
    yield found
    found.close()


def _asked_for(log: str) -> Iterator[SplitResult]:
    """Yield the page and every address it asked for, but not what the browser asks for its own sake."""
    try:
        found = json.loads(log)
    except ValueError:
        found = json.loads(log.rstrip().rstrip(",") + "]}")
    started = found["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    for event in found["events"]:
        asked = event.get("params", {})
        own = asked.get("initiator") == "not an origin" and asked.get("request_type") != "main frame"
        if event["type"] == started and "url" in asked and not own:
            yield urlsplit(asked["url"])
