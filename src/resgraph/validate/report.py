"""What a validation found: typed, grouped, and written in every form that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.vocab import XSD, shorten

Term = NamedNode | BlankNode | Literal

#: from the gravest down
SEVERITIES: Final = ("violation", "warning", "info")
_BARE: Final = (XSD + "integer", XSD + "decimal", XSD + "boolean")


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
class Group:
    """The violations of one shape for one reason."""

    shape: str
    shape_name: str
    severity: str
    message: str
    violations: tuple[Violation, ...]

    @property
    def fix(self) -> str | None:
        """What to do, when it is the same everywhere."""
        fixes = {violation.fix for violation in self.violations}
        return fixes.pop() if len(fixes) == 1 else None


class Report:
    """What a validation found; each part is made when it is first asked for."""

    def __init__(
        self,
        conforms: bool = True,
        violations: Callable[[], Iterable[Violation]] = tuple,
        triples: Callable[[], Iterable[Triple]] = tuple,
    ) -> None:
        """Tell whether data conform, and how to make what was found and the standard report of it."""
        #: True when nothing at all was found, not even a warning
        self.conforms = conforms
        self._violations = violations
        self._triples = triples

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What was found, by file and line."""
        return tuple(self._violations())

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The standard report as statements."""
        return tuple(self._triples())

    def groups(self) -> tuple[Group, ...]:
        """Return the violations by shape and reason: the gravest first, then the most frequent."""
        found: dict[tuple[str, str, str, str], list[Violation]] = {}
        for one in self.violations:
            found.setdefault((one.severity, one.shape, one.shape_name, one.message), []).append(one)
        groups = [
            Group(shape, name, severity, message, tuple(ones))
            for (severity, shape, name, message), ones in found.items()
        ]
        return tuple(sorted(groups, key=_gravest_first))

    def summary(self) -> str:
        """Say in one line how many of each severity there are."""
        if not self.violations:
            return "Conforms: nothing to mend."
        counts = Counter(violation.severity for violation in self.violations)
        return ", ".join(_counted(counts[name], name) for name in SEVERITIES if counts[name]) + "."

    def to_text(self) -> str:
        """Return the report for people; what is wrong many times over is told once, with its places."""
        from resgraph.validate.text import write

        return write(self)

    def to_turtle(self) -> str:
        """Return the standard ``sh:ValidationReport``."""
        from resgraph.validate.standard import write

        return write(self.triples)

    def to_json(self) -> str:
        """Return the report as JSON, one object a violation, and one a group."""
        from resgraph.validate.text import write_json

        return write_json(self)

    def to_sarif(self) -> str:
        """Return the report as SARIF 2.1.0, for editors and for code scanning in CI."""
        from resgraph.validate.sarif import write

        return write(self)

    def to_html(self) -> str:
        """Return the report as one page that needs no other file and no other host."""
        from resgraph.validate.page import write

        return write(self)


def _gravest_first(group: Group) -> tuple[int, int, str, str]:
    grave = SEVERITIES.index(group.severity) if group.severity in SEVERITIES else len(SEVERITIES)
    return grave, -len(group.violations), group.shape, group.message


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'s' * (count > 1 and name != 'info')}"


def written(node: Term) -> str:
    """Write a term as Turtle does, with the prefixes of the project.

    >>> written(Literal("0.50", datatype=NamedNode(XSD + "decimal"))), written(Literal("Hope", language="en"))
    ('0.50', '"Hope"@en')
    """
    if isinstance(node, NamedNode):
        short = shorten(node.value)
        return short if short != node.value else f"<{short}>"
    if isinstance(node, Literal) and node.datatype.value in _BARE and _is_plain(node):
        return node.value
    text = str(node)
    head, mark, datatype = text.rpartition("^^<")
    return f"{head}^^{shorten(datatype[:-1])}" if mark and isinstance(node, Literal) else text


def _is_plain(node: Literal) -> bool:
    """Tell whether Turtle has the value without quotes."""
    text = node.value.lstrip("+-")
    if node.datatype.value == XSD + "boolean":
        return node.value in ("true", "false")
    if node.datatype.value == XSD + "integer":
        return text.isascii() and text.isdigit()
    whole, point, rest = text.partition(".")
    return bool(point) and rest.isdigit() and (whole.isdigit() or not whole)


def listed(words: Iterable[str], limit: int = 8) -> str:
    """Write a list in words, with the number of those that are left out.

    >>> listed(["a", "b", "c"], 2)
    'a, b … (3 in all)'
    """
    all_words = list(words)
    text = ", ".join(all_words[:limit])
    return f"{text} … ({len(all_words)} in all)" if len(all_words) > limit else text
