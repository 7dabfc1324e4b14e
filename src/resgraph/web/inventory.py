"""Everything that the record of the dataset names, each with its place on the page of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from pyoxigraph import NamedNode, Triple

from resgraph.index import Index
from resgraph.vocab import BASE, DCTERMS, LABEL, SPDX, VOID, shorten
from resgraph.web.site import local

_HERE: Final = BASE + "catalog#"
#: The groups by what an address begins with; all others come last.
_GROUPS: Final = {
    "file": "Files it was built from",
    "class": "Classes",
    "pair": "Properties of each class",
    "property": "Properties",
    "links": "Links to each vocabulary",
    "vocabulary": "Vocabularies of others",
    "sha256": "Checksums",
}
#: A property that members of a class of ours have.
_PAIR: Final = re.compile(r"class-rg-(.+?)-property-")
_MORE: Final = "The rest of the record"
_TITLES: Final = (LABEL, NamedNode(DCTERMS + "title"), NamedNode(SPDX + "checksumValue"))
_TERMS: Final = (NamedNode(VOID + "class"), NamedNode(VOID + "property"))
_COUNTS: Final = (NamedNode(VOID + "triples"), NamedNode(VOID + "entities"))


class Entry(NamedTuple):
    """Something that the record names: its place on the page, its name, where that leads, and how many."""

    anchor: str
    name: str
    address: str
    number: str


def inventory(triples: Iterable[Triple]) -> dict[str, list[Entry]]:
    """Return what the record names, by group.

    >>> said = Triple(NamedNode(_HERE + "build"), LABEL, NamedNode("urn:x"))
    >>> inventory([said])
    {'The rest of the record': [Entry(anchor='build', name='urn:x', address='', number='')]}
    """
    index = Index(triples)
    found: dict[str, list[Entry]] = {name: [] for name in (*_GROUPS.values(), _MORE)}
    for node in index.subjects():
        if isinstance(node, NamedNode) and node.value.startswith(_HERE):
            anchor = node.value.removeprefix(_HERE)
            first = "pair" if _PAIR.match(anchor) else anchor.partition("-")[0]
            found[_GROUPS.get(first, _MORE)].append(_entry(index, node, anchor))
    return {
        name: sorted(entries, key=lambda each: (each.name, each.anchor))
        for name, entries in found.items()
        if entries
    }


def _entry(index: Index, node: NamedNode, anchor: str) -> Entry:
    term = _first(index, node, _TERMS)
    name = shorten(term) if term else _first(index, node, _TITLES) or anchor
    if pair := _PAIR.match(anchor):
        name = f"{pair[1]}: {name}"
    return Entry(anchor, name, local(term) if term else "", _first(index, node, _COUNTS))


def _first(index: Index, node: NamedNode, properties: Iterable[NamedNode]) -> str:
    return next((text for each in properties if (text := index.text(node, each))), "")
