"""What the graph says about itself: the dataset's record, with counts that are true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.index import Index
from resgraph.vocab import BASE, DCAT, DCTERMS, LABEL, NS, OWL, TYPE, VOID, XSD, graph

DATASET: Final = NamedNode(BASE + "catalog#dataset")
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_COPIED: Final = ("title", "description", "license", "publisher", "creator")


def catalogue(graphs: Mapping[str, tuple[Triple, ...]]) -> Iterator[Triple]:
    """Describe the dataset and each of its graphs; the words are those of the ontology's header."""
    header = Index(graphs["terms"])
    ontology = NamedNode(NS.removesuffix("#"))
    yield Triple(DATASET, TYPE, NamedNode(DCAT + "Dataset"))
    yield Triple(DATASET, TYPE, NamedNode(VOID + "Dataset"))
    for name in _COPIED:
        for value in header.values(ontology, NamedNode(DCTERMS + name)):
            yield Triple(DATASET, NamedNode(DCTERMS + name), value)
    for value in header.values(ontology, NamedNode(DCTERMS + "title")):
        yield Triple(DATASET, LABEL, value)
    yield Triple(DATASET, NamedNode(OWL + "versionInfo"), Literal(version("resgraph")))
    yield Triple(DATASET, NamedNode(VOID + "vocabulary"), ontology)
    yield Triple(DATASET, NamedNode(VOID + "uriSpace"), Literal(BASE))
    file = NamedNode(BASE + "catalog#nquads")
    yield Triple(DATASET, NamedNode(DCAT + "distribution"), file)
    yield Triple(file, TYPE, NamedNode(DCAT + "Distribution"))
    yield Triple(file, LABEL, Literal("the whole release as N-Quads", language="en"))
    yield Triple(file, NamedNode(DCAT + "mediaType"), NamedNode(_MEDIA_TYPES + "application/n-quads"))
    yield Triple(file, NamedNode(DCAT + "accessURL"), NamedNode(BASE + "sparql"))
    for name, triples in sorted(graphs.items()):
        part = graph(name)
        yield Triple(DATASET, NamedNode(VOID + "subset"), part)
        yield Triple(part, TYPE, NamedNode(VOID + "Dataset"))
        yield Triple(part, LABEL, Literal(f"the {name} graph", language="en"))
        yield Triple(part, NamedNode(VOID + "triples"), _integer(len(set(triples))))
    yield from _classes(graphs)


def _classes(graphs: Mapping[str, tuple[Triple, ...]]) -> Iterator[Triple]:
    counts = Counter(
        t.object for name in ("evidence", "evidenced") for t in set(graphs[name]) if t.predicate == TYPE
    )
    for kind, number in sorted(counts.items(), key=str):
        if isinstance(kind, NamedNode) and kind.value.startswith(NS):
            part = NamedNode(f"{BASE}catalog#class-{kind.value.removeprefix(NS)}")
            yield Triple(DATASET, NamedNode(VOID + "classPartition"), part)
            yield Triple(part, NamedNode(VOID + "class"), kind)
            yield Triple(part, NamedNode(VOID + "entities"), _integer(number))


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(XSD + "integer"))
