"""A difference for programs: plain values, a set of changes in RDF, a patch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from resgraph.difference.answers import Asked
from resgraph.difference.report import Difference, moved_by
from resgraph.difference.sides import Side
from resgraph.difference.things import Change, Field
from resgraph.vocab import BASE, DCTERMS, PREFIXES, PROV, RDF, TYPE, shorten

#: The vocabulary of sets of changes: http://purl.org/vocab/changeset/schema
CS: Final = "http://purl.org/vocab/changeset/schema#"
_REASON: Final = NamedNode(CS + "changeReason")


def plain(d: Difference) -> dict[str, Any]:
    """Return a difference as plain values."""
    return {
        "from": _side(d.a),
        "to": _side(d.b),
        "statements": {"added": len(d.additions), "removed": len(d.removals)},
        "flipped": [_proposition(each, "rg:overallAnswer") for each in d.flipped],
        "moved": [
            _proposition(each, "rg:strength") | {"because": [_field(field) for field in moved_by(each)]}
            for each in d.moved
        ],
        "edges": [
            {
                "what": e.what,
                **{name: shorten(getattr(e, name)) for name in ("subject", "property", "object")},
            }
            for e in d.edges
        ],
        "changes": {kind: [_change(each) for each in d.of(kind)] for kind in _kinds(d)},
        "queries": [asdict(each) for each in d.asked],
        "conclusions": {
            name: {"added": came, "removed": went} for name, (came, went) in d.conclusions.items()
        },
    }


def _side(side: Side) -> dict[str, Any]:
    return {"name": side.name, "statements": len(side.quads), "content": side.address()}


def _kinds(d: Difference) -> list[str]:
    return sorted({each.kind for each in d.changes})


def _proposition(change: Change, name: str) -> dict[str, Any]:
    field = change.field(name)
    assert field is not None  # noqa: S101 (who asks has looked)
    before, after = (next(iter(values), None) for values in (field.removed, field.added))
    return {"name": shorten(change.name), "label": change.label, "from": before, "to": after}


def _change(change: Change) -> dict[str, Any]:
    fields = [_field(field) for field in change.fields]
    return {"what": change.what, "name": shorten(change.name), "label": change.label, "fields": fields}


def _field(field: Field) -> dict[str, Any]:
    return {"property": field.property, "removed": list(field.removed), "added": list(field.added)}


def patch(d: Difference) -> str:
    """Write a difference as an RDF Patch; blank nodes have the names that `resgraph.blank.named` gives."""
    lines = [f"{sign} {_quad(quad)} ." for sign, quads in _signed(d) for quad in quads]
    return "".join(f"{line}\n" for line in ("TX .", *lines, "TC ."))


def _signed(d: Difference) -> tuple[tuple[str, Sequence[Quad]], ...]:
    return ("D", d.removals), ("A", d.additions)


def _quad(quad: Quad) -> str:
    named = () if isinstance(quad.graph_name, DefaultGraph) else (quad.graph_name,)
    return " ".join(map(str, (quad.subject, quad.predicate, quad.object, *named)))


def turtle(d: Difference) -> str:
    """Write a difference as RDF: a set of changes for each thing, and one for each query."""
    triples = list(_triples(d))
    used = {name: base for name, base in (*PREFIXES.items(), ("cs", CS)) if _is_used(base, triples)}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b"").decode()


def _is_used(base: str, triples: Iterable[Triple]) -> bool:
    return any(isinstance(n, NamedNode) and n.value.startswith(base) for t in triples for n in t)


def _triples(d: Difference) -> Iterator[Triple]:
    before, after = NamedNode(d.a.address()), NamedNode(d.b.address())
    if not d:
        return
    yield Triple(after, TYPE, NamedNode(PROV + "Entity"))
    yield Triple(after, NamedNode(PROV + "wasRevisionOf"), before)
    reasons = dict(_reasons(d))
    subjects: dict[NamedNode | BlankNode, list[tuple[str, Quad]]] = {}
    for sign, quads in (("removal", d.removals), ("addition", d.additions)):
        for quad in quads:
            subjects.setdefault(quad.subject, []).append((sign, quad))  # type: ignore[arg-type]
    for number, subject in enumerate(sorted(subjects, key=str)):
        said = BlankNode(f"set{number}")
        yield from _changeset(said, subject, reasons.get(subject.value))
        parts = [BlankNode(f"set{number}s{place}") for place in range(len(subjects[subject]))]
        for (sign, _), part in zip(subjects[subject], parts, strict=True):
            yield Triple(said, NamedNode(CS + sign), part)
        for (_, quad), part in zip(subjects[subject], parts, strict=True):
            yield from _statement(part, quad)
    for asked in d.asked:
        # Where the site shows the query.
        query = NamedNode(f"{BASE}sparql?stored={asked.name}")
        yield from _changeset(BlankNode(f"query{asked.name}"), query, _rows(asked))


def _changeset(said: BlankNode, subject: NamedNode | BlankNode, reason: str | None) -> Iterator[Triple]:
    yield Triple(said, TYPE, NamedNode(CS + "ChangeSet"))
    yield Triple(said, NamedNode(CS + "subjectOfChange"), subject)
    if reason:
        yield Triple(said, _REASON, Literal(reason, language="en"))


def _statement(statement: BlankNode, quad: Quad) -> Iterator[Triple]:
    yield Triple(statement, TYPE, NamedNode(RDF + "Statement"))
    for name in ("subject", "predicate", "object"):
        yield Triple(statement, NamedNode(RDF + name), getattr(quad, name))
    if not isinstance(quad.graph_name, DefaultGraph):
        yield Triple(statement, NamedNode(DCTERMS + "isPartOf"), quad.graph_name)


def _reasons(d: Difference) -> Mapping[str, str]:
    """Return, of propositions that flipped or moved, the words for it."""
    words: dict[str, str] = {}
    for what, name, found in (
        ("overall answer", "rg:overallAnswer", d.flipped),
        ("strength", "rg:strength", d.moved),
    ):
        for change in found:
            one = _proposition(change, name)
            subject = change.name
            told = f"the {what} went from {one['from'] or 'none'} to {one['to'] or 'none'}"
            words[subject] = f"{words[subject]}; {told}" if subject in words else told
    return words


def _rows(asked: Asked) -> str:
    if asked.failure:
        return f"not answered by both: {asked.failure}"
    return f"the answer gained {len(asked.gained)} rows and lost {len(asked.lost)}"
