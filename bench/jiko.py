"""jiko-kb itself as a measured program: build into a folder, rank queries, rank precedents."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from bench.peers import Rank
from kb.building import build as pipeline
from kb.search import ranking, similar
from kb.search.corpus import Corpus
from kb.store.reader import open_database


@dataclass(frozen=True, eq=False)
class Built:
    """A database that was built for a measurement, opened."""

    path: Path
    connection: sqlite3.Connection
    corpus: Corpus
    incidents: int
    passages: int


def opened(path: Path) -> Built:
    connection = open_database(path)
    corpus = Corpus(connection)
    return Built(path, connection, corpus, corpus.incidents, corpus.passages)


def built(folder: Path, catalogue: Path | None = None, *, trained: bool = True) -> Built:
    """Build below `folder`; without `trained` the embedding is the one fitted at build time, as for a foreign catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "jiko.db"
    if trained:
        pipeline.build(path, catalogue=catalogue)
    else:
        with mock.patch.object(pipeline, "trained_model", return_value=None):
            pipeline.build(path, catalogue=catalogue)
    return opened(path)


def searching(database: Built, mode: str = "hybrid") -> Rank:
    """Search with evidence, as the command line and the pages do it."""

    def rank(text: str, limit: int) -> list[str]:
        found = ranking.search(database.connection, database.corpus, text, mode=mode, limit=limit)
        return [hit.id for hit in found.hits]

    return rank


def precedents(database: Built, axis: str = "all") -> Rank:
    """Precedents of an incident id; accidents of the same episode stand apart and are not in the list."""

    def rank(incident_id: str, limit: int) -> list[str]:
        return [hit.id for hit in similar.of_incident(database.connection, database.corpus, incident_id, axis=axis, limit=limit).hits]

    return rank
