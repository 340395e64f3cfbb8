"""What the council asked before: of accidents of the same companies, or of accidents that share causes with the subject."""

from __future__ import annotations

import sqlite3
from typing import Any

from kb.japanese.terms import terms
from kb.reports.brief.precedents import Found
from kb.reports.brief.subject import Subject

QUESTIONS = """
    SELECT q.id, q.viewpoint, q.text, q.incident_id, i.title, m.id, coalesce(m.label, CASE WHEN m.number IS NOT NULL THEN '第' || m.number || '回' END), m.held_on
    FROM exchanges q JOIN meetings m ON m.id = q.meeting_id LEFT JOIN incidents i ON i.id = q.incident_id WHERE q.kind IN ('question', 'remark') ORDER BY m.held_on DESC, q.position"""
ANSWERS = "SELECT id, text FROM exchanges WHERE answers_id = ? AND kind = 'answer' ORDER BY position"
HEARD = "SELECT incident_id FROM meeting_incidents WHERE meeting_id = ?"
OF_COMPANY = "SELECT DISTINCT incident_id FROM incident_carriers WHERE carrier_id IN ({marks})"
SHARING = "SELECT incident_id, tag_id FROM incident_tags WHERE tag_id IN ({marks})"
LEAST_SHARED = 0.01  # the same for a question about an accident that shares causes
LEAST_WORDS = 0.12  # share of a general question's words that the subject's causal chain must hold, by weight


def earlier_questions(connection: sqlite3.Connection, subject: Subject, found: Found, limit: int) -> list[dict[str, Any]]:
    """Questions and remarks, the nearest accidents' first. Exchanges are few: all are looked at, each by its accident."""
    exchanges = connection.execute(QUESTIONS).fetchall()
    if not exchanges:
        return []
    own = _ids(connection, OF_COMPANY, list(subject.carriers))
    sharing: dict[str, set[str]] = {}
    causes = sorted(subject.causes)
    for incident_id, tag in connection.execute(SHARING.format(marks=", ".join("?" * len(causes))), causes):
        sharing.setdefault(incident_id, set()).add(tag)
    likeness = {hit.id: hit.score for hit in found.nearest}
    ranked = []
    for identifier, viewpoint, text, incident_id, title, meeting_id, label, held_on in exchanges:
        shared = sorted(sharing.get(incident_id, ()))
        common = _common_words(subject, f"{viewpoint or ''} {text}")
        if incident_id == subject.incident.id and incident_id is not None:
            weight = 2.0
        elif incident_id in own and (shared or common >= LEAST_WORDS):
            weight = 1.0
        elif shared and common >= LEAST_SHARED:
            weight = 0.5
        elif incident_id is None and common >= LEAST_WORDS:
            weight = 0.25
        else:
            continue
        answers = [row[1] for row in connection.execute(ANSWERS, [identifier])]
        entry = {
            "exchange": identifier, "meeting": label or held_on, "meeting_id": meeting_id, "held_on": held_on, "viewpoint": viewpoint,
            "question": text, "answer": "\n".join(answers) or None, "about": incident_id, "about_title": title, "same_company": incident_id in own,
            "shared_tags": shared,
        }  # fmt: skip
        ranked.append((weight + likeness.get(incident_id or "", 0.0) + common, entry))
    ranked.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in ranked[:limit]]


def _ids(connection: sqlite3.Connection, sql: str, values: list[int]) -> set[str]:
    return {row[0] for row in connection.execute(sql.format(marks=", ".join("?" * len(values))), values)} if values else set()


def _common_words(subject: Subject, text: str) -> float:
    """How much of the weight of the subject's causal chain the question's words carry."""
    return sum(subject.profile.words.get(word, 0.0) ** 2 for word in {term.text for term in terms(text)})
