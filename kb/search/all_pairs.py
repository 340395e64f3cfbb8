"""Every incident against the others at once: the same scores as `kb.search.likeness`, from sparse matrices instead of one profile at a time.

Its cost grows with the number of incidents and not with its square: above `likeness.EXHAUSTIVE` incidents, each is compared with
those that share its rarest words, measures and tags, and with those of the same company in the same days.
"""

from __future__ import annotations

import datetime
import sqlite3
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix

from kb.search import profile, scoring
from kb.search.corpus import Corpus
from kb.search.embedding import incident_vectors
from kb.search.likeness import AXIS_WEIGHTS, COMPARED_MEASURES, EXHAUSTIVE, SEMANTIC, VECTORS, Matrix
from kb.search.similar import EPISODE_DAYS, EPISODE_LIKENESS
from kb.search.stored import DEPTH, DIGITS, PrecedentRow

COMMON = 2_000  # a word or tag of more incidents than this finds none of them; where all are, the rarest two do
WORDS = 16  # of an incident's heaviest, with which others are looked for
MEASURE_WORDS = 8
FOUND_BY = {"words": (WORDS, 300), "measure_words": (MEASURE_WORDS, 100), "mechanism": (8, 60), "trigger": (8, 60), "equipment": (8, 40), "measure": (8, 60)}
TAG_AXES = ("trigger", "mechanism", "prolonging", "equipment", "measure")

PASSAGES = "SELECT incident_id, id, document_id, field, '', words, concepts FROM passages WHERE field IN ({marks}) AND incident_id IS NOT NULL ORDER BY incident_id, id"
MEASURE_VECTORS = """
    SELECT p.incident_id, e.vector FROM passages p JOIN embeddings e ON e.passage_id = p.id
    WHERE p.field = 'measure' AND p.incident_id IS NOT NULL ORDER BY p.incident_id, p.id"""
COMPANIES = """
    SELECT c.incident_id, c.carrier_id, substr(i.started_at, 1, 10) FROM incident_carriers c JOIN incidents i ON i.id = c.incident_id
    WHERE length(i.started_at) >= 10 ORDER BY 3"""

