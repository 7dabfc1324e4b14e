"""A release: deterministic, atomic, clean, or not made at all."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from resgraph.release import quads_path, read_manifest
from resgraph.sources import packaged
from resgraph.store import Dataset
from resgraph.validate import validate
from resgraph.vocab import GRAPHS, graph, term

ROOT = packaged().root


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the sources that a test may spoil."""
    root = tmp_path / "sources"
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, root / name)
    return root


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "resgraph", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def test_two_builds_under_different_hash_seeds_are_byte_equal(tmp_path: Path) -> None:
    for seed in ("1", "4242"):
        done = run("build", "--output", tmp_path / seed, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
    assert content(tmp_path / "1") == content(tmp_path / "4242")


def test_the_manifest_tells_the_truth(release: Path) -> None:
    manifest = read_manifest(release)
    dataset = Dataset.from_nquads(quads_path(release))
    for name in GRAPHS:
        rows = dataset.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph(name).value}> {{ ?s ?p ?o }} }}")
        assert int(next(iter(rows))["n"].value) == manifest["graphs"][name]
    assert manifest["things"]["finding"] == 1196
    assert manifest["validation"]["conforms"] is True
    assert not list(release.glob("*.tmp")) + list(release.glob(".*"))


def test_the_closure_is_clean_and_apart(release: Path) -> None:
    inferred, stated = set(), set()
    for quad in parse(path=quads_path(release), format=RdfFormat.N_QUADS):
        (inferred if quad.graph_name == graph("inferred") else stated).add(quad.triple)
    assert inferred
    assert not inferred & stated
    assert all(isinstance(t.subject, NamedNode) for t in inferred)
    assert not [t for t in inferred if t.subject == t.object]
    assert not [t for t in inferred if isinstance(t.object, Literal)]
    plausible = [t for t in inferred if t.predicate == term("plausiblyAffects")]
    assert plausible
    assert not [t for t in stated if t.predicate.value.startswith(term("plausibly").value) and t in inferred]
    dropped = read_manifest(release)["closure"]["dropped"]
    assert sum(dropped.values()) > 0


def test_the_packaged_sources_conform() -> None:
    done = run("validate")
    assert done.returncode == 0, done.stdout
    assert "conform" in done.stdout.lower()


def test_what_is_derived_conforms_to_the_shapes_too(release: Path) -> None:
    quads = parse(path=quads_path(release), format=RdfFormat.N_QUADS)
    report = validate([q.triple for q in quads if q.graph_name != graph("inferred")], packaged().shapes)
    assert report.conforms, report.to_text()[:2000]


def test_published_figures_keep_their_published_form(sources: Path, tmp_path: Path) -> None:
    path = sources / "data" / "findings.ttl"
    text = path.read_text(encoding="utf-8")
    assert "rg:value 0.02 ." in text
    path.write_text(text.replace("rg:value 0.02 .", "rg:value 0.020 .", 1), encoding="utf-8")
    done = run("build", "--sources", sources, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert b'"0.020' in quads_path(tmp_path / "out").read_bytes()
    rows = Dataset.from_nquads(quads_path(tmp_path / "out")).query(
        f'SELECT ?e {{ ?e <{term("asPublished").value}> ?t FILTER(STRSTARTS(?t, "0.020")) }}'
    )
    assert len(list(rows)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_a_build_killed_at_any_moment_leaves_a_whole_release(
    seed: int, release: Path, sources: Path, tmp_path: Path
) -> None:
    output = tmp_path / "release"
    shutil.copytree(release, output)
    before = content(output)
    (sources / "data" / "points.ttl").write_bytes((sources / "data" / "points.ttl").read_bytes() + b"\n")
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW_WRITER, str(output), str(seed)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.12))
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    manifest = read_manifest(output)
    assert (output / manifest["quads"]).exists()
    assert len(Dataset.from_nquads(quads_path(output))) > 0
    if manifest == json.loads(before["manifest.json"]):
        assert quads_path(output).read_bytes() == before[quads_path(output).name]


