"""``resgraph build``: make a release of the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resgraph.commands.progress import reporter

if TYPE_CHECKING:
    from resgraph.reason import ReasonerName


@click.command(
    "build",
    short_help="Build a release from ontology, shapes and data.",
    epilog="Example:  resgraph build --output releases/next",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write to; by default where `resgraph serve` looks.",
)
@click.option(
    "--sources",
    "root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A directory with ontology/, shapes/ and data/; by default the project's own.",
)
@click.option("--if-stale", is_flag=True, help="Do nothing when the release is up to date.")
@click.option(
    "--reasoner",
    type=click.Choice(["resgraph", "owlrl"]),
    default="resgraph",
    show_default=True,
    help="owlrl is the reference: the same release, several hundred times slower.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    output: Path | None, root: Path | None, if_stale: bool, reasoner: ReasonerName, form: str
) -> None:
    """Read ontology/, shapes/ and data/, validate, derive, reason, and write a release.

    The release that was there stays until the new one is complete; invalid data stop the build.
    """
    from resgraph.release import default_path, read_manifest
    from resgraph.sources import Sources, packaged
    from resgraph.stale import is_stale

    output = output or default_path()
    sources = Sources(root) if root else packaged()
    if if_stale and not is_stale(output, sources):
        manifest = read_manifest(output)
        click.echo(f"{output} is up to date.", err=True)
    else:
        from resgraph.build import build

        manifest = build(output, sources, reporter(), reasoner)
    if form == "json":
        click.echo(json.dumps(manifest, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{output}: {sum(manifest['graphs'].values()):,} statements")
        for name, number in manifest["graphs"].items():
            click.echo(f"  {name:<12}{number:>8,}")
