"""``resgraph import``: let the catalogue grow."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from resgraph.commands.progress import reporter
from resgraph.records import RECORD_KINDS


@click.group("import", short_help="Add records to the data files.")
def command() -> None:
    """Turn records into canonical Turtle in data/."""


@command.command(epilog="Example:  resgraph import records new/findings.jsonl new/sources.jsonl")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice([kind.name for kind in RECORD_KINDS]),
    help="What kind of records; by default the file's name says it.",
)
@click.option("--update", is_flag=True, help="Where a record contradicts the data, let the record win.")
@click.option(
    "--sources",
    "root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A directory with ontology/ and data/; by default the project's own.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def records(files: tuple[Path, ...], kind: str | None, update: bool, root: Path | None, form: str) -> None:
    """Add the records of JSON Lines FILES to data/.

    Every record is checked before anything is written; a run that is repeated changes nothing. A record
    whose id is known may add to it; contradicting it is an error unless you say --update.
    """
    from resgraph.ingest import import_records, read_records
    from resgraph.sources import Sources, packaged

    say = reporter()
    base = (Sources(root) if root else packaged()).root
    say("reading records")
    chosen = next((one for one in RECORD_KINDS if one.name == kind), None)
    found = read_records(files, chosen)
    say(f"checking {len(found):,} records")
    outcome = asdict(import_records(found, base / "data", base / "ontology" / "schemes.ttl", update=update))
    if form == "json":
        click.echo(json.dumps(outcome, indent=2, ensure_ascii=False))
        return
    for done, kinds in outcome.items():
        for name, ids in kinds.items():
            click.echo(f"{done}: {len(ids):,} {name} record{'s' if len(ids) != 1 else ''}")
