"""The site: built without a warning, its notebooks run with the wheel, and no page asks another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .conftest import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
#: what makes a browser fetch something by itself
FETCHES = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}
OUTSIDE = re.compile(r"@import|url\(['\"]?(?:https?:)?//|(?:fetch\(|src=)['\"]?https?:")
#: links to other pages, which people follow: not fetched by a page
FOLLOWED = {"canonical", "author", "license"}


class Page(HTMLParser):
    """What a page fetches, where its links lead, and what can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        self.anchors |= {value for name in ("id", "name") if (value := said.get(name))}
        for name, value in said.items():
            if (tag, name) in FETCHES and said.get("rel") not in FOLLOWED:
                self.fetched.append(value or "")
            elif (tag, name) == ("a", "href"):
                self.links.append(value or "")


def pages(site: Path) -> Iterator[Path]:
    yield from sorted(site.rglob("*.html"))


def test_every_page_is_there(site: Path) -> None:
    sources = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *NOTEBOOKS]
    assert [
        path for path in sources if not (site / path.relative_to(ROOT)).with_suffix(".html").exists()
    ] == []
    assert (site / "index.html").exists()


def test_no_page_asks_another_host(site: Path) -> None:
    for path in pages(site):
        assert [address for address in Page(path).fetched if urlsplit(address).netloc] == [], path.name
    for path in (*site.rglob("*.css"), *site.rglob("*.js")):
        found = re.findall(
            r"@import|url\(['\"]?(?:https?:)?//|fetch\(['\"]https?:|src=['\"]?https?:",
            path.read_text("utf-8"),
        )
        assert not found, path.name


def test_links_inside_the_site_lead_somewhere(site: Path) -> None:
    read = {path: Page(path) for path in pages(site)}
    broken = []
    for path, page in read.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or not (parts.path or parts.fragment):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = target in read and (not parts.fragment or unquote(parts.fragment) in read[target].anchors)
            if not known and not (target.is_file() and target.suffix != ".html"):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_what_they_print(notebook: Path) -> None:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 5
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_tell_the_whole_story(site: Path, notebook: Path) -> None:
    """They were run, with figures, and each shows the answers that are a "no" and whom something harmed."""
    text = (site / "docs" / "notebooks" / f"{notebook.stem}.html").read_text("utf-8")
    assert text.count("cell_output") >= 5
    assert "image/png" in text or ".png" in text
    for word in ("no evidence", "no effect", "mixed", "harm"):
        assert word in text.lower().replace("-", " "), word
