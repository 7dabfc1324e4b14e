"""A report as text for people and as JSON for programs."""

from __future__ import annotations

import json
from typing import Any, Final

from resgraph.validate.report import Group, Report, Violation
from resgraph.vocab import shorten

#: from so many violations of one reason on, the reason is told once
_MANY: Final = 4
#: so many of its places are listed
_PLACES: Final = 20


def write(report: Report) -> str:
    """Return one paragraph a violation, or one for all of a reason where there are many; then the sum."""
    many = [group for group in report.groups() if len(group.violations) >= _MANY]
    grouped = {id(one) for group in many for one in group.violations}
    single = [str(one) for one in report.violations if id(one) not in grouped]
    return "\n".join([*single, *map(_paragraph, many), report.summary()]) + "\n"


def _paragraph(group: Group) -> str:
    count = len(group.violations)
    lines = [f"{group.severity}, {count:,} times: {group.message}  [{shorten(group.shape)}]"]
    if group.fix:
        lines.append(f"    fix: {group.fix}")
    lines += [f"    {_place(one, told=bool(group.fix))}" for one in group.violations[:_PLACES]]
    if count > _PLACES:
        lines.append(f"    … and {count - _PLACES:,} more: --format json or html lists all")
    return "\n".join(lines)


def _place(violation: Violation, told: bool) -> str:
    place = f"{violation.place}: " if violation.place else ""
    fix = f"\n        fix: {violation.fix}" if violation.fix and not told else ""
    return f"{place}{violation.about}{fix}"


def write_json(report: Report) -> str:
    """Return the violations in full, and the groups with counts."""
    groups = [
        {
            "shape": group.shape,
            "shape_name": group.shape_name,
            "severity": group.severity,
            "message": group.message,
            "count": len(group.violations),
        }
        for group in report.groups()
    ]
    content: dict[str, Any] = {
        "conforms": report.conforms,
        "violations": [violation.to_dict() for violation in report.violations],
        "groups": groups,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
