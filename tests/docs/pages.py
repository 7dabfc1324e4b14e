"""The pages as the tests read them: their blocks, their links, and the parts that are generated.

Run it to write the generated parts and the tables of answers anew::

    .venv/bin/python tests/docs/pages.py
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from inspect import getsource
from pathlib import Path
from typing import Final

import click
import quality
import weighing
from click.testing import CliRunner
from pyoxigraph import NamedNode

from resgraph import turtle
from resgraph.graph import Graph, load
from resgraph.index import Index
from resgraph.records import FURTHER, RECORD_KINDS, Field
from resgraph.results import Answer
from resgraph.settings import Settings
from resgraph.things import KINDS, properties
from resgraph.things.thing import Back
from resgraph.vocab import PREF_LABEL, concept, shorten, slug, term

ROOT: Final = Path(__file__).resolve().parents[2]
SCHEMES: Final = ROOT / "ontology" / "schemes.ttl"
_FENCE: Final = re.compile(r"```(\S*) ?(.*)")
_PART: Final = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)\n?(<!-- end -->)", re.DOTALL)
_CONSTRAINT: Final = re.compile(r"    #: (.+(?:\n    #: .+)*)\n    (\w+):")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the table that follows it."""

    page: Path
    line: int
    language: str
    info: str
    text: str
    table: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page for readers."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at])
        at += 1
        if opening:
            end = lines.index("```", at)
            rest = "\n".join(lines[end + 1 :]).lstrip("\n").split("\n")
            table = next((n for n, line in enumerate(rest) if not line.startswith("|")), len(rest))
            yield Block(page, at, opening[1], opening[2], "\n".join(lines[at:end]), tuple(rest[:table]))
            at = end + 1


def all_blocks(language: str) -> list[Block]:
    """Every block in a language, of every page."""
    return [block for page in pages() for block in blocks(page) if block.language == language]


def table_of(answer: Answer) -> tuple[str, ...]:
    """Write an answer as a Markdown table: addresses with their prefix, nothing for what is not there."""
    rows = [[_cell(value) for value in row] for row in answer.terms]
    return tuple(_row(row) for row in [answer.variables, ["---"] * len(answer.variables), *rows])


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = shorten(value.value) if isinstance(value, NamedNode) else str(getattr(value, "value", value))
    return text.replace("|", "\\|")


def _row(cells: object) -> str:
    return re.sub(r" +", " ", f"| {' | '.join(map(str, cells))} |")  # type: ignore[call-overload]


def records(_: Graph) -> str:
    """Write the table of every field of every kind of record."""
    parts = []
    for kind in RECORD_KINDS:
        parts.append(f"## {kind.name}\n\nKept in `data/{kind.file}`.\n")
        parts.append(_fields([Field("id", "", "string", required=True), *kind.fields]))
    parts.append("## items of further_estimates\n")
    parts.append(_fields(FURTHER))
    return "\n".join(parts).rstrip()


def _fields(listed: object) -> str:
    rows = [("field", "property", "value", "required"), ("---", "---", "---", "---")]
    for field in listed:  # type: ignore[attr-defined]
        property_ = f"`{shorten(field.property)}`" if field.property else "last part of its address"
        rows.append((f"`{field.name}`", property_, _value(field), "yes" if field.required else ""))
    return "\n".join(map(_row, rows)) + "\n"


def _value(field: Field) -> str:
    if field.value == "concept":
        words = f"`{field.among[0]}` concept" if field.among[0] else "`risk` or `protective`"
    elif field.value == "thing":
        words = f"id of {' or '.join(field.among)}"
    else:
        words = field.value
    if field.low is not None:
        words += f", {field.low:g}" + (f" to {field.high:g}" if field.high is not None else " or more")
    part = f" (of the {field.part} estimate)" if field.part in ("contrast", "bias-adjusted") else ""
    return words + (", one or a list" if field.many else "") + part


def commands(_: Graph) -> str:
    """Write the help of every command, as it is printed."""
    from resgraph.cli import group

    return "\n\n".join(f"## {name}\n\n```text\n{text}\n```" for name, text in _helps(group, group))


def _helps(root: click.Command, command: click.Command, *path: str) -> Iterator[tuple[str, str]]:
    """Ask for help as a person does, from the top: what is set there holds for every command below."""
    printed = CliRunner().invoke(root, [*path, "--help"], prog_name="resgraph", terminal_width=100)
    assert printed.exit_code == 0, printed.output
    yield " ".join(["resgraph", *path]), printed.output.strip()
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _helps(root, found, *path, below)


def counts(graph: Graph) -> str:
    """Write how many things a release holds."""
    things, sizes = graph.manifest["things"], graph.manifest["graphs"]
    rows = [("things", "how many"), ("---", "---:")]
    rows += [(_plural(name), f"{number:,}") for name, number in things.items()]
    rows.append(("statements, in all graphs", f"{sum(sizes.values()):,}"))
    rows.append(("of these, concluded by the reasoner", f"{sizes['inferred']:,}"))
    return "\n".join(map(_row, rows))


