"""The content of a release as files to download; the same release gives the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from resgraph.release import quads_path
from resgraph.store import Term
from resgraph.vocab import ASSERTED, GRAPH, ID, KINDS, PREFIXES, TYPE, shorten

_COMPRESSION: Final = 6


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: its name, its bytes, what it is, and its media type before it was compressed."""

    name: str
    content: bytes
    title: str
    media_type: str

    @property
    def is_compressed(self) -> bool:
        """Whether it is compressed with gzip."""
        return self.name.endswith(".gz")


def compressed(content: bytes) -> bytes:
    """Compress without a time: the same content gives the same bytes.

    >>> compressed(b"x") == compressed(b"x")
    True
    """
    return gzip.compress(content, compresslevel=_COMPRESSION, mtime=0)


def dumps(release: Path) -> Iterator[File]:
    """Yield the content of a release as N-Quads, TriG, JSON-LD and Turtle, and as a table for each kind."""
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
    for kind, table in tables(asserted).items():
        yield _file(f"tables/{kind}.csv", table, f"every {kind}, one a row", "text/csv")


def union(quads: Iterable[Quad]) -> list[Triple]:
    """Return each asserted statement once, in a fixed order."""
    asserted = {GRAPH + name for name in ASSERTED}
    found = {q.triple for q in quads if getattr(q.graph_name, "value", "") in asserted}
    return sorted(found, key=str)


def tables(triples: Iterable[Triple]) -> dict[str, bytes]:
    r"""Write the things of each kind as CSV: a column for each property, several values joined by `` | ``.

    >>> from resgraph.vocab import term, thing
    >>> said = Triple(thing("factor", "poverty"), term("level"), thing("factor", "other"))
    >>> tables([said])["factor"]
    b'id,level\npoverty,factor:other\n'
    """
    things: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(dict))
    for t in triples:
        if isinstance(t.subject, NamedNode) and t.subject.value.startswith(ID) and t.predicate != TYPE:
            kind, _, slug = t.subject.value.removeprefix(ID).partition("/")
            column = shorten(t.predicate.value).removeprefix("rg:")
            things[kind][slug].setdefault(column, []).append(_cell(t.object))
    return {kind: _table(things[kind]) for kind in KINDS if kind in things}


def _table(rows: Mapping[str, Mapping[str, list[str]]]) -> bytes:
    columns = sorted({column for row in rows.values() for column in row})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", *columns])
    for slug, row in sorted(rows.items()):
        writer.writerow([slug, *(" | ".join(sorted(row.get(column, ()))) for column in columns)])
    return text.getvalue().encode()


def _cell(value: Term) -> str:
    text = str(getattr(value, "value", value))
    return shorten(text) if isinstance(value, NamedNode) else text


def _file(name: str, content: bytes, title: str, media_type: str) -> File:
    return File(f"{name}.gz", compressed(content), title, media_type)
