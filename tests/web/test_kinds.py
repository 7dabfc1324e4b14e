"""Pages of studies, of differences between groups and of ratings: they say what the graph knows of each."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest
from flask.testing import FlaskClient

from resgraph.graph import Graph
from resgraph.vocab import ID
from resgraph.web import create_app


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


def told(client: FlaskClient, iri: str) -> str:
    """Return what a page tells before the bare statements."""
    text = client.get(f"/doc/{iri.removeprefix(ID)}", headers={"Accept": "text/html"}).text
    return text.split('<main id="content">')[1].split('<details class="everything">')[0]


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rows(text: str) -> set[str]:
    """Return the findings of the table of a page."""
    return {ID + found for found in re.findall(r'<th scope="row"><a href="/doc/(finding/[^"]+)"', text)}


def test_a_study_has_every_finding_of_its_reports(client: FlaskClient, graph: Graph) -> None:
    for study in graph.things("study"):
        text = told(client, study.iri)
        reports = graph.study(study.slug).reported_by
        assert rows(text) == {each.iri for report in reports for each in report.findings}
        assert f"{len(reports)} reports tell of this" in words(text)
        listed = text.split('id="reading"')[1]
        assert set(re.findall(r'href="/doc/(source/[^"]+)"', listed)) == {
            each.iri.removeprefix(ID) for each in reports
        }
        assert [
            each.doi for each in reports if each.doi and f"https://doi.org/{each.doi}" not in listed
        ] == []


def test_a_report_of_two_studies_says_so(client: FlaskClient, graph: Graph) -> None:
    both = graph.source("richards-2009").reported_studies
    assert len(both) == 2
    for one, other in (both, both[::-1]):
        assert f"also reports {other.label}" in words(told(client, one.iri))


def test_a_difference_says_who_what_which_way_and_on_what_ground(client: FlaskClient, graph: Graph) -> None:
    for each in graph.things("disparity"):
        known = graph.disparity(each.slug)
        text = told(client, each.iri)
        heading = words(text[text.index("<h1>") : text.index("</h1>")])
        assert heading.startswith(f"{known.group.label}: {known.disparity.label} ")
        assert heading.casefold().endswith(known.factor.label.casefold())
        assert rows(text) == {found.iri for found in known.findings}
        assert f"Known {known.disparity_basis.label}: " in words(text)
        for found in known.findings:
            assert " ".join((found.equity_note or "").split()) in words(text)
        assert ("no finding is needed" in text) == (not known.findings and "definition" in words(text))


def cards(text: str) -> Counter[str]:
    """Return how many questions have each answer, as the cards say."""
    found = re.findall(r'<div class="verdict ([a-z-]+).*?class="count">(\d+)<', text, re.S)
    return Counter({name: int(count) for name, count in found if int(count)})


@pytest.mark.parametrize(("kind", "over"), [("disparity", "rg:factor"), ("rating", "rg:rates")])
def test_what_was_found_stands_beside_it(client: FlaskClient, graph: Graph, kind: str, over: str) -> None:
    """Where a difference leads, and what findings say of what others rated: every answer, by its name."""
    answers: dict[str, Counter[str]] = {each.iri: Counter() for each in graph.things(kind)}
    asked = f"SELECT ?it ?answer {{ ?it {over} ?x . ?q rg:subject ?x ; rg:overallAnswer ?answer }}"
    for row in graph.query(asked):
        if str(row["it"]) in answers:
            answers[str(row["it"])][str(row["answer"]).rsplit("/", 1)[-1]] += 1
    for iri, expected in answers.items():
        assert cards(told(client, iri)) == expected, iri


def test_a_rating_keeps_the_words_of_who_rated(client: FlaskClient, graph: Graph) -> None:
    for each in graph.things("rating"):
        known, text = graph.rating(each.slug), words(told(client, each.iri))
        for said in (known.rates.label, known.as_of, known.evidence_rating, known.effect_statement):
            assert " ".join((said or "").split()) in text
        assert ("On cost it says nothing" in text) == (known.cost_rating is None)
    lost = words(told(client, ID + "rating/achievement-for-all--achievement-for-all-trial"))
    assert "Progress in a school year 2 months less" in lost
    even = words(told(client, ID + "rating/setting-and-streaming--setting-and-streaming"))
    assert "Progress in a school year no difference" in even


def test_a_finding_leads_to_the_question_that_it_is_part_of(client: FlaskClient, graph: Graph) -> None:
    rows = graph.query("SELECT ?f ?q { ?q rg:hasFinding ?f }").to_dicts()
    for row in rows[::40]:
        text = told(client, str(row["f"]))
        assert f'href="/doc/{str(row["q"]).removeprefix(ID)}"' in text.split('id="question"')[1]
    heading = words(told(client, ID + "finding/bowes-2024--kiva--bullying-victimisation").split("</h1>")[0])
    assert heading.endswith("decreases (Bowes et al. 2024)")


def test_a_group_lists_what_it_meets_on_which_ground(client: FlaskClient, graph: Graph) -> None:
    for each in graph.things("population"):
        known = graph.population(each.slug).disparities
        text = told(client, each.iri).split('id="evidenced"')[1].split("</section>")[0]
        assert set(re.findall(r'href="/doc/(disparity/[^"]+)"', text)) == {
            one.iri.removeprefix(ID) for one in known
        }
        assert ("Nobody has looked" in text) == (not known)


def test_a_report_leads_to_its_study(client: FlaskClient) -> None:
    text = words(told(client, ID + "source/bonell-2018"))
    assert "Took part 6,667" in text
    assert "One of 2 reports of a single study: INCLUSIVE trial of Learning Together" in text


def test_an_action_says_of_each_programme_whether_it_worked(client: FlaskClient, graph: Graph) -> None:
    """So many questions as the line of a programme tells have that answer."""
    for each in graph.things("action"):
        items = told(client, each.iri).split("did it work?")[-1].split("<h2>")[0].split("<li>")[1:]
        programmes = graph.action(each.slug).example_intervention
        assert len(items) == len(programmes)
        for programme, item in zip(programmes, items, strict=True):
            assert f'href="/doc/{programme.iri.removeprefix(ID)}"' in item
            rows = graph.query("SELECT ?a { ?q rg:subject ?s ; rg:overallAnswer ?a }", s=programme)
            expected = Counter(str(a).rsplit("/", 1)[-1].replace("-", " ") for a in rows["a"])
            said = {name: n for name, n in expected.items() if f"{n} {name}" in words(item)}
            assert said == expected, programme
