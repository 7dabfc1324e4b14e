"""The document about a thing: what a page shows of it, and how it is written as data.

A page looks up what it shows when it shows it; all that the document holds (`resgraph.describe.holding`) is
gathered when it is written as data. They are the same statements: a page cannot say what the data do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from resgraph.describe.address import document_of, kind_of
from resgraph.describe.holding import NAMES, about_itself, beside, completed, gathered, licence_of
from resgraph.describe.reading import Near, Node, OfDataset, OfQuads, Reading
from resgraph.formats import JSON_LD, Format
from resgraph.graph import Graph
from resgraph.jsonld import compact
from resgraph.store import Term
from resgraph.things import Thing
from resgraph.vocab import PREFIXES, expand, graph, shorten


@dataclass(frozen=True, eq=False)
class Document:
    """What is told of a thing.

    >>> import resgraph
    >>> from resgraph.describe.reading import OfDataset
    >>> from resgraph.vocab import ID
    >>> found = describe(OfDataset(resgraph.load().dataset), ID + "intervention/kiva")
    >>> found.label, found.kind, found.is_retired
    ('KiVa antibullying programme', 'intervention', False)
    """

    topic: NamedNode
    #: where it is looked up
    reading: Near

    @cached_property
    def quads(self) -> frozenset[Quad]:
        """Every statement that it holds, with its graph."""
        here = self.reading
        found = here.quads if isinstance(here, OfQuads) else gathered(here, self.topic)
        return found | frozenset(about_itself(self))

    @cached_property
    def world(self) -> Graph:
        """The graph in which the things that it tells of are viewed; nothing in it was only concluded."""
        return self.reading.world()

    @property
    def address(self) -> NamedNode:
        """The address of the document itself."""
        return NamedNode(document_of(self.topic.value))

    @property
    def kind(self) -> str:
        """The kind of thing, such as ``intervention``, ``concept`` or ``scheme``."""
        return kind_of(self.topic.value)

    @property
    def licence(self) -> str:
        """The address of the licence."""
        return licence_of(self).value

    def things(self, kind: str, with_: str) -> list[Thing]:
        """Return the things of a kind that are told in full, in a fixed order.

        They have a property, such as ``rg:relation``: part of a dataset may name what it does not tell of.
        """
        topic = self.topic
        found = {topic, *beside(self.reading, topic, (*self.about(topic), *self.leading_to(topic)))}
        views = [self.world.at(iri) for iri in sorted(each.value for each in found) if kind_of(iri) == kind]
        return [view for view in views if view.values(expand(with_))]

    def about(self, node: Node) -> Sequence[Quad]:
        """Return what is stated of something, in a fixed order."""
        if node not in self._known:
            self._known[node] = sorted(self.reading.about([node]), key=str)
        return self._known[node]

    def leading_to(self, node: Node) -> Sequence[Quad]:
        """Return what has something as value, in a fixed order."""
        if node not in self._leading:
            self._leading[node] = sorted(self.reading.leading_to([node]), key=str)
        return self._leading[node]

    def values(self, node: Node, *names: str) -> list[Term]:
        """Return the values of properties, written with their prefixes, in a fixed order."""
        wanted = [NamedNode(expand(name)) for name in names]
        quads = self._known.get(node) or self.reading.about([node], wanted)
        found = {(wanted.index(q.predicate), q.object) for q in quads if q.predicate in wanted}
        return [value for _, value in sorted(found, key=lambda each: (each[0], str(each[1])))]

    def text(self, node: Node, *names: str) -> str:
        """Return the first value of some properties as text; empty where there is none."""
        return next((each.value for each in self.values(node, *names) if not isinstance(each, Triple)), "")

    def name(self, node: Term) -> str:
        """Return the name of anything for people: the end of its address where it has none."""
        if isinstance(node, NamedNode):
            return self.named(node) or shorten(node.value)
        return node.value if isinstance(node, Literal) else ""

    def named(self, node: NamedNode) -> str:
        """Return the name that something is given; empty where it is given none."""
        if node not in self._names:
            found = self.reading.about([node], NAMES)
            first = min(found, key=lambda quad: (NAMES.index(quad.predicate), str(quad)), default=None)
            self._names[node] = first.object.value if first and isinstance(first.object, Literal) else ""
        return self._names[node]

    @cached_property
    def _known(self) -> dict[Node, Sequence[Quad]]:
        return {}

    @cached_property
    def _leading(self) -> dict[Node, Sequence[Quad]]:
        return {}

    @cached_property
    def _names(self) -> dict[Node, str]:
        return {}

    @property
    def label(self) -> str:
        """The name of the thing."""
        return self.name(self.topic)

    @property
    def is_retired(self) -> bool:
        """Whether the thing is not to be used any more."""
        return any(
            value.value == "true"
            for value in self.values(self.topic, "owl:deprecated")
            if isinstance(value, Literal)
        )

    @property
    def successor(self) -> str:
        """What replaces a thing that is retired."""
        return self.text(self.topic, "dcterms:isReplacedBy")

    @cached_property
    def _triples(self) -> list[Triple]:
        """Each statement once, in a fixed order."""
        return sorted({quad.triple for quad in self.quads}, key=str)

    def written(self, form: Format) -> bytes:
        """Write the statements in a format for graphs."""
        kind = RdfFormat.from_media_type(form.media_type)
        content = serialize(self._triples, format=kind, prefixes=_prefixes(self._triples, form)) or b""
        return compact(content) if form is JSON_LD else content


def describe(reading: Reading, iri: str) -> Document | None:
    """Return the document about a thing; `None` when nothing is known of it."""
    topic = NamedNode(iri)
    near = reading if isinstance(reading, OfDataset) else OfQuads(gathered(reading, topic))
    found = Document(topic, near)
    return found if found.about(topic) or found.leading_to(topic) else None


def describe_graph(reading: Reading, iri: str, name: str) -> Document:
    """Return the document that holds a whole graph: of the ontology, or of the catalogue."""
    whole = completed(reading, set(reading.graph(graph(name))))
    return Document(NamedNode(iri), OfQuads(whole))


def _prefixes(triples: Iterable[Triple], form: Format) -> dict[str, str] | None:
    """Return the prefixes that are used: a reader should not meet ninety that are not."""
    if form.name not in ("turtle", "rdfxml"):
        return None
    used = {
        node.value[: max(node.value.rfind("/"), node.value.rfind("#")) + 1]
        for t in triples
        for node in (t.subject, t.predicate, t.object)
        if isinstance(node, NamedNode)
    }
    return {prefix: base for prefix, base in PREFIXES.items() if base in used}
