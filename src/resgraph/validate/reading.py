"""What is validated: statements of files or of a caller, and what is known beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from resgraph.errors import InputError, Problem
from resgraph.sources import packaged
from resgraph.vocab import OWL, SUBCLASS, TYPE

Statement = Triple | Quad
#: files, or statements
Data = Path | str | Iterable[Path | str] | Iterable[Statement]

_SUFFIXES: Final = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".n3": RdfFormat.N3,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class Content:
    """Statements, by the file that they stand in; a caller's own have none."""

    parts: Sequence[tuple[Path | None, Sequence[Triple]]]

    @property
    def statements(self) -> list[Triple]:
        """All statements, of every file."""
        return [one for _, part in self.parts for one in part]

    def files_about(self, nodes: Collection[object]) -> list[Path]:
        """Return the files that say something of one of the nodes."""
        return [
            path
            for path, part in self.parts
            if path is not None and any(one.subject in nodes for one in part)
        ]


def read(data: Data) -> Content:
    """Read files and statements; `InputError` names the file and line that cannot be read."""
    parts: list[tuple[Path | None, Sequence[Triple]]] = []
    own: list[Triple] = []
    for item in [data] if isinstance(data, Path | str) else data:
        if isinstance(item, Path | str):
            parts.append((Path(item), parsed(Path(item))))
        else:
            own.append(item.triple if isinstance(item, Quad) else item)
    return Content([*parts, (None, own)] if own else parts)


def parsed(path: Path) -> list[Triple]:
    """Parse a file in the syntax that its ending tells; blank nodes of two files stay apart."""
    syntax = _SUFFIXES.get(path.suffix.lower())
    if syntax is None:
        raise InputError(f"{path}: the ending does not tell the syntax", hint=f"Known: {' '.join(_SUFFIXES)}")
    try:
        base = path.resolve().as_uri()
        quads = parse(path=path, format=syntax, base_iri=base, rename_blank_nodes=True)
        return [quad.triple for quad in quads]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except SyntaxError as error:
        problem = Problem(file=str(path), line=error.lineno, message=str(error.msg))
        raise InputError(f"{path} is not valid {syntax.name}", problems=[problem]) from None
    except UnicodeDecodeError as error:
        problem = Problem(file=str(path), message=str(error))
        raise InputError(f"{path} is not UTF-8", problems=[problem]) from None


# --- context ---


def surroundings(content: Content) -> list[Triple]:
    """Return what the project knows beside some data: a file that the data stand in for is left out."""
    given = {path.resolve() for path, _ in content.parts if path is not None}
    others = [path for path in (*packaged().ontology, *packaged().data) if path.resolve() not in given]
    described = {one.subject for one in content.statements} if others else set()
    around: list[Triple] = []
    for path in others:
        told = [one for one in parsed(path) if one.predicate in (TYPE, SUBCLASS)]
        subjects = {one.subject for one in told}
        if 2 * len(subjects & described) < len(subjects):
            around.extend(told)
    return around


def known(statements: Sequence[Triple], context: Sequence[Triple]) -> list[Triple]:
    """Return, of the context, the hierarchy of classes and the types of what the data point to."""
    if not context:
        return []
    described = {one.subject for one in statements}
    pointed = {one.object for one in statements if one.predicate != TYPE} - described
    return [
        one
        for one in context
        if one.subject not in described
        and (
            one.predicate == SUBCLASS
            or (one.predicate == TYPE and one.subject in pointed and not _is_schema(one))
        )
    ]


def _is_schema(statement: Triple) -> bool:
    return isinstance(statement.object, NamedNode) and statement.object.value.startswith(OWL)
