"""``resgraph reason``: what follows from RDF files, or what contradicts itself in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from resgraph.commands.progress import reporter

if TYPE_CHECKING:
    from resgraph.reason import ReasonerName

_FILE = click.Path(path_type=Path)


@click.command(
    "reason",
    short_help="Write all that follows from RDF files (OWL 2 RL).",
    epilog="Example:  resgraph reason my-data.ttl --ontology my-ontology.ttl --only-inferred",
)
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--ontology", multiple=True, type=_FILE, help="A file of axioms; may be repeated.")
@click.option(
    "--reasoner",
    type=click.Choice(["resgraph", "owlrl"]),
    default="resgraph",
    show_default=True,
    help="owlrl is the reference: the same, several hundred times slower.",
)
@click.option("--only-inferred", is_flag=True, help="Leave out what the files say.")
@click.option(
    "--format", "form", type=click.Choice(["ntriples", "turtle"]), default="ntriples", show_default=True
)
def command(
    files: tuple[Path, ...],
    ontology: tuple[Path, ...],
    reasoner: ReasonerName,
    only_inferred: bool,
    form: str,
) -> None:
    """Write the OWL 2 RL closure of FILES: what they say, and what follows.

    The names of graphs are ignored. Exits 1 when the statements contradict each other, and says which do and
    in which file and line they stand; 2 when a file cannot be read.
    """
    from pyoxigraph import RdfFormat, serialize

    from resgraph.reason import close, read

    paths = (*ontology, *files)
    statements = read(paths)
    reporter()(f"reasoning over {len(statements):,} statements")
    inferred = close(statements, reasoner, paths).inferred
    written = sorted({*inferred, *(() if only_inferred else statements)}, key=str)
    kind = RdfFormat.TURTLE if form == "turtle" else RdfFormat.N_TRIPLES
    click.echo(serialize(written, format=kind) or b"", nl=False)
