"""Records to canonical Turtle: the catalogue grows here, or says plainly why it does not.

A run reads every record, checks all of them, and only then writes; one bad record and nothing is written.
A record that is there already may repeat or extend what is known; it may not contradict it unasked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph import turtle
from resgraph.errors import InputError, Problem
from resgraph.files import write_all
from resgraph.ingest.read import kind_of, read_records
from resgraph.ingest.statements import Reading, Record, assumed_orientation, slugify
from resgraph.ingest.values import Node, Terms
from resgraph.records import FURTHER, RECORD_KINDS, Field
from resgraph.vocab import COUNTRY, ID, SKOS, TYPE, shorten, term, thing

__all__ = [
    "Outcome",
    "Record",
    "assumed_orientation",
    "import_records",
    "kind_of",
    "read_records",
    "slugify",
]

#: what is known: the values of each property of each subject
Known = dict[NamedNode, dict[NamedNode, set[Node]]]

_NOTATION: Final = NamedNode(SKOS + "notation")


@dataclass(slots=True)
class Outcome:
    """What an import did: the ids of the records, by kind."""

    added: dict[str, list[str]] = field(default_factory=dict)
    extended: dict[str, list[str]] = field(default_factory=dict)
    unchanged: dict[str, list[str]] = field(default_factory=dict)


def import_records(records: Sequence[Record], data: Path, schemes: Path, *, update: bool = False) -> Outcome:
    """Add records to the data files in the directory `data`; write nothing unless all of them are sound.

    A record whose id is known adds what it says; where it says otherwise than the data it is an error,
    unless `update` is true: then the record wins.
    """
    before = {
        kind.name: turtle.read(data / kind.file) if (data / kind.file).exists() else []
        for kind in RECORD_KINDS
    }
    known = {name: _index(triples) for name, triples in before.items()}
    records, problems = _distinct(records)
    terms = _terms(turtle.read(schemes), known, records)
    outcome = Outcome()
    for record in records:
        statements = Reading(record, terms, problems).statements()
        _merge(record, statements, known[record.kind.name], problems, outcome, update=update)
    problems.extend(_missing(records, known))
    if problems:
        raise InputError("Nothing was imported.", problems=problems)
    after = {name: set(_triples(index)) for name, index in known.items()}
    write_all(
        {
            data / kind.file: turtle.write(after[kind.name])
            for kind in RECORD_KINDS
            if after[kind.name] != set(before[kind.name])
        }
    )
    return outcome


def _index(triples: Iterable[Triple]) -> Known:
    index: Known = {}
    for t in triples:
        if not isinstance(t.subject, NamedNode) or not isinstance(t.object, NamedNode | Literal):
            raise InputError(f"data files hold no blank nodes, but one does: {t}")
        index.setdefault(t.subject, {}).setdefault(t.predicate, set()).add(t.object)
    return index


def _triples(index: Known) -> Iterator[Triple]:
    for subject, properties in index.items():
        for predicate, values in properties.items():
            yield from (Triple(subject, predicate, value) for value in values)


def _distinct(records: Iterable[Record]) -> tuple[list[Record], list[Problem]]:
    """Keep the first record of each id; every other one with that id is a problem."""
    first: dict[tuple[str, str], Record] = {}
    problems: list[Problem] = []
    for record in records:
        other = first.setdefault((record.kind.name, record.id), record)
        if other is not record:
            message = f"{record.id}: this id is used already in {other.file}, line {other.line}"
            problems.append(Problem(message, file=record.file, line=record.line, field="id"))
    return list(first.values()), problems


def _terms(schemes: Sequence[Triple], known: Mapping[str, Known], records: Iterable[Record]) -> Terms:
    ids: dict[str, set[str]] = defaultdict(set)
    for kind, index in known.items():
        base = f"{ID}{kind}/"
        ids[kind].update(s.value.removeprefix(base) for s in index if s.value.startswith(base))
    for record in records:
        ids[record.kind.name].add(record.id)
    concepts = _index(schemes)
    countries = {s: concepts[s].get(_NOTATION, set()) for s in concepts if s.value.startswith(COUNTRY)}
    return Terms(
        countries={code.value: iri.value for iri, codes in countries.items() for code in codes},
        concepts=frozenset(iri.value for iri in concepts),
        ids=ids,
    )


def _merge(
    record: Record,
    statements: Iterable[Triple],
    known: Known,
    problems: list[Problem],
    outcome: Outcome,
    *,
    update: bool,
) -> None:
    new = thing(record.kind.name, record.id) not in known
    many = {f.property for f in (*record.kind.fields, *FURTHER) if f.many} | {TYPE.value}
    changed = False
    for subject, properties in _index(statements).items():
        for predicate, values in properties.items():
            old = known.setdefault(subject, {}).setdefault(predicate, set())
            if values <= old:
                continue
            changed = True
            if old and predicate.value not in many and update:
                old.clear()
            elif old and predicate.value not in many:
                problems.append(_contradiction(record, predicate, values, old))
            old |= values
    bucket = outcome.added if new else outcome.extended if changed else outcome.unchanged
    bucket.setdefault(record.kind.name, []).append(record.id)


def _contradiction(record: Record, predicate: NamedNode, new: Iterable[Node], old: Iterable[Node]) -> Problem:
    said, had = (", ".join(sorted(node.value for node in nodes)) for nodes in (new, old))
    name = next(
        (f.name for f in record.kind.fields if f.property == predicate.value), shorten(predicate.value)
    )
    message = f"{record.id}: the data say {had!r}, this record says {said!r}; correct one, or say --update"
    return Problem(file=record.file, line=record.line, field=name, message=message)


def _missing(records: Iterable[Record], known: Mapping[str, Known]) -> Iterator[Problem]:
    """Name what a record cannot do without and neither it nor the data have."""
    for record in records:
        stated = {p.value for p in known[record.kind.name].get(thing(record.kind.name, record.id), {})}
        for f in record.kind.fields:
            if f.required and not f.part and f.name not in record.data and not _implied(f, stated):
                expected = (
                    f"; expected one of the {f.among[0]} list" if f.value == "concept" and f.among[0] else ""
                )
                message = f"{record.id}: {f.name} is missing{expected}"
                yield Problem(file=record.file, line=record.line, field=f.name, message=message)


def _implied(f: Field, stated: set[str]) -> bool:
    if f.name == "title":
        return bool({f.property, term("suppliedTitle").value} & stated)
    return TYPE.value in stated if f.name == "kind" else f.property in stated
