"""What an explanation is drawn from: a graph that is asked, and a reasoner over what has consequences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from resgraph.blank import Outline
from resgraph.errors import TooLargeError
from resgraph.explain.places import Places
from resgraph.explain.rules import phrase
from resgraph.meaning import GRAPHS as REASONED
from resgraph.meaning import KINDS as MEANT
from resgraph.meaning import meaning
from resgraph.names import QUERY, Names
from resgraph.reason import Reasoner
from resgraph.results import Answer
from resgraph.settings import Settings
from resgraph.store import Term
from resgraph.vocab import ID, graph, shorten

#: Answers a query over the graph; what a reasoner concluded is only seen by its name, ``graph:inferred``.
Ask = Callable[[str], Answer]
Row = tuple[Term | None, ...]

_LABELS: Final = "skos:prefLabel|rdfs:label|dcterms:title"


class Knowledge:
    """One graph, asked through one function; what a reasoner needs of it is read when first needed."""

    def __init__(self, ask: Ask, settings: Settings, places: Places) -> None:
        self._ask = ask
        self._labels: dict[NamedNode, str] = {}
        self.settings = settings
        self.places = places

    def rows(self, query: str) -> list[Row]:
        """Return the rows of an answer."""
        return list(self._ask(query).terms)

    def holds(self, pattern: str) -> bool:
        """Say whether a pattern is found."""
        return bool(self._ask(f"ASK {{ {pattern} }}"))

    @cached_property
    def is_release(self) -> bool:
        """Whether it has the graphs of a release; else all of it is reasoned over."""
        return self.holds(f"GRAPH {graph('terms')} {{ ?s ?p ?o }}")

    @cached_property
    def statements(self) -> frozenset[Triple]:
        """What is reasoned over."""
        if self.is_release:
            return frozenset(meaning({name: self._graph(name) for name in REASONED}))
        self._refuse_size()
        return frozenset(_triples(self.rows("SELECT ?s ?p ?o { ?s ?p ?o }")))

    @cached_property
    def reasoner(self) -> Reasoner:
        """A reasoner that has concluded what follows."""
        return Reasoner(self.statements)

    @cached_property
    def outline(self) -> Outline:
        """Writes the unnamed parts of axioms."""
        return Outline(self.statements)

    def names(self) -> Names:
        """Return the names of the project that the data have."""
        return Names(str(name) for (name,) in map(_values, self.rows(QUERY)))

    def graphs_of(self, t: Triple) -> list[str]:
        """Return the named graphs that have a statement, the inferred one left out."""
        if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode):
            return [graph("terms").value] if self.is_release else []
        found = self.rows(f"SELECT ?g {{ GRAPH ?g {{ {t.subject} {t.predicate} {t.object} }} }}")
        names = sorted(str(name) for (name,) in map(_values, found))
        return [name for name in names if name != graph("inferred").value]

    def learn(self, nodes: Iterable[object]) -> None:
        """Ask for the labels of things, all at once."""
        wanted = {node for node in nodes if isinstance(node, NamedNode)} - set(self._labels)
        if wanted:
            values = " ".join(map(str, sorted(wanted, key=str)))
            query = f"SELECT ?x ?label {{ VALUES ?x {{ {values} }} ?x {_LABELS} ?label }} ORDER BY ?x ?label"
            for node, label in self.rows(query):
                if isinstance(node, NamedNode) and isinstance(label, Literal):
                    self._labels.setdefault(node, label.value)
            for node in wanted:
                self._labels.setdefault(node, "")

    def label(self, node: object) -> str:
        """Return words for a node: its label, else its short name, its characters, or what is said of it."""
        if isinstance(node, NamedNode):
            self.learn([node])
            return self._labels.get(node) or shorten(node.value)
        if isinstance(node, Literal):
            return f"“{node.value}”"
        return phrase(node, self.outline, self.label) if isinstance(node, BlankNode) else str(node)

    def _graph(self, name: str) -> list[Triple]:
        """Return the statements of a graph that may have consequences."""
        only = ""
        if name in ("evidence", "evidenced"):
            only = f'FILTER(REGEX(STR(?s), "^{ID}({"|".join(MEANT)})/"))'
        return list(_triples(self.rows(f"SELECT ?s ?p ?o {{ GRAPH {graph(name)} {{ ?s ?p ?o }} {only} }}")))

    def _refuse_size(self) -> None:
        most = self.settings.explain_statements
        ((size,),) = self.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        if isinstance(size, Literal) and int(size.value) > most:
            raise TooLargeError(
                f"there are {int(size.value):,} statements, and at most {most:,} are reasoned over here",
                hint="explain a smaller file with `resgraph explain`, or raise RESGRAPH_EXPLAIN_STATEMENTS",
            )


def _triples(rows: Iterable[Row]) -> Iterable[Triple]:
    return (Triple(*row) for row in rows)  # type: ignore[arg-type]


def _values(row: Row) -> tuple[str | None, ...]:
    return tuple(getattr(each, "value", None) for each in row)
