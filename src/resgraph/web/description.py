"""The service description: what the endpoint says of itself to programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from resgraph.evaluate import Request
from resgraph.formats import GRAPHS, RESULTS, Format
from resgraph.jsonld import compact
from resgraph.results import Answer
from resgraph.vocab import DCTERMS, GRAPH, PREFIXES, RDFS, TYPE, VOID, shorten
from resgraph.vocab import graph as release_graph
from resgraph.web.site import Site
from resgraph.writer import WritableStore

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/"
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
_GRAPH_NAMES: Final = "SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g"
_INFERRED: Final = release_graph("inferred").value

_SERVICE: Final = (
    "SPARQL 1.1 queries by GET, form, POST and QUERY. The parameter `inferred=true` adds to the default "
    "graph what a reasoner concluded; `timeout` asks for less than the time a query may take; `format` names "
    "a format. SERVICE is not answered. Whole graphs are at ../graph-store, by `?graph=IRI` or `?default`."
)
_UNION: Final = (
    "The union of all graphs but the inferred one. Each statement counts once, however many graphs say it."
)
_STRICT: Final = "A graph of its own: the named graphs are not part of it."
_WRITABLE: Final = (
    "With its token, SPARQL 1.1 updates are taken at ../update, and graphs are written at ../graph-store. In "
    "an update, WHERE sees what is stated in the default graph itself; GRAPH, USING and WITH name others."
)
_CONCLUDED: Final = (
    "What an OWL 2 RL reasoner concluded. Not part of the default graph: name it with GRAPH or FROM, or send "
    "`inferred=true`."
)


def write(site: Site, endpoint: str, form: Format) -> bytes:
    """Write the description of the service at an address."""
    prefixes = {
        "sd": SD,
        "void": VOID,
        "graph": GRAPH,
        "dcterms": DCTERMS,
        "rdfs": RDFS,
        "formats": _FORMATS,
        "entailment": _ENTAILMENT,
    }
    kind = RdfFormat.from_media_type(form.media_type)
    content = serialize(triples(site, endpoint), format=kind, prefixes=prefixes) or b""
    return compact(content) if form.name == "jsonld" else content


def triples(site: Site, endpoint: str) -> Iterator[Triple]:
    """Describe the service: its address, its languages and formats, and which graphs there are."""
    service, dataset = NamedNode(endpoint), BlankNode("dataset")
    yield Triple(service, TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, NamedNode(DCTERMS + "description"), Literal(_SERVICE, language="en"))
    store = site.evaluator if isinstance(site.evaluator, WritableStore) else None
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield Triple(service, _sd("supportedLanguage"), _sd(language))
    for form in (*RESULTS, *GRAPHS):
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + _NAMES[form.name]))
    if store:
        yield Triple(service, NamedNode(RDFS + "comment"), Literal(_WRITABLE, language="en"))
        yield Triple(service, _sd("feature"), _sd("EmptyGraphs"))
    yield Triple(service, _sd("defaultEntailmentRegime"), NamedNode(_ENTAILMENT + "Simple"))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, TYPE, _sd("Dataset"))
    yield from _default_graph(site, dataset)
    for number, name in enumerate(_names(site)):
        yield from _named_graph(site, dataset, name, BlankNode(f"graph{number}"))


def _default_graph(site: Site, dataset: BlankNode) -> Iterator[Triple]:
    default = BlankNode("default")
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, TYPE, _sd("Graph"))
    strict = isinstance(site.evaluator, WritableStore) and site.evaluator.default_graph == "strict"
    words = Literal(_STRICT if strict else _UNION, language="en")
    yield Triple(default, NamedNode(RDFS + "comment"), words)


def _names(site: Site) -> Iterable[str]:
    """Return the names of all graphs: as the release says, else as the data do."""
    counted = site.manifest.get("graphs")
    if counted:
        return [release_graph(name).value for name in counted]
    return map(str, Answer.from_json(site.evaluator.evaluate(Request(_GRAPH_NAMES)).body)["g"])


def _named_graph(site: Site, dataset: BlankNode, name: str, part: BlankNode) -> Iterator[Triple]:
    content = BlankNode(f"{part.value}content")
    yield Triple(dataset, _sd("namedGraph"), part)
    yield Triple(part, TYPE, _sd("NamedGraph"))
    yield Triple(part, _sd("name"), NamedNode(name))
    yield Triple(part, _sd("graph"), content)
    yield Triple(content, TYPE, _sd("Graph"))
    size = site.manifest.get("graphs", {}).get(shorten(name).removeprefix("graph:"))
    if size is not None:
        yield Triple(content, NamedNode(PREFIXES["void"] + "triples"), Literal(size))
    if name == _INFERRED:
        yield Triple(part, _sd("entailmentRegime"), NamedNode(_ENTAILMENT + "OWL-RDF-Based"))
        profile = NamedNode("http://www.w3.org/ns/owl-profile/RL")
        yield Triple(part, _sd("supportedEntailmentProfile"), profile)
        yield Triple(content, NamedNode(RDFS + "comment"), Literal(_CONCLUDED, language="en"))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
