"""The records of the dataset against DCAT-AP 3: what it demands and advises is there, or it is said why not.

The lists are those of the profile; the words are ours. What is left out is absent, so that a reason cannot
outlive what it excuses, and stands in docs/reference/self-description.md for who looks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, serialize

from resgraph.graph import Graph
from resgraph.publish import Released
from resgraph.validate import validate
from resgraph.vocab import GRAPH

ROOT = Path(__file__).parents[2]
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MANDATORY = {
    "dcat:Catalog": ["dcterms:title", "dcterms:description", "dcterms:publisher"],
    "dcat:Dataset": ["dcterms:title", "dcterms:description"],
    "dcat:Distribution": ["dcat:accessURL"],
    "dcat:DataService": ["dcterms:title", "dcat:endpointURL"],
    "spdx:Checksum": ["spdx:algorithm", "spdx:checksumValue"],
}
RECOMMENDED = {
    "dcat:Catalog": [
        *("dcterms:language", "dcterms:license", "dcat:themeTaxonomy", "foaf:homepage", "dcat:dataset"),
        "dcat:service",
    ],
    "dcat:Dataset": [
        *("dcat:contactPoint", "dcat:distribution", "dcterms:spatial", "dcat:keyword", "dcterms:publisher"),
        "dcat:theme",
    ],
    "dcat:Distribution": ["dcterms:description", "dcterms:format", "dcterms:license"],
    "dcat:DataService": [
        *("dcat:contactPoint", "dcat:endpointDescription", "dcat:keyword", "dcterms:publisher"),
        *("dcat:theme", "dcat:servesDataset", "dcterms:conformsTo"),
    ],
    "dcterms:LicenseDocument": ["dcterms:type"],
}
#: What is filled besides, since it is known.
OPTIONAL = {
    "dcat:Dataset": [
        *("dcterms:identifier", "dcterms:language", "dcterms:accessRights", "dcterms:conformsTo"),
        *("dcat:landingPage", "dcat:version", "dcterms:creator"),
    ],
    "dcat:Distribution": ["dcat:mediaType"],
}
#: Only what is frozen has a day, and files alone have a size.
OF_FILES = {
    "dcat:Dataset": ["dcterms:issued", "dcterms:modified", "dcterms:isVersionOf"],
    "dcat:Distribution": [
        *("dcat:downloadURL", "dcat:byteSize", "spdx:checksum", "dcterms:issued", "dcterms:modified"),
        *("dcterms:title", "dcterms:language"),
    ],
}
LEFT_OUT = {
    "dcat:Catalog": ["dcterms:issued", "dcterms:modified", "dcterms:spatial"],
    "dcat:Dataset": ["dcterms:temporal", "dcterms:accrualPeriodicity"],
    "dcat:Distribution": ["<http://data.europa.eu/r5r/availability>"],
    "foaf:Organization": ["dcterms:type"],
}


def shapes(*lists: dict[str, list[str]], absent: bool = False) -> str:
    """Write the lists as shapes: each property is there, or each is absent."""
    count = "sh:maxCount 0" if absent else "sh:minCount 1"
    return PREFIXES + "".join(
        f"<http://example.org/{kind.replace(':', '-')}-{place}> a sh:NodeShape ; sh:targetClass {kind} ; "
        + " ; ".join(f"sh:property [ sh:path {name} ; {count} ]" for name in names)
        + " .\n"
        for place, each in enumerate(lists)
        for kind, names in each.items()
    )


@pytest.fixture
def told(tmp_path: Path) -> Callable[[Path, str], list[str]]:
    """A function that says what is wrong with a record, by some shapes."""

    def tell(record: Path, text: str) -> list[str]:
        path = tmp_path / "shapes.ttl"
        path.write_text(text, encoding="utf-8")
        return [f"{each.focus} {each.path}" for each in validate(record, path).violations]

    return tell


@pytest.fixture
def live(graph: Graph, tmp_path: Path) -> Path:
    """The record of the release that is served."""
    found = sorted({quad.triple for quad in graph.dataset.quads(NamedNode(GRAPH + "catalogue"))}, key=str)
    path = tmp_path / "live.ttl"
    path.write_bytes(serialize(found, format=RdfFormat.TURTLE) or b"")
    return path


Tell = Callable[[Path, str], list[str]]


def test_the_record_has_what_the_profile_asks_for(live: Path, told: Tell) -> None:
    assert told(live, shapes(MANDATORY, RECOMMENDED, OPTIONAL)) == []
    assert told(live, shapes(LEFT_OUT, absent=True)) == []


def test_the_record_of_a_version_has_it_for_every_file(first: Released, told: Tell) -> None:
    record = first.path / "catalog.ttl"
    small = {
        **RECOMMENDED,
        "dcat:Dataset": [p for p in RECOMMENDED["dcat:Dataset"] if p != "dcterms:spatial"],
    }
    assert told(record, shapes(MANDATORY, small, OPTIONAL, OF_FILES)) == []
    assert told(record, shapes(LEFT_OUT, absent=True)) == []


def test_what_is_missing_would_be_told(live: Path, told: Tell) -> None:
    assert told(live, shapes({"dcat:Dataset": ["dcterms:accrualPeriodicity"]})) != []
    assert told(live, shapes({"dcat:Dataset": ["dcat:keyword"]}, absent=True)) != []


def test_the_area_is_that_of_the_findings(graph: Graph) -> None:
    rows = graph.query("SELECT DISTINCT ?where { ?f a rg:Finding ; rg:country ?where }")
    said = graph.query("SELECT ?where { <https://w3id.org/resgraph/catalog#dataset> dcterms:spatial ?where }")
    assert sorted(said["where"]) == sorted(rows["where"]) != []


def test_what_is_left_out_is_said_with_its_reason() -> None:
    page = (ROOT / "docs" / "reference" / "self-description.md").read_text(encoding="utf-8")
    part = page.split("**DCAT-AP.**")[1].split("\n\n")[0:3]
    for names in LEFT_OUT.values():
        for name in names:
            short = name.strip("<>").rpartition("/")[2] if name.startswith("<") else name
            assert f"`{short}`" in " ".join(part), name
