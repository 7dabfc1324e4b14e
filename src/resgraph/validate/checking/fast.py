"""The `shacl` engine: the same answers as pySHACL, many times faster, where it supports what shapes use.

It names blank nodes anew, and a result must say which one it is about. So nameless shapes get an address on
the way in. When a result is about a blank node of the data it is asked once more, with a statement at each
blank node that gives its name, and with one more shape that asks for these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import chain
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from resgraph.errors import InputError
from resgraph.validate.checking.results import Result, from_report
from resgraph.validate.shapes import BESIDE, INNER, LISTED, SILENT, TARGETS, VALUES, Shapes, Term
from resgraph.vocab import RDF, SH

_BLANK: Final = "urn:resgraph:blank:"
_LABEL: Final = NamedNode("urn:resgraph:label")
_ASKER: Final = NamedNode("urn:resgraph:asks-for-labels")
_ALLOWED: Final = NamedNode("urn:resgraph:allows-labels")
_FIRST, _NIL = (NamedNode(RDF + name) for name in ("first", "nil"))
_PATHS: Final = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
#: where the engine and pySHACL are known to differ, or to differ in what they refuse
_DELICATE: Final = re.compile(
    r"\bselect\b.*\bselect\b|[$?](shapesGraph|currentShape)\b|\bbound\s*\(", re.IGNORECASE | re.DOTALL
)
#: nothing of SHACL beyond these: rules, functions, expressions and targets by SPARQL are not its matter
_SUPPORTED: Final = frozenset(
    [
        *(*SILENT, *TARGETS, *VALUES, *BESIDE, *INNER, *LISTED, *_PATHS),
        *("path", "class", "closed", "ignoredProperties", "deactivated", "qualifiedValueShapesDisjoint"),
        *("declare", "prefix", "namespace", "prefixes", "sparql", "select", "ask", "parameter", "optional"),
        *("labelTemplate", "validator", "nodeValidator", "propertyValidator"),
        *("entailment", "shapesGraph", "suggestedShapesGraph"),
        # statements of a report, which may stand beside shapes
        *("result", "conforms", "resultMessage", "focusNode", "resultPath", "value", "sourceShape"),
        *("sourceConstraintComponent", "sourceConstraint", "resultSeverity", "detail"),
    ]
)


def is_installed() -> bool:
    """Tell whether the engine is there: ``pip install resgraph[fast]``."""
    return find_spec("shacl") is not None


class UnsupportedError(Exception):
    """The engine cannot say for sure what pySHACL would; the message says why."""


def unsupported(shapes: Shapes) -> str | None:
    """Return why the engine must not be used for these shapes, or None."""
    for triple in shapes.triples:
        name = triple.predicate.value
        if name.startswith(SH) and name.removeprefix(SH) not in _SUPPORTED:
            return f"it does not know sh:{name.removeprefix(SH)}"
    if _recursive(shapes):
        return "the shapes refer to themselves"
    queries = [v.value for n in shapes.nodes() for name in ("select", "ask") for v in shapes.values(n, name)]
    if any(_DELICATE.search(query) for query in queries):
        return "a query of the shapes has a query within it, or asks for the shapes or for what is bound"
    return None


def has_queries(shapes: Shapes) -> bool:
    """Tell whether shapes ask in SPARQL, in constraints or in components of their own."""
    names = ("sparql", "parameter", "select", "ask")
    return any(shapes.values(node, name) for node in shapes.nodes() for name in names)


def _recursive(shapes: Shapes) -> bool:
    done: set[Term] = set()

    def leads_back(shape: Term, above: frozenset[Term]) -> bool:
        if shape in above:
            return True
        if shape in done:
            return False
        done.add(shape)
        return any(leads_back(inner, above | {shape}) for inner in shapes.inner(shape))

    return any(leads_back(shape, frozenset()) for shape in list(shapes.nodes()))


def check(statements: Sequence[Triple], shapes: Shapes) -> list[Result]:
    """Return what the shapes find in the statements.

    Raises `InputError` for shapes that cannot be used, and `UnsupportedError`.
    """
    if reason := unsupported(shapes):
        raise UnsupportedError(reason)
    results = _run(statements, _addressed(shapes))
    if any(isinstance(node, BlankNode) for one in results for node in (one.focus, one.value)):
        if has_queries(shapes):
            raise UnsupportedError("queries of the shapes could see how blank nodes are told apart")
        blanks = {t for one in statements for t in (one.subject, one.object) if isinstance(t, BlankNode)}
        results = _run(chain(statements, _labels(blanks)), chain(_addressed(shapes), _asking(shapes)))
    return list(_with_names(results))


def _run(statements: Iterable[Triple], shapes: Iterable[Triple]) -> list[Result]:
    import shacl

    try:
        rules = shacl.Shapes.from_text(_text(shapes), format="nt")
        found = rules.validate_text(_text(statements), format="nt")
    except (ValueError, RuntimeError) as error:
        raise InputError("The shapes cannot be used.", hint=str(error)) from None
    if len(found) == 0:
        return []
    report = parse(found.serialize("ntriples"), format=RdfFormat.N_TRIPLES)
    return list(from_report(quad.triple for quad in report))


def _text(triples: Iterable[Triple]) -> str:
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()


# --- names on the way in ---


def _address(shapes: Shapes, node: Term) -> Term:
    """Return an address for a nameless shape; lists and paths stay as they are."""
    if isinstance(node, BlankNode) and shapes.describes(node) and not _is_structure(shapes, node):
        return NamedNode(_BLANK + node.value)
    return node


def _addressed(shapes: Shapes) -> Iterator[Triple]:
    for s, p, o in shapes.triples:
        yield Triple(_address(shapes, s), p, _address(shapes, o))  # type: ignore[arg-type]


def _is_structure(shapes: Shapes, node: Term) -> bool:
    return any(t.predicate == _FIRST for t in shapes.said(node)) or any(
        shapes.values(node, name) for name in _PATHS
    )


def _asking(shapes: Shapes) -> Iterator[Triple]:
    """Yield a shape that every label breaks, and let closed shapes pass over labels."""
    path = NamedNode(SH + "path")
    yield Triple(_ASKER, NamedNode(SH + "targetSubjectsOf"), _LABEL)
    yield Triple(_ASKER, path, _LABEL)
    yield Triple(_ASKER, NamedNode(SH + "in"), _NIL)
    yield Triple(_ALLOWED, path, _LABEL)
    for shape in shapes.nodes():
        if shapes.text(shape, "closed") in ("true", "1"):
            yield Triple(_address(shapes, shape), NamedNode(SH + "property"), _ALLOWED)  # type: ignore[arg-type]


def _labels(blanks: Iterable[BlankNode]) -> Iterator[Triple]:
    for node in blanks:
        yield Triple(node, _LABEL, Literal(node.value))


# --- names on the way out ---


def _with_names(results: Sequence[Result]) -> Iterator[Result]:
    """Yield the results about shapes and data as they are called outside."""
    told: dict[Term | None, Term] = {}
    for one in results:
        if one.shape == _ASKER and one.value is not None:
            told[one.focus] = BlankNode(one.value.value)

    def outside(node: Term) -> Term:
        if isinstance(node, NamedNode) and node.value.startswith(_BLANK):
            return BlankNode(node.value.removeprefix(_BLANK))
        return told.get(node, node)

    for one in results:
        if one.shape != _ASKER:
            yield replace(
                one,
                focus=outside(one.focus),
                value=None if one.value is None else outside(one.value),
                shape=outside(one.shape),
                constraint=None if one.constraint is None else outside(one.constraint),
            )
