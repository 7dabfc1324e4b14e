"""The news of all releases as an Atom feed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from resgraph.publish.step import numbers
from resgraph.vocab import BASE

FEED: Final = "atom.xml"
ABOUT: Final = "release.json"


def released(directory: Path) -> list[dict[str, Any]]:
    """Return what each release in a directory says of itself, the newest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in directory.glob(f"*/{ABOUT}")]
    return sorted(found, key=lambda about: numbers(about["version"]), reverse=True)


def feed(releases: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a feed of releases, given the newest first (RFC 4287).

    >>> one = {"version": "0.1.0", "date": "2026-11-22", "title": "T", "summary": "First release."}
    >>> b"<updated>2026-11-22T00:00:00Z</updated>" in feed([one])
    True
    """
    entries = list(releases)
    newest = entries[0]["date"] if entries else "1970-01-01"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <id>{BASE}dumps/{FEED}</id>",
        "  <title>Releases of resgraph</title>",
        f"  <updated>{newest}T00:00:00Z</updated>",
        "  <author><name>The resgraph contributors</name></author>",
        f'  <link rel="self" href="{BASE}dumps/{FEED}"/>',
        *(line for entry in entries for line in _entry(entry)),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(entry: Mapping[str, Any]) -> list[str]:
    address = f"{BASE}dumps/{entry['version']}/"
    return [
        "  <entry>",
        f"    <id>{address}</id>",
        f"    <title>{escape(entry['title'])}, {entry['version']}</title>",
        f"    <updated>{entry['date']}T00:00:00Z</updated>",
        f'    <link href="{address}"/>',
        f"    <summary>{escape(entry['summary'])}</summary>",
        "  </entry>",
    ]
