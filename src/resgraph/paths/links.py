"""What is linked to what: the edges between things, of three kinds, held for quick walking.

An edge is between two things, in one direction. It may be stated in several graphs and by several
properties at once (a programme aims to reduce bullying, and was found to): those are one edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal

from pyoxigraph import NamedNode

from resgraph.errors import UnknownThingError, UsageError
from resgraph.store import Dataset
from resgraph.vocab import PREFIXES, graph, shorten, slug, term

Kind = Literal["evidenced", "intended", "inferred"]
Only = Literal["evidenced", "intended", "inferred", "all"]

#: The kinds of edges, which are also the names of their graphs.
KINDS: Final[tuple[Kind, ...]] = ("evidenced", "intended", "inferred")

_AFFECTS: Final = ("affects", "increases", "decreases", "improves", "worsens")
#: The properties that make an edge, by kind: those of the ontology that link two things, with what was
#: found, what is meant, and what follows. `oppositeOf` is none: it leads nowhere.
LINKS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        "evidenced": (
            *("builds", "reduces", "aggravates", "undermines"),
            *("raisesRiskOf", "protectsAgainst", "promotes", "impairs", "shapes"),
            *("buffers", "amplifies", "facesMore", "hasLess"),
            *_AFFECTS,
        ),
        "intended": ("aimsToBuild", "aimsToReduce", "expectedToInfluence"),
        "inferred": (
            *("plausiblyProtectsAgainst", "plausiblyPromotes", "plausiblyBuffers", "plausiblyReaches"),
            *("plausiblyAffects", "intendedToAffect"),
            *_AFFECTS,
        ),
    }
)
#: Each property in each graph is one bit of an edge.
_LABELS: Final = tuple((kind, name) for kind in KINDS for name in LINKS[kind])
_BITS: Final = {label: 1 << place for place, label in enumerate(_LABELS)}
_WIDTH: Final = 32

Lists = list[list[int]]


class Links:
    """The edges of a dataset: each thing is a number, each edge the numbers of its ends and its bits.

    >>> from pyoxigraph import Quad
    >>> from resgraph.vocab import thing
    >>> kiva, bullying = thing("intervention", "kiva"), thing("factor", "bullying")
    >>> links = Links(Dataset.from_quads([
    ...     Quad(kiva, term("reduces"), bullying, graph("evidenced")),
    ...     Quad(kiva, term("aimsToReduce"), bullying, graph("intended")),
    ... ]))
    >>> len(links), links.find("kiva") == links.find(kiva.value)
    (1, True)
    >>> links.labels(0, 1)
    {'evidenced': ('reduces',), 'intended': ('aimsToReduce',), 'inferred': ()}
    """

    def __init__(self, dataset: Dataset) -> None:
        ids: dict[str, int] = {}
        found: dict[int, int] = defaultdict(int)
        for subject, object_, bit in _stated(dataset):
            start = ids.setdefault(subject, len(ids))
            found[start << _WIDTH | ids.setdefault(object_, len(ids))] |= bit
        self.names: Final = list(ids)
        self._ids: Final = ids
        self._bits: Final = dict(found)
        self._walks: dict[tuple[int, bool], tuple[Lists, Lists]] = {}
        #: the properties of all edges that have the same bits; there are few that differ
        self._labels: dict[int, dict[Kind, tuple[str, ...]]] = {}

    def __len__(self) -> int:
        return len(self._bits)

    def find(self, name: str) -> int | None:
        """Return the number of a thing: by its address, its short name, or a slug that only one has.

        None stands for an address that has no edge; `UnknownThingError` says that no thing with an edge has
        this slug.
        """
        if ":" in name:
            return self._ids.get(address(name))
        fits = [each for each in self._ids if slug(each) == name]
        if len(fits) == 1:
            return self._ids[fits[0]]
        if fits:
            known = " or ".join(sorted(map(shorten, fits)))
            raise UnknownThingError(f"several things are called {name!r}", hint=f"say which: {known}")
        near = get_close_matches(name, map(slug, self._ids), n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(dict.fromkeys(near))}?" if near else None
        raise UnknownThingError(f"nothing that is linked is called {name!r}", hint=hint)

    def labels(self, subject: int, object_: int) -> dict[Kind, tuple[str, ...]]:
        """Return the properties of an edge, by kind; all are empty where there is none."""
        bits = self._bits.get(subject << _WIDTH | object_, 0)
        if bits not in self._labels:
            self._labels[bits] = {
                kind: tuple(name for name in LINKS[kind] if bits & _BITS[kind, name]) for kind in KINDS
            }
        return self._labels[bits]

    def has(self, subject: int, object_: int, only: Only | None) -> bool:
        """Say whether there is an edge of the kind that is asked for."""
        return bool(self._bits.get(subject << _WIDTH | object_, 0) & _wanted(only))

    def walk(self, only: Only | None, directed: bool = True) -> tuple[Lists, Lists]:
        """Return where the edges of a kind lead from each thing, and from where they come, by address.

        Without a kind: evidenced and intended edges, which is what a plain query sees.
        """
        key = (_wanted(only), directed)
        if key not in self._walks:
            out, into = self._lists(key[0])
            if not directed:
                out = into = [list({*a, *b}) for a, b in zip(out, into, strict=True)]
            rank = self._rank()
            for each in (*out, *into):
                each.sort(key=rank.__getitem__)
            self._walks[key] = (out, into)
        return self._walks[key]

    def edges(self, only: Only | None = "all") -> Iterator[tuple[int, int]]:
        """Yield the ends of every edge of a kind."""
        wanted, low = _wanted(only), (1 << _WIDTH) - 1
        return ((pair >> _WIDTH, pair & low) for pair, bits in self._bits.items() if bits & wanted)

    def _lists(self, wanted: int) -> tuple[Lists, Lists]:
        numbers, low = range(len(self.names)), (1 << _WIDTH) - 1
        out: Lists = [[] for _ in numbers]
        into: Lists = [[] for _ in numbers]
        for pair, bits in self._bits.items():
            if bits & wanted:
                subject, object_ = numbers[pair >> _WIDTH], numbers[pair & low]
                out[subject].append(object_)
                into[object_].append(subject)
        return out, into

    def _rank(self) -> list[int]:
        rank = [0] * len(self.names)
        for place, number in enumerate(sorted(range(len(rank)), key=self.names.__getitem__)):
            rank[number] = place
        return rank


def address(name: str) -> str:
    """Return a short name in full.

    >>> address("factor:bereavement")
    'https://w3id.org/resgraph/id/factor/bereavement'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def _wanted(only: Only | None) -> int:
    kinds: Iterable[str] = ("evidenced", "intended") if only is None else (only,)
    if only == "all":
        kinds = KINDS
    elif only is not None and only not in KINDS:
        raise UsageError(f"there are no edges of the kind {only!r}", hint=f"kinds: {', '.join(KINDS)}, all")
    return sum(bit for (kind, _), bit in _BITS.items() if kind in kinds)


def _stated(dataset: Dataset) -> Iterator[tuple[str, str, int]]:
    """Yield the statements that are edges, with the bit of each."""
    for kind in KINDS:
        known = {term(name): _BITS[kind, name] for name in LINKS[kind]}
        listed = " ".join(map(str, known))
        text = f"SELECT ?p ?s ?o {{ GRAPH {graph(kind)} {{ ?s ?p ?o }} VALUES ?p {{ {listed} }} }}"
        for predicate, subject, object_ in dataset.rows(text):
            ends = isinstance(subject, NamedNode) and isinstance(object_, NamedNode)
            if ends and isinstance(predicate, NamedNode):
                yield subject.value, object_.value, known[predicate]


__all__ = ["KINDS", "LINKS", "Kind", "Links", "Only", "address"]
