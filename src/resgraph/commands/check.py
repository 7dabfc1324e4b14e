"""``resgraph check``: how well ontology and data are kept."""

from __future__ import annotations

from pathlib import Path

import click

from resgraph.commands.progress import reporter


@click.command(
    "check",
    short_help="Check how well ontology and data are kept.",
    epilog="Example:  resgraph check      resgraph check --rule one-label --format json",
)
@click.option(
    "--sources",
    "root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A directory with ontology/ and data/; by default the project's own.",
)
@click.option("--rule", "names", multiple=True, help="Only this rule; may be repeated.")
@click.option("--list", "listing", is_flag=True, help="List the rules, and check nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(
    context: click.Context, root: Path | None, names: tuple[str, ...], listing: bool, form: str
) -> None:
    """Look for what breaks the rules of good keeping, and tell it with file and line.

    The rules are the queries of ontology/rules/. What data must look like, `resgraph validate` checks. Exits
    0 when no violation was found, and 1 when one was.
    """
    from resgraph.hygiene import by_name, check, rules, to_json
    from resgraph.sources import Sources

    chosen = [by_name(name) for name in names] or list(rules())
    if listing:
        for rule in chosen:
            click.echo(f"{rule.name:<26}{', '.join(rule.items):<10}{rule.severity:<11}{rule.title}")
        return
    reporter()(f"checking {len(chosen)} rules")
    found = check(Sources(root) if root else None, chosen)
    if form == "json":
        click.echo(to_json(found), nl=False)
    else:
        for each in found:
            click.echo(str(each))
        click.echo(f"{len(chosen)} rules, {len(found) or 'nothing'} found", err=bool(found))
    if any(each.severity == "violation" for each in found):
        context.exit(1)
