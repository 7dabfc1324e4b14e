"""Every page does what it says: queries, code, commands, links, and the parts that are generated."""

from __future__ import annotations

import csv
import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pages
import pytest
from pages import ROOT, Block

from resgraph import turtle
from resgraph.cli import COMMANDS
from resgraph.evidence import FINDS
from resgraph.graph import Graph
from resgraph.records import FURTHER, RECORD_KINDS
from resgraph.serving.metrics import REASONS, Metrics
from resgraph.vocab import GRAPHS, SCHEME, TYPE, slug, term

#: a link of a page: not an image, not inside code
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_RUN_BY = re.compile(r"resgraph ([a-z]+)|make ([a-z]+)")
#: schemes of which evidence.py makes concepts, and the pages that explain them
_MADE = ("answer", "basis", "consistency", "evaluator", "sample-size", "strength")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _with(language: str) -> list[Path]:
    """Every page with a block in a language."""
    return [page for page in pages.pages() if any(block.language == language for block in pages.blocks(page))]


@pytest.mark.parametrize("block", pages.all_blocks("sparql"), ids=str)
def test_a_query_gives_the_table_that_follows_it(block: Block, graph: Graph) -> None:
    answer = graph.query(block.text)
    assert len(answer), "an example without an answer shows nothing"
    if block.table:
        assert pages.table_of(answer) == block.table


@pytest.mark.parametrize("page", _with("python"), ids=_name)
def test_python_runs_as_printed(
    page: Path, graph: Graph, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESGRAPH_RELEASE", str(release))
    monkeypatch.setattr("resgraph.graph.load", lambda path=None: graph)
    example = pages.code_of(page)
    assert example.examples, "code without a prompt is not run"
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("page", _with("console"), ids=_name)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    for name in ("ontology", "data", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("examples"))
    for block in pages.blocks(page):
        if block.info:
            path = tmp_path / block.info
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text + "\n", encoding="utf-8")
        elif block.language == "console":
            assert _ran(block, tmp_path) == block.text, str(block)


def _ran(block: Block, where: Path) -> str:
    """Run the commands of a block and return it as it should have been printed."""
    printed = []
    for line in block.text.splitlines():
        if line.startswith("$ resgraph "):
            command = [sys.executable, "-m", "resgraph", *shlex.split(line)[2:]]
            done = subprocess.run(
                command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            printed += [line, *done.stdout.splitlines()]
    return "\n".join(printed)


@pytest.mark.parametrize("page", pages.pages(), ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text("utf-8"))
    for target in _LINK.findall(text):
        if not target.startswith(("http://", "https://", "mailto:")):
            path, _, heading = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), f"{page.name} links to {target}"
            assert not heading or heading in _headings(found), f"{page.name} links to {target}"


@pytest.mark.parametrize("block", pages.all_blocks("r"), ids=str)
def test_r_can_be_read(block: Block, tmp_path: Path) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("R is not here")
    (tmp_path / "code.r").write_text(block.text, encoding="utf-8")
    command = ["Rscript", "--vanilla", "-e", 'invisible(parse("code.r"))']
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_three_languages_give_one_answer(server: str, tmp_path: Path) -> None:
    """SPARQL and its table are compared above, and what Python prints; here Python and R with the table."""
    page = ROOT / "docs/how-to/three-languages.md"
    asked, python, r = (
        next(block for block in pages.blocks(page) if block.language == language)
        for language in ("sparql", "python", "r")
    )
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in asked.table]
    assert [[cell.strip() for cell in line.split("|")] for line in python.text.splitlines()[-3:]] == rows[2:]
    assert " ".join(asked.text.split()) in " ".join(r.text.split())
    if not shutil.which("Rscript"):
        pytest.skip("R is not here")
    code = (
        r.text.replace("http://127.0.0.1:7070", server) + "\nwrite.csv(found, 'found.csv', row.names = FALSE)"
    )
    (tmp_path / "code.r").write_text(code, encoding="utf-8")
    command = ["Rscript", "--vanilla", "code.r"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = list(csv.reader((tmp_path / "found.csv").read_text("utf-8").splitlines()))
    assert found == [rows[0], *rows[2:]]


def _headings(page: Path) -> set[str]:
    words = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in words}


