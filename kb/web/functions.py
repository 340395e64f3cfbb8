"""SQL functions for everyone who writes SQL in Datasette: terms, search, precedents and marks.

Each connection of each thread gets its own functions. They open a connection of their own to the same file, so that a
function may be called inside a running query; what is heavy is shared (`kb.search.opening`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Set
from functools import lru_cache
from pathlib import Path

from kb.errors import EmbeddingError
from kb.japanese.terms import terms
from kb.knowledge.lexicon import Lexicon
from kb.search import candidates, similar
from kb.search.as_json import hits_json
from kb.search.evidence import matches
from kb.search.opening import opened
from kb.search.query import Knowledge, ReadQuery, read_query
from kb.search.query.kana import Readings
from kb.search.ranking import search
from kb.web.formats import marked
from kb.web.permissions import close

DEFAULT_LIMIT = 10
MAX_LIMIT = 1_000

NO_LEXICON = Lexicon(())


def register(connection: sqlite3.Connection, path: Path | None, closed: Callable[[], Set[str]] = frozenset) -> None:
    """Register the functions; `path` is the connection's file, None for one that is none of ours; `closed` gives tables that they must not read."""
    connection.create_function("kb_terms", 1, kb_terms, deterministic=True)
    if path is None:
        connection.create_function("kb_mark", 2, kb_mark, deterministic=True)
        return
    connection.create_function("kb_mark", 2, lambda text, query: kb_mark_with_lexicon(path, text, query), deterministic=True)
    for arity in (1, 2):
        connection.create_function("kb_search", arity, lambda query, n=DEFAULT_LIMIT: kb_search(path, query, n, closed()))
        connection.create_function("kb_similar", arity, lambda incident_id, n=DEFAULT_LIMIT: kb_similar(path, incident_id, n, closed()))


def register_escape(connection: sqlite3.Connection) -> None:
    """Replace the function with which Datasette's own search boxes make an FTS5 query of what was typed."""
    connection.create_function("escape_fts", 1, escape_fts, deterministic=True)


def kb_terms(text: object) -> str | None:
    """Sudachi terms joined by spaces, as the full-text index holds them."""
    return None if text is None else " ".join(term.text for term in terms(str(text)))


def escape_fts(query: object) -> str:
    """An FTS5 query for all terms of `query`, each quoted; an empty string matches nothing."""
    found = terms(str(query or ""), query=True)
    return " ".join(candidates.quoted(term.text) for term in found) or '""'


def kb_mark(text: object, query: object) -> str | None:
    """HTML-escaped text with the words that match the query inside <mark>, with no knowledge of other forms."""
    return None if text is None else _marked(str(text), str(query or ""), NO_LEXICON)


def kb_mark_with_lexicon(path: Path, text: object, query: object) -> str | None:
    """Like `kb_mark`; concepts of the database's lexicon match in all their forms, across languages too."""
    if text is None:
        return None
    with opened(path) as (_, corpus):
        return _marked(str(text), str(query or ""), corpus.lexicon)


def _marked(text: str, query: str, lexicon: Lexicon) -> str:
    marks, _ = matches(_read(query, lexicon), text, terms(text), lexicon.find(text))
    return str(marked(text, marks))


@lru_cache(maxsize=256)
def _read(query: str, lexicon: Lexicon) -> ReadQuery:
    return read_query(query, Knowledge(lexicon, {}, {}, {}, Readings(tuple), None))


def kb_search(path: Path, query: object, n: object, closed: Set[str] = frozenset()) -> str:
    """A JSON array of hits, best first, as in the answer of `/search.json`; by words alone when the vectors cannot be used."""
    with opened(path) as (connection, corpus):
        close(connection, closed)
        try:
            found = search(connection, corpus, str(query or ""), limit=_limit(n))
        except EmbeddingError:
            found = search(connection, corpus, str(query or ""), mode="keyword", limit=_limit(n))
        return json.dumps(hits_json(connection, found.hits), ensure_ascii=False)


def kb_similar(path: Path, incident_id: object, n: object, closed: Set[str] = frozenset()) -> str:
    """A JSON array of precedents of an incident; empty when there is no such incident."""
    with opened(path) as (connection, corpus):
        close(connection, closed)
        # Not `similar.of`, which would read a file of the server by that name.
        if not connection.execute("SELECT 1 FROM incidents WHERE id = ?", [str(incident_id)]).fetchone():
            return "[]"
        found = similar.of_incident(connection, corpus, str(incident_id), limit=_limit(n))
        return json.dumps(hits_json(connection, found.hits), ensure_ascii=False)


def _limit(n: object) -> int:
    """A whole number within bounds. ValueError (an SQL error) for anything else."""
    number = int(n) if isinstance(n, (int, float)) else int(str(n))
    if not 1 <= number <= MAX_LIMIT:
        raise ValueError(f"n must be between 1 and {MAX_LIMIT}, not {number}")
    return number
