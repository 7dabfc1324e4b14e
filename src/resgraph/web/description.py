"""The service description: what the endpoint says of itself to programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from resgraph.formats import GRAPHS, RESULTS, Format
from resgraph.vocab import GRAPH, PREFIXES, TYPE, graph
from resgraph.web.site import Site

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def write(site: Site, endpoint: str, form: Format) -> bytes:
    """Write the description of the service at an address."""
    prefixes = {"sd": SD, "void": PREFIXES["void"], "graph": GRAPH}
    kind = RdfFormat.from_media_type(form.media_type)
    return serialize(triples(site, endpoint), format=kind, prefixes=prefixes) or b""


def triples(site: Site, endpoint: str) -> Iterator[Triple]:
    """Describe the service: its address, its formats, and which graphs there are."""
    service, dataset, default = NamedNode(endpoint), BlankNode("dataset"), BlankNode("default")
    yield Triple(service, TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), service)
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield Triple(service, _sd("supportedLanguage"), _sd(language))
    for form in (*RESULTS, *GRAPHS):
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + _NAMES[form.name]))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, TYPE, _sd("Graph"))
    sizes = site.manifest.get("graphs", {})
    for name in sizes:
        part = BlankNode(name)
        yield Triple(dataset, _sd("namedGraph"), part)
        yield Triple(part, TYPE, _sd("NamedGraph"))
        yield Triple(part, _sd("name"), graph(name))
        content = BlankNode(f"{name}-graph")
        yield Triple(part, _sd("graph"), content)
        yield Triple(content, TYPE, _sd("Graph"))
        yield Triple(content, NamedNode(PREFIXES["void"] + "triples"), Literal(sizes[name]))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
