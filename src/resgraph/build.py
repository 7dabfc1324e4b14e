"""From files to a release: read, validate, derive, reason, write; all of it or nothing.

The manifest takes its place last and in one step, so a reader finds the old release or the new one, never
a piece of either. Nothing in it depends on the clock or on chance: the same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from resgraph import __version__, evidence, turtle
from resgraph.catalogue import Input, catalogue
from resgraph.errors import InputError, ViolationsError
from resgraph.files import write_all
from resgraph.index import Index
from resgraph.labels import labels
from resgraph.meaning import meaning
from resgraph.reason import Closure, ReasonerName, check_satisfiable, close, located
from resgraph.records import RECORD_KINDS
from resgraph.release import FORMAT, MANIFEST, Manifest, default_path, quads_path
from resgraph.sources import Sources, packaged
from resgraph.stale import fingerprint
from resgraph.validate import Report, validate
from resgraph.vocab import GRAPH, GRAPHS, NS, OWL, RDFS, STATED, graph, term

Progress = Callable[[str], None]

_SUB_PROPERTY: Final = NamedNode(RDFS + "subPropertyOf")
_VERSION_INFO: Final = NamedNode(OWL + "versionInfo")
#: the files of the ontology, and the graphs that they become
_ONTOLOGY: Final = ("resgraph", "schemes", "alignments")
_NAMES: Final = ("terms", "schemes", "alignments")
#: fields whose absence is counted
_WANTED: Final = {
    "authors",
    "year",
    "doi",
    "countries",
    "n_participants",
    "population",
    "age_min",
    "age_max",
    "follow_up_months",
    "duration",
    "delivered_by",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a release holds before it is written."""

    graphs: Mapping[str, tuple[Triple, ...]]
    closure: Closure
    report: Report


def build(
    output: Path | None = None,
    sources: Sources | None = None,
    progress: Progress | None = None,
    reasoner: ReasonerName = "resgraph",
) -> Manifest:
    """Build a release into the directory `output` and return its manifest.

    Raises `InputError` for files that cannot be read, `ViolationsError` for data that break the shapes and
    `InconsistentError` for statements that contradict each other; the release that was there stays then.
    """
    output, sources = output or default_path(), sources or packaged()
    say = progress or (lambda _: None)
    inputs = fingerprint(sources)
    content = assemble(sources, say, reasoner)
    say("writing the release")
    quads = _serialised(content.graphs)
    manifest = _manifest(content, quads, inputs)
    write(output, manifest, quads)
    return manifest


