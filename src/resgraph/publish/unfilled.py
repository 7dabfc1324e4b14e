"""What only the publisher can fill in: who is written to, and the host behind the persistent addresses.

Nobody can be named on somebody's behalf, so the sources have places for it. Who makes a release for himself
is told what is still empty; a public one is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from resgraph.index import Index
from resgraph.sources import Sources
from resgraph.turtle import read
from resgraph.vocab import DCAT, FOAF, NS, TYPE

#: The host that stands in the redirects until there is one.
PLACEHOLDER: Final = "resgraph.example"
_ONTOLOGY: Final = NamedNode(NS.removesuffix("#"))
_PERSON: Final = NamedNode(FOAF + "Person")
_WAYS: Final = (NamedNode(FOAF + "mbox"), NamedNode(FOAF + "homepage"))


def unfilled(sources: Sources) -> list[str]:
    """Return, in words, what is still to be filled in before others can rely on a release."""
    return [*_contact(sources), *_redirects(sources.root / "w3id")]


def _contact(sources: Sources) -> list[str]:
    index = Index(read(sources.root / "ontology" / "resgraph.ttl"))
    people = [
        node
        for node in index.nodes(_ONTOLOGY, NamedNode(DCAT + "contactPoint"))
        if _PERSON in index.nodes(node, TYPE) and any(index.value(node, way) for way in _WAYS)
    ]
    if people:
        return []
    return [
        "ontology/resgraph.ttl: nobody is named whom one can write to; let dcat:contactPoint lead to a "
        "foaf:Person with a foaf:name and a foaf:mbox or foaf:homepage"
    ]


def _redirects(directory: Path) -> list[str]:
    """Look at the files for w3id.org, where they are: an installed package does not have them."""
    found = []
    for name, what in ((".htaccess", "the host that serves"), ("README.md", "two contacts")):
        path = directory / name
        if path.is_file() and PLACEHOLDER in path.read_text(encoding="utf-8"):
            found.append(f"w3id/{name}: {PLACEHOLDER} stands for {what}; put the real one there")
    return found
