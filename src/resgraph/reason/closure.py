"""Everything that follows from some statements at once, or the contradiction in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pyoxigraph import NamedNode, Triple

from resgraph.errors import InconsistentError
from resgraph.locate import Locator
from resgraph.reason import reference
from resgraph.reason.reasoner import Contradiction, Reasoner
from resgraph.reason.wording import name, sentence
from resgraph.vocab import NS, OWL, TYPE, shorten

#: who reasons: the compiled rules, or the reference
ReasonerName = Literal["resgraph", "owlrl"]
#: a made-up member of each class shows whether the class can have one
_PROBE: Final = "urn:resgraph:any:"
#: contradictions that are told in full; one mistake in an ontology can make thousands
_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Closure:
    """What was concluded, and how much was left out and why."""

    inferred: tuple[Triple, ...]
    dropped: dict[str, int]
    reasoner: str


def close(
    statements: Iterable[Triple],
    reasoner: ReasonerName = "resgraph",
    files: Iterable[Path] = (),
) -> Closure:
    """Return what OWL 2 RL concludes beyond `statements`; raise `InconsistentError` on a contradiction.

    With the `files` that the statements come from, the error says where in them they stand.

    >>> from resgraph.vocab import RDFS, term, thing
    >>> sub = NamedNode(RDFS + "subPropertyOf")
    >>> edge = Triple(thing("factor", "resilience"), term("protectsAgainst"), thing("outcome", "anxiety"))
    >>> closure = close([edge, Triple(term("protectsAgainst"), sub, term("decreases"))])
    >>> [shorten(t.predicate.value) for t in closure.inferred if t.subject == edge.subject]
    ['rg:decreases']
    """
    if reasoner == "owlrl":
        with located(files):
            inferred, dropped, named = reference.close(statements)
        return Closure(tuple(sorted(inferred, key=str)), dropped, named)
    ours = Reasoner(statements)
    if found := ours.contradictions:
        with located(files):
            raise _inconsistent(ours, found)
    return Closure(tuple(sorted(ours.inferred(), key=str)), ours.dropped(), "resgraph")


@contextmanager
def located(files: Iterable[Path]) -> Iterator[None]:
    """Where statements contradict each other, say in which of some files and in which lines they stand."""
    try:
        yield
    except InconsistentError as error:
        locator = Locator(files)
        stated = [locator.find(t.subject, t.predicate, t.object) for t in error.grounds]  # type: ignore[arg-type]
        places = stated or [locator.find(NamedNode(cause)) for cause in error.causes]
        listed = [f"  {path}:{line}" for path, line in sorted({place for place in places if place})]
        message = "\n".join([error.message, "What it is about stands here:", *listed])
        raise InconsistentError(
            message if listed else error.message, causes=error.causes, grounds=error.grounds
        ) from None


def check_satisfiable(ontology: Iterable[Triple]) -> None:
    """Raise `InconsistentError` when the axioms leave some class of ours without any possible member.

    >>> from resgraph.vocab import RDFS
    >>> disjoint, sub = NamedNode(OWL + "disjointWith"), NamedNode(RDFS + "subClassOf")
    >>> risk, protection = NamedNode(NS + "RiskFactor"), NamedNode(NS + "ProtectiveFactor")
    >>> kind = [Triple(one, TYPE, NamedNode(OWL + "Class")) for one in (risk, protection)]
    >>> try:
    ...     check_satisfiable([*kind, Triple(risk, disjoint, protection), Triple(risk, sub, protection)])
    ... except InconsistentError as error:
    ...     print(error)
    The axioms contradict each other; nothing could ever be a rg:RiskFactor:
    - something is in two classes that exclude each other (cax-dw):
        rg:RiskFactor owl:disjointWith rg:ProtectiveFactor
        any rg:RiskFactor a rg:RiskFactor
        any rg:RiskFactor a rg:ProtectiveFactor
          because rg:RiskFactor rdfs:subClassOf rg:ProtectiveFactor; any rg:RiskFactor a rg:RiskFactor
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
        listed = str(error).partition("\n")[2]
        for iri in sorted(empty, key=len, reverse=True):
            listed = listed.replace(_PROBE + iri, f"any {shorten(iri)}")
        raise InconsistentError(f"{what}\n{listed}", causes=empty, grounds=error.grounds) from None


def _inconsistent(reasoner: Reasoner, found: list[Contradiction]) -> InconsistentError:
    """Return the error that tells contradictions: the rule, the statements, and what these rest on."""
    lines: list[str] = []
    grounds: dict[Triple, None] = {}
    for one in found:
        words, _, _ = one.message.partition(":")
        told = len(lines) < _TOLD * 4
        lines += [f"- {words}:"] if told else []
        for premise in one.premises:
            rests = _asserted_grounds(reasoner, premise)
            grounds |= dict.fromkeys(rests)
            if told and not _is_list(premise):
                lines += [f"    {sentence(premise)}", *_because(reasoner, premise, rests)]
    if len(lines) >= _TOLD * 4:
        lines.append(f"- ... {len(found):,} contradictions in all")
    causes = sorted({t.subject.value for t in grounds if isinstance(t.subject, NamedNode)})
    message = "\n".join(["The statements contradict each other:", *lines])
    return InconsistentError(message, causes=causes, grounds=grounds)


def _because(reasoner: Reasoner, premise: Triple, rests: list[Triple]) -> list[str]:
    if reasoner.is_asserted(premise) or not rests:
        return []
    return ["      because " + "; ".join(sentence(t) for t in rests if not _is_list(t))]


def _is_list(t: Triple) -> bool:
    return name(t.predicate) in ("rdf:first", "rdf:rest")


def _asserted_grounds(reasoner: Reasoner, conclusion: Triple) -> list[Triple]:
    """Return asserted statements that together give a conclusion: one way of several, a short one."""
    grounds: dict[Triple, None] = {}
    seen = {conclusion}
    open_ = [conclusion]
    while open_:
        statement = open_.pop(0)
        if reasoner.is_asserted(statement):
            grounds[statement] = None
            continue
        reasons = [r for r in reasoner.reasons(statement) if seen.isdisjoint(r.premises)]
        if reasons:
            best = min(reasons, key=lambda r: sum(not reasoner.is_asserted(t) for t in r.premises))
            open_ += best.premises
            seen |= set(best.premises)
    return list(grounds)
