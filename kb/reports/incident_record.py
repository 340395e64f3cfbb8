"""Everything that the database holds about one incident, as one JSON object; what is not stated is null or empty."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from kb.errors import NotFoundError
from kb.knowledge.agreement import duration_span, meet, users_span
from kb.model import Impact
from kb.reports.meetings import paired
from kb.store.rows import named_rows
from kb.store.tellings import sources_of

Row = dict[str, Any]  # a row by the names of its columns, or an entry made from rows: what becomes JSON

INCIDENT = """
SELECT id, title, fiscal_year, started_at, ended_at, duration_minutes, users, users_unit, area, official, official_basis,
       near_miss, statutory_class, factor, factor_basis, title_en, summary_ja, summary_en
FROM incidents WHERE id = ?"""
CARRIERS = """
SELECT ic.name, c.name AS today, c.slug, c.short_name, c.name_en, c.group_name, ic.role
FROM incident_carriers ic JOIN carriers c ON c.id = ic.carrier_id WHERE ic.incident_id = ? ORDER BY ic.position"""
IMPACTS = """
SELECT i.id, i.label, c.name AS carrier, i.service, i.symptom, i.started_at, i.duration_minutes, i.users, i.users_max, i.users_qualifier, i.unit,
       i.printed, i.document_id AS source, i.page, i.line