#: the writing of a build, over and over with other content, so that a kill falls into the middle of it
_SLOW_WRITER = """
import sys
from pathlib import Path
from resgraph.build import write
from resgraph.release import read_manifest, quads_path
output, seed = Path(sys.argv[1]), sys.argv[2]
manifest, quads = dict(read_manifest(output)), quads_path(output).read_bytes()
print("ready", flush=True)
number = 0
while True:
    number += 1
    extra = f'<http://example.org/{seed}> <http://example.org/n> "{number}" .\\n'.encode()
    write(output, {**manifest, "quads": f"resgraph-{seed}-{number}.nq"}, quads + extra)
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources that build in a few seconds: the whole ontology, the outcomes, the shapes about them."""
    root = tmp_path_factory.mktemp("small")
    shutil.copytree(ROOT / "ontology", root / "ontology")
    for name in ("data/outcomes.ttl", "shapes/terms.ttl"):
        (root / name).parent.mkdir()
        shutil.copy(ROOT / name, root / name)
    return root


def test_a_whole_build_killed_at_twenty_moments_leaves_a_whole_release(small: Path, tmp_path: Path) -> None:
    output = tmp_path / "release"
    started = time.monotonic()
    assert run("build", "--sources", small, "--output", output).returncode == 0
    whole = time.monotonic() - started
    for moment in range(20):
        outcomes = small / "data" / "outcomes.ttl"
        outcomes.write_text(
            re.sub(r"Alcohol misuse\d*", f"Alcohol misuse{moment}", outcomes.read_text("utf-8"))
        )
        command = [
            sys.executable,
            "-m",
            "resgraph",
            "build",
            "--sources",
            str(small),
            "--output",
            str(output),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * (moment + 1) / 19)
        process.kill()
        process.wait()
        manifest = read_manifest(output)
        quads = quads_path(output).read_bytes()
        assert hashlib.sha256(quads).hexdigest() == manifest["sha256"]


def test_an_up_to_date_release_is_not_built_again(release: Path) -> None:
    started = time.monotonic()
    done = run("build", "--if-stale", "--output", release)
    assert done.returncode == 0
    assert "up to date" in done.stderr
    assert time.monotonic() - started < 3


SPOILS = {
    "a Turtle syntax error": ("data/points.ttl", lambda text: text + "\npoint:x a .\n", 2, "points.ttl:"),
    "invalid UTF-8": ("data/factors.ttl", None, 2, "factors.ttl"),
    "an unknown factor": (
        "data/interventions.ttl",
        lambda text: text.replace("rg:aimsToBuild factor:", "rg:aimsToBuild factor:no-such-", 1),
        1,
        "interventions.ttl:",
    ),
    "an interval without its value": (
        "data/findings.ttl",
        lambda text: text.replace("rg:value 0.02 .", "rg:value 7.02 .", 1),
        1,
        "findings.ttl:",
    ),
    "a finding without a source": (
        "data/findings.ttl",
        lambda text: text.replace("\tprov:hadPrimarySource source:abecedarian-follow-ups ;\n", "", 1),
        1,
        "findings.ttl:",
    ),
    "an ontology that contradicts itself": (
        "ontology/resgraph.ttl",
        lambda text: text + "\nrg:ProtectiveFactor rdfs:subClassOf rg:RiskFactor .\n",
        1,
        "contradict",
    ),
}


@pytest.mark.parametrize("what", SPOILS)
def test_bad_input_stops_the_build_and_says_where(
    what: str, sources: Path, release: Path, tmp_path: Path
) -> None:
    name, spoil, code, expected = SPOILS[what]
    path = sources / name
    if spoil is None:
        path.write_bytes(path.read_bytes() + b'\nfactor:x skos:note "\xff"@en .\n')
    else:
        old = path.read_text(encoding="utf-8")
        path.write_text(spoil(old), encoding="utf-8")
        assert path.read_text(encoding="utf-8") != old
    output = tmp_path / "release"
    shutil.copytree(release, output)
    before = content(output)
    done = run("build", "--sources", sources, "--output", output)
    assert done.returncode == code, (done.returncode, done.stderr)
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert content(output) == before


def test_a_contradiction_in_the_data_is_told_with_its_cause(sources: Path, tmp_path: Path) -> None:
    path = sources / "data" / "factors.ttl"
    clash = "\nfactor:bereavement a rg:ProtectiveFactor .\n"
    path.write_text(path.read_text(encoding="utf-8") + clash, encoding="utf-8")
    for shapes in (sources / "shapes").glob("*.ttl"):
        if shapes.name == "content.ttl":
            shapes.unlink()
    done = run("build", "--sources", sources, "--output", tmp_path / "out")
    assert done.returncode == 1, done.stderr
    assert "factor:bereavement" in done.stderr
    assert "rg:ProtectiveFactor" in done.stderr
    assert "factors.ttl:" in done.stderr
    assert not (tmp_path / "out").exists()
