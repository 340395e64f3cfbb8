"""Build the database: read → tag → store → index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from kb import __version__
from kb.building.documents import Context, add_document
from kb.building.measures import complete_measures
from kb.building.meetings import write_meeting
from kb.building.official import mark_reaching
from kb.building.originals import Original, Predecessor, held_still, predecessor
from kb.building.population import Knowledge, load_knowledge, write_entry, write_knowledge, write_tags
from kb.building.proposals import untagged, write_proposals
from kb.catalogue.incidents import CatalogueEntry, load_catalogue
from kb.catalogue.meetings import MeetingEntry, load_meetings, unknown_incidents
from kb.catalogue.place import data_directory
from kb.catalogue.statistics import load_statistics
from kb.errors import CatalogueError
from kb.japanese.terms import tokenizer_version
from kb.knowledge.carriers import fold_name
from kb.reports.recurrence_rows import replace_recurrences
from kb.search import index, stored
from kb.search.all_pairs import all_precedents
from kb.search.corpus import Corpus
from kb.search.embedding import Embedding, StaticModel, TransformerModel, facts
from kb.search.static_model import fit, trained_model, trained_on
from kb.store.originals import packed
from kb.store.replacement import new_database
from kb.store.schema import SCHEMA_VERSION
from kb.store.writer import Writer

# What the cosine of a vector is worth beside the other signals, which add up to about 4 without carriers and years.
TRAINED_WEIGHT = 4.0  # smallest within noise of the best by cross-validation on the training queries: bench/fit_weights.py
FITTED_WEIGHT = 0.4
FITTED_TEXTS = 200_000  # more would take gigabytes and hardly change the vectors
TRANSFORMER_WEIGHT = 0.4  # general models, measured here or not, lose against words when they count as much

Progress = Callable[[str, int, int], None]  # step, done, of how many


def silent(step: str, done: int, total: int) -> None:
    """No progress wanted."""


@dataclass(frozen=True)
class Built:
    """What a build made."""

    path: Path
    incidents: int
    passages: int
    documents: int
    embedding: str
    note: str | None = None  # that the database was of an older layout and has been brought over


def build(path: Path, *, catalogue: Path | None = None, model: str | None = None, progress: Progress = silent) -> Built:
    """Build `path` from a catalogue (the project's own when None) and the documents that the database at `path` keeps.

    The old file is replaced only by a whole new one. Raises CatalogueError, DocumentError, EmbeddingError or DatabaseError.
    """
    path = path.absolute()
    with held_still(path):
        return _build(path, predecessor(path), catalogue, model, progress)


def _build(path: Path, before: Predecessor, catalogue: Path | None, model: str | None, progress: Progress) -> Built:
    progress("catalogue", 0, 1)
    knowledge = load_knowledge(data_directory())
    entries = load_catalogue(catalogue or data_directory() / "catalogue")
    meetings = _meetings(entries) if catalogue is None else []
    statistics = load_statistics(data_directory() / "statistics") if catalogue is None else []
    given = TransformerModel(model) if model else None
    with new_database(path) as db:
        writer = Writer(db, fold_name)
        with db.atomic():
            write_knowledge(writer, knowledge)
            for done, entry in enumerate(entries, start=1):
                write_entry(writer, entry)
                progress("catalogue", done, len(entries))
            writer.statistics(statistics, None, None)
            for meeting in meetings:
                write_meeting(writer, meeting)
            add_kept_documents(writer, before.originals, progress)
            mark_reaching(writer, (entry.incident for entry in entries))
        with db.atomic():
            write_index(writer, knowledge, entries, progress)
        with db.atomic():
            embedding: Embedding
            if given is not None:
                embedding, weight = given, TRANSFORMER_WEIGHT
            else:
                embedding, weight = default_embedding(writer, [entry.id for entry in entries])
            writer.build_facts(facts(embedding, weight))
            write_vectors(writer, embedding, progress)
            writer.build_facts(versions(knowledge, entries, meetings))
            write_answers(writer, progress)
        counts = {table: db.table(table).count for table in ("incidents", "passages", "documents")}
    return Built(path, **counts, embedding=embedding.name, note=before.note(path))


def _meetings(entries: Sequence[CatalogueEntry]) -> list[MeetingEntry]:
    """The project's own meetings; raises CatalogueError where one heard of an incident that is not held."""
    meetings = load_meetings(data_directory() / "meetings")
    complaints = unknown_incidents(meetings, frozenset(entry.id for entry in entries))
    if complaints:
        raise CatalogueError("\n".join(complaints))
    return meetings


def add_kept_documents(writer: Writer, originals: Sequence[Original], progress: Progress) -> None:
    """Read again what users took in before; a document that can no longer be read stops the build."""
    if not originals:
        return
    context = Context.load()
    for done, original in enumerate(originals, start=1):
        data = original.data()
        added = add_document(writer, original.name, data, original.kind, context)
        writer.keep(added.document_id, packed(data))
        progress("documents", done, len(originals))


def write_index(writer: Writer, knowledge: Knowledge, entries: Sequence[CatalogueEntry], progress: Progress) -> None:
    """Passages of everything, curated tags, frequencies and averages."""
    progress("passages", 0, 1)
    writer.passages(index.passages(writer.db.conn, knowledge.lexicon))
    write_tags(writer, entries)
    writer.table_search()
    write_proposals(writer, untagged(writer))
    complete_measures(writer)
    writer.frequencies(index.frequencies(writer.db.conn))
    writer.readings(index.readings(writer.db.conn))
    writer.build_facts(index.averages(writer.db.conn))
    progress("passages", 1, 1)


def default_embedding(writer: Writer, incident_ids: Sequence[str]) -> tuple[Embedding, float]:
    """The built-in embedding, which is stored in the database, and what its cosine is worth in ranking.

    The trained model knows our own incidents; where most of a catalogue is strange to it, one is fitted to the texts instead.
    """
    trained = trained_model()
    known = trained_on(trained) if trained else frozenset()
    if trained and sum(i in known for i in incident_ids) >= len(incident_ids) / 2:
        model, weight = StaticModel.read(trained), TRAINED_WEIGHT
    else:
        model, weight = fit(_fitted_texts(writer.db)), FITTED_WEIGHT
    writer.model(model.name, model.dimension, list(model.vocabulary), model.packed())
    return StaticModel.stored(writer.db.conn, model.name), weight


def _fitted_texts(db: Database) -> Iterator[str]:
    """Terms of passages and of whole incidents, evenly picked from a base that is larger than FITTED_TEXTS."""
    passages, incidents = (db.table(table).count for table in ("passages", "incidents"))
    step = -(-(passages + incidents) // FITTED_TEXTS)
    yield from (row[0] for row in db.execute("SELECT words FROM passages WHERE id % ? = 0 ORDER BY id", [step]))
    wholes = """
        SELECT group_concat(words, ' ') FROM (SELECT * FROM passages ORDER BY id)
        WHERE incident_id IN (SELECT id FROM incidents WHERE number % ? = 0) GROUP BY incident_id"""
    yield from (row[0] for row in db.execute(wholes, [step]))


def write_vectors(writer: Writer, embedding: Embedding, progress: Progress) -> None:
    """Vectors of all passages and of all incidents."""
    total = writer.db.table("passages").count
    writer.embeddings(index.vectors(writer.db.conn, embedding, lambda done: progress("vectors", done, total)))
    writer.incident_embeddings(list(index.incident_vectors(writer.db.conn, embedding)))


def write_answers(writer: Writer, progress: Progress) -> None:
    """What pages would else compute anew for every reader: precedents of every incident, and recurrences."""
    progress("precedents", 0, 1)
    connection = writer.db.conn
    stored.insert(connection, all_precedents(connection, Corpus(connection)))
    replace_recurrences(connection)
    progress("precedents", 1, 1)


def versions(knowledge: Knowledge, entries: Sequence[CatalogueEntry], meetings: Sequence[MeetingEntry] = ()) -> dict[str, str]:
    """What the content depends on; no time and no path, so that the same input gives the same database."""
    held: tuple[CatalogueEntry | MeetingEntry, ...] = (*entries, *meetings)
    catalogue = hashlib.sha256("".join(f"{e.path}\n{e.sha256}\n" for e in held).encode()).hexdigest()
    digests = {f"sha256_{name}": digest for name, digest in knowledge.digests.items()}
    return {"program": f"jiko-kb {__version__}", "schema": SCHEMA_VERSION, "tokenizer": tokenizer_version(), "sha256_catalogue": catalogue, **digests}
