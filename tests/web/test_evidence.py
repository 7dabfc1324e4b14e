"""What pages say that findings amount to is what the library says."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from resgraph.describe import Document, OfDataset
from resgraph.graph import Graph
from resgraph.paths import Edge, Walker
from resgraph.pooling import Pooled
from resgraph.things import Proposition
from resgraph.vocab import ID, thing
from resgraph.web import create_app
from resgraph.web.evidence import pathway, together
from resgraph.web.evidence.pathway import around


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


def plain(client: FlaskClient, path: str) -> str:
    text = client.get(path, headers={"Accept": "text/html"}).text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_every_question_is_summarised_as_the_library_does(graph: Graph) -> None:
    reading, pooled = OfDataset(graph.dataset), 0
    for asked in graph.things("proposition"):
        found = together(Document(NamedNode(asked.iri), reading))
        assert isinstance(asked, Proposition)
        if asked.moderates or not asked.has_finding:
            assert found is None
            continue
        told = graph.evidence(asked.subject, asked.object).pooled()
        assert found is not None
        assert type(found) is type(told)
        if isinstance(found, Pooled) and isinstance(told, Pooled):
            assert found.summary == told.summary
            pooled += 1
        else:
            assert getattr(found, "reason", "") == getattr(told, "reason", "")
    assert pooled >= 1


def test_the_page_shows_the_diamond_and_says_it_in_words(client: FlaskClient, graph: Graph) -> None:
    told = graph.evidence("kiva", "bullying-victimisation").pooled()
    assert isinstance(told, Pooled)
    path = "/doc/proposition/kiva--bullying-victimisation"
    assert client.get(path, headers={"Accept": "text/html"}).text.count('class="diamond"') == 1
    words = plain(client, path)
    assert told.words in words
    figures = f"{told.summary.mean:.2f} ({told.summary.low:.2f} to {told.summary.high:.2f})"
    assert f"mean of {told.summary.studies} independent studies {figures}" in words


def test_the_page_says_why_there_is_none(client: FlaskClient, graph: Graph) -> None:
    path = f"/doc/{thing('proposition', 'dot-b-mindfulness--depressive-symptoms').value.split('/id/')[1]}"
    assert "diamond" not in client.get(path, headers={"Accept": "text/html"}).text
    told = graph.evidence("dot-b-mindfulness", "depressive-symptoms").pooled()
    assert told.words.startswith("Not pooled: only one independent study is left.")
    assert told.words in plain(client, path)


@pytest.fixture(scope="module")
def edges(graph: Graph) -> dict[tuple[str, str], Edge]:
    """Every edge of the whole graph, by the names of its ends."""
    every = Walker(graph.dataset, graph.at).edges("all")
    return {(edge.subject.label, edge.object.label): edge for edge in every}


@pytest.mark.parametrize("kind", ["intervention", "factor", "outcome", "determinant"])
def test_a_picture_says_what_the_whole_graph_says(
    graph: Graph, client: FlaskClient, edges: dict[tuple[str, str], Edge], kind: str
) -> None:
    drawn = 0
    for each in graph.things(kind)[::3]:
        document = Document(NamedNode(each.iri), OfDataset(graph.dataset))
        with client.application.test_request_context("/"):
            found = pathway(document)
        for step in found.steps if found else ():
            edge = edges[step.start, step.end]
            assert step.kind == edge.kind
            if edge.kind == "evidenced" and edge.strength:
                assert step.answer == f"{edge.answer}, {edge.strength} evidence".replace("-", " ")
            if edge.evidence:
                assert step.address == "/doc/proposition/" + edge.evidence.record.rsplit("/", 1)[1]
        assert found is None or len(found.steps) <= 34
        drawn += found is not None
    assert drawn > 3


def test_a_picture_has_nothing_that_the_data_of_its_page_do_not_have(graph: Graph) -> None:
    for path in ("intervention/kiva", "factor/bullying-victimisation", "outcome/anxiety-symptoms"):
        document = Document(NamedNode(ID + path), OfDataset(graph.dataset))
        assert around(document) <= document.quads


def test_a_picture_goes_on_over_factors_and_its_numbers_are_those_of_the_list(client: FlaskClient) -> None:
    text = client.get("/doc/intervention/kiva", headers={"Accept": "text/html"}).text
    picture = text[text.index('aria-labelledby="picture"') :]
    items = re.findall(r"<li>(.*?)</li>", picture.split("</ol>")[0])
    said = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in items]
    labels = [
        html.unescape(each) for each in re.findall(r'<a href="[^"]+" aria-label="([^"]+)"><title>', picture)
    ]
    assert len(said) == len(labels) > 10
    for number, (item, label) in enumerate(zip(said, labels, strict=True), 1):
        assert f"{number}. {item.split(':')[0]}" == label.split(":")[0]
    assert any(item.startswith("Bullying victimisation raises risk of") for item in said)
    assert {"evidenced", "intended", "inferred"} == {item.split(": ")[1].split()[0] for item in said}
