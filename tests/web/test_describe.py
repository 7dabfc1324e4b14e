"""What a document holds, wherever it is read, and what becomes of things that are retired."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from resgraph.describe import Asking, OfDataset, describe, markup
from resgraph.graph import Graph
from resgraph.store import Dataset
from resgraph.vocab import DCTERMS, ID, LABEL, OWL, SCHEME, XSD, graph, thing
from resgraph.web import create_app


@pytest.mark.parametrize(
    "iri",
    [
        ID + "factor/bereavement",
        ID + "finding/karna-2011--kiva--bullying-victimisation",
        ID + "population/looked-after-children",
        ID + "study/gatehouse",
        ID + "disparity/fsm-eligible-pupils--adverse-childhood-experiences",
        ID + "rating/hippy--eif-guidebook",
        SCHEME + "level",
    ],
)
def test_a_document_is_the_same_wherever_it_is_read(graph: Graph, iri: str) -> None:
    here = describe(OfDataset(graph.dataset), iri)
    asked = describe(Asking(graph.query), iri)
    assert here is not None
    assert asked is not None
    assert here.quads == asked.quads


def test_a_document_names_everything_that_it_names(graph: Graph) -> None:
    found = describe(OfDataset(graph.dataset), ID + "intervention/kiva")
    assert found is not None
    for quad in found.quads:
        for node in (quad.subject, quad.object):
            if isinstance(node, NamedNode) and node.value.startswith(ID):
                assert found.text(node, "rdfs:label"), node


def test_what_is_retired_is_gone_and_points_to_its_successor() -> None:
    old, new = thing("factor", "old"), thing("factor", "new")
    true = Literal("true", datatype=NamedNode(XSD + "boolean"))
    said = [
        Quad(old, NamedNode(OWL + "deprecated"), true, graph("evidence")),
        Quad(old, NamedNode(DCTERMS + "isReplacedBy"), new, graph("evidence")),
        Quad(new, LABEL, Literal("New", language="en"), graph("evidence")),
    ]
    client = create_app(Dataset.from_quads(said)).test_client()
    for path in ("/doc/factor/old", "/doc/factor/old.ttl"):
        reply = client.get(path)
        assert reply.status_code == 410
        assert '</doc/factor/new>; rel="successor-version"' in reply.headers["Link"]
    assert 'Use <a href="/doc/factor/new">New</a>' in client.get("/doc/factor/old").text
    assert client.get("/doc/factor/new").status_code == 200


def test_addresses_follow_the_prefix(graph: Graph) -> None:
    client = create_app(graph.dataset, graph.manifest).test_client()
    reply = client.get("/doc/factor/bereavement", environ_overrides={"SCRIPT_NAME": "/deep"})
    assert 'href="/deep/doc/' in reply.text
    assert 'href="/doc/' not in reply.text
    assert "</deep/doc/factor/bereavement.ttl>" in reply.headers["Link"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("source/karna-2011", "ScholarlyArticle"),
        ("factor/bereavement", "DefinedTerm"),
        ("point/briefing-1", "Claim"),
    ],
)
def test_search_engines_are_told_what_a_thing_is(graph: Graph, path: str, kind: str) -> None:
    found = describe(OfDataset(graph.dataset), ID + path)
    assert found is not None
    assert markup(found)["@type"] == kind
