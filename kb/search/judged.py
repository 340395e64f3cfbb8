"""Running search over judged queries and anchors of a database: what `kb evaluate` and the published scores rest on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from kb.errors import NotFoundError
from kb.search import similar
from kb.search.corpus import Corpus
from kb.search.evaluation import Judgement
from kb.search.ranking import search

DEPTH = 10  # incidents asked for: no measure looks further


def ranker(connection: sqlite3.Connection, corpus: Corpus, mode: str = "hybrid") -> Callable[[Judgement], list[str]]:
    """A function from a judgement to incident ids, best first. `mode` is that of search; anchors have no modes.

    The function raises NotFoundError for an anchor that the database does not hold.
    """

    def rank(judgement: Judgement) -> list[str]:
        if judgement.anchor:
            if not connection.execute("SELECT 1 FROM incidents WHERE id = ?", [judgement.query]).fetchone():
                raise NotFoundError(f"Judgement {judgement.id}: its anchor {judgement.query!r} is not in the database. Name another with --db.")
            return [hit.id for hit in similar.of_incident(connection, corpus, judgement.query, limit=DEPTH).hits]
        return [hit.id for hit in search(connection, corpus, judgement.query, mode=mode, limit=DEPTH).hits]

    return rank


def unknown_incidents(connection: sqlite3.Connection, judgements: Sequence[Judgement]) -> list[str]:
    """Judged incidents that the database does not hold, in order: no ranking can find them, so that all measures suffer."""
    held = {row[0] for row in connection.execute("SELECT id FROM incidents")}
    return sorted({i for judgement in judgements for i in judgement.relevant} - held)
