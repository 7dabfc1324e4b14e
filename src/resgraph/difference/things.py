"""Terms and records that came, went, or say something else now; edges; and what a reasoner concludes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pyoxigraph import BlankNode, NamedNode, Quad

from resgraph.difference.sides import Side, graph_name
from resgraph.vocab import ID, LABEL, NS, OWL, RDFS, SCHEME, SKOS, graph, shorten

#: Graphs that follow from the others: what changed in them is counted, not told thing by thing.
COUNTED: Final = (graph("inferred"), graph("catalogue"))
_EVIDENCED: Final = graph("evidenced")
#: The parts of a finding that are things of their own.
_PART: Final = ID + "estimate/"
_TERM_TYPES: Final = (OWL, RDFS)
_CONCEPT_TYPES: Final = (SKOS + "Concept", SKOS + "ConceptScheme")

What = Literal["added", "removed", "changed"]
Subject = NamedNode | BlankNode
#: a value as text, and the graph that has it
_Value = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a thing whose values differ, in short words: what it lost and what it got.

    >>> import pathlib, tempfile
    >>> import resgraph
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (place / "old.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 3 .")
    >>> _ = (place / "new.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 4 .")
    >>> told = resgraph.diff(place / "old.ttl", place / "new.ttl")
    >>> told.changes[0].fields[0]
    Field(property='http://example.org/cups', removed=('3',), added=('4',))
    """

    property: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that came, went, or says something else. `kind` is `term`, `concept`, `finding` and so on.

    >>> import pathlib, tempfile
    >>> import resgraph
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (place / "old.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 3 .")
    >>> _ = (place / "new.ttl").write_text("<http://example.org/tea> <http://example.org/cups> 4 .")
    >>> told = resgraph.diff(place / "old.ttl", place / "new.ttl")
    >>> change = told.changes[0]
    >>> change.what, change.kind, change.field("http://example.org/cups").added
    ('changed', 'other', ('4',))
    """

    what: What
    kind: str
    #: the address; of an axiom without one, the axiom itself
    name: str
    label: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return the change of a property, or None when it did not change."""
        return next((each for each in self.fields if each.property == name), None)


@dataclass(frozen=True, slots=True)
class Edge:
    """A direct link between two things that findings support now and did not before, or no longer."""

    what: What
    subject: str
    property: str
    object: str


def changes(a: Side, b: Side, removed: Iterable[Quad], added: Iterable[Quad]) -> Iterator[Change]:
    """Yield every thing that changed, by kind and name."""
    lost, gained = _by_thing(a, removed), _by_thing(b, added)
    found = []
    for subject in {*lost, *gained}:
        fields = tuple(_fields(a, b, lost.get(subject, ()), gained.get(subject, ())))
        found.append(_change(a, b, subject, fields))
    yield from sorted(found, key=lambda each: (each.kind, each.what, each.name))


def edges(removed: Iterable[Quad], added: Iterable[Quad]) -> Iterator[Edge]:
    """Yield the evidenced edges that came and went."""
    sides: tuple[tuple[What, Iterable[Quad]], ...] = (("removed", removed), ("added", added))
    for what, quads in sides:
        for quad in sorted(filter(is_edge, quads), key=str):
            parts = (quad.subject, quad.predicate, quad.object)
            yield Edge(what, *(part.value for part in parts if isinstance(part, NamedNode)))


def conclusions(removed: Iterable[Quad], added: Iterable[Quad]) -> Mapping[str, tuple[int, int]]:
    """Count the conclusions that came and went, by property: how many came, how many went."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, quads in enumerate((added, removed)):
        for quad in quads:
            if quad.graph_name == COUNTED[0]:
                counts[shorten(quad.predicate.value)][place] += 1
    return {name: (came, went) for name, (came, went) in sorted(counts.items())}


def is_edge(quad: Quad) -> bool:
    """Say whether a statement links two things directly by what findings amount to."""
    return (
        quad.graph_name == _EVIDENCED
        and quad.predicate.value.startswith(NS)
        and isinstance(quad.subject, NamedNode)
        and not quad.subject.value.startswith(ID + "proposition/")
        and isinstance(quad.object, NamedNode)
        and quad.object.value.startswith(ID)
    )


def _by_thing(side: Side, quads: Iterable[Quad]) -> dict[Subject, list[tuple[str, Quad]]]:
    """Sort statements by the thing that they tell of, each with the property as that thing has it."""
    found: dict[Subject, list[tuple[str, Quad]]] = defaultdict(list)
    for quad in quads:
        if quad.graph_name in COUNTED or is_edge(quad):
            continue
        if isinstance(quad.subject, BlankNode):
            if not side.outline.is_part(quad.subject):
                found[quad.subject].append((shorten(quad.predicate.value), quad))
            continue
        assert isinstance(quad.subject, NamedNode)  # noqa: S101 (a subject has a name or is blank)
        owner, way = _owner(side, quad.subject)
        found[owner].append((way + shorten(quad.predicate.value), quad))
    return found


def _owner(side: Side, subject: NamedNode) -> tuple[NamedNode, str]:
    """Return the finding of an estimate, and the way to it; any other thing is told of by itself."""
    if subject.value.startswith(_PART):
        for quad in side.graph.dataset.leading_to(subject):
            if isinstance(quad.subject, NamedNode):
                return quad.subject, f"{shorten(quad.predicate.value)} / "
    return subject, ""


def _fields(
    a: Side, b: Side, lost: Iterable[tuple[str, Quad]], gained: Iterable[tuple[str, Quad]]
) -> Iterator[Field]:
    values: dict[str, tuple[list[_Value], list[_Value]]] = defaultdict(lambda: ([], []))
    for place, side, quads in ((0, a, lost), (1, b, gained)):
        for name, quad in quads:
            values[name][place].append((side.write(quad.object), graph_name(quad)))  # type: ignore[arg-type]
    fields = [Field(name, *_told(*both)) for name, both in values.items()]
    # The build names each thing a second time, for tools that read nothing but rdfs:label.
    own = {(each.removed, each.added) for each in fields if each.property != shorten(LABEL.value)}
    for each in sorted(fields, key=lambda one: one.property):
        if each.property != shorten(LABEL.value) or (each.removed, each.added) not in own:
            yield each


def _told(old: Iterable[_Value], new: Iterable[_Value]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return values as text; of one that only went to another graph, the graphs too."""
    moved = {value for value, _ in old} & {value for value, _ in new}
    before, after = (
        tuple(sorted(f"{value} (in {place})" if value in moved else value for value, place in values))
        for values in (old, new)
    )
    return before, after


def _change(a: Side, b: Side, subject: Subject, fields: tuple[Field, ...]) -> Change:
    if isinstance(subject, BlankNode):
        what: What = "removed" if fields[0].removed else "added"
        side = a if what == "removed" else b
        return Change(what, "term", side.write(subject), "", fields)
    before, after = any(a.graph.dataset.about(subject)), any(b.graph.dataset.about(subject))
    what = "changed" if before and after else "added" if after else "removed"
    side = b if after else a
    return Change(what, _kind(side, subject), subject.value, side.label(subject), fields)


def _kind(side: Side, subject: NamedNode) -> str:
    if subject.value.startswith(ID):
        return subject.value.removeprefix(ID).split("/", 1)[0]
    types = side.types(subject)
    if subject.value.startswith(NS) or any(each.startswith(_TERM_TYPES) for each in types):
        return "term"
    if subject.value.startswith(SCHEME) or any(each in _CONCEPT_TYPES for each in types):
        return "concept"
    return "other"
