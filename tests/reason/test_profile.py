"""What stands outside OWL 2 RL is found, with its line and what is lost; what stands inside is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from resgraph.cli import run
from resgraph.reason.profile import check
from resgraph.sources import packaged

HEAD = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <http://example.org/> .

"""
OUTSIDE = {
    ":A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :B ] .": (
        "owl:someValuesFrom as a superclass"
    ),
    ":A rdfs:subClassOf [ owl:unionOf (:B :C) ] .": "owl:unionOf as a superclass",
    ":A rdfs:subClassOf [ owl:oneOf (:b :c) ] .": "owl:oneOf as a superclass",
    ":A owl:unionOf (:B :C) .": "owl:unionOf as an equal class",
    ":A owl:equivalentClass [ owl:complementOf :B ] .": "owl:complementOf as an equal class",
    "[ owl:complementOf :B ] rdfs:subClassOf :A .": "owl:complementOf as a subclass",
    "[ owl:onProperty :p ; owl:allValuesFrom :B ] rdfs:subClassOf :A .": "owl:allValuesFrom as a subclass",
    "[ owl:onProperty :p ; owl:maxCardinality 1 ] rdfs:subClassOf :A .": "owl:maxCardinality as a subclass",
    ":A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 2 ] .": "owl:maxCardinality as a superclass",
    ":A rdfs:subClassOf [ owl:onProperty :p ; owl:minCardinality 1 ] .": "owl:minCardinality as a superclass",
    ":A rdfs:subClassOf [ owl:onProperty :p ; owl:cardinality 1 ] .": "owl:cardinality as a superclass",
    ":A rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ] .": "owl:hasSelf as a superclass",
    ":A owl:disjointUnionOf (:B :C) .": "owl:disjointUnionOf",
    ":p a owl:ReflexiveProperty .": "owl:ReflexiveProperty",
    ":d a rdfs:Datatype ; owl:oneOf (1 2) .": "a union or an enumeration of values",
    ":p rdfs:domain [ owl:unionOf (:B :C) ] .": "owl:unionOf as a superclass",
    ":p rdfs:range [ owl:unionOf (:B :C) ] .": "owl:unionOf as a superclass",
    ":A owl:disjointWith [ owl:complementOf :B ] .": "owl:complementOf as a subclass",
    ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom [ owl:unionOf (:B :C) ] ] .": (
        "owl:unionOf as a superclass"
    ),
    ":a a [ owl:onProperty :p ; owl:someValuesFrom :B ] .": "owl:someValuesFrom as a superclass",
}
INSIDE = """
[ owl:onProperty :p ; owl:someValuesFrom [ owl:unionOf (:B :C) ] ] rdfs:subClassOf :A .
:A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :B ] , [ owl:complementOf :C ] .
:A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] , [ owl:onProperty :p ; owl:hasValue :b ] .
:A rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :B ] .
:A owl:equivalentClass [ owl:intersectionOf (:B [ owl:onProperty :p ; owl:hasValue :b ]) ] .
[ owl:oneOf (:a :b) ] rdfs:subClassOf :A .
:p owl:propertyChainAxiom (:q :r) ; a owl:TransitiveProperty ; rdfs:domain :A ; rdfs:range xsd:string .
:A owl:hasKey (:p) ; owl:disjointWith :B .
[] a owl:AllDisjointClasses ; owl:members (:A :B :C) .
"""


@pytest.mark.parametrize("axiom", OUTSIDE)
def test_what_is_outside_is_found(axiom: str, tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(HEAD + ":first a owl:Class .\n" + axiom + "\n")
    [found] = check([file])
    assert found.construct == OUTSIDE[axiom]
    assert found.lost
    if not axiom.startswith("["):
        assert (found.file, found.line) == (str(file), 7)


def test_what_is_inside_is_not(tmp_path: Path) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(HEAD + INSIDE)
    assert not check([file])


def test_our_own_ontology_is_inside() -> None:
    assert not check(packaged().ontology)


def test_the_command_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(HEAD + ":p a owl:ReflexiveProperty .\n")
    assert run(["profile", str(file)]) == 1
    assert f"{file}:6: owl:ReflexiveProperty" in capsys.readouterr().out
    assert run(["profile", "--format", "json", str(file)]) == 1
    assert json.loads(capsys.readouterr().out)[0]["line"] == 6
    assert run(["profile", str(tmp_path / "none.ttl")]) == 2
