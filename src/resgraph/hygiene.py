"""Rules of good keeping for ontology, lists, matches and data: each a query that finds what breaks it.

A file of ``ontology/rules/`` begins with comment lines that say what it is::

    # title: A term has one label
    # item: T15
    # severity: violation
    # message: {thing} has {number} labels: write exactly one

and selects ``?thing``, with ``?property`` and ``?value`` where a single statement is meant; the message names
the variables. The files are in graphs by what they are: ``graph:terms``, ``graph:schemes``,
``graph:alignments``, and ``graph:evidence`` for data; the default graph is all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from pyoxigraph import BlankNode, NamedNode, Quad
from pyoxigraph import Literal as Text

from resgraph.errors import InputError, Problem, UnknownThingError
from resgraph.locate import Locator
from resgraph.query import run
from resgraph.sources import Sources, packaged
from resgraph.store import Dataset, Term
from resgraph.turtle import read
from resgraph.vocab import graph, shorten

Severity = Literal["violation", "warning"]
_LINE: Final = re.compile(r"# ([a-z]+): (.+)")
_GRAPHS: Final = {"resgraph.ttl": "terms", "schemes.ttl": "schemes", "alignments.ttl": "alignments"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, what it asks for, the items of the checklist, and the query for what breaks it."""

    name: str
    title: str
    items: tuple[str, ...]
    severity: Severity
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What breaks a rule: the thing, in words, and where it stands."""

    rule: str
    severity: Severity
    thing: str
    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.message} [{self.rule}]"


def rules(sources: Sources | None = None) -> tuple[Rule, ...]:
    """Return every rule, by name.

    >>> next(rule.items for rule in rules() if rule.name == "one-label")
    ('T15',)
    """
    return tuple(_read(path) for path in (sources or packaged()).rules)


def by_name(name: str) -> Rule:
    """Return the rule called `name`."""
    found = {rule.name: rule for rule in rules()}
    if name not in found:
        raise UnknownThingError(f"there is no rule `{name}`", hint=f"rules: {', '.join(found)}")
    return found[name]


def check(sources: Sources | None = None, chosen: Sequence[Rule] | None = None) -> list[Finding]:
    """Look for what breaks the rules in the ontology and the data of `sources`, by default the project's own.

    >>> check(chosen=[by_name("one-label")])
    []
    """
    sources = sources or packaged()
    files = {path: _GRAPHS.get(path.name, "evidence") for path in (*sources.ontology, *sources.data)}
    return search(files, rules(sources) if chosen is None else chosen)


def search(files: Mapping[Path, str], chosen: Iterable[Rule]) -> list[Finding]:
    """Look for what breaks rules in files, given the name of the graph that each belongs to."""
    dataset = Dataset.from_quads(
        Quad(t.subject, t.predicate, t.object, graph(name))
        for path, name in files.items()
        for t in read(path)
    )
    locator = Locator(files)
    return [finding for rule in chosen for finding in _broken(rule, dataset, locator)]


def to_json(findings: Iterable[Finding]) -> str:
    """Write findings as JSON."""
    return json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=2) + "\n"


def _read(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    said = {match[1]: match[2] for match in map(_LINE.fullmatch, text.splitlines()) if match}
    severity = said.get("severity")
    missing = [name for name in ("title", "item", "severity", "message") if name not in said]
    if missing or severity not in ("violation", "warning"):
        wrong = f"it has no line `# {missing[0]}: ...`" if missing else f"`{severity}` is no severity"
        raise InputError(f"the rule {path.stem} is not complete", problems=[Problem(wrong, file=str(path))])
    items = tuple(item.strip() for item in said["item"].split(","))
    kind: Severity = "violation" if severity == "violation" else "warning"
    return Rule(path.stem, said["title"], items, kind, said["message"], text)


def _filled(message: str, named: Mapping[str, Term | None]) -> str:
    """Put the words of what was found into the holes of a message."""
    return re.sub(r"\{(\w+)\}", lambda hole: _words(named.get(hole[1])), message)


def _broken(rule: Rule, dataset: Dataset, locator: Locator) -> list[Finding]:
    answer = run(dataset, rule.text)
    found = {}
    for row in answer.terms:
        named = dict(zip(answer.variables, row, strict=True))
        message = _filled(rule.message, named)
        place = _place(named, locator)
        finding = Finding(rule.name, rule.severity, _words(named["thing"]), message, *(place or (None, None)))
        found[message, finding.line] = finding
    return [found[key] for key in sorted(found, key=str)]


def _place(named: Mapping[str, Term | None], locator: Locator) -> tuple[str, int] | None:
    thing, prop, value = (named.get(name) for name in ("thing", "property", "value"))
    if not isinstance(thing, NamedNode):
        return None
    predicate = prop if isinstance(prop, NamedNode) else None
    found = locator.find(thing, predicate, value if isinstance(value, NamedNode | Text) else None)
    return (str(found[0]), found[1]) if found else None


def _words(term: Term | None) -> str:
    if isinstance(term, BlankNode):
        return "an unnamed expression"
    value = str(getattr(term, "value", term if term is not None else "nothing"))
    return shorten(value) if isinstance(term, NamedNode) else value
