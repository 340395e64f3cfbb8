"""Ranked incidents for a query: filter, find candidates, score, fuse, explain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kb.search import candidates, evidence, no_hits, scoring
from kb.search.corpus import Corpus
from kb.search.filters import Filters, condition, restriction
from kb.search.query import ReadQuery

MODES = ("hybrid", "keyword", "semantic")
EXHAUSTIVE = 1_000  # a base of up to so many incidents is scored whole
CANDIDATES = 120  # of a larger one, so many from each signal are looked at …
SHORTLIST = 40  # … and so many of these, or as many as are asked for, are scored
FIRST_STAGE = 1.5  # what the place in the full-text ranking is worth when the shortlist is made
NEAREST = 3  # incidents shown when nothing fits
NEAR = 0.25  # share of the best cosine below which nearness of meaning is noise

# How much a signal (0..1) counts; that of "semantic" depends on the model and is stored with the vectors. Fitted on db/judgements/train.jsonl: see bench/relevance.md.
SIGNAL_WEIGHTS: Mapping[str, float] = {
    "words": 1.0, "bigrams": 1.0, "concepts": 1.0, "passage": 0.35, "tags": 0.4, "carriers": 5.0, "years": 3.0, "official": 2.0,
}  # fmt: skip

SOFT = ("carriers", "years", "official")  # conditions that raise incidents and exclude none
WORDED = ("words", "concepts", "tags", *SOFT)  # signals of what a query says, as opposed to how it sounds


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
    it warns that none of them holds a word of the query.
    """

    query: ReadQuery
    total: int
    hits: tuple[Hit, ...]
    notice: str | None = None
    nearest: tuple[Hit, ...] = ()


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
) -> Result:
    """Search incidents. Raises ValueError for an unknown mode, NotFoundError for an unknown filter value."""
    if mode not in MODES:
        raise ValueError(f"mode must be one of {MODES}, not {mode!r}")
    query = corpus.read(text, switched_off)
    allowed = condition(connection, filters)
    if query.empty and filters:
        return _listed(connection, query, allowed, limit, offset)
    signals, total = rank(connection, corpus, query, allowed, mode, offset + limit)
    ordered = by_score(signals)
    if not ordered:
        return without_hits(connection, corpus, query, filters, mode)
    hits = tuple(hit(connection, corpus, query, *scored) for scored in ordered[offset : offset + limit])
    return Result(query, max(total, len(ordered)), hits, wordless_notice(connection, query, signals))


def by_score(signals: Mapping[str, scoring.Signals]) -> list[tuple[str, scoring.Signals]]:
    """Best first; equals in order of id."""
    return sorted(signals.items(), key=lambda item: (-item[1].values["score"], item[0]))


def hit(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, incident_id: str, signals: scoring.Signals) -> Hit:
    """A scored incident with the sentences that speak for it."""
    values = {name: value for name, value in signals.values.items() if name != "score"}
    return Hit(incident_id, signals.values["score"], values, evidence.why(connection, corpus, query, incident_id, signals))


def wordless_notice(connection: sqlite3.Connection, query: ReadQuery, found: Mapping[str, scoring.Signals]) -> str | None:
    """What to say when incidents came up though none holds a word, concept or tag of the query: they are near in meaning at best."""
    if any(signals.values[name] for signals in found.values() for name in WORDED):
        return None
    return no_hits.wordless_notice(no_hits.nearest_terms(connection, query))


def without_hits(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, filters: Filters, mode: str) -> Result:
    """The answer when nothing fits: what to try, and incidents found without the filters or by words that are spelt alike."""
    near = no_hits.nearest_terms(connection, query)
    other = query if filters else corpus.read(" ".join(near))
    signals, _ = rank(connection, corpus, other, condition(connection, Filters()), mode, NEAREST)
    best = by_score(signals)[:NEAREST]
    return Result(query, 0, (), no_hits.notice(query, filters, near), tuple(hit(connection, corpus, other, *scored) for scored in best))


