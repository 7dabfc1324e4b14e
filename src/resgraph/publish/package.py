"""The description of the tables for who reads tables: a Data Package (https://datapackage.org)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from resgraph.publish.file import File
from resgraph.publish.record import Named
from resgraph.publish.tables import SEPARATOR, Column, Table
from resgraph.vocab import PREFIXES

PACKAGE: Final = "datapackage.json"
_PROFILES: Final = "https://datapackage.org/profiles/2.0/"
#: What the package calls the kinds of values; all others are text.
_TYPES: Final[Mapping[str, str]] = {
    "integer": "integer",
    "decimal": "number",
    "boolean": "boolean",
    "gYear": "year",
    "gYearMonth": "yearmonth",
    "date": "date",
    "any": "any",
}


def package(about: Named, tables: Sequence[Table], files: Sequence[File]) -> bytes:
    """Describe the tables: of each column the type, the property (`rdfType`) and its definition.

    Beyond the standard, `kind` says what the values are in the graph, and `prefixes` what the short names of
    addresses begin with.
    """
    by_name = {file.name: file for file in files}
    whole = {
        "$schema": f"{_PROFILES}{PACKAGE}",
        "name": "resgraph",
        "id": about.iri.value,
        "title": f"{about.title}, {about.version}",
        "description": about.description,
        "version": about.version,
        "created": f"{about.date}T00:00:00Z",
        "licenses": [{"path": about.licence}],
        "contributors": [{"title": about.publisher_name, "path": about.publisher, "roles": ["publisher"]}],
        "prefixes": dict(PREFIXES),
        "resources": [_resource(table, by_name[f"tables/{table.kind}.csv.gz"]) for table in tables],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(table: Table, file: File) -> dict[str, Any]:
    return {
        "name": table.kind,
        "type": "table",
        "path": file.name,
        "title": file.title,
        "format": "csv",
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": len(file.content),
        "hash": f"sha256:{file.digest}",
        "schema": {
            "$schema": f"{_PROFILES}tableschema.json",
            "fields": [_ID, *map(_field, table.columns)],
            "primaryKey": ["id"],
        },
    }


_ID: Final = {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}}


def _field(column: Column) -> dict[str, Any]:
    kind = _TYPES.get(column.kind, "string")
    said: dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "rdfType": column.property,
        "kind": column.kind,
    }
    if column.is_list:
        said |= {"type": "list", "itemType": kind, "delimiter": SEPARATOR}
    if column.words:
        said["description"] = column.words
    if column.is_filled:
        said["constraints"] = {"required": True}
    return said
