"""What changed between two releases: of known edits exactly these are told; a patch leads to the other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

import resgraph
from resgraph import evidence
from resgraph.blank import named
from resgraph.cli import run
from resgraph.difference import Difference
from resgraph.difference.data import CS
from resgraph.difference.report import moved_by
from resgraph.graph import Graph
from resgraph.labels import labels
from resgraph.store import Dataset
from resgraph.stored import StoredQuery
from resgraph.vocab import GRAPHS, OWL, PREF_LABEL, PROV, RDF, TYPE, concept, term, thing
from resgraph.vocab import graph as graph_of

KARNA = thing("finding", "karna-2011--kiva--bullying-victimisation")
BONELL = thing("finding", "bonell-2018--learning-together--mental-wellbeing")
BOWES = thing("estimate", "bowes-2024--kiva--bullying-victimisation")
SIZES = StoredQuery("sizes", "", "How many took part?", "SELECT ?n { ?finding rg:participants ?n }")
KINDS = StoredQuery("kinds", "", "Which kinds?", "SELECT DISTINCT ?kind { ?thing a ?kind ; rg:relation ?r }")
AXIOM = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rg: <https://w3id.org/resgraph/ns#> .
[] a owl:AllDisjointClasses ; owl:members ( rg:Study rg:Action ) .
"""


def edit(triples: Iterable[Triple], values: dict[tuple[NamedNode, NamedNode], str]) -> list[Triple]:
    """Give some properties of some things another value of the same kind."""

    def edited(t: Triple) -> Triple:
        new = values.get((t.subject, t.predicate))  # type: ignore[arg-type]
        if new is None:
            return t
        if isinstance(t.object, NamedNode):
            return Triple(t.subject, t.predicate, NamedNode(new))
        assert isinstance(t.object, Literal)
        kind = {"language": t.object.language} if t.object.language else {"datatype": t.object.datatype}
        return Triple(t.subject, t.predicate, Literal(new, **kind))  # type: ignore[arg-type]

    return [edited(t) for t in triples]


@pytest.fixture(scope="module")
def variant(graph: Graph) -> Graph:
    """The release with a few known edits, and what the rule of evidence makes of them."""
    held = {name: [q.triple for q in graph.dataset.quads(graph_of(name))] for name in GRAPHS}
    held["evidence"] = edit(
        held["evidence"],
        {
            (KARNA, term("participants")): "8000",
            (BOWES, term("upperLimit")): "1.07",
            (BONELL, term("relation")): concept("relation", "no-clear-effect").value,
        },
    )
    derived = tuple(evidence.derive([*held["evidence"], *held["intended"]], held["schemes"]))
    held["evidenced"] = [*derived, *labels(derived, held)]
    held["terms"] = [
        *edit(held["terms"], {(term("builds"), PREF_LABEL): "builds up"}),
        Triple(term("brandNew"), TYPE, NamedNode(OWL + "ObjectProperty")),
        *(q.triple for q in parse(AXIOM, format=RdfFormat.TURTLE)),
    ]
    held["inferred"] = sorted(held["inferred"], key=str)[3:]
    quads = (
        Quad(t.subject, t.predicate, t.object, graph_of(name))
        for name, triples in held.items()
        for t in triples
    )
    return Graph(Dataset.from_quads(quads))


@pytest.fixture(scope="module")
def difference(graph: Graph, variant: Graph) -> Difference:
    return resgraph.diff(graph, variant, queries=[SIZES, KINDS])


def test_a_release_does_not_differ_from_itself(graph: Graph, release: Path) -> None:
    difference = resgraph.diff(graph, release, queries=[SIZES])
    assert not difference
    assert not difference.changes + difference.edges + difference.asked
    assert difference.to_text() == "Nothing changed.\n"
    assert difference.to_turtle().strip() == ""
    assert difference.to_patch() == "TX .\nTC .\n"
    assert difference.a.address() == difference.b.address()


