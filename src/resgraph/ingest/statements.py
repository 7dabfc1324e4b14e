"""The statements that a record makes: fields become properties, parts become things of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.errors import Problem
from resgraph.ingest.values import Node, Terms, UnfitError, boolean, read
from resgraph.records import FACTOR, FURTHER, Field, Kind
from resgraph.vocab import DC, DCTERMS, TYPE, concept, term, thing

Json = dict[str, Any]

_SLUG: Final = re.compile(r"[a-z0-9]+(-{1,2}[a-z0-9]+)*")
_ROLES: Final = {"risk": "RiskFactor", "protective": "ProtectiveFactor"}
#: how a part of a finding hangs on it, and the suffix of its address
_PARTS: Final = {
    "estimate": ("estimate", ""),
    "contrast": ("contrastEstimate", "--contrast"),
    "bias-adjusted": ("biasAdjustedEstimate", "--bias-adjusted"),
}
_FIGURES: Final = {
    term(name) for name in ("value", "lowerLimit", "upperLimit", "lowestValue", "highestValue", "pValue")
}
#: fields whose numbers must rise in this order, and what it means when they do not
_ORDERED: Final = (
    (("ci_low", "value", "ci_high"), "the interval excludes its value"),
    (("contrast_ci_low", "contrast_value", "contrast_ci_high"), "the interval excludes its value"),
    (
        ("bias_adjusted_ci_low", "bias_adjusted_value", "bias_adjusted_ci_high"),
        "the interval excludes its value",
    ),
    (("value_low", "value", "value_high"), "the range excludes its value"),
    (("age_min", "age_max"), "the ages are the wrong way round"),
)
#: metrics without a direction of their own
_UNDIRECTED: Final = {"population-attributable-fraction", "variance-explained-percent", "prevalence-percent"}


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in a file."""

    kind: Kind
    data: Json
    file: str
    line: int

    @property
    def id(self) -> str:
        """The record's id, or an empty text."""
        return str(self.data.get("id", ""))


