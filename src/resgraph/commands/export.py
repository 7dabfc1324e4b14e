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


@command.command("site", epilog="Example:  resgraph export site public --prefix /resgraph")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--release", type=click.Path(path_type=Path, file_okay=False), help="Another release than the packaged."
)
@click.option(
    "--prefix", default="", help="The path under which the files will be offered, such as /resgraph."
)
def site(target: Path, release: Path | None, prefix: str) -> None:
    """Write all pages and data as files into TARGET, for a plain web server or GitHub and GitLab Pages."""
    from resgraph.graph import load
    from resgraph.web.static_site import export

    def tell(written: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{written:,} files", nl=False, err=True)

    graph = load(release)
    count = export(graph.dataset, graph.manifest, target, prefix.rstrip("/"), tell)
    click.echo(f"{count:,} files in {target}; try it: python -m http.server --directory {target}", err=True)
