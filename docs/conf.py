"""How the site is made of the pages, for `make docs`; the navigation is the lists of links in index.md."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
#: pages whose lists of links are the navigation
LISTS: Final = ("docs/index", "docs/decisions/README", "docs/reference/python/README")
_CAPTION: Final = re.compile(r"^\*\*(.+)\*\*$")
_LINK: Final = re.compile(r"^- \[([^\]]+)\]\(([^)#]+)\.(?:md|ipynb)\)")

project = PROJECT["name"]
version = release = PROJECT["version"]
copyright = "The resgraph contributors. CC BY 4.0"  # noqa: A001
extensions = ["myst_nb", "sphinx.ext.autodoc"]

# Pages keep their places, so that a link leads to the same page here and where the files are read.
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**"]
exclude_patterns = [".*", "build", "benchmarks", "data", "ontology", "queries", "requirements", "shapes"]
exclude_patterns += ["src", "tests", "virtuoso*", "**/__pycache__", "**/.ipynb_checkpoints"]

myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
# No page may ask another host for anything.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
python_display_short_literal_types = True

html_theme = "furo"
html_title = "resgraph"
html_extra_path = ["site/index.html"]
html_static_path = ["site/static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sphinx = False
# Pygments reads no `|` inside a path of SPARQL, and marks the rest of such a query as well as it can.
suppress_warnings = ["misc.highlighting_failure"]


def _navigation(_: Any, name: str, source: list[str]) -> None:
    """Put the links of a list of pages into the navigation: one group under each line in bold."""
    if name not in LISTS:
        return
    groups: list[tuple[str, list[str]]] = [("", [])]
    for line in source[0].splitlines():
        if caption := _CAPTION.match(line):
            groups.append((caption[1], []))
        elif link := _LINK.match(line):
            groups[-1][1].append(f"{link[1].replace('`', '')} <{_absolute(name, link[2])}>")
    source[0] += "".join(_tree(caption, entries) for caption, entries in groups if entries)


def _absolute(name: str, target: str) -> str:
    return "/" + (ROOT / name).parent.joinpath(target).resolve().relative_to(ROOT).as_posix()


def _tree(caption: str, entries: list[str]) -> str:
    named = f":caption: {caption}\n" if caption else ""
    return f"\n\n```{{toctree}}\n:hidden:\n{named}\n" + "\n".join(entries) + "\n```\n"


def setup(app: Any) -> None:
    """Tell Sphinx what is particular to this site."""
    app.connect("source-read", _navigation)