def _listed(connection: sqlite3.Connection, query: ReadQuery, allowed: tuple[str, list[object]], limit: int, offset: int) -> Result:
    """Without a query, what the filters let pass, newest first."""
    where, parameters = allowed
    total = connection.execute(f"SELECT count(*) FROM incidents WHERE {where}", parameters).fetchone()[0]
    sql = f"SELECT id FROM incidents WHERE {where} ORDER BY coalesce(started_at, fiscal_year) DESC, id LIMIT ? OFFSET ?"
    hits = tuple(Hit(row[0], 0.0, {}, evidence.titled(connection, row[0])) for row in connection.execute(sql, [*parameters, limit, offset]))
    return Result(query, total, hits, None if hits else "この条件に当てはまる事故はありません。条件を一つ外して試してください。")


def rank(
    connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, allowed: tuple[str, list[object]], mode: str, limit: int
) -> tuple[dict[str, scoring.Signals], int]:
    """(signals by incident id with their fused "score", number of matching incidents); at least `limit` if there are as many."""
    whole = corpus.incidents <= EXHAUSTIVE
    reach = corpus.incidents if whole else max(CANDIDATES, limit)
    names = [term.text for term in query.terms]
    concepts = [match.concept_id for match in query.concepts]
    words = candidates.frequencies(connection, "word", names)
    known = candidates.frequencies(connection, "concept", concepts)
    found: dict[str, scoring.Signals] = {}
    ids: list[str] = []
    total = 0
    tags: dict[str, float] = {}
    soft = _soft_matches(connection, query, allowed)
    similar = _semantic(connection, corpus, query, allowed, reach) if mode != "keyword" else {}
    if mode != "semantic":
        ids = candidates.matching_incidents(connection, candidates.rarest(words), candidates.rarest(known), allowed, reach)
        ids += sorted(soft, key=lambda i: (-sum(soft[i].values()), i))[:reach]
        tags = _tag_matches(connection, corpus, concepts, allowed, [*ids, *similar])
        ids += sorted(tags, key=lambda i: (-tags[i], i))[:reach]
        total = candidates.count_matching(connection, list(words), list(known), allowed)
        if not ids and query.text:
            ids = candidates.containing(connection, query.text, allowed, reach)
    worded = ids
    ids = list(dict.fromkeys([*ids, *similar]))
    idf = lambda found: {t: scoring.inverse_frequency(corpus.incidents, n) for t, (_, n) in found.items()}  # noqa: E731
    asked = {name for conditions in soft.values() for name in conditions}
    weights = {} if mode == "semantic" else {name: weight for name, weight in SIGNAL_WEIGHTS.items() if name not in SOFT or name in asked}
    if mode != "keyword":
        weights["semantic"] = corpus.embedding_weight or 1.0
    if not whole:
        ids = _shortlist(ids, worded, {"semantic": similar, "tags": tags}, soft, weights)[: max(SHORTLIST, limit)]
    wanted = scoring.Wanted(idf(words), idf(candidates.frequencies(connection, "bigram", query.bigrams)), idf(known))
    for incident_id, passages in scoring.passages_of(connection, ids).items():
        signals = scoring.lexical(passages, wanted, corpus.average_words, corpus.average_bigrams)
        signals.values["tags"] = tags.get(incident_id, 0.0)
        signals.values["semantic"] = similar.get(incident_id, 0.0)
        signals.values |= dict.fromkeys(SOFT, 0.0) | soft.get(incident_id, {})
        score = sum(weight * signals.values[name] for name, weight in weights.items()) / sum(weights.values())
        if score > 0:
            signals.values["score"] = score
            found[incident_id] = signals
    return found, total


def _shortlist(
    ids: list[str],
    worded: list[str],
    signals: Mapping[str, Mapping[str, float]],
    soft: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
) -> list[str]:
    """Candidates by what is known of them without reading their passages, the most promising first."""
    place = {incident_id: 1 - rank / len(worded) for rank, incident_id in enumerate(worded)}

    def promise(incident_id: str) -> float:
        known = sum(weights.get(name, 0.0) * values.get(incident_id, 0.0) for name, values in signals.items())
        known += sum(weights.get(name, 0.0) * value for name, value in soft.get(incident_id, {}).items())
        return FIRST_STAGE * place.get(incident_id, 0.0) + known

    return sorted(ids, key=lambda incident_id: (-promise(incident_id), incident_id))


