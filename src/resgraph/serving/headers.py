"""What every answer carries, whoever writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Everything a page needs comes from here; nothing may frame it, and no script stands inside it.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: What every answer carries, whoever writes it.
HEADERS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Location, ETag, Link, Warning",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

#: The same as lines of a header.
COMMON: Final = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())

#: May be kept by anyone who asks each time whether it still holds: the addresses stay, the release changes.
KEEP: Final = "public, no-cache"
FORGET: Final = "no-store"
VARY: Final = "Accept, Accept-Encoding"
