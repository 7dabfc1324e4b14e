"""From what an engine found to what a person reads: reason, place and remedy, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path as File
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.locate import Locator
from resgraph.validate.facts import Facts
from resgraph.validate.fixes import fix
from resgraph.validate.paths import Path
from resgraph.validate.reading import Content
from resgraph.validate.report import Report, Violation
from resgraph.validate.results import Result
from resgraph.validate.shapes import Shapes, Term
from resgraph.validate.standard import statements
from resgraph.validate.words import Case, reason
from resgraph.vocab import TYPE, shorten

#: where a message has a place for what a query found
_SLOTS: Final = ("{?", "{$")


def tell(results: Sequence[Result], shapes: Shapes, facts: Facts, content: Content) -> Report:
    """Return the report of what an engine found."""
    teller = _Teller(results, shapes, facts, content)
    return Report(not results, teller.violations, teller.triples)


class _Teller:
    def __init__(self, results: Sequence[Result], shapes: Shapes, facts: Facts, content: Content) -> None:
        self._results = results
        self._shapes = shapes
        self._facts = facts
        self._content = content

    def violations(self) -> list[Violation]:
        """Return what a person reads, by file and line."""
        return sorted(map(self._violation, self._results), key=_order)

    def triples(self) -> list[Triple]:
        """Return the standard report; messages are those of the violations."""
        told = [replace(one, messages=self._messages(one) or self._reason(one)) for one in self._results]
        return list(statements(sorted(told, key=_by_name), self._shapes))

    @cached_property
    def _locator(self) -> Locator:
        """Looks into those files only that say something of what is wrong."""
        nodes: set[Term] = {self._facts.named(result.focus)[0] for result in self._results}
        nodes |= {result.value for result in self._results if isinstance(result.value, NamedNode)}
        return Locator(self._content.files_about(nodes), nodes)

    def _case(self, result: Result) -> Case:
        return Case(result, self._path(result), self._shapes, self._facts)

    def _reason(self, result: Result) -> tuple[Literal]:
        return (Literal(reason(self._case(result)), language="en"),)

    def _violation(self, result: Result) -> Violation:
        case = self._case(result)
        shape = self._shapes.named(result.shape)
        place = self._place(case)
        return Violation(
            focus=result.focus,
            path=None if case.path is None else case.path.predicate or str(case.path),
            value=result.value,
            shape=shape.value,
            shape_name=self._shapes.text(shape, "name") or shorten(shape.value),
            severity=_local(result.severity).lower(),
            message=_in_english(self._messages(result)) or reason(case),
            component=_local(result.component),
            fix=fix(case),
            file=str(place[0]) if place else None,
            line=place[1] if place else None,
        )

    def _messages(self, result: Result) -> tuple[Literal, ...]:
        """Return the messages of what found it; where a query fills them, what the engine made of them."""
        named = (result.constraint, result.shape, *self._validators(result.component), result.component)
        for node in named:
            own = () if node is None else self._shapes.values(node, "message")
            if any(mark in text.value for text in own for mark in _SLOTS):
                return result.messages
            if own:
                return tuple(text for text in own if isinstance(text, Literal))
        return ()

    def _validators(self, component: Term) -> list[Term]:
        names = ("validator", "nodeValidator", "propertyValidator")
        return [node for name in names for node in self._shapes.values(component, name)]

    def _path(self, result: Result) -> Path | None:
        """Return the property; of several alternatives the one that holds the value."""
        if result.path is not None:
            return Path(result.path.value)
        path = self._shapes.path(result.shape)
        if path is None or path.operator != "|" or result.value is None:
            return path
        used = {p.value for p, value in self._facts.said(result.focus) if value == result.value}
        return min((one for one in path.parts if one.predicate in used), key=str, default=path)

    def _place(self, case: Case) -> tuple[File, int] | None:
        """Where to mend it: an inverse path tells of its value, a literal of what states it."""
        if case.path is not None and case.path.operator == "^" and isinstance(case.value, NamedNode):
            return self._locator.find(case.value)
        if isinstance(case.focus, NamedNode):
            path = None if case.path is None else case.path.predicate
            if path is None or not self._facts.values(case.focus, path):
                path = TYPE.value  # what is missing belongs where the thing is introduced
            return self._locator.find(case.focus, path, case.value)
        around, link = self._facts.named(case.focus)
        value = case.focus if isinstance(case.focus, Literal) else None
        return self._locator.find(around, link, value)


def _order(violation: Violation) -> tuple[str, int, str, str, str, str, str]:
    return (
        violation.file or "",
        violation.line or 0,
        str(violation.focus),
        violation.shape,
        violation.path or "",
        str(violation.value or ""),
        violation.component,
    )


def _by_name(result: Result) -> tuple[str, ...]:
    parts = (result.focus, result.shape, result.path, result.value, result.component, *result.messages)
    return tuple(map(str, parts))


def _in_english(messages: Collection[Literal]) -> str:
    """Return the message in English where there are several."""
    ordered = sorted(messages, key=lambda text: (not (text.language or "en").startswith("en"), text.value))
    return " ".join(ordered[0].value.split()) if ordered else ""


def _local(node: NamedNode) -> str:
    return node.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
