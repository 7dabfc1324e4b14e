"""The record of the dataset, as catalogues of datasets read it (DCAT 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph import __version__
from resgraph.catalogue.words import CATALOGUE, DATASET, SERVICE, english, part
from resgraph.index import Index
from resgraph.vocab import BASE, DCAT, DCTERMS, FOAF, LABEL, NS, OWL, RDFS, TYPE, VOID

#: what is said of the ontology and holds for the dataset too
_COPIED: Final = ("license", "publisher", "creator")
_TITLE: Final = "resgraph: what builds children's resilience in schools, for whom, on what evidence"
_SAID: Final = (
    "An evidence graph of risk factors, protective factors, outcomes, determinants and school interventions, "
    "with every finding and its source, and a documented rule for answers and strength of evidence."
)
_KEYWORDS: Final = (
    *("resilience", "children and young people", "schools", "public health", "evidence synthesis"),
    *("risk factors", "protective factors", "school-based interventions", "health inequalities"),
)
#: education and health, among the themes by which European catalogues sort datasets
_THEMES: Final = ("EDUC", "HEAL")
_THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/ENG"
_ACCESS: Final = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_COUNTED: Final = (
    "The counts of the dataset are those of what a plain query sees: the union of all named graphs but the "
    "inferred one, each statement once. The counts of each named graph stand with it."
)


def record(terms: Iterable[Triple]) -> Iterator[Triple]:
    """Say that there is a catalogue, with a dataset, that a service answers about."""
    header = Index(terms)
    ontology = NamedNode(NS.removesuffix("#"))
    yield Triple(CATALOGUE, TYPE, NamedNode(DCAT + "Catalog"))
    yield Triple(CATALOGUE, NamedNode(DCTERMS + "title"), english("Datasets of resgraph"))
    yield Triple(CATALOGUE, LABEL, english("Datasets of resgraph"))
    about = "What the project publishes: the dataset, the files in which it can be fetched, and its endpoint."
    yield Triple(CATALOGUE, NamedNode(DCTERMS + "description"), english(about))
    yield Triple(CATALOGUE, NamedNode(DCTERMS + "language"), NamedNode(_LANGUAGE))
    yield Triple(CATALOGUE, NamedNode(FOAF + "homepage"), NamedNode(BASE))
    yield Triple(CATALOGUE, NamedNode(DCAT + "dataset"), DATASET)
    yield Triple(CATALOGUE, NamedNode(DCAT + "service"), SERVICE)
    for kind in (DCAT, VOID):
        yield Triple(DATASET, TYPE, NamedNode(kind + "Dataset"))
    for name in _COPIED:
        for value in header.values(ontology, NamedNode(DCTERMS + name)):
            yield Triple(DATASET, NamedNode(DCTERMS + name), value)
            if name in ("license", "publisher"):
                yield Triple(CATALOGUE, NamedNode(DCTERMS + name), value)
            if name == "license":
                yield Triple(part("answers"), NamedNode(DCTERMS + name), value)
            if name == "publisher":
                yield Triple(SERVICE, NamedNode(DCTERMS + name), value)
    yield from _words()
    for value in header.values(ontology, NamedNode(DCAT + "contactPoint")):
        yield Triple(DATASET, NamedNode(DCAT + "contactPoint"), value)
    for name in (OWL + "versionInfo", DCAT + "version"):
        yield Triple(DATASET, NamedNode(name), Literal(__version__))
    yield Triple(DATASET, NamedNode(DCTERMS + "identifier"), Literal(DATASET.value))
    yield Triple(DATASET, NamedNode(DCTERMS + "language"), NamedNode(_LANGUAGE))
    yield Triple(DATASET, NamedNode(DCTERMS + "accessRights"), NamedNode(_ACCESS))
    yield Triple(DATASET, NamedNode(DCTERMS + "conformsTo"), ontology)
    yield Triple(DATASET, NamedNode(DCAT + "landingPage"), NamedNode(BASE))
    yield Triple(DATASET, NamedNode(VOID + "uriSpace"), Literal(BASE))
    yield Triple(DATASET, NamedNode(VOID + "vocabulary"), ontology)
    yield Triple(DATASET, NamedNode(VOID + "sparqlEndpoint"), NamedNode(BASE + "sparql"))
    yield Triple(DATASET, NamedNode(RDFS + "comment"), english(_COUNTED))
    yield from _service()


def _words() -> Iterator[Triple]:
    """Say what the dataset is, and by which words it is found."""
    for name in (LABEL, NamedNode(DCTERMS + "title")):
        yield Triple(DATASET, name, english(_TITLE))
    yield Triple(DATASET, NamedNode(DCTERMS + "description"), english(_SAID))
    for word in _KEYWORDS:
        yield Triple(DATASET, NamedNode(DCAT + "keyword"), english(word))
    for one in (DATASET, SERVICE):
        for theme in _THEMES:
            yield Triple(one, NamedNode(DCAT + "theme"), NamedNode(_THEME + theme))


def _service() -> Iterator[Triple]:
    endpoint = NamedNode(BASE + "sparql")
    yield Triple(SERVICE, TYPE, NamedNode(DCAT + "DataService"))
    yield Triple(SERVICE, NamedNode(DCTERMS + "title"), english("SPARQL endpoint of resgraph"))
    yield Triple(SERVICE, LABEL, english("SPARQL endpoint of resgraph"))
    yield Triple(SERVICE, NamedNode(DCAT + "endpointURL"), endpoint)
    yield Triple(SERVICE, NamedNode(DCAT + "endpointDescription"), endpoint)
    yield Triple(SERVICE, NamedNode(DCAT + "servesDataset"), DATASET)
    yield Triple(
        SERVICE, NamedNode(DCTERMS + "conformsTo"), NamedNode("https://www.w3.org/TR/sparql11-protocol/")
    )
    answers = part("answers")
    yield Triple(DATASET, NamedNode(DCAT + "distribution"), answers)
    yield Triple(answers, TYPE, NamedNode(DCAT + "Distribution"))
    yield Triple(answers, LABEL, english("answers to queries"))
    yield Triple(answers, NamedNode(DCAT + "accessURL"), endpoint)
    yield Triple(answers, NamedNode(DCAT + "accessService"), SERVICE)
    media_type = NamedNode(_MEDIA_TYPES + "application/sparql-results+json")
    yield Triple(answers, NamedNode(DCAT + "mediaType"), media_type)
