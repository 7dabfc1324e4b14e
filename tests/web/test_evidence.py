"""What pages say that findings amount to is what the library says."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from resgraph.describe import Document, OfDataset
from resgraph.graph import Graph
from resgraph.pooling import Pooled
from resgraph.things import Proposition
from resgraph.vocab import thing
from resgraph.web import create_app
from resgraph.web.evidence import together


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
