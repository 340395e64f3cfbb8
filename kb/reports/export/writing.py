"""The files of an export, written beside their place and moved there when they are whole."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from kb.errors import OutputError
from kb.reports.export.package import FILE, NAME, SUFFIXES, json_schema, package
from kb.reports.export.tables import Column, Table, exported

FORMATS = tuple(SUFFIXES)
SCHEMAS = "schemas"
BATCH = 20_000  # rows held at a time

Write = Callable[[Path, Table, Iterator[tuple[Any, ...]]], int]  # file, table, rows → how many rows


@dataclass(frozen=True)
class Exported:
    """What was written."""

    folder: Path
    tables: int
    rows: int


def export(connection: sqlite3.Connection, folder: Path, form: str = "csv") -> Exported:
    """Write every table to `folder` in a format of FORMATS. Raises OutputError, and then leaves what stood there."""
    folder = folder.absolute()
    write = _writer(form)
    earlier = _refuse_strange(folder)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        part.mkdir()
        done = _written(connection, part, form, write, folder)
        if earlier:
            folder.rename(aside)
        part.rename(folder)
    except OSError as error:
        if aside.is_dir() and not folder.exists():
            aside.rename(folder)
        raise OutputError(f"{folder} cannot be written ({error.strerror or error}): free some space or allow writing there, or name another folder.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
    return done


def _written(connection: sqlite3.Connection, part: Path, form: str, write: Write, folder: Path) -> Exported:
    sizes = {}
    tables, left_out = exported(connection)
    with _snapshot(connection):
        for table in tables:
            file = part / f"{table.name}.{SUFFIXES[form]}"
            rows = write(file, table, (_typed(table, row) for row in connection.execute(table.select())))
            sizes[table.name] = (rows, file.stat().st_size, _sha256(file))
        described = package(connection, tables, left_out, form, sizes)
    if form == "json":
        (part / SCHEMAS).mkdir()
        for table in tables:
            _write_json(part / SCHEMAS / f"{table.name}.schema.json", json_schema(table))
    _write_json(part / FILE, described)
    return Exported(folder, len(tables), sum(rows for rows, _, _ in sizes.values()))


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """All tables as they were at one moment, whoever takes documents in meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _refuse_strange(folder: Path) -> bool:
    """Whether an earlier export stands there, which may be replaced. Raises OutputError for a folder of anything else."""
    if not folder.parent.is_dir():
        raise OutputError(f"There is no folder {folder.parent}: make it, or name another place for {folder.name}.")
    if not folder.exists():
        return False
    advice = f"name a new folder, such as {folder.with_name(folder.name + '-jiko')}"
    if not folder.is_dir():
        raise OutputError(f"{folder} is a file: {advice}.")
    held = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if not one.is_dir()}
    if not held:
        return True
    try:
        described = json.loads((folder / FILE).read_text(encoding="utf-8"))
        ours = {FILE, *(one["path"] for one in described["resources"]), *(one["jsonSchema"] for one in described["resources"] if "jsonSchema" in one)}
        known = described["name"] == NAME
    except (OSError, ValueError, KeyError, TypeError):
        known, ours = False, set()
    if strange := sorted(held - ours) if known else sorted(held):
        raise OutputError(f"{folder} holds other files ({', '.join(strange[:3])}{', ...' if len(strange) > 3 else ''}), and they would be lost: {advice}.")
    return True


def _typed(table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(bool(value) if column.kind == "boolean" and value is not None else value for column, value in zip(table.columns, row, strict=True))


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _writer(form: str) -> Write:
    return _parquet() if form == "parquet" else {"csv": _csv, "json": _json_lines}[form]


def _csv(file: Path, table: Table, rows: Iterator[tuple[Any, ...]]) -> int:
    """Null is an empty field, true and false are words, JSON stays text. Nothing is changed for spreadsheets: this is for programs."""
    count = 0
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([column.name for column in table.columns])
        for row in rows:
            writer.writerow([str(value).lower() if isinstance(value, bool) else value for value in row])
            count += 1
    return count


def _json_lines(file: Path, table: Table, rows: Iterator[tuple[Any, ...]]) -> int:
    """An object a line; what is JSON in the database is nested."""
    count = 0
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            stream.write(json.dumps({column.name: _nested(column, value) for column, value in zip(table.columns, row)}, ensure_ascii=False) + "\n")
            count += 1
    return count


def _nested(column: Column, value: Any) -> Any:
    return json.loads(value) if column.kind in ("array", "object") and isinstance(value, str) else value


def _parquet() -> Write:
    """A writer of Parquet. Raises OutputError without the extra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise OutputError("Parquet wants pyarrow, which is not installed: run `pip install 'jiko-kb[parquet]'`, or export csv or json.") from error
    types = {"integer": pyarrow.int64(), "number": pyarrow.float64(), "boolean": pyarrow.bool_()}

    def write(file: Path, table: Table, rows: Iterator[tuple[Any, ...]]) -> int:
        fields = [
            pyarrow.field(
                column.name, types.get(column.kind, pyarrow.string()), nullable=not column.constraints.get("required"),
                metadata={name: value for name, value in (("description", column.description), ("unit", column.unit or "")) if value},
            )
            for column in table.columns
        ]  # fmt: skip
        schema = pyarrow.schema(fields, metadata={"title": table.title, "description": table.description})
        count = 0
        with pyarrow.parquet.ParquetWriter(file, schema) as writer:
            while batch := list(islice(rows, BATCH)):
                writer.write_table(pyarrow.Table.from_arrays([pyarrow.array(values, field.type) for values, field in zip(zip(*batch), fields)], schema=schema))
                count += len(batch)
        return count

    return write
