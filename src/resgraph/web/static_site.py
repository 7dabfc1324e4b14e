"""The whole site as files: pages and data of every address, for a plain web server that runs nothing.

The pages are drawn by the code that serves them, so the files say what it says. A plain server cannot
negotiate: ``/doc/KIND/SLUG/`` is the page, and the files of data lie beside it. What needs a server that
answers, the editor, the search, explanations, is left out, and its links are taken from the pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask
from pyoxigraph import NamedNode

from resgraph.describe import describe
from resgraph.errors import UsageError
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from resgraph.store import Dataset
from resgraph.vocab import BASE, ID
from resgraph.web import create_app
from resgraph.web.documents import page
from resgraph.web.shelf import FACETS
from resgraph.web.site import local, site
from resgraph.web.turning import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
#: Pages that are nobody's document, and files that a program asks for.
_PAGES: Final = ("/", "/gaps", "/briefing", "/catalog", "/ns", *(f"/browse/{kind}" for kind in FACETS))
_FILES: Final = ("/schema.md", "/schema.json", "/mappings.sssom.tsv", "/ns/context.jsonld")
_STATIC: Final = ("/static/resgraph.css", "/static/search.js", "/static/icon.svg")
#: Links to what only a server that runs can answer: some are taken out, of some the words stay.
_OUT: Final = re.compile(
    r'<a (?:class="quiet" )?href="[^"]*/(?:explain\?|search|sparql"|health|dumps|feed)[^>]*>.*?</a>', re.S
)
_WORDS: Final = re.compile(r'<a href="[^"]*/sparql\?[^"]*">(.*?)</a>', re.S)
_FORM: Final = re.compile(r"<form\b.*?</form>", re.S)
_LINK: Final = re.compile(r'(href|src)="(/[^"]*)"')
_REDIRECT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Moved</title>
<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}"></head>
<body><p>This is at <a href="{to}">{to}</a>.</p></body></html>
"""


def export(
    dataset: Dataset,
    manifest: Mapping[str, object],
    target: Path,
    prefix: str = "",
    tell: Callable[[int], object] = lambda written: None,
) -> int:
    """Write the site into a directory; return the number of files.

    `prefix` is the path under which the files will be offered, such as ``/resgraph``. `tell` hears now and
    then how many there are. The directory must be empty, or not be there yet.
    """
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty", hint="name a directory that is empty or not there yet")
    app = create_app(dataset, manifest)
    count = 0
    for count, (path, content) in enumerate(_files(app, dataset), 1):
        if path.endswith("/"):
            path, content = f"{path}index.html", _offline(content, prefix)
        file = target / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if count % 500 == 0:
            tell(count)
    return count


def _files(app: Flask, dataset: Dataset) -> Iterator[tuple[str, bytes]]:
    """Yield every file with its path; that of a page ends with a slash."""
    client = app.test_client()
    for path in _PAGES:
        with client.get(path, query_string={"every": "yes"}, headers={"Accept": HTML.media_type}) as reply:
            if reply.status_code == 200:
                yield path.rstrip("/") + "/", reply.data
    for path in (*_FILES, *_STATIC):
        with client.get(path) as reply:
            if reply.status_code == 200:
                yield path, reply.data
    for path in ("/ns", "/catalog"):
        for form in _DATA:
            yield f"{path}.{form.extension}", client.get(path, query_string={"format": form.name}).data
    for iri in _addresses(dataset):
        with app.test_request_context():
            yield from _of(iri)
    # Pages of GitHub drop names that begin with an underscore, unless this file says that they are meant.
    yield "/.nojekyll", b""


def _of(iri: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files about one address: the page, the data, and from the thing a way to its document."""
    found = describe(site().reading, iri)
    if found is None:
        return
    path = local(iri)
    yield f"{path}/", page(found, path, WHOLE).encode()
    for form in _DATA:
        yield f"{path}.{form.extension}", found.written(form)
    if iri.startswith(ID):
        yield f"/id/{iri.removeprefix(ID)}/", _REDIRECT.format(to=f"{path}/").encode()


def _addresses(dataset: Dataset) -> list[str]:
    kinds = (ID, BASE + "scheme/", BASE + "graph/")
    nodes = (node for quad in dataset.quads() for node in (quad.subject, quad.object))
    return sorted(
        {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(kinds)}
    )


def _offline(content: bytes, prefix: str) -> bytes:
    """Take out what a plain server cannot answer, and let every link lead to a file."""
    text = _WORDS.sub(r"\1", _OUT.sub("", _FORM.sub("", content.decode())))
    text = text.replace('content="0; url=/', f'content="0; url={prefix}/')
    return _LINK.sub(lambda found: f'{found[1]}="{_file(found[2], prefix)}"', text).encode()


def _file(link: str, prefix: str) -> str:
    """Return where a link leads when there are only files.

    >>> _file("/doc/factor/bereavement", "/deep"), _file("/ns#Finding", ""), _file("/browse?level=peer", "")
    ('/deep/doc/factor/bereavement/', '/ns/#Finding', '/browse/intervention/')
    """
    path, mark, fragment = link.partition("#")
    path = path.partition("?")[0]
    if path == "/browse":
        path = "/browse/intervention"
    is_file = "." in path.rsplit("/", 1)[-1] or path.endswith("/")
    return f"{prefix}{path}{'' if is_file else '/'}{mark}{fragment}"
