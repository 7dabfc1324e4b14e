"""A page as a file: its links lead to files, and what only a running server answers is taken out."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from typing import Final
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from resgraph.formats import GRAPHS
from resgraph.vocab import BASE

#: Links to what only a server that runs can answer: some are taken out, of some the words stay.
_OUT: Final = re.compile(
    r'<a (?:class="quiet" )?href="[^"]*/(?:explain\?|sparql"|health")[^>]*>.*?</a>', re.DOTALL
)
_WORDS: Final = re.compile(r'<a href="[^"]*/(?:sparql|explain|graph-store)\b[^"]*">(.*?)</a>', re.DOTALL)
_LINK: Final = re.compile(r'\b(href|src|action|data-index)="(/[^"]*)"')
_VERSION: Final = re.compile(r"/(\d+\.\d+\.\d+)/")
_REFERENCE: Final = re.compile(r'\b(?:href|src|action|data-index)="([^"]*)"')
_ID: Final = re.compile(r'\bid="([^"]*)"')
_HEAD: Final = '<meta charset="utf-8">'
#: What a server says in a header, a file says of itself; who may frame a page only a header can say.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
#: Every name that can be looked for: what the browser searches in.
NAMES: Final = "/names.json"
_EXTENSIONS: Final = {form.name: form.extension for form in GRAPHS}


def offline(text: str, prefix: str, versions: Collection[str] = ()) -> str:
    """Let every link of a page lead to a file, under the path `prefix`.

    A document of a version that is not among `versions` is looked for at its persistent address.

    >>> offline('<a href="/doc/factor/bereavement">B</a><a href="/explain?s=1">why?</a>', "/deep")
    '<a href="/deep/doc/factor/bereavement/">B</a>'
    """
    text = _WORDS.sub(r"\1", _OUT.sub("", text))
    head = f'{_HEAD}\n  <meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    text = text.replace(_HEAD, f'{head}\n  <meta name="referrer" content="no-referrer">', 1)
    text = text.replace('content="0; url=/', f'content="0; url={prefix}/')
    text = text.replace('data-suggest="/search"', f'data-index="{NAMES}"')

    def led(found: re.Match[str]) -> str:
        version = _VERSION.match(found[2])
        if version and version[1] not in versions:
            return f'{found[1]}="{BASE}{found[2].removeprefix("/")}"'
        return f'{found[1]}="{prefix}{file_of(found[2])}"'

    return _LINK.sub(led, text)


def file_of(link: str) -> str:
    """Return where a link leads when there are only files.

    >>> file_of("/ns#Finding"), file_of("/browse/factor?level=peer"), file_of("/catalog?format=turtle")
    ('/ns/#Finding', '/browse/factor/', '/catalog.ttl')
    """
    path, mark, fragment = link.partition("#")
    path, _, query = path.partition("?")
    form = parse_qs(query).get("format", [""])[0]
    if form in _EXTENSIONS:
        return f"{path}.{_EXTENSIONS[form]}"
    is_file = "." in path.rsplit("/", 1)[-1] or path.startswith("/dumps/") or path.endswith("/")
    return f"{path}{'' if is_file else '/'}{mark}{fragment}"


class Links:
    """Every link between the pages of a site, to be looked at when all are written.

    >>> links = Links("")
    >>> links.page("/a/", '<a href="/b/#x">B</a><a href="https://example.org/">out</a>')
    >>> links.page("/b/", '<p id="y">')
    >>> links.dead({"/a/index.html", "/b/index.html"})
    [('/a/', '/b/#x')]
    """

    def __init__(self, prefix: str) -> None:
        """Look at links under the path `prefix`."""
        self._prefix = prefix
        self._wanted: dict[str, str] = {}
        self._ids: dict[str, frozenset[str]] = {}

    def page(self, path: str, text: str) -> None:
        """Keep what a page links to and which places it has; a path that ends with a slash is a directory."""
        self._ids[path] = frozenset(_ID.findall(text))
        for link in map(unescape, set(_REFERENCE.findall(text))):
            if not urlsplit(link).scheme:
                self._wanted.setdefault(urljoin(f"{self._prefix}{path}", link), path)

    def dead(self, files: set[str]) -> list[tuple[str, str]]:
        """Return the links that lead to no file or to no place on a page, each with a page that has it."""
        return sorted((page, link) for link, page in self._wanted.items() if not self._lives(link, files))

    def _lives(self, link: str, files: set[str]) -> bool:
        parts = urlsplit(link)
        path = unquote(parts.path)
        if parts.netloc or parts.query or not path.startswith(f"{self._prefix}/"):
            return False
        path = path.removeprefix(self._prefix)
        file = f"{path}index.html" if path.endswith("/") else path
        return file in files and (not parts.fragment or unquote(parts.fragment) in self._ids.get(path, ()))
