"""The graph as Python users import it: ask it, and look things up in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal, NamedNode

from resgraph.errors import ReleaseError, UnknownThingError
from resgraph.release import Manifest, default_path, quads_path, read_manifest
from resgraph.store import Dataset
from resgraph.vocab import ID, KINDS, LABEL, shorten, thing

if TYPE_CHECKING:
    from resgraph.explain import Explainer, Explanation
    from resgraph.paths import Direction, Edge, Named, Only, Paths, Walker
    from resgraph.results import Answer


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of the graph: an immutable view, equal to another of the same address."""

    iri: str
    _graph: Graph

    @property
    def kind(self) -> str:
        """The kind of thing, such as ``intervention``."""
        return self.iri.removeprefix(ID).split("/", 1)[0]

    @property
    def slug(self) -> str:
        """The record id."""
        return self.iri.removeprefix(ID).split("/", 1)[1]

    @property
    def label(self) -> str:
        """The name for people."""
        values = self._graph.values(self.iri, LABEL.value)
        return str(values[0]) if values else self.slug

    def describe(self) -> dict[str, list[str]]:
        """Return what is stated of it: short property names and their values as text."""
        described: dict[str, list[str]] = {}
        for predicate, value in self._graph.statements(self.iri):
            described.setdefault(shorten(predicate), []).append(value)
        return {name: sorted(values) for name, values in sorted(described.items())}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and self.iri == other.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.slug}: {self.label}>"


