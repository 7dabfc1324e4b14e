"""What an ontology says that OWL 2 RL cannot use: the grammar of the profile, applied to RDF files.

The reasoner never fails on such an axiom; it just concludes less than the axiom means. So each finding says
what would be lost. The grammar is that of section 4.2 of OWL 2 Web Ontology Language Profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.locate import Locator
from resgraph.reason.reading import read
from resgraph.reason.wording import name
from resgraph.vocab import OWL, RDF, RDFS, TYPE, shorten

Node = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Outside:
    """One axiom that is outside the profile: the construct, where it stands, and what is lost."""

    construct: str
    axiom: str
    lost: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.construct}\n  {self.axiom}\n  lost: {self.lost}"

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the finding as plain data."""
        return asdict(self)


#: where a class expression stands, and what may stand there
_LEFT, _RIGHT, _EQUAL = "as a subclass", "as a superclass", "as an equal class"
#: the constructors, and what is lost where one may not stand
_EXPRESSIONS: Final = MappingProxyType(
    {
        "intersectionOf": ((_LEFT, _RIGHT, _EQUAL), ""),
        "unionOf": ((_LEFT,), "that a member of the class is in one of the parts"),
        "oneOf": ((_LEFT,), "that a member of the class is one of those that are listed"),
        "complementOf": ((_RIGHT,), "that what is not in a class is in this one"),
        "someValuesFrom": ((_LEFT,), "that a member of the class has some value, which nothing names"),
        "allValuesFrom": ((_RIGHT,), "that what has only such values is in the class"),
        "hasValue": ((_LEFT, _RIGHT, _EQUAL), ""),
        "hasSelf": ((), "which things are related to themselves"),
        "maxCardinality": ((_RIGHT,), "that what has few enough values is in the class"),
        "maxQualifiedCardinality": ((_RIGHT,), "that what has few enough values is in the class"),
        "minCardinality": ((), "that a member of the class has so many values, which nothing names"),
        "minQualifiedCardinality": ((), "that a member of the class has so many values, which nothing names"),
        "cardinality": ((), "that a member of the class has so many values, no more and no fewer"),
        "qualifiedCardinality": ((), "that a member of the class has so many values, no more and no fewer"),
        "onProperties": ((), "everything that rests on the restriction"),
    }
)
#: axioms that the profile has not at all
_AXIOMS: Final = MappingProxyType(
    {
        "disjointUnionOf": "that its parts exclude each other and that its members are in one of them",
    }
)
#: which positions the values of an axiom's property are, subject first
_POSITIONS: Final = MappingProxyType(
    {
        RDFS + "subClassOf": (_LEFT, _RIGHT),
        OWL + "equivalentClass": (_EQUAL, _EQUAL),
        OWL + "disjointWith": (_LEFT, _LEFT),
        RDFS + "domain": (None, _RIGHT),
        RDFS + "range": (None, _RIGHT),
        OWL + "hasKey": (_LEFT, None),
    }
)


def check(files: Iterable[Path]) -> list[Outside]:
    """Return what RDF files say that is outside OWL 2 RL, by file and line.

    Raises `InputError` for a file that cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "pets.ttl")
    ...     _ = file.write_text('''@prefix owl: <http://www.w3.org/2002/07/owl#> .
    ...         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <urn:x:> .
    ...         :Owner rdfs:subClassOf [ owl:onProperty :has ; owl:someValuesFrom :Pet ] .''')
    ...     [found] = check([file])
    >>> print(found.construct, found.line, found.lost, sep="; ")
    owl:someValuesFrom as a superclass; 3; that a member of the class has some value, which nothing names
    """
    paths = list(files)
    return _Check([t for path in paths for t in read([path])], Locator(paths)).findings()