def test_every_page_is_reached_from_the_first_ones() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        targets = _LINK.findall(_CODE.sub("", page.read_text("utf-8")))
        waiting += [(page.parent / t.partition("#")[0]).resolve() for t in targets if "://" not in t]
    assert set(pages.pages()) <= reached


@pytest.mark.parametrize("page", pages.pages(), ids=_name)
def test_generated_parts_are_fresh(page: Path, graph: Graph) -> None:
    for name, text in pages.parts(page):
        assert text == pages.GENERATED[name](graph), "renew them: .venv/bin/python tests/docs/pages.py"


@pytest.mark.parametrize("page", pages.pages(), ids=_name)
def test_commands_that_are_named_exist(page: Path) -> None:
    code = "\n".join(_CODE.findall(page.read_text("utf-8")))
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for command, target in _RUN_BY.findall(code):
        assert not command or command in COMMANDS, f"resgraph {command}"
        assert not target or target in targets, f"make {target}"


def test_every_field_of_a_record_is_documented() -> None:
    page = (ROOT / "docs/reference/records.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\S+)(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    for kind in RECORD_KINDS:
        for field in kind.fields:
            assert f"| `{field.name}` |" in sections[kind.name], f"{kind.name}.{field.name}"
    for field in FURTHER:
        assert f"| `{field.name}` |" in sections["items"], field.name


def test_the_strength_page_names_all_that_the_rule_can_say() -> None:
    page = (ROOT / "docs/explanation/strength.md").read_text("utf-8")
    concepts = {t.subject.value for t in turtle.read(pages.SCHEMES)}  # type: ignore[union-attr]
    for scheme in _MADE:
        for iri in (iri for iri in concepts if iri.startswith(f"{SCHEME}{scheme}/")):
            assert f"`{slug(iri)}`" in page, f"{scheme}: {slug(iri)}"
    for name in FINDS.values():
        assert f"`rg:{name}`" in page


def test_the_strength_page_names_every_property_of_a_proposition(graph: Graph) -> None:
    page = (ROOT / "docs/explanation/strength.md").read_text("utf-8")
    asked = "SELECT DISTINCT ?property { GRAPH graph:evidenced { ?p a rg:Proposition ; ?property ?value } }"
    plain = {TYPE.value, term("subject").value, term("object").value, term("moderates").value}
    for iri in set(map(str, graph.query(asked)["property"])) - plain:
        if iri.startswith(term("").value):
            assert f"`rg:{slug(iri)}`" in page, iri


def test_the_model_page_names_every_graph() -> None:
    page = (ROOT / "docs/explanation/model.md").read_text("utf-8")
    assert [name for name in GRAPHS if f"`graph:{name}`" not in page] == []


def test_the_citation_file_is_complete() -> None:
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    keys = dict(re.findall(r"^([a-z-]+):(.*)$", text, re.MULTILINE))
    assert keys.keys() >= {
        "cff-version",
        "message",
        "title",
        "authors",
        "version",
        "date-released",
        "license",
    }
    assert f'version = "{keys["version"].strip().strip(chr(34))}"' in (ROOT / "pyproject.toml").read_text(
        "utf-8"
    )


def test_the_page_for_operators_names_every_metric() -> None:
    page = (ROOT / "docs/how-to/operate.md").read_text("utf-8")
    for name in re.findall(r"^# TYPE (\S+)", Metrics().text(), re.MULTILINE):
        assert f"| `{name}` |" in page, name
    for reason in ("busy", "engine-died", "failure"):
        assert f"`{reason}`" in page
        assert reason in REASONS


def test_every_test_that_the_threat_model_names_exists() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`((?:protocol|browser|unit|docs)/test_\w+\.py)`", page)
    assert len(named) > 10
    assert all((ROOT / "tests" / name).exists() for name in named)
