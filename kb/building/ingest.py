"""Files into the database: all or nothing a file, the same file twice changes nothing, the original is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlite_utils import Database

from kb.building.build import build
from kb.building.documents import Context, Ingested, add_document
from kb.building.measures import complete_measures
from kb.building.originals import predecessor
from kb.building.proposals import untagged, write_proposals
from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.errors import DatabaseError, DocumentError
from kb.knowledge.carriers import fold_name
from kb.reports.recurrence_rows import replace_recurrences
from kb.search import index, similar, stored
from kb.search.corpus import Corpus
from kb.search.embedding import open_embedding
from kb.search.query import stored_lexicon
from kb.store.originals import packed
from kb.store.reader import open_database
from kb.store.schema import SCHEMA_VERSION
from kb.store.writer import Writer

LOCK_SECONDS = 10.0


def unheard(line: str) -> None:
    """Nobody wants to know."""


def ingest(path: Path, files: Sequence[Path], kind: str = "auto", tell: Callable[[str], None] = unheard) -> list[Ingested]:
    """Read `files` into the database at `path`. Each file is one transaction; raises at the first that cannot be read.

    A database of an older schema is built anew first, which `tell` is told. Raises DocumentError (the file), DatabaseError (the
    database) or EmbeddingError (its model is gone).
    """
    path = path.absolute()
    bring_over(path, tell)
    open_database(path).close()  # says what is wrong better than a failing statement would
    context = Context.load()
    return [_ingest_one(path, Path(file), kind, context) for file in files]


def bring_over(path: Path, tell: Callable[[str], None]) -> None:
    """Build a database of an older schema anew, from our own catalogue and the documents that it kept."""
    if not path.is_file() or path.stat().st_size == 0:
        return
    before = predecessor(path)
    if before.schema == SCHEMA_VERSION:
        return
    ours = {entry.incident.id for entry in load_catalogue(data_directory() / "catalogue")}
    strange = sorted(before.catalogue - ours)
    if strange:
        raise DatabaseError(
            f"{path} is of an older schema ({before.schema}) and was built from a catalogue that is not ours ({strange[0]} is not in it):"
            " run `kb build --catalogue DIR` with the folder it was built from, then try again."
        )
    if note := build(path, model=before.model).note:
        tell(note)


def _ingest_one(path: Path, file: Path, kind: str, context: Context) -> Ingested:
    data = _bytes_of(file)
    try:
        opened = path.stat().st_ino
        db = Database(sqlite3.connect(path, timeout=LOCK_SECONDS))
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                if path.stat().st_ino != opened:
                    raise DatabaseError(f"{file} was not read in: {path} was built anew meanwhile. Try again.")
                done = _written(Writer(db, fold_name), file.name, data, kind, context)
                db.conn.commit()
            except BaseException:
                db.conn.rollback()
                raise
            return done
        finally:
            db.close()
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(f"{file} was not read in: {path} cannot be written ({error}); it is unchanged. {_advice(error)}") from error


def _advice(error: Exception) -> str:
    if "full" in str(error) or "I/O" in str(error):
        return "Free some space on its disk, then try again."
    return "Close what writes to it, or allow writing there, then try again."


def _written(writer: Writer, name: str, data: bytes, kind: str, context: Context) -> Ingested:
    """The document, what it changes in the index, and its original."""
    writer.db.execute("PRAGMA defer_foreign_keys = ON")
    done = add_document(writer, name, data, kind, context)
    if not done.unchanged:
        reindex(writer, done)
        writer.keep(done.document_id, packed(data))
    return done


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file} cannot be read ({error.strerror or error}): name a file that you may read.") from error


def reindex(writer: Writer, done: Ingested) -> None:
    """Passages, frequencies and vectors of what a document added."""
    connection = writer.db.conn
    embedding = open_embedding(connection)
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
    answer_anew(connection, done.touched)


def answer_anew(connection: sqlite3.Connection, touched: Sequence[str]) -> None:
    """Bring the stored precedents and recurrences up to what a document told of these incidents."""
    corpus = Corpus(connection)
    for incident_id in touched:
        stored.replace(connection, list(stored.changed(connection, incident_id, lambda other: similar.scores_of(connection, corpus, other))))
    replace_recurrences(connection)