def _tag_matches(
    connection, corpus: Corpus, concepts: list[str], allowed: tuple[str, list[object]], near: list[str]
) -> dict[str, float]:
    """Incident → share (by idf) of the query's tags that it carries, by the tags that the query's concepts name.

    Who carries a tag that very many incidents carry is asked of the incidents in `near` alone.
    """
    permitted, parameters = restriction(allowed, "incident_id")
    found: dict[str, float] = {}
    total = 0.0
    for tag in dict.fromkeys(corpus.concept_tags[c] for c in concepts if c in corpus.concept_tags):
        holders = connection.execute("SELECT count(DISTINCT incident_id) FROM incident_tags WHERE tag_id = ?", [tag]).fetchone()[0]
        if not holders:
            continue
        weight = scoring.inverse_frequency(corpus.incidents, holders)
        total += weight
        common = holders > candidates.MATCH_BUDGET
        among = "AND incident_id IN (SELECT value FROM json_each(?))" if common else permitted
        sql = f"SELECT incident_id, max(confidence) FROM incident_tags WHERE tag_id = ? {among} GROUP BY incident_id"
        for incident_id, confidence in connection.execute(sql, [tag, json.dumps(near)] if common else [tag, *parameters]):
            found[incident_id] = found.get(incident_id, 0.0) + weight * confidence
    return {incident_id: value / total for incident_id, value in found.items()}


def _soft_matches(connection, query: ReadQuery, allowed: tuple[str, list[object]]) -> dict[str, dict[str, float]]:
    """Incident → {"carriers": share, "years": 1, "official": 1} of the carriers, years and classes of accidents that the query names."""
    where, _ = allowed
    permitted, parameters = restriction(allowed, "incident_id")
    found: dict[str, dict[str, float]] = {}
    for _, ids in query.carriers:
        marks = ", ".join("?" * len(ids))
        sql = f"SELECT DISTINCT incident_id FROM incident_carriers WHERE carrier_id IN ({marks}) {permitted}"
        for (incident_id,) in connection.execute(sql, [*ids, *parameters]):
            entry = found.setdefault(incident_id, {})
            entry["carriers"] = entry.get("carriers", 0.0) + 1 / len(query.carriers)
    conditions = [("years", "fiscal_year = ?", year) for year in query.fiscal_years]
    conditions += [("years", "substr(started_at, 1, 4) = ?", str(year)) for year in query.calendar_years]
    conditions += [("official", "statutory_class = ?", number) for number in query.classes]
    if query.official and not query.classes:
        conditions.append(("official", "official = ?", 1))
    for name, clause, value in conditions:
        for (incident_id,) in connection.execute(f"SELECT id FROM incidents WHERE {clause} AND {where}", [value, *parameters]):
            found.setdefault(incident_id, {})[name] = 1.0
    return found


def _semantic(connection, corpus: Corpus, query: ReadQuery, allowed: tuple[str, list[object]], limit: int) -> dict[str, float]:
    """Incident → cosine of its causal chain with the query, for the `limit` nearest incidents."""
    vectors = corpus.vectors(connection)
    vector = vectors.embedding.queries([query.text])[0] if query.text else None
    if vector is None or not vector.any() or not vectors.ids:
        return {}
    where, parameters = allowed
    permitted = None if where == "1" else {row[0] for row in connection.execute(f"SELECT id FROM incidents WHERE {where}", parameters)}
    cosines = np.vecdot(vectors.rows, vector)  # three times as fast as a matrix product once the rows leave the cache
    found: dict[str, float] = {}
    near = np.flatnonzero(cosines > NEAR * max(float(cosines.max()), 0.0))
    if permitted is None and len(near) > limit:
        near = near[cosines[near] >= np.partition(cosines[near], -limit)[-limit]]  # sorting all of a large base takes longest
    for index in near[np.argsort(-cosines[near], kind="stable")]:
        if len(found) >= limit:
            break
        if permitted is None or vectors.ids[index] in permitted:
            found[vectors.ids[index]] = float(min(cosines[index], 1.0))
    return found
