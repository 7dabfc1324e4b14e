"""Reading JSON Lines: every line that cannot be read is named, none is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from resgraph.errors import InputError, Problem
from resgraph.ingest.statements import Record
from resgraph.records import RECORD_KINDS, Kind

_PLURALS: Final = {
    {"study": "studies", "disparity": "disparities"}.get(kind.name, f"{kind.name}s"): kind
    for kind in RECORD_KINDS
}


def read_records(paths: Sequence[Path], kind: Kind | None = None) -> list[Record]:
    """Read JSON Lines files; every line that cannot be read is named in one `InputError`."""
    records: list[Record] = []
    problems: list[Problem] = []
    for path in paths:
        of = kind or kind_of(path)
        for number, line in enumerate(_lines(path, problems), 1):
            if line.strip():
                _parse(line, of, path, number, records, problems)
    if problems:
        raise InputError("The records cannot be read.", problems=problems)
    return records


def kind_of(path: Path) -> Kind:
    """Tell the kind of record from a file's name: ``findings.jsonl`` holds findings.

    >>> kind_of(Path("findings-2026.jsonl")).name
    'finding'
    """
    name = path.name.lower()
    for plural, kind in _PLURALS.items():
        if name.startswith(plural):
            return kind
    raise InputError(
        f"{path}: the file's name does not say what kind of records it holds",
        hint="Name it after its kind (" + ", ".join(_PLURALS) + ") or say --kind.",
    )


def _lines(path: Path, problems: list[Problem]) -> Iterator[str]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    for number, line in enumerate(raw.split(b"\n"), 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            message = f"byte {error.start + 1} of the line is not valid UTF-8; save the file as UTF-8"
            problems.append(Problem(file=str(path), line=number, message=message))
            yield ""


def _parse(
    line: str, kind: Kind, path: Path, number: int, records: list[Record], problems: list[Problem]
) -> None:
    try:
        data = json.loads(line, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError as error:
        message = f"not valid JSON: {getattr(error, 'msg', error)}"
        if isinstance(error, json.JSONDecodeError):
            message += f" at column {error.colno}"
        problems.append(Problem(file=str(path), line=number, message=message))
        return
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        problems.append(
            Problem(file=str(path), line=number, field="id", message="expected an object with an id")
        )
        return
    records.append(Record(kind, data, str(path), number))


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")
