"""The schema of `jiko.db`, as versioned migrations.

Readable by any SQLite from 3.34 on, without extensions. Full-text tables index the `words` columns: Sudachi terms
joined by spaces, so that the stock `unicode61` tokenizer is enough and no one needs a tokenizer plug-in to open the file.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from kb.errors import DatabaseError
from kb.store.indexes import FULL_TEXT, INDEXES, SEARCH_TABLES, TOKENIZER
from kb.store.tables import SCHEMA_VERSION, TABLES
from kb.store.telling_tables import TELLINGS

migrations = Migrations("kb")

# What search asks of every incident at once. The full-text table, which `INCIDENT_WORDS` fills, holds incidents as wholes;
# it serves the search box of their table too.
INCIDENT_SEARCH = f"""
DROP INDEX incident_tags_tag;
CREATE INDEX incident_tags_tag ON incident_tags(tag_id, incident_id, confidence);
DROP TABLE incidents_fts;
CREATE VIRTUAL TABLE incidents_fts USING fts5(words, concepts, content='', tokenize="{TOKENIZER}");
"""
INCIDENT_WORDS = """
SELECT number, group_concat(words, ' '), group_concat(concepts, ' ')
FROM incidents JOIN passages ON incident_id = incidents.id GROUP BY number
"""


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
    _run(db, TABLES + TELLINGS + SEARCH_TABLES)


@migrations()
def m002_indexes(db: Database) -> None:
    _run(db, INDEXES)


@migrations()
def m003_full_text(db: Database) -> None:
    _run(db, FULL_TEXT)


@migrations()
def m004_incident_search(db: Database) -> None:
    _run(db, INCIDENT_SEARCH)
    db.execute(f"INSERT INTO incidents_fts(rowid, words, concepts) {INCIDENT_WORDS}")


@migrations()
def m005_record(db: Database) -> None:
    """Tables of this schema are made whole by m001: an older database has to be built anew."""
    if "external_ids" not in db.table_names():
        raise DatabaseError("The database is of an older schema: run `kb build`.")


def migrate(db: Database) -> None:
    """Bring `db` to the current schema; a database of a newer program is refused, never downgraded."""
    known = {migration.name for migration in migrations._migrations}
    newer = [m.name for m in migrations.applied(db) if m.name not in known]
    if newer:
        raise DatabaseError(f"The database was made by a newer jiko-kb (schema {newer[-1]}): upgrade jiko-kb, or run `kb build`.")
    migrations.apply(db)
    with db.atomic():
        db.execute("UPDATE builds SET value = ? WHERE key = 'schema'", [SCHEMA_VERSION])
