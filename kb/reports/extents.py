"""How long and how many: accidents by duration and users, beside the rules that make one serious."""

from __future__ import annotations

import sqlite3
from typing import Any

from kb.knowledge.reporting_rules.model import Rule, Thresholds
from kb.store.rows import named_rows

HELD = """
    SELECT i.id, i.title, i.started_at, i.fiscal_year, i.duration_minutes, i.users, i.users_unit, i.official, i.statutory_class FROM incidents i
    WHERE i.near_miss = 0 AND i.duration_minutes > 0 AND i.users > 0 {also} ORDER BY i.started_at DESC, i.id LIMIT ?"""
WITH_TAG = "AND EXISTS (SELECT 1 FROM incident_tags t WHERE t.incident_id = i.id AND t.tag_id = ?)"
COUNTED = "SELECT count(*) FROM incidents WHERE near_miss = 0"
MOST = 1500  # drawn, the newest; more would hide each other


def extents(connection: sqlite3.Connection, thresholds: Thresholds, tag: str | None = None, marked: str | None = None) -> dict[str, Any]:
    """`rows` of accidents whose longest duration (minutes) and largest number are stated, newest first; `marked` is among them where it states both.

    Persons, lines and contracts stand side by side as they are printed; `clauses` are those of the rule in force now.
    """
    rows = named_rows(connection, HELD.format(also=WITH_TAG if tag else ""), [*([tag] if tag else []), MOST])
    if marked and marked not in {row["id"] for row in rows}:
        rows += named_rows(connection, HELD.format(also="AND i.id = ?"), [marked, 1])
    rule = in_force(thresholds)
    clauses = [{"service_class": c.service_class, "minutes": c.minutes, "users": c.users} for c in rule.clauses if c.condition is None]
    return {"tag": tag, "marked": marked, "total": connection.execute(COUNTED).fetchone()[0], "rule": rule.label_ja, "clauses": clauses, "rows": rows}


def in_force(thresholds: Thresholds) -> Rule:
    """The enacted rule that holds today: the one without a last day."""
    return next(rule for rule in reversed(thresholds.rules) if rule.status == "enacted" and rule.validity.last is None)