def test_records_are_told_field_by_field(difference: Difference) -> None:
    told = {
        each.name: {f.property: (f.removed, f.added) for f in each.fields}
        for each in difference.of("finding")
    }
    assert told == {
        KARNA.value: {"rg:participants": (("8237",), ("8000",))},
        BONELL.value: {"rg:relation": (("relation:increases",), ("relation:no-clear-effect",))},
        "https://w3id.org/resgraph/id/finding/bowes-2024--kiva--bullying-victimisation": {
            "rg:estimate / rg:upperLimit": (("0.97",), ("1.07",))
        },
    }


def test_an_answer_that_flipped_is_told(difference: Difference) -> None:
    (flipped,) = difference.flipped
    assert flipped.name.endswith("proposition/learning-together--mental-wellbeing")
    (told,) = difference.to_dict()["flipped"]
    assert (told["from"], told["to"]) == ("answer:benefit", "answer:no-effect")


def test_strength_that_moved_is_told_with_what_moved_it(difference: Difference) -> None:
    (moved,) = difference.moved
    assert moved.name.endswith("proposition/kiva--bullying-victimisation")
    assert [field.property for field in moved_by(moved)] == ["rg:intervalsExcludingNoEffect"]
    assert "strong -> moderate\n      because rg:intervalsExcludingNoEffect: 1 -> 0" in difference.to_text()


def test_edges_conclusions_and_rows_are_told(difference: Difference) -> None:
    assert [(e.what, e.property.rpartition("#")[2]) for e in difference.edges] == [
        ("removed", "improves"),
        ("removed", "increases"),
    ]
    assert sum(went for _, went in difference.conclusions.values()) == 3
    assert not any(came for came, _ in difference.conclusions.values())
    (asked,) = difference.asked
    assert (asked.name, asked.gained, asked.lost) == ("sizes", (("8000",),), (("8237",),))
    assert "1 row came, 1 went" in difference.to_text()


def test_terms_and_axioms_are_told(difference: Difference) -> None:
    terms = {(each.what, each.name) for each in difference.of("term")}
    assert terms == {
        ("changed", term("builds").value),
        ("added", term("brandNew").value),
        ("added", "[ rdf:type owl:AllDisjointClasses ; owl:members ( rg:Study rg:Action ) ]"),
    }
    assert {each.kind for each in difference.changes} == {"finding", "proposition", "term"}


def test_the_text_is_capped_and_counts_the_rest(difference: Difference) -> None:
    text = difference.to_text(limit=1)
    assert "Findings: 3 changed" in text
    assert "… and 2 more; --all tells them" in text
    assert "…" not in difference.to_text(limit=None)


def test_the_rdf_is_a_set_of_changes_for_each_thing(difference: Difference) -> None:
    triples = [q.triple for q in parse(difference.to_turtle(), format=RdfFormat.TURTLE)]
    said: dict[object, dict[str, list[object]]] = {}
    for t in triples:
        said.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)
    revised = [subject for subject, about in said.items() if PROV + "wasRevisionOf" in about]
    assert revised == [NamedNode(difference.b.address())]
    for sign, quads in (("removal", difference.removals), ("addition", difference.additions)):
        found = {
            tuple(said[node][RDF + name][0] for name in ("subject", "predicate", "object"))
            for about in said.values()
            for node in about.get(CS + sign, [])
        }
        blank = [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]
        assert {(q.subject, q.predicate, q.object) for q in quads if q not in blank} <= found
        assert len(found) == len(quads)
    reasons = {str(r.value) for about in said.values() for r in about.get(CS + "changeReason", [])}  # type: ignore[attr-defined]
    assert "the strength went from strength:strong to strength:moderate" in reasons
    assert "the answer gained 1 rows and lost 1" in reasons


def apply(quads: set[Quad], patch: str) -> set[Quad]:
    """Do what an RDF Patch says."""
    for line in patch.splitlines():
        sign, _, rest = line.partition(" ")
        if sign in "AD":
            (quad,) = parse(rest, format=RdfFormat.N_QUADS)
            (quads.add if sign == "A" else quads.remove)(quad)
    return quads


def test_the_patch_leads_from_one_to_the_other(graph: Graph, variant: Graph, difference: Difference) -> None:
    assert apply(named(graph.dataset.quads()), difference.to_patch()) == named(variant.dataset.quads())


