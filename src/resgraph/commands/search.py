"""``resgraph search``: find things by their names."""

from __future__ import annotations

import click

from resgraph.commands import table
from resgraph.vocab import KINDS


@click.command(
    "search",
    short_help="Find things by their names.",
    epilog="Example:  resgraph search bulying --kind factor",
)
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(KINDS), help="Only things of one kind.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="So many at most.")
@table.option
@click.pass_context
def command(
    context: click.Context, words: tuple[str, ...], kind: str | None, limit: int, form: str | None
) -> None:
    """Find things whose names or synonyms are like WORDS; slips of the pen are forgiven.

    Exits 1 when nothing is found.
    """
    from resgraph.graph import load

    found = load().search(" ".join(words), kind=kind, limit=limit)
    rows = [{"kind": each.kind, "slug": each.slug, "label": each.label, "iri": each.iri} for each in found]
    table.write(("kind", "slug", "label", "iri"), rows, form)
    if not found:
        context.exit(1)