Rows = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False)
class Everything:
    """What signals are made of, in the order of `ids` (n): sparse rows by signal, `columns` the same by term, and vectors.

    `vectors` has shape (n, dimension), `measures` holds those of all measures; row i has the ones from `starts[i]` to `starts[i + 1]`.
    """

    ids: Sequence[str]
    rows: Mapping[str, csr_matrix]
    columns: Mapping[str, csc_matrix]
    vectors: Matrix
    measures: Matrix
    starts: np.ndarray[Any, np.dtype[np.intp]]
    embedding_weight: float
    close: Mapping[int, frozenset[int]]  # row → rows of the same company within EPISODE_DAYS

    def others(self, row: int) -> Rows:
        """The rows that one row is compared with, ascending, itself left out."""
        if len(self.ids) <= EXHAUSTIVE:
            found: Rows = np.arange(len(self.ids))
        else:
            parts = [self._sharing(row, signal, terms, limit) for signal, (terms, limit) in FOUND_BY.items()]
            found = np.unique(np.concatenate([*parts, np.fromiter(self.close.get(row, ()), dtype=np.intp)]))
        others: Rows = found[found != row]
        return others

    def _sharing(self, row: int, signal: str, terms: int, limit: int) -> Rows:
        """Rows that share the most of a row's heaviest rare terms."""
        matrix, columns = self.rows[signal], self.columns[signal]
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        own, weights = matrix.indices[start:end], matrix.data[start:end]
        sizes = columns.indptr[own + 1] - columns.indptr[own]
        rare = np.flatnonzero(sizes <= COMMON)
        if len(rare) < 2:
            rare = np.argsort(sizes, kind="stable")[:2]
        gained = np.zeros(len(self.ids), dtype=np.float32)
        for n in rare[np.argsort(-weights[rare], kind="stable")][:terms]:
            first, last = columns.indptr[own[n]], columns.indptr[own[n] + 1]
            step = -(-(last - first) // COMMON)  # of a common term, as many incidents as may be looked at, evenly spread
            gained[columns.indices[first:last:step]] += weights[n] * columns.data[first:last:step]
        gained[row] = 0.0
        found = np.flatnonzero(gained)
        return found if len(found) <= limit else found[np.argpartition(-gained[found], limit)[:limit]]

    def signals(self, row: int, others: Rows) -> dict[str, Matrix]:
        """Every signal between a row and others."""
        whole = len(others) == len(self.ids) - 1
        found = {}
        for name, matrix in self.rows.items():
            start, end = matrix.indptr[row], matrix.indptr[row + 1]
            if start == end:
                found[name] = np.zeros(len(others), dtype=np.float32)
                continue
            wanted = np.zeros(matrix.shape[1], dtype=np.float32)
            wanted[matrix.indices[start:end]] = matrix.data[start:end]
            found[name] = (matrix @ wanted)[others] if whole else matrix[others] @ wanted
        found["semantic"] = np.maximum(self.vectors[others] @ self.vectors[row], 0.0)
        found["measure_semantic"] = self._measures(row, others)
        return found

    def _measures(self, row: int, others: Rows) -> Matrix:
        """The mean of how well each measure is matched by one of the other's, and the other way round."""
        found = np.zeros(len(others), dtype=np.float32)
        own = self.measures[self.starts[row] : self.starts[row + 1]][:COMPARED_MEASURES]
        own = own[own.any(axis=1)]
        counts = self.starts[others + 1] - self.starts[others]
        some = np.flatnonzero(counts)
        if not len(own) or not len(some):
            return found
        ends = np.cumsum(counts[some])
        begins = ends - counts[some]
        at = np.arange(ends[-1]) + np.repeat(self.starts[others[some]] - begins, counts[some])
        likeness = np.clip(self.measures[at] @ own.T, 0.0, None)
        matched = np.maximum.reduceat(likeness, begins, axis=0).mean(axis=1)
        found[some] = (matched + np.add.reduceat(likeness.max(axis=1), begins) / counts[some]) / 2
        return found

    def precedents(self, row: int) -> Iterator[PrecedentRow]:
        """The first DEPTH on each axis, and those of the same episode apart."""
        others = self.others(row)
        signals = self.signals(row, others)
        near = np.fromiter(self.close.get(row, ()), dtype=np.intp)
        same = np.isin(others, near) & (np.maximum(signals["words"], signals["mechanism"]) >= EPISODE_LIKENESS)
        for axis, given in AXIS_WEIGHTS.items():
            weights = {name: weight * (self.embedding_weight if name in SEMANTIC else 1.0) for name, weight in given.items()}
            scores = sum(weight * signals[name].astype(np.float64) for name, weight in weights.items()) / sum(weights.values())
            scores = np.round(scores, DIGITS)
            for episode in (False, True):
                chosen = np.flatnonzero((scores > 0) & (same == episode))
                order = chosen[np.lexsort((others[chosen], -scores[chosen]))][:DEPTH]
                for rank, n in enumerate(order, start=1):
                    yield self.ids[row], self.ids[others[n]], axis, rank, float(scores[n]), int(episode)


def load_everything(connection: sqlite3.Connection, corpus: Corpus) -> Everything:
    """Read the profiles of all incidents; `corpus` says how many there are and what the model's cosine is worth."""
    ids = [row[0] for row in connection.execute("SELECT id FROM incidents ORDER BY id")]
    number = {incident_id: n for n, incident_id in enumerate(ids)}
    idf = {unit: _idf(connection, unit, corpus.incidents) for unit in ("word", "concept")}
    collected = {name: _Collected() for name in (*VECTORS, *TAG_AXES)}
    for incident_id, passages in _by_incident(connection):
        for name, unit, fields in (
            ("words", "words", profile.CHAIN), ("concepts", "concepts", profile.CHAIN),
            ("measure_words", "words", profile.MEASURES), ("measure_concepts", "concepts", profile.MEASURES),
        ):  # fmt: skip
            vector = profile.unit_vector(profile.weighted_counts(passages, unit, fields), idf["word" if unit == "words" else "concept"])
            collected[name].add(number[incident_id], vector)
    tag_idf = corpus.tag_idf(connection)
    for incident_id, axes in profile.tags_of(connection, ids).items():
        for axis, tags in axes.items():
            if axis in TAG_AXES:
                length = sum(tag_idf[tag] ** 2 for tag in tags) ** 0.5
                sure = {tag: tag_idf[tag] * tags[tag] / length for tag in sorted(tags)} if length else {}
                collected[axis].add(number[incident_id], sure)
    rows = {name: one.matrix(len(ids)) for name, one in collected.items()}
    columns = {name: rows[name].tocsc() for name in FOUND_BY} if len(ids) > EXHAUSTIVE else {}
    held, vectors = incident_vectors(connection)
    aligned = np.zeros((len(ids), vectors.shape[1]), dtype=np.float32)
    aligned[[number[i] for i in held]] = vectors
    measures, starts = _measures_of(connection, number, vectors.shape[1])
    return Everything(ids, rows, columns, aligned, measures, starts, corpus.embedding_weight, _close(connection, number))


def _measures_of(connection: sqlite3.Connection, number: Mapping[str, int], dimension: int) -> tuple[Matrix, np.ndarray[Any, np.dtype[np.intp]]]:
    counts = np.zeros(len(number) + 1, dtype=np.intp)
    joined = bytearray()
    for incident_id, vector in connection.execute(MEASURE_VECTORS):
        counts[number[incident_id] + 1] += 1
        joined += vector
    return np.frombuffer(joined, dtype="<f4").reshape(-1, dimension), np.cumsum(counts)


class _Collected:
    """A sparse matrix while it grows."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.entries: list[tuple[np.ndarray[Any, np.dtype[np.int32]], Matrix, int]] = []

    def add(self, row: int, vector: Mapping[str, float]) -> None:
        columns = np.fromiter((self.terms.setdefault(term, len(self.terms)) for term in vector), dtype=np.int32, count=len(vector))
        self.entries.append((columns, np.fromiter(vector.values(), dtype=np.float32, count=len(vector)), row))

    def matrix(self, rows: int) -> csr_matrix:
        if not self.entries:
            return csr_matrix((rows, 1), dtype=np.float32)
        at = np.repeat([row for _, _, row in self.entries], [len(columns) for columns, _, _ in self.entries])
        data, columns = (np.concatenate([entry[n] for entry in self.entries]) for n in (1, 0))
        return csr_matrix((data, (at, columns)), shape=(rows, max(len(self.terms), 1)), dtype=np.float32)


def _idf(connection: sqlite3.Connection, unit: str, incidents: int) -> dict[str, float]:
    rows = connection.execute("SELECT term, incidents FROM frequencies WHERE unit = ?", [unit])
    return {term: scoring.inverse_frequency(incidents, held) for term, held in rows if unit == "word" or not term.startswith(profile.PLACES)}


def _by_incident(connection: sqlite3.Connection) -> Iterator[tuple[str, list[scoring.Passage]]]:
    fields = (*profile.CHAIN, *profile.MEASURES)
    current: str | None = None
    passages: list[scoring.Passage] = []
    for incident_id, *values in connection.execute(PASSAGES.format(marks=", ".join("?" * len(fields))), fields):
        if incident_id != current:
            if current is not None:
                yield current, passages
            current, passages = incident_id, []
        passages.append(scoring.Passage(*values))
    if current is not None:
        yield current, passages


def _close(connection: sqlite3.Connection, number: Mapping[str, int]) -> dict[int, frozenset[int]]:
    """Row → rows of incidents of one of its companies that began within EPISODE_DAYS."""
    of_company: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for incident_id, company, day in connection.execute(COMPANIES):
        of_company[company].append((datetime.date.fromisoformat(day).toordinal(), number[incident_id]))
    found: dict[int, set[int]] = defaultdict(set)
    for struck in of_company.values():
        days = [day for day, _ in struck]
        for day, row in struck:
            near = struck[bisect_left(days, day - EPISODE_DAYS) : bisect_right(days, day + EPISODE_DAYS)]
            found[row].update(other for _, other in near if other != row)
    return {row: frozenset(others) for row, others in found.items()}


def all_precedents(connection: sqlite3.Connection, corpus: Corpus) -> Iterator[PrecedentRow]:
    """Rows of `precedents` for every incident, in order of id."""
    everything = load_everything(connection, corpus)
    for row in range(len(everything.ids)):
        yield from everything.precedents(row)