NODES = st.sampled_from([NamedNode("a:x"), NamedNode("a:y"), BlankNode("p"), BlankNode("q"), BlankNode("r")])
VALUES = st.one_of(NODES, st.sampled_from([Literal("1"), Literal("ja", language="de"), Literal('"\n')]))
PROPERTIES = st.sampled_from([NamedNode("a:p"), NamedNode("a:q")])
PLACES = st.sampled_from([DefaultGraph(), NamedNode("a:g"), BlankNode("g")])
DATA = st.sets(st.builds(Quad, NODES, PROPERTIES, VALUES, PLACES), max_size=8)


@given(DATA, DATA)
@settings(max_examples=60, deadline=None)
def test_the_patch_of_any_two_leads_from_one_to_the_other(a: set[Quad], b: set[Quad]) -> None:
    one, other = (Graph(Dataset.from_quads(quads)) for quads in (a, b))
    difference = resgraph.diff(one, other)
    assert apply(named(a), difference.to_patch()) == named(b)
    assert bool(difference) == (named(a) != named(b))
    difference.to_text()
    json.loads(difference.to_json())


@given(DATA, st.permutations(["p", "q", "r", "g"]))
@settings(max_examples=60, deadline=None)
def test_the_names_of_blank_nodes_are_no_difference(quads: set[Quad], names: list[str]) -> None:
    others = dict(zip(("p", "q", "r", "g"), names, strict=True))

    def other(node: object) -> object:
        return BlankNode(others[node.value]) if isinstance(node, BlankNode) else node

    renamed = {
        Quad(other(q.subject), q.predicate, other(q.object), other(q.graph_name))  # type: ignore[arg-type]
        for q in quads
    }
    assert named(renamed) == named(quads)


def file(where: Path, name: str, text: str) -> str:
    path = where / name
    path.write_text(text)
    return str(path)


def test_the_command_compares_files_and_ends_like_diff(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = "@prefix : <http://example.org/> .\n:a :size 1 ; :part [ :of :b ] .\n"
    one = file(tmp_path, "one.ttl", base)
    same = file(tmp_path, "same.ttl", base.replace("[ :of :b ]", "_:x . _:x :of :b"))
    other = file(tmp_path, "other.ttl", base.replace("size 1", "size 2"))
    asked = file(tmp_path, "sizes.rq", "SELECT ?n { ?s <http://example.org/size> ?n }")
    assert run(["diff", one, same]) == 0
    assert "Nothing changed." in capsys.readouterr().out
    assert run(["diff", one, other, "--query", asked, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["statements"] == {"added": 1, "removed": 1}
    assert told["queries"][0]["gained"] == [["2"]]
    assert run(["diff", one, str(tmp_path / "none.ttl")]) == 2
    assert "there is no" in capsys.readouterr().err
    assert run(["diff", one, file(tmp_path, "bad.ttl", "no turtle")]) == 2
    assert "bad.ttl" in capsys.readouterr().err


def test_the_command_asks_the_stored_queries_of_releases(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", str(release), str(release)]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


def test_a_statement_that_went_to_another_graph_is_told(tmp_path: Path) -> None:
    one, other = (
        file(tmp_path, f"{name}.nq", f'<a:s> <a:p> "1" <a:{name}> .\n') for name in ("one", "other")
    )
    (change,) = resgraph.diff(one, other).changes
    (field,) = change.fields
    assert (field.removed, field.added) == (('"1" (in a:one)',), ('"1" (in a:other)',))


def test_a_query_that_fails_for_one_is_told(tmp_path: Path) -> None:
    one = file(tmp_path, "one.nq", '<a:s> <a:p> "1" <a:one> .\n')
    other = file(tmp_path, "other.nq", '<a:s> <a:p> "1" <a:other> .\n')
    query = StoredQuery("from", "", "From one?", "SELECT * FROM <a:one> { ?s ?p ?o }")
    (asked,) = resgraph.diff(one, other, queries=[query]).asked
    assert "there is no graph" in asked.failure
