"""``resgraph explain``: why a statement is in the graph."""

from __future__ import annotations

from pathlib import Path

import click

from resgraph.settings import Settings

_DEFAULTS = Settings()


@click.command(
    "explain",
    short_help="Tell why a statement is in the graph.",
    epilog="Example:  resgraph explain friends plausiblyProtectsAgainst outcome:self-harm",
)
@click.argument("subject")
@click.argument("predicate")
@click.argument("object", metavar="OBJECT")
@click.option(
    "--data", multiple=True, type=click.Path(exists=True, path_type=Path), help="A release or files."
)
@click.option(
    "--limit", type=click.IntRange(1), help=f"Reasons to give at most. [default: {_DEFAULTS.explain_reasons}]"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "turtle", "svg"]),
    default="text",
    show_default=True,
    help="turtle for PROV, svg for a picture.",
)
@click.pass_context
def command(
    context: click.Context,
    subject: str,
    predicate: str,
    object: str,  # noqa: A002 (the word of the field)
    data: tuple[Path, ...],
    limit: int | None,
    form: str,
) -> None:
    """Tell why the graph holds SUBJECT PREDICATE OBJECT, or that it does not.

    A name is written with its prefix (rg:builds), as an address, or as a single word when one thing only is
    called so (friends). Exits 0 when the statement holds, 1 when it does not, and 2 when a name is not known.
    """
    from resgraph.graph import load, open_path

    graph = open_path(*data) if data else load()
    explanation = graph.explain(subject, predicate, object, limit=limit)
    written = {
        "text": explanation.to_text,
        "json": explanation.to_json,
        "turtle": explanation.to_turtle,
        "svg": explanation.to_svg,
    }[form]()
    click.echo(written, nl=False)
    if not explanation:
        context.exit(1)
