"""A report in hand against an incident that is held: what it says otherwise, and what it adds."""

from __future__ import annotations

import sqlite3
from typing import Any

from kb.building.documents import Context, known_incidents
from kb.errors import DocumentError
from kb.knowledge.editions import changes
from kb.knowledge.identity import match
from kb.model import Incident, Report
from kb.store.records import incident as stored_incident


def compared(connection: sqlite3.Connection, report: Report, incident_id: str, context: Context) -> dict[str, Any]:
    """{"id", "identity", "reasons", "changes": [{"field", "before", "after"}]} of the report's accident that is nearest to the held one.

    What the report leaves out is no change: a first report says less. Raises NotFoundError for the id, DocumentError for a report without accidents.
    """
    held = stored_incident(connection, incident_id)
    if not report.incidents:
        raise DocumentError(f"no accident was read from the document, so that there is nothing to set against {incident_id}; see what `kb parse` reads")
    known = [one for one in known_incidents(connection) if one.incident.id == incident_id]
    matches = [(match(told, known, context.carriers.resolve, group_of=context.carriers.group_of), told) for told in report.incidents]
    order = {"same": 0, "uncertain": 1, "new": 2}
    found, told = min(matches, key=lambda pair: (order[pair[0].verdict], _distance(pair[1], held)))
    identity = {"same": "same", "uncertain": "uncertain", "new": "other"}[found.verdict]
    return {"id": incident_id, "identity": identity, "reasons": list(found.reasons), "changes": [c.as_json() for c in changes(held, told, dropped=False)]}


def _distance(told: Incident, held: Incident) -> int:
    """0 for a start on the same day, 1 in the same month, else 2."""
    one, other = told.started_at or "", held.started_at or ""
    return 0 if one[:10] and one[:10] == other[:10] else 1 if one[:7] and one[:7] == other[:7] else 2
