"""What the files are, in words that programs read: a Frictionless Data Package, and a JSON Schema for each file of JSON lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from kb.catalogue.place import metadata_file
from kb.reports.brief.provenance import made_from
from kb.reports.export.tables import Column, Table

NAME = "jiko-kb"
FILE = "datapackage.json"
SUFFIXES = {"csv": "csv", "json": "jsonl", "parquet": "parquet"}
MEDIA = {"csv": "text/csv", "json": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def package(connection: sqlite3.Connection, tables: Sequence[Table], left_out: Sequence[str], form: str, sizes: Mapping[str, tuple[int, int, str]]) -> dict[str, Any]:
    """datapackage.json; `sizes` gives of each table its rows, and the bytes and SHA-256 of its file. No time of day: the same database gives the same files."""
    about = yaml.safe_load(metadata_file().read_text(encoding="utf-8"))
    made = made_from(connection)
    missing = [f"table {name} (vectors of the search)" for name in left_out] + [f"{t.name}.{column} (bytes)" for t in tables for column in t.left_out]
    return {
        "profile": "tabular-data-package" if form == "csv" else "data-package",
        "name": NAME,
        "id": f"{NAME}-{made['database']}",
        "title": about["title"],
        "description": f"{about['description'].strip()} 含めていないもの: {'、'.join(missing)}。" if missing else about["description"].strip(),
        "version": str(made["program"]).rsplit(" ", 1)[-1],
        "licenses": [{"name": "CC-BY-4.0", "title": about["license"], "path": about["license_url"]}],
        "sources": [{"title": about["source"]}],
        "edition": {"database": made["database"], "as_of": made["as_of"], "incidents": made["incidents"]},
        "resources": [_resource(table, form, *sizes[table.name]) for table in tables],
    }


def _resource(table: Table, form: str, rows: int, size: int, digest: str) -> dict[str, Any]:
    suffix = SUFFIXES[form]
    found: dict[str, Any] = {
        "name": table.name, "title": table.title, "description": table.description, "path": f"{table.name}.{suffix}", "format": suffix,
        "mediatype": MEDIA[form], "bytes": size, "hash": f"sha256:{digest}", "rows": rows,
    }  # fmt: skip
    if form == "csv":
        found |= {"profile": "tabular-data-resource", "encoding": "utf-8", "dialect": {"lineTerminator": "\r\n"}}
    if form == "json":
        found |= {"encoding": "utf-8", "jsonSchema": f"schemas/{table.name}.schema.json"}
    return found | {"schema": _schema(table, form)}


def _schema(table: Table, form: str) -> dict[str, Any]:
    """A Table Schema."""
    found: dict[str, Any] = {"fields": [_field(column, form) for column in table.columns], "primaryKey": list(table.key), "missingValues": [""]}
    if table.foreign_keys:
        found["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": "" if other == table.name else other, "fields": [target]}} for column, other, target in table.foreign_keys
        ]
    return found


def _field(column: Column, form: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "type": "string" if form == "parquet" and column.kind in ("array", "object") else column.kind}
    if column.description:
        found["description"] = column.description
    if column.unit:
        found["unit"] = column.unit
    if column.constraints:
        found["constraints"] = column.constraints
    return found


def json_schema(table: Table) -> dict[str, Any]:
    """The JSON Schema of one line of a table's file."""
    return {
        "$schema": DRAFT,
        "title": f"{NAME}: {table.name}",
        "description": f"{table.title}: {table.description}",
        "type": "object",
        "properties": {column.name: _property(column) for column in table.columns},
        "required": [column.name for column in table.columns],
        "additionalProperties": False,
    }


def _property(column: Column) -> dict[str, Any]:
    rules = column.constraints
    nullable = not rules.get("required")
    found: dict[str, Any] = {"type": [column.kind, "null"] if nullable else column.kind}
    if "enum" in rules:
        found["enum"] = [*rules["enum"], None] if nullable else rules["enum"]
    found |= {name: rules[name] for name in ("minimum", "maximum") if name in rules}
    says = f"{column.description} [{column.unit}]" if column.unit else column.description
    return found | ({"description": says} if says else {})
