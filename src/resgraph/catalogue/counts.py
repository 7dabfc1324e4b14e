"""How much there is of what (VoID): of the dataset and of each of its graphs, counted and never estimated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import NamedNode, Triple

from resgraph.catalogue.words import DATASET, english, name_of, number, part
from resgraph.vocab import BASE, DCTERMS, LABEL, NS, TYPE, VOID, graph

#: what a thing of each of these classes looks like is shown by the first of it
_EXAMPLES: Final = ("Intervention", "Finding", "Proposition", "RiskFactor", "Source")

#: what each graph holds, in words
_ABOUT: Final[Mapping[str, str]] = {
    "terms": "The ontology: classes, properties and what follows from them.",
    "schemes": "Closed lists of concepts, such as designs, metrics and answers.",
    "evidence": "Records as they were read: things, sources, studies, findings, estimates.",
    "intended": "What programmes aim at and determinants are expected to do; never evidence.",
    "evidenced": "What the findings amount to by the rule of evidence: propositions and edges.",
    "inferred": "What a reasoner concluded, such as plausible pathways; never evidence.",
    "alignments": "Matches to vocabularies of others.",
    "catalogue": "What the dataset says of itself.",
}


class Counted:
    """Statements with what takes part in them, and beside them others that were looked at before.

    Counting again with a few more statements looks at the few.

    >>> a, b = NamedNode("urn:a"), NamedNode("urn:b")
    >>> few = Counted([Triple(a, b, a), Triple(b, b, a)], beside=Counted([Triple(a, b, a)]))
    >>> few.many("triples"), few.many("subjects", b), few.many("objects")
    (2, 2, 1)
    """

    def __init__(self, triples: Iterable[Triple], beside: Counted | None = None) -> None:
        before = beside._triples if beside else frozenset[Triple]()
        self._beside = beside
        self._triples: frozenset[Triple] = frozenset(t for t in triples if t not in before)
        self._sets: dict[tuple[str, NamedNode | None], set[object]] = defaultdict(set)
        self._count: Counter[NamedNode | None] = Counter({None: len(self._triples)})
        self.members: Counter[object] = Counter(beside.members if beside else ())
        #: of each class, the first address that is of it
        self.first: dict[object, str] = dict(beside.first if beside else {})
        for t in self._triples:
            self._add(t)
        self.properties: set[NamedNode] = {name for name in self._count if name}
        self.properties |= beside.properties if beside else set()

    def _add(self, t: Triple) -> None:
        self._count[t.predicate] += 1
        for of in (None, t.predicate):
            self._sets["subjects", of].add(t.subject)
            self._sets["objects", of].add(t.object)
        if t.predicate == TYPE:
            self.members[t.object] += 1
            if isinstance(t.subject, NamedNode):
                self.first[t.object] = min(self.first.get(t.object, t.subject.value), t.subject.value)

    def many(self, what: str, of: NamedNode | None = None) -> int:
        """Return how many `triples`, different `subjects` or different `objects` there are, of a property."""
        if what == "triples":
            return self._count[of] + (self._beside._count[of] if self._beside else 0)
        own = self._sets.get((what, of), set())
        if self._beside is None:
            return len(own)
        return len(own - self._beside._sets.get((what, of), set())) + self._beside.many(what, of)

    def entities(self) -> int:
        """Return how many subjects have an address of ours."""
        nodes = (node for node in self._of_both("subjects", None) if isinstance(node, NamedNode))
        return sum(node.value.startswith(BASE) for node in nodes)

    def _of_both(self, what: str, of: NamedNode | None) -> set[object]:
        own = self._sets.get((what, of), set())
        return own | self._beside._of_both(what, of) if self._beside else own


def of_graph(name: str, triples: Iterable[Triple], *, objects: bool = True) -> Iterator[Triple]:
    """Count a named graph; without `objects` nothing is said of how many objects there are."""
    one = graph(name)
    yield Triple(DATASET, _void("subset"), one)
    yield Triple(one, TYPE, _void("Dataset"))
    yield Triple(one, LABEL, english(f"the {name} graph"))
    yield Triple(one, NamedNode(DCTERMS + "description"), english(_ABOUT[name]))
    yield from _totals(one, Counted(triples), objects)


def of_dataset(counted: Counted, *, objects: bool = True) -> Iterator[Triple]:
    """Count the dataset, by class and by property; what is counted is each asserted statement once."""
    yield from _totals(DATASET, counted, objects)
    yield from _by_property(DATASET, counted, objects)
    yield from _by_class(DATASET, counted)


def _totals(dataset: NamedNode, counted: Counted, objects: bool) -> Iterator[Triple]:
    """Count statements and what takes part in them; an entity is a subject with an address of ours."""
    for name, many in (
        ("triples", counted.many("triples")),
        ("entities", counted.entities()),
        ("classes", len(counted.members)),
        ("properties", len(counted.properties)),
        ("distinctSubjects", counted.many("subjects")),
    ):
        yield Triple(dataset, _void(name), number(many))
    if objects:
        yield Triple(dataset, _void("distinctObjects"), number(counted.many("objects")))


def _by_property(dataset: NamedNode, counted: Counted, objects: bool) -> Iterator[Triple]:
    for predicate in counted.properties:
        node = part(f"property-{name_of(predicate.value)}")
        yield Triple(dataset, _void("propertyPartition"), node)
        yield Triple(node, _void("property"), predicate)
        yield Triple(node, _void("triples"), number(counted.many("triples", predicate)))
        yield Triple(node, _void("distinctSubjects"), number(counted.many("subjects", predicate)))
        if objects:
            yield Triple(node, _void("distinctObjects"), number(counted.many("objects", predicate)))


def _by_class(dataset: NamedNode, counted: Counted) -> Iterator[Triple]:
    for kind, many in counted.members.items():
        if not isinstance(kind, NamedNode):
            continue
        name = name_of(kind.value)
        node = part(f"class-{name}")
        yield Triple(dataset, _void("classPartition"), node)
        yield Triple(node, _void("class"), kind)
        yield Triple(node, _void("entities"), number(many))
        if name.removeprefix("rg-") in _EXAMPLES:
            yield Triple(dataset, _void("exampleResource"), NamedNode(counted.first[kind]))


def by_class_and_property(triples: Collection[Triple]) -> Iterator[Triple]:
    """Count how often members of each class of ours have each property: an editor offers them by that."""
    ours: dict[object, list[str]] = defaultdict(list)
    for t in triples:
        if t.predicate == TYPE and isinstance(t.object, NamedNode) and t.object.value.startswith(NS):
            ours[t.subject].append(t.object.value)
    pairs = Counter((kind, t.predicate) for t in triples for kind in ours.get(t.subject, ()))
    for (kind, predicate), many in pairs.items():
        whole = f"class-{name_of(kind)}"
        node = part(f"{whole}-property-{name_of(predicate.value)}")
        yield Triple(part(whole), _void("propertyPartition"), node)
        yield Triple(node, _void("property"), predicate)
        yield Triple(node, _void("triples"), number(many))


def _void(name: str) -> NamedNode:
    return NamedNode(VOID + name)
