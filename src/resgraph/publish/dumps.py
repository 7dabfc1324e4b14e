"""The content of a release as files to download; the same release gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from resgraph.publish.file import File, compressed
from resgraph.release import quads_path
from resgraph.vocab import ASSERTED, GRAPH, PREFIXES


def dumps(release: Path) -> Iterator[File]:
    """Yield the content of a release as N-Quads, TriG, JSON-LD and Turtle."""
    lines = quads_path(release).read_bytes()
    quads = list(parse(lines, format=RdfFormat.N_QUADS))
    yield _file("resgraph.nq", lines, "all graphs as N-Quads", "application/n-quads")
    for ending, form, title in (
        ("trig", RdfFormat.TRIG, "all graphs as TriG"),
        ("jsonld", RdfFormat.JSON_LD, "all graphs as JSON-LD"),
    ):
        prefixes = None if form == RdfFormat.JSON_LD else dict(PREFIXES)
        content = serialize(quads, format=form, prefixes=prefixes) or b""
        yield _file(f"resgraph.{ending}", content, title, form.media_type)
    asserted = union(quads)
    content = serialize(asserted, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    yield _file(
        "resgraph.ttl", content, "what a plain query sees as Turtle: all but what was inferred", "text/turtle"
    )


def union(quads: Iterable[Quad]) -> list[Triple]:
    """Return each asserted statement once, in a fixed order."""
    asserted = {GRAPH + name for name in ASSERTED}
    found = {q.triple for q in quads if getattr(q.graph_name, "value", "") in asserted}
    return sorted(found, key=str)


def _file(name: str, content: bytes, title: str, media_type: str) -> File:
    return File(f"{name}.gz", compressed(content), title, media_type)
