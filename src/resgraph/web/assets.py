"""Files that the pages are drawn with: style, scripts, the sign; each under an address that says which it is.

The address has the hash of the content, so a browser keeps a file for good and asks for it again when it is
another one. The files of the query editor are built, and larger than all pages together: they are compressed.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Final

from flask import Response, request
from werkzeug.security import safe_join

from resgraph.errors import UnknownThingError
from resgraph.serving.cache import compress, wants_gzip, worth_compressing

_WHERE: Final = Path(__file__).parent / "static"
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
#: A name that already says which content it is: a part of the editor that is loaded when it is needed.
_HASHED: Final = re.compile(r"-[A-Z0-9]{8}\.js$")
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class Assets:
    """The files by name, with the hash that each had when the server began.

    >>> assets = Assets()
    >>> values = {"filename": "icon.svg"}
    >>> assets.complete("static", values)
    >>> values["v"] == assets.hashes["icon.svg"]
    True
    """

    def __init__(self) -> None:
        paths = (path for path in sorted(_WHERE.rglob("*")) if path.suffix in _KINDS)
        self.hashes = {path.relative_to(_WHERE).as_posix(): _hash(path.read_bytes()) for path in paths}

    def complete(self, endpoint: str, values: dict[str, Any]) -> None:
        """Add the hash to the address of a file that is about to be made."""
        if endpoint == "static":
            values.setdefault("v", self.hashes.get(values["filename"]))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def static(filename: str) -> Response:
    """Offer a file: for good under its own hash, else for as long as it is the same."""
    found = safe_join(str(_WHERE), filename)
    path = Path(found or "")
    if path.suffix not in _KINDS or not path.is_file():
        raise UnknownThingError(f"there is no file `{filename}`")
    content = path.read_bytes()
    tag = _hash(content)
    lasting = request.args.get("v") == tag or _HASHED.search(filename)
    response = Response(content, content_type=_KINDS[path.suffix])
    if wants_gzip(request.headers.get("Accept-Encoding", "")) and worth_compressing(content):
        response.set_data(compress(content))
        response.content_encoding, tag = "gzip", f"{tag}-gzip"
    response.headers["Cache-Control"] = _FOR_GOOD if lasting else "public, no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(tag)
    response.make_conditional(request)
    return response
