"""How to cite a thing of the graph: the place it stands in, or the source itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from resgraph.catalogue import DATASET

if TYPE_CHECKING:
    from resgraph.describe.document import Document


def citation(document: Document) -> str:
    """Return the words with which to cite the thing that a document is about.

    >>> import resgraph
    >>> from resgraph.describe import OfDataset, describe
    >>> from resgraph.vocab import ID
    >>> print(citation(describe(OfDataset(resgraph.load().dataset), ID + "factor/bereavement")))
    “Bereavement”. In: The resgraph contributors, resgraph 0.1.0. https://w3id.org/resgraph/id/factor/bereavement
    """
    version = document.text(DATASET, "dcat:version", "owl:versionInfo")
    work = f"The resgraph contributors, resgraph {version}".strip()
    return f"“{document.label}”. In: {work}. {document.topic.value}"


def short_reference(document: Document, source: NamedNode) -> str:
    """Return a source as a text names it in passing: who wrote it, and the year.

    >>> import resgraph
    >>> from resgraph.describe import OfDataset, describe
    >>> from resgraph.vocab import thing
    >>> source = thing("source", "karna-2011")
    >>> short_reference(describe(OfDataset(resgraph.load().dataset), source.value), source)
    'Kärnä et al. 2011'
    """
    authors = [each.strip() for each in document.text(source, "rg:authorList").split(";") if each.strip()]
    year = document.text(source, "dcterms:issued")[:4]
    if not authors:
        return document.name(source)
    names = [_without_initials(each) for each in authors]
    who = f"{names[0]} et al." if len(names) > 2 or names[-1] == "et al" else " and ".join(names)
    return f"{who} {year}".strip()


def _without_initials(author: str) -> str:
    """Return the name of an author; of people the initials stand behind it.

    >>> _without_initials("Del Pozo MC"), _without_initials("NHS Digital"), _without_initials("NICE")
    ('Del Pozo', 'NHS Digital', 'NICE')
    """
    name, _, initials = author.rpartition(" ")
    return name if name and initials.isupper() and len(initials) < 5 else author


def reference(document: Document, source: NamedNode) -> str:
    """Return a source as a list of references has it; what is not known is left out."""
    authors = document.text(source, "rg:authorList")
    year = document.text(source, "dcterms:issued")
    when = f"({year})" if year else ""
    title = document.text(source, "dcterms:title", "rg:suppliedTitle") or document.name(source)
    doi = document.text(source, "bibo:doi")
    parts = [
        *((f"{authors} {when}".strip(), title) if authors else (title, when)),
        document.text(source, "rg:container"),
        f"https://doi.org/{doi}" if doi else document.text(source, "foaf:page"),
    ]
    return ". ".join(part.rstrip(".") for part in parts if part)
