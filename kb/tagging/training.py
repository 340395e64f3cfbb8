"""Learning from curated tags how far rules and similarity can be trusted on each axis.

Reading the incidents and comparing their sentences is the dear part and knows no tags, so it is done once for a whole
catalogue; fitting on some of its incidents is cheap, which is what makes leaving out one year after the other cheap.
Every signal of a training incident is computed as if its own tags were unknown, so that the weights learnt from these
signals hold for incidents never seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.knowledge.taxonomy import AXES, Taxonomy
from kb.model import Incident
from kb.tagging.combination import Array, Logistic, best_threshold, fit_logistic
from kb.tagging.rules import RuleBook
from kb.tagging.signals import Record, RuleTrust, count_trust, heard, names_of, read_record, signals, tags_named
from kb.tagging.similarity import Matrix, Ridge, Vectoriser, fit_ridge, vectoriser

_SENTENCE_PENALTY = 1.0
_RECORD_PENALTY = 1.0
_LOGISTIC_PENALTY = 10.0
_THRESHOLDS = (0.35, 0.45)
# Rules fit the years they were written from too well; the years kept unread tell how they fare on new text.
_READ, _UNREAD = 0.5, 3.0
FEWEST = 10  # incidents from which anything can be learnt


@dataclass(frozen=True)
class AxisReading:
    """The training texts of one axis: a row a sentence and a row a tag's names, then a row an incident.

    `names` are the spellings looked for and `named` (incidents, tags) is 1 where one was met; `owners` gives for each sentence row the incident's number, or the number of incidents + the tag's column.
    """

    tags: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    named: Array
    owners: NDArray[np.int64]
    labels: Matrix
    rows: Matrix
    kernel: Matrix
    whole_rows: Matrix
    whole_kernel: Matrix


@dataclass(frozen=True)
class Reading:
    """Incidents with curated tags, read but not yet learnt from."""

    incidents: tuple[Incident, ...]
    records: tuple[Record, ...]
    known: tuple[frozenset[str], ...]
    weights: tuple[float, ...]
    vectors: Vectoriser
    axes: Mapping[str, AxisReading]


@dataclass(frozen=True)
class AxisModel:
    """What was learnt for one axis; `tags` gives the columns of both regressions."""

    tags: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    sentences: Ridge
    records: Ridge
    logistic: Logistic
    threshold: float


@dataclass(frozen=True)
class Learnt:
    """Everything learnt from the training incidents."""

    vectors: Vectoriser
    trust: RuleTrust
    axes: Mapping[str, AxisModel]


def read_training(training: Sequence[Incident], taxonomy: Taxonomy, book: RuleBook) -> Reading:
    """Read those incidents of `training` that carry curated tags."""
    incidents = tuple(i for i in training if any(tag.method == "curated" for tag in i.tags))
    records = tuple(read_record(incident, book) for incident in incidents)
    known = tuple(frozenset(tag.tag for tag in i.tags if tag.method == "curated") for i in incidents)
    vectors = vectoriser([passage.folded for record in records for passage in record.passages])
    axes = {axis: _read_axis(axis, incidents, records, vectors, taxonomy, book) for axis in AXES}
    weights = tuple(_UNREAD if incident.fiscal_year in book.unread_years else _READ for incident in incidents)
    return Reading(incidents, records, known, weights, vectors, axes)


def learn(reading: Reading, members: Sequence[int]) -> Learnt | None:
    """Fit on the incidents numbered `members`; None when they are fewer than FEWEST."""
    if len(members) < FEWEST:
        return None
    # Signals of one half are weighed by what the other half says of the rules. Leaving out only the incident itself
    # would give its own tags away: a rule looks worse exactly where it was right.
    halves = [_count(reading, members[1::2]), _count(reading, members[0::2])]
    axes = {axis: _fit_axis(reading, axis, members, halves) for axis in AXES}
    return Learnt(reading.vectors, _count(reading, members), axes)


def _count(reading: Reading, members: Sequence[int]) -> RuleTrust:
    return count_trust(
        [reading.records[number] for number in members],
        [reading.known[number] for number in members],
        [reading.weights[number] for number in members],
        [tag for axis in AXES for tag in reading.axes[axis].tags],
    )


def _read_axis(
    axis: str, incidents: Sequence[Incident], records: Sequence[Record], vectors: Vectoriser, taxonomy: Taxonomy,
    book: RuleBook,
) -> AxisReading:  # fmt: skip
    tags = tuple(tag.key for tag in taxonomy.on_axis(axis))
    texts: list[str] = []
    owners: list[int] = []
    labels: list[list[float]] = []
    whole: list[str] = []
    names = tuple(names_of(taxonomy.get(tag)) for tag in tags)
    for number, (incident, record) in enumerate(zip(incidents, records)):
        evidence = {tag.tag: tag.evidence for tag in incident.tags if tag.method == "curated"}
        chosen, audible = heard(record, axis, book)
        whole.append("\n".join(audible))
        for passage, text in zip(chosen, audible):
            texts.append(text)
            owners.append(number)
            labels.append([float(tag in evidence and _shares(passage.text, evidence[tag])) for tag in tags])
    for column, tag in enumerate(tags):
        known = taxonomy.get(tag)
        texts.append("\n".join((known.label_ja, *known.synonyms)))
        owners.append(len(incidents) + column)
        labels.append([float(column == other) for other in range(len(tags))])
    rows, whole_rows = vectors.matrix(texts), vectors.matrix(whole)
    named = np.array([tags_named([text], names) for text in whole]).reshape(len(whole), len(tags))
    return AxisReading(
        tags, names, named, np.array(owners), np.array(labels, dtype=np.float32), rows, rows @ rows.T, whole_rows, whole_rows @ whole_rows.T
    )


def _fit_axis(training: Reading, axis: str, members: Sequence[int], halves: Sequence[RuleTrust]) -> AxisModel:
    reading = training.axes[axis]
    chosen = np.flatnonzero(np.isin(reading.owners, members) | (reading.owners >= len(training.records)))
    owners = reading.owners[chosen]
    sentences, sentences_out = fit_ridge(
        reading.rows[chosen], reading.kernel[np.ix_(chosen, chosen)], reading.labels[chosen], owners.tolist(),
        _SENTENCE_PENALTY,
    )  # fmt: skip
    truth = np.array([[tag in training.known[number] for tag in reading.tags] for number in members], dtype=np.float32)
    own = np.array(members)
    whole, whole_out = fit_ridge(
        reading.whole_rows[own], reading.whole_kernel[np.ix_(own, own)], truth, range(len(members)), _RECORD_PENALTY
    )
    pairs = []
    for place, number in enumerate(members):
        scores = sentences_out[owners == number]
        best: Array = scores.max(axis=0) if len(scores) else sentences.mean
        pairs.append(
            signals(training.records[number], reading.tags, halves[place % 2], best, whole_out[place], reading.named[number])
        )
    stacked, labels = np.vstack(pairs), truth.ravel().astype(np.float64)
    weights = np.repeat([training.weights[number] for number in members], len(reading.tags))
    logistic = fit_logistic(stacked, labels, weights, _LOGISTIC_PENALTY)
    threshold = best_threshold(logistic.probabilities(stacked), labels, weights, *_THRESHOLDS)
    return AxisModel(reading.tags, reading.names, sentences, whole, logistic, threshold)


def _shares(sentence: str, evidence: str) -> bool:
    return sentence in evidence or evidence in sentence
