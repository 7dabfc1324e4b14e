"""A report as text for people and as JSON for programs."""

from __future__ import annotations

import json
from typing import Any, Final

from resgraph.validate.report import Group, Mistake, Report
from resgraph.vocab import shorten

#: from so many mistakes for the same reasons on, the reasons are told once
_MANY: Final = 4
#: so many of their places are listed
_PLACES: Final = 20


def write(report: Report) -> str:
    """Return a paragraph for each mistake, or for many that have the same reasons; then the sum."""
    many = [group for group in report.groups() if len(group.mistakes) >= _MANY]
    grouped = {id(one) for group in many for one in group.mistakes}
    single = [str(one) for one in report.mistakes if id(one) not in grouped]
    return "\n".join([*single, *map(_paragraph, many), report.summary()]) + "\n"


def _paragraph(group: Group) -> str:
    count, lead = len(group.mistakes), group.lead
    lines: list[str] = []
    for one, fix in group.reasons:
        word = f"    {one.beside(lead)}" if lines else f"{one.severity}, {count:,} times"
        lines.append(f"{word}: {one.message}  [{shorten(one.shape)}]")
        if fix:
            lines.append(f"    fix: {fix}")
    lines += [f"    {_place(one, group)}" for one in group.mistakes[:_PLACES]]
    if count > _PLACES:
        lines.append(f"    … and {count - _PLACES:,} more: --format json or html lists all")
    return "\n".join(lines)


def _place(mistake: Mistake, group: Group) -> str:
    place = f"{mistake.lead.place}: " if mistake.lead.place else ""
    fixes = (f"\n        fix: {fix}" for fix in group.fixes(mistake))
    return f"{place}{mistake.lead.about}{''.join(fixes)}"


def write_json(report: Report) -> str:
    """Return the violations in full, the mistakes with the numbers of theirs, and the groups with counts."""
    mistakes: list[dict[str, list[int]]] = []
    first = 0
    for mistake in report.mistakes:
        after = first + len(mistake.violations)
        reasons = [first + mistake.violations.index(one) for one in mistake.reasons]
        mistakes.append({"reasons": reasons, "violations": [*range(first, after)]})
        first = after
    groups = [
        {
            "shape": group.lead.shape,
            "shape_name": group.lead.shape_name,
            "severity": group.lead.severity,
            "message": group.lead.message,
            "count": len(group.mistakes),
        }
        for group in report.groups()
    ]
    content: dict[str, Any] = {
        "conforms": report.conforms,
        "violations": [violation.to_dict() for violation in report.violations],
        "mistakes": mistakes,
        "groups": groups,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
