"""Why a statement is in the graph: where it stands, which findings amount to it, or what it follows from.

What is where::

    naming        from what somebody typed to the term that is meant
    knowledge     the graph that is asked, and a reasoner over what of it has consequences
    places        file and line of a statement
    account       what findings say on a link, and by which line of the rule
    rules         rules and statements in plain words
    explanation   the value that is returned
    words, data, picture
                  the same as text, as JSON and RDF, and drawn
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from resgraph.errors import TooLargeError
from resgraph.explain.account import Account, account_of, standing_of
from resgraph.explain.explanation import Explanation, Kind, Named, Node, Reason
from resgraph.explain.knowledge import Ask, Knowledge
from resgraph.explain.naming import read
from resgraph.explain.places import Places
from resgraph.explain.rules import STRUCTURE, in_words, sentence
from resgraph.justify import Justification, Proof, justify
from resgraph.paths import STANDINGS
from resgraph.reason import Reasoner
from resgraph.settings import Settings
from resgraph.sources import Sources
from resgraph.vocab import ID, RDFS, graph, shorten, term

__all__ = ["Account", "Ask", "Explainer", "Explanation", "Node", "Reason"]

_EVIDENCED: Final = graph("evidenced").value
_INTENDED: Final = graph("intended").value
_SUB_PROPERTY: Final = NamedNode(RDFS + "subPropertyOf")
_HYPOTHESIS: Final = term("plausiblyAffects")
#: Sources of a thing: of itself, or of the finding that an estimate belongs to.
_SOURCES: Final = (
    "prov:hadPrimarySource|dcterms:source"
    "|(^rg:estimate|^rg:contrastEstimate|^rg:furtherEstimate)/prov:hadPrimarySource"
)
#: Other statements that are named beside one that is not entailed.
_NEAR: Final = 8


class Explainer:
    """Explains the statements of one graph, which is asked through `ask`.

    `sources` are the files that a release was built from, `files` those that were opened where it is no
    release: there file and line are looked up.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        settings: Settings | None = None,
        sources: Sources | None = None,
        files: Sequence[Path] = (),
    ) -> None:
        self._settings = settings or Settings()
        self._knowledge = Knowledge(ask, self._settings, Places(sources, files))

    def explain(self, s: object, p: object, o: object, limit: int | None = None) -> Explanation:
        """Explain a statement; give at most `limit` reasons."""
        know = self._knowledge
        subject = read(know, s, "subject")
        predicate, value = read(know, p, "predicate"), read(know, o, "object")
        assert isinstance(subject, NamedNode) and isinstance(predicate, NamedNode)  # noqa: S101, PT018 (read so)
        t = Triple(subject, predicate, value)
        know.learn((subject, predicate, value))
        stated = self._stated(t)
        found = self._justified(t, limit or self._settings.explain_reasons)
        if not stated and not found.proofs:
            return self._not_entailed(t)
        kind: Kind = self._kind_of(t) if stated else "hypothesis" if self._is_hypothesis(t) else "inferred"
        reasons = tuple(self._reason(proof, kind) for proof in found.proofs if proof.rule)
        node = self._ground(t) if stated else self._node(t, kind)
        direct = account_of(know, t) if kind == "hypothesis" else None
        return Explanation(node, _summary(node, reasons, found, direct), reasons, found.complete, direct)

    def _stated(self, t: Triple) -> bool:
        know = self._knowledge
        # A plain query sees everything but the conclusions.
        return know.holds(f"{t.subject} {t.predicate} {t.object}")

    def _justified(self, t: Triple, limit: int) -> Justification:
        reasoner = self._knowledge.reasoner
        if t not in reasoner:
            return Justification((), True)
        found = justify(reasoner, t, Reasoner, limit=limit, steps=self._settings.explain_steps)
        if not found.proofs:
            raise TooLargeError(
                "it follows from what is stated, by more statements than are followed here",
                hint="explain a step of the way, or raise RESGRAPH_EXPLAIN_STEPS",
            )
        return found

    def _is_hypothesis(self, t: Triple) -> bool:
        wider = Triple(t.predicate, _SUB_PROPERTY, _HYPOTHESIS)
        return t.predicate == _HYPOTHESIS or wider in self._knowledge.reasoner

    def _kind_of(self, t: Triple) -> Kind:
        return "evidenced" if _EVIDENCED in self._knowledge.graphs_of(t) else "asserted"

    def _reason(self, proof: Proof, kind: Kind) -> Reason:
        self._knowledge.learn(node for each in proof for node in each.statement)
        tree = self._tree(proof)
        weakest = _weakest(tree) if kind == "hypothesis" else None
        return Reason(tree, tuple(sorted(proof.asserted, key=str)), weakest)

    def _tree(self, proof: Proof) -> Node:
        if not proof.rule:
            return self._ground(proof.statement)
        shown = [each for each in proof.premises if not self._is_part(each)] or proof.premises
        kind: Kind = "hypothesis" if self._is_hypothesis(proof.statement) else "inferred"
        return self._node(
            proof.statement,
            kind,
            rule=proof.rule,
            because=in_words(proof.rule),
            premises=tuple(self._tree(each) for each in shown),
        )

    def _is_part(self, proof: Proof) -> bool:
        """Say whether a premise is a piece of an axiom that the words for other premises say whole."""
        subject, predicate, _ = proof.statement
        if proof.rule or not isinstance(subject, BlankNode):
            return False
        return predicate in STRUCTURE or self._knowledge.outline.is_part(subject)

    def _ground(self, t: Triple) -> Node:
        """Return a stated statement with its graphs, its place, its sources and the evidence for it."""
        know = self._knowledge
        graphs = know.graphs_of(t)
        kind = self._kind_of(t)
        asked = kind == "evidenced" or _INTENDED in graphs
        account = account_of(know, t) if asked else None
        derived = kind == "evidenced" and account is not None
        return self._node(
            t,
            kind,
            graphs=tuple(map(shorten, graphs)),
            place=know.places.of(t, graphs, know.outline),
            sources=account.drawn_from if account and derived else tuple(self._sources(t)),
            account=account,
            standing=standing_of(know, t, account) if asked and str(t.object).startswith(f"<{ID}") else "",
        )

    def _sources(self, t: Triple) -> Iterator[Named]:
        """Yield the sources that a thing or a term names."""
        if isinstance(t.subject, NamedNode):
            query = f"SELECT DISTINCT ?x {{ {t.subject} {_SOURCES} ?x }} ORDER BY ?x"
            for (source,) in self._knowledge.rows(query):
                if isinstance(source, NamedNode):
                    yield shorten(source.value), self._knowledge.label(source)

    def _node(self, t: Triple, kind: Kind, **more: object) -> Node:
        know = self._knowledge
        short = " ".join(know.outline.write(part) for part in t)
        return Node(t, sentence(t, know.label), short, kind, **more)  # type: ignore[arg-type]

    def _not_entailed(self, t: Triple) -> Explanation:
        near = tuple(self._ground_or_node(each) for each in self._near(t))
        direct = account_of(self._knowledge, t)
        node = self._node(t, "not entailed")
        return Explanation(node, _absent(node, near, direct), near=near, direct=direct)

    def _near(self, t: Triple) -> Iterator[Triple]:
        """Yield what is in the graph between the same two things, either way round."""
        if not isinstance(t.object, NamedNode):
            query = f"SELECT DISTINCT ?o {{ {t.subject} {t.predicate} ?o }} ORDER BY ?o LIMIT {_NEAR}"
            for (value,) in self._knowledge.rows(query):
                yield Triple(t.subject, t.predicate, value)  # type: ignore[arg-type]
            return
        for one, other in ((t.subject, t.object), (t.object, t.subject)):
            both = f"{{ {one} ?p {other} }} UNION {{ GRAPH graph:inferred {{ {one} ?p {other} }} }}"
            for (way,) in self._knowledge.rows(f"SELECT DISTINCT ?p {{ {both} }} ORDER BY ?p LIMIT {_NEAR}"):
                yield Triple(one, way, other)  # type: ignore[arg-type]

    def _ground_or_node(self, t: Triple) -> Node:
        if self._stated(t):
            return self._ground(t)
        return self._node(t, "hypothesis" if self._is_hypothesis(t) else "inferred")


