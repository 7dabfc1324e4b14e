"""Validation against SHACL shapes: every finding typed, in plain words, with file and line.

pySHACL does the checking and is known to this room only. It may write into what it is given, so it gets
copies: data and shapes are turned into fresh rdflib graphs on every call.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from pyshacl.errors import ReportableRuntimeError

from resgraph.errors import InputError, Problem
from resgraph.locate import Locator
from resgraph.sources import packaged
from resgraph.terms import Term, from_rdflib, to_rdflib
from resgraph.vocab import OWL, PREFIXES, RDF, RDFS, SH, XSD, shorten

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
_SH: Final = rdflib.Namespace(SH)
_TYPE: Final = RDF + "type"
_SUBCLASS: Final = RDFS + "subClassOf"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a shape found: what is wrong, with what, and where it is written."""

    focus: Term
    #: the property, or a property path as SPARQL writes it
    path: str | None
    value: Term | None
    shape: str
    shape_name: str
    #: violation, warning or info
    severity: str
    message: str
    #: the kind of constraint, such as MinCountConstraintComponent
    component: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        value = _turtle(self.value) if self.value and (self.path or self.value != self.focus) else ""
        parts = (_turtle(self.focus), shorten(self.path or ""), value)
        about = " ".join(part for part in parts if part)
        return f"{place}{self.severity}: {self.message}\n    {about}  [{shorten(self.shape)}]"

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the fields as JSON can hold them; terms as Turtle writes them."""
        return {
            "focus": self.focus.value,
            "path": self.path,
            "value": _turtle(self.value) if self.value else None,
            "shape": self.shape,
            "shape_name": self.shape_name,
            "severity": self.severity,
            "message": self.message,
            "component": self.component,
            "file": self.file,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found."""

    violations: tuple[Violation, ...]
    #: the standard report as statements
    triples: tuple[Triple, ...]

    @property
    def conforms(self) -> bool:
        """True when nothing at all was found, not even a warning."""
        return not self.violations

    def to_text(self) -> str:
        """Return the report for people: one paragraph a violation, then the sum."""
        return "\n".join([*map(str, self.violations), _sum(self.violations)]) + "\n"

    def to_turtle(self) -> str:
        """Return the standard ``sh:ValidationReport``."""
        used = {node.value for triple in self.triples for node in triple if isinstance(node, NamedNode)}
        prefixes = {
            name: base
            for name, base in sorted(PREFIXES.items())
            if base == XSD or any(iri.startswith(base) for iri in used)
        }
        written = serialize(self.triples, format=RdfFormat.TURTLE, prefixes=prefixes)
        return (written or b"").decode()

    def to_json(self) -> str:
        """Return the report as JSON, one object a violation."""
        found = [violation.to_dict() for violation in self.violations]
        report = {"conforms": self.conforms, "violations": found}
        return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def validate(data: Data, shapes: Data | None = None, context: Data | None = None) -> Report:
    """Validate data against shapes, by default against those of the project.

    `context` is what is known beside the data: only class hierarchy and types of it are used, and nothing
    in it is reported. Without shapes of your own it is the project's ontology and data, so that a file of
    new findings may point to sources and factors that the project has.

    >>> from resgraph.vocab import TYPE, term, thing
    >>> nameless = Triple(thing("factor", "hope"), TYPE, term("ProtectiveFactor"))
    >>> report = validate([nameless])
    >>> report.conforms, sorted({violation.shape_name for violation in report.violations})[0]
    (False, 'A factor has a level')
    """
    files, statements = _files(data), list(_statements(data))
    if context is None:
        context = _around(statements) if shapes is None else ()
    known = _known(statements, _statements(context))
    graph = _graph([*statements, *known])
    rules = _rules(packaged().shapes if shapes is None else shapes)
    results = _check(graph, rules)
    told = _Teller(graph, rules, Locator(files), {to_rdflib(one.subject) for one in known})
    return told.report(results)


# --- reading ---


def _files(data: Data) -> list[Path]:
    if isinstance(data, Path | str):
        return [Path(data)]
    listed = data if isinstance(data, list | tuple) else ()
    return [Path(item) for item in listed if isinstance(item, Path | str)]


def _statements(data: Data) -> Iterator[Statement]:
    for item in [data] if isinstance(data, Path | str) else data:
        if isinstance(item, Path | str):
            yield from _parsed(Path(item))
        else:
            yield item


def _parsed(path: Path) -> list[Quad]:
    syntax = _SUFFIXES.get(path.suffix.lower())
    if syntax is None:
        raise InputError(f"{path}: the ending does not tell the syntax", hint=f"Known: {' '.join(_SUFFIXES)}")
    try:
        base = path.resolve().as_uri()
        return list(parse(path=path, format=syntax, base_iri=base, rename_blank_nodes=True))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except SyntaxError as error:
        problem = Problem(file=str(path), line=error.lineno, message=str(error.msg))
        raise InputError(f"{path} is not valid {syntax.name}", problems=[problem]) from None
    except UnicodeDecodeError as error:
        problem = Problem(file=str(path), message=str(error))
        raise InputError(f"{path} is not UTF-8", problems=[problem]) from None


