"""``resgraph validate``: say what is wrong with data, in plain words, with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import click

from resgraph.commands.progress import reporter


@click.command(
    "validate",
    short_help="Check data against the shapes.",
    epilog="Example:  resgraph validate new-findings.ttl",
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of SHACL shapes to use instead of the project's own; may be repeated.",
)
@click.option(
    "--base",
    type=click.Path(path_type=Path, file_okay=False),
    help="A release that conforms: only what differs from it, and what that can matter to, is looked at.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "pyshacl", "shacl"]),
    default="auto",
    show_default=True,
    help="pyshacl decides; shacl (pip install resgraph[fast]) says the same sooner; auto takes shacl where "
    "it is installed and supports what the shapes use.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "html", "turtle"]),
    default="text",
    show_default=True,
    help="text and html for people, sarif for editors and CI, turtle for the standard sh:ValidationReport.",
)
@click.pass_context
def command(
    context: click.Context,
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    base: Path | None,
    engine: str,
    form: str,
) -> None:
    """Check FILES, by default the project's own ontology and data, and tell what is wrong and where.

    Files of your own may point to what the project has: its factors, sources and concepts are known.
    With --shapes only the files themselves are looked at. Exits 0 when nothing was found, 1 when something
    was, and 2 when a file cannot be read.
    """
    from resgraph.sources import packaged
    from resgraph.validate import validate

    data = files or (*packaged().ontology, *packaged().data)
    before = None
    if base is not None:
        from resgraph.build import authored  # which loads the reasoner

        before = authored(base)
    report = validate(data, shapes or None, base=before, engine=engine, progress=reporter())
    written = {
        "text": report.to_text,
        "json": report.to_json,
        "sarif": report.to_sarif,
        "html": report.to_html,
        "turtle": report.to_turtle,
    }[form]()
    click.echo(written, nl=False)
    if not report.conforms:
        context.exit(1)
