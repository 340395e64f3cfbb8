"""Measures that accidents with the same cause led to, and that the subject does not state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.japanese.terms import terms
from kb.knowledge.measure_kinds import NOT_PREVENTION, NOTICE
from kb.knowledge.measure_owners import OUTSIDER
from kb.reports.accidents import Accident, HeldMeasure, load_accidents, specific
from kb.reports.brief.precedents import Found
from kb.reports.brief.subject import CAUSES, Subject
from kb.reports.pertinence import Pertinence, pertinence_among
from kb.reports.promises import LEAST_PERTINENCE, MOST_OF, OF_NOTICES, UNSPECIFIC, prevents

LEAST_LIKENESS = 0.25  # of the nearest precedent's score, below which an accident is too unlike to learn from
LEAST_WEIGHT = 0.05  # a measure that hardly speaks to the cause, taken after an accident hardly like it
TAKERS = 4  # shown of one measure
SAME_WORDS = 0.6  # share of a measure's words that a measure of the subject must hold to say the same
AGREEMENT = 0.5  # what a second, third … precedent with the same measure adds, falling off
ALSO_ORGANISATION = 0.6  # what holds for any accident says less about this one
ORGANISATION = frozenset({"organisation"})

_CONGESTION = frozenset({
    "trigger/capacity-exceeded", "trigger/mass-data-push", "trigger/switch-back", "mechanism/thundering-herd", "mechanism/signalling-congestion",
    "mechanism/cascading-overload", "mechanism/traffic-overload", "mechanism/resource-exhaustion", "mechanism/detour-without-capacity",
    "mechanism/traffic-restriction", "mechanism/network-loop", "prolonging/retry-traffic", "prolonging/no-isolation", "prolonging/countermeasure-backfired",
})  # fmt: skip
_SOFTWARE = frozenset({
    "trigger/software-bug", "trigger/software-update", "mechanism/standby-firmware-bug", "prolonging/known-defect-not-shared",
})  # fmt: skip
_LINES = frozenset({
    "mechanism/link-cut", "mechanism/shared-path", "trigger/third-party-cut", "trigger/transmission-failure", "trigger/natural-disaster",
    "prolonging/access-difficulty", "prolonging/long-repair", "trigger/upstream-provider",
})  # fmt: skip
# Measures that meet one family of causes: against another they would be no more than somebody else's repair.
ONLY_AGAINST: Mapping[str, frozenset[str]] = {
    "measure/bug-fix": _SOFTWARE | {"mechanism/spec-mismatch"},
    "measure/firmware-management": _SOFTWARE,
    "measure/configuration-fix": frozenset({
        "trigger/configuration-change", "trigger/latent-design-error", "mechanism/routing-error", "mechanism/spec-mismatch", "mechanism/configuration-lost",
    }),
    "measure/feature-disable": frozenset({"trigger/software-bug", "mechanism/misclassification", "trigger/mass-data-push"}),
    "measure/hardware-replacement": frozenset({"trigger/hardware-fault", "trigger/transmission-failure"}),
    "measure/attack-defence": frozenset({"trigger/cyber-attack"}),
    "measure/environment-protection": frozenset({"mechanism/cooling-loss", "trigger/natural-disaster", "mechanism/power-loss"}),
    "measure/power-backup": frozenset({"trigger/power-failure", "mechanism/power-loss", "prolonging/fuel-depletion", "trigger/natural-disaster"}),
    "measure/route-filtering": frozenset({"mechanism/route-leak", "mechanism/routing-error"}),
    "measure/route-diversity": _LINES,
    "measure/capacity-increase": _CONGESTION | {"trigger/latent-design-error"},
    "measure/congestion-control": _CONGESTION,
    "measure/rate-limit": _CONGESTION,
    "measure/jitter": _CONGESTION,
    "measure/circuit-breaker": _CONGESTION | {"mechanism/dependency-cascade"},
    "measure/backup-restore": frozenset({
        "mechanism/data-loss", "mechanism/data-inconsistency", "mechanism/configuration-lost", "prolonging/backup-broken", "prolonging/integrity-check",
    }),
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
    weighed = [(tag, taken, _weight(tag, taken, groups)) for tag, taken in ranked[:limit]]
    return [_as_json(subject, tag, taken, weight) for tag, taken, weight in weighed if weight >= LEAST_WEIGHT]


def _taken(subject: Subject, accident: Accident, pertinence: Pertinence, likeness: float) -> Iterable[tuple[str, Taken]]:
    shared = subject.causes & accident.tags_on(*CAUSES)
    telling = frozenset(specific(accident, accident, shared))
    if not telling:
        return
    for measure in accident.measures:
        for tag in sorted(measure.tags - UNSPECIFIC) if measure.owner != OUTSIDER else ():
            against = [cause for cause in sorted(telling) if _may_speak(tag, cause) and prevents(measure, [cause])]
            scores = {cause: pertinence.score(accident, measure, [cause], chain=False) for cause in against}
            least = max(LEAST_PERTINENCE, MOST_OF * max(scores.values(), default=0.0))
            heard = tuple(sorted((cause for cause in against if scores[cause] >= least), key=lambda cause: -scores[cause]))
            if heard:
                yield tag, Taken(accident, measure, heard, max(scores[cause] for cause in heard) * likeness)


def _may_speak(tag: str, cause: str) -> bool:
    """Can a measure of this kind speak to the cause at all? A notice to notices only, what meets one family of causes to those only."""
    if (tag in NOTICE) is not (cause in OF_NOTICES) or (tag in NOT_PREVENTION and tag not in NOTICE):
        return False
    return tag not in ONLY_AGAINST or cause in ONLY_AGAINST[tag]


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
    best = sorted(taken, key=lambda one: (one.measure.owner is not None, -one.score, one.accident.id))  # what a ministry asked for last
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
                "completed_on": one.measure.completed_on, "owner": one.measure.owner,
            }
            for one in list(takers.values())[:TAKERS]
        ],
    }  # fmt: skip
