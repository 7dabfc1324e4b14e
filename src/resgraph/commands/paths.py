"""``resgraph paths``: by which links one thing leads to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from resgraph.commands import table

if TYPE_CHECKING:
    from resgraph.paths import Only

_COLUMNS = (
    *("path", "hops", "step", "subject", "predicate", "object", "standing", "answer"),
    *("findings_for", "findings_against", "findings_unclear"),
)


@click.command(
    "paths",
    short_help="Find the ways from one thing to another.",
    epilog="Example:  resgraph paths kiva depressive-symptoms --only evidenced",
)
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@click.option("--max-hops", type=click.IntRange(1, 12), default=4, show_default=True, help="Links in a path.")
@click.option("--via", multiple=True, metavar="THING", help="Only paths by way of it; twice: of both.")
@click.option(
    "--only",
    type=click.Choice(("evidenced", "intended", "inferred", "all")),
    help="The links to walk. [default: evidenced and intended]",
)
@click.option("--undirected", is_flag=True, help="Walk links against their direction too.")
@click.option("--factors", is_flag=True, help="Through factors alone, the firmest way first.")
@click.option("--limit", type=click.IntRange(min=1), help="So many paths at most.")
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="A release.")
@click.option("--from", "service", metavar="ADDRESS", help="A service: sparql+https://host/sparql.")
@table.option
@click.pass_context
def command(
    context: click.Context,
    start: str,
    end: str,
    max_hops: int,
    via: tuple[str, ...],
    only: Only | None,
    undirected: bool,
    factors: bool,
    limit: int | None,
    data: Path | None,
    service: str | None,
    form: str | None,
) -> None:
    """Find every path from A to B that comes to no thing twice, the shortest first.

    Each step has its evidence. A and B are slugs, or names such as factor:bereavement.
    Exits 1 when there is no path.
    """
    from resgraph.graph import load, open_path

    graph = open_path(service) if service else load(data)
    if factors:
        found = graph.pathways(start, end, max_hops, only)
    else:
        found = graph.paths(start, end, max_hops, via=via, only=only, directed=not undirected)
    table.write(_COLUMNS, found.to_dicts(limit), form)
    if not found:
        context.exit(1)
