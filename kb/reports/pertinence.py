"""Which of an accident's measures speaks to a cause: shared words and concepts, and measures usual against that cause."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.reports.accidents import Accident, HeldMeasure

CONCEPT_WEIGHT = 2.0  # a shared term of the trade says more than a shared word
USUAL_WEIGHT = 0.6
LEAST_PAIRS = 2  # accidents with the cause and the measure, below which the pair may be chance

MEASURE_PASSAGES = "SELECT measure_id, words, concepts FROM passages WHERE measure_id IS NOT NULL"
CAUSE_PASSAGES = "SELECT incident_id, text, words, concepts FROM passages WHERE field IN ('title', 'cause', 'prolonging', 'keyword') ORDER BY id"
TAGGED_MEASURES = (
    "SELECT p.measure_id, t.tag_id FROM incident_tags t JOIN passages p ON p.id = t.passage_id WHERE p.measure_id IS NOT NULL"
)
FREQUENCIES = "SELECT unit, term, incidents FROM frequencies WHERE unit IN ('word', 'concept')"


@dataclass(frozen=True)
class Pertinence:
    """Terms of measures and causes, and how much more often than by chance a measure stands with a cause (0..1).

    Terms are (unit, term) pairs; `causes` maps (incident, sentence) to the terms of that sentence.
    """

    weights: Mapping[tuple[str, str], float]
    measures: Mapping[int, frozenset[tuple[str, str]]]
    causes: Mapping[tuple[str, str], frozenset[tuple[str, str]]]
    kinds: Mapping[int, frozenset[str]]
    usual: Mapping[tuple[str, str], float]

    def score(self, accident: Accident, measure: HeldMeasure, tags: Iterable[str]) -> float:
        """How much `measure` speaks to these cause tags of its accident, from 0 to 1."""
        tags = list(tags)
        mine = self.measures.get(measure.id, frozenset())
        cause = frozenset().union(*(self.causes.get((accident.id, text), frozenset()) for tag in tags for text in accident.tags[tag]))
        total = sum(self.weights.get(term, 0.0) for term in mine)
        overlap = sum(self.weights.get(term, 0.0) for term in mine & cause) / total if total else 0.0
        usual = max((self.usual.get((kind, tag), 0.0) for kind in self.kinds.get(measure.id, ()) for tag in tags), default=0.0)
        return round((overlap + USUAL_WEIGHT * usual) / (1 + USUAL_WEIGHT), 3)

    def ranked(self, accident: Accident, tags: Iterable[str]) -> list[tuple[HeldMeasure, float]]:
        """All measures of an accident, the most pertinent first; printed order where they speak to it alike."""
        tags = list(tags)
        scored = [(measure, self.score(accident, measure, tags)) for measure in accident.measures]
        return sorted(scored, key=lambda pair: -pair[1])


def load_pertinence(connection: sqlite3.Connection, accidents: Sequence[Accident]) -> Pertinence:
    """Read terms, their frequencies and tagged measures."""
    held = max(len(accidents), 1)
    weights = {
        (unit, term): math.log(1 + held / max(count, 1)) * (CONCEPT_WEIGHT if unit == "concept" else 1.0)
        for unit, term, count in connection.execute(FREQUENCIES)
    }
    kinds: dict[int, set[str]] = defaultdict(set)
    for measure, tag in connection.execute(TAGGED_MEASURES):
        kinds[measure].add(tag)
    return Pertinence(
        weights,
        {i: _terms(words, concepts) for i, words, concepts in connection.execute(MEASURE_PASSAGES)},
        {(i, text): _terms(words, concepts) for i, text, words, concepts in connection.execute(CAUSE_PASSAGES)},
        {measure: frozenset(tags) for measure, tags in kinds.items()},
        usual_pairs(accidents),
    )


def _terms(words: str, concepts: str) -> frozenset[tuple[str, str]]:
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
    pairs = {}
    for (measure, cause), count in together.items():
        if LEAST_PAIRS <= count < total:
            information = math.log(count * total / (alone[measure] * alone[cause])) / -math.log(count / total)
            if information > 0:
                pairs[measure, cause] = information
    return pairs
