"""The words of schema.org on a document, for search engines: they read no ontology of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import NamedNode

from resgraph.catalogue import DATASET
from resgraph.describe.citation import reference
from resgraph.vocab import BASE, NS, PROV, SCHEME

if TYPE_CHECKING:
    from resgraph.describe.document import Document

_DEFINED: Final = ("factor", "outcome", "determinant", "population", "intervention", "concept")
_SETS: Final = ("scheme", "ns")
_SOURCE: Final = NamedNode(PROV + "hadPrimarySource")


def markup(document: Document) -> dict[str, Any]:
    """Return a thing in the words of schema.org: DefinedTerm, ScholarlyArticle, Dataset or Claim.

    >>> import resgraph
    >>> from resgraph.describe import OfDataset, describe
    >>> from resgraph.vocab import ID
    >>> found = markup(describe(OfDataset(resgraph.load().dataset), ID + "source/karna-2011"))
    >>> found["@type"], found["datePublished"]
    ('ScholarlyArticle', '2011')
    """
    topic, kind = document.topic, document.kind
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": topic.value,
        "url": document.address.value,
    }
    said["name"] = document.label
    if kind == "source":
        said |= _article(document)
    elif kind in _DEFINED:
        said |= _term(document)
    elif kind in _SETS:
        said |= {"@type": "DefinedTermSet", "description": _words(document)}
    elif kind in ("catalog", ""):
        said |= dataset(document)
    else:
        said |= {"@type": "Claim" if kind in ("finding", "proposition", "point") else "Thing"}
        said |= {"description": _words(document), "citation": _read_in(document)}
    return {name: value for name, value in said.items() if value not in ("", None, [])}


def dataset(document: Document) -> dict[str, Any]:
    """Return the dataset in the words of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": DATASET.value,
        "url": BASE,
        "name": document.name(DATASET),
        "description": document.text(DATASET, "dcterms:description"),
        "license": document.text(DATASET, "dcterms:license"),
        "version": document.text(DATASET, "dcat:version", "owl:versionInfo"),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "The resgraph contributors"},
    }


def _article(document: Document) -> dict[str, Any]:
    topic = document.topic
    doi = document.text(topic, "bibo:doi")
    return {
        "@type": "ScholarlyArticle",
        "name": document.text(topic, "dcterms:title", "rg:suppliedTitle") or document.label,
        "author": document.text(topic, "rg:authorList"),
        "datePublished": document.text(topic, "dcterms:issued"),
        "isPartOf": document.text(topic, "rg:container"),
        "identifier": f"doi:{doi}" if doi else "",
        "sameAs": f"https://doi.org/{doi}" if doi else document.text(topic, "foaf:page"),
    }


def _term(document: Document) -> dict[str, Any]:
    topic = document.topic.value
    return {
        "@type": "DefinedTerm",
        "description": _words(document),
        "alternateName": [document.name(each) for each in document.values(document.topic, "skos:altLabel")],
        "termCode": topic.rsplit("/", 1)[-1],
        "inDefinedTermSet": topic.rsplit("/", 1)[0] if topic.startswith(SCHEME) else NS.removesuffix("#"),
    }


def _read_in(document: Document) -> list[str]:
    read = {quad.object for quad in document.quads if quad.predicate == _SOURCE}
    return sorted(reference(document, each) for each in read if isinstance(each, NamedNode))


def _words(document: Document) -> str:
    return document.text(document.topic, "skos:definition", "dcterms:description", "skos:note")
