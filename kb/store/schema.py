"""The schema of `jiko.db`, as versioned migrations.

Readable by any SQLite from 3.34 on, without extensions. Full-text tables index the `words` columns: Sudachi terms
joined by spaces, so that the stock `unicode61` tokenizer is enough and no one needs a tokenizer plug-in to open the file.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from kb.errors import DatabaseError
from kb.store.tables import FULL_TEXT, INDEXES, TABLES

migrations = Migrations("kb")

def _run(db: Database, script: str) -> None:
    """Run statement by statement: `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations()
def m001_tables(db: Database) -> None:
    _run(db, TABLES)


@migrations()
def m002_indexes(db: Database) -> None:
    _run(db, INDEXES)


@migrations()
def m003_full_text(db: Database) -> None:
    _run(db, FULL_TEXT)


SCHEMA_VERSION = "m003_full_text"


def migrate(db: Database) -> None:
    """Bring `db` to the current schema; a database of a newer program is refused, never downgraded."""
    known = {migration.name for migration in migrations._migrations}
    newer = [m.name for m in migrations.applied(db) if m.name not in known]
    if newer:
        raise DatabaseError(f"The database was made by a newer jiko-kb (schema {newer[-1]}): upgrade jiko-kb, or run `kb build`.")
    migrations.apply(db)
