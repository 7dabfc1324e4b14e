"""Looking for things without a script: shelves with facets, search, the map of gaps, the briefing."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from resgraph.graph import Graph
from resgraph.vocab import ID
from resgraph.web import create_app


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


def listed(client: FlaskClient, path: str) -> set[str]:
    reply = client.get(path)
    assert reply.status_code == 200
    part = reply.text.split('<ul class="list">')[1].split("</ul>")[0]
    return set(re.findall(r'href="/doc/([^"]+)"', part))


def test_every_thing_is_on_a_shelf(client: FlaskClient, graph: Graph) -> None:
    for kind in ("factor", "outcome", "determinant", "population"):
        assert listed(client, f"/browse/{kind}") == {f"{kind}/{slug}" for slug in graph.slugs(kind)}
    first, second = listed(client, "/browse/intervention"), listed(client, "/browse/intervention?start=100")
    assert first | second == {f"intervention/{slug}" for slug in graph.slugs("intervention")}
    assert not first & second


@pytest.mark.parametrize(
    ("parameters", "filters"),
    [
        ("provision=universal&age=12", {"provision": "universal", "age": 12}),
        ("outcome=bullying-victimisation&answer=benefit", {"factor": "bullying-victimisation"}),
    ],
)
def test_facets_choose_what_the_library_chooses(
    client: FlaskClient, graph: Graph, parameters: str, filters: dict[str, object]
) -> None:
    found = listed(client, f"/browse/intervention?{parameters}")
    found |= listed(client, f"/browse/intervention?{parameters}&start=100")
    if "answer" in parameters:
        asked = (
            "SELECT ?s { ?p rg:subject ?s ; rg:object ?o ; rg:overallAnswer answer:benefit . "
            "?s a rg:Intervention }"
        )
        rows = graph.query(asked, o=graph.factor("bullying-victimisation"))
        assert found == {str(row["s"]).removeprefix(ID) for row in rows}
    else:
        every = [graph.intervention(slug) for slug in graph.slugs("intervention")]
        wanted = [
            each
            for each in every
            if each.provision.slug == filters["provision"]
            and each.minimum_age is not None
            and each.maximum_age is not None
            and each.minimum_age <= 12 <= each.maximum_age
        ]
        assert found == {f"intervention/{each.slug}" for each in wanted}


def test_harm_to_some_is_found_as_harm(client: FlaskClient) -> None:
    assert "intervention/dot-b-mindfulness" in listed(client, "/browse/intervention?answer=harm")


def test_search_forgives_and_suggests(client: FlaskClient) -> None:
    assert "factor/bullying-victimisation" in listed(client, "/search?q=bulying")
    names = [hit["name"] for hit in client.get("/search?q=bulying&format=json").json or []]
    assert any("ullying" in name for name in names)
    assert "0 found" in client.get("/search?q=zzzzqqqq").text
    studies = client.get("/search?q=kiva&format=json&kind=study").json or []
    assert {hit["kind"] for hit in studies} == {"study"}


def test_the_map_of_gaps_says_what_the_library_says(client: FlaskClient, graph: Graph) -> None:
    from resgraph.gaps import gap_map

    text = client.get("/gaps?of=outcome&part=mental-health").text
    cells = gap_map(graph, [graph.intervention("dot-b-mindfulness")], [graph.outcome("anxiety-symptoms")])
    assert cells[0].answer == "no-effect"
    assert ".b mindfulness curriculum, Anxiety symptoms: no effect, moderate evidence" in text
    assert client.get("/gaps?of=nonsense&part=nothing").status_code == 200


def test_the_briefing_has_its_points_with_findings_for_and_against(client: FlaskClient, graph: Graph) -> None:
    text = client.get("/briefing").text
    for slug in graph.slugs("point"):
        point = graph.point(slug)
        assert point.label in text
        assert f"<strong>{len(point.is_supported_by)}</strong>" in text


def test_what_an_enemy_writes_is_text(client: FlaskClient) -> None:
    for path in ("/search?q=", "/browse/intervention?age=", "/gaps?part=", "/browse/factor?level="):
        assert "<b>" not in client.get(path + "<b>'%22").text
    assert client.get("/browse/<b>").status_code == 404


@pytest.mark.parametrize("slug", ["kiva", "dot-b-mindfulness", "bounce-back", "sure-start"])
def test_a_programme_begins_with_its_answers(client: FlaskClient, graph: Graph, slug: str) -> None:
    """Each of the five has its number, also where it is none; harm to some is in the card of harm."""
    text = client.get(f"/doc/intervention/{slug}").text
    cards = re.findall(r'<div class="verdict ([a-z-]+).*?class="count">(\d+)<(.*?)</div>', text, re.S)
    rows = graph.query(
        "SELECT ?o ?a (EXISTS { ?q rg:answer answer:harm } AS ?harm) { ?q rg:subject ?s ; rg:object ?o ; "
        "rg:overallAnswer ?a FILTER NOT EXISTS { ?q rg:moderates ?m } }",
        s=graph.intervention(slug),
    )
    answers = [str(row["a"]).rsplit("/", 1)[-1] for row in rows]
    assert [name for name, *_ in cards] == ["benefit", "harm", "mixed", "no-effect", "no-evidence"]
    assert {name: int(count) for name, count, _ in cards} == {name: answers.count(name) for name, *_ in cards}
    harmed = sum(bool(row["harm"]) and not str(row["a"]).endswith("/harm") for row in rows)
    assert {name: words for name, _, words in cards}["harm"].count("for some; overall") == harmed


def test_what_others_say_of_cost_is_on_the_page(client: FlaskClient) -> None:
    rated = client.get("/doc/intervention/arts-participation").text.split('id="ratings"')[1]
    assert re.search(r"<dt>Cost rating</dt><dd>low</dd>", rated)
    assert "That does not mean that it costs nothing" in client.get("/doc/intervention/kiva").text
