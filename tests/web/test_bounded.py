"""Pages are bounded, ask nothing of the whole graph, and are the same however their statements are read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from resgraph.evaluate import InProcess, Request, Written
from resgraph.graph import Graph
from resgraph.store import Dataset
from resgraph.vocab import ID
from resgraph.web import create_app
from resgraph.web.evidence.findings import AT_FIRST, shown
from resgraph.web.turning import AT_ONCE, Turned

#: Kinds with a page of evidence, and a thing of each with much of it.
PAGES = (
    "intervention/kiva",
    "outcome/academic-attainment",
    "factor/bullying-victimisation",
    "determinant/income-and-wealth",
    "population/girls",
    "proposition/kiva--bullying-victimisation",
    "finding/bowes-2024--kiva--bullying-victimisation",
    "source/eef-toolkit",
    "point/briefing-1",
    "study/gatehouse",
    "action/build-community-prevention-coalition",
    "disparity/fsm-eligible-pupils--adverse-childhood-experiences",
    "disparity/bereaved-children--bereavement",
    "rating/hippy--eif-guidebook",
)
OTHERS = ("/", "/ns", "/scheme/relation", "/scheme/relation/increases", "/graph/alignments", "/briefing")
#: What reads the shelves when it is asked for the first time.
SHELVES = ("/browse", "/browse/finding", "/gaps", "/search?q=anxiety")


class Counting(InProcess):
    """Counts the queries that pages ask."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset)
        self.asked: list[str] = []

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        self.asked.append(request.text)
        return super().evaluate(request)


class Elsewhere:
    """Answers as another process would: pages have nothing but its answers."""

    def __init__(self, dataset: Dataset) -> None:
        self._here = InProcess(dataset)
        self.on_replaced: Callable[[], object] = list

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        return self._here.evaluate(request)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


def page(client: FlaskClient, path: str) -> str:
    reply = client.get(path, headers={"Accept": "text/html"})
    assert reply.status_code == 200, path
    return reply.text


def test_no_page_asks_the_whole_graph(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents ask no query at all, only what is stated of things by name; shelves are read once."""
    evaluator = Counting(graph.dataset)
    client = create_app(evaluator, graph.manifest).test_client()
    for path in (*SHELVES, "/briefing"):
        page(client, path)
    evaluator.asked.clear()

    def looked_up(self: Dataset, *pattern: object, known: Callable[..., object] = Dataset.stated) -> object:
        assert pattern[0] is not None or pattern[2] is not None, "a page reads everything"
        return known(self, *pattern)

    def asked(self: Dataset, *text: str, ask: Callable[..., object] = Dataset.query, **how: object) -> object:
        assert self is not graph.dataset, "a page asks a query of the whole graph"
        return ask(self, *text, **how)

    monkeypatch.setattr(Dataset, "stated", looked_up)
    monkeypatch.setattr(Dataset, "query", asked)
    for path in (*(f"/doc/{each}" for each in PAGES), *OTHERS, *SHELVES):
        page(client, path)
    assert evaluator.asked == []


@pytest.mark.parametrize("path", [f"/doc/{each}" for each in PAGES] + ["/scheme/level"])
def test_a_page_is_the_same_wherever_its_statements_are_read(graph: Graph, path: str) -> None:
    near = create_app(graph.dataset, graph.manifest).test_client()
    far = create_app(Elsewhere(graph.dataset), graph.manifest).test_client()
    assert page(near, path) == page(far, path)


def linked(text: str, kind: str) -> set[str]:
    rows = text.split('<table class="findings cards">')[1].split("</table>")[0]
    return set(re.findall(rf'<th scope="row"><a href="/doc/({kind}/[^"]+)"', rows))


def parts(client: FlaskClient, first: str) -> Iterator[str]:
    """Yield the parts of a page that hold all findings, each kind on its own."""
    waiting = re.findall(r'<a href="([^"]+#findings)">all ', first)
    while waiting:
        yield (text := page(client, html.unescape(waiting.pop()).partition("#")[0]))
        waiting += re.findall(r'<a href="([^"]+#findings)" rel="next"', text)


def test_a_long_page_shows_some_of_each_kind_and_leads_to_all(client: FlaskClient, graph: Graph) -> None:
    first = page(client, "/doc/outcome/academic-attainment")
    every = {each.iri.removeprefix(ID) for each in graph.outcome("academic-attainment").findings}
    at_first = linked(first, "finding")
    assert len(every) > AT_ONCE > AT_FIRST == len(at_first)
    for says in ("gain", "no clear effect", "harm"):
        assert f'<span class="says">{says}</span>' in first
    found = set(at_first)
    for text in parts(client, first):
        found |= linked(text, "finding")
    assert found == every


def test_what_cannot_be_turned_to_is_the_beginning(client: FlaskClient) -> None:
    path = "/doc/outcome/academic-attainment"
    first = linked(page(client, path), "finding")
    for asked in ("?of=nonsense", "?start=99999", "?of=nonsense&start=-1", "?start=²"):
        assert linked(page(client, path + asked), "finding") == first
    assert "<b>" not in page(client, path + "?of=<b>&start=<b>")


COUNTS = st.dictionaries(st.sampled_from(["gain", "harm", "mixed", "other"]), st.integers(1, 300), min_size=1)


@given(COUNTS)
def test_no_kind_of_finding_hides_another(counts: dict[str, int]) -> None:
    places = shown(counts, Turned())
    assert sum(map(len, places.values())) == min(AT_FIRST, sum(counts.values()))
    fair = AT_FIRST // len(counts)
    assert all(len(places[says]) >= min(count, fair) for says, count in counts.items())


@given(COUNTS, st.sampled_from(["gain", "harm"]))
def test_turning_the_pages_meets_every_finding_once(counts: dict[str, int], says: str) -> None:
    if says not in counts or sum(counts.values()) <= AT_FIRST:
        return
    met: list[int] = []
    for start in range(0, counts[says], AT_ONCE):
        places = shown(counts, Turned(says, start))
        assert all(not places[other] for other in counts if other != says)
        met += places[says]
    assert met == list(range(counts[says]))
