"""The whole site as files: pages and data of every address, for a plain web server that runs nothing.

The pages are drawn by the code that serves them, so the files say what it says. A plain server cannot
negotiate: ``/doc/KIND/SLUG/`` is the page, and the files of data lie beside it. What needs a server that
answers, the editor, explanations, choosing by facets, is left out; searching goes on in the browser.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Flask, render_template
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, serialize

from resgraph import __version__
from resgraph.describe import describe
from resgraph.errors import SiteError, UsageError
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from resgraph.publish.file import compressed
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.stored import all_queries
from resgraph.vocab import BASE, ID
from resgraph.web import create_app
from resgraph.web.browse import COLUMNS
from resgraph.web.documents import page
from resgraph.web.offline import NAMES, Links, offline
from resgraph.web.shelf import FACETS
from resgraph.web.site import local, site
from resgraph.web.turning import WHOLE
from resgraph.web.versions import PAGES as OF_VERSIONS
from resgraph.web.versions import versions

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What every document lies there as; whoever wants all in another format takes a download.
_DATA: Final = (TURTLE, JSON_LD)
#: Pages that are nobody's document, and files that a program asks for.
_PAGES: Final = ("/", "/briefing", "/catalog", "/ns", "/queries", *(f"/browse/{kind}" for kind in FACETS))
_FORMS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
_FILES: Final = (
    *("/schema.md", "/schema.json", "/mappings.sssom.tsv", "/ns/context.jsonld"),
    *("/static/resgraph.css", "/static/icon.svg"),
    *("/static/search.js", "/static/find.js"),
    *(f"{path}.{form.extension}" for path in ("/ns", "/queries") for form in _FORMS),
)
#: Addresses that lead on.
_MOVED: Final = {
    "/browse/": "/browse/intervention/",
    "/void/": "/catalog/",
    "/.well-known/void/": "/catalog/",
}
#: All that is served as one file, where no release is offered.
_WHOLE: Final = "resgraph.nq.gz"
#: The file by which a directory is known as one that this program made.
MARK: Final = "site.json"
_REDIRECT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Moved</title>
<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}"></head>
<body><p>This is at <a href="{to}">{to}</a>.</p></body></html>
"""


_NOT_HERE: Final = {
    "title": "There is nothing here",
    "detail": "No page of this site has this address.",
    "hint": "Look for it with the search, or begin at the home page.",
    "status": 404,
}


class Made(NamedTuple):
    """A site as files: how many there are, how many of them are pages, and how many bytes they take."""

    files: int
    pages: int
    bytes: int


def export(
    dataset: Dataset,
    manifest: Mapping[str, object],
    target: Path,
    prefix: str = "",
    releases: Path | None = None,
    tell: Callable[[int], object] = lambda written: None,
) -> Made:
    """Write the site into a directory, whole or not at all.

    `prefix` is the path under which the files will be offered, such as ``/resgraph``; `releases` a directory
    of frozen releases to offer with them. `tell` hears now and then how many files there are. The directory
    must be empty, not be there yet, or be a site that was written before, which is replaced. Raises
    `SiteError` when a link between the pages leads nowhere.
    """
    if target.exists() and any(target.iterdir()) and not (target / MARK).is_file():
        raise UsageError(f"{target} is not empty", hint="name a directory that is empty or not there yet")
    target.parent.mkdir(parents=True, exist_ok=True)
    app = create_app(dataset, manifest, Settings(releases=str(releases or "")), all_queries())
    app.jinja_env.globals.update(offline=True, maps=maps)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as made:
        work = Path(made) / "site"
        with app.test_request_context():
            known = versions()
        found = _write(_files(app, dataset, releases), work, prefix, known, tell)
        said = {"resgraph": __version__, "prefix": prefix, **found._asdict()}
        (work / MARK).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
        if target.exists():
            target.rename(Path(made) / "before")
        work.rename(target)
    return found


def _write(
    files: Iterator[tuple[str, bytes | Path]],
    work: Path,
    prefix: str,
    known: Collection[str],
    tell: Callable[[int], object],
) -> Made:
    links, written, pages, size = Links(prefix), set[str](), 0, 0
    for path, content in files:
        if isinstance(content, bytes) and path.endswith(("/", ".html")):
            text = offline(content.decode(), prefix, known)
            links.page(path, text)
            path, content = f"{path}index.html" if path.endswith("/") else path, text.encode()
            pages += 1
        file = work / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, file)
        else:
            file.write_bytes(content)
        size += file.stat().st_size
        written.add(path)
        if len(written) % 500 == 0:
            tell(len(written))
    if dead := links.dead(written):
        told = "".join(f"\n  {link}, on {page}" for page, link in dead[:10])
        raise SiteError(f"{len(dead)} links of the site lead nowhere{told}", hint="nothing was written")
    return Made(len(written) + 1, pages, size)


