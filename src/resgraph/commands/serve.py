"""``resgraph serve``: the endpoint and the pages of a release."""

from __future__ import annotations

from pathlib import Path

import click

from resgraph.settings import Settings

_DEFAULTS = Settings()


@click.command(
    "serve",
    short_help="Serve a release: pages for people, SPARQL for programs.",
    epilog="Example:  resgraph serve --port 8080      resgraph serve my-data.ttl --deadline 5",
)
@click.argument("data", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[RELEASE | FILE...]")
@click.option("--host", help=f"Where to listen. [default: {_DEFAULTS.host}]")
@click.option("--port", type=click.IntRange(0, 65535), help=f"[default: {_DEFAULTS.port}; 0: any free one]")
@click.option(
    "--deadline",
    type=click.FloatRange(min=0, min_open=True),
    help=f"Seconds a query may take. [default: {_DEFAULTS.deadline:g}]",
)
@click.option("--prefix", help="The path under which a proxy offers the site, such as /resgraph.")
def command(
    data: tuple[Path, ...], host: str | None, port: int | None, deadline: float | None, prefix: str | None
) -> None:
    """Serve the packaged release, the release in a directory, or any RDF files.

    Reading only: nothing that is asked changes anything, leaves this machine or opens a file. Every limit
    can be set in the environment, such as RESGRAPH_DEADLINE or RESGRAPH_RESULT_BYTES.
    """
    from resgraph.settings import from_environment
    from resgraph.web.server import serve

    serve(data, from_environment(host=host, port=port, deadline=deadline, prefix=prefix), tell=click.echo)
