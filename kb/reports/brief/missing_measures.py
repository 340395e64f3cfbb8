"""Measures that accidents with the same cause led to, and that the subject does not state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.japanese.terms import terms
from kb.knowledge.measure_kinds import NOT_PREVENTION, NOTICE
from kb.reports.accidents import Accident, HeldMeasure, load_accidents, specific
from kb.reports.brief.precedents import Found
from kb.reports.brief.subject import CAUSES, Subject
from kb.reports.pertinence import Pertinence, pertinence_among
from kb.reports.promises import LEAST_PERTINENCE, MOST_OF, OF_NOTICES, UNSPECIFIC, prevents

LEAST_LIKENESS = 0.25  # of the nearest precedent's score, below which an accident is too unlike to learn from
TAKERS = 4  # shown of one measure
SAME_WORDS = 0.6  # share of a measure's words that a measure of the subject must hold to say the same
AGREEMENT = 0.5  # what a second, third … precedent with the same measure adds, falling off
ALSO_ORGANISATION = 0.6  # what holds for any accident says less about this one
ORGANISATION = frozenset({"organisation"})

# Measures that put one kind of cause right: against another they would be no more than somebody else's repair.
ONLY_AGAINST: Mapping[str, frozenset[str]] = {
    "measure/bug-fix": frozenset({
        "trigger/software-bug", "trigger/software-update", "mechanism/standby-firmware-bug", "mechanism/spec-mismatch", "prolonging/known-defect-not-shared",
    }),
    "measure/firmware-management": frozenset({
        "trigger/software-bug", "trigger/software-update", "mechanism/standby-firmware-bug", "prolonging/known-defect-not-shared",
    }),
    "measure/configuration-fix": frozenset({
        "trigger/configuration-change", "trigger/latent-design-error", "mechanism/routing-error", "mechanism/spec-mismatch", "mechanism/configuration-lost",
    }),
    "measure/feature-disable": frozenset({"trigger/software-bug", "mechanism/misclassification", "trigger/mass-data-push"}),
    "measure/hardware-replacement": frozenset({"trigger/hardware-fault", "trigger/transmission-failure"}),
    "measure/attack-defence": frozenset({"trigger/cyber-attack"}),
    "measure/environment-protection": frozenset({"mechanism/cooling-loss", "trigger/natural-disaster", "mechanism/power-loss"}),
    "measure/power-backup": frozenset({"trigger/power-failure", "mechanism/power-loss", "prolonging/fuel-depletion", "trigger/natural-disaster"}),
    "measure/route-filtering": frozenset({"mechanism/route-leak", "mechanism/routing-error"}),
    "measure/staffing": frozenset({"trigger/operator-error", "prolonging/silent-failure", "prolonging/slow-fault-isolation"}),
}  # fmt: skip

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
    for measure in accident.measures:
        for tag in sorted(measure.tags - UNSPECIFIC):
            against = [cause for cause in sorted(telling) if _may_speak(tag, cause, shared) and prevents(measure, [cause])]
            scores = {cause: pertinence.score(accident, measure, [cause]) for cause in against}
            least = max(LEAST_PERTINENCE, MOST_OF * max(scores.values(), default=0.0))
            heard = tuple(sorted((cause for cause in against if scores[cause] >= least), key=lambda cause: -scores[cause]))
            if heard:
                yield tag, Taken(accident, measure, heard, max(scores[cause] for cause in heard) * likeness)


def _may_speak(tag: str, cause: str, shared: frozenset[str]) -> bool:
    """Can a measure of this kind speak to the cause at all? A notice to notices only, a repair of one kind of cause where that is shared."""
    if (tag in NOTICE) is not (cause in OF_NOTICES) or (tag in NOT_PREVENTION and tag not in NOTICE):
        return False
    return tag not in ONLY_AGAINST or bool(ONLY_AGAINST[tag] & shared)


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
