"""A thing of the graph and how its properties are read: light views that hold an address and a graph.

Nothing is copied. What is stated of a thing is looked up when it is first asked for, and kept with the view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar, overload

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from resgraph.results import to_python
from resgraph.vocab import COUNTRY, ID, LABEL, PREFIXES, SCHEME, shorten

Term = NamedNode | BlankNode | Literal | Triple
T = TypeVar("T")


class World(Protocol):
    """What a thing needs of the graph that it belongs to."""

    def about(self, iri: str) -> Iterable[Quad]:
        """Return what is stated of a thing."""

    def pointing(self, iri: str, predicate: str) -> Iterable[Quad]:
        """Return the statements with this property whose value a thing is."""

    def at(self, iri: str) -> Thing:
        """Return the view of a thing."""

    def label(self, iri: str) -> str:
        """Return the name of anything for people; the end of its address where it has none."""


@dataclass(frozen=True, slots=True, order=True)
class Concept:
    """One choice of a closed list, such as the design ``cluster-rct``; its text is its name for people.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> level = g.factor("bereavement").level
    >>> str(level), level.slug, level.iri
    ('family', 'family', 'https://w3id.org/resgraph/scheme/level/family')
    """

    scheme: str
    slug: str
    label: str

    def __str__(self) -> str:
        return self.label

    @property
    def iri(self) -> str:
        """The address."""
        return (COUNTRY if self.scheme == "country" else f"{SCHEME}{self.scheme}/") + self.slug


class Thing:
    """One thing of the graph: an immutable view, equal to another of the same address.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> friends = g.intervention("friends")
    >>> friends.kind, friends.slug, friends.label
    ('intervention', 'friends', 'FRIENDS')
    """

    __slots__ = ("_facts", "_kept", "_world", "iri")

    def __init__(self, iri: str, world: World) -> None:
        self.iri: Final = iri
        self._world: Final = world
        self._facts: Mapping[str, tuple[Term, ...]] | None = None
        #: values that were read, by the property that read them
        self._kept: dict[_Property[Any], Any] = {}

    @property
    def kind(self) -> str:
        """The kind of thing, such as ``intervention``."""
        return self.iri.removeprefix(ID).split("/", 1)[0]

    @property
    def slug(self) -> str:
        """The record id."""
        return self.iri.removeprefix(ID).split("/", 1)[-1]

    @property
    def label(self) -> str:
        """The name for people."""
        names = self.values(LABEL.value)
        return str(to_python(names[0])) if names else self.slug

    def values(self, predicate: str) -> tuple[Term, ...]:
        """Return the values of a property, by its address, in a fixed order.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.factor("bereavement").values("https://w3id.org/resgraph/ns#level")
        (<NamedNode value=https://w3id.org/resgraph/scheme/level/family>,)
        """
        if self._facts is None:
            found: dict[str, list[Term]] = defaultdict(list)
            for quad in self._world.about(self.iri):
                found[quad.predicate.value].append(quad.object)
            self._facts = {name: _in_order(terms) for name, terms in sorted(found.items())}
        return self._facts.get(predicate, ())

    @property
    def lacks(self) -> tuple[str, ...]:
        """The properties that every thing of its kind has, and that are not said of this one.

        In a release there are none; in files that are only a part of one there can be.

        >>> import resgraph
        >>> resgraph.load().factor("bereavement").lacks
        ()
        """
        sure = (one for kind in type(self).__mro__ for one in vars(kind).values() if isinstance(one, Sure))
        return tuple(sorted(each.name for each in sure if not self.values(each.predicate)))

    def describe(self) -> dict[str, list[str]]:
        """Return what is stated of it: short property names and their values as text.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.factor("bereavement").describe()["rg:level"]
        ['https://w3id.org/resgraph/scheme/level/family']
        """
        self.values(LABEL.value)
        return {shorten(name): [_text(term) for term in terms] for name, terms in (self._facts or {}).items()}

    def to_dict(self) -> dict[str, Any]:
        """Return its properties that are known, as JSON can hold them; other things by their slug.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> found = g.outcome("anxiety").to_dict()
        >>> found["kind"], found["label"], found["valence"]
        ('outcome', 'Anxiety', 'undesirable')
        """
        known: dict[str, Any] = {"kind": self.kind, "slug": self.slug, "iri": self.iri, "label": self.label}
        for name in properties(type(self)):
            value = getattr(self, name, None)
            if value not in (None, ()):
                known[name] = [_plain(each) for each in value] if isinstance(value, tuple) else _plain(value)
        return known

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and self.iri == other.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    def __lt__(self, other: Thing) -> bool:
        return self.iri < other.iri

    def __repr__(self) -> str:
        return f"<{self.kind} {self.slug}: {self.label}>"

    def _repr_html_(self) -> str:
        from resgraph.things.card import card

        return card(self)


def _in_order(terms: list[Term]) -> tuple[Term, ...]:
    """Return values in a fixed order, each once; most properties have just one."""
    return tuple(sorted(set(terms), key=str)) if len(terms) > 1 else tuple(terms)


Read = Callable[[World, Term], Any]


class _Property(Generic[T]):
    """A property of a kind of thing: which statement it is read from, and as what."""

    def __init__(self, name: str, read: Read) -> None:
        prefix, _, local = name.partition(":")
        self.predicate: Final = PREFIXES[prefix] + local
        self.name: Final = name
        self._read: Final = read

    def _value(self, thing: Thing) -> Any:
        """Read the value of a thing; read once, as a release does not change."""
        raise NotImplementedError

    def _of(self, thing: Thing) -> Any:
        kept = thing._kept
        if self not in kept:
            kept[self] = self._value(thing)
        return kept[self]

    def _all(self, thing: Thing) -> tuple[T, ...]:
        return tuple(self._read(thing._world, term) for term in thing.values(self.predicate))


class One(_Property[T]):
    """A property with one value; None where it is not known."""

    @overload
    def __get__(self, thing: None, owner: type) -> One[T]: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> T | None: ...
    def __get__(self, thing: Thing | None, owner: type) -> One[T] | T | None:
        return self if thing is None else self._of(thing)

    def _value(self, thing: Thing) -> T | None:
        found = self._all(thing)
        return found[0] if found else None


class Sure(_Property[T]):
    """A property that every thing of the kind has."""

    @overload
    def __get__(self, thing: None, owner: type) -> Sure[T]: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> T: ...
    def __get__(self, thing: Thing | None, owner: type) -> Sure[T] | T:
        return self if thing is None else self._of(thing)

    def _value(self, thing: Thing) -> T:
        found = self._all(thing)
        if not found:
            raise AttributeError(f"the graph does not say {self.name} of {thing.iri}")
        return found[0]


class Many(_Property[T]):
    """A property with any number of values, in a fixed order; empty where none is known."""

    @overload
    def __get__(self, thing: None, owner: type) -> Many[T]: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> tuple[T, ...]: ...
    def __get__(self, thing: Thing | None, owner: type) -> Many[T] | tuple[T, ...]:
        return self if thing is None else self._of(thing)

    def _value(self, thing: Thing) -> tuple[T, ...]:
        return self._all(thing)


class Flag(_Property[bool]):
    """Something that is said of a thing, or is not."""

    @overload
    def __get__(self, thing: None, owner: type) -> Flag: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> bool: ...
    def __get__(self, thing: Thing | None, owner: type) -> Flag | bool:
        return self if thing is None else self._of(thing)

    def _value(self, thing: Thing) -> bool:
        return any(self._all(thing))


class Back(_Property[T]):
    """The things that name this one in a property, in a fixed order."""

    @overload
    def __get__(self, thing: None, owner: type) -> Back[T]: ...
    @overload
    def __get__(self, thing: Thing, owner: type) -> tuple[T, ...]: ...
    def __get__(self, thing: Thing | None, owner: type) -> Back[T] | tuple[T, ...]:
        return self if thing is None else self._of(thing)

    def _value(self, thing: Thing) -> tuple[T, ...]:
        found = {quad.subject for quad in thing._world.pointing(thing.iri, self.predicate)}
        return tuple(self._read(thing._world, subject) for subject in sorted(found, key=str))


def properties(kind: type[Thing]) -> dict[str, _Property[Any]]:
    """Return the properties of a kind of thing that its own statements give, by name.

    >>> from resgraph.things import Outcome
    >>> sorted(properties(Outcome))
    ['close_match', 'definition', 'domain', 'exact_match', 'life_stage', 'valence']
    """
    found = {name: value for each in reversed(kind.__mro__) for name, value in vars(each).items()}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, _Property) and not isinstance(value, Back)
    }


# How a value is read.


def plain(_: World, term: Term) -> Any:
    """Read text, a number, a truth or a year, as the datatype says."""
    return to_python(term)


def string(_: World, term: Term) -> str:
    """Read the characters as they are: a date that may be a month or a day, an address."""
    return _text(term)


def concept(world: World, term: Term) -> Concept:
    """Read a choice of a closed list."""
    iri = _text(term)
    if iri.startswith(COUNTRY):
        scheme, slug = "country", iri.removeprefix(COUNTRY)
    else:
        scheme, _, slug = iri.removeprefix(SCHEME).partition("/")
    return Concept(scheme, slug, world.label(iri))


def thing(world: World, term: Term) -> Thing:
    """Read another thing."""
    return world.at(_text(term))


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _plain(value: Any) -> Any:
    return value.slug if isinstance(value, Thing | Concept) else value
