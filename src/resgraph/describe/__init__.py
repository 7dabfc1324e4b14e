"""What is told of one thing: its document, the same for the page and for every format of data."""

from __future__ import annotations

from resgraph.describe.citation import citation
from resgraph.describe.document import Document, describe, describe_graph
from resgraph.describe.markup import markup
from resgraph.describe.reading import Asking, OfDataset, Reading

__all__ = [
    "Asking",
    "Document",
    "OfDataset",
    "Reading",
    "citation",
    "describe",
    "describe_graph",
    "markup",
]
