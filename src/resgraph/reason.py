"""What follows from what is stated: the OWL 2 RL closure, cleaned, and contradictions explained.

owlrl is the reference and lives only here. It writes statements that RDF forbids or that say nothing;
they are counted by kind and left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import rdflib
from owlrl.OWLRL import OWLRL_Semantics
from pyoxigraph import NamedNode, Triple

from resgraph.errors import InconsistentError
from resgraph.terms import from_rdflib, to_rdflib
from resgraph.vocab import NS, OWL, RDF, RDFS, SKOS, TYPE, XSD, shorten

_VOCABULARIES: Final = (RDF, RDFS, OWL, XSD)
#: statements of an ontology that no OWL 2 RL rule reads
_ANNOTATIONS: Final = (SKOS, "http://purl.org/", RDFS + "isDefinedBy", RDFS + "seeAlso", OWL + "version")
#: a made-up member of each class shows whether the class can have one
_PROBE: Final = "urn:resgraph:any:"
_IRI: Final = re.compile(r"(?:urn:resgraph:any:)?https?://[^\s,()]+")


@dataclass(frozen=True, slots=True)
class Closure:
    """What was concluded, and how much was left out and why."""

    inferred: tuple[Triple, ...]
    dropped: dict[str, int]
    reasoner: str


def close(statements: Iterable[Triple]) -> Closure:
    """Return what OWL 2 RL concludes beyond `statements`; raise `InconsistentError` on a contradiction.

    >>> from resgraph.vocab import term, thing
    >>> sub = NamedNode(RDFS + "subPropertyOf")
    >>> edge = Triple(thing("factor", "resilience"), term("protectsAgainst"), thing("outcome", "anxiety"))
    >>> closure = close([edge, Triple(term("protectsAgainst"), sub, term("decreases"))])
    >>> [shorten(t.predicate.value) for t in closure.inferred if t.subject == edge.subject]
    ['rg:decreases']
    """
    asserted = {t for t in statements if not t.predicate.value.startswith(_ANNOTATIONS)}
    graph = rdflib.Graph()
    for t in asserted:
        graph.add((to_rdflib(t.subject), rdflib.URIRef(t.predicate.value), to_rdflib(t.object)))
    reasoner = OWLRL_Semantics(graph, False, False, False)
    reasoner.closure()
    if reasoner.error_messages:
        raise _contradiction(reasoner.error_messages)
    return _cleaned(graph, asserted)


def check_satisfiable(ontology: Iterable[Triple]) -> None:
    """Raise `InconsistentError` when the axioms leave some class of ours without any possible member.

    >>> disjoint, sub = NamedNode(OWL + "disjointWith"), NamedNode(RDFS + "subClassOf")
    >>> risk, protection = NamedNode(NS + "RiskFactor"), NamedNode(NS + "ProtectiveFactor")
    >>> kind = [Triple(one, TYPE, NamedNode(OWL + "Class")) for one in (risk, protection)]
    >>> try:
    ...     check_satisfiable([*kind, Triple(risk, disjoint, protection), Triple(risk, sub, protection)])
    ... except InconsistentError as error:
    ...     print(error)
    The axioms contradict each other; nothing could ever be a rg:RiskFactor:
    - Disjoint classes rg:RiskFactor and rg:ProtectiveFactor have a common individual any rg:RiskFactor
    """
    axioms = list(ontology)
    classes = sorted(
        t.subject.value
        for t in axioms
        if t.predicate == TYPE and t.object == NamedNode(OWL + "Class") and isinstance(t.subject, NamedNode)
    )
    ours = [iri for iri in classes if iri.startswith(NS)]
    try:
        close([*axioms, *(Triple(NamedNode(_PROBE + iri), TYPE, NamedNode(iri)) for iri in ours)])
    except InconsistentError as error:
        empty = sorted({cause.removeprefix(_PROBE) for cause in error.causes if cause.startswith(_PROBE)})
        names = " or ".join(f"a {shorten(iri)}" for iri in empty)
        what = f"The axioms contradict each other; nothing could ever be {names}:"
        listed = str(error).partition("\n")[2].replace(_PROBE, "any ")
        for iri in sorted(empty, key=len, reverse=True):
            listed = listed.replace(f"any {iri}", f"any {shorten(iri)}")
        raise InconsistentError(f"{what}\n{listed}", causes=empty) from None


def _cleaned(graph: rdflib.Graph, asserted: set[Triple]) -> Closure:
    dropped: Counter[str] = Counter()
    inferred: list[Triple] = []
    for s, p, o in graph:
        reason = _idle(s, p, o)
        if reason:
            dropped[reason] += 1
            continue
        t = Triple(from_rdflib(s), NamedNode(str(p)), from_rdflib(o))  # type: ignore[arg-type]
        if t not in asserted:
            inferred.append(t)
    return Closure(
        tuple(sorted(inferred, key=str)), dict(sorted(dropped.items())), f"owlrl {version('owlrl')}"
    )


def _idle(s: rdflib.term.Node, p: rdflib.term.Node, o: rdflib.term.Node) -> str | None:
    """Say why a conclusion is illegal or says nothing, or None when it is worth keeping."""
    if isinstance(s, rdflib.Literal) or not isinstance(p, rdflib.URIRef):
        return "literal subject or predicate"
    if s == o:
        return "reflexive"
    if isinstance(s, rdflib.BNode) or isinstance(o, rdflib.BNode):
        return "about an unnamed class expression"
    if str(s).startswith(_VOCABULARIES) or str(o).startswith((RDF, RDFS, OWL)):
        return "about the vocabulary of RDF and OWL"
    return None


def _contradiction(messages: Iterable[str]) -> InconsistentError:
    causes = sorted({_IRI.sub(lambda found: shorten(found[0]), str(message)) for message in messages})
    listed = "\n".join(f"- {cause}" for cause in causes)
    return InconsistentError(f"The statements contradict each other:\n{listed}", causes=_subjects(messages))


def _subjects(messages: Iterable[str]) -> list[str]:
    return sorted({iri for message in messages for iri in _IRI.findall(str(message))})
