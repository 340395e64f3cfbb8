"""`Report` → the JSON dict of `kb parse`. Keys that a kind of document does not have are null."""

from __future__ import annotations

from typing import Any

from kb.model import Demand, Exchange, Impact, Incident, Inquiry, Measure, Meeting, Notification, Position, Report, Statement, Statistic


def report_as_json(report: Report) -> dict[str, Any]:
    """All of a report as JSON values; positions are {"page", "line"} or null."""
    return {
        "kind": report.kind,
        "reasons": list(report.reasons),
        "secondary": report.secondary,
        "title": report.title,
        "published_on": report.published_on,
        "fiscal_year": report.fiscal_year,
        "incidents": [_incident(i, report.stage) for i in report.incidents],
        "statistics": [_statistic(s) for s in report.statistics],
        "meeting": _meeting(report.meeting) if report.meeting else None,
        "notes": [_statement(note) for note in report.notes],
        "warnings": [
            {"code": w.code, "message": w.message, "position": position_as_json(w.position)} for w in report.warnings
        ],
        "coverage": {
            "characters": report.coverage.characters,
            "read": report.coverage.read,
            "unread": [{"position": position_as_json(u.position), "text": u.text} for u in report.coverage.unread],
        },
    }


def position_as_json(position: Position | None) -> dict[str, int | None] | None:
    """Page and line as plain data."""
    return None if position is None else {"page": position.page, "line": position.line}


def _incident(incident: Incident, stage: str | None = None) -> dict[str, Any]:
    return {
        "no": incident.no,
        "title": incident.title,
        "carriers": list(incident.carriers),
        "fiscal_year": incident.fiscal_year,
        "started_at": incident.started_at,
        "ended_at": incident.ended_at,
        "area": incident.area,
        "official": incident.official,
        "statutory_class": incident.statutory_class,
        "factor": incident.factor,
        "factor_basis": incident.factor_basis,
        "impacts": [_impact(i) for i in incident.impacts],
        "inquiries": [_inquiry(i) for i in incident.inquiries],
        "report": stage,
        "causes": [s.text for s in incident.statements if s.kind == "cause"],
        "prolonging": [s.text for s in incident.statements if s.kind == "prolonging"],
        "guidance": [_demand(d) for d in incident.guidance],
        "statements": [_statement(s) for s in incident.statements],
        "measures": [_measure(m) for m in incident.measures],
        "notifications": [_notification(n) for n in incident.notifications],
        "position": position_as_json(incident.position),
    }


def _impact(impact: Impact) -> dict[str, Any]:
    values = {
        "label": impact.label,
        "carrier": impact.carrier,
        "service": impact.service,
        "symptom": impact.symptom,
        "started_at": impact.started_at,
        "duration_minutes": impact.duration_minutes,
        "users": impact.users,
        "users_qualifier": impact.users_qualifier,
        "unit": impact.unit,
        "printed": dict(impact.printed),
        "position": position_as_json(impact.position),
    }
    if impact.users_qualifier == "range":
        values["users_max"] = impact.users_max
    return values


def _inquiry(inquiry: Inquiry) -> dict[str, Any]:
    return {
        "carrier": inquiry.carrier,
        "count": inquiry.count,
        "as_of": inquiry.as_of,
        "printed": inquiry.printed,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {"kind": statement.kind, "text": statement.text, "position": position_as_json(statement.position)}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "text": measure.text,
        "completed_on": measure.completed_on,
        "status": measure.status,
        "printed": measure.printed,
        "position": position_as_json(measure.position),
    }


def _demand(demand: Demand) -> dict[str, Any]:
    return {
        "text": demand.text,
        "due_on": demand.due_on,
        "authority": demand.authority,
        "issued_on": demand.issued_on,
        "position": position_as_json(demand.position),
    }


def _notification(notification: Notification) -> dict[str, Any]:
    return {
        "channel": notification.channel,
        "at": notification.at,
        "text": notification.text,
        "position": position_as_json(notification.position),
    }


def _statistic(statistic: Statistic) -> dict[str, Any]:
    value = int(statistic.value) if float(statistic.value).is_integer() else statistic.value
    return {
        "table": statistic.table,
        "row": statistic.row,
        "column": statistic.column,
        "value": value,
        "unit": statistic.unit,
        "fiscal_year": statistic.fiscal_year,
        "note": statistic.note,
        "position": position_as_json(statistic.position),
    }


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {
        "held_on": meeting.held_on,
        "number": meeting.number,
        "place": meeting.place,
        "items": list(meeting.items),
        "exchanges": [_exchange(e) for e in meeting.exchanges],
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    values: dict[str, Any] = {"viewpoint": exchange.viewpoint, "kind": exchange.kind, "text": exchange.text}
    if exchange.answers is not None:
        values["answers"] = exchange.answers
    return values | {"position": position_as_json(exchange.position)}
