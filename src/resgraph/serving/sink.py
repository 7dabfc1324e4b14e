"""An answer while it is written: a short one is sent whole, a long one in pieces while the rest is found."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, Protocol

from resgraph import query
from resgraph.formats import RESULTS, Format
from resgraph.serving.cache import SHARE, Page, compress, compressor, worth_compressing
from resgraph.serving.headers import COMMON, FORGET, KEEP, VARY
from resgraph.serving.incoming import Plan
from resgraph.serving.notes import Notes, header
from resgraph.settings import Settings

#: An answer up to this size is sent whole, with its length and an honest status; a longer one as it is found.
_WHOLE: Final = 256 * 1024
_PIECE: Final = 64 * 1024


class Outlet(Protocol):
    """Where a long answer goes while the rest of it is still being found."""

    def begin(self, head: bytes) -> None:
        """Send the header."""

    def send(self, content: bytes) -> None:
        """Send a piece."""

    def finish(self) -> None:
        """Say that this was all."""


class BrokenAnswerError(Exception):
    """An answer failed after its beginning had been sent: it must not look like a finished one."""


class Sink(query.Page):
    """Takes an answer as it is written; past a certain size it goes out at once, in pieces."""

    def __init__(
        self, settings: Settings, notes: Notes, plan: Plan, outlet: Outlet | None, *, zipped: bool
    ) -> None:
        super().__init__(settings.result_bytes)
        self.begun = False
        self._notes, self._plan, self._outlet = notes, plan, outlet
        self._kept = settings.cache_bytes // SHARE
        self._total = 0
        self._most = _WHOLE
        self._head = ""
        self._sent: list[bytes] | None = []
        self._zip = compressor() if zipped else None
        self._etag = "" if plan.volatile else f'"{plan.name.hex()}"'

    def open(self, form: Format) -> query.Page:
        """Learn the format, before the first byte comes."""
        choice = self._plan.result if form in RESULTS else self._plan.graph
        kind = choice.content_type if choice else form.media_type
        tag = f"Cache-Control: {FORGET}\r\n"
        if self._etag:
            tag = f"ETag: {self._etag}\r\nCache-Control: {KEEP}\r\n"
        strangers = self._notes.about(self._plan.request.text)
        remark = f"Warning: {header(strangers)}\r\n" if strangers else ""
        self._head = f"Content-Type: {kind}\r\nVary: {VARY}\r\n{tag}{remark}{COMMON}"
        return self

    def write(self, content: Any, /) -> int:
        """Take some bytes, and pass on what has become too much to be held."""
        size = len(content)
        self._total += size
        if self._total > (self.limit or self._total):
            self.full = True
            raise self.error()
        BytesIO.write(self, content)
        if self._outlet is not None and self.tell() > self._most:
            self._flow(self._outlet)
        return size

    def _flow(self, outlet: Outlet) -> None:
        """Send what there is."""
        if not self.begun:
            self.begun, self._most = True, _PIECE
            coding = "Content-Encoding: gzip\r\n" if self._zip else ""
            outlet.begin(f"{self._head}{coding}Transfer-Encoding: chunked\r\n\r\n".encode("latin-1"))
        piece = self.getvalue()
        self.seek(0)
        self.truncate()
        self._pass(outlet, self._zip.compress(piece) if self._zip else piece)

    def _pass(self, outlet: Outlet, piece: bytes) -> None:
        if piece:
            outlet.send(piece)
            if self._sent is not None:
                self._sent.append(piece)
        if self._total > self._kept or self._plan.volatile:
            self._sent = None

    def finish(self) -> Page | None:
        """Return the whole answer; None if it is out already and cannot be kept."""
        if not self.begun or self._outlet is None:
            page = self._page(self.getvalue(), zipped=False)
        else:
            self._flow(self._outlet)
            if self._zip:
                self._pass(self._outlet, self._zip.flush())
            self._outlet.finish()
            if self._sent is None:
                return None
            page = self._page(b"".join(self._sent), zipped=self._zip is not None)
        return page

    def _page(self, body: bytes, *, zipped: bool) -> Page:
        coding = ""
        if zipped or (self._zip and worth_compressing(body)):
            body, coding = body if zipped else compress(body), "Content-Encoding: gzip\r\n"
        head = f"{self._head}{coding}Content-Length: {len(body)}\r\n\r\n".encode("latin-1")
        return Page(200, head + body, len(head), self._etag)
