"""Every type of page, for who cannot see, on a narrow screen, in the dark, on paper; and pictures of them.

The pictures are kept: in `build/screenshots`, or in the directory that RESGRAPH_SCREENSHOTS names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .driver import Tab
from .pages import PAGES

HERE = Path(__file__).parent / "axe"
#: What is wrong with a page, or a part of it, in words; what is only a matter of taste is left out.
AXE = """axe.run(PART, { resultTypes: ["violations"], RULES }).then((found) => ({
  passes: found.passes.length,
  violations: found.violations.filter((each) => ["serious", "critical"].includes(each.impact)).map((each) =>
    `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`) }))"""
#: By how many pixels a page is wider than its window.
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
#: What is cut off on paper: it is wider than where it stands, and hidden or to be scrolled there.
CUT_OFF = """[...document.querySelectorAll("main :not(.unseen)")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
    && getComputedStyle(each).overflowX !== "visible").map((each) => each.outerHTML.slice(0, 120))"""
#: The text column of a sheet of A4 between its margins, in pixels.
PAPER = 718
#: Too long to be looked through whole, and in every way: some hundred parts like this one.
PART_OF = {"terms": "document.querySelector('article')"}
#: one of each look, in the dark and on paper
SHOWN = (
    *("home", "browse", "gaps", "query", "explain", "intervention", "question", "source", "finding"),
    *("study", "disparity", "rating"),
)
#: of which what is folded is looked through as well
UNFOLDED = ("intervention", "source", "question")
#: the query editor comes a little after its page
READY = "document.querySelector('form#editor').dataset.ready"
CONTRAST = 'runOnly: ["color-contrast"]'


@pytest.fixture(scope="session")
def axe(installed: Callable[[Path], Path]) -> str:
    """The script that finds what is wrong for people who cannot see."""
    return (installed(HERE) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config) -> Path:
    """The directory of the pictures, which whoever runs the tests may look at."""
    named = os.environ.get("RESGRAPH_SCREENSHOTS")
    found = Path(named) if named else pytestconfig.rootpath / "build" / "screenshots"
    found.mkdir(parents=True, exist_ok=True)
    return found


def wrong(tab: Tab, part: str, rules: str = "") -> dict[str, Any]:
    found: dict[str, Any] = tab.run(AXE.replace("PART", part).replace("RULES", rules))
    return found


def opened(tab: Tab, server: str, name: str) -> Tab:
    tab.go(server + PAGES[name])
    assert tab.status == (404 if name == "not-found" else 200)
    tab.wait(f"!document.querySelector('form#editor') || {READY}")
    return tab


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(tab: Tab, server: str, axe: str, pictures: Path, name: str) -> None:
    tab.resize(320)
    opened(tab, server, name).run(axe + ";0")
    assert tab.run(TOO_WIDE) <= 0, "wider than a telephone"
    found = wrong(tab, PART_OF.get(name, "document"))
    assert found["passes"] > 5
    assert found["violations"] == []
    tab.picture(pictures / f"{name}-narrow.jpg")
    tab.resize(1280)
    assert tab.run(TOO_WIDE) <= 0, "wider than a desk"
    tab.picture(pictures / f"{name}.jpg")
    tab.resize(320)
    tab.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert tab.run(TOO_WIDE) <= 0, "wider than a telephone when all is unfolded"
    if name in UNFOLDED:
        assert wrong(tab, "document.querySelector('.everything')")["violations"] == [], "unfolded"
    assert tab.hosts == {urlsplit(server).netloc}
    assert [each for each in tab.console if "404" not in each] == []


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_in_the_dark_and_on_paper(tab: Tab, server: str, axe: str, pictures: Path, name: str) -> None:
    opened(tab, server, name).run(axe + ";0")
    tab.show_as(scheme="dark")
    assert wrong(tab, "document", CONTRAST)["violations"] == []
    tab.picture(pictures / f"{name}-dark.jpg")
    tab.resize(PAPER)
    tab.show_as("print")
    assert tab.run(TOO_WIDE) <= 0
    assert tab.run(CUT_OFF) == []
    tab.picture(pictures / f"{name}-print.jpg")
