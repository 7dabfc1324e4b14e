"""The site as files: a plain web server offers them, and no link between them is dead."""

from __future__ import annotations

import threading
import urllib.request
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit

import pytest
from pyoxigraph import RdfFormat, parse

from resgraph.cli import run
from resgraph.describe import OfDataset, describe
from resgraph.graph import Graph
from resgraph.store import Dataset
from resgraph.vocab import graph as graph_named
from resgraph.vocab import thing
from resgraph.web.static_site import export

from .pages import Page


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def part(graph: Graph) -> Dataset:
    """A part of the release: one group of children, what its document tells, the record of the dataset."""
    found = describe(OfDataset(graph.dataset), thing("population", "looked-after-children").value)
    assert found is not None
    return Dataset.from_quads([*found.quads, *graph.dataset.quads(graph_named("catalogue"))])


def crawl(address: str) -> dict[str, bytes]:
    """Follow every link from the first page; each must lead to a file."""
    seen: dict[str, bytes] = {}
    wanted = [address]
    while wanted:
        at = wanted.pop()
        if at in seen:
            continue
        try:
            reply = urllib.request.urlopen(at, timeout=10)
        except HTTPError as error:
            error.close()
            raise AssertionError(f"{at} is dead") from None
        with reply:
            seen[at] = reply.read()
            if reply.headers.get_content_type() != "text/html":
                continue
        for link in Page(seen[at].decode()).links:
            there = urljoin(at, link).partition("#")[0]
            if urlsplit(there).netloc == urlsplit(address).netloc:
                wanted.append(there)
    return seen


@pytest.mark.parametrize("prefix", ["", "/deep"])
def test_no_link_of_the_static_site_is_dead(part: Dataset, tmp_path: Path, prefix: str) -> None:
    target = tmp_path / "root" / prefix.lstrip("/")
    count = export(part, {}, target, prefix)
    assert count == sum(path.is_file() for path in target.rglob("*"))
    handler = partial(Quiet, directory=str(tmp_path / "root"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}{prefix}"
        seen = crawl(base + "/browse/population/")
        assert f"{base}/doc/population/looked-after-children/" in seen
        with urllib.request.urlopen(f"{base}/id/population/looked-after-children/") as reply:
            assert f'url={prefix}/doc/population/looked-after-children/"' in reply.read().decode()
        server.shutdown()
    for path in target.rglob("looked-after-children.nt"):
        assert list(parse(path.read_bytes(), format=RdfFormat.N_TRIPLES))
    assert not any(b"/explain?" in body or b"<form" in body for body in seen.values())


def test_a_directory_with_content_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run(["export", "site", str(tmp_path)]) == 2
