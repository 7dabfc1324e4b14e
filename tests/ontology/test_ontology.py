"""The ontology files against the checklist: H header, I identifiers, T terms, L logic."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS

from resgraph import reason, vocab
from resgraph.errors import InconsistentError
from resgraph.records import FURTHER, RECORD_KINDS
from resgraph.vocab import shorten

ROOT = Path(__file__).parents[2]
FILES = ("resgraph", "schemes", "alignments")
CONTRACT = Path(__file__).parent / "contract"
RG = Namespace(vocab.NS)
SSSOM = Namespace("https://w3id.org/sssom/")
VANN = Namespace(vocab.VANN)
ONTOLOGY = URIRef("https://w3id.org/resgraph/ns")
COUNTRIES = URIRef(vocab.SCHEME + "country")
TERM_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
#: fields that reading turns into something else than their own property
READ_AWAY = {RG.role, RG.EmptyReview}
BUILT_IN = (vocab.RDF, vocab.RDFS, vocab.OWL, vocab.XSD)


def _in(node: object, *bases: str) -> bool:
    """Say whether an address lies in one of some namespaces (URIRef.startswith takes no tuple)."""
    return isinstance(node, URIRef) and str(node).startswith(bases)


def _path(name: str) -> Path:
    return ROOT / "ontology" / f"{name}.ttl"


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    return {name: Graph().parse(_path(name)) for name in FILES}


@pytest.fixture(scope="module")
def ontology(graphs: dict[str, Graph]) -> Graph:
    return graphs["resgraph"]


@pytest.fixture(scope="module")
def schemes(graphs: dict[str, Graph]) -> Graph:
    return graphs["schemes"]


@pytest.fixture(scope="module")
def alignments(graphs: dict[str, Graph]) -> Graph:
    return graphs["alignments"]


@pytest.fixture(scope="module")
def union(graphs: dict[str, Graph]) -> Graph:
    whole = Graph()
    for graph in graphs.values():
        whole += graph
    return whole


def _named(graph: Graph, *types: URIRef) -> set[URIRef]:
    return {s for kind in types for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def _ours(graph: Graph, *types: URIRef) -> set[URIRef]:
    return {s for s in _named(graph, *(types or TERM_TYPES)) if s.startswith(vocab.NS)}


def _concepts(schemes: Graph) -> set[URIRef]:
    return {s for s in _named(schemes, SKOS.Concept) if s.startswith(vocab.SCHEME)}


def _text(graph: Graph, node: URIRef, predicate: URIRef) -> str:
    value = graph.value(node, predicate, any=False)
    assert isinstance(value, Literal), f"{node} has no {predicate}"
    return str(value)


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_both_parsers_read_the_same_number_of_statements(name: str, graphs: dict[str, Graph]) -> None:
    assert len(set(pyoxigraph.parse(path=_path(name)))) == len(graphs[name])


@pytest.mark.parametrize("name", ["schemes", "alignments"])
def test_no_blank_nodes_outside_axioms(name: str, graphs: dict[str, Graph]) -> None:
    assert not [t for t in graphs[name] if any(isinstance(node, BNode) for node in t)]


@pytest.mark.parametrize("name", FILES)
def test_prefixes_agree_with_the_project(name: str) -> None:
    found = dict(re.findall(r"@prefix ([\w-]+): <([^>]+)> \.", _path(name).read_text()))
    known = {**vocab.PREFIXES}
    wrong = {prefix for prefix, base in found.items() if prefix in known and known[prefix] != base}
    assert not wrong


@pytest.mark.parametrize("section", ["Object properties", "Datatype properties", "Classes"])
def test_sections_are_alphabetical(section: str) -> None:
    text = _path("resgraph").read_text().split(f"#\n# {section}\n#\n")[1].split("\n#\n# ")[0]
    names = re.findall(r"^rg:(\w+) a ", text, flags=re.MULTILINE)
    assert names == sorted(names, key=str.lower)


# --- H: header -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "predicate",
    [
        *(
            DCTERMS[n]
            for n in [
                "title",
                "description",
                "abstract",
                "license",
                "creator",
                "publisher",
                "created",
                "issued",
            ]
        ),
        DCTERMS.bibliographicCitation,
        DCTERMS.source,
        VANN.preferredNamespacePrefix,
        VANN.preferredNamespaceUri,
        OWL.versionIRI,
        OWL.versionInfo,
        URIRef(vocab.BIBO + "status"),
        URIRef(vocab.DCAT + "contactPoint"),
    ],
    ids=lambda iri: shorten(str(iri)),
)
def test_header_states_once(predicate: URIRef, ontology: Graph) -> None:
    assert len(list(ontology.objects(ONTOLOGY, predicate))) == 1


def test_header_addresses(ontology: Graph) -> None:
    version = _text(ontology, ONTOLOGY, OWL.versionInfo)
    assert list(ontology.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert str(ontology.value(ONTOLOGY, OWL.versionIRI)) == f"https://w3id.org/resgraph/{version}/ns"
    assert _text(ontology, ONTOLOGY, VANN.preferredNamespaceUri) == vocab.NS == f"{ONTOLOGY}#"
    assert vocab.PREFIXES[_text(ontology, ONTOLOGY, VANN.preferredNamespacePrefix)] == vocab.NS
    assert not list(ontology.objects(ONTOLOGY, OWL.imports))


def test_creator_is_described(ontology: Graph) -> None:
    creator = ontology.value(ONTOLOGY, DCTERMS.creator)
    assert (creator, RDF.type, FOAF.Organization) in ontology
    assert ontology.value(creator, SKOS.definition)


# --- I: identifiers ------------------------------------------------------------------------------


def test_scheme_addresses(schemes: Graph) -> None:
    pattern = re.escape(vocab.SCHEME) + r"[a-z]+(-[a-z]+)*"
    assert all(re.fullmatch(pattern, s) for s in _named(schemes, SKOS.ConceptScheme))
    for concept in _concepts(schemes):
        assert re.fullmatch(pattern + r"/[a-z0-9]+(-[a-z0-9]+)*", concept)
        assert schemes.value(concept, SKOS.inScheme, any=False) == URIRef(concept.rsplit("/", 1)[0])


def test_schemes_are_those_of_the_vocabulary(schemes: Graph) -> None:
    names = {vocab.slug(str(s)) for s in _named(schemes, SKOS.ConceptScheme)}
    assert names == {*vocab.SCHEMES, "country"}


def test_every_outside_address_is_typed(union: Graph) -> None:
    used = {n for t in union for n in t if isinstance(n, URIRef) and not _in(n, vocab.BASE, *BUILT_IN)}
    assert not {n for n in used if (n, RDF.type, None) not in union}


# --- T: terms ------------------------------------------------------------------------------------


def test_scheme_titles_are_their_labels(schemes: Graph) -> None:
    for scheme in _named(schemes, SKOS.ConceptScheme):
        assert _text(schemes, scheme, DCTERMS.title) == _text(schemes, scheme, SKOS.prefLabel)


def test_definitions_are_unique_inside_their_file(ontology: Graph) -> None:
    words = Counter(str(o) for o in ontology.objects(None, SKOS.definition))
    assert not [text for text, count in words.items() if count > 1]


TEXT = {
    *(SKOS[n] for n in ["prefLabel", "definition", "scopeNote", "example", "note"]),
    *(DCTERMS[n] for n in ["title", "description", "abstract", "bibliographicCitation"]),
    RDFS.label,
}


def test_literals_are_clean(union: Graph) -> None:
    for s, p, o in union:
        if isinstance(o, Literal):
            assert str(o) == " ".join(str(o).split()), (s, p)
            assert str(o).isprintable(), (s, p)
            assert not set(str(o)) & set("\u2018\u2019\u201c\u201d\u00ad\ufeff"), (s, p)
            assert (o.language == "en") == (p in TEXT or o.language is not None), (s, p)


def _record_properties() -> set[URIRef]:
    fields = [field for kind in RECORD_KINDS for field in kind.fields] + list(FURTHER)
    return {URIRef(field.property) for field in fields} - READ_AWAY


def test_every_property_of_a_record_is_declared(ontology: Graph) -> None:
    declared = _named(ontology, *TERM_TYPES[1:]) | {RDFS.seeAlso, RDFS.label}
    assert not _record_properties() - declared


def test_every_term_named_in_the_code_is_defined(ontology: Graph, schemes: Graph) -> None:
    named: set[str] = set()
    chosen: set[tuple[str, str]] = set()
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text()
        named |= set(re.findall(r'\bterm\("(\w+)"\)', text))
        chosen |= set(re.findall(r'\bconcept\("([\w-]+)", "([\w-]+)"\)', text))
    assert not {name for name in named if RG[name] not in _ours(ontology)}
    assert not {
        pair for pair in chosen if URIRef(f"{vocab.SCHEME}{'/'.join(pair)}") not in _concepts(schemes)
    }


def _in_axioms(ontology: Graph) -> set[URIRef]:
    """Return the properties that roll up, are rolled up to, or stand in a chain."""
    pairs = {node for pair in ontology.subject_objects(RDFS.subPropertyOf) for node in pair}
    chains = list(ontology.subject_objects(OWL.propertyChainAxiom))
    return pairs | {s for s, _ in chains} | {p for _, o in chains for p in Collection(ontology, o)}


def test_no_property_without_a_use(ontology: Graph, schemes: Graph) -> None:
    code = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    quoted = {RG[name] for name in re.findall(r'"(\w+)"', code)}
    used = _record_properties() | quoted | set(schemes.predicates()) | _in_axioms(ontology)
    assert not _ours(ontology, *TERM_TYPES[1:]) - used


# --- schemes -------------------------------------------------------------------------------------


def test_concepts_top_their_scheme(schemes: Graph) -> None:
    for concept in _named(schemes, SKOS.Concept):
        assert schemes.value(concept, SKOS.topConceptOf) == schemes.value(concept, SKOS.inScheme)


def test_closed_lists_of_records_have_their_scheme(schemes: Graph) -> None:
    named = {
        name for kind in RECORD_KINDS for f in kind.fields if f.value == "concept" for name in f.among if name
    }
    assert not {
        name for name in named if not list(schemes.subjects(SKOS.inScheme, URIRef(vocab.SCHEME + name)))
    }


def test_countries_have_their_two_letter_code(schemes: Graph) -> None:
    codes = {}
    for country in schemes.subjects(SKOS.inScheme, COUNTRIES):
        assert re.fullmatch(re.escape(vocab.COUNTRY) + "[A-Z]{3}", str(country))
        codes[_text(schemes, country, SKOS.notation)] = country
    assert codes["GB"] == URIRef(vocab.COUNTRY + "GBR")
    assert len(codes) == len(set(codes.values()))


def test_designs_and_metrics_carry_what_strength_needs(schemes: Graph) -> None:
    for design in schemes.subjects(SKOS.inScheme, URIRef(vocab.SCHEME + "design")):
        assert int(_text(schemes, design, RG["rank"])) in range(5)
        assert schemes.value(design, RG.synthesis) is not None
    for metric in schemes.subjects(SKOS.inScheme, URIRef(vocab.SCHEME + "metric")):
        kind = _text(schemes, metric, RG.metricKind)
        nothing = schemes.value(metric, RG.noEffectValue)
        assert kind in {"ratio", "difference", "correlation", "percentage", "other"}
        assert schemes.value(metric, RG.convertible) is not None
        expected = {"ratio": 1, "difference": 0, "correlation": 0}.get(kind)
        assert expected is None or nothing.toPython() == expected, metric


def test_strength_is_ordered(schemes: Graph) -> None:
    order = {
        name: int(_text(schemes, URIRef(f"{vocab.SCHEME}strength/{name}"), RG["rank"]))
        for name in ("very-limited", "limited", "moderate", "strong")
    }
    assert list(order.values()) == sorted(set(order.values()))


def test_the_four_noes_are_told_apart(schemes: Graph) -> None:
    for name in ("no-evidence", "no-effect", "mixed", "harm"):
        node = URIRef(f"{vocab.SCHEME}answer/{name}")
        assert "four answers that are a no" in _text(schemes, node, SKOS.scopeNote)


# --- alignments ----------------------------------------------------------------------------------


def test_each_mapping_has_its_record_and_the_reverse(alignments: Graph) -> None:
    recorded = {
        (
            alignments.value(m, SSSOM.subject_id),
            alignments.value(m, SSSOM.predicate_id),
            alignments.value(m, SSSOM.object_id),
        )
        for m in alignments.subjects(RDF.type, SSSOM.Mapping)
    }
    relations = (*MATCHES, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso)
    plain = {(s, p, o) for p in relations for s, o in alignments.subject_objects(p)}
    assert recorded == plain
    assert len(recorded) == len(list(alignments.subjects(RDF.type, SSSOM.Mapping)))


def test_each_mapping_says_who_how_and_where(alignments: Graph) -> None:
    wanted = (SKOS.prefLabel, SSSOM.mapping_justification, DCTERMS.creator, RG.readIn, SSSOM.object_label)
    for mapping in alignments.subjects(RDF.type, SSSOM.Mapping):
        assert re.fullmatch(re.escape(vocab.ID) + "mapping/[a-z0-9-]+", str(mapping))
        assert all(len(list(alignments.objects(mapping, p))) == 1 for p in wanted), mapping


def test_nothing_is_the_same_as_an_outside_thing(alignments: Graph) -> None:
    for predicate in (OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty, OWL.imports):
        assert not list(alignments.subject_objects(predicate))


# --- L: logic ------------------------------------------------------------------------------------


def _below(graph: Graph, predicate: URIRef) -> dict[URIRef, set[URIRef]]:
    above: dict[URIRef, set[URIRef]] = defaultdict(set)
    for s in set(graph.subjects(predicate, None)):
        above[s] = set(graph.transitive_objects(s, predicate)) - {s}
    return above


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf])
def test_no_cycles(predicate: URIRef, union: Graph) -> None:
    above = _below(union, predicate)
    assert not {s for s in above if any(s in above.get(o, set()) for o in above[s])}


def test_at_most_one_domain_and_one_range(ontology: Graph) -> None:
    for predicate in (RDFS.domain, RDFS.range):
        counts = Counter(ontology.subjects(predicate, None))
        assert not [p for p, count in counts.items() if count > 1]
        assert all(o in _ours(ontology, OWL.Class) for o in ontology.objects(None, predicate))


def test_each_pair_of_top_classes_is_disjoint(ontology: Graph) -> None:
    mine = _ours(ontology, OWL.Class)
    tops = {c for c in mine if not {o for o in ontology.objects(c, RDFS.subClassOf) if o in mine}}
    covered = {frozenset(pair) for pair in ontology.subject_objects(OWL.disjointWith)}
    for axiom in ontology.subjects(RDF.type, OWL.AllDisjointClasses):
        members = Collection(ontology, ontology.value(axiom, OWL.members))
        covered |= {frozenset(pair) for pair in combinations(members, 2)}
    assert len(tops) == 13
    assert {frozenset(pair) for pair in combinations(tops, 2)} <= covered
    assert frozenset((RG.RiskFactor, RG.ProtectiveFactor)) in covered
    assert not [pair for pair in covered if RG.Outcome in pair]


#: OWL's words that this ontology may use: all inside the OWL 2 RL profile
ALLOWED = {
    *(
        OWL[n]
        for n in ["Ontology", "versionIRI", "versionInfo", "Class", "ObjectProperty", "DatatypeProperty"]
    ),
    *(OWL[n] for n in ["AnnotationProperty", "NamedIndividual", "SymmetricProperty", "IrreflexiveProperty"]),
    *(OWL[n] for n in ["AllDisjointClasses", "members", "disjointWith", "propertyDisjointWith"]),
    *(
        OWL[n]
        for n in ["propertyChainAxiom", "Restriction", "onProperty", "someValuesFrom", "intersectionOf"]
    ),
    *(
        OWL[n]
        for n in [
            "unionOf",
            "oneOf",
            "hasValue",
            "allValuesFrom",
            "maxCardinality",
            "complementOf",
            "deprecated",
        ]
    ),
}
SUB = {OWL.someValuesFrom, OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.hasValue}
SUPER = {OWL.allValuesFrom, OWL.intersectionOf, OWL.hasValue, OWL.maxCardinality, OWL.complementOf}
CONSTRUCTORS = SUB | SUPER


def test_only_words_of_the_profile(ontology: Graph) -> None:
    used = {n for t in ontology for n in t if isinstance(n, URIRef) and n in OWL}
    assert not used - ALLOWED


def _constructors(graph: Graph, node: BNode) -> Iterator[URIRef]:
    """Yield the constructors of a class expression, down to named classes."""
    for p, o in graph.predicate_objects(node):
        if p in CONSTRUCTORS:
            yield p
            if p in (OWL.intersectionOf, OWL.unionOf):
                for member in Collection(graph, o):
                    yield from _constructors(graph, member) if isinstance(member, BNode) else ()
            elif isinstance(o, BNode) and p != OWL.oneOf:
                yield from _constructors(graph, o)


def test_expressions_stand_where_the_profile_lets_them(ontology: Graph) -> None:
    for s, o in ontology.subject_objects(RDFS.subClassOf):
        if isinstance(s, BNode):
            assert set(_constructors(ontology, s)) <= SUB
        if isinstance(o, BNode):
            assert set(_constructors(ontology, o)) <= SUPER
    assert OWL.someValuesFrom in {
        c
        for s in ontology.subjects(RDFS.subClassOf)
        if isinstance(s, BNode)
        for c in _constructors(ontology, s)
    }
    for predicate in (OWL.disjointWith, RDFS.domain, RDFS.range):
        assert not [pair for pair in ontology.subject_objects(predicate) if isinstance(pair[1], BNode)]


def test_chains_are_regular_and_disjoint_properties_simple(ontology: Graph) -> None:
    chains = {p: Collection(ontology, o) for p, o in ontology.subject_objects(OWL.propertyChainAxiom)}
    above = _below(ontology, RDFS.subPropertyOf)
    composite = set(chains) | {o for p in chains for o in above[p]}
    for chain in (Collection(ontology, o) for o in ontology.objects(None, OWL.propertyChainAxiom)):
        assert len(chain) == 2
        assert not set(chain) & composite
    for s, o in ontology.subject_objects(OWL.propertyDisjointWith):
        assert not {s, o} & composite
    assert not set(ontology.subjects(RDF.type, OWL.IrreflexiveProperty)) & composite


def test_what_is_inferred_never_becomes_evidence(ontology: Graph) -> None:
    above = _below(ontology, RDFS.subPropertyOf)
    plausible = {p for p in _ours(ontology) if p.startswith(RG.plausibly)}
    assert len(plausible) == 5
    for p in plausible:
        assert above[p] <= {RG.plausiblyAffects}
        assert not {q for q in above if p in above[q]} - plausible
    for p in (RG.aimsToBuild, RG.aimsToReduce, RG.expectedToInfluence):
        assert above[p] == {RG.intendedToAffect}


# --- L28: inference as a contract ----------------------------------------------------------------


def _triples(path: Path) -> set[pyoxigraph.Triple]:
    return {quad.triple for quad in pyoxigraph.parse(path=path)}


@pytest.fixture(scope="module")
def axioms() -> set[pyoxigraph.Triple]:
    return _triples(_path("resgraph"))


GIVEN = sorted(path.name.removesuffix(".given.ttl") for path in CONTRACT.glob("*.given.ttl"))
WRONG = sorted(path.name.removesuffix(".contradiction.ttl") for path in CONTRACT.glob("*.contradiction.ttl"))


@pytest.mark.parametrize("case", GIVEN)
def test_what_follows_and_what_does_not(case: str, axioms: set[pyoxigraph.Triple]) -> None:
    given = _triples(CONTRACT / f"{case}.given.ttl")
    known = given | set(reason.close(axioms | given).inferred)
    assert not _triples(CONTRACT / f"{case}.follows.ttl") - known
    assert not _triples(CONTRACT / f"{case}.never.ttl") & known


@pytest.mark.parametrize("case", WRONG)
def test_wrong_data_contradicts(case: str, axioms: set[pyoxigraph.Triple]) -> None:
    with pytest.raises(InconsistentError):
        reason.close(axioms | _triples(CONTRACT / f"{case}.contradiction.ttl"))


def test_all_three_files_are_consistent_together() -> None:
    together = set().union(*(_triples(_path(name)) for name in FILES))
    inferred = reason.close(together).inferred
    assert not [t for t in inferred if isinstance(t.subject, pyoxigraph.Literal)]
