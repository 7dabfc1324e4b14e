"""``resgraph serve``: the endpoint and the pages of a release."""

from __future__ import annotations

from pathlib import Path

import click

from resgraph.errors import UsageError
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
@click.option(
    "--releases",
    type=click.Path(exists=True, file_okay=False),
    help="A directory of frozen releases to offer at /dumps/ and /VERSION/.",
)
@click.option("--writable", is_flag=True, help="Serve a store on disk that can be written to, with a token.")
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), help="Directory of that store.")
@click.option(
    "--default-graph",
    type=click.Choice(["strict", "union"]),
    help="Of that store: a graph of its own, or for queries the union of all. [default: strict]",
)
def command(
    data: tuple[Path, ...],
    host: str | None,
    port: int | None,
    deadline: float | None,
    prefix: str | None,
    releases: str | None,
    writable: bool,
    store: Path | None,
    default_graph: str | None,
) -> None:
    """Serve the packaged release, the release in a directory, or any RDF files.

    Reading only: nothing that is asked changes anything, leaves this machine or opens a file. Every limit
    can be set in the environment, such as RESGRAPH_DEADLINE or RESGRAPH_RESULT_BYTES.

    With --writable and --store DIR no release is served but a store, empty when DIR is new. Who sends the
    token of RESGRAPH_TOKEN may change it at /update and /graph-store.
    """
    from resgraph.server import serve, serve_store
    from resgraph.settings import from_environment

    settings = from_environment(host=host, port=port, deadline=deadline, prefix=prefix, releases=releases)
    _agree(data, writable, store, default_graph)
    if store:
        serve_store(store, default_graph or "strict", settings, tell=click.echo)
    else:
        serve(data, settings, tell=click.echo)


def _agree(data: tuple[Path, ...], writable: bool, store: Path | None, default_graph: str | None) -> None:
    """Refuse options that do not go together."""
    if writable != (store is not None):
        raise UsageError("--writable and --store DIR go together")
    if default_graph and not writable:
        raise UsageError("--default-graph is for a store: add --writable and --store DIR")
    if data and writable:
        raise UsageError("a store is served, or files are, not both", hint="send the files to /graph-store")
