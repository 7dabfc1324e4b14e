"""From what an engine found to what a person reads: reason, place and remedy, in a fixed order.

::

    case       one result with what is known around it
    reasons    why it is wrong, in words; fixes: what to do; forms: how a value would have to be written
    words      what shapes ask for
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path as File
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.locate import Locator
from resgraph.validate.checking.results import Result
from resgraph.validate.facts import Facts
from resgraph.validate.paths import Path
from resgraph.validate.reading import Content
from resgraph.validate.report import Mistake, Report, Violation, gravity
from resgraph.validate.report.standard import statements
from resgraph.validate.shapes import Shapes, Term
from resgraph.validate.telling.case import Case
from resgraph.validate.telling.fixes import fix
from resgraph.validate.telling.reasons import reason
from resgraph.vocab import TYPE, shorten

#: where a message has a place for what a query found
_SLOTS: Final = ("{?", "{$")
#: what is wrong with a value before anything else can be: it leads where a value breaks several rules
_BASIC: Final = (
    *("closed", "nodeKind", "datatype", "class", "languageIn", "in", "pattern"),
    *("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "minLength", "maxLength"),
)


def tell(results: Sequence[Result], shapes: Shapes, facts: Facts, content: Content) -> Report:
    """Return the report of what an engine found."""
    teller = _Teller(results, shapes, facts, content)
    return Report(not results, teller.mistakes, teller.triples)


class _Teller:
    def __init__(self, results: Sequence[Result], shapes: Shapes, facts: Facts, content: Content) -> None:
        self._results = results
        self._shapes = shapes
        self._facts = facts
        self._content = content

    def mistakes(self) -> list[Mistake]:
        """Return what a person reads, by file and line: each result is in one of them."""
        places: dict[tuple[Term, str, Term | None], list[Case]] = {}
        for case in map(self._case, self._results):
            places.setdefault(_about(case), []).append(case)
        return sorted(map(self._mistake, places.values()), key=lambda mistake: _order(mistake.lead))

    def _mistake(self, cases: list[Case]) -> Mistake:
        ordered = sorted(cases, key=self._most_basic) if len(cases) > 1 else cases
        place = self._place(ordered[0])
        return Mistake(tuple(self._violation(case, ordered, place) for case in ordered))

    def _most_basic(self, case: Case) -> tuple[int, int, str, str, str]:
        """What to tell first: the gravest, then what is wrong before anything else can be."""
        rank = (*_BASIC, case.constraint).index(case.constraint)
        name = self._shapes.named(case.shape).value
        return gravity(_severity(case.result)), rank, name, case.constraint, self._message(case)

    def _message(self, case: Case, around: Sequence[Case] = ()) -> str:
        """Return the words of the shape, or ours: one sentence for all results that need them."""
        if own := _in_english(self._messages(case.result)):
            return own
        name = self._shapes.named(case.shape)
        alike = (one for one in around if self._shapes.named(one.shape) == name)
        return reason(case, [one for one in alike if not self._messages(one.result)])

    def triples(self) -> list[Triple]:
        """Return the standard report: every result, with words of ours where its shape has none."""
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

    def _violation(self, case: Case, around: Sequence[Case], place: tuple[File, int] | None) -> Violation:
        result, shape = case.result, self._shapes.named(case.shape)
        return Violation(
            focus=result.focus,
            path=None if case.path is None else case.path.predicate or str(case.path),
            value=result.value,
            shape=shape.value,
            shape_name=self._shapes.text(shape, "name") or shorten(shape.value),
            severity=_severity(result),
            message=self._message(case, around),
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


def _about(case: Case) -> tuple[Term, str, Term | None]:
    """Return what a result is about: of a node alone, the node is the value."""
    if case.path is None and case.value == case.focus:
        return case.focus, "", None
    return case.focus, str(case.path or ""), case.value


def _severity(result: Result) -> str:
    return _local(result.severity).lower()


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
