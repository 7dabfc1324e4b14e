"""Names: prefixes, named graphs and the addresses of terms, concepts and things.

Every address the project mints is made here, so that no other room spells one out.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from pyoxigraph import NamedNode

BASE: Final = "https://w3id.org/resgraph/"
NS: Final = BASE + "ns#"
ID: Final = BASE + "id/"
SCHEME: Final = BASE + "scheme/"
GRAPH: Final = BASE + "graph/"
SHAPE: Final = BASE + "shape/"

#: Kinds of things that have addresses of their own under ``/id/KIND/SLUG``.
KINDS: Final = (
    "factor",
    "outcome",
    "determinant",
    "population",
    "intervention",
    "rating",
    "source",
    "study",
    "finding",
    "estimate",
    "disparity",
    "proposition",
    "action",
    "point",
    "mapping",
)

#: Concept schemes of closed lists, under ``/scheme/NAME/CONCEPT``.
SCHEMES: Final = (
    "action-level",
    "actor",
    "analysis",
    "answer",
    "basis",
    "caveat",
    "comparator-type",
    "consistency",
    "country",
    "course",
    "deliverer",
    "derivation",
    "design",
    "dimension",
    "disparity",
    "disparity-basis",
    "domain",
    "dose-response",
    "equity-effect",
    "evaluator",
    "interaction",
    "level",
    "life-stage",
    "metric",
    "orientation",
    "progress-plus",
    "protection",
    "provision",
    "record-status",
    "relation",
    "reporter",
    "sample-scope",
    "sample-size",
    "strength",
    "study-kind",
    "valence",
)

COUNTRY: Final = "http://publications.europa.eu/resource/authority/country/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
DC: Final = "http://purl.org/dc/elements/1.1/"
PROV: Final = "http://www.w3.org/ns/prov#"
BIBO: Final = "http://purl.org/ontology/bibo/"
CITO: Final = "http://purl.org/spar/cito/"
FABIO: Final = "http://purl.org/spar/fabio/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
DCAT: Final = "http://www.w3.org/ns/dcat#"
VOID: Final = "http://rdfs.org/ns/void#"
VANN: Final = "http://purl.org/vocab/vann/"
SH: Final = "http://www.w3.org/ns/shacl#"
SSSOM: Final = "https://w3id.org/sssom/"
SEMAPV: Final = "https://w3id.org/semapv/vocab/"
SPDX: Final = "http://spdx.org/rdf/terms#"

#: The one prefix map, used in every file and every answer. Names agree with prefix.cc.
PREFIXES: Final = MappingProxyType(
    {
        "rg": NS,
        **{kind: f"{ID}{kind}/" for kind in KINDS},
        **{f"{name}-scheme" if name in KINDS else name: f"{SCHEME}{name}/" for name in SCHEMES},
        "scheme": SCHEME,
        "graph": GRAPH,
        "shape": SHAPE,
        "country": COUNTRY,
        "rdf": RDF,
        "rdfs": RDFS,
        "owl": OWL,
        "xsd": XSD,
        "skos": SKOS,
        "dcterms": DCTERMS,
        "dc": DC,
        "prov": PROV,
        "bibo": BIBO,
        "cito": CITO,
        "fabio": FABIO,
        "foaf": FOAF,
        "dcat": DCAT,
        "void": VOID,
        "vann": VANN,
        "sh": SH,
        "sssom": SSSOM,
        "semapv": SEMAPV,
        "spdx": SPDX,
    }
)

_NAMES: Final = MappingProxyType({base: name for name, base in PREFIXES.items()})

#: Named graphs of a release, in the order in which they are written.
GRAPHS: Final = (
    "terms",
    "schemes",
    "evidence",
    "intended",
    "evidenced",
    "inferred",
    "alignments",
    "catalogue",
)

#: What was written down: the other graphs follow from these.
STATED: Final = ("terms", "schemes", "alignments", "evidence", "intended")

#: What a plain query sees: everything but what a reasoner concluded.
ASSERTED: Final = tuple(name for name in GRAPHS if name != "inferred")

TYPE: Final = NamedNode(RDF + "type")
SUBCLASS: Final = NamedNode(RDFS + "subClassOf")
LABEL: Final = NamedNode(RDFS + "label")
PREF_LABEL: Final = NamedNode(SKOS + "prefLabel")


def term(name: str) -> NamedNode:
    """Return the ontology term called `name`.

    >>> term("Finding").value
    'https://w3id.org/resgraph/ns#Finding'
    """
    return NamedNode(NS + name)


def thing(kind: str, slug: str) -> NamedNode:
    """Return the thing of a kind with a slug (the record id).

    >>> thing("factor", "bereavement").value
    'https://w3id.org/resgraph/id/factor/bereavement'
    """
    return NamedNode(f"{ID}{kind}/{slug}")


def concept(scheme: str, slug: str) -> NamedNode:
    """Return a concept of a concept scheme.

    >>> concept("provision", "universal").value
    'https://w3id.org/resgraph/scheme/provision/universal'
    """
    return NamedNode(f"{SCHEME}{scheme}/{slug}")


def graph(name: str) -> NamedNode:
    """Return the named graph called `name`.

    >>> graph("inferred").value
    'https://w3id.org/resgraph/graph/inferred'
    """
    return NamedNode(GRAPH + name)


def shorten(iri: str) -> str:
    """Write an address with its prefix where one fits, else return it unchanged.

    >>> shorten("https://w3id.org/resgraph/id/factor/bereavement")
    'factor:bereavement'
    >>> shorten("http://example.org/x")
    'http://example.org/x'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    if iri[:cut] in _NAMES:
        return f"{_NAMES[iri[:cut]]}:{iri[cut:]}"
    fits = [(len(base), name, base) for name, base in PREFIXES.items() if iri.startswith(base)]
    if not fits:
        return iri
    _, name, base = max(fits)
    return f"{name}:{iri[len(base) :]}"


def expand(name: str) -> str:
    """Return the address of a name with a prefix; what has none is returned unchanged.

    >>> expand("factor:bereavement")
    'https://w3id.org/resgraph/id/factor/bereavement'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def slug(iri: str) -> str:
    """Return the last segment of an address.

    >>> slug("https://w3id.org/resgraph/id/factor/bereavement")
    'bereavement'
    """
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