class Reading:
    """The reading of one record: fields to statements, each fault noted where it stands."""

    def __init__(self, record: Record, terms: Terms, problems: list[Problem]) -> None:
        self.record = record
        self.terms = terms
        self.problems = problems
        self.subject = thing(record.kind.name, record.id)

    def statements(self) -> Iterator[Triple]:
        """Yield the statements of the record."""
        if not _SLUG.fullmatch(self.record.id):
            return self._fault("id", "expected lower-case letters, digits and hyphens, such as dray-2017")
        for name in self._types():
            yield Triple(self.subject, TYPE, term(name))
        yield from self._plain()
        if self.record.kind.name == "source":
            yield from self._bibliography()
        if self.record.kind.name == "finding":
            yield from self._estimates()
        self._check_order()
        if self.record.kind.name == "intervention":
            yield from self._rating()

    def _types(self) -> Iterator[str]:
        data = self.record.data
        if self.record.kind is FACTOR:
            if "kind" in data and data["kind"] not in _ROLES:
                self._fault("kind", f"expected risk or protective, found {data['kind']!r}")
            elif "kind" in data:
                yield _ROLES[data["kind"]]
            return
        yield from self.record.kind.classes
        if self.record.kind.name == "finding":
            if "moderates_risk" in data or "interaction" in data or data.get("relation") == "buffers":
                yield "ModerationFinding"
            if "mediated_by" in data:
                yield "MediationFinding"
            if data.get("empty_review") is True:
                yield "EmptyReview"

    def _plain(self) -> Iterator[Triple]:
        for name, value in self.record.data.items():
            if name in ("id", "toolkit", "further_estimates"):
                continue
            field = self.record.kind.field(name)
            if field is None:
                self._fault(name, f"is not a field of a {self.record.kind.name}", near=True)
            elif not field.part and name not in _HANDLED.get(self.record.kind.name, ()):
                yield from self._field(self.subject, field, value)

    def _field(self, subject: NamedNode, field: Field, value: object) -> Iterator[Triple]:
        predicate = NamedNode(field.property)
        for item in self._items(field, value):
            node = self._node(field, item)
            if node is not None:
                yield Triple(subject, predicate, node)

    def _items(self, field: Field, value: object) -> Sequence[object]:
        if field.name == "mediated_by" and isinstance(value, str):
            return [part.strip() for part in value.split(";")]
        if isinstance(value, list):
            if not field.many:
                self._fault(field.name, "expected one value, found a list")
                return []
            return value
        return [value]

    def _node(self, field: Field, value: object) -> Node | None:
        try:
            return read(self._resolved(field), value, self.terms)
        except UnfitError as unfit:
            self._fault(field.name, str(unfit))
            return None

    def _check_order(self) -> None:
        """Numbers that belong together must be in order: an interval holds its value."""
        for names, what in _ORDERED:
            numbers = [(name, self.record.data.get(name)) for name in names]
            known = [
                (name, n) for name, n in numbers if isinstance(n, int | Decimal) and not isinstance(n, bool)
            ]
            for (low, a), (high, b) in pairwise(known):
                if a > b:
                    field = high if high.endswith("value") else low
                    self._fault(field, f"{what}: {low} is {a}, {high} is {b}")

    def _resolved(self, field: Field) -> Field:
        """A finding says in which kind of record its subject and its object are found."""
        if field.name not in ("subject", "object") or not self.record.data.get(f"{field.name}_kind"):
            return field
        kind = str(self.record.data[f"{field.name}_kind"])
        if kind not in field.among:
            raise UnfitError(f"{field.name}_kind is {kind!r}; expected {' or '.join(field.among)}")
        return replace(field, among=(kind,))

    def _fault(self, field: str, message: str, *, near: bool = False) -> None:
        if near:
            known = ", ".join(sorted(f.name for f in self.record.kind.fields))
            message += f"; the fields are id, {known}"
        self.problems.append(
            Problem(
                file=self.record.file,
                line=self.record.line,
                field=field,
                message=f"{self.record.id}: {message}" if self.record.id else message,
            )
        )

    def _bibliography(self) -> Iterator[Triple]:
        data = self.record.data
        if isinstance(data.get("title"), str):
            title = data["title"].strip()
            ours = title.startswith("[") or data.get("supplied_title") is True
            words = title.removeprefix("[").removesuffix("]") if title.startswith("[") else title
            predicate = term("suppliedTitle") if ours else NamedNode(DCTERMS + "title")
            yield Triple(self.subject, predicate, Literal(words, language="en"))
        authors = data.get("authors")
        if isinstance(authors, list) and all(isinstance(name, str) for name in authors):
            yield Triple(self.subject, term("authorList"), Literal("; ".join(authors)))
            for name in authors:
                if name == "et al":
                    yield Triple(self.subject, term("furtherAuthors"), boolean(None, True, self.terms))
                else:
                    yield Triple(self.subject, NamedNode(DC + "creator"), Literal(name))
        elif authors is not None:
            self._fault("authors", "expected a list of names")

    def _estimates(self) -> Iterator[Triple]:
        main = thing("estimate", self.record.id)
        for part, (link, suffix) in _PARTS.items():
            estimate = thing("estimate", self.record.id + suffix)
            found = list(self._part(estimate, part))
            if not any(t.predicate in _FIGURES for t in found):
                # words alone tell a direction; how to read it belongs to the finding then
                yield from (Triple(self.subject, t.predicate, t.object) for t in found)
                continue
            yield Triple(self.subject, term(link), estimate)
            yield Triple(estimate, TYPE, term("Estimate"))
            yield from found
            yield from self._shared(estimate, part)
        yield from self._assumed_orientation(main)
        yield from self._further()

    def _part(self, subject: NamedNode, part: str) -> Iterator[Triple]:
        for field in self.record.kind.fields:
            if field.part == part and field.name in self.record.data:
                yield from self._field(subject, field, self.record.data[field.name])

    def _shared(self, estimate: NamedNode, part: str) -> Iterator[Triple]:
        """A second estimate is on the same scale, and read the same way, as the first."""
        if part == "estimate":
            return
        for name in ("metric", "value_direction"):
            field = self.record.kind.field(name)
            if field is not None and name in self.record.data:
                yield from self._field(estimate, field, self.record.data[name])

    def _assumed_orientation(self, estimate: NamedNode) -> Iterator[Triple]:
        data = self.record.data
        if "metric" not in data or "value_direction" in data:
            return
        orientation = assumed_orientation(
            str(data["metric"]), data.get("value", data.get("value_low")), str(data.get("relation"))
        )
        estimates = [estimate] + [
            thing("estimate", self.record.id + suffix)
            for part, (_, suffix) in _PARTS.items()
            if suffix and any(f.part == part and f.name in data for f in self.record.kind.fields)
        ]
        for one in estimates:
            yield Triple(one, term("orientation"), concept("orientation", orientation))
            yield Triple(one, term("orientationAssumed"), boolean(None, True, self.terms))

    def _further(self) -> Iterator[Triple]:
        items = self.record.data.get("further_estimates", [])
        for number, item in enumerate(items if isinstance(items, list) else [items], 1):
            name = f"further_estimates[{number}]"
            if not isinstance(item, dict):
                self._fault(name, "expected an object with value, metric and label")
                continue
            estimate = thing("estimate", f"{self.record.id}--further-{number}")
            yield Triple(self.subject, term("furtherEstimate"), estimate)
            yield Triple(estimate, TYPE, term("Estimate"))
            yield from self._further_orientation(estimate, item)
            fields = {field.name: field for field in FURTHER}
            for key in item.keys() - fields.keys():
                self._fault(f"{name}.{key}", "is not a field of an estimate")
            for field in FURTHER:
                if field.name in item:
                    yield from self._field(estimate, field, item[field.name])
                elif field.required:
                    self._fault(f"{name}.{field.name}", "is missing")

    def _further_orientation(self, estimate: NamedNode, item: Json) -> Iterator[Triple]:
        """What the record says of its main figure holds for the others; else the rule does."""
        stated = self.record.kind.field("value_direction")
        if stated is not None and "value_direction" in self.record.data:
            yield from self._field(estimate, stated, self.record.data["value_direction"])
            return
        relation = str(self.record.data.get("relation"))
        orientation = assumed_orientation(str(item.get("metric")), item.get("value"), relation)
        yield Triple(estimate, term("orientation"), concept("orientation", orientation))
        yield Triple(estimate, term("orientationAssumed"), boolean(None, True, self.terms))

    def _rating(self) -> Iterator[Triple]:
        toolkit = self.record.data.get("toolkit")
        if toolkit is None:
            return
        if not isinstance(toolkit, dict) or not isinstance(toolkit.get("name"), str):
            return self._fault("toolkit", "expected an object with a name")
        rating = thing("rating", f"{self.record.id}--{slugify(toolkit['name'])}")
        yield Triple(rating, TYPE, term("Rating"))
        yield Triple(rating, term("rates"), self.subject)
        for key, value in toolkit.items():
            field = self.record.kind.field(f"toolkit.{key}")
            if field is None:
                self._fault(f"toolkit.{key}", "is not a field of a rating")
            else:
                yield from self._field(rating, field, value)


