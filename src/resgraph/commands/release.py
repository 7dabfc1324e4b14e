"""``resgraph release``: freeze a release for others."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from resgraph.commands.progress import reporter


@click.command(
    "release",
    short_help="Freeze a release under its version, with all downloads.",
    epilog="Example:  resgraph release --output releases --date 2026-11-22",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The directory of all releases; the new one goes into a directory named by its version.",
)
@click.option(
    "--previous",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The release to go on from. [default: the newest in the directory]",
)
@click.option("--date", help="The day of the data. [default: today, in UTC]")
@click.option(
    "--sources",
    "root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A directory with ontology/, shapes/ and data/; by default the project's own.",
)
@click.option(
    "--public",
    is_flag=True,
    help="Refuse while something is still to be filled in: who is written to, the host behind w3id.org.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    output: Path, previous: Path | None, date: str | None, root: Path | None, public: bool, form: str
) -> None:
    """Build the sources, compare them with the last release, and freeze them with dumps and checksums.

    The version is that of the ontology. It must be the step that the changes ask for: major when what follows
    from unchanged data, an answer to a stored question, an axiom or a required field changed or an address is
    gone; minor for new terms and other data; patch for words. A version is released once, and a released file
    is never touched. Exits 1 when the version is refused, and says why.
    """
    from resgraph.publish import release
    from resgraph.sources import Sources

    day = date or datetime.now(UTC).date().isoformat()
    sources = Sources(root) if root else None
    made = release(output, day, previous=previous, sources=sources, public=public, say=reporter())
    for words in made.unfilled:
        click.echo(f"to be filled in before others rely on it: {words}", err=True)
    if form == "json":
        said = {
            "version": made.version,
            "path": str(made.path),
            "reasons": [reason._asdict() for reason in made.reasons],
            "files": list(made.files),
        }
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    click.echo(f"{made.path}: version {made.version}, {len(made.files)} files")
    for reason in made.reasons:
        click.echo(f"  {reason.step}: {reason.words}")
