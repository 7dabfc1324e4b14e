"""What is wrong with shapes themselves, before any engine sees them: each fault with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode

from resgraph.errors import InputError, Problem
from resgraph.locate import Locator
from resgraph.validate.reading import Content
from resgraph.validate.shapes import Shapes, Term
from resgraph.vocab import SH, XSD

_NODE_KINDS: Final = frozenset(
    SH + name
    for name in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)


def check(shapes: Shapes, content: Content) -> None:
    """Raise `InputError` for shapes that no engine can use, with every place."""
    faults = list(_faults(shapes))
    if not faults:
        return
    nodes = {shapes.named(node) for node, _ in faults}
    locator = Locator(content.files_about(nodes), nodes)
    problems = []
    for node, message in faults:
        place = locator.find(shapes.named(node))
        problems.append(
            Problem(message, file=str(place[0]) if place else None, line=place[1] if place else None)
        )
    raise InputError("The shapes cannot be used.", problems=sorted(set(problems), key=str))


def _faults(shapes: Shapes) -> Iterator[tuple[Term, str]]:
    for node in shapes.nodes():
        for name, (fits, wanted) in _WANTED.items():
            for value in shapes.values(node, name):
                if not fits(shapes, value):
                    yield node, f"sh:{name} is {value}: {wanted}"
        for inner in shapes.values(node, "property"):
            if not shapes.values(inner, "path"):
                yield inner, "a property shape has no sh:path: say which property it is about"


def _count(_: Shapes, value: Term) -> bool:
    return (
        isinstance(value, Literal)
        and value.datatype.value.startswith(XSD)
        and re.fullmatch(r"\+?[0-9]+", value.value) is not None
        and value.datatype.value != XSD + "string"
    )


def _pattern(_: Shapes, value: Term) -> bool:
    try:
        re.compile(value.value)
    except re.error:
        return False
    return isinstance(value, Literal)


def _address(_: Shapes, value: Term) -> bool:
    return isinstance(value, NamedNode)


def _list(shapes: Shapes, value: Term) -> bool:
    return shapes.is_list(value)


def _kind(_: Shapes, value: Term) -> bool:
    return value.value in _NODE_KINDS


_COUNTS: Final = ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
_LISTS: Final = ("in", "and", "or", "xone", "languageIn", "ignoredProperties")
_WANTED: Final[Mapping[str, tuple[Callable[[Shapes, Term], bool], str]]] = MappingProxyType(
    {
        **dict.fromkeys(_COUNTS, (_count, "write a whole number, 0 or more, without quotes")),
        **dict.fromkeys(_LISTS, (_list, "write a list in round brackets")),
        "pattern": (_pattern, "it is no regular expression"),
        "nodeKind": (_kind, "write sh:IRI, sh:Literal, sh:BlankNode or a pair of them"),
        "class": (_address, "write the address of a class"),
        "datatype": (_address, "write the address of a datatype, such as xsd:integer"),
    }
)
