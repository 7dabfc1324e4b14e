"""What describes the files of a release: a catalogue record (DCAT), an RO-Crate, and their checksums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from resgraph.catalogue.record import licence
from resgraph.catalogue.words import file_type
from resgraph.publish.file import File
from resgraph.store import Term
from resgraph.vocab import BASE, DCAT, DCTERMS, LABEL, OWL, PREFIXES, PROV, SPDX, TYPE, VOID, XSD

SUMS: Final = "SHA256SUMS"
RECORD: Final = "catalog.ttl"
CRATE: Final = "ro-crate-metadata.json"
_LANGUAGE: Final = NamedNode(DCTERMS + "language")
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Named:
    """What is said of a release as a whole."""

    version: str
    #: the day of the data, such as 2026-11-22
    date: str
    title: str
    description: str
    licence: str
    publisher: str
    publisher_name: str
    previous: str | None = None
    compatible: bool = True
    #: what the record of the dataset says of it besides, and what holds for each version
    said: Sequence[tuple[NamedNode, Term]] = ()

    @property
    def iri(self) -> NamedNode:
        """The address of the dataset at this version."""
        return dataset(self.version)


def dataset(version: str) -> NamedNode:
    """Return the address of the dataset at a version."""
    return NamedNode(f"{BASE}{version}/catalog#dataset")


def sums(files: Iterable[File]) -> bytes:
    """Write the checksums of files as ``sha256sum`` does.

    >>> sums([File("a", b"", "", "")]).decode().split()
    ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'a']
    """
    lines = sorted((file.name, file.digest) for file in files)
    return "".join(f"{digest}  {name}\n" for name, digest in lines).encode()


def record(about: Named, files: Sequence[File]) -> bytes:
    """Write the catalogue record of a release as Turtle."""
    triples = [*_dataset(about), *(t for file in files for t in _distribution(about, file))]
    ordered = sorted(set(triples), key=str)
    return serialize(ordered, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""


def _dataset(about: Named) -> Iterator[Triple]:
    iri, whole = about.iri, NamedNode(BASE + "catalog#dataset")
    yield Triple(iri, TYPE, NamedNode(DCAT + "Dataset"))
    yield Triple(iri, TYPE, NamedNode(VOID + "Dataset"))
    yield Triple(iri, LABEL, _english(f"{about.title}, {about.version}"))
    yield Triple(iri, NamedNode(DCTERMS + "title"), _english(f"{about.title}, {about.version}"))
    yield Triple(iri, NamedNode(DCTERMS + "description"), _english(about.description))
    yield Triple(iri, NamedNode(DCTERMS + "license"), NamedNode(about.licence))
    yield from licence(NamedNode(about.licence))
    yield Triple(iri, NamedNode(DCTERMS + "publisher"), NamedNode(about.publisher))
    yield from (Triple(iri, name, value) for name, value in about.said)
    yield from _dated(iri, about.date)
    yield Triple(iri, NamedNode(DCTERMS + "identifier"), Literal(iri.value))
    yield Triple(iri, NamedNode(DCTERMS + "isVersionOf"), whole)
    yield Triple(whole, NamedNode(DCAT + "hasVersion"), iri)
    yield Triple(iri, NamedNode(DCAT + "version"), Literal(about.version))
    yield Triple(iri, NamedNode(DCTERMS + "conformsTo"), NamedNode(f"{BASE}{about.version}/ns"))
    if about.previous:
        before = dataset(about.previous)
        yield Triple(iri, NamedNode(DCAT + "previousVersion"), before)
        yield Triple(iri, NamedNode(PROV + "wasRevisionOf"), before)
        relation = "backwardCompatibleWith" if about.compatible else "incompatibleWith"
        ontologies = (NamedNode(f"{BASE}{version}/ns") for version in (about.version, about.previous))
        new, old = ontologies
        yield Triple(new, NamedNode(OWL + "priorVersion"), old)
        yield Triple(new, NamedNode(OWL + relation), old)


def _dated(iri: NamedNode, date: str) -> Iterator[Triple]:
    """Say when a version was issued: it is not changed any more."""
    day = Literal(date, datatype=NamedNode(XSD + "date"))
    yield Triple(iri, NamedNode(DCTERMS + "issued"), day)
    yield Triple(iri, NamedNode(DCTERMS + "modified"), day)


def _distribution(about: Named, file: File) -> Iterator[Triple]:
    address = NamedNode(f"{BASE}dumps/{about.version}/{file.name}")
    one = NamedNode(f"{BASE}{about.version}/catalog#{file.name.replace('/', '-')}")
    check = NamedNode(f"{one.value}-sha256")
    yield Triple(about.iri, NamedNode(DCAT + "distribution"), one)
    yield Triple(one, TYPE, NamedNode(DCAT + "Distribution"))
    yield Triple(one, LABEL, _english(file.title))
    yield Triple(one, NamedNode(DCTERMS + "title"), _english(file.title))
    yield Triple(one, NamedNode(DCTERMS + "description"), _english(_described(about, file)))
    yield Triple(one, NamedNode(DCTERMS + "license"), NamedNode(about.licence))
    yield from (Triple(one, name, value) for name, value in about.said if name == _LANGUAGE)
    yield from _dated(one, about.date)
    yield Triple(one, NamedNode(DCAT + "accessURL"), address)
    yield Triple(one, NamedNode(DCAT + "downloadURL"), address)
    yield Triple(one, NamedNode(DCAT + "mediaType"), NamedNode(_MEDIA_TYPES + file.media_type))
    yield from (Triple(one, NamedNode(DCTERMS + "format"), kind) for kind in file_type(file.media_type))
    if file.is_compressed:
        yield Triple(one, NamedNode(DCAT + "compressFormat"), NamedNode(_MEDIA_TYPES + "application/gzip"))
    if file.name.startswith("resgraph."):
        yield Triple(about.iri, NamedNode(VOID + "dataDump"), address)
    size = Literal(str(len(file.content)), datatype=NamedNode(XSD + "nonNegativeInteger"))
    yield Triple(one, NamedNode(DCAT + "byteSize"), size)
    yield Triple(one, NamedNode(SPDX + "checksum"), check)
    yield Triple(check, TYPE, NamedNode(SPDX + "Checksum"))
    yield Triple(check, NamedNode(SPDX + "algorithm"), NamedNode(SPDX + "checksumAlgorithm_sha256"))
    digest = file.digest
    value = Literal(digest, datatype=NamedNode(XSD + "hexBinary"))
    yield Triple(check, NamedNode(SPDX + "checksumValue"), value)


def _described(about: Named, file: File) -> str:
    """Return a sentence on a file, for who meets it in a catalogue, far from the others."""
    how = f"{file.media_type}, compressed with gzip" if file.is_compressed else file.media_type
    what = f"{file.title[:1].upper()}{file.title[1:]}"
    return f"{what}: a file ({how}) of version {about.version} of {about.title}."


def crate(about: Named, files: Sequence[File]) -> bytes:
    """Write an RO-Crate 1.1: the same for who packs research data (https://w3id.org/ro/crate/1.1)."""
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{about.title}, {about.version}",
        "description": about.description,
        "datePublished": about.date,
        "version": about.version,
        "identifier": about.iri.value,
        "license": {"@id": about.licence},
        "author": {"@id": about.publisher},
        "publisher": {"@id": about.publisher},
        "hasPart": [{"@id": file.name} for file in files],
    }
    parts = [
        {
            "@id": file.name,
            "@type": "File",
            "name": file.title,
            "contentSize": str(len(file.content)),
            "encodingFormat": [file.media_type, "application/gzip"]
            if file.is_compressed
            else file.media_type,
            "sha256": file.digest,
        }
        for file in files
    ]
    about_itself = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    others = [
        {"@id": about.publisher, "@type": "Organization", "name": about.publisher_name, "url": BASE},
        {"@id": about.licence, "@type": "CreativeWork", "name": "CC BY 4.0"},
    ]
    graph = [about_itself, root, *others, *parts]
    whole = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _english(words: str) -> Literal:
    return Literal(words, language="en")
