"""owlrl, the reference: slow, and written by others. What it writes that says nothing is left out alike.

Nothing else in the package knows it, and it is imported only when it is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version

from pyoxigraph import NamedNode, Triple

from resgraph.errors import InconsistentError
from resgraph.reason.facts import Facts
from resgraph.reason.interned import Terms
from resgraph.reason.schema import expressions
from resgraph.vocab import shorten

_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s,()<>']+")


def close(statements: Iterable[Triple]) -> tuple[list[Triple], dict[str, int], str]:
    """Return what owlrl concludes, how much of that was left out and why, and its name with its version.

    Raises `InconsistentError` with its own words when it finds a contradiction.
    """
    import rdflib
    from owlrl.OWLRL import OWLRL_Semantics

    from resgraph.terms import from_rdflib, to_rdflib

    asserted = set(statements)
    graph = rdflib.Graph()
    for t in asserted:
        graph.add((to_rdflib(t.subject), rdflib.URIRef(t.predicate.value), to_rdflib(t.object)))
    reasoner = OWLRL_Semantics(graph, False, False, False)
    reasoner.closure()
    if reasoner.error_messages:
        raise _contradiction(map(str, reasoner.error_messages))
    kind = _Dullness(asserted)
    dropped: Counter[str] = Counter()
    inferred = []
    for s, p, o in graph:
        if isinstance(s, rdflib.Literal) or not isinstance(p, rdflib.URIRef):
            dropped["literal subject or predicate"] += 1
            continue
        t = Triple(from_rdflib(s), NamedNode(str(p)), from_rdflib(o))  # type: ignore[arg-type]
        if reason := kind.of(t):
            dropped[reason] += 1
        elif t not in asserted:
            inferred.append(t)
    return inferred, dict(sorted(dropped.items())), f"owlrl {version('owlrl')}"


class _Dullness:
    """Why a conclusion says nothing, by the same measure as our own."""

    def __init__(self, asserted: Iterable[Triple]) -> None:
        self._terms = Terms()
        facts = Facts(self._terms)
        for key, group in self._terms.facts(asserted).items():
            facts.put(key, group)
        self._unnamed = expressions(facts)

    def of(self, t: Triple) -> str | None:
        """Return the kind of dullness, or None for a statement that is worth showing."""
        s, o = self._terms.number(t.subject), self._terms.number(t.object)
        if s == o:
            return "reflexive"
        if s in self._unnamed or o in self._unnamed:
            return "about an unnamed class expression"
        if s in self._terms.dull_subjects or o in self._terms.dull_objects:
            return "about the vocabulary of RDF and OWL"
        return None


def _contradiction(messages: Iterable[str]) -> InconsistentError:
    found = sorted(set(messages))
    causes = sorted({iri for message in found for iri in _IRI.findall(message)})
    listed = "\n".join("- " + _IRI.sub(lambda match: shorten(match[0]), message) for message in found)
    return InconsistentError(f"The statements contradict each other:\n{listed}", causes=causes)
