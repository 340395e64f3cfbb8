"""What a search keeps open: the lexicon, names, averages, and (when first needed) the vectors and their model."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from kb.errors import DatabaseError
from kb.japanese.terms import Term, terms
from kb.knowledge.lexicon import ConceptMatch, Lexicon
from kb.search.compact import CompactPassages
from kb.search.embedding import Embedding, incident_vectors, open_embedding
from kb.search.query import Knowledge, ReadQuery, read_query, stored_carrier_names, stored_lexicon
from kb.search.query.kana import Readings
from kb.search.scoring import inverse_frequency
from kb.store.reader import require_schema

ONE_SHOT = 2  # searches that read passages from the database before all of a small base are kept: a command asks once
ANALYSED = 4_096  # passages whose terms and concepts are remembered, some 15 MB


@dataclass(frozen=True, eq=False)
class Vectors:
    """Unit vectors of incidents: ids (n) and rows of shape (n, dimension), and the model that made them."""

    embedding: Embedding
    ids: list[str]
    rows: np.ndarray


class Corpus:
    """Everything about one database that does not change between queries; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, folder: Path | None = None) -> None:
        """Raises DatabaseError when it is no database of ours. `folder` has no meaning any more: everything lies in the one file."""
        try:
            facts = dict(connection.execute("SELECT key, value FROM builds"))
            require_schema(facts, "The database")
            self.lexicon: Lexicon = stored_lexicon(connection)
            self.carrier_names = stored_carrier_names(connection)
            self.incidents = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
            self.passages = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
            self.last_day: str | None = connection.execute("SELECT max(started_at) FROM incidents").fetchone()[0]
            today = dict(connection.execute("SELECT id, name FROM carriers"))
            self.concept_tags = dict(connection.execute("SELECT id, tag_id FROM concepts WHERE tag_id IS NOT NULL"))
        except sqlite3.DatabaseError as error:
            raise DatabaseError(f"This is not a database of jiko-kb, or a damaged one ({error}): run `kb build`.") from error
        self.average_words = float(facts.get("average_words", 1.0))
        self.average_bigrams = float(facts.get("average_bigrams", 1.0))
        self.embedding_weight = float(facts.get("embedding_weight", 0.0))
        file = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
        readings = Readings(lambda: _stored_readings(file, connection))
        self.knowledge = Knowledge(self.lexicon, self.carrier_names, today, self.concept_tags, readings, self.last_day)
        self._vectors: Vectors | None = None
        self._tag_idf: Mapping[str, float] | None = None
        self._compact: CompactPassages | None = None
        self._searches = 0
        self._lock = threading.Lock()
        self.analysed = lru_cache(maxsize=ANALYSED)(self._analysed)

    def _analysed(self, text: str) -> tuple[tuple[Term, ...], tuple[ConceptMatch, ...]]:
        """Terms and concepts of a passage, which cost more than all else that a hit shows."""
        return tuple(terms(text)), tuple(self.lexicon.find(text))

    def compact(self, connection: sqlite3.Connection) -> CompactPassages | None:
        """All passages as columns, from the third search on; only for a base that is scored whole."""
        with self._lock:
            self._searches += 1
            if self._compact is None and self._searches > ONE_SHOT:
                self._compact = CompactPassages(connection, self.average_words, self.average_bigrams)
            return self._compact

    def read(self, text: str, switched_off: frozenset[str] = frozenset()) -> ReadQuery:
        """The query as read with this base's lexicon, companies and conditions."""
        return read_query(text, self.knowledge, switched_off)

    def tag_idf(self, connection: sqlite3.Connection) -> Mapping[str, float]:
        """How rare each tag is; counted once."""
        with self._lock:
            if self._tag_idf is None:
                rows = connection.execute("SELECT tag_id, count(DISTINCT incident_id) FROM incident_tags GROUP BY tag_id")
                self._tag_idf = {tag: inverse_frequency(self.incidents, count) for tag, count in rows}
            return self._tag_idf

    def vectors(self, connection: sqlite3.Connection) -> Vectors:
        """Load once; raises EmbeddingError when the model is not the one that made the vectors."""
        with self._lock:
            if self._vectors is None:
                embedding = open_embedding(connection)
                self._vectors = Vectors(embedding, *incident_vectors(connection))
            return self._vectors


def _stored_readings(file: str, connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Readings of the database, those of frequent words first; over a connection of its own where there is a file, since the first may belong to another thread."""
    sql = """
        SELECT reading, word, form FROM readings LEFT JOIN frequencies ON unit = 'word' AND term = word
        ORDER BY coalesce(incidents, 0) DESC, word"""
    if not file:
        return connection.execute(sql).fetchall()
    own = sqlite3.connect(f"{Path(file).as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return own.execute(sql).fetchall()
    finally:
        own.close()
