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


@dataclass(frozen=True)
class Found:
    """A page of hits under the filters, and the ids that match whatever the filters."""

    result: Result
    matching: Set[str]


def find(
    connection: sqlite3.Connection, corpus: Corpus, text: str, filters: Filters, mode: str, limit: int, offset: int, switched_off: frozenset[str]
) -> Found:
    """Search, or list what the filters let pass when there is no query. Raises NotFoundError (filters) or EmbeddingError (the model)."""
    query = corpus.read(text, switched_off)
    if query.empty:
        result = ranking.search(connection, corpus, text, filters=filters, mode=mode, limit=limit, offset=offset, switched_off=switched_off)
        return Found(result, {row[0] for row in connection.execute("SELECT id FROM incidents")})
    reach = offset + limit
    everything, matching = ranking.rank(connection, corpus, query, condition(connection, Filters()), mode, reach)
    passing, total = everything, matching
    if filters:
        passing, total = ranking.rank(connection, corpus, query, condition(connection, filters), mode, reach)
    ordered = ranking.by_score(passing)
    hits = tuple(ranking.hit(connection, corpus, query, *scored) for scored in ordered[offset : offset + limit])
    if ordered:
        result = Result(query, max(total, len(ordered)), hits, ranking.wordless_notice(connection, query, passing))
    else:
        result = ranking.without_hits(connection, corpus, query, filters, mode)
    return Found(result, set(everything) | (_worded(connection, query) if mode != "semantic" else set()))


def _worded(connection: sqlite3.Connection, query: ReadQuery) -> set[str]:
    """Ids of incidents that hold any word or concept of the query."""
    words, concepts = [term.text for term in query.terms], [found.concept_id for found in query.concepts]
    return set(matching_incidents(connection, words, concepts, condition(connection, Filters()), -1))