# --- context ---


def _around(statements: list[Statement]) -> list[Statement]:
    """What the project knows beside some data: a file that the data stand in for is left out."""
    described = {one.subject for one in statements}
    around: list[Statement] = []
    for path in (*packaged().ontology, *packaged().data):
        told = [one for one in _parsed(path) if one.predicate.value in (_TYPE, _SUBCLASS)]
        subjects = {one.subject for one in told}
        if 2 * len(subjects & described) < len(subjects):
            around.extend(told)
    return around


def _known(statements: list[Statement], context: Iterable[Statement]) -> list[Statement]:
    """Of the context, the hierarchy of classes and the types of what the data point to only."""
    described = {one.subject for one in statements}
    pointed = {one.object for one in statements if one.predicate.value != _TYPE} - described
    return [
        one
        for one in context
        if one.subject not in described
        and (
            one.predicate.value == _SUBCLASS
            or (one.predicate.value == _TYPE and one.subject in pointed and not _is_schema(one))
        )
    ]


def _is_schema(statement: Statement) -> bool:
    return isinstance(statement.object, NamedNode) and statement.object.value.startswith(OWL)


# --- checking ---


def _rules(shapes: Data) -> rdflib.Graph:
    """The shapes, with two points of the standard that the engine passes over."""
    graph = _graph(_statements(shapes))
    for node, imported in list(graph.subject_objects(rdflib.OWL.imports)):
        for declaration in list(graph.objects(imported, _SH.declare)):
            graph.add((node, _SH.declare, declaration))
    for node, value in list(graph.subject_objects(_SH.uniqueLang)):
        if str(value) != "true":
            graph.remove((node, _SH.uniqueLang, value))
    return graph


def _check(graph: rdflib.Graph, rules: rdflib.Graph) -> rdflib.Graph:
    try:
        with _quiet():
            _, results, text = pyshacl.validate(
                graph, shacl_graph=rules, inplace=True, advanced=False, meta_shacl=False, inference="none"
            )
    except (ReportableRuntimeError, NotImplementedError) as error:
        raise InputError("The shapes cannot be used.", hint=str(error)) from None
    if not isinstance(results, rdflib.Graph):
        raise InputError("The shapes cannot be used.", hint=str(text))
    return results


@contextmanager
def _quiet() -> Iterator[None]:
    """A literal that does not fit its datatype is for the report to tell, not for a log."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _graph(statements: Iterable[Statement]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    nodes: dict[Any, Any] = {}
    with _quiet():
        for one in statements:
            triple = (one.subject, one.predicate, one.object)
            for node in triple:
                if node not in nodes:
                    nodes[node] = to_rdflib(node)
            graph.add((nodes[triple[0]], nodes[triple[1]], nodes[triple[2]]))
    return graph


# --- telling ---


class _Teller:
    """Turns the engine's results into violations and into the standard report, in a fixed order."""

    def __init__(
        self, graph: rdflib.Graph, rules: rdflib.Graph, locator: Locator, known: set[rdflib.term.Node]
    ) -> None:
        self._graph = graph
        self._rules = rules
        self._locator = locator
        self._known = known

    def report(self, results: rdflib.Graph) -> Report:
        nodes = [
            (self._violation(results, node), node)
            for node in set(results.objects(None, _SH.result))
            if results.value(node, _SH.focusNode) not in self._known
        ]
        nodes.sort(key=lambda pair: _order(pair[0]))
        triples = _standard(results, [node for _, node in nodes])
        return Report(tuple(violation for violation, _ in nodes), tuple(triples))

    def _violation(self, results: rdflib.Graph, node: rdflib.term.Node) -> Violation:
        focus: Any = results.value(node, _SH.focusNode)
        value = results.value(node, _SH.value)
        shape = self._named(results.value(node, _SH.sourceShape))
        path = self._path(results, results.value(node, _SH.resultPath), focus, value)
        place = self._place(focus, path, value)
        return Violation(
            focus=from_rdflib(focus),
            path=path,
            value=None if value is None else from_rdflib(value),
            shape=str(shape),
            shape_name=str(self._rules.value(shape, _SH.name) or shorten(str(shape))),
            severity=_local(results.value(node, _SH.resultSeverity)).lower(),
            message=_message(results, node),
            component=_local(results.value(node, _SH.sourceConstraintComponent)),
            file=str(place[0]) if place else None,
            line=place[1] if place else None,
        )

    def _named(self, shape: Any) -> Any:
        """A shape without a name is told by the nearest one around it that has one."""
        seen = {shape}
        while isinstance(shape, rdflib.BNode):
            around = next((s for s in self._rules.subjects(None, shape) if s not in seen), None)
            if around is None:
                break
            shape = around
            seen.add(shape)
        return shape

    def _path(self, results: rdflib.Graph, path: Any, focus: Any, value: Any) -> str | None:
        """The property; of several alternatives the one that holds the value."""
        if path is None or isinstance(path, rdflib.URIRef):
            return None if path is None else str(path)
        options = results.value(path, _SH.alternativePath)
        if options is not None and value is not None:
            used = set(self._graph.predicates(focus, value))
            fitting = [str(option) for option in results.items(options) if option in used]
            if fitting:
                return min(fitting)
        return _path_text(results, path)

    def _place(self, focus: Any, path: str | None, value: Any) -> tuple[Path, int] | None:
        """Where to mend it: an inverse path tells of its value, a literal of what states it."""
        named = None if value is None else from_rdflib(value)
        if path is not None and path.startswith("^") and isinstance(named, NamedNode):
            return self._locator.find(named)
        if isinstance(focus, rdflib.Literal):
            focus = next(self._graph.subjects(None, focus), focus)
        return self._locator.find(from_rdflib(focus), path, named)


