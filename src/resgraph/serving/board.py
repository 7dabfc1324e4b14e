"""What workers and their supervisor know of each other, in memory that they share.

Each worker has a slot in which it says what it is at: for which connection, since when, until when. The
supervisor reads the slots and ends who is late; a message for every query would cost more than the query.
"""

from __future__ import annotations

import mmap
import struct
from typing import Final, NamedTuple

_SLOT: Final = 128
_CONNECTION: Final = struct.Struct("<Q")
_WORK: Final = struct.Struct("<ddI16s")
_FLAGS: Final = struct.Struct("<I")
_DEADLINE: Final = struct.Struct("<d")
_LENGTH: Final = struct.Struct("<Q")
_AT_DEADLINE, _AT_FLAGS, _AT_NAME = 16, 24, 28

#: Who asked is a person: an error is shown as a page. Only the header is sent. Bytes have left already.
PAGE, HEAD, STARTED = 1, 2, 4


class Work(NamedTuple):
    """What a worker is at. No connection: it is free."""

    connection: int
    since: float
    deadline: float
    flags: int
    name: bytes


class Board:
    """Slots for so many workers, shared with every process that is forked afterwards.

    >>> board = Board(2)
    >>> board.begin(1, Work(7, 10.0, 40.0, PAGE, bytes(16)))
    >>> board.read(0).connection, board.read(1).connection, board.read(1).deadline
    (0, 7, 40.0)
    >>> board.end(1)
    >>> board.read(1).connection
    0
    """

    def __init__(self, size: int, words: int = 4096) -> None:
        """Make room for so many workers, each of which may say what it is asked in so many bytes."""
        self.size = size
        self._words = words
        self._memory = mmap.mmap(-1, max(size * _SLOT, mmap.PAGESIZE))
        # Only what is written takes memory.
        self._asked = mmap.mmap(-1, size * (words + _LENGTH.size))

    def begin(self, slot: int, work: Work) -> None:
        """Say what is begun. The connection is written last: it makes the rest count."""
        at = slot * _SLOT
        _WORK.pack_into(self._memory, at + 8, *work[1:])
        _CONNECTION.pack_into(self._memory, at, work.connection)

    def tell(self, slot: int, *words: str) -> None:
        """Say what is asked, for who must speak of it when the worker is gone."""
        content = "\0".join(words).encode("utf-8", "surrogatepass")[: self._words]
        at = slot * (self._words + _LENGTH.size)
        _LENGTH.pack_into(self._asked, at, len(content))
        self._asked[at + _LENGTH.size : at + _LENGTH.size + len(content)] = content

    def told(self, slot: int) -> list[str]:
        """Return what a worker was asked last.

        >>> board = Board(2)
        >>> board.tell(1, "GET", "/sparql", "")
        >>> board.told(1)
        ['GET', '/sparql', '']
        """
        at = slot * (self._words + _LENGTH.size)
        begin = at + _LENGTH.size
        content = self._asked[begin : begin + _LENGTH.unpack_from(self._asked, at)[0]]
        return content.decode("utf-8", "replace").split("\0")

    def end(self, slot: int) -> None:
        """Say that it is done."""
        _CONNECTION.pack_into(self._memory, slot * _SLOT, 0)

    def set_deadline(self, slot: int, deadline: float) -> None:
        """Say that less time is given."""
        _DEADLINE.pack_into(self._memory, slot * _SLOT + _AT_DEADLINE, deadline)

    def set_flags(self, slot: int, flags: int) -> None:
        """Say more about what is being done."""
        _FLAGS.pack_into(self._memory, slot * _SLOT + _AT_FLAGS, flags)

    def read(self, slot: int) -> Work:
        """Return what a worker is at."""
        at = slot * _SLOT
        connection = _CONNECTION.unpack_from(self._memory, at)[0]
        return Work(connection, *_WORK.unpack_from(self._memory, at + 8))

    def who_is_at(self, name: bytes) -> int | None:
        """Return the slot of a worker that is finding the answer of this name."""
        found = self._memory.find(name, 0, self.size * _SLOT)
        if found < 0 or found % _SLOT != _AT_NAME:
            return None
        slot = found // _SLOT
        return slot if _CONNECTION.unpack_from(self._memory, slot * _SLOT)[0] else None
