"""The house: a room imports only from lower layers, outside libraries live where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import resgraph

PACKAGE = Path(__file__).parents[2] / "src" / "resgraph"
#: every room, by layer from the ground up; a room may import its own layer's rooms listed before it
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        *("vocab", "errors", "extras", "settings", "formats", "sources", "files", "records", "tokens"),
        *("jsonld", "seal", "collector"),
    ),
    (
        *("terms", "turtle", "index", "locate", "store", "snapshot", "results", "release"),
        *("stored", "stale", "blank"),
    ),
    (
        *("names", "slips", "syntax", "binding", "query", "change", "upload", "evaluate", "pool"),
        *("writer", "reason", "justify", "validate", "hygiene", "remote"),
    ),
    (
        *("labels", "catalogue", "evidence", "effects", "pooling", "things", "search", "choose"),
        *("meaning", "paths", "exports", "examples", "explain", "counterfactual", "graph"),
        *("difference", "gaps", "plots"),
        *("card", "sssom", "executables", "describe"),
    ),
    ("ingest", "build", "publish"),
    ("serving", "web", "server", "mcp", "commands", "cli", "__main__"),
)
#: the only rooms that may know a library
HOMES = {
    "owlrl": {"reason"},
    "pyshacl": {"validate"},
    "shacl": {"validate"},
    "rdflib": {"terms", "reason", "validate", "exports", "graph"},
    "networkx": {"exports", "graph"},
    "flask": {"web"},
    "waitress": {"serving"},
    "click": {"commands", "cli"},
    "pymare": set(),
    "rapidfuzz": {"search"},
    "scipy": set(),
    "matplotlib": {"plots"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "resgraph"}
    return found


def order() -> dict[str, int]:
    return {name: (i << 8) + j for i, layer in enumerate(LAYERS) for j, name in enumerate(layer)}


def test_every_room_has_its_layer() -> None:
    assert {room(path) for path in modules()} - {"__init__"} == set(order())


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_point_down(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return
    above = set()
    for name in imports(path):
        if name.startswith("resgraph."):
            other = name.split(".")[1]
            if other != here and other in order() and order()[other] > order()[here]:
                above.add(other)
    assert not above, f"{here} imports from above or beside: {sorted(above)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_lives_in_its_room(path: Path) -> None:
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or room(path) in homes, f"{room(path)} may not import {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_people_and_their_programs_leave_the_machine(path: Path) -> None:
    """Nothing that serves may know the room that opens connections; a server asks nobody but itself."""
    found = imports(path)
    if room(path) not in ("graph", "remote"):
        assert "resgraph.remote" not in found
    if path.relative_to(PACKAGE).as_posix() not in ("remote.py", "serving/listener.py"):
        assert not {name for name in found if name.startswith(("urllib.request", "http.client", "requests"))}


def test_a_server_never_loads_what_opens_connections() -> None:
    code = (
        "import sys, pkgutil, importlib, resgraph.web, resgraph.serving, resgraph.server, resgraph.graph; "
        "houses = (resgraph.web, resgraph.serving); "
        "[importlib.import_module(room.name) "
        "for house in houses for room in pkgutil.walk_packages(house.__path__, house.__name__ + '.')]; "
        "print('resgraph.remote' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_answers_programs_opens_no_pages() -> None:
    code = (
        "import sys, pkgutil, importlib, resgraph.serving, resgraph.server; "
        "rooms = pkgutil.walk_packages(resgraph.serving.__path__, 'resgraph.serving.'); "
        "[importlib.import_module(room.name) for room in rooms if not room.name.endswith('threads')]; "
        "heavy = {'flask', 'jinja2', 'werkzeug', 'resgraph.web', 'resgraph.describe', 'resgraph.reason'}; "
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_package_imports_cheaply() -> None:
    code = (
        "import sys, resgraph, resgraph.graph, resgraph.pooling, resgraph.gaps, resgraph.plots; "
        "heavy = {'flask', 'rdflib', 'owlrl', 'pyshacl', 'pandas', 'polars', 'waitress', 'click'}; "
        "heavy |= {'numpy', 'pymare', 'scipy', 'matplotlib', 'networkx', 'pyarrow', 'jinja2', 'werkzeug'}; "
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_function_outgrows_the_eye() -> None:
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > 60:
                    long.append(f"{path.name}:{node.lineno} {node.name}: {size} lines")
    assert not long


def test_the_version_is_said_alike() -> None:
    project = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == resgraph.__version__
