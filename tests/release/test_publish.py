"""Frozen releases: right versions or none, files that load anywhere, descriptions that are true."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from benchmarks import rivals
from pyoxigraph import RdfFormat, Store, parse

import resgraph
from resgraph.cli import run
from resgraph.errors import ReleaseError, VersionError
from resgraph.graph import Graph
from resgraph.publish import Released, freeze, release
from resgraph.publish.dumps import dumps
from resgraph.publish.file import File
from resgraph.publish.freeze import verify
from resgraph.publish.record import SUMS
from resgraph.publish.unfilled import unfilled
from resgraph.sources import Sources, packaged
from resgraph.validate import validate
from resgraph.vocab import GRAPH

from .conftest import DAY, ROOT, WORDS, Edit, change

FACTOR = change(
    "data/factors.ttl",
    "\nfactor:bereavement a",
    '\nfactor:a-new-one a rg:RiskFactor ;\n\tskos:prefLabel "A new one"@en ;\n\trg:level level:family ;\n'
    '\tskos:definition "Something that nobody wrote down before."@en .\n\nfactor:bereavement a',
)
AXIOM = change("ontology/resgraph.ttl", "    rdfs:subPropertyOf rg:increases , rg:worsens ;\n", "")
REQUIRED = change(
    "shapes/publication.ttl",
    "sh:path dcterms:created ;\n    sh:minCount 1",
    "sh:path dcterms:created ;\n    sh:minCount 0",
)


def test_words_are_a_patch(again: Callable[..., Released]) -> None:
    made = again("0.1.1", WORDS)
    assert [reason.step for reason in made.reasons] == ["patch"]
    assert "rg:actor" in made.reasons[0].words
    verify(made.path)
    changes = (made.path / "changes.md").read_text(encoding="utf-8")
    assert changes.startswith("# Since 0.1.0")
    assert "rg:actor" in changes
    assert list(parse(path=made.path / "changes.ttl"))
    record = rdflib.Graph().parse(made.path / "catalog.ttl")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    (previous,) = record.objects(None, dcat.previousVersion)
    assert str(previous) == "https://w3id.org/resgraph/0.1.0/catalog#dataset"
    news = ET.parse(made.path.parent / "atom.xml").getroot()
    titles = [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in news]
    assert [title.rpartition(" ")[2] for title in titles if title] == ["0.1.1", "0.1.0"]


def test_data_are_a_minor_step_and_no_patch(again: Callable[..., Released]) -> None:
    with pytest.raises(VersionError, match=r"comes 0\.2\.0, not 0\.1\.1: .* minor step") as refused:
        again("0.1.1", FACTOR)
    assert "factor:a-new-one" in str(refused.value)


@pytest.mark.parametrize(
    ("edit", "words"), [(AXIOM, "axioms changed on rg:aggravates"), (REQUIRED, "required changed")]
)
def test_another_meaning_is_a_major_step(edit: Edit, words: str, again: Callable[..., Released]) -> None:
    with pytest.raises(VersionError, match="major step") as refused:
        again("0.1.1", edit)
    assert words in str(refused.value)


def test_the_header_has_to_name_the_last_version(again: Callable[..., Released]) -> None:
    with pytest.raises(VersionError, match="does not name the last version") as refused:
        again("0.1.1", WORDS, relation="incompatibleWith")
    assert "owl:backwardCompatibleWith <https://w3id.org/resgraph/0.1.0/ns>" in str(refused.value)


def test_a_version_is_released_once(small: Path, first: Released) -> None:
    before = {path: path.read_bytes() for path in first.path.rglob("*") if path.is_file()}
    with pytest.raises(VersionError, match=r"0\.1\.0 was released before, and nothing changed since"):
        release(first.path.parent, DAY, sources=Sources(small))
    assert {path: path.read_bytes() for path in first.path.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in first.path.parent.iterdir()) == ["0.1.0", "atom.xml"]


def test_a_touched_file_stops_the_next_release(small: Path, first: Released, tmp_path: Path) -> None:
    directory = tmp_path / "releases"
    shutil.copytree(first.path.parent, directory)
    touched = directory / "0.1.0" / "ns.ttl"
    touched.chmod(0o644)
    touched.write_bytes(touched.read_bytes() + b"\n")
    with pytest.raises(ReleaseError, match=r"ns\.ttl was changed after it was released"):
        release(directory, DAY, sources=Sources(small))


def test_a_release_that_fails_leaves_nothing(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError("the disk is full")

    monkeypatch.setattr(freeze, "crate", fail)
    with pytest.raises(OSError, match="full"):
        release(tmp_path / "releases", DAY, sources=Sources(small))
    assert list((tmp_path / "releases").iterdir()) == []


def test_two_releases_under_different_hash_seeds_are_byte_equal(
    small: Path, first: Released, tmp_path: Path
) -> None:
    command = [sys.executable, "-W", "error", "-m", "resgraph", "release", "--output", str(tmp_path)]
    done = subprocess.run(
        [*command, "--date", DAY, "--sources", str(small)],
        env={**os.environ, "PYTHONHASHSEED": "4242"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "version 0.1.0" in done.stdout
    for name in first.files:
        assert (tmp_path / "0.1.0" / name).read_bytes() == (first.path / name).read_bytes(), name


def test_the_record_tells_size_and_checksum_of_every_download(first: Released) -> None:
    path = first.path
    found = (
        rdflib.Graph()
        .parse(path / "catalog.ttl")
        .query(
            "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#> "
            "SELECT ?url ?size ?sum { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; "
            "spdx:checksum/spdx:checksumValue ?sum }"
        )
    )
    said = {str(url).partition("/dumps/0.1.0/")[2]: (int(size), str(digest)) for url, size, digest in found}
    assert said == {
        name: ((path / name).stat().st_size, hashlib.sha256((path / name).read_bytes()).hexdigest())
        for name in said
    }
    crate = json.loads((path / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    parts = {one["@id"]: one for one in crate["@graph"] if one["@type"] == "File"}
    assert {name: (int(one["contentSize"]), one["sha256"]) for name, one in parts.items()} == said
    listed = {line.partition("  ")[2] for line in (path / SUMS).read_text(encoding="utf-8").splitlines()}
    assert listed == set(first.files) - {SUMS}
    assert set(said) <= listed
    report = validate(path / "catalog.ttl", packaged().shapes)
    told = [v for v in report.violations if re.search("shape/(Dataset|Distribution)", v.shape)]
    assert not told, report.to_text()


# --- the downloads of the real release ---


@pytest.fixture(scope="module")
def files(release: Path) -> dict[str, File]:
    return {file.name: file for file in dumps(release)}


def content(files: dict[str, File], name: str) -> bytes:
    return gzip.decompress(files[name].content)


def test_every_format_holds_the_same_statements(files: dict[str, File], graph: Graph) -> None:
    sizes = graph.manifest["graphs"]
    quads = set(parse(content(files, "resgraph.nq.gz"), format=RdfFormat.N_QUADS))
    assert len(quads) == sum(sizes.values())
    stores = {}
    for ending in ("nq", "trig", "jsonld", "ttl"):
        stores[ending] = store = Store()
        kind = RdfFormat.from_extension(ending)
        assert kind
        store.bulk_load(content(files, f"resgraph.{ending}.gz"), kind)
    assert len(stores["nq"]) == len(stores["trig"]) == len(stores["jsonld"]) == sum(sizes.values())
    said = graph.query("SELECT ?n { <https://w3id.org/resgraph/catalog#dataset> void:triples ?n }").to_dicts()
    assert [{"n": len(stores["ttl"])}] == said


def test_rdflib_reads_as_many(files: dict[str, File], graph: Graph) -> None:
    read = rdflib.Graph().parse(data=content(files, "resgraph.ttl.gz"), format="turtle")
    said = graph.query("SELECT ?n { <https://w3id.org/resgraph/catalog#dataset> void:triples ?n }").to_dicts()
    assert [{"n": len(read)}] == said


def test_virtuoso_loads_the_download_as_it_is(
    files: dict[str, File], graph: Graph, need: Callable[..., None], tmp_path: Path
) -> None:
    need("virtuoso-t")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "resgraph.nq.gz").write_bytes(files["resgraph.nq.gz"].content)
    with rivals.virtuoso(tmp_path / "given" / "resgraph.nq.gz", tmp_path) as server:
        there = resgraph.open(f"sparql+{server.address}")
        rows = there.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g").to_dicts()
    counted = {str(row["g"]).removeprefix(GRAPH): row["n"] for row in rows if str(row["g"]).startswith(GRAPH)}
    assert counted == dict(graph.manifest["graphs"])


# --- what only the publisher knows ---


def answerable(root: Path) -> None:
    """Name somebody in the header of an ontology."""
    name, person = "ontology/resgraph.ttl", 'rg:somebody a foaf:Person ; foaf:name "A. Person"@en'
    change(name, "dcat:contactPoint rg:contributors ;", "dcat:contactPoint rg:somebody ;")(root)
    contributors = "rg:contributors a owl:NamedIndividual"
    change(name, contributors, f"{person} ; foaf:homepage <https://example.org/> .\n\n{contributors}")(root)


def test_a_public_release_names_somebody_to_write_to(small: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="nobody is named whom one can write to"):
        release(tmp_path / "releases", DAY, sources=Sources(small), public=True)
    assert not (tmp_path / "releases").exists()
    shutil.copytree(small, tmp_path / "filled")
    answerable(tmp_path / "filled")
    assert unfilled(Sources(tmp_path / "filled")) == []


def test_a_public_release_has_a_host_behind_its_addresses(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "filled")
    answerable(tmp_path / "filled")
    shutil.copytree(ROOT / "w3id", tmp_path / "filled" / "w3id")
    told = unfilled(Sources(tmp_path / "filled"))
    assert [each.partition(":")[0] for each in told] == ["w3id/.htaccess", "w3id/README.md"]
    for name in (".htaccess", "README.md"):
        path = tmp_path / "filled" / "w3id" / name
        path.write_text(path.read_text(encoding="utf-8").replace("resgraph.example", "example.org"))
    assert unfilled(Sources(tmp_path / "filled")) == []


def test_whoever_releases_for_himself_is_told(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["release", "--output", str(tmp_path), "--date", DAY, "--sources", str(small)]
    assert run([*command, "--public"]) == 2
    assert "fill it in, or leave --public out" in capsys.readouterr().err
    assert run(command) == 0
    assert "to be filled in before others rely on it" in capsys.readouterr().err
