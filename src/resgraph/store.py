"""The one seam to the engine: an in-memory Oxigraph that holds a release.

Every quad is held twice: in its named graph, and, unless it was inferred, in the default graph. So a plain
query sees everything that was asserted, once, at full speed; ``GRAPH`` still tells where it was said; and
what a reasoner concluded joins only when it is asked for.

No other room calls the engine to load or to evaluate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from resgraph.errors import InputError, Problem, UsageError
from resgraph.vocab import graph

Term = NamedNode | BlankNode | Literal | Triple
Graph = NamedNode | BlankNode | DefaultGraph
EngineAnswer = QuerySolutions | QueryBoolean | QueryTriples

INFERRED: Final = graph("inferred")

#: Lets named graphs be seen by plain queries; done by the engine itself it takes half as long as from here.
_JOIN: Final = f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {INFERRED}) }}"
#: The same for one graph that has a name: one after the other, a few take a tenth less than all at once.
_JOIN_ONE: Final = "INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH {} {{ ?s ?p ?o }} }}"
_FEW: Final = 20
_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"

#: Where the merge of several overlapping graphs is kept; never offered to a query by name.
_MERGE: Final = "urn:resgraph:merge:"


class Scope(NamedTuple):
    """What a query is put to, and what completes its names. Graphs that are `None` are those of the query."""

    default: Sequence[Graph] | None = None
    named: Sequence[NamedNode] | None = None
    prefixes: Mapping[str, str] | None = None
    base: str = ""


class Dataset:
    """Named graphs, and the union of the asserted ones as default graph.

    >>> a, b = NamedNode("http://example.org/a"), NamedNode("http://example.org/b")
    >>> said = Quad(a, b, Literal("said"), graph("evidence"))
    >>> concluded = Quad(a, b, Literal("concluded"), graph("inferred"))
    >>> data = Dataset.from_quads([said, concluded])
    >>> len(data), [name.value.rsplit("/", 1)[1] for name in data.graphs]
    (2, ['evidence', 'inferred'])
    >>> [row["o"].value for row in data.query("SELECT ?o { ?s ?p ?o }")]
    ['said']
    >>> sorted(row["o"].value for row in data.query("SELECT ?o { ?s ?p ?o }", inferred=True))
    ['concluded', 'said']
    """

    #: Whether graphs come to be by being written to: one that is not here is then empty, not an error.
    grows: bool = False
    #: What a plain query sees.
    _plain: Sequence[Graph] = (DefaultGraph(),)

    def __init__(self, store: Store | None = None) -> None:
        """Hold what a store was loaded with. The store belongs to the dataset from then on."""
        self._store = Store() if store is None else store
        self._own_default = list(self._store.quads_for_pattern(None, None, None, DefaultGraph()))
        self._own = frozenset(self._own_default)
        #: the graphs as they were loaded: merges that come later are not among them
        self._parts: dict[Graph, None] = dict.fromkeys([DefaultGraph(), *self._store.named_graphs()])
        self._store.update(self._joining())
        names = (name for name in self._parts if isinstance(name, NamedNode) and self._has_any(name))
        self._graphs = tuple(sorted(names, key=lambda name: name.value))
        self._unions: dict[frozenset[Graph], list[Graph]] = {}
        #: whether the store has graphs that are nobody's business
        self._hides = len(self._graphs) < len(self._parts) - 1

    def _joining(self) -> str:
        """Return the update that lets the default graph have what the asserted graphs have."""
        names = [name for name in self._parts if name not in (DefaultGraph(), INFERRED)]
        if len(names) > _FEW or not all(isinstance(name, NamedNode) for name in names):
            return _JOIN
        return ";".join(map(_JOIN_ONE.format, names))

    @property
    def graphs(self) -> tuple[NamedNode, ...]:
        """The names of its graphs, in a fixed order."""
        return self._graphs

    @classmethod
    def from_quads(cls, quads: Iterable[Quad]) -> Dataset:
        """Hold some quads."""
        store = Store()
        store.extend(quads)
        return cls(store)

    @classmethod
    def from_nquads(cls, source: bytes | str | Path, *, ours: bool = False) -> Dataset:
        """Hold a dataset written as N-Quads: its bytes, or the file that has them.

        What is `ours`, such as a release, was written by an engine that had checked its addresses, so they
        are not checked again.
        """
        store = Store()
        _load(store, source if isinstance(source, bytes) else Path(source), RdfFormat.N_QUADS, ours)
        return cls(store)

    @classmethod
    def from_files(cls, paths: Iterable[str | Path]) -> Dataset:
        """Hold the content of RDF files of any format; the ending of a name says which.

        A file without graph names goes to the default graph. Two files never share a blank node.
        """
        store = Store()
        for path in map(Path, paths):
            _load(store, path, _format_of(path))
        return cls(store)

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[Graph] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        inferred: bool = False,
        prefixes: Mapping[str, str] | None = None,
        base: str = "",
    ) -> EngineAnswer:
        """Evaluate a SPARQL query as it is; ``resgraph.query`` is the room that checks it first.

        Graphs that are given replace those of a ``FROM``; `inferred` adds the inferred graph to them, or
        to what a plain query sees. What comes back belongs to the thread that asked for it.
        """
        if inferred:
            default_graphs = [*(self._plain if default_graphs is None else default_graphs), INFERRED]
        return self._evaluate(text, Scope(default_graphs, named_graphs, prefixes, base))

    def rows(self, text: str, *, prefixes: Mapping[str, str] | None = None) -> QuerySolutions:
        """Return the rows of a SELECT that is put to what a plain query sees.

        >>> [len(row) for row in Dataset().rows("SELECT ?a ?b {}")]
        [2]
        """
        return solutions(self.query(text, prefixes=prefixes))

    def quads(self, name: Graph | None = None) -> Iterable[Quad]:
        """Return the quads of one graph, or of the whole dataset as it was loaded."""
        if name is not None:
            return self._store.quads_for_pattern(None, None, None, name)
        return (quad for name in self._parts for quad in self._loaded(name))

    def about(self, subject: NamedNode) -> Iterable[Quad]:
        """Return what the default graph states of a thing."""
        return self._store.quads_for_pattern(subject, None, None, DefaultGraph())

    def stated(
        self, subject: NamedNode | BlankNode | None, predicate: NamedNode | None, value: Term | None
    ) -> Iterable[Quad]:
        """Return the statements that fit, each with the graphs in which it stands, as they were loaded.

        >>> a, g = NamedNode("http://example.org/a"), graph("evidence")
        >>> [quad.graph_name == g for quad in Dataset.from_quads([Quad(a, a, a, g)]).stated(a, None, None)]
        [True]
        """
        found = self._store.quads_for_pattern(subject, predicate, value, None)
        parts, own = self._parts, self._own
        # In the default graph, what was loaded elsewhere stands again.
        return [
            quad
            for quad in found
            if (name := quad.graph_name) in parts and (not isinstance(name, DefaultGraph) or quad in own)
        ]

    def leading_to(self, value: NamedNode) -> Iterable[Quad]:
        """Return what the default graph states with a thing as value."""
        return self._store.quads_for_pattern(None, None, value, DefaultGraph())

    def pointing(self, value: NamedNode, predicate: NamedNode) -> Iterable[Quad]:
        """Return the statements of the default graph with this property and value."""
        return self._store.quads_for_pattern(None, predicate, value, DefaultGraph())

    def to_nquads(self) -> bytes:
        r"""Write the dataset as N-Quads, as it was loaded.

        >>> node = NamedNode("http://example.org/a")
        >>> Dataset.from_quads([Quad(node, node, node)]).to_nquads()
        b'<http://example.org/a> <http://example.org/a> <http://example.org/a> .\n'
        """
        return serialize(self.quads(), format=RdfFormat.N_QUADS) or b""

    def has_graph(self, name: Graph) -> bool:
        """Say whether there is such a graph.

        >>> Dataset().has_graph(INFERRED)
        False
        """
        return isinstance(name, DefaultGraph) or name in self.graphs

    def __len__(self) -> int:
        """Count the statements as they were loaded: those of every graph."""
        return sum(self._sizes.values())

    def _evaluate(self, text: str, scope: Scope) -> EngineAnswer:
        default = scope.default
        if default is not None and len(default) > 1:
            default = self._union(frozenset(default))
        return evaluate(self._store, text, scope._replace(default=default, named=self._named(scope.named)))

    @cached_property
    def _sizes(self) -> dict[Graph, int]:
        """How many statements each graph was loaded with: counted when somebody asks."""
        found = _count(self._store)
        sizes = {name: found.get(name, 0) for name in self._parts}
        return sizes | {DefaultGraph(): len(self._own_default)}

    def _has_any(self, name: Graph) -> bool:
        return any(True for _ in self._store.quads_for_pattern(None, None, None, name))

    def _loaded(self, name: Graph) -> Iterable[Quad]:
        if isinstance(name, DefaultGraph):
            return self._own_default
        return self._store.quads_for_pattern(None, None, None, name)

    def _union(self, names: frozenset[Graph]) -> list[Graph]:
        """Return graphs that together hold every statement of some graphs exactly once.

        The engine would count a statement once for each graph that has it. So graphs that overlap are
        merged into one, when they are first asked for together.
        """
        if names not in self._unions:
            overlap = any(self._share(one, other) for one, other in combinations(names, 2))
            self._unions[names] = [self._merge(names)] if overlap else list(names)
        return self._unions[names]

    def _named(self, wanted: Sequence[NamedNode] | None) -> Sequence[NamedNode] | None:
        """Return the graphs that ``GRAPH`` may name; none stands for every graph that the store has."""
        return self.graphs if wanted is None and self._hides else wanted

    def _share(self, one: Graph, other: Graph) -> bool:
        small, large = sorted((one, other), key=lambda name: self._sizes.get(name, 0))
        quads = self._store.quads_for_pattern(None, None, None, small)
        return any(Quad(q.subject, q.predicate, q.object, large) in self._store for q in quads)

    def _merge(self, names: Iterable[Graph]) -> NamedNode:
        merge = NamedNode(f"{_MERGE}{len(self._unions)}")
        self._hides = True
        for name in names:
            quads = self._store.quads_for_pattern(None, None, None, name)
            self._store.extend([Quad(q.subject, q.predicate, q.object, merge) for q in quads])
        return merge


def evaluate(store: Store, text: str, scope: Scope) -> EngineAnswer:
    """Put a query to a store, with its scope as the engine takes it."""
    return store.query(
        text,
        base_iri=scope.base or None,
        prefixes=dict(scope.prefixes) if scope.prefixes else None,
        default_graph=None if scope.default is None else list(scope.default),
        named_graphs=None if scope.named is None else list(scope.named),
    )


def solutions(answer: EngineAnswer) -> QuerySolutions:
    """Return an answer that has rows; `UsageError` where it has none.

    >>> solutions(Dataset().query("ASK {}"))
    Traceback (most recent call last):
        ...
    resgraph.errors.UsageError: this answer has no rows: only SELECT has any
    """
    if not isinstance(answer, QuerySolutions):
        raise UsageError("this answer has no rows: only SELECT has any")
    return answer


def _format_of(path: Path) -> RdfFormat:
    kind = RdfFormat.from_extension(path.suffix.lstrip("."))
    if kind is None:
        known = ".ttl .nt .nq .trig .rdf .jsonld"
        raise InputError(f"`{path.name}` is no RDF file", where=str(path), hint=f"known endings: {known}")
    return kind


def _count(store: Store) -> dict[Graph, int]:
    """Count the statements of each named graph that has any."""
    return {row["g"]: int(row["n"].value) for row in solutions(store.query(_COUNT))}


def _load(store: Store, source: Path | bytes, kind: RdfFormat, ours: bool = False) -> None:
    """Load a file into a store, or say what is wrong with it and in which line."""
    name, base = ("data", None) if isinstance(source, bytes) else (source.name, source.resolve().as_uri())
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
        store.load(content, kind, base_iri=base, lenient=ours)
    except SyntaxError as error:
        problem = Problem(str(error.msg), file=name, line=error.lineno)
        raise InputError(f"`{name}` is not {kind.name}", problems=[problem]) from None
    except OSError as error:
        raise InputError(f"cannot read `{source!s}`: {error.strerror or error}") from None
