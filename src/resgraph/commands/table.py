"""Rows as a table on a terminal, and as CSV or JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, Final

import click

FORMATS: Final = ("table", "csv", "json")
#: A cell of a table is cut here; CSV and JSON have it whole.
_WIDEST: Final = 60

option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="[default: table on a terminal, csv when piped]",
)


def write(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], form: str | None) -> None:
    """Write rows; without a format a table for people, or CSV when nobody looks."""
    form = form or ("table" if sys.stdout.isatty() else "csv")
    if form == "json":
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
    elif form == "csv":
        click.echo(_csv(columns, rows), nl=False)
    else:
        _table(columns, rows)


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    cells = [[_short(_plain(row.get(name))) for name in columns] for row in rows]
    head = [name.replace("_", " ").upper() for name in columns]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    for line in (head, *cells):
        words = (word.ljust(width) for word, width in zip(line, widths, strict=True))
        click.echo("  ".join(words).rstrip())
    click.echo(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}", err=True)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(_plain, value))
    return "" if value is None else " ".join(str(value).split())


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