def _order(violation: Violation) -> tuple[str, int, str, str, str, str]:
    return (
        violation.file or "",
        violation.line or 0,
        str(violation.focus),
        violation.shape,
        violation.path or "",
        str(violation.value or ""),
    )


def _message(results: rdflib.Graph, node: rdflib.term.Node) -> str:
    """The message in English where there are several."""
    messages = list(results.objects(node, _SH.resultMessage))
    messages.sort(key=lambda text: (not _is_english(text), str(text)))
    return " ".join(str(messages[0]).split()) if messages else "does not conform to the shape"


def _is_english(text: Any) -> bool:
    return str(getattr(text, "language", None) or "en").startswith("en")


_SUFFIX_PATHS: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def _path_text(results: rdflib.Graph, path: Any) -> str:
    """Write a property path as SPARQL does."""
    if isinstance(path, rdflib.URIRef):
        return shorten(str(path))
    if (inner := results.value(path, _SH.inversePath)) is not None:
        return "^" + _path_text(results, inner)
    if (options := results.value(path, _SH.alternativePath)) is not None:
        return "(" + " | ".join(_path_text(results, one) for one in results.items(options)) + ")"
    for name, mark in _SUFFIX_PATHS.items():
        if (inner := results.value(path, _SH[name])) is not None:
            return _path_text(results, inner) + mark
    return "/".join(_path_text(results, step) for step in results.items(path))


def _standard(results: rdflib.Graph, nodes: list[Any]) -> Iterator[Triple]:
    """The standard report, its blank nodes numbered in the order in which they are met."""
    report = BlankNode("report")
    names: dict[Any, BlankNode] = {}
    yield Triple(report, NamedNode(_TYPE), NamedNode(SH + "ValidationReport"))
    conforms = Literal("false" if nodes else "true", datatype=NamedNode(XSD + "boolean"))
    yield Triple(report, NamedNode(SH + "conforms"), conforms)
    for node in nodes:
        names[node] = BlankNode(f"b{len(names)}")
        yield Triple(report, NamedNode(SH + "result"), names[node])
    for node in nodes:
        yield from _described(results, node, names)


def _described(results: rdflib.Graph, start: Any, names: dict[Any, BlankNode]) -> Iterator[Triple]:
    """Everything said of a blank node and of the blank nodes that it leads to."""
    waiting = [start]
    while waiting:
        node = waiting.pop()
        for predicate, value in sorted(results.predicate_objects(node), key=str):
            if isinstance(value, rdflib.BNode) and value not in names:
                names[value] = BlankNode(f"b{len(names)}")
                waiting.append(value)
            yield Triple(names[node], NamedNode(str(predicate)), names.get(value) or from_rdflib(value))


def _sum(violations: tuple[Violation, ...]) -> str:
    if not violations:
        return "Conforms: nothing to mend."
    counts = sorted(Counter(violation.severity for violation in violations).items())
    return ", ".join(f"{n} {name}{'s' * (n > 1 and name != 'info')}" for name, n in counts) + "."


_BARE: Final = (XSD + "integer", XSD + "decimal", XSD + "boolean")


def _turtle(node: Term) -> str:
    if isinstance(node, NamedNode):
        short = shorten(node.value)
        return short if short != node.value else f"<{short}>"
    if isinstance(node, Literal) and node.datatype.value in _BARE:
        return node.value
    text = str(node)
    head, mark, datatype = text.rpartition("^^<")
    return f"{head}^^{shorten(datatype[:-1])}" if mark and isinstance(node, Literal) else text


def _local(node: object) -> str:
    return str(node).rsplit("#", 1)[-1].rsplit("/", 1)[-1]
