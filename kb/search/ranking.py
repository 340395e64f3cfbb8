"""Ranked incidents for a query: filter, find candidates, score, fuse, explain."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Set
from dataclasses import dataclass

from kb.search import absence, evidence, no_hits, scoring
from kb.search.conditions import Binding
from kb.search.corpus import Corpus
from kb.search.filters import Filters, condition
from kb.search.query import ReadQuery
from kb.search.retrieval import SIGNAL_WEIGHTS, WORDED, Retrieved, retrieve

__all__ = ["SIGNAL_WEIGHTS", "Hit", "Result", "search"]

MODES = ("hybrid", "keyword", "semantic")
NEAREST = 3  # incidents shown when nothing fits
# Below this score a hit answers little of what was asked. Of the relevant incidents among the first ten of the training queries, under 1 % fall under it.
FLOOR = 0.12


@dataclass(frozen=True)
class Hit:
    """A ranked incident; `signals` says how the score came about."""

    id: str
    score: float
    signals: Mapping[str, float]
    why: tuple[evidence.Why, ...]


@dataclass(frozen=True)
class Result:
    """An answer: how the query was read, how many incidents match in all, and one page of hits.

    Without hits, `notice` says how the query was read and what to try, and `nearest` are incidents that come near. With hits,
    it warns that words of the query stand nowhere (`absent`, as written). `weak_from` is the place in the page of the first hit
    that answers little; `total` counts those that answer more.
    """

    query: ReadQuery
    total: int
    hits: tuple[Hit, ...]
    notice: str | None = None
    nearest: tuple[Hit, ...] = ()
    bindings: tuple[Binding, ...] = ()
    absent: tuple[str, ...] = ()
    weak_from: int | None = None


def search(
    connection: sqlite3.Connection,
    corpus: Corpus,
    text: str,
    *,
    filters: Filters = Filters(),
    mode: str = "hybrid",
    limit: int = 10,
    offset: int = 0,
    switched_off: frozenset[str] = frozenset(),
    soft: Set[str] = frozenset(),
) -> Result:
    """Search incidents. Concepts (by id) and conditions (by key) in `switched_off` are not used, conditions in `soft` only raise.

    Raises ValueError for an unknown mode, NotFoundError for an unknown filter value.
    """
    if mode not in MODES:
        raise ValueError(f"mode must be one of {MODES}, not {mode!r}")
    query = corpus.read(text, switched_off)
    if query.empty and filters:
        return _listed(connection, query, condition(connection, filters), limit, offset)
    return answered(connection, corpus, query, retrieve(connection, corpus, query, filters, mode, offset + limit, soft), filters, mode, limit, offset)


def answered(
    connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, found: Retrieved, filters: Filters, mode: str, limit: int, offset: int
) -> Result:
    """One page of what was retrieved, explained."""
    ordered = found.ordered
    if not ordered:
        return _without_hits(connection, corpus, query, filters, mode, found.bindings)
    absent = absence.absent(connection, corpus, query)
    lost = bool(absent) and not any(signals.values[name] for signals in found.signals.values() for name in WORDED)
    strong = 0 if lost else sum(signals.values["score"] >= FLOOR for _, signals in ordered)
    shown = ordered[offset : offset + limit] if offset < max(strong, 1) or not found.whole else []  # what answers little follows the rest, on no page of its own
    hits = tuple(hit(connection, corpus, query, *scored) for scored in shown)
    weak_from = max(strong - offset, 0) if strong < offset + len(hits) else None
    total = strong if lost or found.whole else max(found.matching, strong)
    return Result(query, total, hits, _warning(connection, query, found, absent), bindings=found.bindings, absent=absent, weak_from=weak_from)


def hit(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, incident_id: str, signals: scoring.Signals) -> Hit:
    """A scored incident with the sentences that speak for it."""
    values = {name: value for name, value in signals.values.items() if name not in ("score", "topical")}
    return Hit(incident_id, signals.values["score"], values, evidence.why(connection, corpus, query, incident_id, signals))


def _warning(connection: sqlite3.Connection, query: ReadQuery, found: Retrieved, absent: tuple[str, ...]) -> str | None:
    """What to say when words of the query stand nowhere, or none of them in any incident that came up."""
    if absent:
        return no_hits.absent_notice(absent, no_hits.nearest_terms(connection, query))
    if query.guesses:
        return no_hits.guess_notice(query.guesses)
    if not query.topical or any(signals.values[name] for signals in found.signals.values() for name in WORDED):
        return None
    return no_hits.wordless_notice(no_hits.nearest_terms(connection, query))


def _without_hits(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, filters: Filters, mode: str, bindings: tuple[Binding, ...]) -> Result:
    """The answer when nothing fits: what to try, and incidents found without the filters or by words that are spelt alike."""
    near = no_hits.nearest_terms(connection, query)
    other = query if filters else corpus.read(" ".join(near))
    best = retrieve(connection, corpus, other, Filters(), mode, NEAREST).ordered[:NEAREST]
    nearest = tuple(hit(connection, corpus, other, *scored) for scored in best)
    return Result(query, 0, (), no_hits.notice(query, filters, near), nearest, bindings, absence.absent(connection, corpus, query))


def _listed(connection: sqlite3.Connection, query: ReadQuery, allowed: tuple[str, list[object]], limit: int, offset: int) -> Result:
    """Without a query, what the filters let pass, newest first."""
    where, parameters = allowed
    total = connection.execute(f"SELECT count(*) FROM incidents WHERE {where}", parameters).fetchone()[0]
    sql = f"SELECT id FROM incidents WHERE {where} ORDER BY coalesce(started_at, fiscal_year) DESC, id LIMIT ? OFFSET ?"
    hits = tuple(Hit(row[0], 0.0, {}, evidence.titled(connection, row[0])) for row in connection.execute(sql, [*parameters, limit, offset]))
    return Result(query, total, hits, None if hits else "この条件に当てはまる事故はありません。条件を一つ外して試してください。")
