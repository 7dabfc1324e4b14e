"""Which step a version has to take: by what the changes mean for who relies on the last one.

major   an address is gone, an axiom or a required field changed, or the same data now give another
        conclusion or another answer to a stored question
minor   there are new terms, or other data
patch   only words changed

To tell a changed rule from changed data, the data of the last release are put through the rules of the new
one: what then differs is due to the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from resgraph.blank import named
from resgraph.build import derive
from resgraph.errors import QueryError, VersionError
from resgraph.meaning import meaning
from resgraph.query import run
from resgraph.reason import close
from resgraph.release import quads_path
from resgraph.store import Dataset
from resgraph.stored import StoredQuery
from resgraph.vocab import BASE, GRAPH, LABEL, NS, OWL, RDF, RDFS, SH, graph, shorten

Step = Literal["major", "minor", "patch", "none"]
_ORDER: Final[tuple[Step, ...]] = ("none", "patch", "minor", "major")
_DATA: Final = ("evidence", "intended")
_WORDS: Final = ("terms", "schemes", "alignments")
_AXIOMS: Final = (RDF, RDFS, OWL)
#: words about terms in the vocabularies of axioms
_ANNOTATIONS: Final = {RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")} | {
    OWL + name for name in ("versionInfo", "versionIRI", "priorVersion", "deprecated")
}
_ONTOLOGY: Final = NamedNode(NS.removesuffix("#"))


class Reason(NamedTuple):
    """Why a step has to be so large: the step, and what asks for it in words."""

    step: Step
    words: str


@dataclass(frozen=True)
class Content:
    """A release on disk, graph by graph, blank nodes named by content."""

    path: Path

    @cached_property
    def graphs(self) -> Mapping[str, frozenset[Triple]]:
        """The statements of each graph, as they are written."""
        found: dict[str, set[Triple]] = {}
        for quad in named(parse(path=quads_path(self.path), format=RdfFormat.N_QUADS)):
            name = str(getattr(quad.graph_name, "value", "")).removeprefix(GRAPH)
            found.setdefault(name, set()).add(quad.triple)
        return {name: frozenset(triples) for name, triples in found.items()}

    @property
    def minted(self) -> set[str]:
        """Every address of ours that something is said of."""
        subjects = {t.subject for name in (*_DATA, *_WORDS) for t in self.graphs.get(name, ())}
        return {s.value for s in subjects if isinstance(s, NamedNode) and s.value.startswith(BASE)}

    @property
    def required(self) -> set[tuple[str, str, str]]:
        """What the shapes of the release ask for: the shape, the property and how often."""
        path = self.path / "shapes.ttl"
        if not path.exists():
            return set()
        said: dict[object, dict[str, str]] = {}
        for quad in named(parse(path=path, format=RdfFormat.TURTLE)):
            if isinstance(quad.subject, NamedNode):
                value = str(getattr(quad.object, "value", ""))
                said.setdefault(quad.subject, {})[quad.predicate.value] = value
        return {
            (
                shorten(str(getattr(shape, "value", ""))),
                shorten(one.get(SH + "path", "")),
                one[SH + "minCount"],
            )
            for shape, one in said.items()
            if one.get(SH + "minCount", "0") != "0" and one.get(SH + "severity", "").endswith("Violation")
        }


def step(before: Content, after: Content, queries: Iterable[StoredQuery]) -> tuple[Step, list[Reason]]:
    """Return the step from one release to the next, and every reason for it, the largest first."""
    reasons = [
        *_gone(before, after),
        *_axioms(before, after),
        *_required(before, after),
        *_consequences(before, after, queries),
        *_data(before, after),
        *_words(before, after),
    ]
    reasons.sort(key=lambda reason: -_ORDER.index(reason.step))
    return (reasons[0].step if reasons else "none"), reasons


def next_version(last: str, wanted: Step) -> str:
    """Return the version that a step leads to; before 1.0.0 a major step is a minor one.

    >>> next_version("1.4.2", "minor"), next_version("1.4.2", "major"), next_version("0.1.0", "major")
    ('1.5.0', '2.0.0', '0.2.0')
    """
    major, minor, patch = numbers(last)
    if wanted == "major" and major:
        return f"{major + 1}.0.0"
    return f"{major}.{minor}.{patch + 1}" if wanted == "patch" else f"{major}.{minor + 1}.0"


def numbers(version: str) -> tuple[int, int, int]:
    """Read a version; `VersionError` when it is not three numbers.

    >>> numbers("0.10.2")
    (0, 10, 2)
    """
    found = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", version)
    if not found:
        raise VersionError(f"`{version}` is not a version", hint="write three numbers, such as 0.2.0")
    major, minor, patch = map(int, found.groups())
    return major, minor, patch


def _gone(before: Content, after: Content) -> Iterator[Reason]:
    gone = sorted(before.minted - after.minted)
    if gone:
        yield Reason("major", f"{_many(gone, 'address')} gone: {_some(map(shorten, gone))}")
    come = sorted(after.minted - before.minted)
    if come:
        yield Reason("minor", f"{_many(come, 'address')} new: {_some(map(shorten, come))}")


def _axioms(before: Content, after: Content) -> Iterator[Reason]:
    """What is said of terms that were there, in the vocabularies of axioms, may not change unnoticed."""
    known = before.minted
    changed = sorted(
        {
            shorten(str(getattr(t.subject, "value", t.subject)))
            for t in before.graphs["terms"] ^ after.graphs["terms"]
            if _is_axiom(t) and getattr(t.subject, "value", "") in known
        }
    )
    if changed:
        yield Reason("major", f"axioms changed on {_some(changed)}")


def _is_axiom(t: Triple) -> bool:
    name = t.predicate.value
    return name.startswith(_AXIOMS) and name not in _ANNOTATIONS and t.subject != _ONTOLOGY


def _required(before: Content, after: Content) -> Iterator[Reason]:
    if (before.path / "shapes.ttl").exists():
        changed = sorted({shape for shape, _, _ in before.required ^ after.required})
        if changed:
            yield Reason("major", f"what is required changed in {_some(changed)}")


def _consequences(before: Content, after: Content, queries: Iterable[StoredQuery]) -> Iterator[Reason]:
    """Put the data of the last release through the rules of the new one, and compare what comes of it."""
    stated = [t for name in _DATA for t in before.graphs[name]]
    terms, schemes, alignments = (tuple(after.graphs[name]) for name in _WORDS)
    graphs = derive(terms, schemes, alignments, stated)
    graphs["inferred"] = close(meaning(graphs)).inferred
    for name in ("evidenced", "inferred"):
        differ = _without_words(before.graphs[name]) ^ _without_words(graphs[name])
        if differ:
            things = sorted({shorten(str(getattr(t.subject, "value", t.subject))) for t in differ})
            yield Reason("major", f"of unchanged data follows something else ({name}): {_some(things)}")
    old, new = _dataset(before.graphs), _dataset({**graphs, "catalogue": before.graphs["catalogue"]})
    other = [query.name for query in queries if _rows(old, query) != _rows(new, query)]
    if other:
        yield Reason("major", f"unchanged data answer stored questions otherwise: {_some(other)}")


def _without_words(triples: Iterable[Triple]) -> set[Triple]:
    return {t for t in triples if t.predicate != LABEL}


def _dataset(graphs: Mapping[str, Iterable[Triple]]) -> Dataset:
    return Dataset.from_quads(
        Quad(t.subject, t.predicate, t.object, graph(name))
        for name, triples in graphs.items()
        for t in triples
    )


def _rows(dataset: Dataset, query: StoredQuery) -> object:
    """Return the rows of an answer in any order, without the words for people."""
    try:
        answer = run(dataset, query.text)
    except QueryError as error:
        return error.message
    if answer.kind == "boolean":
        return bool(answer)
    return Counter(tuple(None if _is_text(v) else str(v) for v in row) for row in answer.terms)


def _is_text(value: object) -> bool:
    return isinstance(value, Text) and value.language is not None


def _data(before: Content, after: Content) -> Iterator[Reason]:
    changed = {
        t.subject
        for name in (*_DATA, "alignments")
        for t in before.graphs[name] ^ after.graphs[name]
        if t.predicate != LABEL
    }
    if changed:
        things = sorted(shorten(str(getattr(s, "value", s))) for s in changed)
        yield Reason("minor", f"data changed on {_many(things, 'thing')}: {_some(things)}")


def _words(before: Content, after: Content) -> Iterator[Reason]:
    differ = [
        t
        for name in ("terms", "schemes")
        for t in before.graphs[name] ^ after.graphs[name]
        if t.subject != _ONTOLOGY
    ]
    if differ:
        things = sorted({shorten(str(getattr(t.subject, "value", t.subject))) for t in differ})
        yield Reason("patch", f"words or lists changed on {_some(things)}")


def _many(things: Sequence[str], word: str) -> str:
    plural = word + ("es" if word.endswith("s") else "s")
    return f"{len(things):,} {word if len(things) == 1 else plural}"


def _some(things: Iterable[str]) -> str:
    listed = list(things)
    more = f" and {len(listed) - 5:,} more" if len(listed) > 5 else ""
    return ", ".join(listed[:5]) + more
