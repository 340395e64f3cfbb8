"""Second stage: signals of an incident for a query, each between 0 and 1, from the stored text of its passages.

Words, concepts and character bigrams are scored with BM25 (k1 0.6, b 0.75, measured best) over the whole incident, with
fields weighted (BM25F: weights act on term counts before saturation); the best single passage counts once more, because
words that stand together mean more than words spread over a record.
"""

from __future__ import annotations

import math
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.japanese.text import folded, without_long_marks

K1 = 0.6
B = 0.75

# What a field's words are worth; fitted on the training queries. Notes are about sources, not about the accident.
FIELD_WEIGHTS: Mapping[str, float] = {
    "title": 1.5, "keyword": 1.5, "cause": 1.0, "prolonging": 1.0, "measure": 0.7, "guidance": 0.6, "impact": 0.6, "lesson": 0.5, "exchange": 0.4,
    "notification": 0.4, "area": 0.3, "meeting": 0.2, "note": 0.2,
}  # fmt: skip


def field_weight(name: str) -> float:
    """What a passage's field counts in ranking."""
    return FIELD_WEIGHTS.get(name, 0.5)


@dataclass(frozen=True)
class Passage:
    """A stored passage of a candidate incident; `words` and `concepts` are joined by single spaces."""

    id: int
    document_id: int
    field: str
    text: str
    words: str
    concepts: str


@dataclass(frozen=True)
class Wanted:
    """What is looked for: term → weight (inverse document frequency over incidents) for each unit of text."""

    words: Mapping[str, float]
    bigrams: Mapping[str, float]
    concepts: Mapping[str, float]


@dataclass
class Signals:
    """An incident's evidence: signal name → value in [0, 1], and the score of each passage on its own."""

    values: dict[str, float] = field(default_factory=dict)
    passages: dict[int, float] = field(default_factory=dict)


def inverse_frequency(incidents: int, holding: int) -> float:
    """Robertson/Spärck Jones idf, kept positive."""
    return math.log(1 + (incidents - holding + 0.5) / (holding + 0.5))


def passages_of(connection: sqlite3.Connection, incident_ids: Sequence[str]) -> dict[str, list[Passage]]:
    """All passages of the incidents, by incident."""
    found: dict[str, list[Passage]] = defaultdict(list)
    for start in range(0, len(incident_ids), 500):
        part = incident_ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        sql = f"SELECT incident_id, id, document_id, field, text, words, concepts FROM passages WHERE incident_id IN ({marks}) ORDER BY id"
        for incident_id, identifier, document_id, name, text, words, concepts in connection.execute(sql, part):
            found[incident_id].append(Passage(identifier, document_id, name, text, words, concepts))
    return found


def lexical(passages: Sequence[Passage], wanted: Wanted, average_words: float, average_bigrams: float) -> Signals:
    """Signals "words", "bigrams", "concepts" and "passage" of one incident."""
    words: dict[str, float] = {}
    concepts: dict[str, float] = {}
    bigrams: dict[str, float] = {}
    length = characters = best = 0.0
    signals = Signals()
    for passage in passages:
        weight = field_weight(passage.field)
        length += weight * (passage.words.count(" ") + 1)
        characters += weight * len(passage.text)
        found_words = _count_terms(passage.words, wanted.words)
        found_concepts = _count_terms(passage.concepts, wanted.concepts)
        found_bigrams = _count_bigrams(without_long_marks(folded(passage.text)), wanted.bigrams)
        for totals, found in ((words, found_words), (concepts, found_concepts), (bigrams, found_bigrams)):
            for term, count in found.items():
                totals[term] = totals.get(term, 0.0) + weight * count
        if found_words or found_concepts:
            alone = _saturated(found_words, wanted.words, 1.0) + _saturated(found_concepts, wanted.concepts, 1.0)
            alone += 0.2 * _saturated(found_bigrams, wanted.bigrams, 1.0)
            signals.passages[passage.id] = alone * (0.5 + 0.5 * min(weight, 1.0)) / 2.2
            best = max(best, signals.passages[passage.id])
    norm_words = 1 - B + B * length / max(average_words, 1.0)
    norm_bigrams = 1 - B + B * characters / max(average_bigrams, 1.0)
    signals.values["words"] = _saturated(words, wanted.words, norm_words)
    signals.values["concepts"] = _saturated(concepts, wanted.concepts, norm_words)
    signals.values["bigrams"] = _saturated(bigrams, wanted.bigrams, norm_bigrams)
    signals.values["passage"] = best
    return signals


def _count_terms(joined: str, wanted: Mapping[str, float]) -> dict[str, int]:
    """How often each wanted term stands in terms joined by spaces."""
    found = [term for term in wanted if term in joined]
    if not found:
        return {}
    tokens = joined.split(" ")
    return {term: count for term in found if (count := tokens.count(term))}


def _count_bigrams(text: str, wanted: Mapping[str, float]) -> dict[str, int]:
    return {pair: text.count(pair) for pair in wanted if pair in text}


def _saturated(counts: Mapping[str, float], weights: Mapping[str, float], norm: float) -> float:
    """BM25 of the counts, as a share of what a record with every term in plenty would get."""
    if not counts:
        return 0.0
    gained = sum(weights[term] * count / (count + K1 * norm) for term, count in counts.items())
    return gained / sum(weights.values())
