"""A moment of a store on disk, for reading: what was committed then, whatever is written meanwhile.

A snapshot is a directory of its own, made by the store; no writer ever touches it. ``strict`` leaves the
default graph what it is. ``union`` makes it the union of all graphs, as in a release; for that the snapshot
is read into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Variable

from resgraph.store import INFERRED, Dataset, EngineAnswer, Graph, Term


def open_snapshot(path: str | Path, default_graph: str = "strict") -> Dataset:
    """Open a snapshot, with the default graph of its own, or with the union of all.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     store = Store(place + "/store")
    ...     store.update("INSERT DATA { GRAPH <a:g> { <a:a> <a:b> <a:c> } }")
    ...     store.backup(place + "/1")
    ...     snapshots = [open_snapshot(place + "/1", kind) for kind in ("strict", "union")]
    ...     print([bool(each.query("ASK { ?s ?p ?o }")) for each in snapshots])
    [False, True]
    """
    disk = Store.read_only(str(path))
    return _Union(disk) if default_graph == "union" else Snapshot(disk)


class _Union(Dataset):
    """A snapshot in memory, with the union of its graphs as default graph."""

    grows = True

    def __init__(self, disk: Store) -> None:
        store = Store()
        store.bulk_extend(disk)
        super().__init__(store)
        self._graphs = _names(disk)


class Snapshot(Dataset):
    """A snapshot on disk, with its own default graph."""

    grows = True

    def __init__(self, disk: Store) -> None:
        self._store = disk
        self._graphs = _names(disk)

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[Graph] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
        substitutions: Mapping[Variable, Term] | None = None,
        inferred: bool = False,
        prefixes: Mapping[str, str] | None = None,
        base: str = "",
    ) -> EngineAnswer:
        """Evaluate a SPARQL query as it is."""
        default: list[Graph] = (
            [DefaultGraph()] if default_graphs is None else [*dict.fromkeys(default_graphs)]
        )
        default += [INFERRED] if inferred and INFERRED not in default else []
        if default_graphs is not None and named_graphs is None:
            named_graphs = ()
        store, graphs = self._store, default
        if len(default) > 1:
            store, graphs = self._merged(default, named_graphs), [DefaultGraph()]
        return store.query(
            text,
            base_iri=base or None,
            prefixes=dict(prefixes) if prefixes else None,
            default_graph=graphs,
            named_graphs=None if named_graphs is None else list(named_graphs),
            substitutions=dict(substitutions) if substitutions else None,
        )

    def quads(self, name: Graph | None = None) -> Iterable[Quad]:
        """Return the quads of one graph, or of all."""
        return self._store.quads_for_pattern(None, None, None, name)

    def __len__(self) -> int:
        """Count the statements of every graph."""
        return len(self._store)

    def _merged(self, default: Sequence[Graph], named: Sequence[NamedNode] | None) -> Store:
        """Return a copy of some graphs in memory, where each statement of the default ones is there once.

        The engine would count a statement once for each graph that has it.
        """
        store = Store()
        for name in default:
            store.extend(Quad(q.subject, q.predicate, q.object) for q in self.quads(name))
        for name in self.graphs if named is None else named:
            store.extend(self.quads(name))
        return store


def _names(store: Store) -> tuple[NamedNode, ...]:
    """Return the names of all graphs, of those without a statement too."""
    names = (name for name in store.named_graphs() if isinstance(name, NamedNode))
    return tuple(sorted(names, key=lambda name: name.value))