FROM impacts i LEFT JOIN carriers c ON c.id = i.carrier_id WHERE i.incident_id = ? ORDER BY i.document_id, i.position"""
STATEMENTS = """
SELECT id, kind, text, channel, at, document_id AS source, page, line FROM statements WHERE incident_id = ? ORDER BY document_id, position"""
MEASURES = """
SELECT m.id, m.text, m.completed_on, m.status, m.printed, m.kind, coalesce(m.owner, c.name) AS owner, m.followed_up, m.document_id AS source, m.page, m.line
FROM measures m LEFT JOIN carriers c ON c.id = m.carrier_id WHERE m.incident_id = ? ORDER BY m.document_id, m.position"""
GUIDANCE = """
SELECT text, due_on, authority, issued_on, document_id AS source, page, line FROM guidance WHERE incident_id = ? ORDER BY document_id, position"""
INQUIRIES = """
SELECT c.name AS carrier, q.count, q.as_of, q.printed, q.document_id AS source
FROM inquiries q LEFT JOIN carriers c ON c.id = q.carrier_id WHERE q.incident_id = ? ORDER BY q.id"""
TAGS = """
SELECT t.id, t.axis, t.label_ja, t.label_en, t.definition, it.evidence, it.method, it.confidence, it.passage_id
FROM incident_tags it JOIN tags t ON t.id = it.tag_id WHERE it.incident_id = ? ORDER BY t.axis, t.id, it.confidence DESC, it.passage_id"""
SOURCES = """
SELECT d.id, d.kind, d.publisher, d.title, d.url, d.original_url, d.published_on, d.source_kind, d.accessed_on, d.archived_url, s.supports, s.page, s.line
FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE s.incident_id = ? ORDER BY d.kind = 'catalogue' DESC, d.kind = 'web', d.id"""
EXCHANGES = """
SELECT e.id, e.kind, e.viewpoint, e.text, e.answers_id, e.page, e.line, m.held_on, m.number AS meeting, m.document_id AS source
FROM exchanges e JOIN meetings m ON m.id = e.meeting_id WHERE e.incident_id = ? ORDER BY m.held_on, e.position"""
MEETINGS = """
SELECT m.id, m.held_on, m.ended_on, m.label, m.document_id AS source FROM meeting_incidents h JOIN meetings m ON m.id = h.meeting_id
WHERE h.incident_id = ? ORDER BY m.held_on, m.id"""
CHANGES = """
SELECT c.field, c.before, c.after, c.earlier_id AS earlier, c.later_id AS later, d.published_on AS changed_on, d.stage
FROM document_changes c JOIN documents d ON d.id = c.later_id WHERE c.incident_id = ? ORDER BY d.published_on, c.id"""
WARNINGS = "SELECT code, message, document_id AS source, page, line FROM warnings WHERE incident_id = ? ORDER BY id"

STATEMENT_LISTS = {
    "cause": "causes", "prolonging": "prolonging", "lesson": "lessons", "notification": "notifications", "note": "notes",
    "consequence": "consequences", "disagreement": "disagreements_told",
}  # fmt: skip


def incident_record(connection: sqlite3.Connection, incident_id: str) -> Row:
    """The incident with all that belongs to it. Raises NotFoundError."""
    found = _rows(connection, INCIDENT, incident_id)
    if not found:
        raise NotFoundError(f"事故「{incident_id}」はこのデータベースにありません。")
    record = found[0]
    record["near_miss"] = bool(record["near_miss"])
    record["official"] = None if record["official"] is None else bool(record["official"])
    statements = _told(connection, "statement", incident_id, _rows(connection, STATEMENTS, incident_id))
    impacts = _told(connection, "impact", incident_id, [row | {"printed": json.loads(row["printed"])} for row in _rows(connection, IMPACTS, incident_id)])
    sources = [row | {"supports": json.loads(row["supports"])} for row in _rows(connection, SOURCES, incident_id)]
    measures = _told(connection, "measure", incident_id, _rows(connection, MEASURES, incident_id))
    return record | {
        "carriers": _rows(connection, CARRIERS, incident_id),
        "impacts": impacts,
        **{name: [_without_kind(s) for s in statements if s["kind"] == kind] for kind, name in STATEMENT_LISTS.items()},
        "measures": [m | {"impossible": impossible(record["started_at"], m["completed_on"], m["status"])} for m in measures],
        "guidance": _rows(connection, GUIDANCE, incident_id),
        "inquiries": _rows(connection, INQUIRIES, incident_id),
        "keywords": [row[0] for row in connection.execute("SELECT keyword FROM keywords WHERE incident_id = ? ORDER BY keyword", [incident_id])],
        "tags": tagged(_rows(connection, TAGS, incident_id)),
        "exchanges": paired(_rows(connection, EXCHANGES, incident_id)),
        "meetings": _rows(connection, MEETINGS, incident_id),
        "disagreements": disagreements(record, impacts),
        "changes": _rows(connection, CHANGES, incident_id),
        "warnings": _rows(connection, WARNINGS, incident_id),
        "sources": sources,
        "rests_on_copies": rests_on_copies(sources),
    }


def _told(connection: sqlite3.Connection, what: str, incident_id: str, rows: list[Row]) -> list[Row]:
    """Rows with the documents that tell of each, in their own words; the first of them made the row."""
    found = sources_of(connection, what, incident_id)
    return [{name: value for name, value in row.items() if name != "id"} | {"sources": found.get(row["id"], [])} for row in rows]


def rests_on_copies(sources: Sequence[Mapping[str, object]]) -> bool:
    """Whether every page that the record cites is a copy or a private article; False when one is of unknown kind."""
    kinds = [source["source_kind"] for source in sources if source["kind"] == "web"]
    return bool(kinds) and all(kind in ("copy", "blog") for kind in kinds)


def _rows(connection: sqlite3.Connection, sql: str, incident_id: str) -> list[Row]:
    return named_rows(connection, sql, [incident_id])


def tagged(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """One entry a tag, with every sentence that bears it out."""
    found: dict[str, Row] = {}
    for row in rows:
        tag = {name: row[name] for name in ("id", "axis", "label_ja", "label_en", "definition")}
        evidence = {"text": row["evidence"]} | {name: row[name] for name in ("method", "confidence", "passage_id")}
        found.setdefault(row["id"], tag | {"evidence": []})["evidence"].append(evidence)
    return list(found.values())


def _without_kind(statement: Mapping[str, object]) -> Row:
    return {name: value for name, value in statement.items() if name != "kind"}


def impossible(started_at: str | None, completed_on: str | None, status: str | None) -> bool:
    """Whether a measure was completed before the accident, by the precision that both share. A plan cannot be impossible."""
    if not started_at or not completed_on or status == "planned":
        return False
    shared = min(len(started_at[:10]), len(completed_on[:10]))
    return completed_on[:shared] < started_at[:shared]


def disagreements(record: Mapping[str, object], impacts: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Values that sources give otherwise: {"field", "service", "value" shown, "other" as another source prints it}."""
    found = []
    for impact in impacts:
        for name, printed in impact["printed"].items():
            field = name.removesuffix("_other")
            if field != name:
                shown = {"duration": impact["duration_minutes"], "users": impact["users"]}.get(field, impact.get(field) or record.get(field))
                found.append({"field": field, "service": impact["service"], "value": shown, "other": printed, "source": impact["source"]})
        found += [d | {"service": impact["service"], "source": telling["source"]} for telling in impact.get("sources", ())[1:] for d in _other_figures(impact, telling)]
    return found


def _other_figures(impact: Mapping[str, Any], telling: Mapping[str, Any]) -> list[dict[str, object]]:
    """Values of another document that cannot be the ones shown, whatever either rounds."""
    shown, told = (
        Impact("", duration_minutes=row["duration_minutes"], users=row["users"], users_max=row["users_max"], users_qualifier=row["users_qualifier"],
               unit=row["unit"], printed=row["printed"])
        for row in (impact, telling)
    )  # fmt: skip
    found = []
    for field, span, column in (("duration", duration_span, "duration_minutes"), ("users", users_span, "users")):
        mine, theirs = span(shown), span(told)
        if mine is not None and theirs is not None and not meet(mine, theirs) and f"{field}_other" not in impact["printed"]:
            found.append({"field": field, "value": impact[column], "other": telling["printed"].get(field) or str(telling[column])})
    return found
