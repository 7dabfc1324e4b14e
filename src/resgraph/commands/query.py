"""``resgraph query``: ask a release, or any RDF files, from the command line."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resgraph.errors import FormatError, UsageError

if TYPE_CHECKING:
    from resgraph.query import Reply
    from resgraph.store import Dataset

_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "rdfxml", "jsonld")


@click.command(
    "query",
    short_help="Ask a query, of your own or a stored one.",
    epilog="Example:  resgraph query 'SELECT ?f ?name { ?f a rg:RiskFactor ; rdfs:label ?name }'",
)
@click.argument("text", required=False, metavar="[QUERY | FILE.rq | NAME | -]")
@click.option(
    "--data", multiple=True, type=click.Path(exists=True, path_type=Path), help="A release or files."
)
@click.option("--from", "service", metavar="ADDRESS", help="A service: sparql+https://host/sparql.")
@click.option("--bind", "binds", multiple=True, metavar="NAME=VALUE", help="Bind a variable; twice: a list.")
@click.option("--inferred", is_flag=True, help="Let the reasoner's conclusions join.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="[default: table, or turtle for a graph]")
@click.option("--list", "listing", is_flag=True, help="List the stored queries.")
def command(
    text: str | None,
    data: tuple[Path, ...],
    service: str | None,
    binds: tuple[str, ...],
    inferred: bool,
    form: str | None,
    listing: bool,
) -> None:
    """Ask a query and write its answer.

    QUERY is SPARQL, a file of it, `-` for standard input, or the name of a stored query. The usual prefixes
    need not be declared.
    """
    if listing:
        _list_stored()
    elif text is None:
        raise UsageError("there is no query", hint="write one, or see `resgraph query --list`")
    else:
        from resgraph.query import ask, check

        dataset = _open(data, service)
        question = check(dataset, _read(text), values=_values(binds), inferred=inferred)
        _write(ask(dataset, question), form)


def _list_stored() -> None:
    from resgraph.stored import all_queries

    for query in all_queries():
        click.echo(f"{query.name}\t{query.question}")


def _open(data: tuple[Path, ...], service: str | None) -> Dataset:
    if service is not None:
        from resgraph.graph import open_path

        if data:
            raise UsageError("--data and --from are two places", hint="give one of them")
        return open_path(service).dataset
    from resgraph.server import find
    from resgraph.store import Dataset

    source, _ = find(data)
    if isinstance(source, Dataset):
        return source
    return Dataset.from_nquads(source, ours=True) if isinstance(source, Path) else Dataset.from_files(source)


def _read(text: str) -> str:
    """Return the query that an argument means."""
    if text == "-":
        return sys.stdin.read()
    if re.fullmatch(r"[\w./\\ -]+\.rq", text):
        try:
            return Path(text).read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot read {text}: {error.strerror}") from None
    if re.fullmatch(r"[\w-]+", text):
        from resgraph.stored import all_queries, by_name

        return by_name(text, all_queries()).text
    return text


def _values(binds: Iterable[str]) -> dict[str, object]:
    """Read ``NAME=VALUE`` pairs; a name that comes twice has a list."""
    from resgraph.binding import read_value

    found: dict[str, list[object]] = {}
    for pair in binds:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"`{pair}` is not NAME=VALUE")
        found.setdefault(name.strip().lstrip("?"), []).append(read_value(value))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _write(reply: Reply, form: str | None) -> None:
    from resgraph.formats import by_name
    from resgraph.query import serialise

    if form is None:
        form = "turtle" if reply.kind == "graph" else "table"
    if form == "table":
        if reply.kind == "graph":
            raise FormatError("a graph is no table", hint="choose turtle, ntriples, rdfxml or jsonld")
        _write_table(reply)
        return
    content = serialise(reply, by_name(form).format)
    click.echo(content.rstrip(b"\r\n"))


def _write_table(reply: Reply) -> None:
    """Write rows for reading: columns under each other, addresses in their short form."""
    from resgraph.results import Answer

    answer = Answer.of(reply.raw)
    if answer.kind == "boolean":
        click.echo("yes" if answer else "no")
        return
    rows = [[_cell(term) for term in row] for row in answer.terms]
    widths = [
        max(len(name), *(len(row[place]) for row in rows), 0) for place, name in enumerate(answer.variables)
    ]
    for cells in ([name.upper() for name in answer.variables], *rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        click.echo(line.rstrip())
    click.echo(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}", err=True)


def _cell(term: object) -> str:
    from pyoxigraph import NamedNode

    from resgraph.results import to_python
    from resgraph.vocab import shorten

    if term is None:
        return ""
    text = shorten(term.value) if isinstance(term, NamedNode) else str(to_python(term))  # type: ignore[arg-type]
    return " ".join(text.split())
