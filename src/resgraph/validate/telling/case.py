"""One result with what is known around it: its path, the shapes and the data at hand."""

from __future__ import annotations

from dataclasses import dataclass

from resgraph.validate.checking.results import Result
from resgraph.validate.facts import Facts
from resgraph.validate.paths import Path, follow
from resgraph.validate.shapes import Shapes, Term
from resgraph.validate.written import written
from resgraph.vocab import SH


@dataclass(frozen=True, slots=True)
class Case:
    """A result with what is known around it."""

    result: Result
    path: Path | None
    shapes: Shapes
    facts: Facts

    @property
    def focus(self) -> Term:
        """The node that was checked."""
        return self.result.focus

    @property
    def shape(self) -> Term:
        """The shape that it breaks."""
        return self.result.shape

    @property
    def value(self) -> Term | None:
        """The value that is wrong, where there is one."""
        return self.result.value

    @property
    def constraint(self) -> str:
        """The property of SHACL that states what was broken, such as ``minCount``."""
        name = self.result.component.value.removeprefix(SH).removesuffix("ConstraintComponent")
        return name[:1].lower() + name[1:]

    @property
    def predicate(self) -> str | None:
        """The property, when the path is one property."""
        return None if self.path is None else self.path.predicate

    def parameter(self, name: str) -> Term | None:
        """Return what the shape says with a property of SHACL."""
        return self.shapes.value(self.shape, name)

    def number(self, name: str) -> int:
        """Return a count that the shape states; 0 when it states none that can be read."""
        text = self.shapes.text(self.shape, name) or ""
        return int(text) if text.removeprefix("+").isdigit() else 0

    def values(self) -> list[Term]:
        """Return the values that the path leads to, in a fixed order."""
        if self.path is None:
            return []
        return sorted(follow(self.path, [self.focus], self.facts.step), key=written)
