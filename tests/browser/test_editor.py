"""The query editor, driven as people drive it: keys, clicks, what shows; on a wide and on a narrow screen."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from .driver import Driven, Tab
from .test_for_all import axe

__all__ = ["axe"]

READY = "document.getElementById('editor').dataset.ready"
TITLE = "document.querySelector('#answer h2').innerText"
TEXT = "document.getElementById('query').value"
INSIDE = "document.activeElement.closest('.CodeMirror') !== null"
#: The choices belong to what is written now: while they are renewed, the arrows do not lead to them.
SETTLED = """(() => {
  const { display, state } = document.querySelector(".CodeMirror").CodeMirror;
  display.input.ensurePolled();
  return state.completionActive?.widget?.keyMap.Down !== undefined;
})()"""
OFFERED = """(() => {
  const { display, state } = document.querySelector(".CodeMirror").CodeMirror;
  display.input.ensurePolled();
  return Boolean(state.completionActive?.widget);
})()"""
#: What the browser itself says of an answer with status 400.
REFUSED = "Failed to load resource: the server responded with a status of 400"
EDGES = """
CONSTRUCT { ?i ?p ?f } {
  GRAPH graph:evidenced { ?i ?p ?f } VALUES ?i { intervention:kiva }
  ?f a ?kind VALUES ?kind { rg:RiskFactor rg:ProtectiveFactor rg:Outcome }
}"""
COUNTS = """
SELECT ?factor (COUNT(*) AS ?n) { ?f rg:object ?factor . ?factor a rg:RiskFactor }
GROUP BY ?factor ORDER BY DESC(?n) LIMIT 9"""


@pytest.fixture
def page(tab: Tab, server: str) -> Iterator[Tab]:
    """A page; after each test it has asked no other host, and nothing was complained of."""
    yield tab
    assert tab.hosts <= {urlsplit(server).netloc}
    assert [line for line in tab.console if not line.startswith(REFUSED)] == []


def ask(page: Tab, server: str, query: str = "", **more: str) -> None:
    """Open the editor with a query in it, and wait for the answer."""
    given = urlencode({"query": query, **more} if query else more)
    page.go(f"{server}/sparql?{given}" if given else f"{server}/sparql")
    page.wait(READY)


def choices(page: Tab) -> list[str]:
    """The names that are offered, when there are any."""
    page.wait(SETTLED)
    found: list[str] = page.run(
        "[...document.querySelectorAll('.hint-name')].map((each) => each.textContent)"
    )
    return found


def test_a_query_is_written_completed_and_run_by_keyboard_alone(page: Tab, server: str) -> None:
    ask(page, server)
    for _ in range(12):
        page.press("Tab")
        if page.run(INSIDE):
            break
    page.type("SELECT ?f ?s { ?f a ")
    page.press("Space", control=True)
    assert choices(page)[:2] == ["rg:Proposition", "rg:Finding"], "classes by how many members they have"
    page.press("ArrowDown")
    page.press("Enter")
    page.type(" ; ")
    page.press("Space", control=True)
    assert "rg:subject" in choices(page)[:8], "properties that findings have"
    page.type("subj")
    assert choices(page)[0] == "rg:subject"
    page.press("Tab")
    page.type(" kiva")
    assert choices(page)[0] == "intervention:kiva", "a thing by its name"
    page.press("Enter")
    page.type(" }")
    page.press("Enter", control=True)
    page.wait("document.querySelector('#answer tbody tr')")
    assert page.run(TEXT).startswith("SELECT ?f ?s { ?f a rg:Finding ; rg:subject intervention:kiva }")
    page.press("Tab")
    assert not page.run(INSIDE), "the tabulator leads on"
    assert page.run("document.activeElement.textContent") == "Run"


def test_nothing_is_offered_for_what_is_whole_or_no_part_of_the_query(page: Tab, server: str) -> None:
    ask(page, server)
    page.click(".CodeMirror-lines")
    page.type("# the find")
    assert not page.run(OFFERED)
    assert page.run("!document.querySelector('.CodeMirror').CodeMirror.state.completionActive"), (
        "not asked for"
    )
    page.press("Enter")
    page.type("SELECT ?find")
    page.press("Enter")
    page.type("{ ?find a rg:Findin")
    page.wait(SETTLED)
    page.type("g")
    page.wait(f"!{OFFERED}")
    page.press("Enter")
    assert page.run(TEXT).endswith("{ ?find a rg:Finding\n  ")


def test_rows_are_sorted_narrowed_and_named(page: Tab, server: str) -> None:
    ask(page, server, COUNTS)
    assert page.run(TITLE).startswith("9 rows")
    assert page.run("document.querySelector('[role=status].unseen').textContent") == "9 rows"
    first = "document.querySelector('#answer tbody tr')"
    page.wait(f"{first}.innerText.includes('Conduct problems')")
    assert page.run(f"{first}.querySelector('a').pathname") == "/doc/factor/conduct-problems"
    page.click("#answer th:nth-child(2) button")
    assert page.run("document.querySelectorAll('#answer th')[1].ariaSort") == "ascending"
    assert not page.run(f"{first}.innerText.includes('Conduct problems')")
    page.click("#find")
    page.type("bullying")
    page.wait("document.querySelectorAll('#answer tbody tr').length === 2")
    assert "2 rows have" in page.run("document.querySelector('#answer [role=status]').textContent")
    assert page.run(
        "[...document.querySelectorAll('a[download]')].some((e) => e.href.includes('format=csv'))"
    )
    assert "SELECT+%3Ffactor" in page.run("location.search")


def test_yes_and_no_are_said(page: Tab, server: str) -> None:
    ask(page, server, "ASK { intervention:kiva a rg:Intervention }")
    assert page.run(TITLE).startswith("Yes")
    ask(page, server, "ASK { intervention:kiva a rg:Finding }")
    assert page.run(TITLE) == "No"


@pytest.mark.parametrize("query", [EDGES, "DESCRIBE intervention:friends"], ids=["construct", "describe"])
def test_a_graph_is_drawn_and_told_in_words(page: Tab, server: str, query: str) -> None:
    ask(page, server, query)
    page.wait("document.querySelector('svg.network a[href^=\"/doc/\"]')")
    things = page.run(
        "[...document.querySelectorAll('svg.network a')].map((e) => e.getAttribute('aria-label'))"
    )
    assert any(name.startswith(("KiVa", "FRIENDS")) for name in things)
    page.run("document.getElementById('tab-graph').focus()")
    page.press("ArrowLeft")
    page.wait("document.querySelectorAll('#view tbody tr').length > 3")
    assert page.run("document.activeElement.id") == "tab-table"


def test_numbers_become_a_chart(page: Tab, server: str) -> None:
    ask(page, server, COUNTS)
    page.click("#tab-chart")
    page.wait("document.querySelectorAll('svg.chart rect').length === 9")
    assert page.run("document.querySelector('svg.chart').textContent.includes('Conduct problems')")
    ask(
        page, server, "SELECT ?year (COUNT(*) AS ?n) { ?s a rg:Source ; dcterms:issued ?year } GROUP BY ?year"
    )
    page.click("#tab-chart")
    page.wait("document.querySelector('svg.chart polyline')")
    assert page.run("document.getElementById('chart-form').value") == "line"


def test_what_is_wrong_is_marked_where_it_is(page: Tab, server: str) -> None:
    ask(page, server, "SELECT * {\n  ?x rg:builds ?y .\n  FILER(?y)\n}")
    page.wait("document.querySelector('.marked-wrong')?.textContent === 'FILER'")
    assert "FILTER" in page.run("document.getElementById('problem').innerText")
    page.click("#problem button")
    assert page.run(INSIDE)
    page.type("x")
    assert "  xFILER(?y)" in page.run(TEXT)


def test_a_name_that_the_data_do_not_have_is_marked_and_mended(page: Tab, server: str) -> None:
    ask(page, server, "SELECT * { ?x rg:build ?y }")
    page.wait("document.querySelector('.marked-strange')?.textContent === 'rg:build'")
    page.click("#answer [role=note] button:last-child")
    page.wait("document.querySelector('#answer tbody tr')")
    assert page.run(TEXT) == "SELECT * { ?x rg:builds ?y }"


def test_a_stored_question_is_found_taken_and_varied(page: Tab, server: str) -> None:
    ask(page, server)
    page.click("#find-question")
    page.type("buffer this adversity")
    page.wait("[...document.querySelectorAll('#examples li')].filter((e) => !e.hidden).length === 1")
    page.click("#examples li:not([hidden]) a")
    page.wait("document.querySelector('#answer tbody tr')")
    assert "VALUES ?adversity { factor:adverse-childhood-experiences }" in page.run(TEXT)
    assert page.run("location.search") == "?stored=17-buffers"
    page.click("#value-adversity")
    page.run("document.getElementById('value-adversity').select()")
    page.type("factor:poverty")
    page.press("Enter")
    page.wait(f"{TEXT}.includes('VALUES ?adversity {{ factor:poverty }}')")
    page.wait("location.search !== '?stored=17-buffers'")


def test_everything_at_once_does_not_freeze_the_page(page: Tab, server: str) -> None:
    ask(page, server, "SELECT * { ?s ?p ?o }")
    assert page.run("document.querySelectorAll('#answer tbody tr').length") == 100
    page.click("#answer p button")
    page.wait(f"{TITLE}.startsWith('More than 20,000 rows')")
    assert page.run("document.querySelectorAll('#answer tbody tr').length") == 100
    page.click("#answer th:nth-child(3) button")
    assert page.run("document.querySelectorAll('#answer tbody tr').length") == 100


def test_a_long_query_is_stopped(page: Tab, server: str) -> None:
    ask(page, server)
    page.click(".CodeMirror-lines")
    page.type("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?c < ?f) }")
    page.press("Enter", control=True)
    page.wait(
        "[...document.querySelectorAll('#editor button')].some((e) => e.textContent === 'Stop' && !e.hidden)"
    )
    page.click("#editor button.plain")
    page.wait("document.getElementById('answer').textContent.includes('Stopped')")


def evaluated(server: str) -> int:
    """Return how many queries the server has evaluated: those whose time it measured."""
    with urlopen(f"{server}/metrics") as reply:
        found = re.search(r"^resgraph_query_seconds_count (\d+)$", reply.read().decode(), re.M)
    assert found
    return int(found[1])


ONCE = {
    "rows": ("SELECT ?n (%d AS ?mine) { VALUES ?n { 2 1 } } ORDER BY ?n", "2 rows"),
    "more rows than a page shows": (
        "SELECT ?n (%d AS ?mine) { ?x rdfs:label ?n } LIMIT 1001",
        "1,001 rows",
    ),
    "a graph": ("CONSTRUCT { ?f rg:participants ?n , %d } WHERE { ?f rg:participants ?n } LIMIT 3", "6 st"),
    "yes": ("ASK { FILTER(%d > 0) }", "Yes"),
    "a mistake": ("SELECT ?n { %d", ""),
}


@pytest.mark.parametrize("kind", ONCE)
def test_a_query_in_the_address_is_evaluated_once(page: Tab, server: str, kind: str) -> None:
    """The answer comes with the page; the editor asks again only when somebody runs it."""
    query, title = ONCE[kind]
    before = evaluated(server)
    ask(page, server, query % secrets.randbits(40))
    assert page.run(TITLE).startswith(title)
    assert " ms" not in page.run(TITLE), "asked by the editor"
    named = "SELECT ?thing (SAMPLE(?name) AS ?label)"
    asked = page.run(
        "performance.getEntriesByType('resource').map((each) => decodeURIComponent(each.name))"
        ".filter((each) => each.includes('/sparql'))"
    )
    others = [each for each in asked if named not in each.replace("+", " ")]
    assert others == []
    assert evaluated(server) - before == 1 + len(asked)


def test_a_stored_question_is_evaluated_once_when_it_is_taken(page: Tab, server: str) -> None:
    ask(page, server)
    page.run("performance.clearResourceTimings()")
    page.run("document.querySelector('#examples a[href*=\"stored=17-buffers\"]').click()")
    page.wait("document.querySelector('#answer tbody tr')")
    asked = page.run("performance.getEntriesByType('resource').map((each) => each.name)")
    assert len([each for each in asked if "/sparql?stored=" in each]) == 1
    assert [each for each in asked if "/sparql?query=" in each and "SAMPLE" not in each] == []


def test_the_code_for_programs_is_at_hand(page: Tab, server: str) -> None:
    ask(page, server, "ASK {}")
    page.click("#tab-code")
    page.wait("document.querySelectorAll('#view h3').length >= 4")
    assert "curl" in page.run("document.getElementById('view').innerText")


PAGES: dict[str, Any] = {
    "table": {"stored": "17-buffers"},
    "chart": {"query": COUNTS, "view": "chart"},
    "graph": {"query": EDGES},
    "wrong": {"query": "SELECT * { ?x rg:build ?y } ORDR"},
    "questions": {},
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_serious_is_wrong_and_nothing_is_too_wide(
    page: Tab, server: str, axe: str, name: str
) -> None:
    given = dict(PAGES[name])
    view = given.pop("view", "")
    page.resize(320)
    ask(page, server, **given)
    if view:
        page.click(f"#tab-{view}")
        page.wait(f"document.querySelector('svg.{view}')")
    elif name == "graph":
        page.wait("document.querySelector('svg.network')")
    elif name == "questions":
        page.click(".CodeMirror-lines")
        page.type("SELECT ?x { ?x a rg:F")
        choices(page)
    assert page.run("document.documentElement.scrollWidth") <= 320
    page.run(axe + "; 1")
    found = json.loads(page.run("axe.run().then((found) => JSON.stringify(found.violations))"))
    serious = [
        (each["id"], [node["html"] for node in each["nodes"]]) for each in found if each["impact"] != "minor"
    ]
    assert serious == []


def test_without_scripts_the_plain_form_answers(driven: Driven, server: str) -> None:
    page = driven.tab(scripts=False)
    page.go(f"{server}/sparql?" + urlencode({"query": COUNTS}))
    page.click("#query")
    page.press("Tab")
    with page.loading():
        page.press("Enter")
    assert "format=" in page.address
    assert page.run("document.querySelectorAll('#answer tbody tr').length") == 9
    assert page.run("document.querySelector('.CodeMirror') === null")
    page.close()
