"""What a validation found: typed, grouped, and written in every form that is asked for.

::

    text       for people, and JSON for programs; page: for a browser; sarif: for editors and CI
    standard   the ``sh:ValidationReport``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pyoxigraph import Triple

from resgraph.validate.shapes import Term
from resgraph.validate.written import written
from resgraph.vocab import shorten

#: from the gravest down
SEVERITIES: Final = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a shape found: what is wrong, with what, where it is written, how to mend it."""

    focus: Term
    #: the property, or a property path as SPARQL writes it
    path: str | None
    value: Term | None
    shape: str
    shape_name: str
    #: violation, warning or info
    severity: str
    #: the reason, in plain words
    message: str
    #: the kind of constraint, such as MinCountConstraintComponent
    component: str
    #: what to do, as far as it can be told: advice, which changes with the data around; no part of the fault
    fix: str | None = field(default=None, compare=False)
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """File and line, as editors read them; empty when they are not known."""
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)

    @property
    def about(self) -> str:
        """Focus node, path and value, as Turtle writes them."""
        value = written(self.value) if self.value and (self.path or self.value != self.focus) else ""
        parts = (written(self.focus), shorten(self.path or ""), value)
        return " ".join(part for part in parts if part)

    def beside(self, lead: Violation) -> str:
        """Return the word by which a person is led to this from another: one less grave says so."""
        return "also" if self.severity == lead.severity else f"also, {self.severity}"

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        fix = f"\n    fix: {self.fix}" if self.fix else ""
        return f"{place}{self.severity}: {self.message}\n    {self.about}  [{shorten(self.shape)}]{fix}"

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the fields as JSON can hold them; terms as Turtle writes them."""
        return {
            "focus": self.focus.value,
            "path": self.path,
            "value": written(self.value) if self.value else None,
            "shape": self.shape,
            "shape_name": self.shape_name,
            "severity": self.severity,
            "message": self.message,
            "component": self.component,
            "fix": self.fix,
            "file": self.file,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one place, a value or what lacks there, with every rule that it breaks.

    One wrong value often breaks several: a text where a number is wanted is not within its range either.
    """

    #: of one focus node, path and value: the gravest first, and of these the most basic
    violations: tuple[Violation, ...]

    @property
    def lead(self) -> Violation:
        """The violation that says most."""
        return self.violations[0]

    @property
    def reasons(self) -> tuple[Violation, ...]:
        """What a person has to read: of the violations that one shape words alike, the first."""
        told: dict[tuple[str, str], Violation] = {}
        for one in self.violations:
            told.setdefault((one.shape, one.message), one)
        return tuple(told.values())

    def __str__(self) -> str:
        lead, *others = self.reasons
        told = [str(lead)]
        for one in others:
            told.append(f"    {one.beside(lead)}: {one.message}  [{shorten(one.shape)}]")
            if one.fix and one.fix != lead.fix:
                told.append(f"    fix: {one.fix}")
        return "\n".join(told)


@dataclass(frozen=True)
class Group:
    """The mistakes that have the same reasons."""

    mistakes: tuple[Mistake, ...]

    @property
    def lead(self) -> Violation:
        """The first reason, as the first mistake has it."""
        return self.mistakes[0].lead

    @cached_property
    def reasons(self) -> tuple[tuple[Violation, str | None], ...]:
        """The reasons, as the first mistake has them, each with what to do when it is the same everywhere."""
        each = zip(*(mistake.reasons for mistake in self.mistakes), strict=True)
        return tuple((ones[0], ones[0].fix if len({one.fix for one in ones}) == 1 else None) for ones in each)

    def fixes(self, mistake: Mistake) -> list[str]:
        """Return what to do about one of the mistakes, beyond what is to be done about all of them."""
        pairs = zip(mistake.reasons, self.reasons, strict=True)
        return [one.fix for one, (_, everywhere) in pairs if one.fix and not everywhere]


class Report:
    """What a validation found; each part is made when it is first asked for."""

    def __init__(
        self,
        conforms: bool = True,
        mistakes: Callable[[], Iterable[Mistake]] = tuple,
        triples: Callable[[], Iterable[Triple]] = tuple,
    ) -> None:
        """Tell whether data conform, and how to make what was found and the standard report of it."""
        #: True when nothing at all was found, not even a warning
        self.conforms = conforms
        self._mistakes = mistakes
        self._triples = triples

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong, by file and line: one for each place, whatever number of rules are broken there."""
        return tuple(self._mistakes())

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What was found, by mistake: one for each result of the standard report."""
        return tuple(one for mistake in self.mistakes for one in mistake.violations)

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The standard report as statements."""
        return tuple(self._triples())

    def groups(self) -> tuple[Group, ...]:
        """Return the mistakes by their reasons: the gravest first, then the most frequent."""
        found: dict[tuple[tuple[str, str, str], ...], list[Mistake]] = {}
        for mistake in self.mistakes:
            reasons = tuple((one.severity, one.shape, one.message) for one in mistake.reasons)
            found.setdefault(reasons, []).append(mistake)
        return tuple(sorted((Group(tuple(ones)) for ones in found.values()), key=_gravest_first))

    def summary(self) -> str:
        """Say in one line how many of each severity there are, and how many mistakes when these are fewer."""
        if not self.violations:
            return "Conforms: nothing to mend."
        counts = Counter(violation.severity for violation in self.violations)
        found = ", ".join(_counted(counts[name], name) for name in sorted(counts, key=gravity))
        if len(self.mistakes) == len(self.violations):
            return f"{found}."
        return f"{_counted(len(self.mistakes), 'mistake')}: {found}."

    def to_text(self) -> str:
        """Return the report for people; what is wrong many times over is told once, with its places."""
        from resgraph.validate.report.text import write

        return write(self)

    def to_turtle(self) -> str:
        """Return the standard ``sh:ValidationReport``."""
        from resgraph.validate.report.standard import write

        return write(self.triples)

    def to_json(self) -> str:
        """Return the report as JSON, one object a violation, one a mistake and one a group."""
        from resgraph.validate.report.text import write_json

        return write_json(self)

    def to_sarif(self) -> str:
        """Return the report as SARIF 2.1.0, for editors and for code scanning in CI."""
        from resgraph.validate.report.sarif import write

        return write(self)

    def to_html(self) -> str:
        """Return the report as one page that needs no other file and no other host."""
        from resgraph.validate.report.page import write

        return write(self)


def _gravest_first(group: Group) -> tuple[int, int, str, str]:
    return gravity(group.lead.severity), -len(group.mistakes), group.lead.shape, group.lead.message


def gravity(severity: str) -> int:
    """Return a number to order severities by, the gravest first; one that the standard has not comes last.

    >>> sorted(["info", "note", "violation"], key=gravity)
    ['violation', 'info', 'note']
    """
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'s' * (count > 1 and name != 'info')}"
