"""A file of a release, in memory: what is written, described and summed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import Final

_COMPRESSION: Final = 6


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: its name, its bytes, what it is, and its media type before it was compressed."""

    name: str
    content: bytes
    title: str
    media_type: str

    @property
    def is_compressed(self) -> bool:
        """Whether it is compressed with gzip."""
        return self.name.endswith(".gz")

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes.

        >>> File("a", b"", "", "").digest[:8]
        'e3b0c442'
        """
        return hashlib.sha256(self.content).hexdigest()


def compressed(content: bytes) -> bytes:
    """Compress without a time: the same content gives the same bytes.

    >>> compressed(b"x") == compressed(b"x")
    True
    """
    return gzip.compress(content, compresslevel=_COMPRESSION, mtime=0)
