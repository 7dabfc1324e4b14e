"""A thing, or the evidence on a question, as a notebook shows it: plain HTML, with everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any, Final

from resgraph.things.thing import Concept, Thing, properties

if TYPE_CHECKING:
    from resgraph.things.evidence import Evidence
    from resgraph.things.kinds import Finding

#: Values of one property that are shown; the rest is counted.
_SHOWN: Final = 12


def card(thing: Thing) -> str:
    """Return a thing as a table of what is known of it.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> "<caption>outcome: <b>Anxiety</b></caption>" in card(g.outcome("anxiety"))
    True
    """
    rows = ((name, getattr(thing, name, None)) for name in properties(type(thing)))
    known = "".join(_row(name, value) for name, value in rows if value not in (None, (), False))
    return (
        f"<table><caption>{thing.kind}: <b>{escape(thing.label)}</b></caption><tbody>{known}</tbody></table>"
    )


def sheet(evidence: Evidence) -> str:
    """Return the evidence on a question as HTML: the answer, its strength, then every finding."""
    parts = (
        ("for", evidence.supporting),
        ("against", evidence.disputing),
        ("neither", evidence.inconclusive),
    )
    rows = "".join(_finding(side, each) for side, findings in parts for each in findings)
    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    caption = f"<caption>{escape(evidence.question)}: <b>{escape(evidence.words)}</b></caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


_COLUMNS: Final = ("", "says", "effect", "design", "follow-up, months", "for whom", "source")


def _finding(side: str, finding: Finding) -> str:
    estimate = finding.estimate
    effect = f"{estimate.metric or ''} {estimate.as_published or ''}" if estimate else "not reported"
    months = finding.follow_up_months
    cells = (
        side,
        str(finding.relation),
        effect,
        str(finding.design),
        "not stated" if months is None else f"{months:g}",
        "; ".join((*finding.population_subgroup, *finding.condition)) or "all who took part",
    )
    shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f"<tr>{shown}<td>{_show(finding.source)}</td></tr>"


def _row(name: str, value: Any) -> str:
    values = value if isinstance(value, tuple) else (value,)
    shown = "<br>".join(map(_show, values[:_SHOWN]))
    more = f"<br>and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return f'<tr><th scope="row">{escape(name.replace("_", " "))}</th><td>{shown}{more}</td></tr>'


def _show(value: Any) -> str:
    if isinstance(value, Thing | Concept):
        return f'<a href="{escape(value.iri)}">{escape(value.label)}</a>'
    return escape("yes" if value is True else str(value))


def listing(things: Iterable[Thing], not_known: dict[str, int]) -> str:
    """Return a list of things as HTML, and how many could not be judged for want of a record."""
    items = "".join(f"<li>{_show(each)}</li>" for each in things)
    unknown = ", ".join(f"{escape(name)} of {count}" for name, count in not_known.items())
    return f"<ul>{items}</ul>" + (f"<p>Not known: {unknown}.</p>" if unknown else "")
