"""Answers that are kept: named, renewed, bounded; and those that are not."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from mmap import mmap
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resgraph.server import make_front
from resgraph.serving.cache import Cache, Page
from resgraph.serving.front import Front, NoPagesError
from resgraph.serving.incoming import Asking
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.web import create_app

from .conftest import FRIENDS, Client, Server, start
from .test_safety import children

LABELS = "/sparql?" + urlencode({"query": "SELECT ?name { ?s rdfs:label ?name } ORDER BY ?name"})
MANY = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 300"})
SLOW = "SELECT (COUNT(*) AS ?n) { ?a <http://example.org/n> ?x . ?b <http://example.org/n> ?y . ?c ?p ?z }"
BROWSER = "text/html,*/*;q=0.8"


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", BROWSER])
@pytest.mark.parametrize("path", [LABELS, "/ns", "/doc/intervention/friends"])
def test_an_answer_has_a_name_and_is_not_sent_twice(client: Client, path: str, accept: str) -> None:
    if path == "/ns" and accept != BROWSER:
        accept = "text/turtle"
    if path.startswith("/doc"):
        accept = BROWSER if accept == BROWSER else "text/turtle"
    first, second = client.ask(path, Accept=accept), client.ask(path, Accept=accept)
    assert first.status == 200
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert (second.body, second.headers["etag"]) == (first.body, tag)
    for tags in (tag, f'W/{tag}, "x"', "*"):
        again = client.ask(path, Accept=accept, If_None_Match=tags)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert client.ask(path, Accept=accept, If_None_Match='"other"').status == 200
    head = client.ask(path, "HEAD", Accept=accept)
    assert (head.headers["etag"], head.body) == (tag, b"")
    assert head.headers["content-length"] == str(len(first.body))
    assert head.headers["access-control-allow-origin"] == "*"


def test_every_representation_has_its_own_name(client: Client) -> None:
    replies = [
        client.ask(path, Accept=accept, Accept_Encoding=coding)
        for path in (LABELS, LABELS + "&inferred=true", MANY)
        for accept in ("application/json", "text/csv", "application/sparql-results+xml")
        for coding in ("identity", "gzip")
    ]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.headers["etag"] for reply in replies}) == len(replies)
    for reply in replies:
        assert {"Accept", "Accept-Encoding"} <= set(reply.headers["vary"].split(", "))
        assert reply.headers["cache-control"] == "public, no-cache"


def test_compression_is_the_same_content(client: Client) -> None:
    plain = client.ask(MANY, Accept="text/csv", Accept_Encoding="br")
    for _ in range(2):
        small = client.ask(MANY, Accept="text/csv", Accept_Encoding="gzip, deflate")
        assert small.headers["content-encoding"] == "gzip"
        assert gzip.decompress(small.body) == plain.body
        assert len(small.body) * 2 < len(plain.body)
    assert "content-encoding" not in client.ask(LABELS, Accept_Encoding="gzip").headers
    assert "content-encoding" not in client.ask(MANY, Accept_Encoding="gzip;q=0, *").headers


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand() AS ?x) {}",
        "SELECT (UUID() AS ?x) {}",
        "SELECT (StrUUID () AS ?x) {}",
        "SELECT (STR(BNODE()) AS ?x) {}",
        r"SELECT (\u0052AND() AS ?x) {}",
        "SELECT (RAND#\n() AS ?x) {}",
    ],
)
@pytest.mark.parametrize("accept", ["text/csv", BROWSER])
def test_what_changes_is_not_kept(client: Client, query: str, accept: str) -> None:
    path = "/sparql?" + urlencode({"query": query})
    first = client.ask(path, Accept=accept)
    if first.status == 400:  # the engine does not read escapes everywhere
        return
    time.sleep(0.002)
    second = client.ask(path, Accept=accept)
    assert "etag" not in first.headers
    assert first.headers.get("cache-control", "no-store") == "no-store"
    if "BNODE" not in query:
        assert first.body != second.body


def test_workers_do_not_draw_the_same_numbers(client: Client) -> None:
    queries = [f"SELECT (UUID() AS ?x) {{}} #{n}" for n in range(40)]
    with ThreadPoolExecutor(8) as people:
        drawn = [reply.body for reply in people.map(lambda text: client.query(text, "text/csv"), queries)]
    assert len(set(drawn)) == len(queries)


def test_errors_are_not_kept(client: Client) -> None:
    for path in ("/sparql?query=SELECT", "/doc/factor/none", "/sparql?query=ASK%7B%7D&timeout=x"):
        assert "etag" not in client.ask(path).headers


def test_a_post_is_kept_by_its_body(client: Client) -> None:
    def ask(text: str) -> bytes:
        kind = "application/sparql-query"
        return client.ask("/sparql", "POST", text.encode(), Content_Type=kind, Accept="text/csv").body

    assert [ask(f"SELECT ({n} AS ?x) {{}}").split()[1] for n in (1, 2, 1)] == [b"1", b"2", b"1"]


def test_a_cache_is_bounded() -> None:
    cache = Cache(100_000)
    for n in range(5000):
        cache.put((str(n),), Page(200, b"x" * (n % 900), 0))
        cache.get(("0",))
        assert cache.bytes <= 100_000
    assert cache.get(("4999",)) is not None
    assert cache.get(("0",)) is not None, "what is used stays"
    cache.put(("large",), Page(200, b"x" * 50_000, 0))
    assert cache.get(("large",)) is None, "one answer does not drive out many"
    assert len(Cache(0)._pages) == 0


@pytest.fixture
def front() -> Iterator[Front]:
    data = Dataset.from_nquads(f'<{FRIENDS}> <http://example.org/p> "x" <http://example.org/g> .\n'.encode())
    return make_front(data, {"sha256": "one"}, Settings(cache_bytes=1_000_000))  # type: ignore[return-value]


def asked(front: Front, path: str, query: str = "", **headers: str) -> Page:
    asking = Asking("GET", path, query, {name.replace("_", "-"): value for name, value in headers.items()})
    key = front.key(asking)
    page = front.recall(asking, key) or front.answer(asking, key, front.plan(asking, key))
    assert page is not None
    return page


def test_another_release_has_other_names(front: Front) -> None:
    first = asked(front, "/sparql", "query=ASK%7B%7D")
    other = make_front(front.evaluator.dataset, {"sha256": "two"}, front.settings)
    assert first.etag != asked(other, "/sparql", "query=ASK%7B%7D").etag
    stale = asked(other, "/sparql", "query=ASK%7B%7D", if_none_match=first.etag)
    assert stale.status == 200


def test_a_renewed_tag_costs_no_evaluation(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = asked(front, "/sparql", "query=ASK%7B%7D").etag
    fresh = make_front(front.evaluator.dataset, {"sha256": "one"}, front.settings)
    monkeypatch.setattr(fresh, "answer", lambda *_: pytest.fail("evaluated"))
    assert asked(fresh, "/sparql", "query=ASK%7B%7D", if_none_match=etag).status == 304


@pytest.mark.parametrize(
    "query",
    [
        "query=SELECT%20*%20%7B?s%20?p%20?o%7D",
        "query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D&format=xml",
        "query=ASK%7B%7D&inferred=true&timeout=3",
        "query=CONSTRUCT+WHERE%7B%3Fs+%3Fp+%3Fo%7D",
        "query=SELECT+*+%7B%3Fs",
        "query=ASK%7BSERVICE+%3Ca:b%3E%7B%7D%7D",
        "query=SELECT+*+%7B%7D&default-graph-uri=urn:none",
    ],
)
@pytest.mark.parametrize("accept", [None, "text/csv", "application/json, text/turtle", "*/*;q=0.1"])
def test_the_short_way_says_what_the_application_says(front: Front, query: str, accept: str | None) -> None:
    front.open_pages()
    asking = Asking("GET", "/sparql", query, {"accept": accept} if accept else {})
    key = front.key(asking)
    plan = front.plan(asking, key)
    assert plan is not None
    short, long = front.answer(asking, key, plan), front.answer(asking, key, None)
    assert short is not None
    assert long is not None
    assert (short.status, short.body, short.etag) == (long.status, long.body, long.etag)

    def fields(page: Page) -> set[bytes]:
        lines = page.wire[: page.split].lower().split(b"\r\n")
        return {line for line in lines if not line.startswith(b"vary")}

    assert fields(short) == fields(long)


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/sparql?query=nonsense", "/health", "/metrics"])
@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_programs_open_no_pages(front: Front, path: str, accept: str) -> None:
    where, _, query = path.partition("?")
    page = asked(front, where, query, accept=accept)
    assert page.status == (400 if "nonsense" in path else 200)
    assert not front.has_pages


def test_what_machines_ask_is_answered_as_by_the_pages(front: Front) -> None:
    client = create_app(front.evaluator.dataset, {"sha256": "one"}).test_client()
    short, long = asked(front, "/health"), client.get("/health")
    assert (short.body, short.status) == (long.data, long.status_code)
    assert client.get("/metrics").headers["Content-Type"].encode() in asked(front, "/metrics").wire


@pytest.mark.parametrize("query", ["query=nonsense&format=csv", ""])
def test_people_get_pages_or_nothing(front: Front, query: str) -> None:
    with pytest.raises(NoPagesError):
        asked(front, "/sparql", query, accept=BROWSER)
    front.open_pages()
    assert b"<!doctype html>" in asked(front, "/sparql", query, accept=BROWSER).body


def test_pages_are_opened_while_queries_go_on(slow_server: Server) -> None:
    """Workers that have no pages leave when the first is asked for, but end first what they are at."""
    client = slow_server.client
    with ThreadPoolExecutor(70) as people:
        some = "{ SELECT * { ?%s <http://example.org/n> ?%s } LIMIT 200 }"
        rows = " ".join(some % names for names in [(1, 2), (3, 4), (5, 6)])
        query = f"SELECT (COUNT(*) AS ?n) {{ {rows} FILTER(?2 < ?4) }}"
        working = people.submit(client.ask, f"/sparql?query={quote(query)}", timeout=60)
        time.sleep(0.1)
        assert not working.done(), "the question is too easy for this test"
        pages = [people.submit(client.ask, "/", Accept=BROWSER, timeout=60) for _ in range(32)]
        queries = [people.submit(client.ask, f"/sparql?query=ASK%7B%7D%23{n}", timeout=60) for n in range(32)]
        assert {each.result().status for each in (*pages, *queries)} == {200}
        assert {each.result().kind for each in pages} == {"text/html"}
        assert working.result().status == 200
    before = people_at_work(slow_server)
    assert client.ask("/ns", Accept=BROWSER).status == 200
    assert people_at_work(slow_server) <= before, "pages are opened once"


def people_at_work(server: Server) -> set[str]:
    return set(Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split())


@pytest.fixture
def slow_server(data: Path) -> Iterator[Server]:
    running = start(str(data), "--deadline", "20", RESGRAPH_EVALUATORS="4")
    try:
        yield running
    finally:
        running.stop()
        running.process.communicate()


def test_the_same_question_at_once_is_worked_on_once(slow_server: Server) -> None:
    """A slow query by eight people takes one worker; the others get its answer, and one more asks freely."""
    path = "/sparql?query=" + quote(SLOW)
    client = slow_server.client
    begun = time.monotonic()
    client.ask(path + "%23alone", timeout=30)
    alone = time.monotonic() - begun
    assert alone > 0.2, "the question is too easy for this test"
    with ThreadPoolExecutor(9) as people:
        begun = time.monotonic()
        first = people.submit(client.ask, path, timeout=60)
        time.sleep(0.08)
        rest = [people.submit(client.ask, path, timeout=60) for _ in range(7)]
        other = time.monotonic()
        client.ask("/sparql?query=ASK%7B%7D")
        assert time.monotonic() - other < 0.5
        bodies = {each.result().body for each in (first, *rest)}
    assert len(bodies) == 1
    assert time.monotonic() - begun < 2.5 * alone + 0.5, "each evaluated for itself"


@given(
    st.lists(
        st.tuples(
            st.lists(st.text(st.characters(max_codepoint=255)), min_size=1, max_size=9).map(tuple),
            st.builds(
                Page,
                *(st.integers(100, 599), st.binary(max_size=300), st.integers(0, 300)),
                st.sampled_from(["", '"0123456789abcdef"']),
            ),
        ),
        max_size=12,
    ),
    st.integers(0, 6000),
)
def test_what_is_kept_can_be_handed_over(entries: list[tuple[tuple[str, ...], Page]], size: int) -> None:
    """All of it where there is room, else the last used; and it is forgotten in the same order."""
    cache, other, shelf = Cache(100_000), Cache(100_000), mmap(-1, 4 + size)
    for key, page in entries:
        cache.put(key, page)
    cache.shelve(shelf)
    other.take(shelf)
    kept, taken = list(cache._pages.items()), list(other._pages.items())
    assert taken == kept[len(kept) - len(taken) :]
    assert len(taken) == len(kept) or size < 10_000


def test_a_worker_that_has_grown_is_replaced_when_it_rests(data: Path) -> None:
    """It gives its memory back; its connections go on, and what it had kept is still known."""
    text = "SELECT * {{ VALUES ?k {{ 1 2 3 4 5 6 7 8 }} ?s ?p ?o }} # {}"
    wide = {"RESGRAPH_CACHE_BYTES": str(64 * 1024 * 1024), "RESGRAPH_EVALUATORS": "1"}
    running = start(str(data), **wide)
    line = HTTPConnection(running.client.host, running.client.port, timeout=20)
    try:
        line.request("GET", "/sparql?" + urlencode({"query": "ASK {}"}))
        assert line.getresponse().read() == b'{"head":{},"boolean":true}'
        bodies = [running.client.query(text.format(n)).body for n in range(60)]
        assert sum(map(len, bodies)) > 20_000_000
        (worker,) = children(running.process.pid)
        until = time.monotonic() + 20
        while children(running.process.pid) == [worker]:
            assert time.monotonic() < until, "it is still there"
            time.sleep(0.1)
        line.request("GET", "/sparql?" + urlencode({"query": text.format(3)}))
        assert line.getresponse().read() == bodies[3]
        assert 'resgraph_cache_total{result="hit"} 1' in running.client.ask("/metrics").text
        assert running.client.query(text.format(0)).body == bodies[0]
        assert 'resgraph_cache_total{result="hit"} 2' in running.client.ask("/metrics").text
        (another,) = children(running.process.pid)
        assert own(another) < 12 * 1024 * 1024
        assert "resgraph_evaluators_replaced_total 0" in running.client.ask("/metrics").text
    finally:
        line.close()
        running.stop()
        running.process.communicate()


def own(process: int) -> int:
    """Bytes of memory that a process has to itself."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(each.split()[1]) for each in lines if each.startswith("Private_")) * 1024
