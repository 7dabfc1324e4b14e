"""``resgraph diff``: what changed between two releases or files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from resgraph.commands.progress import reporter
from resgraph.errors import UsageError

if TYPE_CHECKING:
    from resgraph.stored import StoredQuery


@click.command(
    "diff",
    short_help="Tell what changed between two releases.",
    epilog="Example:  resgraph diff releases/2026-10 releases/2026-11 --query my-question.rq",
)
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option(
    "--query",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A query of your own to ask of both; may be repeated.",
)
@click.option("--stored/--no-stored", default=None, help="Ask the stored queries. [default: of releases]")
@click.option("--all", "everything", is_flag=True, help="Tell all, not the first ten of each kind.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "turtle", "patch"]),
    default="text",
    show_default=True,
    help="turtle for a set of changes in RDF, patch for an RDF Patch.",
)
@click.pass_context
def command(
    context: click.Context,
    a: Path,
    b: Path,
    files: tuple[Path, ...],
    stored: bool | None,
    everything: bool,
    form: str,
) -> None:
    """Tell what changed from A to B: the directories of two releases, or two RDF files.

    Told are answers that flipped, strength that moved and why, evidenced edges, terms, findings and other
    records field by field, queries with other rows, and how many conclusions came and went. Exits 0 when
    nothing changed, 1 when something did, and 2 when A or B cannot be read.
    """
    from resgraph.difference import diff

    for path in (a, b):
        if not path.exists():
            raise UsageError(f"there is no {path}")
    reporter()("comparing")
    difference = diff(a, b, queries=_queries(a, b, files, stored))
    written = {
        "text": lambda: difference.to_text(limit=None if everything else 10),
        "json": difference.to_json,
        "turtle": difference.to_turtle,
        "patch": difference.to_patch,
    }[form]()
    click.echo(written, nl=False)
    if difference:
        context.exit(1)


def _queries(a: Path, b: Path, files: tuple[Path, ...], stored: bool | None) -> list[StoredQuery]:
    from resgraph.stored import StoredQuery, all_queries

    asked = list(all_queries()) if stored or (stored is None and a.is_dir() and b.is_dir()) else []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from None
        asked.append(StoredQuery(path.stem, path.name, str(path), text))
    return asked
