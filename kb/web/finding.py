"""Finding as the pages need it: one page of hits, and the ids of everything that matches, for counts that hold.

Ranking itself is `kb.search.ranking`; here it is asked for all incidents rather than for the best, so that a facet's count
is what following it shows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from dataclasses import dataclass

from kb.search import ranking
from kb.search.candidates import matching_incidents
from kb.search.corpus import Corpus
from kb.search.filters import Filters, condition
from kb.search.query import ReadQuery
from kb.search.ranking import Result
from kb.search.retrieval import retrieve


@dataclass(frozen=True)
class Found:
    """A page of hits under the filters, and the ids that match whatever the filters."""

    result: Result
    matching: Set[str]


def find(
    connection: sqlite3.Connection, corpus: Corpus, text: str, filters: Filters, mode: str, limit: int, offset: int,
    switched_off: frozenset[str], soft: frozenset[str] = frozenset(),
) -> Found:
    """Search, or list what the filters let pass when there is no query. Raises NotFoundError (filters) or EmbeddingError (the model)."""
    query = corpus.read(text, switched_off)
    if query.empty:
        result = ranking.search(connection, corpus, text, filters=filters, mode=mode, limit=limit, offset=offset, switched_off=switched_off, soft=soft)
        return Found(result, {row[0] for row in connection.execute("SELECT id FROM incidents")})
    everything = passing = retrieve(connection, corpus, query, filters, mode, offset + limit, soft)
    result = ranking.answered(connection, corpus, query, passing, filters, mode, limit, offset)
    if passing.whole:
        whole = retrieve(connection, corpus, query, Filters(), mode, offset + limit, soft) if filters else passing
        return Found(result, {i for i, signals in whole.signals.items() if signals.values["score"] >= ranking.FLOOR})
    if filters:
        everything = retrieve(connection, corpus, query, Filters(), mode, offset + limit, soft)
    return Found(result, set(everything.signals) | (_worded(connection, query) if mode != "semantic" and not everything.binds else set()))


def _worded(connection: sqlite3.Connection, query: ReadQuery) -> set[str]:
    """Ids of incidents that hold any word or concept of the query."""
    words, concepts = [term.text for term in query.terms], [found.concept_id for found in query.concepts]
    return set(matching_incidents(connection, words, concepts, condition(connection, Filters()), -1))
