"""``resgraph mcp``: the graph as tools for language models."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "mcp",
    short_help="Offer the graph to a language model, as tools (MCP).",
    epilog="Example:  resgraph mcp      (a client starts it and speaks by standard input and output)",
)
@click.argument(
    "release",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="[RELEASE]",
)
@click.option("--deadline", type=click.FloatRange(min=0, min_open=True), help="Seconds a query may take.")
def command(release: Path | None, deadline: float | None) -> None:
    """Speak the Model Context Protocol over standard input and output; needs the extra `mcp`.

    Tools: search, describe, evidence, query, questions and question, all reading only. Queries have the
    limits of the endpoint, set by the same variables of the environment. The schema is the resource
    resgraph://schema.
    """
    from dataclasses import replace

    from resgraph.graph import load
    from resgraph.mcp import Tools, server
    from resgraph.pool import Pool
    from resgraph.release import quads_path
    from resgraph.settings import from_environment

    settings = replace(from_environment(deadline=deadline), evaluators=1)
    graph = load(release)
    with Pool(quads_path(release), settings) as pool:
        server(Tools(graph, pool)).run()
