"""Freezing a release: everything is written beside its place, looked at, and put there in one step."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from resgraph.build import build
from resgraph.card import card, to_json, to_markdown
from resgraph.difference import diff
from resgraph.errors import ReleaseError, VersionError
from resgraph.executables import executables
from resgraph.extras import bring
from resgraph.files import write_all
from resgraph.graph import Graph, load
from resgraph.index import Index
from resgraph.publish.dumps import dumps, union
from resgraph.publish.feed import ABOUT, FEED, feed, released
from resgraph.publish.file import File
from resgraph.publish.package import PACKAGE, package
from resgraph.publish.record import CRATE, RECORD, SUMS, Named, crate, record, sums
from resgraph.publish.step import Content, Reason, next_version, numbers, step
from resgraph.publish.tables import files as table_files
from resgraph.publish.tables import tables
from resgraph.publish.unfilled import unfilled
from resgraph.release import MANIFEST, quads_path
from resgraph.sources import Sources, packaged
from resgraph.sssom import sssom
from resgraph.stored import StoredQuery, all_queries
from resgraph.turtle import read
from resgraph.vocab import BASE, DCAT, DCTERMS, NS, OWL, PREFIXES
from resgraph.vocab import graph as named

Say = Callable[[str], None]

_ONTOLOGY: Final = NamedNode(NS.removesuffix("#"))
_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
#: What the record says of the dataset, and holds for each version of it.
_OF_EACH_VERSION: Final = (
    *(DCTERMS + name for name in ("creator", "language", "accessRights", "spatial")),
    *(DCAT + name for name in ("keyword", "theme", "contactPoint", "landingPage")),
)
#: the documents that stay at /VERSION/..., and the formats that they stay in
_DOCUMENTS: Final = {"ns": "terms", "schemes": "schemes", "alignments": "alignments"}
_FORMS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class Released:
    """What was released: where it stands, its version, and why the version is what it is."""

    path: Path
    version: str
    reasons: tuple[Reason, ...]
    files: tuple[str, ...]
    #: what the publisher still has to fill in, in words
    unfilled: tuple[str, ...] = ()


def release(
    directory: Path,
    date: str,
    *,
    previous: Path | None = None,
    sources: Sources | None = None,
    queries: Sequence[StoredQuery] | None = None,
    public: bool = False,
    say: Say | None = None,
) -> Released:
    """Build the sources and freeze them under their version in a directory of releases.

    The version is that of the ontology. `previous` is the release to go on from, by default the newest in the
    directory; `date` is the day of the data, such as 2026-11-22. A `public` release is refused while
    something is still to be filled in that only the publisher knows. Raises `VersionError` when the version
    was released before or is not the step that the changes ask for, and `ReleaseError` when a released file
    was touched. Nothing is left behind then.
    """
    sources, tell = sources or packaged(), say or (lambda _: None)
    bring("pyarrow", "arrow")  # what is missing is told before anything is built
    if not _DATE.fullmatch(date):
        raise VersionError(f"`{date}` is not a day", hint="write it as 2026-11-22")
    empty = tuple(unfilled(sources))
    if public and empty:
        raise ReleaseError(
            "the release is not ready for others\n" + "\n".join(f"  {each}" for each in empty),
            hint="fill it in, or leave --public out",
        )
    directory.mkdir(parents=True, exist_ok=True)
    version = _version(sources)
    previous = previous or _newest(directory)
    for path in {directory / str(about["version"]) for about in released(directory)} | {previous}:
        if path:
            verify(path)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=directory) as made:
        work = Path(made) / version
        build(work, sources, tell)
        write_all({work / "shapes.ttl": _shapes(sources)})
        reasons = _checked(directory / version, work, previous, sources, queries, tell)
        tell("writing the files")
        about = _named(work, version, date, previous, reasons)
        _fill(work, about, previous, sources, reasons)
        files = tuple(sorted(path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file()))
        for name in files:
            (work / name).chmod(0o444)
        work.rename(directory / version)
    write_all({directory / FEED: feed(released(directory))})
    return Released(directory / version, version, tuple(reasons), files, empty)


def verify(path: Path) -> None:
    """Check that every file of a release is the one that was released; `ReleaseError` says which is not."""
    try:
        listed = (path / SUMS).read_text(encoding="utf-8")
    except OSError:
        raise ReleaseError(f"{path} is not a published release", hint=f"it has no {SUMS}") from None
    for line in listed.splitlines():
        digest, _, name = line.partition("  ")
        file = path / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            raise ReleaseError(f"{file} was changed after it was released", hint="take it back from a copy")


def _version(sources: Sources) -> str:
    index = Index(read(sources.root / "ontology" / "resgraph.ttl"))
    version = index.text(_ONTOLOGY, NamedNode(OWL + "versionInfo")) or ""
    numbers(version)
    if index.text(_ONTOLOGY, NamedNode(OWL + "versionIRI")) != f"{BASE}{version}/ns":
        raise VersionError(
            "owl:versionIRI and owl:versionInfo of the ontology differ",
            hint=f"write owl:versionIRI <{BASE}{version}/ns>",
        )
    return version


def _newest(directory: Path) -> Path | None:
    found = released(directory)
    return directory / str(found[0]["version"]) if found else None


def _shapes(sources: Sources) -> bytes:
    return b"\n".join(path.read_bytes() for path in sources.shapes)


def _checked(
    place: Path,
    work: Path,
    previous: Path | None,
    sources: Sources,
    queries: Sequence[StoredQuery] | None,
    say: Say,
) -> list[Reason]:
    """Refuse a version that is taken, or that is not the step which the changes ask for."""
    version = place.name
    if place.exists():
        same = quads_path(place).read_bytes() == quads_path(work).read_bytes()
        words = "and nothing changed since" if same else "and something changed since"
        hint = None if same else "raise owl:versionInfo, owl:versionIRI and the citation of the ontology"
        raise VersionError(f"version {version} was released before, {words}", hint=hint)
    if previous is None:
        return []
    say("comparing with the last release")
    last = _version_of(previous)
    wanted, reasons = step(Content(previous), Content(work), all_queries() if queries is None else queries)
    told = "\n".join(f"  {reason.step}: {reason.words}" for reason in reasons)
    if wanted == "none":
        raise VersionError(f"nothing changed since version {last}")
    right = next_version(last, wanted)
    first = numbers(last)[0] == 0 and version == "1.0.0"
    if version != right and not first:
        raise VersionError(
            f"after {last} comes {right}, not {version}: the changes ask for a {wanted} step\n{told}",
            hint=f"set owl:versionInfo of the ontology to {right}",
        )
    _header(sources, last, compatible=wanted != "major")
    return reasons


def _version_of(path: Path) -> str:
    return str(json.loads((path / ABOUT).read_text(encoding="utf-8"))["version"])


def _header(sources: Sources, last: str, *, compatible: bool) -> None:
    """From the second release on the ontology itself says what it goes on from."""
    index = Index(read(sources.root / "ontology" / "resgraph.ttl"))
    relation = "backwardCompatibleWith" if compatible else "incompatibleWith"
    wanted = f"{BASE}{last}/ns"
    missing = [
        name for name in ("priorVersion", relation) if index.text(_ONTOLOGY, NamedNode(OWL + name)) != wanted
    ]
    if missing:
        lines = " ; ".join(f"owl:{name} <{wanted}>" for name in missing)
        raise VersionError("the header of the ontology does not name the last version", hint=f"add: {lines}")


def _named(work: Path, version: str, date: str, previous: Path | None, reasons: Sequence[Reason]) -> Named:
    graph = load(work)
    row = graph.query(
        f"SELECT * {{ <{BASE}catalog#dataset> dcterms:title ?title ; dcterms:description ?description ; "
        "dcterms:license ?licence ; dcterms:publisher ?publisher . ?publisher rdfs:label ?name }"
    ).to_dicts()[0]
    return Named(
        version,
        date,
        title=str(row["title"]),
        description=str(row["description"]),
        licence=str(row["licence"]),
        publisher=str(row["publisher"]),
        publisher_name=str(row["name"]),
        previous=_version_of(previous) if previous else None,
        compatible=all(reason.step != "major" for reason in reasons),
        said=[
            (quad.predicate, quad.object)
            for quad in graph.about(f"{BASE}catalog#dataset")
            if quad.predicate.value in _OF_EACH_VERSION
        ],
    )


def _fill(
    work: Path, about: Named, previous: Path | None, sources: Sources, reasons: Sequence[Reason]
) -> None:
    """Write every file of a release: content, documents, changes, and last what describes the others."""
    graph = load(work)
    made = tables(union(parse(path=quads_path(work), format=RdfFormat.N_QUADS)))
    of_tables = list(table_files(made))
    files = [
        *dumps(work),
        *of_tables,
        File(
            PACKAGE,
            package(about, made, of_tables),
            "what the tables hold (Data Package)",
            "application/json",
        ),
        *_documents(work, sources),
        *_pages(graph, about),
        *_changes(work, previous, reasons),
        File("shapes.ttl", (work / "shapes.ttl").read_bytes(), "the shapes", "text/turtle"),
    ]
    files.sort(key=lambda file: file.name)
    summary = reasons[0].words if reasons else "First release."
    said = {"version": about.version, "date": about.date, "title": about.title, "summary": summary}
    if about.previous:
        said["previous"] = about.previous
    described = [
        *files,
        File(RECORD, record(about, files), "the catalogue record", "text/turtle"),
        File(CRATE, crate(about, files), "the RO-Crate", "application/ld+json"),
        File(ABOUT, (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode(), "", ""),
    ]
    built = [File(path.name, path.read_bytes(), "", "") for path in (work / MANIFEST, quads_path(work))]
    contents = {work / file.name: file.content for file in described}
    write_all({**contents, work / SUMS: sums([*described, *built])})


def _documents(work: Path, sources: Sources) -> list[File]:
    """The ontology, the schemes and the alignments in every format, and the context."""
    found = [
        File("context.jsonld", sources.context.read_bytes(), "the JSON-LD context", "application/ld+json")
    ]
    quads = list(parse(path=quads_path(work), format=RdfFormat.N_QUADS))
    for name, part in _DOCUMENTS.items():
        triples = [quad.triple for quad in quads if quad.graph_name == named(part)]
        for ending, form in _FORMS.items():
            prefixes = None if ending in ("nt", "jsonld") else dict(PREFIXES)
            content = serialize(triples, format=form, prefixes=prefixes) or b""
            found.append(File(f"{name}.{ending}", content, f"the {part} graph", form.media_type))
    return found


def _pages(graph: Graph, about: Named) -> list[File]:
    made = card(graph.query)
    executed = serialize(executables(all_queries()), format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    mappings = sssom(graph.query, about.version, about.licence)
    return [
        File("schema.md", to_markdown(made).encode(), "the schema on one page", "text/markdown"),
        File("queries.ttl", executed, "the stored queries (SHACL)", "text/turtle"),
        File("schema.json", to_json(made).encode(), "the schema on one page", "application/json"),
        File("mappings.sssom.tsv", mappings.encode(), "the mappings (SSSOM)", "text/tab-separated-values"),
    ]


def _changes(work: Path, previous: Path | None, reasons: Sequence[Reason]) -> list[File]:
    """What changed since the last release: in words, and as a set of changes."""
    if previous is None:
        return []
    difference = diff(previous, work)
    why = "".join(f"- {reason.step}: {reason.words}\n" for reason in reasons)
    words = f"# Since {_version_of(previous)}\n\n{why}\n```text\n{difference.to_text(limit=None)}```\n"
    words = words.replace(str(work), work.name).replace(str(previous), previous.name)
    return [
        File("changes.md", words.encode(), "what changed since the last release", "text/markdown"),
        File("changes.ttl", difference.to_turtle().encode(), "the same as a set of changes", "text/turtle"),
    ]
