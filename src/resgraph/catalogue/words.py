"""Addresses inside the catalogue, and how its values are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.vocab import BASE, SPDX, TYPE, XSD, shorten

CATALOGUE: Final = NamedNode(BASE + "catalog")


def part(name: str) -> NamedNode:
    """Return the address of a part of the catalogue.

    >>> part("dataset").value
    'https://w3id.org/resgraph/catalog#dataset'
    """
    return NamedNode(f"{CATALOGUE.value}#{name}")


#: lists that European catalogues share
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
DATASET: Final = part("dataset")
SERVICE: Final = part("sparql")


def name_of(iri: str) -> str:
    """Return an address as a part of another one.

    >>> name_of("https://w3id.org/resgraph/ns#Finding"), name_of("https://schema.org/")
    ('rg-Finding', 'schema-org')
    """
    short = re.sub(r"^https?://", "", shorten(iri))
    return re.sub(r"[^A-Za-z0-9]+", "-", short).strip("-")


def number(value: int) -> Literal:
    """Write a number."""
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))


#: How European catalogues call formats; one that they do not know has no name there.
_FILE_TYPES: Final = {
    "text/turtle": "RDF_TURTLE",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON_LD",
    "application/json": "JSON",
    "application/sparql-results+json": "JSON",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
    "application/vnd.apache.parquet": "PARQUET",
    "text/markdown": "TXT",
}


def file_type(media_type: str) -> Iterator[NamedNode]:
    """Yield the name of a format in the European list of file types, if it is there.

    >>> [each.value.rpartition("/")[2] for each in file_type("text/csv")], list(file_type("text/unknown"))
    (['CSV'], [])
    """
    if name := _FILE_TYPES.get(media_type):
        yield NamedNode(f"{AUTHORITY}file-type/{name}")


def english(words: str) -> Literal:
    """Write words for people."""
    return Literal(words, language="en")


def checksum(of: NamedNode, sha256: str) -> Iterator[Triple]:
    """Say which SHA-256 a file has."""
    node = part(f"sha256-{sha256[:16]}")
    yield Triple(of, NamedNode(SPDX + "checksum"), node)
    yield Triple(node, TYPE, NamedNode(SPDX + "Checksum"))
    yield Triple(node, NamedNode(SPDX + "algorithm"), NamedNode(SPDX + "checksumAlgorithm_sha256"))
    value = Literal(sha256, datatype=NamedNode(XSD + "hexBinary"))
    yield Triple(node, NamedNode(SPDX + "checksumValue"), value)