def _plural(name: str) -> str:
    words = {
        "population": "population groups",
        "study": "studies that several sources report",
        "disparity": "disparities between groups",
        "action": "actions of schools and local authorities",
        "point": "points of the briefing",
        "rating": "ratings by others",
        "proposition": "propositions, computed",
    }
    return words.get(name, name + "s")


def designs(_: Graph) -> str:
    """Write the rank of every design."""
    index = Index(turtle.read(SCHEMES))
    rows = [("rank", "designs")]
    ranked: dict[int, list[str]] = {}
    base = concept("design", "").value
    for iri in index.subjects():
        rank = index.text(iri, term("rank"))
        if isinstance(iri, NamedNode) and iri.value.startswith(base) and rank is not None:
            ranked.setdefault(int(rank), []).append(index.text(iri, PREF_LABEL) or slug(iri.value))
    rows += [
        ("---:", "---"),
        *((str(rank), ", ".join(sorted(ranked[rank]))) for rank in sorted(ranked)[::-1]),
    ]
    return "\n".join(map(_row, rows))


def settings(_: Graph) -> str:
    """Write every limit of the endpoint, with its reason from the code."""
    reasons = {
        name: " ".join(words.split("\n    #: ")) for words, name in _CONSTRAINT.findall(getsource(Settings))
    }
    rows = [("setting", "default", "what it is, and why"), ("---", "---", "---")]
    rows += [(f"`RESGRAPH_{f.name.upper()}`", _default(f.default), reasons[f.name]) for f in fields(Settings)]
    return "\n".join(map(_row, rows))


def _default(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def things(_: Graph) -> str:
    """Write what each kind of thing has, and which property it is read from."""
    parts = []
    for kind, view in KINDS.items():
        rows = [("name", "value", "property"), ("---", "---", "---")]
        names = {name: value for each in reversed(view.__mro__) for name, value in vars(each).items()}
        for name, value in names.items():
            if name in properties(view) or (isinstance(value, Back) and not name.startswith("_")):
                backwards = "is the value of " if isinstance(value, Back) else ""
                rows.append((f"`{name}`", f"`{_type_of(view, name)}`", f"{backwards}`{value.name}`"))
        opened = f"`g.{kind}(slug)`\n\n" if hasattr(Graph, kind) else ""
        parts.append(f"### {view.__name__}\n\n{opened}" + "\n".join(map(_row, rows)))
    return "\n\n".join(parts)


#: what reading a property of a kind gives
_GIVES: Final = {
    "One": "{} or None",
    "Sure": "{}",
    "Many": "tuple of {}",
    "Back": "tuple of {}",
    "Flag": "bool",
}


def _type_of(view: type, name: str) -> str:
    said = next(vars(each)["__annotations__"][name] for each in view.__mro__ if name in _said(each))
    words = re.fullmatch(r"(\w+)(?:\[(.+)\])?", said)
    assert words, said
    return _GIVES[words[1]].format((words[2] or "").replace(" | ", " or "))


def _said(view: type) -> dict[str, str]:
    return dict(vars(view).get("__annotations__", {}))


GENERATED: Final[dict[str, Callable[[Graph], str]]] = {
    "records": records,
    "commands": commands,
    "counts": counts,
    "designs": designs,
    "settings": settings,
    "things": things,
    **quality.PARTS,
    **weighing.PARTS,
}


def parts(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of the generated parts of a page."""
    for part in _PART.finditer(page.read_text(encoding="utf-8")):
        yield part[2], part[3]


def code_of(page: Path) -> doctest.DocTest:
    """Return the Python of a page as one session."""
    code = "\n\n".join(block.text for block in blocks(page) if block.language == "python")
    return doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)


class _Rerun(doctest.DocTestRunner):
    """Runs a session, and keeps what was printed otherwise than the page says."""

    def __init__(self) -> None:
        super().__init__(optionflags=doctest.ELLIPSIS)
        self.printed: list[tuple[str, str]] = []

    def report_failure(self, out: object, test: object, example: doctest.Example, got: str) -> None:
        code = "".join(
            f"{'... ' if n else '>>> '}{line}" for n, line in enumerate(example.source.splitlines(True))
        )
        got = re.sub(r"(?m)^$(?=\n)", "<BLANKLINE>", got)
        self.printed.append((code + example.want, code + got))


def _rerun(page: Path, text: str) -> str:
    """Write what the Python of a page prints today."""
    session = code_of(page)
    runner = _Rerun()
    if session.examples:
        runner.run(session)
    for old, new in runner.printed:
        text = text.replace(f"{old.rstrip()}\n", f"{new.rstrip()}\n", 1)
    return text


def renew(page: Path, graph: Graph) -> None:
    """Write the generated parts of a page, its tables of answers and what its Python prints anew."""
    text = _rerun(page, page.read_text(encoding="utf-8"))
    text = _PART.sub(lambda part: f"{part[1]}{GENERATED[part[2]](graph)}\n{part[4]}", text)
    for block in blocks(page):
        if block.language == "sparql" and block.table:
            new = "\n".join(table_of(graph.query(block.text)))
            text = text.replace(
                block.text + "\n```\n\n" + "\n".join(block.table), block.text + "\n```\n\n" + new
            )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    release = load()
    for each in pages():
        renew(each, release)
