"""A browser without a window: what it shows, what it asked for, and what it complained about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest

from .driver import Driven, Tab

_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: So long a page may do something after it is there.
_SETTLED = "new Promise((done) => setTimeout(done, 60))"


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
    hosts: set[str]
    paths: set[str]


Browser = Callable[[str], Visit]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Without one the tests are skipped, but never in CI."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs one of {', '.join(_NAMES)}")
    assert found is not None, "CI must have a browser"
    return found


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


@pytest.fixture
def browser(tab: Tab) -> Browser:
    """Opens a page in a browser that has never been used, and tells what happened."""

    def visit(address: str) -> Visit:
        tab.go(address).run(_SETTLED)
        document = Document(tab.run("document.documentElement.outerHTML"))
        return Visit(document, tab.console, tab.hosts, tab.paths)

    return visit