class _Check:
    """The axioms of some files."""

    def __init__(self, statements: list[Triple], locator: Locator) -> None:
        self._statements = statements
        self._locator = locator
        self._values: dict[Node, dict[str, list[Any]]] = {}
        for t in statements:
            self._values.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)

    def findings(self) -> list[Outside]:
        found = {one for t in self._statements for one in self._of(t)}
        return sorted(found, key=lambda one: (one.file or "", one.line or 0, one.construct, one.axiom))

    def _of(self, t: Triple) -> Iterator[Outside]:
        predicate = t.predicate.value
        positions: tuple[str | None, str | None] = _POSITIONS.get(predicate, (None, None))
        for node, position in zip((t.subject, t.object), positions, strict=True):
            if position:
                yield from self._expression(node, position, t)
        local = predicate.removeprefix(OWL)
        is_class = NamedNode(RDFS + "Datatype") not in self._of_node(t.subject, TYPE.value)
        if isinstance(t.subject, NamedNode) and local in _EXPRESSIONS and predicate != local and is_class:
            yield from self._expression(t.subject, _EQUAL, t)
        if local in _AXIOMS and predicate != local:
            yield self._found(f"owl:{local}", t, _AXIOMS[local])
        if predicate == OWL + "members":
            yield from self._members(t)
        if predicate in (OWL + "onDatatype", OWL + "withRestrictions", OWL + "datatypeComplementOf"):
            yield self._found(name(t.predicate), t, "which values are of the datatype")
        if t.predicate == TYPE:
            yield from self._typed(t)

    def _members(self, t: Triple) -> Iterator[Outside]:
        if NamedNode(OWL + "AllDisjointClasses") in self._of_node(t.subject, RDF + "type"):
            for member in self._list(t.object):
                yield from self._expression(member, _LEFT, t)

    def _typed(self, t: Triple) -> Iterator[Outside]:
        if t.object == NamedNode(OWL + "ReflexiveProperty"):
            yield self._found("owl:ReflexiveProperty", t, "that everything is so related to itself")
        values = self._values.get(t.subject, {})
        if t.object == NamedNode(RDFS + "Datatype") and (
            OWL + "unionOf" in values or OWL + "oneOf" in values
        ):
            yield self._found("a union or an enumeration of values", t, "which values are of the datatype")
        elif isinstance(t.object, BlankNode):
            yield from self._expression(t.object, _RIGHT, t)

    def _expression(self, node: Node, position: str, axiom: Triple) -> Iterator[Outside]:
        """Yield what may not stand where a class expression stands, at any depth."""
        if node in (NamedNode(OWL + "Thing"), NamedNode(RDFS + "Literal")) and position == _LEFT:
            yield self._found("owl:Thing as a subclass", axiom, "nothing here, but other tools may refuse it")
            return
        if isinstance(node, NamedNode) and not (position == _EQUAL and node == axiom.subject):
            return
        for predicate, values in self._values.get(node, {}).items():
            word = predicate.removeprefix(OWL)
            if word == predicate or word not in _EXPRESSIONS:
                continue
            allowed, lost = _EXPRESSIONS[word]
            if not self._may_stand(word, position, allowed, values):
                yield self._found(f"owl:{word} {position}", axiom, lost)
            yield from self._inside(node, word, position, values, axiom)

    def _may_stand(self, word: str, position: str, allowed: tuple[str, ...], values: list[Any]) -> bool:
        if position not in allowed:
            return False
        if word in ("maxCardinality", "maxQualifiedCardinality"):
            return all(isinstance(v, Literal) and v.value.strip() in ("0", "1") for v in values)
        return True

    def _inside(
        self, node: Node, word: str, position: str, values: list[Any], axiom: Triple
    ) -> Iterator[Outside]:
        parts: Callable[[Any], list[Any]] = self._list if word in ("intersectionOf", "unionOf") else _alone
        below = _LEFT if word == "complementOf" else position
        if word in ("intersectionOf", "unionOf", "someValuesFrom", "allValuesFrom", "complementOf"):
            for value in values:
                for part in parts(value):
                    if part != NamedNode(OWL + "Thing") or word != "someValuesFrom":
                        yield from self._expression(part, below, axiom)
        for kind in self._of_node(node, OWL + "onClass") if word == "maxQualifiedCardinality" else ():
            if kind != NamedNode(OWL + "Thing"):
                yield from self._expression(kind, _LEFT, axiom)

    def _of_node(self, node: Node, predicate: str) -> list[Any]:
        return self._values.get(node, {}).get(predicate, [])

    def _list(self, head: Any) -> list[Any]:
        members: list[Any] = []
        seen: set[Any] = set()
        while head not in seen and (first := self._of_node(head, RDF + "first")):
            seen.add(head)
            members += first[:1]
            head = (self._of_node(head, RDF + "rest") or [None])[0]
        return members

    def _found(self, construct: str, axiom: Triple, lost: str) -> Outside:
        place = self._locator.find(axiom.subject, axiom.predicate, axiom.object)  # type: ignore[arg-type]
        file, line = (str(place[0]), place[1]) if place else (None, None)
        said = " ".join(self._written(node) for node in axiom)
        return Outside(construct, said, lost or "what the construct says here", file, line)

    def _written(self, node: Any) -> str:
        """Write a node in short, an unnamed one by what it is made of."""
        if not isinstance(node, BlankNode):
            return "a" if node == TYPE else name(node)
        parts = [f"{shorten(p)} {name(v)}" for p, vs in self._values.get(node, {}).items() for v in vs]
        return "[ " + " ; ".join(sorted(part for part in parts if not part.startswith("rdf:type"))) + " ]"


def _alone(value: Any) -> list[Any]:
    return [value]
