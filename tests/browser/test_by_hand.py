"""What people do on the pages: by keyboard alone, by mouse, without scripts, on paper."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from resgraph.graph import Graph
from resgraph.vocab import ID

from .driver import Driven, Tab

KIVA = "/doc/intervention/kiva"
#: Where the focus is: its place among all that can have it, its words, its frame, how large it is.
FOCUS = """(() => {
  const at = document.activeElement; if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getClientRects()[0];
  const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return { place: [...document.querySelectorAll("*")].indexOf(at), id: at.id, name: at.localName,
    words: (at.getAttribute("aria-label") || at.innerText || at.textContent || "").trim(),
    framed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && (box.height > innerHeight || at.contains(on)) };
  })()"""
MANY = 700


def stops(tab: Tab) -> Iterator[dict[str, Any]]:
    """Press Tab from the beginning of a page to its end; yield where the focus comes."""
    last = -1
    for _ in range(MANY):
        tab.press("Tab")
        found = tab.run(FOCUS)
        if found is None or found["place"] <= last:
            return
        last = found["place"]
        yield found
    raise AssertionError("the focus never comes to the end of the page")


def go_by_tab(tab: Tab, script: str) -> None:
    """Press Tab until something is true of the element that has the focus, called `at`."""
    for _ in range(MANY):
        tab.press("Tab")
        if tab.run(f"(() => {{ const at = document.activeElement; return !!({script}); }})()"):
            return
    raise AssertionError(f"Tab never comes to where {script}")


@pytest.mark.parametrize("path", ["/", "/browse/intervention?answer=harm", KIVA, "/gaps?part=mental-health"])
def test_tab_goes_through_a_page_in_order_and_is_seen(tab: Tab, server: str, path: str) -> None:
    tab.go(server + path)
    found = list(stops(tab))
    everything = tab.run(
        """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
        .filter((each) => each.checkVisibility() && each.getClientRects().length).length"""
    )
    assert len(found) == everything, "some things cannot be reached, or the focus is caught"
    assert [each["words"] for each in found if not each["framed"]] == []
    assert [each["words"] for each in found if not each["seen"]] == []
    assert [each for each in found if not each["words"] and each["name"] == "a"] == []


def test_on_the_way_back_nothing_that_stays_in_place_covers_the_focus(tab: Tab, server: str) -> None:
    tab.go(server + "/gaps")
    tab.run("[...document.querySelectorAll('.gap-map td a')].at(-1).focus()")
    for _ in range(120):
        tab.press("Tab", shift=True)
        found = tab.run(FOCUS)
        assert found["seen"], found["words"]


def test_the_way_from_home_to_a_finding_without_a_mouse(tab: Tab, server: str) -> None:
    tab.go(server + "/")
    tab.press("Tab")
    assert tab.run(FOCUS)["words"] == "Skip to the content"
    tab.press("Enter")
    assert tab.address.endswith("/#content")
    go_by_tab(tab, "at.id === 'q'")
    tab.type("bulying")
    with tab.loading():
        tab.press("Enter")
    assert "bulying" in tab.address
    go_by_tab(tab, "at.textContent === 'KiVa antibullying programme' || at.href?.endsWith('victimisation')")
    with tab.loading():
        tab.press("Enter")
    go_by_tab(tab, "at.closest('.questions-table') && at.localName === 'a'")
    with tab.loading():
        tab.press("Enter")
    assert "/doc/proposition/" in tab.address
    go_by_tab(tab, "at.closest('.findings th')")
    with tab.loading():
        tab.press("Enter")
    assert "/doc/finding/" in tab.address
    go_by_tab(tab, "at.localName === 'summary'")
    assert not tab.run("document.activeElement.parentElement.open")
    tab.press("Enter")
    assert tab.run("document.activeElement.parentElement.open")


CHOSEN = """(document.querySelector("#suggestions [aria-selected=true]") || {}).textContent || null"""
OPEN = """document.getElementById("q").getAttribute("aria-expanded") === "true" """


@pytest.mark.parametrize("path", ["/", "/search"])
def test_suggestions_are_chosen_by_arrow_keys(tab: Tab, server: str, path: str) -> None:
    tab.go(server + path)
    go_by_tab(tab, "at.id === 'q'")
    tab.type("anxeity")
    tab.wait(OPEN)
    assert tab.run(CHOSEN) is None, "nothing is chosen for a person who has not chosen"
    tab.press("ArrowDown")
    first = tab.run(CHOSEN)
    assert first.startswith("Anxiety")
    named = "document.activeElement.getAttribute('aria-activedescendant')"
    assert tab.run(f"document.getElementById({named}).textContent") == first
    tab.press("ArrowDown")
    assert tab.run(CHOSEN) != first
    tab.press("ArrowUp")
    assert tab.run(CHOSEN) == first
    tab.press("Escape")
    assert not tab.run(OPEN)
    assert tab.run("document.activeElement.value") == "anxeity"
    tab.press("ArrowDown")
    tab.wait(OPEN)
    tab.press("ArrowDown")
    with tab.loading():
        tab.press("Enter")
    assert tab.address.endswith("/doc/outcome/anxiety")


#: level, age, outcome, answer, strength
CHOICES = [
    ("interpersonal-relationships", "11", "bullying-victimisation", "benefit", "strong"),
    ("whole-school-and-community", "13", "bullying-victimisation", "benefit", "moderate"),
    ("pupil-achievement", "12", "anxiety-symptoms", "no-effect", "moderate"),
    ("pupil-achievement", "12", "psychological-distress", "harm", ""),
]
ASKED = """
SELECT DISTINCT ?s { ?s a rg:Intervention ; rg:actionLevel action-level:LEVEL ; rg:minimumAge ?from ;
  rg:maximumAge ?to . FILTER(?from <= AGE && AGE <= ?to) ?q rg:subject ?s ; rg:object ?o . EVIDENCE
  FILTER(STRENDS(STR(?o), "/OUTCOME")) FILTER NOT EXISTS { ?q rg:moderates ?risk } }"""
LISTED = """[...document.querySelectorAll("main .list a")].map((each) => each.getAttribute("href"))"""


def asked(graph: Graph, level: str, age: str, outcome: str, answer: str, strength: str) -> set[str]:
    # Who looks for harm wants to see harm to some as well, whatever the answer on all.
    said = f"?q rg:{'answer' if answer == 'harm' else 'overallAnswer'} answer:{answer} ."
    said += f" ?q rg:strength strength:{strength} ." * bool(strength)
    text = ASKED.replace("LEVEL", level).replace("AGE", age).replace("OUTCOME", outcome)
    rows = graph.query(text.replace("EVIDENCE", said))
    return {"/doc/" + str(row["s"]).removeprefix(ID) for row in rows}


@pytest.mark.parametrize("scripts", [True, False])
def test_facets_choose_what_a_query_finds(driven: Driven, server: str, graph: Graph, scripts: bool) -> None:
    tab = driven.tab(scripts=scripts)
    start = server + "/browse/intervention"
    names = ("level", "age", "outcome", "answer", "strength")
    tab.go(start)
    whole = tab.text("main p strong")
    for chosen in CHOICES if scripts else CHOICES[:2]:
        tab.go(start)
        for name, value in zip(names, chosen, strict=True):
            tab.run(f"document.querySelector('.facets [name={name}]').value = '{value}'")
        with tab.loading():
            tab.click(".facets button")
        expected = asked(graph, *chosen)
        assert expected or chosen[3] == "harm"
        assert {unquote(each) for each in tab.run(LISTED)} == expected
        assert tab.text("main p strong") == str(len(expected))
        parameters = {name: found[0] for name, found in parse_qs(urlsplit(tab.address).query).items()}
        assert {name: value for name, value in zip(names, chosen, strict=True) if value} == parameters
        kept = [tab.run(f"document.querySelector('.facets [name={name}]').value") for name in names]
        assert tuple(kept) == chosen, "the form forgets what was chosen"
        shared = tab.address
        tab.back()
        assert tab.text("main p strong") == whole
        assert {unquote(each) for each in tab.go(shared).run(LISTED)} == expected
    tab.close()


def test_counts_beside_facets_are_those_of_the_list(tab: Tab, server: str, graph: Graph) -> None:
    tab.go(server + "/browse/intervention?provision=selective")
    options = tab.run("[...document.querySelectorAll('[name=level] option')].map((each) => each.textContent)")
    told = {each.rpartition(" ")[0]: int(each.rpartition(" ")[2].strip("()")) for each in options[1:]}
    rows = graph.query(
        "SELECT ?name (COUNT(?s) AS ?n) { ?s rg:provision provision:selective ; rg:actionLevel ?level . "
        "?level rdfs:label ?name } GROUP BY ?name"
    )
    assert told == {str(row["name"]): row["n"] for row in rows}


CELLS = """[...document.querySelectorAll(".gap-map tbody tr")].flatMap((row) =>
  [...row.querySelectorAll("td")].map((cell, place) => ({ row: row.querySelector("th a").getAttribute("href"),
    column: document.querySelectorAll(".gap-map thead th a")[place].getAttribute("href"),
    to: cell.querySelector("a")?.getAttribute("href") || "", sign: cell.textContent.trim(),
    words: cell.querySelector("a")?.getAttribute("aria-label") || "" })))"""
SIGNS = {"benefit": "▲", "harm": "▼", "mixed": "◆", "no-effect": "○", "no-evidence": "?"}


@pytest.fixture(scope="module")
def known(graph: Graph) -> dict[tuple[str, str], dict[str, Any]]:
    """Every question on programmes, by the two pages it is about."""
    rows = graph.query(
        """SELECT ?q ?s ?o ?a (GROUP_CONCAT(STR(?f)) AS ?findings) { ?q rg:subject ?s ; rg:object ?o ;
        rg:overallAnswer ?a . ?s a rg:Intervention . OPTIONAL { ?q rg:hasFinding ?f }
        FILTER NOT EXISTS { ?q rg:moderates ?risk } } GROUP BY ?q ?s ?o ?a"""
    )

    def path(iri: object) -> str:
        return "/doc/" + str(iri).removeprefix(ID)

    return {
        (path(row["s"]), path(row["o"])): {
            "page": path(row["q"]),
            "answer": str(row["a"]).rsplit("/", 1)[-1],
            "findings": {path(each) for each in str(row["findings"]).split()},
        }
        for row in rows
    }


def test_the_map_tells_what_is_known_and_leads_to_it(
    tab: Tab, server: str, known: dict[tuple[str, str], dict[str, Any]]
) -> None:
    tab.go(server + "/gaps")
    cells = tab.run(CELLS)
    assert len(cells) > 1000
    filled = [each for each in cells if each["to"]]
    for cell in cells:
        behind = known.get((unquote(cell["row"]), unquote(cell["column"])))
        if behind is None:
            assert cell["sign"] == "", cell
            continue
        assert cell["sign"][0] == SIGNS[behind["answer"]], cell
        assert unquote(cell["to"]) == behind["page"]
        if behind["answer"] != "no-evidence":
            assert behind["answer"].replace("-", " ") in cell["words"], "the sign is not said in words"
    for cell in filled[::8]:
        with urllib.request.urlopen(server + cell["to"]) as reply:
            page = reply.read().decode()
        found = {
            unquote(each) for each in re.findall(r'<th scope="row"><a href="(/doc/finding/[^"]*)"', page)
        }
        assert found == known[unquote(cell["row"]), unquote(cell["column"])]["findings"]


def test_a_cell_is_opened_by_mouse_and_by_keyboard(tab: Tab, server: str) -> None:
    tab.go(server + "/gaps?of=factor&part=peer")
    cell = f'.gap-map a[href="{tab.run("document.querySelector(`.gap-map td a`).getAttribute(`href`)")}"]'
    with tab.loading():
        tab.click(cell)
    first = tab.address
    assert "/doc/proposition/" in first
    tab.go(server + "/gaps?of=factor&part=peer")
    go_by_tab(tab, "at.closest('.gap-map td')")
    with tab.loading():
        tab.press("Enter")
    assert tab.address == first


PLOT = """(() => {
  const plot = document.querySelector("svg.forest"), number = (e, name) => +e.getAttribute(name);
  const ticks = [...plot.querySelectorAll(":scope > text[text-anchor=middle]")]
    .filter((each) => !isNaN(each.textContent)).map((each) => [number(each, "x"), +each.textContent]);
  const drawn = (row) => {
    const line = row.querySelector("line.interval"), words = row.querySelectorAll("text");
    const signs = [...row.querySelectorAll(".sign")], places = signs.map((each) => each.getBBox());
    return { to: row.querySelector("a").getAttribute("href"),
      says: words[1].textContent, published: words[2].textContent,
      shapes: signs.map((each) => each.localName + (each.matches(".open") ? " open" : "")),
      at: places.length > 1 ? places[1].x + places[1].width / 2 : null,
      low: line ? number(line, "x1") : null, high: line ? number(line, "x2") : null }; };
  return { ticks, rows: [...plot.querySelectorAll(":scope > g:has(a)")].map(drawn),
    title: plot.querySelector("title").textContent, desc: plot.querySelector("desc").textContent }; })()"""
TABLE = """[...document.querySelectorAll(".findings tbody tr")].map((row) => ({
  to: row.querySelector("th a").getAttribute("href"),
  cells: [...row.querySelectorAll("td")].map((each) => each.textContent.trim().replace(/\\s+/g, " ")) }))"""
SHAPES = {
    "gain": "rect",
    "no clear effect": "circle open",
    "harm": "path",
    "mixed": "path open",
    "other": "path open",
}
PLOTTED = (KIVA, "/doc/outcome/anxiety-symptoms", "/doc/proposition/kiva--bullying-victimisation")


@pytest.mark.parametrize("path", PLOTTED)
def test_the_plot_and_its_table_say_the_same(tab: Tab, server: str, path: str) -> None:
    tab.go(server + path)
    plot, table = tab.run(PLOT), tab.run(TABLE)
    assert plot["title"].startswith("Forest plot")
    assert plot["desc"]
    assert [each["to"] for each in plot["rows"]] == [each["to"] for each in table]
    (left, least), *_, (right, most) = plot["ticks"]
    for drawn, told in zip(plot["rows"], table, strict=True):
        says, published, number = told["cells"][:3]
        assert says.startswith(drawn["says"])
        assert set(drawn["shapes"]) == {SHAPES[drawn["says"]]}, "the sign is not that of the words"
        assert published.startswith(drawn["published"].rstrip("…"))
        figures = [float(each) for each in re.findall(r"-?\d+\.\d\d", number)]
        places = [each for each in (drawn["at"], drawn["low"], drawn["high"]) if each is not None]
        assert len(figures) == len(places)
        for figure, place in zip(figures, places, strict=True):
            value = least + (place - left) / (right - left) * (most - least)
            assert value == pytest.approx(min(max(figure, least), most), abs=0.012 * (most - least)), drawn
    assert any(each["at"] is not None for each in plot["rows"])


STRIPS = """[...document.querySelectorAll(".findings tbody tr")].map((row) => {
  const strip = row.querySelector("svg.strip"), sign = strip && strip.querySelector(".sign").getBBox();
  return strip && strip.checkVisibility() ? sign.x + sign.width / 2 : null; })"""


def test_on_a_telephone_each_card_has_its_line_of_the_plot(tab: Tab, server: str) -> None:
    tab.go(server + KIVA)
    assert set(tab.run(STRIPS)) == {None}, "on a desk the plot stands above"
    tab.resize(320)
    assert tab.run(STRIPS) == [each["at"] for each in tab.run(PLOT)["rows"]]


def test_on_paper_is_the_evidence_and_not_the_site(tab: Tab, server: str) -> None:
    tab.go(server + KIVA)
    tab.resize(718)
    tab.show_as("print")
    hidden = "header.site, footer.site, .skip, .on-page, .everything, a.quiet"
    assert tab.run(f"[...document.querySelectorAll('{hidden}')].every((each) => !each.checkVisibility())")
    words = tab.text()
    for each in (
        "Harm",
        "No evidence",
        "Bullying victimisation",
        "pupils still or newly bullied",
        "OR 0.87 (0.78 to 0.97)",
    ):
        assert each in words
    assert tab.run("document.querySelector('svg.forest').getBoundingClientRect().right <= innerWidth")
    printed = tab.pdf()
    assert printed.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
    assert b"https://doi.org/10.1017/S0033291724002666" in printed, "the address of a source is lost"


def test_reading_and_searching_need_no_script(driven: Driven, server: str) -> None:
    tab = driven.tab(320, scripts=False)
    tab.go(server + "/")
    tab.click("#q")
    tab.type("bulying")
    with tab.loading():
        tab.press("Enter")
    with tab.loading():
        tab.click(".list a")
    assert "Does it work" in tab.text() or "What was tried" in tab.text()
    tab.click(".everything summary")
    assert tab.run("document.querySelector('.everything').open")
    assert tab.console == []
    tab.close()
