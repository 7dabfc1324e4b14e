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


def reference(document: Document, source: NamedNode) -> str:
    """Return a source as a list of references has it; what is not known is left out."""
    authors = document.text(source, "rg:authorList")
    year = document.text(source, "dcterms:issued")
    title = document.text(source, "dcterms:title", "rg:suppliedTitle") or document.name(source)
    doi = document.text(source, "bibo:doi")
    parts = [
        f"{authors} ({year})" if authors and year else authors or (f"({year})" if year else ""),
        title,
        document.text(source, "rg:container"),
        f"https://doi.org/{doi}" if doi else document.text(source, "foaf:page"),
    ]
    return ". ".join(part.rstrip(".") for part in parts if part)
