"""Rows back into records: an incident as the database holds it, from all its documents together."""

from __future__ import annotations

import json
import sqlite3

from kb.errors import NotFoundError
from kb.model import Impact, Incident, Measure, Statement


def incident(connection: sqlite3.Connection, incident_id: str) -> Incident:
    """An incident with its impacts, statements and measures; no tags and sources. Raises NotFoundError."""
    row = connection.execute("SELECT title, fiscal_year, started_at, ended_at, area, factor FROM incidents WHERE id = ?", [incident_id]).fetchone()
    if row is None:
        raise NotFoundError(f"There is no incident {incident_id!r}: give an id as `kb search` shows it.")
    title, fiscal_year, started_at, ended_at, area, factor = row
    own = [incident_id]
    carriers = connection.execute("SELECT name FROM incident_carriers WHERE incident_id = ? ORDER BY position", own)
    impacts = connection.execute("SELECT service, label, symptom, duration_minutes, users, printed FROM impacts WHERE incident_id = ? ORDER BY id", own)
    statements = connection.execute("SELECT kind, text FROM statements WHERE incident_id = ? ORDER BY id", own)
    measures = connection.execute("SELECT text, completed_on, status FROM measures WHERE incident_id = ? ORDER BY id", own)
    keywords = connection.execute("SELECT keyword FROM keywords WHERE incident_id = ? ORDER BY keyword", own)
    return Incident(
        title,
        tuple(name for (name,) in carriers),
        fiscal_year,
        id=incident_id,
        started_at=started_at,
        ended_at=ended_at,
        area=area,
        factor=factor,
        impacts=tuple(Impact(s, label, None, symptom, None, d, u, printed=json.loads(p)) for s, label, symptom, d, u, p in impacts),
        statements=tuple(Statement(kind, text) for kind, text in statements),
        measures=tuple(Measure(text, completed_on, status) for text, completed_on, status in measures),
        keywords=tuple(keyword for (keyword,) in keywords),
    )
