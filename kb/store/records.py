"""Rows back into records: an incident as the database holds it, from all its documents together."""

from __future__ import annotations

import json
import sqlite3

from kb.errors import NotFoundError
from kb.model import Demand, Impact, Incident, Inquiry, Measure, Notification, Statement, TagAssignment

COLUMNS = (
    "title, fiscal_year, started_at, ended_at, area, official, official_basis, statutory_class, factor, factor_basis, near_miss,"
    " title_en, summary_ja, summary_en"
)


def incident(connection: sqlite3.Connection, incident_id: str) -> Incident:
    """An incident with all that is held of it but sources; what two documents say alike stands once. Raises NotFoundError."""
    row = connection.execute(f"SELECT {COLUMNS} FROM incidents WHERE id = ?", [incident_id]).fetchone()
    if row is None:
        raise NotFoundError(f"There is no incident {incident_id!r}: give an id as `kb search` shows it.")
    title, fiscal_year, started_at, ended_at, area, official, official_basis, service_class, factor, factor_basis, near_miss, *summaries = row
    own = [incident_id]
    carriers = connection.execute("SELECT name, role FROM incident_carriers WHERE incident_id = ? ORDER BY position", own).fetchall()
    statements = connection.execute(
        "SELECT kind, text FROM statements WHERE incident_id = ? AND NOT (kind = 'notification' AND channel IS NOT NULL) ORDER BY id", own
    )
    told = connection.execute(
        "SELECT channel, text, at FROM statements WHERE incident_id = ? AND kind = 'notification' AND channel IS NOT NULL ORDER BY id", own
    )
    measures = connection.execute(
        "SELECT m.text, m.completed_on, m.status, m.printed, c.name, m.owner, m.kind FROM measures m"
        " LEFT JOIN incident_carriers c ON c.carrier_id = m.carrier_id AND c.incident_id = m.incident_id WHERE m.incident_id = ? ORDER BY m.id",
        own,
    )
    demands = connection.execute("SELECT text, due_on, authority, issued_on FROM guidance WHERE incident_id = ? ORDER BY id", own)
    inquiries = connection.execute("SELECT count, as_of, printed FROM inquiries WHERE incident_id = ? ORDER BY id", own)
    keywords = connection.execute("SELECT keyword FROM keywords WHERE incident_id = ? ORDER BY keyword", own)
    tags = connection.execute(
        "SELECT tag_id, evidence, method, confidence FROM incident_tags WHERE incident_id = ? ORDER BY tag_id, passage_id, evidence", own
    )
    return Incident(
        title,
        tuple(name for name, _ in carriers),
        fiscal_year,
        id=incident_id,
        started_at=started_at,
        ended_at=ended_at,
        area=area,
        official=None if official is None else bool(official),
        official_basis=official_basis,
        statutory_class=service_class,
        factor=factor,
        factor_basis=factor_basis,
        impacts=tuple(_impacts(connection, incident_id)),
        statements=tuple(dict.fromkeys(Statement(kind, text) for kind, text in statements)),
        notifications=tuple(dict.fromkeys(Notification(channel, text, at) for channel, text, at in told)),
        measures=tuple({text: Measure(text, done, status, printed, None, carrier, owner, kind) for text, done, status, printed, carrier, owner, kind in measures}.values()),
        guidance=tuple(Demand(*values) for values in demands),
        inquiries=tuple(Inquiry(count, None, as_of, printed) for count, as_of, printed in inquiries),
        keywords=tuple(keyword for (keyword,) in keywords),
        tags=tuple(TagAssignment(*values) for values in tags),
        roles={name: role for name, role in carriers if role},
        near_miss=bool(near_miss),
        title_en=summaries[0],
        summary_ja=summaries[1],
        summary_en=summaries[2],
    )


def _impacts(connection: sqlite3.Connection, incident_id: str) -> list[Impact]:
    """Impacts of all documents; those with the same values stand once, however each document prints them."""
    rows = connection.execute(
        "SELECT i.service, i.label, c.name, i.symptom, i.started_at, i.duration_minutes, i.users, i.users_max, i.users_qualifier, i.unit, i.printed"
        " FROM impacts i LEFT JOIN incident_carriers c ON c.carrier_id = i.carrier_id AND c.incident_id = i.incident_id"
        " WHERE i.incident_id = ? ORDER BY i.id",
        [incident_id],
    )
    found: dict[tuple[object, ...], Impact] = {}
    for row in rows:
        service, label, carrier, symptom, started_at, minutes, users, users_max, qualifier, unit, printed = row
        impact = Impact(service, label, carrier, symptom, started_at, minutes, users, users_max, qualifier, unit, json.loads(printed))
        found.setdefault(tuple(row[:-1]), impact)
    return list(found.values())
