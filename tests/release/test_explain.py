"""Why a statement is in the graph: reasons that an independent reasoner accepts, right places, forms."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest
import rdflib
from owlrl.OWLRL import OWLRL_Semantics
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

import resgraph
from resgraph.cli import run
from resgraph.errors import ResgraphError, TooLargeError, UnknownThingError, UsageError
from resgraph.evidence import deciding
from resgraph.explain import Explainer, Explanation
from resgraph.graph import Graph, open_path
from resgraph.paths import STANDINGS
from resgraph.query import run as ask
from resgraph.reason import Reasoner
from resgraph.settings import Settings
from resgraph.sources import packaged
from resgraph.store import Dataset
from resgraph.terms import to_rdflib
from resgraph.vocab import (
    ID,
    LABEL,
    NS,
    OWL,
    PROV,
    RDF,
    RDFS,
    TYPE,
    XSD,
    expand,
    slug,
    term,
    thing,
)
from resgraph.vocab import graph as graph_of

PATHWAY = ("intervention:friends", "rg:plausiblyProtectsAgainst", "outcome:depressive-symptoms")
EDGE = ("intervention:kiva", "rg:reduces", "factor:bullying-victimisation")


def drawn(triples: Iterable[Triple], number: int, seed: int) -> list[Triple]:
    return random.Random(seed).sample(sorted(triples, key=str), number)


@pytest.fixture(scope="module")
def inferred(graph: Graph) -> list[Triple]:
    """A thousand conclusions of the release."""
    return drawn((quad.triple for quad in graph.dataset.quads(graph_of("inferred"))), 1000, 4)


@pytest.fixture(scope="module")
def explained(graph: Graph, inferred: list[Triple]) -> list[Explanation]:
    return [graph.explain(*t, limit=1 if place % 10 else 5) for place, t in enumerate(inferred)]


def apart(t: Triple, number: int) -> Triple:
    """Rename all in a statement but the words of RDF and OWL, so that nothing is shared with others."""

    def renamed(node: object) -> object:
        if isinstance(node, NamedNode) and not node.value.startswith((RDF, RDFS, OWL, XSD)):
            return NamedNode(f"urn:{number}:{node.value}")
        return BlankNode(f"n{number}{node.value}") if isinstance(node, BlankNode) else node

    return Triple(*map(renamed, t))  # type: ignore[arg-type]


def test_owlrl_derives_each_conclusion_from_the_premises_alone(
    inferred: list[Triple], explained: list[Explanation]
) -> None:
    """Premises are renamed apart, so that many can be given to owlrl at once and none helps another."""
    ways = [(t, r.asserted) for t, e in zip(inferred, explained, strict=True) for r in e.reasons]
    assert len(ways) > len(inferred)
    for start in range(0, len(ways), 200):
        given = rdflib.Graph()
        wanted = []
        for number, (conclusion, premises) in enumerate(ways[start : start + 200]):
            for premise in premises:
                given.add(tuple(map(to_rdflib, apart(premise, number))))  # type: ignore[arg-type]
            wanted.append(tuple(map(to_rdflib, apart(conclusion, number))))
        assert not [each for each in wanted if each in given]
        OWLRL_Semantics(given, False, False, False).closure()
        assert not [each for each in wanted if each not in given]


def test_no_premise_can_be_left_out(inferred: list[Triple], explained: list[Explanation]) -> None:
    for conclusion, explanation in zip(inferred, explained, strict=True):
        for reason in explanation.reasons:
            assert conclusion in Reasoner(reason.asserted)
            for premise in reason.asserted:
                assert conclusion not in Reasoner(set(reason.asserted) - {premise})


def test_every_end_of_a_reason_is_stated(graph: Graph, explained: list[Explanation]) -> None:
    stated = {quad.triple for quad in graph.dataset.quads() if quad.graph_name != graph_of("inferred")}
    for explanation in explained:
        for reason in explanation.reasons:
            assert set(reason.asserted) <= stated
            for node in reason.tree:
                assert bool(node.rule) != (node.statement in reason.asserted)
                assert node.rule or node.graphs


def test_files_and_lines_are_right(explained: list[Explanation]) -> None:
    root = packaged().root
    lines = {
        path.relative_to(root).as_posix(): path.read_text().splitlines()
        for path in (*packaged().ontology, *packaged().data)
    }
    ends = [node for e in explained for r in e.reasons for node in r.tree if not node.rule]
    for node in ends:
        if "graph:evidenced" not in node.graphs:
            path, _, line = node.place.rpartition(":")
            value = node.statement.object
            wanted = slug(value.value) if isinstance(value, NamedNode) else node.short.split("Axiom ")[-1]
            unnamed = isinstance(node.statement.subject, BlankNode)
            assert ("[] a owl:Class" if unnamed else wanted) in lines[path][int(line) - 1], node
    assert len({node.place for node in ends}) > 300


def test_lines_of_opened_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(UNNAMED)
    graph = open_path(path)
    (reason,) = graph.explain("<http://example.org/x>", "a", "<http://example.org/C>").reasons
    assert {node.place for node in reason.tree if not node.rule} == {f"{path}:{n}" for n in (5, 6)}


def test_what_does_not_follow_is_said_so(graph: Graph) -> None:
    """Subjects, properties and objects of real statements, put together anew."""
    chance = random.Random(4)
    real = [q.triple for name in ("inferred", "evidenced") for q in graph.dataset.quads(graph_of(name))]
    edges = [t for t in real if str(t.subject).startswith(f"<{ID}") and isinstance(t.object, NamedNode)]
    edges = sorted((t for t in edges if "proposition" not in str(t.subject)), key=str)
    known = {quad.triple for quad in graph.dataset.quads()}
    mixed = (Triple(*(chance.choice(edges)[place] for place in range(3))) for _ in iter(int, 1))
    for t in islice((t for t in mixed if t not in known), 200):
        explanation = graph.explain(*t)
        assert explanation.kind == "not entailed"
        assert not explanation
        assert not explanation.reasons
        assert "does not follow" in explanation.to_text()


def test_what_comes_near_is_named(graph: Graph) -> None:
    wrong = graph.explain("kiva", "builds", "factor:bullying-victimisation")
    assert "rg:reduces" in {each.short.split()[1] for each in wrong.near}
    assert wrong.direct is not None
    assert (wrong.direct.answer, wrong.direct.strength) == ("benefit", "strong")
    assert "Asked directly, findings say: benefit" in wrong.to_text()
    backwards = graph.explain("factor:bullying-victimisation", "reduces", "kiva")
    assert "The other way round" in backwards.summary
    value = graph.explain("finding:karna-2011--kiva--bullying-victimisation", "rg:participants", 9)
    assert [each.short.split()[-1] for each in value.near] == ["8237"]


def test_a_stated_statement_has_its_file_line_and_source(graph: Graph) -> None:
    explanation = graph.explain("finding:karna-2011--kiva--bullying-victimisation", "rg:participants", 8237)
    assert explanation.kind == "asserted"
    assert explanation.node.graphs == ("graph:evidence",)
    assert explanation.node.place.startswith("data/findings.ttl:")
    assert [name for name, _ in explanation.node.sources] == ["source:karna-2011"]
    estimate = graph.explain(
        "estimate:bowes-2024--kiva--bullying-victimisation", "rg:value", '"0.87"^^xsd:decimal'
    )
    assert [name for name, _ in estimate.node.sources] == ["source:bowes-2024"]


def test_every_evidenced_edge_leads_to_its_findings(graph: Graph) -> None:
    edges = [
        quad.triple
        for quad in graph.dataset.quads(graph_of("evidenced"))
        if quad.predicate.value.startswith(NS) and "/proposition/" not in str(quad.subject)
    ]
    for t in edges:
        explanation = graph.explain(*t)
        assert explanation.kind == "evidenced"
        account = explanation.node.account
        assert account is not None
        supports = account.of("supports")
        assert supports or account.sources, t
        for found in account.findings:
            assert found.source.startswith("source:")
            assert found.place.startswith("data/findings.ttl:")


def test_the_line_of_the_rule_fits_every_strength(graph: Graph) -> None:
    said: dict[str, dict[str, list[str]]] = {}
    for quad in graph.dataset.quads(graph_of("evidenced")):
        if "/proposition/" in str(quad.subject) and quad.predicate.value.startswith(NS):
            name, value = quad.predicate.value.removeprefix(NS), quad.object
            text = slug(value.value) if isinstance(value, NamedNode) else value.value  # type: ignore[union-attr]
            said.setdefault(str(quad.subject), {}).setdefault(name, []).append(text)
    rated = [about for about in said.values() if "strength" in about]
    assert len(rated) > 900
    for about in rated:
        words = deciding(about)
        if "below 2" in words:
            expected = "very-limited"
        elif words.startswith("neither limited nor strong"):
            expected = "moderate"
        else:
            expected = "strong" if words.startswith("the best design has rank 4") else "limited"
        assert [expected] == about["strength"], words


def test_a_pathway_is_called_a_hypothesis_and_names_its_weakest_step(graph: Graph) -> None:
    explanation = graph.explain(*PATHWAY)
    assert explanation.kind == "hypothesis"
    assert "This is a hypothesis, not evidence." in explanation.to_text()
    (reason,) = explanation.reasons
    assert reason.weakest is not None
    assert reason.weakest.short == "intervention:friends rg:aimsToBuild factor:problem-solving-skills"
    assert "The weakest step: FRIENDS aims to build Problem-solving skills" in explanation.to_text()


def test_the_weakest_step_stands_least_firmly(explained: list[Explanation]) -> None:
    pathways = [e for e in explained if e.kind == "hypothesis"]
    assert len(pathways) > 300
    for explanation in pathways:
        for reason in explanation.reasons:
            steps = [n for n in reason.tree if {"graph:intended", "graph:evidenced"} & set(n.graphs)]
            assert steps
            assert all(node.standing in STANDINGS for node in steps)
            assert reason.weakest in steps
            assert reason.weakest is not None
            assert reason.weakest.standing == max((n.standing for n in steps), key=STANDINGS.index)


def test_a_step_stands_as_firmly_as_in_a_path(graph: Graph, explained: list[Explanation]) -> None:
    found: dict[tuple[str, str], str] = {}
    for explanation in explained:
        for node in (n for r in explanation.reasons for n in r.tree if n.standing):
            subject, value = node.statement.subject, node.statement.object
            assert isinstance(subject, NamedNode)
            assert isinstance(value, NamedNode)
            found[subject.value, value.value] = node.standing
    assert len(set(found.values())) > 5
    for subject_ in sorted({subject for subject, _ in found})[::8]:
        for edge in graph.neighbours(subject_, "out"):
            if standing := found.get((edge.subject.iri, edge.object.iri)):
                assert standing == edge.standing, edge


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("kiva", "rg:buidls", "factor:poverty"), "Did you mean rg:builds?"),
        (("intervention:frends", "builds", "factor:poverty"), "Did you mean intervention:friends?"),
        (("frends", "builds", "factor:poverty"), "intervention:friends"),
        (("kiva", "bilds", "factor:poverty"), "rg:builds"),
        (("low-attainment-nobody-has", "builds", "factor:poverty"), "nothing here is called"),
        (('"text"', "builds", "factor:poverty"), "only an object can be a literal"),
        (("kiva", "builds", '"open'), "is no literal"),
        (("kiva", "builds", "two words"), "neither a name nor an address"),
        (("", "builds", "factor:poverty"), "the subject is empty"),
        (("<not an address>", "builds", "factor:poverty"), "neither a name nor an address"),
    ],
)
def test_what_is_not_understood_is_said_with_the_nearest(
    graph: Graph, given: tuple[str, str, str], words: str
) -> None:
    with pytest.raises(ResgraphError) as raised:
        graph.explain(*given)
    assert isinstance(raised.value, UnknownThingError | UsageError)
    assert words in str(raised.value)


def test_names_are_read_in_every_way(graph: Graph) -> None:
    kiva = graph.intervention("kiva")
    ways = [kiva, NamedNode(kiva.iri), kiva.iri, f"<{kiva.iri}>", "intervention:kiva", "kiva"]
    assert len({str(graph.explain(way, "reduces", EDGE[2])) for way in ways}) == 1
    assert graph.explain("kiva", "a", "rg:Intervention").kind == "asserted"


def test_a_word_for_several_things_is_refused() -> None:
    quads = [
        Quad(thing(kind, "attainment"), term("builds"), thing(kind, "attainment"))
        for kind in ("factor", "outcome")
    ]
    with pytest.raises(UsageError, match="factor:attainment, outcome:attainment"):
        Graph(Dataset.from_quads(quads)).explain("attainment", "builds", "factor:attainment")


# Forms.


def test_the_json_has_all(graph: Graph) -> None:
    told = json.loads(graph.explain(*PATHWAY).to_json())
    (reason,) = told["reasons"]
    assert told["kind"] == "hypothesis"
    assert reason["tree"]["rule"] == "prp-spo2"
    edge = reason["tree"]["premises"][-1]
    assert edge["evidence"]["strength"] == "very-limited"
    assert [each["source"] for each in edge["evidence"]["findings"]] == ["source:ruan-2022"]
    assert reason["weakest"]["place"].startswith("data/interventions.ttl:")


def test_the_rdf_says_what_was_used(graph: Graph) -> None:
    explanation = graph.explain(*PATHWAY)
    said = [quad.triple for quad in parse(explanation.to_turtle(), format=RdfFormat.TURTLE)]

    def values(subject: object, name: str) -> list[object]:
        return [t.object for t in said if t.subject == subject and t.predicate.value == name]

    statements = {
        t.subject: tuple(values(t.subject, RDF + name)[0] for name in ("subject", "predicate", "object"))
        for t in said
        if t.predicate.value == RDF + "subject"
    }
    conclusion = next(
        node for node, parts in statements.items() if parts == tuple(map(NamedNode, map(expand, PATHWAY)))
    )
    (step,) = values(conclusion, PROV + "wasGeneratedBy")
    used = {statements[node] for node in values(step, PROV + "used")}  # type: ignore[index]
    assert (
        NamedNode(expand("intervention:friends")),
        term("aimsToBuild"),
        thing("factor", "problem-solving-skills"),
    ) in used
    assert len(used) == 3
    edge = graph.explain(*EDGE)
    derived = [t.object for t in edge.to_triples() if t.predicate.value == PROV + "wasDerivedFrom"]
    assert thing("finding", "karna-2011--kiva--bullying-victimisation") in derived


def test_the_picture_tells_kinds_apart_without_colour(graph: Graph) -> None:
    svg = {"svg": "http://www.w3.org/2000/svg"}
    root = ElementTree.fromstring(graph.explain(*PATHWAY).to_svg())
    groups = root.findall("svg:g", svg)
    frames = {
        (
            group.get("class"),
            len(group.findall("svg:rect", svg)),
            group.find("svg:rect", svg).get("stroke-dasharray"),
        )  # type: ignore[union-attr]
        for group in groups
    }
    assert {("hypothesis", 1, "2 4"), ("asserted", 1, None), ("evidenced", 2, None)} <= frames
    assert {each.get("fill") for each in root.iter()} <= {None, "none", "currentColor"}
    words = " ".join(root.itertext())
    assert "hypothesis" in words
    assert "evidenced, very-limited" in words
    assert "style" not in ElementTree.tostring(root).decode().replace("font-style", "")


HOSTILE = "</text><script>alert(1)</script>&\"'"


def test_words_of_others_stay_words() -> None:
    one, other = NamedNode("http://example.org/one"), NamedNode("http://example.org/other")
    wider = NamedNode("http://example.org/wider")
    statements = [
        Triple(one, other, wider),
        Triple(one, LABEL, Literal(HOSTILE)),
        Triple(other, NamedNode(RDFS + "subPropertyOf"), wider),
        Triple(wider, LABEL, Literal(HOSTILE)),
    ]
    graph = Graph(Dataset.from_quads(Quad(*t) for t in statements))
    explanation = graph.explain(one, wider, wider)
    assert explanation.kind == "inferred"
    drawn = ElementTree.fromstring(explanation.to_svg())
    assert not [each for each in drawn.iter() if "script" in each.tag]
    assert HOSTILE in "".join(drawn.itertext())
    assert explanation.reasons[0].tree.premises[0].place == ""
    assert "file and line not known" in explanation.to_text()
    list(parse(explanation.to_turtle(), format=RdfFormat.TURTLE))


def test_too_much_is_refused_and_not_begun() -> None:
    data = Dataset.from_quads(Quad(NamedNode(f"a:{n}"), TYPE, NamedNode("a:b")) for n in range(20))
    explainer = Explainer(lambda text: ask(data, text), settings=Settings(explain_statements=10))
    with pytest.raises(TooLargeError, match="at most 10"):
        explainer.explain("<a:1>", "a", "<a:b>")


def chain(length: int) -> Graph:
    """Classes each narrower than the next."""
    wider = NamedNode(RDFS + "subClassOf")
    links = (Quad(NamedNode(f"a:{n}"), wider, NamedNode(f"a:{n + 1}")) for n in range(length))
    return Graph(Dataset.from_quads(links))


def test_a_long_way_is_told_or_refused() -> None:
    explanation = chain(20).explain("<a:0>", "rdfs:subClassOf", "<a:20>")
    assert [len(reason.asserted) for reason in explanation.reasons] == [20]
    with pytest.raises(TooLargeError, match="more statements than are followed"):
        chain(60).explain("<a:0>", "rdfs:subClassOf", "<a:60>")


UNNAMED = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:x a :A ; :near :y . :y a :B .
[] owl:intersectionOf ( :A [ owl:onProperty :near ; owl:someValuesFrom :B ] ) ; rdfs:subClassOf :C .
_:n owl:complementOf _:n ; rdfs:subClassOf :D . :x a _:n .
"""


