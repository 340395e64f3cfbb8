"""Which of an accident's measures speaks to a cause: shared words and concepts, and measures usual against that cause."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.reports.accidents import Accident, HeldMeasure
from kb.search import candidates

CONCEPT_WEIGHT = 2.0  # a shared term of the trade says more than a shared word
USUAL_WEIGHT = 0.6
CHAIN_WEIGHT = 0.5  # of what is told elsewhere in the causal chain, beside the sentences that bear the shared causes out
LEAST_PAIRS = 2  # accidents with the cause and the measure, below which the pair may be chance

MEASURE_PASSAGES = "SELECT measure_id, words, concepts FROM passages WHERE measure_id IS NOT NULL {also}"
CAUSE_PASSAGES = """
    SELECT incident_id, text, words, concepts FROM passages WHERE field IN ('title', 'cause', 'prolonging', 'keyword') {also} ORDER BY id"""
FREQUENCIES = "SELECT unit, term, incidents FROM frequencies WHERE unit IN ('word', 'concept')"

# Accidents with a measure and a cause, as `usual_pairs` counts them.
MEASURED = """
    SELECT count(*) FROM (SELECT DISTINCT incident_id FROM incident_tags WHERE tag_id LIKE 'measure/%') m
    WHERE EXISTS (SELECT 1 FROM incident_tags c WHERE c.incident_id = m.incident_id AND (c.tag_id LIKE 'trigger/%' OR c.tag_id LIKE 'mechanism/%'))"""
ALONE_MEASURES = "SELECT tag_id, count(DISTINCT incident_id) FROM incident_tags WHERE tag_id LIKE 'measure/%' GROUP BY tag_id"
ALONE_CAUSES = """
    SELECT c.tag_id, count(DISTINCT c.incident_id) FROM incident_tags c WHERE c.tag_id IN ({marks})
    AND EXISTS (SELECT 1 FROM incident_tags m WHERE m.incident_id = c.incident_id AND m.tag_id LIKE 'measure/%') GROUP BY c.tag_id"""
TOGETHER = """
    SELECT m.tag_id, c.tag_id, count(DISTINCT c.incident_id) FROM incident_tags c JOIN incident_tags m ON m.incident_id = c.incident_id
    WHERE c.tag_id IN ({marks}) AND m.tag_id LIKE 'measure/%' GROUP BY m.tag_id, c.tag_id"""


Terms = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Pertinence:
    """Terms of measures and causes, and how much more often than by chance a measure stands with a cause (0..1).

    Terms are (unit, term) pairs; `causes` maps an incident to its sentences with their terms.
    """

    weights: Mapping[tuple[str, str], float]
    measures: Mapping[int, Terms]
    causes: Mapping[str, Sequence[tuple[str, Terms]]]
    kinds: Mapping[int, frozenset[str]]
    usual: Mapping[tuple[str, str], float]

    def score(self, accident: Accident, measure: HeldMeasure, tags: Iterable[str], *, chain: bool = True) -> float:
        """How much `measure` speaks to these cause tags of its accident, from 0 to 1; with `chain`, to what else is told of its cause too."""
        tags = list(tags)
        mine = self.measures.get(measure.id, frozenset())
        told = {text for tag in tags for text in accident.tags.get(tag, ())}
        cause: Terms = frozenset().union(*(self._terms_of(accident.id, text) for text in sorted(told)))
        overlap = self._share(mine, cause)
        if chain:
            told_else: Terms = frozenset().union(*(terms for _, terms in self.causes.get(accident.id, ())))
            overlap = max(overlap, CHAIN_WEIGHT * self._share(mine, told_else))
        usual = max((self.usual.get((kind, tag), 0.0) for kind in self.kinds.get(measure.id, ()) for tag in tags), default=0.0)
        return round((overlap + USUAL_WEIGHT * usual) / (1 + USUAL_WEIGHT), 3)

    def _share(self, measure: Terms, told: Terms) -> float:
        """How much of what a measure says is told there, from 0 to 1."""
        total = sum(self.weights.get(term, 0.0) for term in measure)
        return sum(self.weights.get(term, 0.0) for term in measure & told) / total if total else 0.0

    def _terms_of(self, incident_id: str, evidence: str) -> Terms:
        """Of the sentences that the evidence holds, or is a part of."""
        return frozenset().union(*(terms for text, terms in self.causes.get(incident_id, ()) if text in evidence or evidence in text))

    def ranked(self, accident: Accident, tags: Iterable[str]) -> list[tuple[HeldMeasure, float]]:
        """All measures of an accident, the most pertinent first; printed order where they speak to it alike."""
        tags = list(tags)
        scored = [(measure, self.score(accident, measure, tags)) for measure in accident.measures]
        return sorted(scored, key=lambda pair: -pair[1])


def load_pertinence(connection: sqlite3.Connection, accidents: Sequence[Accident]) -> Pertinence:
    """Read terms, their frequencies and tagged measures, for all accidents."""
    weights = {(unit, term): _weight(unit, count, len(accidents)) for unit, term, count in connection.execute(FREQUENCIES)}
    return Pertinence(
        weights,
        {i: _terms(words, concepts) for i, words, concepts in connection.execute(MEASURE_PASSAGES.format(also=""))},
        _causes(connection.execute(CAUSE_PASSAGES.format(also=""))),
        {measure.id: measure.tags for accident in accidents for measure in accident.measures},
        usual_pairs(accidents),
    )


def pertinence_among(connection: sqlite3.Connection, accidents: Sequence[Accident], causes: Iterable[str], held: int) -> Pertinence:
    """The same for a few accidents of the `held` ones and a few causes, reading no more than it takes."""
    ids = [accident.id for accident in accidents]
    within = f"AND incident_id IN ({', '.join('?' * len(ids))})"
    measures = {i: _terms(words, concepts) for i, words, concepts in connection.execute(MEASURE_PASSAGES.format(also=within), ids)}
    told = _causes(connection.execute(CAUSE_PASSAGES.format(also=within), ids))
    terms: Terms = frozenset().union(*measures.values(), *(terms for sentences in told.values() for _, terms in sentences))
    weights: dict[tuple[str, str], float] = {}
    for unit in ("word", "concept"):
        wanted = sorted(term for kind, term in terms if kind == unit)
        counts = candidates.frequencies(connection, unit, wanted)
        weights |= {(unit, term): _weight(unit, counts[term][1] if term in counts else 1, held) for term in wanted}
    kinds = {measure.id: measure.tags for accident in accidents for measure in accident.measures}
    return Pertinence(weights, measures, told, kinds, _usual_against(connection, causes))


def _weight(unit: str, count: int, held: int) -> float:
    return math.log(1 + max(held, 1) / max(count, 1)) * (CONCEPT_WEIGHT if unit == "concept" else 1.0)


def _usual_against(connection: sqlite3.Connection, causes: Iterable[str]) -> dict[tuple[str, str], float]:
    """What `usual_pairs` gives, for these causes only and counted by SQLite. Prolonging causes count here too."""
    causes = sorted(set(causes))
    if not causes:
        return {}
    marks = ", ".join("?" * len(causes))
    total = connection.execute(MEASURED).fetchone()[0]
    alone = dict(connection.execute(ALONE_MEASURES).fetchall())
    alone |= dict(connection.execute(ALONE_CAUSES.format(marks=marks), causes).fetchall())
    together = {(m, c): n for m, c, n in connection.execute(TOGETHER.format(marks=marks), causes)}
    return more_than_chance(together, alone, total)


def _causes(rows: Iterable[tuple[str, str, str, str]]) -> dict[str, list[tuple[str, Terms]]]:
    found: dict[str, list[tuple[str, Terms]]] = {}
    for incident_id, text, words, concepts in rows:
        found.setdefault(incident_id, []).append((text, _terms(words, concepts)))
    return found


def _terms(words: str, concepts: str) -> Terms:
    return frozenset([("word", word) for word in words.split()] + [("concept", concept) for concept in concepts.split()])


def usual_pairs(accidents: Iterable[Accident]) -> dict[tuple[str, str], float]:
    """(measure tag, cause tag) → how much more often than by chance they meet, as normalised mutual information (0..1)."""
    together: Counter[tuple[str, str]] = Counter()
    alone: Counter[str] = Counter()
    total = 0
    for accident in accidents:
        measures, causes = accident.tags_on("measure"), accident.causes
        if not measures or not causes:
            continue
        total += 1
        alone.update(measures | causes)
        together.update((measure, cause) for measure in measures for cause in causes)
    return more_than_chance(together, alone, total)


def more_than_chance(together: Mapping[tuple[str, str], int], alone: Mapping[str, int], total: int) -> dict[tuple[str, str], float]:
    """Normalised mutual information of each pair, where it is above nought."""
    pairs = {}
    for (measure, cause), count in together.items():
        if LEAST_PAIRS <= count < total:
            information = math.log(count * total / (alone[measure] * alone[cause])) / -math.log(count / total)
            if information > 0:
                pairs[measure, cause] = information
    return pairs
