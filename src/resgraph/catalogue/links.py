"""How many statements lead from our things to each outside vocabulary (VoID link sets)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.catalogue.words import DATASET, english, name_of, number, part
from resgraph.index import Index
from resgraph.vocab import LABEL, SSSOM, TYPE, VOID, slug


def links(alignments: Collection[Triple]) -> Iterator[Triple]:
    """Count the mappings to each vocabulary, by the property that links."""
    index = Index(alignments)
    pairs: Counter[tuple[str, NamedNode]] = Counter()
    for mapping in index.of_type(NamedNode(SSSOM + "Mapping")):
        for target in index.nodes(mapping, NamedNode(SSSOM + "object_id")):
            for predicate in index.nodes(mapping, NamedNode(SSSOM + "predicate_id")):
                pairs[vocabulary(target.value), predicate] += 1
    for (base, predicate), many in pairs.items():
        target = part(f"vocabulary-{name_of(base)}")
        yield Triple(target, TYPE, NamedNode(VOID + "Dataset"))
        yield Triple(target, NamedNode(VOID + "uriSpace"), Literal(base))
        yield Triple(target, LABEL, english(f"what has an address under {base}"))
        one = part(f"links-{slug(predicate.value)}-{name_of(base)}")
        yield Triple(DATASET, NamedNode(VOID + "subset"), one)
        yield Triple(one, TYPE, NamedNode(VOID + "Linkset"))
        yield Triple(one, LABEL, english(f"{slug(predicate.value)} links to {base}"))
        yield Triple(one, NamedNode(VOID + "subjectsTarget"), DATASET)
        yield Triple(one, NamedNode(VOID + "objectsTarget"), target)
        yield Triple(one, NamedNode(VOID + "linkPredicate"), predicate)
        yield Triple(one, NamedNode(VOID + "triples"), number(many))


def vocabulary(iri: str) -> str:
    """Return what the addresses of a vocabulary begin with.

    >>> vocabulary("http://purl.obolibrary.org/obo/MONDO_0005618"), vocabulary("https://schema.org/School")
    ('http://purl.obolibrary.org/obo/MONDO_', 'https://schema.org/')
    """
    found = re.match(r".*[#/]([A-Za-z]+_(?=[A-Z]?\d))?", iri)
    return found[0] if found else iri
