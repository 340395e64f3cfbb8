"""What is exported: every table but those of vectors, with what each column is, taken from the schema and from metadata.yml."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import yaml

from kb.catalogue.place import metadata_file

Kind = Literal["integer", "number", "string", "boolean", "array", "object"]

KINDS: dict[str, Kind] = {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}
# Columns of text that hold JSON.
NESTED: dict[tuple[str, str], Kind] = {
    ("incident_sources", "supports"): "array", ("impacts", "printed"): "object", ("impact_sources", "printed"): "object", ("meetings", "items"): "array",
    ("recurrences", "tags"): "array", ("recurrences", "companies"): "array",
}  # fmt: skip
# Units of numbers, by column; "column NAME" where the row says it itself.
UNITS: dict[tuple[str, str], str] = {
    ("incidents", "duration_minutes"): "minutes", ("incidents", "users"): "column users_unit",
    ("impacts", "duration_minutes"): "minutes", ("impacts", "users"): "column unit", ("impacts", "users_max"): "column unit",
    ("impact_sources", "duration_minutes"): "minutes", ("impact_sources", "users"): "column unit", ("impact_sources", "users_max"): "column unit",
    ("inquiries", "count"): "inquiries", ("statistics", "value"): "column unit", ("recurrences", "days"): "days",
    ("documents", "characters"): "characters", ("documents", "read_characters"): "characters",
    ("frequencies", "passages"): "passages", ("frequencies", "incidents"): "incidents",
}  # fmt: skip

NAMES = """
    SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid"""
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")
_CHECK = re.compile(r'CHECK \("?(\w+)"? (IN|BETWEEN|>=|>) \(?(.+?)\)+,?$')
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True)
class Column:
    """A column; `constraints` are those of a Table Schema field: required, enum, minimum, maximum, unique."""

    name: str
    kind: Kind
    description: str
    unit: str | None = None
    constraints: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table; foreign keys are (column, table, column)."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[tuple[str, str, str], ...]
    left_out: tuple[str, ...] = ()  # columns of bytes

    def select(self) -> str:
        """The rows in the order of their key."""
        names = ", ".join(f'"{column.name}"' for column in self.columns)
        return f'SELECT {names} FROM "{self.name}" ORDER BY {", ".join(f"{chr(34)}{name}{chr(34)}" for name in self.key)}'


def exported(connection: sqlite3.Connection) -> tuple[list[Table], list[str]]:
    """(the tables, names of those left out because they hold vectors for search and nothing to read)."""
    described = _described()
    found, left_out = [], []
    every = dict(connection.execute(NAMES).fetchall())
    for name, sql in every.items():
        if any(name.endswith(f"_fts{end}") for end in SHADOWS):
            continue
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        if any(kind == "BLOB" and required for _, _, kind, required, _, _ in columns):
            left_out.append(name)
        else:
            found.append(_table(connection, name, sql, columns, described.get(name, {})))
    kept = {table.name for table in found}
    return [_within(table, kept) for table in found], left_out


def _within(table: Table, kept: set[str]) -> Table:
    """The table without references to what is not exported."""
    keys = tuple(key for key in table.foreign_keys if key[1] in kept)
    return Table(table.name, table.title, table.description, table.columns, table.key, keys, table.left_out)


def _table(connection: sqlite3.Connection, name: str, sql: str, rows: list[tuple[Any, ...]], described: dict[str, Any]) -> Table:
    says, checks = described.get("columns", {}), _checks(sql)
    unique = {columns[0] for columns in _unique(connection, name) if len(columns) == 1}
    key = tuple(column for _, column in sorted((row[5], row[1]) for row in rows if row[5]))
    columns = []
    for _, column, declared, required, default, place in rows:
        if declared == "BLOB":
            continue
        checked = checks.get(column, {})
        kind = "boolean" if checked.get("enum") == [0, 1] else NESTED.get((name, column)) or KINDS[declared]
        constraints = {key: value for key, value in checked.items() if kind != "boolean" or key != "enum"}
        if (required or place) and default != "''":  # an empty field of CSV is read as null
            constraints["required"] = True
        if column in unique and (column,) != key:
            constraints["unique"] = True
        columns.append(Column(column, kind, str(says.get(column, "")), UNITS.get((name, column)), constraints))
    references = tuple(sorted((row[3], row[2], row[4] or "id") for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')))
    left_out = tuple(row[1] for row in rows if row[2] == "BLOB")
    return Table(name, str(described.get("title", name)), str(described.get("description", "")), tuple(columns), key, references, left_out)


def _checks(sql: str) -> dict[str, dict[str, Any]]:
    """Column → enum, minimum and maximum, as far as they are constants."""
    found: dict[str, dict[str, Any]] = {}
    for line in sql.splitlines():
        match = _CHECK.search(line.strip())
        if match is None:
            continue
        column, operator, rest = match.groups()
        if operator == "IN":
            texts = _QUOTED.findall(rest)
            found[column] = {"enum": texts or [int(one) for one in rest.split(",")]}
        elif operator == "BETWEEN":
            first, _, last = rest.partition(" AND ")
            found[column] = {name: int(value) for name, value in (("minimum", first), ("maximum", last)) if value.isdigit()}
        elif rest.isdigit() and " INTEGER" in line:
            found[column] = {"minimum": int(rest) + (operator == ">")}
    return found


def _unique(connection: sqlite3.Connection, name: str) -> list[list[str]]:
    indexes = [row[1] for row in connection.execute(f'PRAGMA index_list("{name}")') if row[2]]
    return [[row[2] for row in connection.execute(f'PRAGMA index_info("{index}")')] for index in indexes]


@lru_cache(maxsize=1)
def _described() -> dict[str, Any]:
    content = yaml.safe_load(metadata_file().read_text(encoding="utf-8"))
    tables: dict[str, Any] = content["databases"]["jiko"]["tables"]
    return tables