def _files(app: Flask, dataset: Dataset, releases: Path | None) -> Iterator[tuple[str, bytes | Path]]:
    """Yield every file with its path and its content, or where it lies; a path that ends in / is a page's."""
    client = app.test_client()
    for path in _PAGES:
        if text := _asked(client, path, every="yes"):
            yield path.rstrip("/") + "/", text
    for path in _FILES:
        if content := _asked(client, path):
            yield path, content
    for form in _FORMS:
        if content := _asked(client, "/catalog", format=form.name):
            yield f"/catalog.{form.extension}", content
    with app.test_request_context():
        yield from _maps(client)
        yield "/search/", _asked(client, "/search")
        yield NAMES, json.dumps(_names(), ensure_ascii=False, separators=(",", ":")).encode()
    for iri in _addresses(dataset):
        with app.test_request_context():
            yield from _of(iri)
    yield from _downloads(app, client, dataset, releases)
    with app.test_request_context():
        served = {
            f"/{each}/ns/": "/ns/" for each in versions() if not (releases and (releases / each).is_dir())
        }
    yield from ((path, _REDIRECT.format(to=to).encode()) for path, to in {**_MOVED, **served}.items())
    # What GitHub and GitLab Pages show for an address that is not there.
    with app.test_request_context():
        yield "/404.html", render_template("problem.html", problem=_NOT_HERE).encode()
    # Pages of GitHub drop names that begin with an underscore, unless this file says that they are meant.
    yield "/.nojekyll", b""


def _asked(client: FlaskClient, path: str, **query: str) -> bytes:
    """Ask the site; what is not there is nothing."""
    with client.get(path, query_string=query, headers={"Accept": HTML.media_type}) as reply:
        return reply.data if reply.status_code == 200 else b""


def _maps(client: FlaskClient) -> Iterator[tuple[str, bytes]]:
    """Yield the maps of gaps: one for each part of outcomes and factors."""
    yield "/gaps/", _asked(client, "/gaps")
    for each in maps():
        path = f"/gaps/{each.kind}/{each.part}/"
        yield path, _asked(client, "/gaps", of=each.kind, part=each.part)


class Map(NamedTuple):
    """A map of gaps: of outcomes in a domain, or of factors at a level."""

    kind: str
    part: str
    label: str


def maps() -> list[Map]:
    """Return which maps of gaps there are."""
    choices = ((kind, facet, site().shelves.choices(kind, (), {})) for kind, facet in COLUMNS.items())
    return [Map(kind, one.value, one.label) for kind, facet, found in choices for one in found[facet]]


def _names() -> list[tuple[str, str]]:
    """Return every name that can be looked for, with the path of what it names."""
    return [(iri.removeprefix(ID), name) for iri, name in site().shelves.names.every()]


def _of(iri: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files about one address: the page, the data, and from the thing a way to its document."""
    found = describe(site().reading, iri)
    if found is None:
        return
    path = local(iri)
    yield f"{path}/", page(found, path, WHOLE, _DATA).encode()
    for form in _DATA:
        yield f"{path}.{form.extension}", found.written(form)
    if iri.startswith(ID):
        yield f"/id/{iri.removeprefix(ID)}/", _REDIRECT.format(to=f"{path}/").encode()


def _downloads(
    app: Flask, client: FlaskClient, dataset: Dataset, releases: Path | None
) -> Iterator[tuple[str, bytes | Path]]:
    """Yield the frozen releases, each file and each listing, and the documents of their versions.

    Without any, all that is served can be taken as one file.
    """
    if releases is None:
        whole = compressed(serialize(dataset.quads(), format=RdfFormat.N_QUADS) or b"")
        entries = [{"name": _WHOLE, "bytes": len(whole)}]
        with app.test_request_context():
            yield "/dumps/", render_template("dumps.html", name="", entries=entries).encode()
        yield f"/dumps/{_WHOLE}", whole
        return
    yield "/dumps/", _asked(client, "/dumps/")
    for path in sorted(releases.rglob("*")):
        name = path.relative_to(releases).as_posix()
        if not any(part.startswith(".") for part in path.relative_to(releases).parts):
            yield (
                (f"/dumps/{name}/", _asked(client, f"/dumps/{name}/"))
                if path.is_dir()
                else (f"/dumps/{name}", path)
            )
    with app.test_request_context():
        known = [each for each in versions() if (releases / each).is_dir()]
    for number in known:
        for name in OF_VERSIONS:
            yield f"/{number}/{name}/", _asked(client, f"/{number}/{name}")
            for path in sorted((releases / number).glob(f"{name}.*")):
                yield f"/{number}/{path.name}", path


def _addresses(dataset: Dataset) -> list[str]:
    kinds = (ID, BASE + "scheme/", BASE + "graph/")
    nodes = (node for quad in dataset.quads() for node in (quad.subject, quad.object))
    return sorted(
        {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(kinds)}
    )
