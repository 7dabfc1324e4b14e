"""Where a statement stands: in the files of a release's sources, or in files that were opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from resgraph.blank import Outline
from resgraph.locate import STRUCTURE, Bracket, Locator, brackets, subjects
from resgraph.records import RECORD_KINDS
from resgraph.sources import Sources
from resgraph.vocab import ID, graph

#: The file of each kind of thing, and of each graph of the ontology.
_DATA: Final[Mapping[str, str]] = {
    **{kind.name: kind.file for kind in RECORD_KINDS},
    "estimate": "findings.ttl",
    "rating": "interventions.ttl",
}
_ONTOLOGY: Final[Mapping[str, str]] = {
    graph("terms").value: "resgraph.ttl",
    graph("schemes").value: "schemes.ttl",
    graph("alignments").value: "alignments.ttl",
}


class Places:
    """Finds file and line, in sources or in files; each file is scanned when it is first needed."""

    def __init__(self, sources: Sources | None, files: Sequence[Path]) -> None:
        self._sources = sources
        self._opened = tuple(files)
        self._locators: dict[Path, Locator] = {}
        self._brackets: dict[Path, dict[Bracket, int]] = {}
        self._homes: dict[Path, dict[str, int]] = {}

    def of(self, t: Triple, graphs: Iterable[str], outline: Outline) -> str:
        """Return where a statement stands, such as ``data/factors.ttl:12``; nothing when it is not known."""
        for path in self._files(t, graphs):
            line = self._line(path, t, outline)
            if line:
                return self._written(path, line)
        return ""

    def home(self, node: NamedNode) -> str:
        """Return where the description of a thing begins."""
        for path in self._files(Triple(node, node, node), ()):
            if path not in self._homes:
                self._homes[path] = subjects(path)
            if line := self._homes[path].get(node.value):
                return self._written(path, line)
        return ""

    def _line(self, path: Path, t: Triple, outline: Outline) -> int | None:
        if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode):
            return self._bracket(path, t, outline)
        if isinstance(t.subject, Triple) or isinstance(t.object, Triple):
            return None
        found = self._locators.setdefault(path, Locator([path])).exactly(t.subject, t.predicate, t.object)
        return found[1] if found else None

    def _bracket(self, path: Path, t: Triple, outline: Outline) -> int | None:
        """Return the line of a value without a name, or of a statement about a thing that has none."""
        if path not in self._brackets:
            self._brackets[path] = brackets(path)
        key = "_:", "", frozenset(outline.names(t.subject) - STRUCTURE)
        if isinstance(t.subject, NamedNode):
            key = t.subject.value, t.predicate.value, frozenset(outline.names(t.object) - STRUCTURE)
        return self._brackets[path].get(key)

    def _files(self, t: Triple, graphs: Iterable[str]) -> Sequence[Path]:
        """Return the files in which a statement may stand."""
        if self._sources is None:
            return self._opened
        kind = str(t.subject).removeprefix(f"<{ID}").partition("/")[0]
        own = self._sources.root / "data" / _DATA.get(kind, "")
        ontology = (self._sources.root / "ontology" / _ONTOLOGY[name] for name in graphs if name in _ONTOLOGY)
        path = next(ontology, own)
        return (path,) if path.is_file() else ()

    def _written(self, path: Path, line: int) -> str:
        shown = path.relative_to(self._sources.root).as_posix() if self._sources else str(path)
        return f"{shown}:{line}"
