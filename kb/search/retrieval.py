"""Scored incidents for a query as read: find candidates, score them, and let conditions bind or raise."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from kb.search import candidates, conditions, scoring
from kb.search.conditions import Binding
from kb.search.corpus import Corpus
from kb.search.filters import Filters, condition, restriction
from kb.search.query import Condition, ReadQuery

EXHAUSTIVE = 1_000  # a base of up to so many incidents is scored whole
CANDIDATES = 120  # of a larger one, so many from each signal are looked at …
SHORTLIST = 40  # … and so many of these, or as many as are asked for, are scored
FIRST_STAGE = 1.5  # what the place in the full-text ranking is worth when the shortlist is made
NEAR = 0.25  # share of the best cosine below which nearness of meaning is noise
HEARD = 0.8  # what a word that the query sounds like is worth beside one that it writes

# How much a signal (0..1) counts; that of "semantic" depends on the model and is stored with the vectors. Fitted on db/judgements/train.jsonl: see bench/relevance.md.
SIGNAL_WEIGHTS: Mapping[str, float] = {
    "words": 1.0, "bigrams": 1.0, "concepts": 1.0, "passage": 0.35, "tags": 0.4, "carriers": 3.0, "years": 3.0, "sizes": 2.0, "official": 2.0, "areas": 2.0,
}  # fmt: skip
SOFT = ("carriers", "years", "sizes", "official", "areas")  # signals of conditions: they raise incidents and exclude none
WORDED = ("words", "concepts", "tags")  # signals of what a query says, as opposed to how it sounds

Allowed = tuple[str, list[object]]


@dataclass(frozen=True)
class Retrieved:
    """Signals by incident (with the fused "score" and the "topical" one, conditions apart), how many match in all, and the conditions as applied."""

    signals: Mapping[str, scoring.Signals]
    matching: int
    bindings: tuple[Binding, ...] = ()
    whole: bool = True  # every incident was scored; otherwise `matching` counts what holds a word of the query

    @property
    def binds(self) -> bool:
        """Whether a condition of the query leaves something out."""
        return any(binding.strict for binding in self.bindings)

    @property
    def ordered(self) -> list[tuple[str, scoring.Signals]]:
        """Best first; equals in order of id."""
        return sorted(self.signals.items(), key=lambda item: (-item[1].values["score"], item[0]))


def retrieve(
    connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, filters: Filters, mode: str, reach: int, soft: Set[str] = frozenset()
) -> Retrieved:
    """At least `reach` incidents if as many fit. Conditions whose key is in `soft` never bind. Raises NotFoundError for unknown filter values."""
    everything = conditions.excluding(query.conditions, ("1", []))
    allowed = conditions.excluding(query.conditions, condition(connection, filters))
    whole = corpus.incidents <= EXHAUSTIVE
    asked = everything if whole else allowed  # what binds in a small base does not depend on the filters
    met = conditions.meeting(connection, query.conditions, asked)
    raised = conditions.soft_signals(connection, query, met, asked)
    signals, matching = _rank(connection, corpus, query, asked, mode, reach, raised)
    bound = conditions.binding(query, met, {i: s.values["topical"] for i, s in signals.items()}, soft)
    wide = {c: conditions.widened(c) for c in bound}
    if bound and whole:
        ids = conditions.together(list(wide.values()), {**met, **conditions.meeting(connection, [w for c, w in wide.items() if w != c], asked)})
        signals = {i: s for i, s in signals.items() if i in ids}
    elif bound:
        signals, matching = _rank(connection, corpus, query, _narrowed(allowed, list(wide.values())), mode, reach, raised)
    if whole and filters:
        permitted = {row[0] for row in connection.execute(f"SELECT id FROM incidents WHERE {allowed[0]}", allowed[1])}
        signals = {i: s for i, s in signals.items() if i in permitted}
    bindings = tuple(Binding(c, c in bound or (c.kind == "not" and c.exact), _left_out(connection, corpus, c, c in bound)) for c in query.conditions)
    return Retrieved(signals, len(signals) if whole else matching, bindings, whole)


def _left_out(connection: sqlite3.Connection, corpus: Corpus, one: Condition, bound: bool) -> int:
    """How many incidents of the whole base a condition leaves out by itself."""
    made = conditions.clause(conditions.widened(one)) if bound or (one.kind == "not" and one.exact) else None
    if made is None:
        return 0
    return int(corpus.incidents - connection.execute(f"SELECT count(*) FROM incidents WHERE {made[0]}", made[1]).fetchone()[0])


def _narrowed(allowed: Allowed, bound: Sequence[Condition]) -> Allowed:
    """`allowed` and one condition of every kind that binds."""
    where, parameters = allowed
    by_kind: dict[str, list[tuple[str, list[object]]]] = {}
    for one in bound:
        made = conditions.clause(one)
        if made:
            by_kind.setdefault(one.kind, []).append(made)
    for alternatives in by_kind.values():
        where = f"{where} AND ({' OR '.join(sql for sql, _ in alternatives)})"
        parameters = [*parameters, *(value for _, values in alternatives for value in values)]
    return where, parameters


def _rank(
    connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, allowed: Allowed, mode: str, limit: int, soft: Mapping[str, Mapping[str, float]]
) -> tuple[dict[str, scoring.Signals], int]:
    """(signals by incident id, number of matching incidents); at least `limit` if there are as many."""
    whole = corpus.incidents <= EXHAUSTIVE
    reach = corpus.incidents if whole else max(CANDIDATES, limit)
    heard = {term.text for term in query.heard}
    names = [*(term.text for term in query.terms), *heard]
    concepts = [match.concept_id for match in query.concepts]
    words = candidates.frequencies(connection, "word", names)
    known = candidates.frequencies(connection, "concept", concepts)
    found: dict[str, scoring.Signals] = {}
    ids: list[str] = []
    total = 0
    tags: dict[str, float] = {}
    similar = _semantic(connection, corpus, query, allowed, reach) if mode != "keyword" else {}
    permitted = None if allowed[0] == "1" else {row[0] for row in connection.execute(f"SELECT id FROM incidents WHERE {allowed[0]}", allowed[1])} if soft else set()
    raised = {i: values for i, values in soft.items() if permitted is None or i in permitted}
    if mode != "semantic":
        ids = candidates.matching_incidents(connection, candidates.rarest(words), candidates.rarest(known), allowed, reach)
        ids += sorted(raised, key=lambda i: (-sum(raised[i].values()), i))[:reach]
        tags = _tag_matches(connection, corpus, concepts, allowed, [*ids, *similar])
        ids += sorted(tags, key=lambda i: (-tags[i], i))[:reach]
        total = candidates.count_matching(connection, list(words), list(known), allowed)
        if not ids and query.topic.strip():
            ids = candidates.containing(connection, query.topic.strip(), allowed, reach)
    elif not similar:
        ids = sorted(raised, key=lambda i: (-sum(raised[i].values()), i))[:reach]
    worded = ids
    ids = list(dict.fromkeys([*ids, *similar]))
    asked = {name for values in soft.values() for name in values}
    weights = {} if mode == "semantic" else {name: weight for name, weight in SIGNAL_WEIGHTS.items() if name not in SOFT}
    if mode != "keyword":
        weights["semantic"] = corpus.embedding_weight or 1.0
    topical = sum(weights.values())
    weights |= {name: SIGNAL_WEIGHTS[name] for name in asked}
    if not whole:
        ids = _shortlist(ids, worded, {"semantic": similar, "tags": tags}, raised, weights)[: max(SHORTLIST, limit)]
    weighted = {t: scoring.inverse_frequency(corpus.incidents, n) * (HEARD if t in heard else 1.0) for t, (_, n) in words.items()}
    wanted = scoring.Wanted(weighted, _idf(corpus, candidates.frequencies(connection, "bigram", query.bigrams)), _idf(corpus, known))
    for incident_id, signals in _lexical(connection, corpus, ids, wanted):
        signals.values["tags"] = tags.get(incident_id, 0.0)
        signals.values["semantic"] = similar.get(incident_id, 0.0)
        about = sum(weight * signals.values[name] for name, weight in weights.items() if name not in SOFT)
        signals.values |= dict.fromkeys(SOFT, 0.0) | dict(raised.get(incident_id, {}))
        score = (about + sum(weights[name] * signals.values[name] for name in asked)) / sum(weights.values())
        if score > 0:
            signals.values |= {"score": score, "topical": about / topical}
            found[incident_id] = signals
    return found, total


def _lexical(connection: sqlite3.Connection, corpus: Corpus, ids: Sequence[str], wanted: scoring.Wanted) -> Iterator[tuple[str, scoring.Signals]]:
    """Signals of the incidents' passages, those of a small base from memory."""
    compact = corpus.compact(connection) if corpus.incidents <= EXHAUSTIVE else None
    if compact is not None:
        chosen = set(ids)
        yield from ((incident_id, signals) for incident_id, signals in compact.signals(wanted) if incident_id in chosen)
        return
    for incident_id, passages in scoring.passages_of(connection, ids).items():
        yield incident_id, scoring.lexical(passages, wanted, corpus.average_words, corpus.average_bigrams)


def _idf(corpus: Corpus, found: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    return {term: scoring.inverse_frequency(corpus.incidents, incidents) for term, (_, incidents) in found.items()}


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
    connection: sqlite3.Connection, corpus: Corpus, concepts: list[str], allowed: tuple[str, list[object]], near: list[str]
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


def _semantic(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, allowed: tuple[str, list[object]], limit: int) -> dict[str, float]:
    """Incident → cosine of its causal chain with the query, for the `limit` nearest incidents."""
    vectors = corpus.vectors(connection)
    vector = vectors.embedding.queries([query.meant])[0] if query.meant.strip() else None
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
