"""Files into the database: all or nothing a file, the same file twice changes nothing, the original is kept."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database

from kb.building.documents import Context, Ingested, add_document
from kb.building.measures import complete_measures
from kb.building.proposals import untagged, write_proposals
from kb.errors import DatabaseError, DocumentError
from kb.knowledge.carriers import fold_name
from kb.search import index
from kb.search.embedding import open_embedding
from kb.search.query import stored_lexicon
from kb.store.reader import open_database
from kb.store.schema import migrate
from kb.store.writer import Writer

DOCUMENTS = "documents"  # the folder beside the database that keeps originals


def ingest(path: Path, files: Sequence[Path], kind: str = "auto") -> list[Ingested]:
    """Read `files` into the database at `path`. Each file is one transaction; raises at the first that cannot be read.

    Raises DocumentError (the file), DatabaseError (the database) or EmbeddingError (its model is gone).
    """
    open_database(path).close()  # says what is wrong better than a failing statement would
    context = Context.load()
    return [_ingest_one(path, Path(file), kind, context) for file in files]


def _ingest_one(path: Path, file: Path, kind: str, context: Context) -> Ingested:
    data = _bytes_of(file)
    try:
        db = Database(sqlite3.connect(path, timeout=10))
        try:
            migrate(db)
            with db.atomic():
                db.execute("PRAGMA defer_foreign_keys = ON")
                writer = Writer(db, fold_name)
                done = add_document(writer, file.name, data, kind, context)
                if not done.unchanged:
                    reindex(writer, done, path.absolute().parent)
                    keep(data, file.name, path.absolute().parent / DOCUMENTS)
            return done
        finally:
            db.close()
    except sqlite3.Error as error:
        raise DatabaseError(f"{file} was not read in: {path} cannot be written ({error}); it is unchanged. Free it and try again.") from error


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file} cannot be read ({error.strerror or error}): name a file that you may read.") from error


def reindex(writer: Writer, done: Ingested, folder: Path) -> None:
    """Passages, frequencies and vectors of what a document added."""
    connection = writer.db.conn
    embedding = open_embedding(connection, folder)
    writer.passages(row for row in index.passages(connection, stored_lexicon(connection)) if row.document_id == done.document_id and row.field not in index.WHOLE)
    missing = [i for i in done.touched if not connection.execute("SELECT 1 FROM passages WHERE incident_id = ? AND field = 'title'", [i]).fetchone()]
    writer.passages(row for row in index.passages(connection, stored_lexicon(connection), missing) if row.field in index.WHOLE)
    writer.table_search()
    write_proposals(writer, untagged(writer))
    complete_measures(writer, done.touched)
    writer.frequencies(index.frequencies(connection))
    writer.readings(index.readings(connection))
    writer.build_facts(index.averages(connection))
    writer.embeddings(index.vectors(connection, embedding))
    writer.incident_embeddings(list(index.incident_vectors(connection, embedding, done.touched)))


def keep(data: bytes, name: str, folder: Path) -> None:
    """Keep the original, so that a later build reads it again; written whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{hashlib.sha256(data).hexdigest()[:12]}-{Path(name).name}"
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        scratch.write_bytes(data)
        os.replace(scratch, target)
    finally:
        scratch.unlink(missing_ok=True)
