"""Findings one by one: rows of a table, beside their places in a forest plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Final, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from resgraph.describe import Document
from resgraph.describe.citation import short_reference
from resgraph.effects import Glance, effect_of, glance_in, reading_in
from resgraph.plots.drawing import forest_svg, strip_svg
from resgraph.pooling import SAYINGS, ForestRow, NotPooled, Pooled, forest_rows, saying
from resgraph.things import Finding, Thing
from resgraph.vocab import ID, slug, term
from resgraph.web.site import local
from resgraph.web.turning import Turned

#: Findings on a page at first.
AT_FIRST: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in a table, beside its place in a forest plot."""

    finding: Finding
    address: str
    #: what sets it apart, and what it says of the child
    plotted: ForestRow
    #: the source, as a text names it in passing
    cited: str

    @property
    def participants(self) -> str:
        """Those who took part."""
        count = self.finding.participants
        return f"{count:,}" if count else "not reported"

    @property
    def months(self) -> str:
        """When it was measured, in months after the end."""
        months = self.finding.follow_up_months
        if months is None:
            return "not stated"
        return "at the end" if months == 0 else f"{months:g} months later"

    @property
    def whom(self) -> str:
        """Whom it is about, when not all who took part."""
        groups = [group.label for group in self.finding.population_group]
        return "; ".join((*self.finding.population_subgroup, *groups, *self.finding.condition))

    @property
    def equity(self) -> str:
        """Who gains and who does not."""
        return "; ".join(map(str, self.finding.equity_effect))


class Part(NamedTuple):
    """The findings that say the same: which of them are shown, and how many there are."""

    says: str
    rows: Sequence[Row]
    all: int
    #: where those that are shown begin, and the next ones; none where nothing follows
    start: int = 0
    following: int = 0


class Found(NamedTuple):
    """The findings of a page, by what they say."""

    parts: Sequence[Part]

    @property
    def all(self) -> int:
        """How many there are."""
        return sum(part.all for part in self.parts)

    @property
    def kinds(self) -> list[str]:
        """What they say."""
        return [part.says for part in self.parts]

    @property
    def rows(self) -> list[Row]:
        """Those that are shown."""
        return [row for part in self.parts for row in part.rows]


def findings(document: Document, turned: Turned, only: Collection[str] = ()) -> Found:
    """Return the findings of a document by what they say, the most trustworthy design first.

    Of many, as many of each kind are shown, so that no answer hides another. `only` chooses some.
    """
    world, kinds = document.world, dict[str, list[tuple[Glance, str]]]()
    for each in document.things("finding", "rg:relation"):
        if not only or each.iri in only:
            seen = glance_in(world, each.iri)
            kinds.setdefault(saying(seen.says, seen.more_is_good), []).append((seen, each.iri))
    parts = []
    for says, places in shown({says: len(kinds[says]) for says in SAYINGS if says in kinds}, turned).items():
        firmest = [iri for _, iri in sorted(kinds[says], key=_firmness)]
        rows = _rows(document, firmest[places.start : places.stop])
        following = places.stop if places and places.stop < len(firmest) else 0
        parts.append(Part(says, rows, len(firmest), places.start, following))
    return Found(parts)


def shown(counts: Mapping[str, int], turned: Turned) -> dict[str, range]:
    """Return which places are shown of those that say the same."""
    if turned.whole:
        return {says: range(count) for says, count in counts.items()}
    if turned.of in counts and sum(counts.values()) > AT_FIRST:
        return {says: turned.places(says, counts[says] * (says == turned.of)) for says in counts}
    shares, left = dict.fromkeys(counts, range(0)), AT_FIRST
    for place, says in enumerate(sorted(counts, key=lambda says: counts[says])):
        share = min(counts[says], left // (len(counts) - place))
        shares[says], left = range(share), left - share
    return shares


def _firmness(found: tuple[Glance, str]) -> tuple[int, int, str]:
    """Order by design, then by the number of people."""
    seen, iri = found
    return -seen.rank, -(seen.participants or 0), iri


def _rows(document: Document, iris: Sequence[str]) -> list[Row]:
    """Return findings as rows, in the order in which they are given."""
    plotted = {
        row.finding: row for row in forest_rows(effect_of(reading_in(document.world, i)) for i in iris)
    }
    return [_row(document, plotted[iri]) for iri in iris]


def _row(document: Document, plotted: ForestRow) -> Row:
    finding = document.world.finding(slug(plotted.finding))
    cited = short_reference(document, NamedNode(finding.source.iri))
    row = _told_apart(plotted, finding, document, cited)
    return Row(finding, local(plotted.finding), row, cited)


def _told_apart(row: ForestRow, finding: Finding, document: Document, cited: str) -> ForestRow:
    """Name in the label what the page does not say already: the other end, the source, the subgroup."""
    _, _, rest = row.label.partition(": ")
    known = {slug(end.iri).replace("-", " ") for end in (finding.subject, finding.object)}
    more = [part for part in rest.split(", ") if part and part not in known]
    others = _other_ends(finding, document)
    ends = [shorten(each.label, 34 if len(others) == 1 else 22, placeholder="…") for each in others]
    source = [] if document.kind == "source" else [cited]
    return replace(row, label=", ".join([*ends, *source, *more]))


def _other_ends(finding: Finding, document: Document) -> list[Thing]:
    if document.kind in ("proposition", "finding"):
        return []
    return [each for each in (finding.subject, finding.object) if each.iri != document.topic.value]


def strip(row: Row, rows: Sequence[Row]) -> Markup:
    """Draw the line of one finding small, on the scale of all that are shown."""
    drawn = strip_svg(row.plotted, [each.plotted for each in rows])
    return Markup(drawn)  # noqa: S704 (the drawing holds no words)


def forest(rows: Sequence[Row], pooled: Pooled | NotPooled | None = None) -> Markup:
    """Draw the findings as a forest plot, each with a link to its page, and what they amount to."""
    summary = pooled.summary if isinstance(pooled, Pooled) else None
    drawn = forest_svg([row.plotted for row in rows], [row.address for row in rows], summary)
    return Markup(drawn)  # noqa: S704 (the drawing has escaped every word it shows)


def estimates(document: Document) -> list[tuple[str, str]]:
    """Return the parts of a finding that are figures: the property in words, and the figure."""
    found = []
    for quad in document.about(document.topic):
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(ID + "estimate/"):
            found.append((document.name(quad.predicate), document.name(quad.object)))
    return found


def sources(rows: Sequence[Row]) -> list[NamedNode]:
    """Return the sources of findings, the one with most findings first."""
    counts = Counter(row.finding.source.iri for row in rows)
    return [NamedNode(iri) for iri in sorted(counts, key=lambda iri: (-counts[iri], iri))]


def ratings(document: Document) -> list[NamedNode]:
    """Return what others judged of an intervention."""
    found = {quad.subject for quad in document.leading_to(document.topic) if quad.predicate == term("rates")}
    return sorted((each for each in found if isinstance(each, NamedNode)), key=str)
