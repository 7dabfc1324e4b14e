"""``resgraph export``: a release in other forms."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group(
    "export", short_help="Write a release in other forms.", epilog="Example:  resgraph export site public"
)
def command() -> None:
    """Write a release in other forms."""


@command.command(
    "site", epilog="Example:  resgraph export site public --prefix /resgraph --releases releases"
)
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--release", type=click.Path(path_type=Path, file_okay=False), help="Another release than the packaged."
)
@click.option(
    "--releases",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Frozen releases to offer with it: their files at /dumps/, their documents at /VERSION/.",
)
@click.option(
    "--prefix", default="", help="The path under which the files will be offered, such as /resgraph."
)
def site(target: Path, release: Path | None, releases: Path | None, prefix: str) -> None:
    """Write all pages and data as files into TARGET, for a plain web server or GitHub and GitLab Pages.

    TARGET is written whole or not at all: not when a link between the pages would lead nowhere, and not over
    anything but a site that was written before. Exits 1 when a link leads nowhere.
    """
    from resgraph.graph import load
    from resgraph.web.static_site import export

    def tell(written: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{written:,} files", nl=False, err=True)

    graph = load(release)
    path = "/" + prefix.strip("/") if prefix.strip("/") else ""
    made = export(graph.dataset, graph.manifest, target, path, releases, tell)
    size = f"{made.files:,} files, {made.pages:,} of them pages, {made.bytes / 1e6:,.0f} MB"
    click.echo(f"{size} in {target}; every link was followed", err=True)
    click.echo(f"try it: python -m http.server --directory {target}", err=True)
