"""Writing what search stands on: passages, full-text tables, the embedding and its vectors, frequencies, and what the database was made with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from kb.errors import DatabaseError
from kb.store.schema import INCIDENT_WORDS


@dataclass(frozen=True)
class PassageRow:
    """A passage ready for the index; `owner` is the column of the row it came from ("statement_id" …) and its id."""

    incident_id: str | None
    document_id: int
    field: str
    text: str
    words: str
    concepts: str
    owner: tuple[str, int] | None = None


class IndexWriter:
    """The part of the writer that knows no records; commits are the caller's."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def inserted(self, table: str, values: dict[str, Any]) -> int:
        """Insert one row; returns its whole-number key."""
        key = self.db.table(table).insert(values).last_pk
        if not isinstance(key, int):
            raise DatabaseError(f"The table {table!r} gave its new row the key {key!r} and no whole number: run `kb build`.")
        return key

    def passages(self, rows: Iterable[PassageRow]) -> None:
        """Store passages, each with the row that it came from."""
        columns = ("statement_id", "measure_id", "impact_id", "exchange_id")
        self.db.table("passages").insert_all(
            {
                "incident_id": r.incident_id, "document_id": r.document_id, "field": r.field, "text": r.text, "words": r.words,
                "concepts": r.concepts, **dict.fromkeys(columns), **({r.owner[0]: r.owner[1]} if r.owner else {}),
            }
            for r in rows
        )  # fmt: skip

    def table_search(self) -> None:
        """Fill the full-text tables behind the search boxes of incidents (by number) and measures (by id) from the passages."""
        measures = "SELECT measure_id, words FROM passages WHERE measure_id IS NOT NULL"
        for table, columns, sql in (("incidents_fts", "rowid, words, concepts", INCIDENT_WORDS), ("measures_fts", "rowid, words", measures)):
            self.db.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")
            self.db.execute(f"INSERT INTO {table}({columns}) {sql}")

    def model(self, name: str, dimension: int, vocabulary: Sequence[str], weights: bytes) -> None:
        """The built-in embedding: its terms in the order of the rows of `weights`."""
        words = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
        row = {"name": name, "terms": len(vocabulary), "dimension": dimension, "vocabulary": words, "weights": weights}
        self.db.table("models").insert(row)

    def embeddings(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Store (passage, vector in little-endian float32)."""
        self.db.table("embeddings").insert_all({"passage_id": p, "vector": v} for p, v in rows)

    def incident_embeddings(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Store (incident, vector in little-endian float32) in place of what was held."""
        self.db.table("incident_embeddings").insert_all(({"incident_id": i, "vector": v} for i, v in rows), replace=True)

    def frequencies(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
        """Replace all (unit, term, passages, incidents)."""
        rows = list(rows)  # they are counted from tables that must not change meanwhile
        self.db.execute("DELETE FROM frequencies")
        self.db.conn.executemany("INSERT INTO frequencies VALUES (?, ?, ?, ?)", rows)

    def readings(self, rows: Iterable[tuple[str, str, int]]) -> None:
        """Replace all (reading in katakana, word, 1 for a form of the lexicon)."""
        rows = sorted(set(rows))
        self.db.execute("DELETE FROM readings")
        self.db.conn.executemany("INSERT INTO readings VALUES (?, ?, ?)", rows)

    def build_facts(self, facts: Mapping[str, object]) -> None:
        """Record what the database was made with; text values only, JSON where structured."""
        self.db.table("builds").upsert_all(
            ({"key": k, "value": v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)} for k, v in sorted(facts.items())),
            pk="key",
        )