def test_unnamed_classes_are_told_in_words() -> None:
    graph = Graph(Dataset.from_quads(parse(UNNAMED, format=RdfFormat.TURTLE)))
    x, c, d = (f"<http://example.org/{name}>" for name in "xCD")
    text = graph.explain(x, "a", c).to_text()
    named = "http://example.org/"
    assert f"every {named}A and thing that “{named}near” some {named}B is a {named}C" in text
    assert "rdf:first" not in text
    assert "thing that is no itself" in graph.explain(x, "a", d).to_text()


def test_a_service_elsewhere_is_explained_and_compared(server: str, graph: Graph) -> None:
    service = resgraph.open(f"sparql+{server}/sparql")
    far, near = (each.explain(*PATHWAY) for each in (service, graph))
    assert far.kind == near.kind == "hypothesis"
    assert [reason.tree.words for reason in far.reasons] == [reason.tree.words for reason in near.reasons]
    assert not resgraph.diff(service, graph, queries=[])


def test_the_command(capsys: pytest.CaptureFixture[str], release: object) -> None:
    data = ("--data", str(release))
    assert run(["explain", *EDGE, *data]) == 0
    assert "Findings amount to it: benefit, strength strong" in capsys.readouterr().out
    assert run(["explain", "kiva", "builds", "factor:poverty", *data]) == 1
    assert "does not follow" in capsys.readouterr().out
    assert run(["explain", "kiva", "bilds", "factor:poverty", *data]) == 2
    assert "rg:builds" in capsys.readouterr().err
    assert run(["explain", *PATHWAY, *data, "--format", "svg"]) == 0
    assert capsys.readouterr().out.startswith("<svg")