def write(output: Path, manifest: Manifest, quads: bytes) -> None:
    """Put a release in its place: the manifest last, so that it never names what is not there."""
    write_all({output / str(manifest["quads"]): quads})
    write_all({output / MANIFEST: (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()})
    _remove_others(output, str(manifest["quads"]))


def assemble(sources: Sources, say: Progress, reasoner: ReasonerName) -> Content:
    """Read, validate, derive and reason: everything but the writing."""
    say("reading ontology and data")
    terms, schemes, alignments = (turtle.read(path) for path in _paths(sources))
    by_file = {path: turtle.read(path) for path in sources.data}
    stated = [t for triples in by_file.values() for t in triples]
    if not stated:
        raise InputError(f"{sources.root / 'data'} holds no data files")
    say("checking the ontology")
    files = [*sources.ontology, *sources.data]
    with located(files):
        check_satisfiable(terms)
    say("validating")
    report = validate([*sources.ontology, *sources.data], sources.shapes, engine="pyshacl")
    if not report.conforms:
        raise ViolationsError(f"The data break the shapes; nothing was built.\n{report.to_text()}")
    say("deriving propositions and evidenced edges")
    graphs = derive(terms, schemes, alignments, stated)
    say("reasoning (OWL 2 RL)")
    closure = close(meaning(graphs), reasoner, files)
    graphs["inferred"] = closure.inferred
    graphs["catalogue"] = catalogue(graphs, _inputs(sources, by_file, _intended(terms)))
    return Content(graphs, closure, report)


def derive(
    terms: Iterable[Triple], schemes: Iterable[Triple], alignments: Iterable[Triple], stated: Sequence[Triple]
) -> dict[str, tuple[Triple, ...]]:
    """Return the graphs that follow from what is stated without reasoning: all but inferred and catalogue."""
    supposed = _intended(terms)
    graphs: dict[str, tuple[Triple, ...]] = {
        "terms": _canonical(terms),
        "schemes": tuple(schemes),
        "evidence": tuple(t for t in stated if t.predicate not in supposed),
        "intended": tuple(t for t in stated if t.predicate in supposed),
        "evidenced": tuple(evidence.derive(stated, schemes)),
        "alignments": tuple(alignments),
    }
    return {name: (*triples, *labels(triples, graphs)) for name, triples in graphs.items()}


def authored(release: Path) -> list[Triple]:
    """Return the statements that a release was built from, without what the build added to them.

    Raises `ReleaseError` when there is no release.
    """
    graphs: dict[str, list[Triple]] = {}
    for quad in parse(path=quads_path(release), format=RdfFormat.N_QUADS):
        name = quad.graph_name.value.removeprefix(GRAPH) if isinstance(quad.graph_name, NamedNode) else ""
        graphs.setdefault(name, []).append(quad.triple)
    stated = {name: graphs.get(name, []) for name in STATED}
    return [t for triples in stated.values() for t in set(triples).difference(labels(triples, graphs))]


def _inputs(sources: Sources, by_file: Mapping[Path, list[Triple]], supposed: set[NamedNode]) -> list[Input]:
    """Return every file that is read, and the graphs that its statements go to."""
    goes_to: dict[Path, tuple[str, ...]] = {
        path: (name,) for path, name in zip(_paths(sources), _NAMES, strict=True)
    }
    for path, triples in by_file.items():
        meant = {t.predicate in supposed for t in triples}
        goes_to[path] = (*("evidence",) * (False in meant), *("intended",) * (True in meant))
    found = []
    for path in (*sources.ontology, *sources.data, *sources.shapes):
        name = path.relative_to(sources.root).as_posix()
        found.append(Input(name, hashlib.sha256(path.read_bytes()).hexdigest(), goes_to.get(path, ())))
    return found


def _paths(sources: Sources) -> tuple[Path, ...]:
    return tuple(sources.root / "ontology" / f"{name}.ttl" for name in _ONTOLOGY)


def _intended(terms: Iterable[Triple]) -> set[NamedNode]:
    """Return the properties that say what is meant or expected to happen, not what was found."""
    wider = {t.subject: t.object for t in terms if t.predicate == _SUB_PROPERTY}
    meant = term("intendedToAffect")
    return {p for p, above in wider.items() if above == meant and isinstance(p, NamedNode)}


def _canonical(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Give the blank nodes of axioms the same names on every run."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(quad.triple for quad in dataset)


def _serialised(graphs: Mapping[str, tuple[Triple, ...]]) -> bytes:
    lines: list[bytes] = []
    for name in GRAPHS:
        quads = (Quad(t.subject, t.predicate, t.object, graph(name)) for t in set(graphs[name]))
        text = serialize(quads, format=RdfFormat.N_QUADS) or b""
        lines += sorted(text.splitlines(keepends=True))
    return b"".join(lines)


def _manifest(content: Content, quads: bytes, inputs: str) -> dict[str, Any]:
    digest = hashlib.sha256(quads).hexdigest()
    index = Index(content.graphs["evidence"])
    ontology = Index(content.graphs["terms"]).text(NamedNode(NS.removesuffix("#")), _VERSION_INFO)
    return {
        "format": FORMAT,
        "quads": f"resgraph-{digest[:16]}.nq",
        "sha256": digest,
        "inputs": inputs,
        "versions": {"resgraph": __version__, "ontology": ontology},
        "graphs": {name: len(set(content.graphs[name])) for name in GRAPHS},
        "things": _counts(index, content.graphs["evidenced"]),
        "not_known": dict(_not_known(index)),
        "closure": {
            "reasoner": content.closure.reasoner,
            "inferred": len(content.closure.inferred),
            "dropped": content.closure.dropped,
        },
        "validation": {
            "conforms": content.report.conforms,
            "findings": dict(sorted(Counter(v.severity for v in content.report.violations).items())),
        },
    }


def _counts(index: Index, evidenced: Iterable[Triple]) -> dict[str, int]:
    counts = {
        kind.name: len({iri for name in kind.classes for iri in index.of_type(term(name))})
        for kind in RECORD_KINDS
    }
    counts["rating"] = len(index.of_type(term("Rating")))
    counts["proposition"] = len({t.subject for t in evidenced if t.object == term("Proposition")})
    return counts


def _not_known(index: Index) -> Iterator[tuple[str, dict[str, int]]]:
    """Count, for the fields that most records should have, how many do not have them."""
    for kind in RECORD_KINDS:
        things = {iri for name in kind.classes for iri in index.of_type(term(name))}
        absent = {
            field.name: sum(index.value(iri, NamedNode(field.property)) is None for iri in things)
            for field in kind.fields
            if field.name in _WANTED and not field.part
        }
        if any(absent.values()):
            yield kind.name, {name: n for name, n in absent.items() if n}


def _remove_others(output: Path, keep: str) -> None:
    for path in output.glob("resgraph-*.nq"):
        if path.name != keep:
            path.unlink(missing_ok=True)