class Graph:
    """A release opened for asking."""

    def __init__(self, dataset: Dataset, manifest: Manifest | None = None) -> None:
        self.dataset: Final = dataset
        self.manifest: Final[Manifest] = manifest or {}

    def query(self, text: str, /, *, inferred: bool = False, **values: Any) -> Answer:
        """Answer a SPARQL query; `values` bind its variables by name, a list binds to each of its items.

        Common prefixes need not be declared. With `inferred` the reasoner's conclusions join the graph.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> rows = g.query("SELECT ?level { ?factor rg:level ?level }", factor=g.factor("bereavement"))
        >>> rows.to_dicts()
        [{'level': 'https://w3id.org/resgraph/scheme/level/family'}]
        """
        from resgraph.query import run

        return run(self.dataset, text, values=values, inferred=inferred)

    def explain(self, s: object, p: object, o: object, *, limit: int | None = None) -> Explanation:
        """Say why a statement is in the graph: stated where, evidenced by what, or following from what.

        Each of the three is a thing, an address, a name with its prefix such as ``rg:builds``, or a single
        word when one thing only is called so. At most `limit` minimal reasons are given for a conclusion.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> why = g.explain("friends", "aimsToBuild", "factor:coping-skills")
        >>> why.kind, why.node.graphs
        ('asserted', ('graph:intended',))
        """
        return self._explainer.explain(s, p, o, limit)

    @cached_property
    def _explainer(self) -> Explainer:
        from resgraph.explain import Explainer
        from resgraph.query import run
        from resgraph.sources import packaged

        sources = packaged() if self.manifest else None
        return Explainer(lambda text: run(self.dataset, text), sources=sources)

    def thing(self, kind: str, slug: str) -> Thing:
        """Return the thing of a kind with a slug; `UnknownThingError` names the nearest there is."""
        if kind not in KINDS:
            raise UnknownThingError(f"there is no kind {kind!r}", hint="The kinds are " + ", ".join(KINDS))
        iri = thing(kind, slug)
        if not self._has(iri):
            near = get_close_matches(slug, self.slugs(kind), n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else None
            raise UnknownThingError(f"no {kind} is called {slug!r}", hint=hint)
        return Thing(iri.value, self)

    def things(self, kind: str) -> list[Thing]:
        """Return every thing of a kind, by slug."""
        return [Thing(thing(kind, slug).value, self) for slug in self.slugs(kind)]

    def slugs(self, kind: str) -> list[str]:
        """Return the slugs of every thing of a kind, sorted."""
        base = thing(kind, "").value
        found = self.query("SELECT DISTINCT ?s { ?s a ?c FILTER(STRSTARTS(STR(?s), ?base)) }", base=base)
        return sorted(str(iri).removeprefix(base) for iri in found["s"])

    def intervention(self, slug: str) -> Thing:
        """Return an intervention by its slug."""
        return self.thing("intervention", slug)

    def factor(self, slug: str) -> Thing:
        """Return a risk or protective factor by its slug."""
        return self.thing("factor", slug)

    def outcome(self, slug: str) -> Thing:
        """Return an outcome by its slug."""
        return self.thing("outcome", slug)

    def determinant(self, slug: str) -> Thing:
        """Return a determinant by its slug."""
        return self.thing("determinant", slug)

    def population(self, slug: str) -> Thing:
        """Return a population group by its slug."""
        return self.thing("population", slug)

    def source(self, slug: str) -> Thing:
        """Return a source by its slug."""
        return self.thing("source", slug)

    def finding(self, slug: str) -> Thing:
        """Return a finding by its slug."""
        return self.thing("finding", slug)

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property as text, sorted."""
        return sorted(value for name, value in self.statements(subject) if name == predicate)

    def statements(self, subject: str) -> Iterator[tuple[str, str]]:
        """Yield the properties of a thing and their values as text."""
        for quad in self.dataset.about(NamedNode(subject)):
            if isinstance(quad.object, NamedNode | Literal):
                yield quad.predicate.value, quad.object.value

    def _has(self, iri: NamedNode) -> bool:
        return any(True for _ in self.statements(iri.value))

    @cached_property
    def _walker(self) -> Walker:
        from resgraph.paths import Walker

        return Walker(self.dataset, lambda iri: Thing(iri, self))

    def neighbours(self, thing: Named, direction: Direction = "both", only: Only | None = None) -> list[Edge]:
        """Return what a thing is linked to: its edges, each with its evidence.

        A thing may be named by its slug. `only` is `evidenced`, `intended`, `inferred` or `all`; without it
        evidenced and intended edges are meant, as in a plain query.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.neighbours("later-school-start", "out", only="evidenced")[0]
        <intervention:later-school-start builds factor:sleep-quality: moderate>
        """
        return self._walker.neighbours(thing, direction, only)

    def paths(
        self,
        start: Named,
        end: Named,
        max_hops: int = 4,
        *,
        via: Named | Iterable[Named] = (),
        only: Only | None = None,
        directed: bool = True,
        limit: int | None = None,
    ) -> Paths:
        """Find every path between two things that comes to none twice, the shortest first.

        They are found as they are asked for. Each goes through every thing of `via`; `only` is as for
        `neighbours`; without `directed` an edge may be walked against its direction.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> [each.slug for each in g.paths("kiva", g.outcome("depressive-symptoms"))[0].things]
        ['kiva', 'bullying-victimisation', 'depressive-symptoms']
        """
        return self._walker.paths(start, end, max_hops, via=via, only=only, directed=directed, limit=limit)

    def pathways(
        self, intervention: Named, outcome: Named, max_hops: int = 3, only: Only | None = None
    ) -> Paths:
        """Find how an intervention may reach an outcome through factors, the firmest way first.

        A way is as firm as its weakest step: `resgraph.paths.STANDINGS` is the order. That every step has
        evidence does not make the whole way evidence.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.pathways("kiva", "depressive-symptoms")[0].weakest.standing
        'limited'
        """
        return self._walker.pathways(intervention, outcome, max_hops, only)

    def __len__(self) -> int:
        return len(self.dataset)

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind} {number}" for kind, number in self.manifest.get("things", {}).items())
        return f"<Graph of {len(self)} statements{': ' + counts if counts else ''}>"


def load(path: str | Path | None = None) -> Graph:
    """Open the packaged release, or the release in the directory `path`."""
    where = Path(path) if path is not None else default_path()
    manifest = read_manifest(where)
    try:
        return Graph(Dataset.from_nquads(quads_path(where)), manifest)
    except FileNotFoundError:
        raise ReleaseError(f"{where} is incomplete", hint="Build it again: resgraph build") from None


def open_path(path: str | Path, *more: str | Path) -> Graph:
    """Open a release directory, or any RDF files."""
    where = Path(path)
    if where.is_dir() and not more:
        return load(where)
    return Graph(Dataset.from_files([where, *more]))
