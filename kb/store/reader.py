"""Opening `jiko.db` for reading, with errors that say what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kb.errors import DatabaseError
from kb.store.schema import SCHEMA_VERSION, newer


def open_database(path: Path) -> sqlite3.Connection:
    """A read-only connection. Raises DatabaseError when there is no such file, or it is no sound database of ours and of this schema."""
    if not path.is_file() or path.stat().st_size == 0:
        raise DatabaseError(f"There is no database at {path.absolute()}: run `kb build`, or name another one with --db.")
    connection = read_only(path)
    try:
        require_schema(build_facts(connection, path), path.absolute())
    except DatabaseError:
        connection.close()
        raise
    return connection


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; nothing is read yet."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def build_facts(connection: sqlite3.Connection, path: Path) -> dict[str, str]:
    """What the database says of its making. Raises DatabaseError where it is none of ours, damaged, or was never finished."""
    try:
        facts = dict(connection.execute("SELECT key, value FROM builds"))
    except sqlite3.DatabaseError as error:
        raise DatabaseError(
            f"{path.absolute()} is not a database of jiko-kb, or a damaged one ({error}): move it away and run `kb build`, or name another one with --db."
        ) from error
    if "program" not in facts:
        raise DatabaseError(f"{path.absolute()} was never finished: run `kb build`.")
    return facts


def require_schema(facts: dict[str, str], name: object) -> None:
    """Raise DatabaseError unless the facts of a database are of this program's schema."""
    stored = facts.get("schema", "")
    refuse_newer(stored, name)
    if stored != SCHEMA_VERSION:
        raise DatabaseError(f"{name} was made by another version of jiko-kb (schema {stored or 'unknown'}, not {SCHEMA_VERSION}): run `kb build`.")


def refuse_newer(stored: str, name: object) -> None:
    """Raise DatabaseError for a schema of a program that came after this one."""
    if newer(stored):
        raise DatabaseError(
            f"{name} was made by a newer jiko-kb (schema {stored}, this one knows {SCHEMA_VERSION}): upgrade jiko-kb, or name another database with --db."
        )
