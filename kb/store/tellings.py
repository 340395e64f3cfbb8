"""Which documents tell of a measure, an impact or a statement, and in which words and figures; the first of them made the row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlite_utils import Database

from kb.model import Impact, Incident, Measure, Position, Statement

# The first telling of every new row of an incident, copied from the row itself.
_FIRST = {
    "measure": "text, status, completed_on, printed",
    "impact": "service, symptom, started_at, duration_minutes, users, users_max, users_qualifier, unit, printed",
    "statement": "text",
}


def first_tellings(db: Database, incident_id: str, document_id: int) -> None:
    """Give every row that this document made its first source."""
    for what, columns in _FIRST.items():
        db.execute(
            f"INSERT INTO {what}_sources ({what}_id, document_id, {columns}, likeness, page, line)"
            f" SELECT id, document_id, {columns}, 1.0, page, line FROM {what}s"
            f" WHERE incident_id = ? AND document_id = ? AND id NOT IN (SELECT {what}_id FROM {what}_sources) ORDER BY id",
            [incident_id, document_id],
        )


def held_measures(connection: sqlite3.Connection, incident_id: str) -> dict[int, Measure]:
    """Row → measure, of all documents."""
    rows = connection.execute(
        "SELECT m.id, m.text, m.completed_on, m.status, m.printed, c.name, m.owner FROM measures m"
        " LEFT JOIN carriers c ON c.id = m.carrier_id AND m.owner_basis = 'stated' WHERE m.incident_id = ? ORDER BY m.id",
        [incident_id],
    )
    return {row: Measure(text, completed_on, status, printed, None, carrier, owner) for row, text, completed_on, status, printed, carrier, owner in rows}


def held_impacts(connection: sqlite3.Connection, incident_id: str) -> dict[int, Impact]:
    """Row → impact, of all documents."""
    rows = connection.execute(
        "SELECT i.id, i.service, i.label, c.name, i.symptom, i.started_at, i.duration_minutes, i.users, i.users_max, i.users_qualifier, i.unit, i.printed"
        " FROM impacts i LEFT JOIN carriers c ON c.id = i.carrier_id WHERE i.incident_id = ? ORDER BY i.id",
        [incident_id],
    )
    return {row: replace(Impact(*values), printed=json.loads(printed)) for row, *values, printed in rows}


def held_statements(connection: sqlite3.Connection, incident_id: str) -> dict[int, Statement]:
    """Row → statement, of all documents; notices on a channel are told apart by their place."""
    rows = connection.execute("SELECT id, kind, text FROM statements WHERE incident_id = ? ORDER BY id", [incident_id])
    return {row: Statement(kind, text) for row, kind, text in rows}


def retell_measure(db: Database, measure_id: int, document_id: int, told: Measure, likeness: float, state: Measure | None) -> None:
    """Another document tells of a measure; `state` is the state that the row takes over from it, None for none."""
    db.table("measure_sources").insert(
        {
            "measure_id": measure_id, "document_id": document_id, "text": told.text, "status": told.status, "completed_on": told.completed_on,
            "printed": told.printed, "likeness": likeness, **_place(told.position),
        }
    )  # fmt: skip
    if state is not None:
        db.execute("UPDATE measures SET status = ?, completed_on = ?, printed = ? WHERE id = ?", [state.status, state.completed_on, state.printed, measure_id])
    # A later telling with a state is news of what became of the measure.
    if told.status is not None:
        db.execute(
            "UPDATE measures SET followed_up = max(coalesce(followed_up, ''), published_on) FROM documents"
            " WHERE measures.id = ? AND documents.id = ? AND published_on IS NOT NULL"
            " AND published_on > (SELECT coalesce(max(d.published_on), '9999') FROM documents d WHERE d.id = measures.document_id)",
            [measure_id, document_id],
        )


def retell_impact(db: Database, impact_id: int, document_id: int, told: Impact, likeness: float, replaced: bool) -> None:
    """Another document tells of an impact; it fills in what the row leaves open, or takes its place where it is the better source."""
    values: dict[str, object] = {
        "service": told.service, "symptom": told.symptom, "started_at": told.started_at, "duration_minutes": told.duration_minutes, "users": told.users,
        "users_max": told.users_max, "users_qualifier": told.users_qualifier, "unit": told.unit, "printed": json.dumps(dict(told.printed), ensure_ascii=False),
    }  # fmt: skip
    db.table("impact_sources").insert({"impact_id": impact_id, "document_id": document_id, **values, "likeness": min(likeness, 1.0), **_place(told.position)})
    keep = "coalesce(:{0}, {0})" if replaced else "coalesce({0}, :{0})"
    columns = [c for c in ("symptom", "started_at", "duration_minutes") if values[c] is not None]
    changes = [f"{column} = {keep.format(column)}" for column in columns]
    # A count, its qualifier and its unit are one value.
    if told.users is not None:
        condition = "1" if replaced else "users IS NULL"
        changes += [f"{c} = CASE WHEN {condition} THEN :{c} ELSE {c} END" for c in ("users", "users_max", "users_qualifier", "unit")]
    if replaced:
        changes.append("printed = :printed")
    if changes:
        db.execute(f"UPDATE impacts SET {', '.join(changes)} WHERE id = :id", values | {"id": impact_id})


def retell_statement(db: Database, statement_id: int, document_id: int, told: Statement, likeness: float) -> None:
    """Another document says the same."""
    db.table("statement_sources").insert(
        {"statement_id": statement_id, "document_id": document_id, "text": told.text, "likeness": likeness, **_place(told.position)}
    )


def sources_of(connection: sqlite3.Connection, what: str, incident_id: str) -> dict[int, list[Mapping[str, object]]]:
    """Row of `what` ("measure", "impact", "statement") → its tellings, the first first."""
    names: Sequence[str] = [name.strip() for name in _FIRST[what].split(",")]
    rows = connection.execute(
        f"SELECT s.{what}_id, s.document_id, {', '.join(f's.{name}' for name in names)}, s.likeness, s.page, s.line FROM {what}_sources s"
        f" JOIN {what}s w ON w.id = s.{what}_id WHERE w.incident_id = ? ORDER BY s.id",
        [incident_id],
    )
    found: dict[int, list[Mapping[str, object]]] = {}
    for row, *values in rows:
        telling = dict(zip(("source", *names, "likeness", "page", "line"), values, strict=True))
        if isinstance(telling.get("printed"), str) and what == "impact":
            telling["printed"] = json.loads(str(telling["printed"]))
        found.setdefault(row, []).append(telling)
    return found


def tell_facts(db: Database, incident_id: str, document_id: int, incident: Incident) -> None:
    """Keep when, until when and where the accident was by this document; the incident's own row shows the official word."""
    db.execute(
        "UPDATE incident_sources SET started_at = ?, ended_at = ?, area = ? WHERE incident_id = ? AND document_id = ?",
        [incident.started_at, incident.ended_at, incident.area, incident_id, document_id],
    )


