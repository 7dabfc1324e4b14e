"""Finished answers, kept: a bounded cache, the names of representations, and how they are compressed.

A release does not change, so an answer stays right as long as the release is served. What is kept is bounded
in bytes, and an answer that would differ when asked again (the time, a random number) is not kept.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections import OrderedDict
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate, pairwise
from mmap import mmap
from sys import intern
from typing import Final, NamedTuple

#: What an answer depends on.
Key = tuple[str, ...]

#: Calls whose value is another one each time, wherever the words stand; an escape could spell them.
_VOLATILE: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\\U")
_HINTS: Final = ("NOW", "RAND", "UUID", "BNODE", "\\U")

#: The part of a cache that one answer may take.
SHARE: Final = 4

#: A smaller body is sent as it is: compressing it saves no packet.
_WORTH: Final = 1024
#: Fast, and within a tenth of the size that the slowest level reaches on results.
_LEVEL: Final = 3
_GZIP: Final = 16 + zlib.MAX_WBITS

#: What stands before a page on a shelf: bytes of it, where its body begins, status, bytes of the tag, parts
#: of the key; then the bytes of each part. A shelf begins with how many pages it has.
_SHELVED: Final = struct.Struct("<IIHHH")
_SIZE: Final = struct.Struct("<I")

_CODING: Final = re.compile(r"\s*([\w*.-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$")


class Page(NamedTuple):
    """An answer ready to be sent: all that follows the status line and the date."""

    status: int
    #: header fields, an empty line, the body
    wire: bytes
    #: where the body begins
    split: int
    etag: str = ""

    @property
    def body(self) -> bytes:
        """The content without its header."""
        return self.wire[self.split :]


class Cache:
    """Pages by key; the longest unused goes when there are too many bytes.

    >>> cache = Cache(8000)
    >>> for name in "abcdefghijkl":
    ...     cache.put((name,), Page(200, b"x" * 50, 0))
    >>> cache.get(("a",)) is None, cache.get(("l",)) is None, cache.bytes <= 8000
    (True, False, True)
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self._pages: OrderedDict[Key, tuple[Page, int]] = OrderedDict()

    def get(self, key: Key) -> Page | None:
        """Return a page; it is then the last to be forgotten."""
        kept = self._pages.get(key)
        if kept is None:
            return None
        self._pages.move_to_end(key)
        return kept[0]

    def put(self, key: Key, page: Page) -> None:
        """Keep a page, unless it is too large to be worth the place of many."""
        size = self._size(key, page)
        if size > self.most // SHARE or key in self._pages:
            return
        self._pages[key] = page, size
        self.bytes += size
        while self.bytes > self.most:
            self.bytes -= self._pages.popitem(last=False)[1][1]

    def shelve(self, shelf: mmap) -> None:
        """Write what is kept into memory that another process can read, the last used first.

        >>> shelf, cache, other = mmap(-1, 8000), Cache(8000), Cache(8000)
        >>> cache.put(("a", "b"), Page(200, b"head body", 5, "tag"))
        >>> cache.shelve(shelf); other.take(shelf)
        >>> other.get(("a", "b"))
        Page(status=200, wire=b'head body', split=5, etag='tag')
        """
        at, count = _SIZE.size, 0
        for key, (page, _) in reversed(self._pages.items()):
            content = _pack(key, page)
            if at + len(content) > len(shelf):
                break
            shelf[at : at + len(content)] = content
            at, count = at + len(content), count + 1
        # Written last: it makes the rest count.
        shelf[: _SIZE.size] = _SIZE.pack(count)

    def take(self, shelf: mmap) -> None:
        """Keep what another process has kept."""
        at, found = _SIZE.size, list[tuple[Key, Page]]()
        for _ in range(_SIZE.unpack_from(shelf)[0]):
            key, page, at = _unpack(shelf, at)
            found.append((key, page))
        for key, page in reversed(found):
            self.put(key, page)

    def __len__(self) -> int:
        return len(self._pages)

    @staticmethod
    def _size(key: Key, page: Page) -> int:
        """Return about how much memory an entry takes: its bytes and the objects around them."""
        return len(page.wire) + 800 + sum(map(len, key))


