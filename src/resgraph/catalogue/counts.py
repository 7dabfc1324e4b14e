"""How much there is of what (VoID): of the dataset and of each of its graphs, counted and never estimated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
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


def of_graph(name: str, triples: Collection[Triple], *, objects: bool = True) -> Iterator[Triple]:
    """Count a named graph; without `objects` nothing is said of how many objects there are."""
    one = graph(name)
    yield Triple(DATASET, _void("subset"), one)
    yield Triple(one, TYPE, _void("Dataset"))
    yield Triple(one, LABEL, english(f"the {name} graph"))
    yield Triple(one, NamedNode(DCTERMS + "description"), english(_ABOUT[name]))
    yield from _totals(one, triples, objects)


def of_dataset(triples: Collection[Triple], *, objects: bool = True) -> Iterator[Triple]:
    """Count the dataset, by class and by property; `triples` is each asserted statement once."""
    yield from _totals(DATASET, triples, objects)
    yield from _by_property(DATASET, triples, objects)
    yield from _by_class(DATASET, triples)
    yield from _by_class_and_property(triples)


def _totals(dataset: NamedNode, triples: Collection[Triple], objects: bool) -> Iterator[Triple]:
    """Count statements and what takes part in them; an entity is a subject with an address of ours."""
    subjects = {t.subject for t in triples}
    for name, many in (
        ("triples", len(triples)),
        ("entities", sum(isinstance(s, NamedNode) and s.value.startswith(BASE) for s in subjects)),
        ("classes", len({t.object for t in triples if t.predicate == TYPE})),
        ("properties", len({t.predicate for t in triples})),
        ("distinctSubjects", len(subjects)),
    ):
        yield Triple(dataset, _void(name), number(many))
    if objects:
        yield Triple(dataset, _void("distinctObjects"), number(len({t.object for t in triples})))


def _by_property(dataset: NamedNode, triples: Collection[Triple], objects: bool) -> Iterator[Triple]:
    parts: dict[NamedNode, list[Triple]] = defaultdict(list)
    for t in triples:
        parts[t.predicate].append(t)
    for predicate, found in parts.items():
        node = part(f"property-{name_of(predicate.value)}")
        yield Triple(dataset, _void("propertyPartition"), node)
        yield Triple(node, _void("property"), predicate)
        yield Triple(node, _void("triples"), number(len(found)))
        yield Triple(node, _void("distinctSubjects"), number(len({t.subject for t in found})))
        if objects:
            yield Triple(node, _void("distinctObjects"), number(len({t.object for t in found})))


def _by_class(dataset: NamedNode, triples: Collection[Triple]) -> Iterator[Triple]:
    members = Counter(t.object for t in triples if t.predicate == TYPE)
    first: dict[object, str] = {}
    for t in triples:
        if t.predicate == TYPE and isinstance(t.subject, NamedNode):
            first[t.object] = min(first.get(t.object, t.subject.value), t.subject.value)
    for kind, many in members.items():
        if not isinstance(kind, NamedNode):
            continue
        name = name_of(kind.value)
        node = part(f"class-{name}")
        yield Triple(dataset, _void("classPartition"), node)
        yield Triple(node, _void("class"), kind)
        yield Triple(node, _void("entities"), number(many))
        if name.removeprefix("rg-") in _EXAMPLES:
            yield Triple(dataset, _void("exampleResource"), NamedNode(first[kind]))


def _by_class_and_property(triples: Collection[Triple]) -> Iterator[Triple]:
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
