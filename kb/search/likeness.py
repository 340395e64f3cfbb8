"""How alike two accidents are: signals between 0 and 1, weighed by axis."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.errors import EmbeddingError
from kb.search import candidates, profile
from kb.search.corpus import Corpus, Vectors
from kb.search.embedding import measure_vectors
from kb.search.filters import Filters, condition
from kb.search.profile import Profile
from kb.search.ranking import Hit

Matrix = np.ndarray[Any, np.dtype[np.float32]]

EXHAUSTIVE = 1_000  # up to so many incidents, all are compared
CANDIDATES = 300
MOST_CANDIDATES = 1_200
QUERY_WORDS = 16  # with all of a long report's words and concepts, FTS5 takes seconds
QUERY_CONCEPTS = 8
COMPARED_MEASURES = 60  # of a draft: no report promises more, and lists pasted by mistake stay quick

# How much a signal (0..1) counts on each axis; those of SEMANTIC count that many times what the model's cosine is worth in search,
# which is stored with the vectors: 4 for the trained model, a tenth of that for one fitted at build time. Those of "all" were fitted
# on db/judgements/similar-train.jsonl, see bench/relevance.md; those of the single axes on db/judgements/drafts-dev.jsonl.
AXIS_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "all": {
        "words": 2.0, "concepts": 1.4, "semantic": 0.9, "mechanism": 0.5, "trigger": 0.25, "prolonging": 0.3, "equipment": 0.1, "measure": 0.15,
    },
    "trigger": {"trigger": 1.0, "words": 0.5, "semantic": 0.1},
    "mechanism": {"mechanism": 1.0, "prolonging": 0.3, "words": 1.0, "concepts": 0.8, "semantic": 0.6},
    "equipment": {"equipment": 1.0, "words": 0.4, "concepts": 0.3, "semantic": 0.05},
    "measure": {"measure": 0.7, "measure_words": 0.7, "measure_concepts": 0.3, "measure_semantic": 0.5, "words": 0.3, "semantic": 0.2},
}  # fmt: skip
SEMANTIC = ("semantic", "measure_semantic")
VECTORS = ("words", "concepts", "measure_words", "measure_concepts")


@dataclass(frozen=True)
class Others:
    """What an anchor is compared with: profiles and cosines by incident, and how rare each tag is.

    `cosines` are of the causal chains, `measure_cosines` tell how well the measures match one by one.
    """

    profiles: Mapping[str, Profile]
    cosines: Mapping[str, float]
    measure_cosines: Mapping[str, float]
    idf: Mapping[str, float]


def others(connection: sqlite3.Connection, corpus: Corpus, anchor: Profile, filters: Filters) -> Others:
    """Read the incidents that the anchor is to be compared with: all of a small base, the likeliest of a large one."""
    profiles = profile.of_incidents(connection, corpus, _candidates(connection, corpus, anchor, filters))
    try:
        vectors = corpus.vectors(connection)
    except EmbeddingError:  # the other signals stand on their own; `kb search` reports the model
        return Others(profiles, {}, {}, corpus.tag_idf(connection))
    measured = _measure_cosines(connection, vectors, anchor, list(profiles))
    return Others(profiles, _cosines(vectors, anchor), measured, corpus.tag_idf(connection))


def stored_others(connection: sqlite3.Connection, corpus: Corpus, incident_id: str, profiles: Mapping[str, Profile]) -> Others:
    """A few stored incidents that a stored incident is compared with: their vectors need no model."""
    ids = [incident_id, *profiles]
    sql = f"SELECT incident_id, vector FROM incident_embeddings WHERE incident_id IN ({', '.join('?' * len(ids))})"
    vectors = {i: np.frombuffer(vector, dtype="<f4") for i, vector in connection.execute(sql, ids)}
    cosines = {i: max(float(vectors[incident_id] @ vectors[i]), 0.0) for i in profiles}
    measures = measure_vectors(connection, ids)
    return Others(profiles, cosines, _matched(measures.pop(incident_id, None), measures), corpus.tag_idf(connection))


def scored(anchor: Profile, compared: Others, axis: str, corpus: Corpus) -> list[Hit]:
    """Incidents with anything in common with the anchor on `axis`, the likest first."""
    weights = {name: weight * corpus.embedding_weight if name in SEMANTIC else weight for name, weight in AXIS_WEIGHTS[axis].items()}
    hits = []
    for incident_id, other in compared.profiles.items():
        signals = {name: _signal(name, anchor, other, compared, incident_id) for name in weights}
        score = sum(weights[name] * value for name, value in signals.items()) / sum(weights.values())
        if score > 0:
            hits.append(Hit(incident_id, score, signals, ()))
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))


def shared_share(one: Mapping[str, float], other: Mapping[str, float], idf: Mapping[str, float]) -> float:
    """Cosine of two sets of tags, each weighted by its rarity, times how sure the shared ones are: 1 for equal sets that are certain, 0 for disjoint ones."""
    common = sum(idf.get(tag, 0.0) ** 2 * one[tag] * other[tag] for tag in one if tag in other)
    most = (_squares(one, idf) * _squares(other, idf)) ** 0.5
    return common / most if most else 0.0


def _squares(tags: Mapping[str, float], idf: Mapping[str, float]) -> float:
    return sum(idf.get(tag, 0.0) ** 2 for tag in tags)


def _signal(name: str, anchor: Profile, other: Profile, compared: Others, incident_id: str) -> float:
    if name == "semantic":
        return compared.cosines.get(incident_id, 0.0)
    if name == "measure_semantic":
        return compared.measure_cosines.get(incident_id, 0.0)
    if name in VECTORS:
        return profile.cosine(getattr(anchor, name), getattr(other, name))
    return shared_share(anchor.tags.get(name, {}), other.tags.get(name, {}), compared.idf)


def _candidates(connection: sqlite3.Connection, corpus: Corpus, anchor: Profile, filters: Filters) -> list[str]:
    where, parameters = condition(connection, filters)
    if corpus.incidents <= EXHAUSTIVE:
        return [row[0] for row in connection.execute(f"SELECT id FROM incidents WHERE {where}", parameters)]
    vector = anchor.words or anchor.measure_words
    salient = sorted(vector, key=lambda word: (-vector[word], word))[:QUERY_WORDS]
    named = sorted(anchor.concepts, key=lambda concept: (-anchor.concepts[concept], concept))[:QUERY_CONCEPTS]
    words, concepts = (candidates.rarest(candidates.frequencies(connection, unit, terms)) for unit, terms in (("word", salient), ("concept", named)))
    ids = candidates.matching_incidents(connection, words, concepts, (where, parameters), CANDIDATES)
    idf = corpus.tag_idf(connection)
    tags = sorted((tag for axis in ("mechanism", "trigger") for tag in anchor.tags.get(axis, ())), key=lambda tag: (-idf.get(tag, 0.0), tag))
    for tag in tags:  # a long draft has many tags, the rarest of which say most
        if len(ids) >= MOST_CANDIDATES:
            break
        sql = f"SELECT DISTINCT incident_id FROM incident_tags WHERE tag_id = ? AND incident_id IN (SELECT id FROM incidents WHERE {where}) LIMIT ?"
        ids += [row[0] for row in connection.execute(sql, [tag, *parameters, CANDIDATES])]
    return list(dict.fromkeys(ids))


def _cosines(vectors: Vectors, anchor: Profile) -> dict[str, float]:
    """Incident → cosine of its vector with the anchor's."""
    vector = vectors.embedding.documents([anchor.text])[0]
    return {i: max(float(cosine), 0.0) for i, cosine in zip(vectors.ids, np.vecdot(vectors.rows, vector))} if vector.any() else {}


def _measure_cosines(connection: sqlite3.Connection, vectors: Vectors, anchor: Profile, incident_ids: Sequence[str]) -> dict[str, float]:
    """Incident → mean of how well each measure of the anchor is matched by one of its measures, and the other way round."""
    if not anchor.measures:
        return {}
    return _matched(vectors.embedding.documents(anchor.measures[:COMPARED_MEASURES]), measure_vectors(connection, incident_ids))


def _matched(own: Matrix | None, others: Mapping[str, Matrix]) -> dict[str, float]:
    if own is None:
        return {}
    own = own[:COMPARED_MEASURES]
    own = own[own.any(axis=1)]
    found = {}
    for incident_id, rows in others.items():
        likeness = np.clip(own @ rows.T, 0.0, None)
        if likeness.size:
            found[incident_id] = float((likeness.max(axis=1).mean() + likeness.max(axis=0).mean()) / 2)
    return found
