"""What an engine says, in the same form whichever engine it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.errors import InputError
from resgraph.validate.shapes import Term
from resgraph.vocab import SH


@dataclass(frozen=True, slots=True)
class Result:
    """One result, as the standard has it."""

    focus: Term
    #: the property; None for a node shape and for a path that only the shape tells
    path: NamedNode | None
    value: Term | None
    shape: Term
    component: NamedNode
    severity: NamedNode
    messages: tuple[Literal, ...]
    #: the SPARQL constraint that was broken
    constraint: Term | None = None


def from_report(triples: Iterable[Triple]) -> Iterator[Result]:
    """Yield the results of a standard report; those that only explain another one are left out."""
    told: dict[Term, dict[str, list[Term]]] = {}
    top: list[Term] = []
    for s, p, o in triples:
        name = p.value.removeprefix(SH)
        told.setdefault(s, {}).setdefault(name, []).append(o)
        if name == "result":
            top.append(o)
    for node in top:
        yield _result(told.get(node, {}))


def _result(said: dict[str, list[Term]]) -> Result:
    def one(name: str) -> Term | None:
        return said[name][0] if name in said else None

    path, component, severity = one("resultPath"), one("sourceConstraintComponent"), one("resultSeverity")
    focus, shape = one("focusNode"), one("sourceShape")
    if focus is None or shape is None or not isinstance(component, NamedNode):
        raise InputError("The engine gave a report that cannot be read.", hint="Use --engine pyshacl.")
    return Result(
        focus=focus,
        path=path if isinstance(path, NamedNode) else None,
        value=one("value"),
        shape=shape,
        component=component,
        severity=severity if isinstance(severity, NamedNode) else NamedNode(SH + "Violation"),
        messages=tuple(text for text in said.get("resultMessage", ()) if isinstance(text, Literal)),
        constraint=one("sourceConstraint"),
    )
