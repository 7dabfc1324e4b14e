"""The record of the dataset, as catalogues of datasets read it (DCAT 3, and the European profile of it)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph import __version__
from resgraph.catalogue.words import (
    AUTHORITY,
    CATALOGUE,
    DATASET,
    SERVICE,
    english,
    file_type,
    part,
)
from resgraph.index import Index
from resgraph.store import Term
from resgraph.vocab import BASE, DCAT, DCTERMS, FOAF, ID, LABEL, NS, OWL, RDFS, TYPE, VOID, term

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
_THEME: Final = AUTHORITY + "data-theme"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_LANGUAGE: Final = AUTHORITY + "language/ENG"
_ACCESS: Final = AUTHORITY + "access-right/PUBLIC"
_ORIGIN: Final = (
    "Findings were read from published sources, each of which is named; answers and their strength are "
    "computed from them by a documented rule, and what a reasoner concludes is kept apart."
)
_ATTRIBUTION: Final = NamedNode("http://purl.org/adms/licencetype/Attribution")
_COUNTED: Final = (
    "The counts of the dataset are those of what a plain query sees: the union of all named graphs but the "
    "inferred one, each statement once. The counts of each named graph stand with it."
)


def record(terms: Iterable[Triple], evidence: Iterable[Triple] = ()) -> Iterator[Triple]:
    """Say that there is a catalogue, with a dataset on some countries, that a service answers about."""
    header = Index(terms)
    ontology = NamedNode(NS.removesuffix("#"))
    yield Triple(CATALOGUE, TYPE, NamedNode(DCAT + "Catalog"))
    yield Triple(CATALOGUE, NamedNode(DCTERMS + "title"), english("Datasets of resgraph"))
    yield Triple(CATALOGUE, LABEL, english("Datasets of resgraph"))
    about = "What the project publishes: the dataset, the files in which it can be fetched, and its endpoint."
    yield Triple(CATALOGUE, NamedNode(DCTERMS + "description"), english(about))
    yield Triple(CATALOGUE, NamedNode(DCTERMS + "language"), NamedNode(_LANGUAGE))
    yield Triple(CATALOGUE, NamedNode(DCAT + "themeTaxonomy"), NamedNode(_THEME))
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
                yield from licence(value)
            if name == "publisher":
                yield Triple(SERVICE, NamedNode(DCTERMS + name), value)
    yield from _words()
    for value in header.values(ontology, NamedNode(DCAT + "contactPoint")):
        yield Triple(DATASET, NamedNode(DCAT + "contactPoint"), value)
        yield Triple(SERVICE, NamedNode(DCAT + "contactPoint"), value)
    yield from _where(evidence)
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
    yield Triple(DATASET, NamedNode(DCTERMS + "provenance"), part("provenance"))
    yield Triple(part("provenance"), TYPE, NamedNode(DCTERMS + "ProvenanceStatement"))
    yield Triple(part("provenance"), LABEL, english(_ORIGIN))
    for one in (DATASET, SERVICE):
        for word in _KEYWORDS:
            yield Triple(one, NamedNode(DCAT + "keyword"), english(word))
        for theme in _THEMES:
            yield Triple(one, NamedNode(DCAT + "theme"), NamedNode(f"{_THEME}/{theme}"))


def licence(address: Term) -> Iterator[Triple]:
    """Say of which kind the licence is, if it is the one that the data have had so far."""
    if isinstance(address, NamedNode) and "creativecommons.org/licenses/by/" in address.value:
        yield Triple(address, TYPE, NamedNode(DCTERMS + "LicenseDocument"))
        yield Triple(address, NamedNode(DCTERMS + "type"), _ATTRIBUTION)


def _where(evidence: Iterable[Triple]) -> Iterator[Triple]:
    """Say in which countries people were whom findings are about: that is the area that the data cover."""
    country = term("country")
    for t in evidence:
        of_finding = isinstance(t.subject, NamedNode) and t.subject.value.startswith(f"{ID}finding/")
        if t.predicate == country and of_finding:
            yield Triple(DATASET, NamedNode(DCTERMS + "spatial"), t.object)


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
    said = "What the endpoint answers: rows, yes or no, or a graph, in the format that is asked for."
    yield Triple(answers, NamedNode(DCTERMS + "description"), english(said))
    yield Triple(answers, NamedNode(DCAT + "accessURL"), endpoint)
    yield Triple(answers, NamedNode(DCAT + "accessService"), SERVICE)
    media_type = "application/sparql-results+json"
    yield Triple(answers, NamedNode(DCAT + "mediaType"), NamedNode(_MEDIA_TYPES + media_type))
    for kind in file_type(media_type):
        yield Triple(answers, NamedNode(DCTERMS + "format"), kind)
