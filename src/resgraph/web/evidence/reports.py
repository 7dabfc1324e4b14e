"""The reports of a study, as a text names them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import NamedNode

from resgraph.describe import Document
from resgraph.describe.citation import short_reference
from resgraph.things import Source


def with_names(document: Document, text: str, sources: Iterable[Source]) -> str:
    """Return a text with the names of sources in place of their record ids: who wrote it, and the year.

    >>> import resgraph
    >>> from resgraph.describe import OfDataset, describe
    >>> study = resgraph.load().study("gatehouse")
    >>> about = describe(OfDataset(resgraph.load().dataset), study.iri)
    >>> print(with_names(about, "bond-2004 and patton-2006", study.reported_by))
    Bond et al. 2004 and Patton et al. 2006
    """
    names = {each.slug: short_reference(document, NamedNode(each.iri)) for each in sources}
    return re.sub(r"[\w-]+", lambda word: names.get(word[0], word[0]), text)
