"""What the subject's companies, those they took over and their groups promised before against the causes that came back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kb.reports.accidents import Accident, HeldMeasure, days_between, load_accidents, precedes, specific
from kb.reports.brief.subject import CAUSES, Subject
from kb.reports.companies import Company, load_companies
from kb.reports.pertinence import pertinence_among
from kb.reports.promises import LEAST_PERTINENCE, makers, may_speak, same_promise, speaking
from kb.reports.recurrence import TIMINGS, timing

OWN, GROUP = "own", "group"
STRICT = 0.3  # how pertinent a measure must be where the two accidents share no telling trigger or mechanism
SINCE = 5  # later accidents shown of one promise

HAVING = """
    SELECT DISTINCT c.incident_id FROM incident_carriers c JOIN incident_tags t ON t.incident_id = c.incident_id
    WHERE c.carrier_id IN ({companies}) AND t.tag_id IN ({tags})"""


def earlier_promises(connection: sqlite3.Connection, corpus_incidents: int, subject: Subject) -> list[dict[str, Any]]:
    """One entry a promise, told once however many accidents tell it; the company's own first, then the group's, newest first."""
    causes = sorted(subject.causes)
    companies = load_companies(connection)
    relation = _related(subject.carriers, companies)
    if not causes or not relation:
        return []
    accidents = _before(subject, load_accidents(connection, _having(connection, relation, causes)))
    pertinence = pertinence_among(connection, accidents, causes, corpus_incidents) if accidents else None
    told: dict[str, dict[str, Any]] = {}
    own = _as_accident(subject)
    for accident in reversed(accidents):
        shared = _shared(subject, accident)
        promises = {m.id: makers(accident, m, companies) & relation.keys() for m in accident.measures}
        mine = [m for m in accident.measures if promises[m.id]]
        if not _tells(accident, own, shared):
            continue
        least = LEAST_PERTINENCE if _ties(accident, own, shared) else STRICT
        for measure, score in speaking(pertinence, accident, mine, shared) if pertinence else ():
            if score < least or not _tells(accident, own, [tag for tag in shared if may_speak(measure, tag)]):
                continue
            key = same_promise(measure.text)
            if key in told:
                told[key]["also_told_in"].append(accident.id)
            else:
                told[key] = _as_json(subject, accident, measure, score, shared, promises[measure.id], companies, relation, accidents)
    return sorted(told.values(), key=lambda p: (p["relation"] != OWN, -p["pertinence"] * (1 + len(p["shared_tags"]))))


def _related(carriers: Iterable[int], companies: Mapping[int, Company]) -> dict[int, str]:
    """Company → own (itself, or taken over by the subject's) or group."""
    mine = [companies[i] for i in carriers if i in companies]
    heirs = frozenset(company.id for company in mine)
    groups = {company.group for company in mine if company.group}
    found = {i: GROUP for i, company in companies.items() if company.group in groups}
    return found | {i: OWN for i, company in companies.items() if company.heirs & heirs}


def _having(connection: sqlite3.Connection, relation: Mapping[int, str], causes: Sequence[str]) -> list[str]:
    sql = HAVING.format(companies=", ".join("?" * len(relation)), tags=", ".join("?" * len(causes)))
    return [row[0] for row in connection.execute(sql, [*relation, *causes])]


def _before(subject: Subject, accidents: Sequence[Accident]) -> list[Accident]:
    """Those that certainly began before; all but the subject itself where it has no date."""
    own = _as_accident(subject)
    return [a for a in accidents if a.id != subject.incident.id and (own.span is None or precedes(a, own))]


def _as_accident(subject: Subject) -> Accident:
    incident = subject.incident
    return Accident(incident.id or "", incident.title, incident.started_at, subject.span, {}, dict(subject.tags), ())


def _shared(subject: Subject, accident: Accident) -> list[str]:
    return sorted(subject.causes & accident.tags_on(*CAUSES))


def _ties(accident: Accident, own: Accident, shared: Sequence[str]) -> bool:
    """Do the shared causes tie the two by themselves: a telling trigger or mechanism, or a vague one of the same kind of equipment?"""
    causes = [tag for tag in shared if not tag.startswith("prolonging/")]
    return bool(specific(accident, own, causes)) or bool(causes and accident.tags_on("equipment") & own.tags_on("equipment"))


def _tells(accident: Accident, own: Accident, shared: Sequence[str]) -> bool:
    """Is what they share more than a broken part or some work?"""
    return _ties(accident, own, shared) or any(tag.startswith("prolonging/") for tag in shared)


def _as_json(
    subject: Subject, accident: Accident, measure: HeldMeasure, score: float, shared: Sequence[str], promised_by: Iterable[int],
    companies: Mapping[int, Company], relation: Mapping[int, str], accidents: Sequence[Accident],
) -> dict[str, Any]:  # fmt: skip
    own = _as_accident(subject)
    by = sorted(promised_by)
    code = timing(measure, own)
    since = [a for a in accidents if precedes(accident, a) and set(a.answering) & {h for i in by for h in companies[i].heirs} and _shared_with(a, shared)]
    return {
        "id": accident.id, "title": accident.title, "started_at": accident.started_at,
        "companies": [companies[i].name for i in by], "relation": OWN if any(relation[i] == OWN for i in by) else GROUP,
        "measure": {"text": measure.text, "status": measure.status, "completed_on": measure.completed_on, "tags": sorted(measure.tags)},
        "shared_tags": list(shared), "evidence": {tag: list(accident.tags[tag]) for tag in shared},
        "pertinence": score, "timing": code, "timing_ja": TIMINGS[code], "days_between": days_between(accident, own),
        "since": [{"id": a.id, "title": a.title, "started_at": a.started_at, "shared_tags": _shared_with(a, shared)} for a in since[:SINCE]],
        "also_told_in": [],
    }  # fmt: skip


def _shared_with(accident: Accident, causes: Iterable[str]) -> list[str]:
    return sorted(frozenset(causes) & accident.tags.keys())