#: fields that one of the methods above reads whole
_HANDLED: Final = {
    "factor": ("kind",),
    "source": ("title", "authors", "supplied_title"),
    "finding": ("subject_kind", "object_kind", "empty_review"),
}


def assumed_orientation(metric: str, value: object, relation: str) -> str:
    """Say how a number is to be read whose direction the record does not state.

    It is taken as stated, unless its sign contradicts the relation or has no meaning: then it tells
    magnitude only. A null result contradicts no sign; were it set aside, only the effects would be left.

    >>> assumed_orientation("odds-ratio", Decimal("1.4"), "increases")
    'as-stated'
    >>> assumed_orientation("cohens-d", Decimal("0.2"), "decreases")
    'magnitude-only'
    >>> assumed_orientation("cohens-d", Decimal("0.02"), "no-clear-effect")
    'as-stated'
    """
    if not isinstance(value, int | Decimal) or metric in _UNDIRECTED or relation == "buffers":
        return "magnitude-only"
    sign = value - (1 if metric.endswith("-ratio") else 0)
    contradicts = (relation == "increases" and sign < 0) or (relation == "decreases" and sign > 0)
    return "magnitude-only" if contradicts else "as-stated"


def slugify(words: str) -> str:
    """Make a slug of words.

    >>> slugify("YEF Toolkit: Arts")
    'yef-toolkit-arts'
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
