"""What a change can have changed: the shapes, about those nodes only whose answer may differ from before.

What a shape reads at a node is found from its paths: every step that it takes, and what leads there. A
statement that was added or removed can matter to a node only if one of these steps uses it; so it is followed
back, in what was and what is taken together. Of a shape that cannot be read like this (one that asks in
SPARQL, that refers to itself, or that has words this module does not know) all nodes are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    Triple,
)

from resgraph.validate.checking.targets import focus_nodes, retargeted
from resgraph.validate.facts import Facts
from resgraph.validate.paths import Path, follow, inverse, plain
from resgraph.validate.shapes import BESIDE, INNER, LISTED, SILENT, TARGETS, VALUES, Node, Shapes, Term
from resgraph.vocab import SH, SUBCLASS, TYPE

#: words of SHACL of which it is known what they read
_KNOWN: Final = frozenset(
    [
        *(*SILENT, *TARGETS, *VALUES, *BESIDE, *INNER, *LISTED),
        *("path", "class", "closed", "ignoredProperties", "deactivated"),
    ]
)


@dataclass(frozen=True, slots=True)
class Read:
    """A step that a shape takes: what leads to the node, and the property there; None is any property."""

    before: tuple[Path, ...]
    predicate: str | None
    back: bool = False


class _UnknownError(Exception):
    """What a shape reads cannot be told."""


def narrowed(shapes: Shapes, facts: Facts, base: Iterable[Triple]) -> Shapes:
    """Return the shapes about those nodes only that the difference to `base` can matter to."""
    changed, removed = difference(facts.triples, base)
    if any(triple.predicate == SUBCLASS for triple in changed):
        return shapes
    both, different = Facts([*facts.triples, *removed]), Facts(changed)
    rest: dict[Node, set[Term]] = {}
    for shape in shapes.roots():
        try:
            reads = {*_of_targets(shapes, shape), *_of_shape(shapes, shape, (), ())}
        except _UnknownError:
            continue
        reached = {node for read in reads for node in _reached(read, different, both)}
        rest[shape] = focus_nodes(shapes, facts, shape) & reached if reached else set()
    return retargeted(shapes, rest)


def difference(now: Iterable[Triple], before: Iterable[Triple]) -> tuple[list[Triple], list[Triple]]:
    """Return the statements that were added or removed, and those that were removed.

    Statements with blank nodes count as unchanged only when all of them together are.
    """
    new, old = set(now), set(before)
    new_blank, old_blank = ({t for t in side if _has_blank(t)} for side in (new, old))
    if _canonical(new_blank) == _canonical(old_blank):
        new, old = new - new_blank, old - old_blank
    return [*(new ^ old)], [*(old - new)]


def _has_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _canonical(triples: Iterable[Triple]) -> Dataset:
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


# --- what a shape reads ---


def _of_targets(shapes: Shapes, shape: Node) -> Iterator[Read]:
    if shapes.values(shape, "targetClass") or shapes.is_class(shape):
        yield Read((), TYPE.value)
    for name, back in (("targetSubjectsOf", False), ("targetObjectsOf", True)):
        for predicate in shapes.values(shape, name):
            yield Read((), predicate.value, back)


def _of_shape(
    shapes: Shapes, shape: Term, before: tuple[Path, ...], above: tuple[Term, ...]
) -> Iterator[Read]:
    """Yield what a shape reads at the nodes that `before` leads to."""
    said = {t.predicate for t in shapes.said(shape) if t.predicate not in (TYPE, SUBCLASS)}
    words = {p.value.removeprefix(SH) for p in said if p.value.startswith(SH)}
    if shape in above or not words <= _KNOWN or _has_components(shapes):
        raise _UnknownError
    path = shapes.path(shape)
    at = before
    if path is not None:
        yield from _of_path(plain(path), before)
        at = (*before, plain(path))
    yield from _of_constraints(shapes, shape, before, at)
    for inner in shapes.inner(shape):
        yield from _of_shape(shapes, inner, at, (*above, shape))


def _of_constraints(
    shapes: Shapes, shape: Term, before: tuple[Path, ...], at: tuple[Path, ...]
) -> Iterator[Read]:
    if shapes.values(shape, "class"):
        yield Read(at, TYPE.value)
    if shapes.values(shape, "closed"):
        yield Read(at, None)
    for name in BESIDE:
        for predicate in shapes.values(shape, name):
            yield Read(before, predicate.value)


def _has_components(shapes: Shapes) -> bool:
    return any(triple.predicate.value == SH + "parameter" for triple in shapes.triples)


def _of_path(path: Path, before: tuple[Path, ...]) -> Iterator[Read]:
    if path.predicate is not None:
        yield Read(before, path.predicate)
    elif path.operator == "^":
        yield Read(before, path.parts[0].predicate, back=True)
    elif path.operator == "/":
        for number, part in enumerate(path.parts):
            yield from _of_path(part, (*before, *path.parts[:number]))
    elif path.operator in "*+":
        yield from _of_path(path.parts[0], (*before, Path("*", path.parts)))
    else:
        for part in path.parts:
            yield from _of_path(part, before)


# --- from a change back to the nodes ---


def _reached(read: Read, changed: Facts, both: Facts) -> set[Term]:
    """Return the nodes from which a step uses a statement that changed."""
    used = changed.properties() if read.predicate is None else [NamedNode(read.predicate)]
    nodes = {pair[read.back] for predicate in used for pair in changed.pairs(predicate)}
    for path in reversed(read.before):
        nodes = follow(inverse(path), nodes, both.step)
    return nodes
