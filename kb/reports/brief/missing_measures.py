"""Measures that accidents with the same cause led to, and that the subject does not state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kb.japanese.terms import terms
from kb.reports.accidents import Accident, HeldMeasure, load_accidents, specific
from kb.reports.brief.precedents import Found
from kb.reports.brief.subject import CAUSES, Subject
from kb.reports.pertinence import Pertinence, pertinence_among
from kb.reports.promises import LEAST_PERTINENCE, UNSPECIFIC, prevents

LEAST_LIKENESS = 0.25  # of the nearest precedent's score, below which an accident is too unlike to learn from
TAKERS = 4  # shown of one measure
SAME_WORDS = 0.6  # share of a measure's words that a measure of the subject must hold to say the same
AGREEMENT = 0.5  # what a second, third … precedent with the same measure adds, falling off
ALSO_ORGANISATION = 0.6  # what holds for any accident says less about this one
ORGANISATION = frozenset({"organisation"})

GROUPS = "SELECT id, group_name FROM tags WHERE axis = 'measure'"


@dataclass(frozen=True)
class Taken:
    """A measure that an accident led to, how much it speaks to the causes shared (0..1), and how like that accident is."""

    accident: Accident
    measure: HeldMeasure
    against: tuple[str, ...]
    score: float


def missing_measures(connection: sqlite3.Connection, corpus_incidents: int, subject: Subject, found: Found, limit: int) -> list[dict[str, Any]]:
    """One entry a measure tag, the most telling first."""
    nearest = found.nearest
    if not nearest or not subject.causes:
        return []
    likeness = {hit.id: hit.score / nearest[0].score for hit in nearest if hit.score >= LEAST_LIKENESS * nearest[0].score}
    accidents = [a for a in load_accidents(connection, list(likeness)) if a.measures]
    if not accidents:
        return []
    pertinence = pertinence_among(connection, accidents, subject.causes, corpus_incidents)
    stated = _stated(subject)
    by_tag: dict[str, list[Taken]] = {}
    for accident in accidents:
        for tag, taken in _taken(subject, accident, pertinence, likeness[accident.id]):
            if tag not in subject.tags and not _says_the_same(taken.measure.text, stated):
                by_tag.setdefault(tag, []).append(taken)
    groups = dict(connection.execute(GROUPS).fetchall())
    ranked = sorted(by_tag.items(), key=lambda item: (-_weight(item[0], item[1], groups), item[0]))
    return [_as_json(subject, tag, taken, _weight(tag, taken, groups)) for tag, taken in ranked[:limit]]


def _taken(subject: Subject, accident: Accident, pertinence: Pertinence, likeness: float) -> Iterable[tuple[str, Taken]]:
    shared = subject.causes & accident.tags_on(*CAUSES)
    telling = frozenset(specific(accident, accident, shared))
    if not telling:
        return
    against = tuple(sorted(telling))
    for measure in accident.measures:
        if not prevents(measure, against) or measure.tags <= UNSPECIFIC:
            continue
        score = pertinence.score(accident, measure, against)
        if score >= LEAST_PERTINENCE:
            for tag in sorted(measure.tags - UNSPECIFIC):
                yield tag, Taken(accident, measure, against, score * likeness)


def _weight(tag: str, taken: Sequence[Taken], groups: dict[str, str]) -> float:
    scores = sorted((one.score for one in taken), reverse=True)
    total = sum(score * AGREEMENT**place for place, score in enumerate(scores))
    return total * (ALSO_ORGANISATION if groups.get(tag) in ORGANISATION else 1.0)


def _stated(subject: Subject) -> list[frozenset[str]]:
    return [_words(measure.text) for measure in subject.incident.measures]


def _words(text: str) -> frozenset[str]:
    return frozenset(term.text for term in terms(text))


def _says_the_same(text: str, stated: Sequence[frozenset[str]]) -> bool:
    words = _words(text)
    return bool(words) and any(len(words & other) >= SAME_WORDS * len(words) for other in stated)


def _as_json(subject: Subject, tag: str, taken: Sequence[Taken], weight: float) -> dict[str, Any]:
    best = sorted(taken, key=lambda one: (-one.score, one.accident.id))
    takers: dict[str, Taken] = {}
    for one in best:
        takers.setdefault(one.accident.id, one)
    against = list(dict.fromkeys(cause for one in best for cause in one.against))
    return {
        "tag": tag, "label": subject.labels.get(tag, tag), "against": against, "weight": round(weight, 4),
        "taken_by": [
            {
                "id": one.accident.id, "title": one.accident.title, "carriers": list(one.accident.carriers.values()),
                "started_at": one.accident.started_at, "text": one.measure.text, "status": one.measure.status,
                "completed_on": one.measure.completed_on,
            }
            for one in list(takers.values())[:TAKERS]
        ],
    }  # fmt: skip