def as_told(connection: sqlite3.Connection, incident_id: str, document_id: int) -> Incident:
    """The incident as one document tells it: facts, impacts, statements and measures in its own words."""
    own = [incident_id, document_id]
    facts = connection.execute("SELECT started_at, ended_at, area FROM incident_sources WHERE incident_id = ? AND document_id = ?", own).fetchone()
    impacts = connection.execute(
        "SELECT s.service, i.label, NULL, s.symptom, s.started_at, s.duration_minutes, s.users, s.users_max, s.users_qualifier, s.unit, s.printed"
        " FROM impact_sources s JOIN impacts i ON i.id = s.impact_id WHERE i.incident_id = ? AND s.document_id = ? ORDER BY s.id",
        own,
    )
    statements = connection.execute(
        "SELECT w.kind, s.text FROM statement_sources s JOIN statements w ON w.id = s.statement_id WHERE w.incident_id = ? AND s.document_id = ? ORDER BY s.line, s.id", own
    )
    measures = connection.execute(
        "SELECT s.text, s.completed_on, s.status, s.printed FROM measure_sources s JOIN measures m ON m.id = s.measure_id"
        " WHERE m.incident_id = ? AND s.document_id = ? ORDER BY s.line, s.id",
        own,
    )
    started_at, ended_at, area = facts or (None, None, None)
    return Incident(
        "", (), None, id=incident_id, started_at=started_at, ended_at=ended_at, area=area,
        impacts=tuple(replace(Impact(*values), printed=json.loads(printed)) for *values, printed in impacts),
        statements=tuple(Statement(*values) for values in statements), measures=tuple(Measure(*values) for values in measures),
    )  # fmt: skip


def _place(position: Position | None) -> dict[str, int | None]:
    return {"page": position.page if position else None, "line": position.line if position else None}
