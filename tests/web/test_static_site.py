"""The site as files: a plain web server offers them, and every link between them leads somewhere."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import threading
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from resgraph.cli import run
from resgraph.describe import Document, OfDataset, describe
from resgraph.errors import SiteError, UsageError
from resgraph.graph import Graph
from resgraph.search import names_of
from resgraph.store import Dataset
from resgraph.vocab import ID, thing
from resgraph.vocab import graph as graph_named
from resgraph.web import static_site
from resgraph.web.static_site import MARK, Made, export

from .pages import Page

VERSION = {"versions": {"ontology": "0.1.0"}}
FIND = Path(static_site.__file__).parent / "static" / "find.js"
#: What the server of the standard library calls a file by its ending.
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
KINDS |= {".json": "application/json", ".md": "text/markdown", ".gz": "application/gzip"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The server of `python -m http.server`, as it is."""
    handler = partial(Quiet, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Site(NamedTuple):
    """A site that was written: the directory that is offered, the path in it, what was told of it."""

    root: Path
    prefix: str
    made: Made

    @property
    def files(self) -> Path:
        return self.root / self.prefix.lstrip("/")


#: Kinds of which there are many: of these every fifth page is drawn, the others are there and empty.
MANY = ("finding", "proposition", "estimate", "mapping", "source")


@pytest.fixture(scope="module")
def whole(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Every file of the release, under a path as Pages of a project have it.

    To save most of a minute, many pages of the same kind and all data beside pages are left empty; whoever
    writes a site has every link of every page followed.
    """
    root = tmp_path_factory.mktemp("whole")
    drawn = static_site._of

    def some(iri: str) -> Iterator[tuple[str, bytes]]:
        kind, _, name = iri.removeprefix(ID).partition("/")
        if kind not in MANY or zlib.crc32(name.encode()) % 5 == 0:
            yield from drawn(iri)
        else:
            path = f"/doc/{kind}/{name}"
            yield from ((f"{path}/", b""), (f"{path}.ttl", b""), (f"{path}.jsonld", b""))
            yield f"/id/{kind}/{name}/", b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_site, "_of", some)
        patch.setattr(Document, "written", lambda *_: b" ")
        made = export(graph.dataset, graph.manifest, root / "deep", "/deep")
    return Site(root, "/deep", made)


@pytest.fixture(scope="module")
def part(graph: Graph) -> Dataset:
    """A part of the release: a group of children, what its document tells, the terms and the record."""
    found = describe(OfDataset(graph.dataset), thing("population", "looked-after-children").value)
    assert found is not None
    return Dataset.from_quads([*found.quads, *of("catalogue", graph), *of("terms", graph)])


def of(name: str, graph: Graph) -> Iterator[Quad]:
    return graph.dataset.quads(graph_named(name))


def test_no_link_of_the_whole_site_is_dead(whole: Site, graph: Graph) -> None:
    """To write it is to follow every link; here is that all of it was written."""
    files = {path.relative_to(whole.files).as_posix() for path in whole.files.rglob("*") if path.is_file()}
    assert len(files) == whole.made.files > 18_000
    assert len([name for name in files if name.endswith(".html")]) == whole.made.pages > 9_000
    things = {q.subject.value for q in graph.dataset.quads() if str(q.subject).startswith(f"<{ID}")}
    paths = {iri.removeprefix(ID) for iri in things}
    assert len(paths) > 4_000
    for place in ("doc/{}/index.html", "id/{}/index.html", "doc/{}.ttl", "doc/{}.jsonld"):
        assert {place.format(path) for path in paths} <= files
    wanted = {"gaps/factor/peer/index.html", "search/index.html", "void/index.html", ".nojekyll", "404.html"}
    wanted |= {"queries/index.html", "queries.ttl", "dumps/resgraph.nq.gz", "0.1.0/ns/index.html"}
    assert wanted <= files


def test_a_plain_server_offers_it(whole: Site) -> None:
    with served(whole.root) as base:
        for path in ("/", "/ns/", "/doc/intervention/kiva/", "/gaps/", "/browse/source/", "/search/"):
            page, kind = got(f"{base}/deep{path}")
            assert kind == "text/html"
            for link in sorted(Page(page.decode()).links)[:40]:
                there = urljoin(f"{base}/deep{path}", link).partition("#")[0]
                if urlsplit(there).netloc == urlsplit(base).netloc:
                    assert urlsplit(there).path.startswith("/deep/")
                    _, kind = got(there)
                    assert kind == KINDS.get(Path(urlsplit(there).path).suffix, kind)
        # A plain server leads from a name to the directory, and the page there to the document.
        page, _ = got(f"{base}/deep/id/intervention/kiva")
        assert b'url=/deep/doc/intervention/kiva/"' in page
        with pytest.raises(HTTPError, match="404"):
            got(f"{base}/deep/doc/intervention/nobody/")


def got(address: str) -> tuple[bytes, str]:
    with urllib.request.urlopen(address, timeout=10) as reply:
        return reply.read(), reply.headers.get_content_type()


def test_pages_keep_to_themselves_and_to_what_files_can_do(whole: Site) -> None:
    for path in sorted(whole.files.rglob("*.html"))[::9]:
        text = path.read_text(encoding="utf-8")
        assert not text or "Content-Security-Policy" in text
        for word in ("localhost", "127.0.0.1", '"/deep/explain', '"/deep/sparql', '"/deep/health'):
            assert word not in text, path
        for form in re.findall(r'<form[^>]* action="([^"]*)"', text):
            assert form == "/deep/search/", path


def test_the_maps_are_all_there_and_lead_to_each_other(whole: Site) -> None:
    maps = {
        path.parent.relative_to(whole.files).as_posix() for path in whole.files.glob("gaps/*/*/index.html")
    }
    text = (whole.files / "gaps" / "index.html").read_text(encoding="utf-8")
    assert {link.strip("/") for link in Page(text).links if link.startswith("/deep/gaps/")} == {
        *(f"deep/{each}" for each in maps),
        "deep/gaps",
    }
    titles = [(whole.files / each / "index.html").read_text(encoding="utf-8") for each in sorted(maps)]
    assert len(set(titles)) == len(titles) > 10


def test_the_browser_finds_what_the_server_finds(
    whole: Site, graph: Graph, tmp_path: Path, need: Callable[..., None]
) -> None:
    """The rule of searching stands twice, in Python and for files in JavaScript: both find the same."""
    need("node")
    asked = ["bulying", "anxeity in girls", "kiva", "the", "mindfulness", "FRIENDS", "sense of belonging"]
    asked += ["schol conectedness", "Jugendliche", "x", "", "free school meals", "poverty & debt", "C.A.S."]
    shutil.copy(FIND, tmp_path / "find.mjs")
    (tmp_path / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (tmp_path / "ask.mjs").write_text(
        'import { readFileSync } from "node:fs"; import { find, prepare } from "./find.mjs";'
        "const [names, asked] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path)));"
        "const index = prepare(names);"
        "console.log(JSON.stringify(asked.map((words) => find(index, words))));",
        encoding="utf-8",
    )
    command = ["node", tmp_path / "ask.mjs", whole.files / "names.json", tmp_path / "asked.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    names = names_of(graph.dataset)
    for words, hits in zip(asked, json.loads(done.stdout), strict=True):
        wanted = [(hit.iri.removeprefix(ID), hit.name) for hit in names.search(words, limit=30)]
        assert [(hit["path"], hit["name"]) for hit in hits] == wanted, words


@pytest.mark.parametrize("prefix", ["", "/deep/er"])
def test_data_lie_beside_the_page(part: Dataset, tmp_path: Path, prefix: str) -> None:
    made = export(part, VERSION, tmp_path / "site", prefix)
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    told = json.loads((tmp_path / "site" / MARK).read_text(encoding="utf-8"))
    assert (made.files, told["prefix"]) == (len(files), prefix)
    assert made.bytes == sum(path.stat().st_size for path in files if path.name != MARK)
    beside = tmp_path / "site" / "doc" / "population"
    turtle = set(parse((beside / "looked-after-children.ttl").read_bytes(), format=RdfFormat.TURTLE))
    json_ld = set(parse((beside / "looked-after-children.jsonld").read_bytes(), format=RdfFormat.JSON_LD))
    assert {str(q) for q in turtle if "_:" not in str(q)} == {str(q) for q in json_ld if "_:" not in str(q)}
    page = (beside / "looked-after-children" / "index.html").read_text(encoding="utf-8")
    assert f'href="{prefix}/doc/population/looked-after-children.ttl"' in page
    whole = gzip.decompress((tmp_path / "site" / "dumps" / "resgraph.nq.gz").read_bytes())
    assert len(list(parse(whole, format=RdfFormat.N_QUADS))) == len(list(part.quads()))


def test_a_site_with_a_dead_link_is_not_written(
    part: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(part, VERSION, tmp_path / "site")
    before = (tmp_path / "site" / MARK).stat().st_mtime_ns
    drawn = static_site.page
    monkeypatch.setattr(static_site, "page", lambda *given: drawn(*given) + '<a href="/doc/no/where">x</a>')
    with pytest.raises(SiteError, match=r"/doc/no/where/, on /graph/"):
        export(part, VERSION, tmp_path / "site")
    assert (tmp_path / "site" / MARK).stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_site_that_fails_midway_leaves_nothing(
    part: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError("the disk is full")

    monkeypatch.setattr(static_site, "page", full)
    with pytest.raises(OSError, match="full"):
        export(part, VERSION, tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_only_a_site_is_written_over(part: Dataset, tmp_path: Path) -> None:
    export(part, VERSION, tmp_path / "site")
    (tmp_path / "site" / "old.html").write_text("old")
    export(part, VERSION, tmp_path / "site")
    assert not (tmp_path / "site" / "old.html").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        export(part, VERSION, tmp_path / "mine")
    assert run(["export", "site", str(tmp_path / "mine")]) == 2
    assert (tmp_path / "mine" / "mine.txt").read_text() == "mine"
