"""Passes over what surely conforms, many nodes at a time, so that an engine looks at the rest only.

It never says that anything is wrong. Of a shape whose every constraint is of a plain kind it says which nodes
it cannot vouch for, and these alone are left to the engine; every other shape goes to the engine untouched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.validate.checking.targets import focus_nodes, retargeted
from resgraph.validate.facts import Facts
from resgraph.validate.paths import Path
from resgraph.validate.shapes import SILENT, TARGETS, Node, Shapes, Term
from resgraph.vocab import RDF, SH, TYPE, XSD

#: what is no constraint
_BY_THE_WAY: Final = frozenset([*TARGETS, *SILENT, "path"])
#: how a value of a datatype may look; others are left to the engine
_FORMS: Final = MappingProxyType(
    {
        XSD + "string": re.compile(r".*", re.DOTALL),
        RDF + "langString": re.compile(r".*", re.DOTALL),
        XSD + "integer": re.compile(r"[+-]?[0-9]{1,15}"),
        XSD + "decimal": re.compile(r"[+-]?[0-9]{1,15}\.[0-9]{1,15}"),
        XSD + "boolean": re.compile(r"true|false"),
        XSD + "gYear": re.compile(r"[0-9]{4}"),
    }
)


@dataclass(frozen=True, slots=True)
class _Look:
    """A shape at its focus nodes, with the values that it looks at."""

    shapes: Shapes
    facts: Facts
    shape: Node
    focus: set[Term]
    #: focus node and value; for a node shape the node itself is the value
    pairs: Collection[tuple[Term, Term]]

    def failing(self, passes: Callable[[Term], bool]) -> set[Term]:
        """Return the focus nodes that have a value which does not pass; each value is tried once."""
        tried: dict[Term, bool] = {}
        found: set[Term] = set()
        for node, value in self.pairs:
            passed = tried.get(value)
            if passed is None:
                passed = tried[value] = passes(value)
            if not passed:
                found.add(node)
        return found


def sift(shapes: Shapes, facts: Facts, strangers: Collection[object] = ()) -> Shapes:
    """Return shapes that find the same in the data, about fewer nodes; `strangers` are not asked about."""
    return _sifted(shapes, shapes.roots(), facts, strangers)


def sift_choices(shapes: Shapes, triples: Sequence[Triple], strangers: Collection[object] = ()) -> Shapes:
    """Do the same for choices between classes only: the one thing that costs a fast engine more than this."""
    choices = [
        shape
        for shape in shapes.roots()
        if _names(shapes, shape) == {"or"} and shapes.path(shape) is None and not shapes.is_class(shape)
    ]
    facts = Facts(triples, only=[p for shape in choices for p in _properties(shapes, shape)])
    return _sifted(shapes, choices, facts, strangers)


def _sifted(shapes: Shapes, asked: Iterable[Node], facts: Facts, strangers: Collection[object]) -> Shapes:
    rest: dict[Node, set[Term]] = {}
    for shape in asked:
        nodes = focus_nodes(shapes, facts, shape).difference(strangers)
        doubtful = _doubtful(shapes, facts, shape, nodes) if nodes else set()
        if doubtful is not None:
            rest[shape] = doubtful
    return retargeted(shapes, rest)


def _properties(shapes: Shapes, shape: Node) -> Iterator[NamedNode]:
    for name in ("targetSubjectsOf", "targetObjectsOf"):
        for predicate in shapes.values(shape, name):
            if isinstance(predicate, NamedNode):
                yield predicate


def _names(shapes: Shapes, shape: Node) -> set[str]:
    """Return the kinds of constraints of a shape, by what they are called in SHACL."""
    said = (triple.predicate for triple in shapes.said(shape) if triple.predicate != TYPE)
    return {predicate.value.removeprefix(SH) for predicate in said} - _BY_THE_WAY


def _doubtful(shapes: Shapes, facts: Facts, shape: Node, nodes: set[Term]) -> set[Term] | None:
    """Return the nodes that cannot be vouched for, or None where the shape is not plain."""
    names, path = _names(shapes, shape), shapes.path(shape)
    if not names <= _CHECKS.keys():
        return None
    if path is None:
        pairs: Collection[tuple[Term, Term]] = [(node, node) for node in nodes]
    else:
        steps = path.parts if path.operator == "|" else (path,)
        if any((_turned(step)).predicate is None for step in steps):
            return None
        pairs = [pair for step in steps for pair in _pairs(facts, step) if pair[0] in nodes]
    look = _Look(shapes, facts, shape, nodes, pairs)
    found: set[Term] = set()
    for name in sorted(names):
        failing = _CHECKS[name](look)
        if failing is None:
            return None
        found |= failing
    return found


def _turned(step: Path) -> Path:
    return step.parts[0] if step.operator == "^" else step


def _pairs(facts: Facts, step: Path) -> Iterator[tuple[Term, Term]]:
    pairs = facts.pairs(NamedNode(_turned(step).operator))
    return ((o, s) for s, o in pairs) if step.operator == "^" else iter(pairs)


def _class(look: _Look) -> set[Term]:
    found: set[Term] = set()
    for kind in look.shapes.values(look.shape, "class"):
        found |= look.failing(look.facts.instances(kind).__contains__)
    return found


def _any_class(look: _Look) -> set[Term] | None:
    """Vouch for values of one class of several; alternatives of another kind are not plain."""
    found: set[Term] = set()
    for head in look.shapes.values(look.shape, "or"):
        right: set[Term] = set()
        for item in look.shapes.items(head):
            said = list(look.shapes.said(item))
            if len(said) != 1 or said[0].predicate != NamedNode(SH + "class"):
                return None
            right |= look.facts.instances(said[0].object)  # type: ignore[arg-type]
        found |= look.failing(right.__contains__)
    return found


def _count(look: _Look) -> set[Term] | None:
    least = look.shapes.text(look.shape, "minCount") or "0"
    most = look.shapes.text(look.shape, "maxCount") or "1000000000"
    if not (least.isdigit() and most.isdigit()):
        return None
    counts = Counter(node for node, _ in set(look.pairs))
    return {node for node in look.focus if not int(least) <= counts[node] <= int(most)}


def _pattern(look: _Look) -> set[Term] | None:
    try:
        patterns = [re.compile(text.value) for text in look.shapes.values(look.shape, "pattern")]
    except re.error:
        return None

    def passes(value: Term) -> bool:
        """Line ends are left to the engine: not all think alike of them."""
        if not isinstance(value, NamedNode | Literal) or "\n" in value.value:
            return False
        return all(pattern.search(value.value) for pattern in patterns)

    return look.failing(passes)


def _datatype(look: _Look) -> set[Term] | None:
    wanted = look.shapes.text(look.shape, "datatype") or ""
    form = _FORMS.get(wanted)
    if form is None:
        return None
    fits = form.fullmatch

    def passes(value: Term) -> bool:
        return isinstance(value, Literal) and value.datatype.value == wanted and bool(fits(value.value))

    return look.failing(passes)


def _length(look: _Look) -> set[Term] | None:
    least = look.shapes.text(look.shape, "minLength") or ""
    if not least.isdigit():
        return None
    return look.failing(lambda value: isinstance(value, Literal) and len(value.value) >= int(least))


def _kind(look: _Look) -> set[Term] | None:
    kinds: Mapping[str | None, type] = {SH + "IRI": NamedNode, SH + "Literal": Literal}
    wanted = kinds.get(look.shapes.text(look.shape, "nodeKind"))
    return None if wanted is None else look.failing(lambda value: isinstance(value, wanted))


def _language(look: _Look) -> set[Term]:
    allowed = {item.value for item in look.shapes.members(look.shape, "languageIn")}
    return look.failing(lambda value: isinstance(value, Literal) and value.language in allowed)


#: the kinds that are worth it: each of them saves pySHACL at least a fiftieth of its work on our data
_CHECKS: Final[Mapping[str, Callable[[_Look], set[Term] | None]]] = MappingProxyType(
    {
        "class": _class,
        "or": _any_class,
        "minCount": _count,
        "maxCount": _count,
        "pattern": _pattern,
        "datatype": _datatype,
        "minLength": _length,
        "nodeKind": _kind,
        "languageIn": _language,
    }
)
