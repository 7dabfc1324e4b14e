"""A moment of a store on disk, for reading: what was committed then, whatever is written meanwhile.

A snapshot is a directory of its own, made by the store; no writer ever touches it. ``strict`` leaves the
default graph what it is. ``union`` makes it the union of all graphs, as in a release; for that the snapshot
is read into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from resgraph.store import Dataset, EngineAnswer, Graph, Scope, evaluate


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

    def _evaluate(self, text: str, scope: Scope) -> EngineAnswer:
        default: list[Graph] = [*dict.fromkeys(self._plain if scope.default is None else scope.default)]
        store = self._store
        if len(default) > 1:
            store, default = self._merged(default, scope.named), [DefaultGraph()]
        return evaluate(store, text, scope._replace(default=default))

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
