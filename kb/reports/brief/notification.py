"""The first notice to users beside the ministry's guideline and beside the precedents."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from kb.knowledge.reporting_rules.judgement import guideline
from kb.knowledge.reporting_rules.model import Thresholds
from kb.reports.brief.first_notice import first_notice
from kb.reports.brief.subject import Subject
from kb.store import records


def notification(connection: sqlite3.Connection, subject: Subject, thresholds: Thresholds, precedents: Sequence[str]) -> dict[str, Any]:
    """Minutes to the first notice, what the guideline asks for, whether it was in force that day, and the precedents' minutes."""
    found = first_notice(subject.incident)
    rule = guideline(thresholds, "first-notice")
    others = [(incident_id, first_notice(records.incident(connection, incident_id))) for incident_id in precedents]
    return {
        "first_notice_minutes": found.minutes if found else None,
        "basis": found.basis if found else None,
        "quote": found.quote if found else None,
        "guideline_minutes": rule.minutes,
        "guideline": {
            "id": rule.id, "label": rule.label_ja, "text": rule.text_ja,
            "in_force_from": rule.in_force_from, "in_force": subject.span[0] >= rule.in_force_from if subject.span else None,
            "sources": [{"publisher": s.publisher, "title": s.title, "url": s.url} for s in rule.sources],
        },
        "precedents": [{"id": i, "minutes": notice.minutes, "basis": notice.basis, "quote": notice.quote} for i, notice in others if notice],
    }  # fmt: skip