def _pack(key: Key, page: Page) -> bytes:
    """Write an entry as bytes."""
    etag = page.etag.encode("latin-1")
    parts = [part.encode("utf-8", "surrogatepass") for part in key]
    head = _SHELVED.pack(len(page.wire), page.split, page.status, len(etag), len(parts))
    return b"".join((head, *(_SIZE.pack(len(part)) for part in parts), *parts, etag, page.wire))


def _unpack(shelf: mmap, at: int) -> tuple[Key, Page, int]:
    """Read the entry that begins at a place, and the place where it ends."""
    size, split, status, tagged, count = _SHELVED.unpack_from(shelf, at)
    at += _SHELVED.size
    sizes = struct.unpack_from(f"<{count}I", shelf, at)
    at += count * _SIZE.size
    *parts, etag, wire = (shelf[a:b] for a, b in pairwise(accumulate((*sizes, tagged, size), initial=at)))
    # Most keys have most parts in common.
    key = tuple(intern(part.decode("utf-8", "surrogatepass")) for part in parts)
    return key, Page(status, wire, split, etag.decode("latin-1")), at + sum(sizes) + tagged + size


def is_volatile(text: str) -> bool:
    r"""Say whether a query may have another answer when it is asked again.

    >>> is_volatile("SELECT (now() AS ?t) {}"), is_volatile("ASK {}"), is_volatile(r"SELECT (\u004EOW() ...")
    (True, False, True)
    """
    capitals = text.upper()
    return any(hint in capitals for hint in _HINTS) and _VOLATILE.search(capitals) is not None


def name_of(release: str, key: tuple[str, ...]) -> bytes:
    """Return sixteen bytes that stand for one representation of one release.

    >>> name_of("r1", ("ASK {}",)) == name_of("r1", ("ASK {}",)) != name_of("r2", ("ASK {}",))
    True
    """
    whole = "\0".join((release, str(len(key)), *key))
    return blake2b(whole.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def matches(if_none_match: str, etag: str) -> bool:
    """Say whether a client already has the representation with this tag.

    >>> matches('"a", W/"b"', '"b"'), matches("*", '"b"'), matches('"c"', '"b"')
    (True, True, False)
    """
    tags = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


@lru_cache(maxsize=64)
def wants_gzip(accept_encoding: str) -> bool:
    """Say whether a client reads gzip, and does not like it less than the plain bytes.

    >>> wants_gzip("gzip, deflate, br"), wants_gzip(""), wants_gzip("gzip;q=0, *"), wants_gzip("*")
    (True, False, False, True)
    """
    wanted: dict[str, float] = {}
    for element in accept_encoding.split(","):
        match = _CODING.match(element)
        if match:
            wanted[match[1].lower()] = _quality(match[2])
    quality = wanted.get("gzip", wanted.get("x-gzip", wanted.get("*", 0.0)))
    return quality > 0 and quality >= wanted.get("identity", 0.0)


def _quality(words: str | None) -> float:
    try:
        return 1.0 if words is None else float(words)
    except ValueError:
        return 0.0


def compressor() -> zlib._Compress:
    """Return what compresses an answer piece by piece."""
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)


def compress(body: bytes) -> bytes:
    """Return a body as gzip; the same bytes each time.

    >>> compress(b"x" * 5000) == compress(b"x" * 5000), len(compress(b"x" * 5000)) < 100
    (True, True)
    """
    worker = compressor()
    return worker.compress(body) + worker.flush()


def worth_compressing(body: bytes) -> bool:
    """Say whether a body is long enough."""
    return len(body) >= _WORTH
