"""Frozen releases as downloads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from flask import Response, redirect, render_template, request, url_for
from werkzeug.security import safe_join

from resgraph.errors import UnknownThingError
from resgraph.formats import HTML, JSON, negotiate
from resgraph.web.site import site

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
    path = Path(inside(root, name)) if root else None
    if path is None or not path.exists() or path.name.startswith("."):
        raise UnknownThingError(f"there is no download `{name}`", hint="what there is: /dumps/")
    if path.is_dir():
        if not name.endswith("/"):
            return redirect(url_for("download", name=f"{name}/"))  # type: ignore[return-value]  # Flask answers with its own
        return _directory(name, path)
    return sent(path, frozen="/" in name)


def inside(root: str, name: str) -> str:
    """Return the path of a download; what lies outside is not known."""
    path = safe_join(root, name)
    if path is None:
        raise UnknownThingError(f"there is no download `{name}`", hint="what there is: /dumps/")
    return path


def sent(path: Path, *, frozen: bool) -> Response:
    """Send a file; what is frozen may be kept for ever."""
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
