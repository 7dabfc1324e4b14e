"""``resgraph evidence``: the answer to a question, and every finding behind it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from resgraph.commands import table

if TYPE_CHECKING:
    from resgraph.things import Finding
    from resgraph.things.evidence import Evidence

_COLUMNS = (
    "side",
    "finding",
    "says",
    "metric",
    "effect",
    "orientation",
    "interval",
    "design",
    "n",
    "for_whom",
    "follow_up_months",
    "source",
    "source_title",
)


@click.command(
    "evidence",
    short_help="Show the findings on a question, for and against.",
    epilog="Example:  resgraph evidence kiva bullying-victimisation",
)
@click.argument("subject")
@click.argument("object_", metavar="OBJECT")
@click.option("--moderates", metavar="FACTOR", help="The risk whose harm the subject is asked to change.")
@table.option
def command(subject: str, object_: str, moderates: str | None, form: str | None) -> None:
    """Show whether SUBJECT changes OBJECT: the answer, its strength, and every finding, for and against.

    SUBJECT is an intervention, factor or determinant, OBJECT an outcome or factor, each by its slug. What the
    graph does not have is "not reported" or "not stated". The answer stands on standard error when the
    findings go to a program.
    """
    from resgraph.graph import load

    found = load().evidence(subject, object_, moderates=moderates)
    rows = [
        _row(side, finding)
        for side, findings in (
            ("for", found.supporting),
            ("against", found.disputing),
            ("neither", found.inconclusive),
        )
        for finding in findings
    ]
    if form == "json":
        click.echo(json.dumps(_head(found) | {"findings": rows}, ensure_ascii=False, indent=2))
        return
    as_table = form == "table" or (form is None and sys.stdout.isatty())
    click.echo(f"{found.question}: {found.words}", err=not as_table)
    for reason in found.rests_on:
        click.echo(f"with care: {reason}", err=not as_table)
    if rows or not as_table:
        table.write(_COLUMNS, rows, form)


def _head(found: Evidence) -> dict[str, Any]:
    told = found.to_dict()
    return {name: told[name] for name in told if name not in ("supporting", "disputing", "inconclusive")}


def _row(side: str, finding: Finding) -> dict[str, Any]:
    estimate = finding.estimate
    effect = (estimate.as_published if estimate else None) or "not reported"
    limits = (estimate.lower_limit, estimate.upper_limit) if estimate else (None, None)
    return {
        "side": side,
        "finding": finding.slug,
        "says": str(finding.relation) if not finding.is_empty_review else "no eligible study found",
        "metric": str(estimate.metric) if estimate and estimate.metric else "not reported",
        "effect": effect.partition(" (")[0],
        "orientation": str(estimate.orientation) if estimate and estimate.orientation else "not reported",
        "interval": "not reported" if None in limits else f"{limits[0]:g} to {limits[1]:g}",
        "design": str(finding.design),
        "n": finding.participants if finding.participants is not None else "not reported",
        "for_whom": "; ".join((*finding.population_subgroup, *finding.condition)) or "all who took part",
        "follow_up_months": "not stated" if finding.follow_up_months is None else finding.follow_up_months,
        "source": finding.source.slug,
        "source_title": finding.source.label,
    }
