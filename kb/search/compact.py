"""All passages of a small base as columns of counts: the signals of `scoring.lexical` for every incident at once, without reading a text again."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from kb.japanese.text import bigrams, folded, without_long_marks
from kb.search.scoring import K1, B, Signals, Wanted, field_weight

Counts = np.ndarray[Any, np.dtype[np.float64]]

PASSAGES = "SELECT incident_id, id, field, text, words, concepts FROM passages WHERE incident_id IS NOT NULL ORDER BY incident_id, id"


class Columns:
    """How often each term stands in each passage: of a term, the passages that hold it and the counts, one after the other in two arrays."""

    def __init__(self, terms_of: Iterable[Mapping[str, int]]) -> None:
        self.rows = 0
        self._places: dict[str, int] = {}
        terms: list[int] = []
        rows: list[int] = []
        counts: list[int] = []
        for found in terms_of:
            for term, count in found.items():
                terms.append(self._places.setdefault(term, len(self._places)))
                rows.append(self.rows)
                counts.append(count)
            self.rows += 1
        order = np.argsort(terms, kind="stable")
        self._rows = np.asarray(rows, dtype=np.int32)[order]
        self._counts = np.asarray(counts, dtype=np.float32)[order]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(np.asarray(terms, dtype=np.intp), minlength=len(self._places)))])

    def of(self, terms: Iterable[str]) -> Counts:
        """Counts of shape (passages, terms)."""
        wanted = list(terms)
        found = np.zeros((self.rows, len(wanted)))
        for n, term in enumerate(wanted):
            place = self._places.get(term)
            if place is not None:
                part = slice(self._starts[place], self._starts[place + 1])
                found[self._rows[part], n] = self._counts[part]
        return found


class CompactPassages:
    """Passages in order of incident and id; made once for a base, then safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, average_words: float, average_bigrams: float) -> None:
        rows = connection.execute(PASSAGES).fetchall()
        self._ids = [row[1] for row in rows]
        owners = [row[0] for row in rows]
        self.incidents = list(dict.fromkeys(owners))
        self._starts = np.searchsorted(np.asarray(owners), np.asarray(self.incidents)) if rows else np.zeros(0, dtype=np.intp)
        self._weights = np.asarray([field_weight(row[2]) for row in rows])
        self._words = Columns(Counter(row[4].split(" ")) for row in rows)
        self._concepts = Columns(Counter(row[5].split(" ")) for row in rows)
        self._bigrams = Columns(_pairs(row[3]) for row in rows)
        lengths = self._per_incident((self._weights * [row[4].count(" ") + 1 for row in rows])[:, None])[:, 0]
        characters = self._per_incident((self._weights * [len(row[3]) for row in rows])[:, None])[:, 0]
        self._norm_words = 1 - B + B * lengths / max(average_words, 1.0)
        self._norm_bigrams = 1 - B + B * characters / max(average_bigrams, 1.0)

    def _per_incident(self, of_passages: Counts) -> Counts:
        return np.add.reduceat(of_passages, self._starts, axis=0) if len(self._starts) else of_passages

    def signals(self, wanted: Wanted) -> Iterator[tuple[str, Signals]]:
        """(incident, its signals) as `scoring.lexical` gives them, for every incident that has passages."""
        words, concepts, pairs = self._words.of(wanted.words), self._concepts.of(wanted.concepts), self._bigrams.of(wanted.bigrams)
        alone = _saturated(words, wanted.words, 1.0) + _saturated(concepts, wanted.concepts, 1.0) + 0.2 * _saturated(pairs, wanted.bigrams, 1.0)
        held = words.any(axis=1) | concepts.any(axis=1)
        alone = np.where(held, alone * (0.5 + 0.5 * np.minimum(self._weights, 1.0)) / 2.2, 0.0)
        weights = self._weights[:, None]
        values = {
            "words": _saturated(self._per_incident(words * weights), wanted.words, self._norm_words[:, None]),
            "concepts": _saturated(self._per_incident(concepts * weights), wanted.concepts, self._norm_words[:, None]),
            "bigrams": _saturated(self._per_incident(pairs * weights), wanted.bigrams, self._norm_bigrams[:, None]),
            "passage": np.maximum.reduceat(alone, self._starts) if len(self._starts) else alone,
        }
        columns = [values[name].tolist() for name in values]
        passages: dict[str, dict[int, float]] = {incident_id: {} for incident_id in self.incidents}
        owners = np.searchsorted(self._starts, np.flatnonzero(held), side="right") - 1
        for owner, place, score in zip(owners.tolist(), np.flatnonzero(held).tolist(), alone[held].tolist(), strict=True):
            passages[self.incidents[owner]][self._ids[place]] = score
        for incident_id, *row in zip(self.incidents, *columns, strict=True):
            yield incident_id, Signals(dict(zip(values, row, strict=True)), passages[incident_id])


def _pairs(text: str) -> Counter[str]:
    """Character pairs of a passage, as often as `str.count` finds them in it: aa stands once in aaa."""
    plain = without_long_marks(folded(text))
    return Counter({pair: count if pair[0] != pair[1] else plain.count(pair) for pair, count in Counter(bigrams(plain)).items()})


def _saturated(counts: Counts, wanted: Mapping[str, float], norm: float | Counts) -> Counts:
    """BM25 of each row of counts, as a share of what a row with every term in plenty would get."""
    weights = np.fromiter(wanted.values(), dtype=np.float64, count=len(wanted))
    if not len(weights):
        return np.zeros(len(counts))
    gained: Counts = (counts / (counts + K1 * norm)) @ weights / weights.sum()
    return gained
