"""Frozen releases as downloads, and the documents of each version at the address of that version."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from flask import Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from resgraph.errors import FormatError, UnknownThingError
from resgraph.formats import HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, negotiate
from resgraph.web.documents import ontology
from resgraph.web.site import site

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_DOCUMENTS: Final = {TURTLE: "ttl", N_TRIPLES: "nt", RDF_XML: "rdf", JSON_LD: "jsonld", HTML: ""}
_MEDIA_TYPES: Final = {
    ".gz": "application/gzip",
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".tsv": "text/tab-separated-values",
    ".xml": "application/atom+xml",
}
#: A released file never changes.
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def dumps() -> Response:
    """Show which releases can be downloaded."""
    root = site().settings.releases
    return _directory("", Path(root)) if root else _listing("", [])


def download(name: str) -> Response:
    """Show what a release consists of, or send one of its files."""
    root = site().settings.releases
    path = Path(_inside(root, name)) if root else None
    if path is None or not path.exists() or path.name.startswith("."):
        raise UnknownThingError(f"there is no download `{name}`", hint="what there is: /dumps/")
    if path.is_dir():
        if not name.endswith("/"):
            return redirect(url_for("download", name=f"{name}/"))  # type: ignore[return-value]
        return _directory(name, path)
    return _sent(path, frozen="/" in name)


def frozen(version: str, name: str) -> Response:
    """Show a document as it was at a version: its ending names the format, or the reader's wish does."""
    if not _VERSION.fullmatch(version):
        raise NotFound
    root = site().settings.releases
    if not root or not (Path(root) / version).is_dir():
        raise UnknownThingError(f"there is nothing at /{version}/{name}", hint="begin at the home page")
    exact = Path(_inside(root, f"{version}/{name}"))
    if exact.is_file():
        return _sent(exact, frozen=True)
    if not exact.with_name(f"{exact.name}.ttl").is_file():
        raise UnknownThingError(f"version {version} has no document `{name}`", hint=f"see /dumps/{version}/")
    offered = tuple(
        form
        for form, end in _DOCUMENTS.items()
        if not end or exact.with_name(f"{exact.name}.{end}").is_file()
    )
    choice = negotiate(request.headers.get("Accept"), offered)
    if choice is None:
        names = [form.media_type for form in offered]
        raise FormatError(
            "the document is not written so", hint=f"formats: {', '.join(names)}", offered=names
        )
    if choice.format is HTML:
        response: Response = redirect(url_for("download", name=f"{version}/"), 303)  # type: ignore[assignment]
    else:
        response = _sent(exact.with_name(f"{exact.name}.{_DOCUMENTS[choice.format]}"), frozen=True)
    response.vary.add("Accept")
    return response


def terms_of(version: str) -> Response:
    """Show the terms as they were at a version: frozen, or those of the release that is served."""
    root = site().settings.releases
    if root and _VERSION.fullmatch(version) and (Path(root) / version).is_dir():
        return frozen(version, "ns")
    return ontology(version=version)


def _inside(root: str, name: str) -> str:
    path = safe_join(root, name)
    if path is None:
        raise UnknownThingError(f"there is no download `{name}`", hint="what there is: /dumps/")
    return path


def _sent(path: Path, *, frozen: bool) -> Response:
    kind = _MEDIA_TYPES.get(path.suffix, "text/plain")
    content = path.read_bytes()
    response = Response(content, content_type=kind)
    if frozen:
        response.headers["Cache-Control"] = _FOR_EVER
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response


def _directory(name: str, path: Path) -> Response:
    return _listing(name, sorted(each for each in path.iterdir() if not each.name.startswith(".")))


def _listing(name: str, paths: list[Path]) -> Response:
    entries = [
        {"name": path.name + "/" * path.is_dir(), "bytes": None if path.is_dir() else path.stat().st_size}
        for path in paths
    ]
    choice = negotiate(request.headers.get("Accept"), (HTML, JSON))
    if choice and choice.format is JSON:
        body = json.dumps({"path": f"dumps/{name}", "entries": entries}, indent=2) + "\n"
        response = Response(body, content_type="application/json")
    else:
        page = render_template("dumps.html", name=name, entries=entries)
        response = Response(page, content_type="text/html; charset=utf-8")
    response.vary.add("Accept")
    return response