def _weakest(tree: Node) -> Node | None:
    """Return the step that stands least firmly, the first of several: a chain is no firmer than that."""
    steps = (each for each in tree if each.standing)
    return max(steps, key=lambda each: STANDINGS.index(each.standing), default=None)


def _summary(node: Node, reasons: tuple[Reason, ...], found: Justification, direct: Account | None) -> str:
    ways = f"{'' if found.complete else 'at least '}{len(reasons)} way{'s' * (len(reasons) != 1)}"
    follows = f"it follows in {ways} from what is stated" if reasons else ""
    if node.kind == "evidenced" and node.account:
        account = node.account
        firm = f", strength {account.strength}" if account.strength else ""
        said = f"Findings amount to it: {account.answer}{firm} ({account.name})."
    elif node.kind in ("evidenced", "asserted"):
        said = f"It is stated in {' and '.join(node.graphs) or 'the data'}."
    elif node.kind == "hypothesis":
        said = f"This is a hypothesis, not evidence. Nobody found it; {follows}."
        if reasons[0].weakest:
            said += f" The weakest step of the first: {reasons[0].weakest.words}."
        return f"{said} {_directly(direct)}".strip()
    else:
        return f"Nobody stated it; {follows}."
    return f"{said} Besides, {follows}." if follows else said


def _directly(direct: Account | None) -> str:
    if direct is None:
        return "No finding and no aim asks it directly."
    firm = f", strength {direct.strength}" if direct.strength else ""
    return f"Asked directly, findings say: {direct.answer}{firm} ({direct.name})."


def _absent(node: Node, near: tuple[Node, ...], direct: Account | None) -> str:
    said = "It is not in the graph, and it does not follow from what is."
    if direct:
        said += f" {_directly(direct)}"
    if any(each.statement.subject == node.statement.object for each in near):
        said += " The other way round there is something."
    return said
