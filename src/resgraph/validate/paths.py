"""Property paths: how SPARQL writes them, turned round, and where they lead from a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from resgraph.vocab import shorten

N = TypeVar("N")
#: from a node by a property, backwards if told so
Step = Callable[[N, str, bool], Iterable[N]]

_OPERATORS: Final = frozenset("^|/*+?")


@dataclass(frozen=True, slots=True)
class Path:
    """A property, or an operator over paths: ``^``, ``|``, ``/``, ``*``, ``+``, ``?``.

    >>> broader = Path("http://www.w3.org/2004/02/skos/core#broader")
    >>> str(Path("/", (inverse(broader), Path("*", (broader,)))))
    '^skos:broader/skos:broader*'
    """

    operator: str
    parts: tuple[Path, ...] = ()

    @property
    def predicate(self) -> str | None:
        """The property, when the path is one property and nothing more."""
        return None if self.operator in _OPERATORS else self.operator

    def __str__(self) -> str:
        if self.predicate is not None:
            return shorten(self.predicate)
        if self.operator == "^":
            inner = str(self.parts[0])
            return f"^({inner})" if self.parts[0].operator == "/" else f"^{inner}"
        if self.operator == "|":
            return "(" + " | ".join(map(str, self.parts)) + ")"
        if self.operator == "/":
            return "/".join(map(str, self.parts))
        inner = str(self.parts[0])
        return (f"({inner})" if self.parts[0].operator == "/" else inner) + self.operator


def inverse(path: Path) -> Path:
    """Return the path that leads back, with ``^`` at single properties only.

    >>> str(inverse(Path("/", (Path("http://e.org/a"), Path("http://e.org/b")))))
    '^http://e.org/b/^http://e.org/a'
    """
    if path.predicate is not None:
        return Path("^", (path,))
    if path.operator == "^":
        return plain(path.parts[0])
    parts = tuple(inverse(part) for part in path.parts)
    return Path(path.operator, parts[::-1] if path.operator == "/" else parts)


def plain(path: Path) -> Path:
    """Return a path that leads to the same nodes, with ``^`` at single properties only."""
    if path.operator == "^":
        return inverse(path.parts[0])
    return Path(path.operator, tuple(plain(part) for part in path.parts))


def follow(path: Path, start: Iterable[N], step: Step[N]) -> set[N]:
    """Return the nodes that a path leads to.

    >>> edges = {("a", "p"): ["b"], ("b", "p"): ["c"]}
    >>> sorted(follow(Path("+", (Path("p"),)), ["a"], lambda node, p, back: edges.get((node, p), [])))
    ['b', 'c']
    """
    nodes = set(start)
    if path.operator == "/":
        for part in path.parts:
            nodes = follow(part, nodes, step)
        return nodes
    if path.operator == "|":
        return {node for part in path.parts for node in follow(part, nodes, step)}
    if path.operator == "?":
        return nodes | follow(path.parts[0], nodes, step)
    if path.operator in "*+":
        return _repeated(path, nodes, step)
    back = path.operator == "^"
    if back and path.parts[0].predicate is None:
        return follow(inverse(path.parts[0]), nodes, step)
    name = path.parts[0].operator if back else path.operator
    return {found for node in nodes for found in step(node, name, back)}


def _repeated(path: Path, nodes: set[N], step: Step[N]) -> set[N]:
    found = set(nodes) if path.operator == "*" else set()
    waiting = nodes
    while waiting:
        waiting = follow(path.parts[0], waiting, step) - found
        found |= waiting
    return found
