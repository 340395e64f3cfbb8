"""Running search over judged queries and anchors of a database: what `kb evaluate` and the published scores rest on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from kb.catalogue.place import data_directory
from kb.errors import KbError, NotFoundError
from kb.search import similar
from kb.search.corpus import Corpus
from kb.search.evaluation import Judgement
from kb.search.profile import AXES
from kb.search.ranking import search

DEPTH = 10  # incidents asked for: no measure looks further


def read_by_judges() -> frozenset[str]:
    """The incidents that were there when the queries were judged: of others no judgement says whether they are relevant."""
    path = data_directory() / "judgements" / "read.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


def ranker(connection: sqlite3.Connection, corpus: Corpus, mode: str = "hybrid", *, everything: bool = False) -> Callable[[Judgement], list[str]]:
    """A function from a judgement to incident ids, best first. `mode` is that of search; anchors have no modes.

    Incidents that its judge had not read are left out, unless the judgement names one of them or `everything` is asked for:
    they would count as not relevant, whatever they tell. The function raises NotFoundError for an anchor that the database does not hold.
    """
    read = read_by_judges()
    held = {row[0] for row in connection.execute("SELECT id FROM incidents")}
    unread = frozenset() if everything else frozenset(held - read)

    def rank(judgement: Judgement) -> list[str]:
        left_out = unread if judgement.relevant.keys() <= read else frozenset()
        depth = DEPTH + len(left_out)
        return [i for i in found(judgement, depth) if i not in left_out][:DEPTH]

    def found(judgement: Judgement, depth: int) -> list[str]:
        if judgement.axis not in AXES:
            raise KbError(f"Judgement {judgement.id}: its axis is {judgement.axis!r}, not one of {', '.join(AXES)}.")
        if judgement.draft:
            return [hit.id for hit in similar.of_text(connection, corpus, judgement.query, axis=judgement.axis, limit=depth).hits]
        if judgement.anchor:
            if not connection.execute("SELECT 1 FROM incidents WHERE id = ?", [judgement.query]).fetchone():
                raise NotFoundError(f"Judgement {judgement.id}: its anchor {judgement.query!r} is not in the database. Name another with --db.")
            return [hit.id for hit in similar.of_incident(connection, corpus, judgement.query, axis=judgement.axis, limit=depth).hits]
        return [hit.id for hit in search(connection, corpus, judgement.query, mode=mode, limit=depth).hits]

    return rank


def unknown_incidents(connection: sqlite3.Connection, judgements: Sequence[Judgement]) -> list[str]:
    """Judged incidents that the database does not hold, in order: no ranking can find them, so that all measures suffer."""
    held = {row[0] for row in connection.execute("SELECT id FROM incidents")}
    return sorted({i for judgement in judgements for i in judgement.relevant} - held)
