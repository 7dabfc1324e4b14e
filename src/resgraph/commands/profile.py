"""``resgraph profile``: what an ontology says that the reasoner cannot use."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(
    "profile",
    short_help="Find what an ontology says outside OWL 2 RL.",
    epilog="Example:  resgraph profile my-ontology.ttl",
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(context: click.Context, files: tuple[Path, ...], form: str) -> None:
    """Check FILES, by default the project's own ontology, against the grammar of OWL 2 RL.

    Tells each axiom outside the profile, its file and line, and what is not concluded from it. Exits 0 when
    there is none, 1 when there is, and 2 when a file cannot be read.
    """
    from resgraph.reason.profile import check
    from resgraph.sources import packaged

    found = check(files or packaged().ontology)
    if form == "json":
        click.echo(json.dumps([one.to_dict() for one in found], indent=2, ensure_ascii=False))
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(found)} axiom{'' if len(found) == 1 else 's'} outside OWL 2 RL", err=True)
    if found:
        context.exit(1)
