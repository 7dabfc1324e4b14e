"""What an address names, and where the document about it is."""

from __future__ import annotations

from resgraph.vocab import BASE, ID, SCHEME


def kind_of(iri: str) -> str:
    """Return the kind of thing that an address names.

    >>> kind_of(ID + "factor/bereavement"), kind_of(SCHEME + "level"), kind_of(SCHEME + "level/peer")
    ('factor', 'scheme', 'concept')
    """
    if iri.startswith(ID):
        return iri.removeprefix(ID).partition("/")[0]
    if iri.startswith(SCHEME):
        return "concept" if "/" in iri.removeprefix(SCHEME) else "scheme"
    return iri.removeprefix(BASE).partition("/")[0].partition("#")[0]


def document_of(iri: str) -> str:
    """Return the address of the document about a thing: another one only where the thing is no document.

    >>> document_of(ID + "factor/bereavement")
    'https://w3id.org/resgraph/doc/factor/bereavement'
    """
    return f"{BASE}doc/{iri.removeprefix(ID)}" if iri.startswith(ID) else iri.partition("#")[0]
