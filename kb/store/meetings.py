"""Taking a meeting out of the database again, with all that hangs on it."""

from __future__ import annotations

import sqlite3

MEETINGS = "SELECT id FROM meetings WHERE document_id = :d"
# Children first: the file is written without enforcing foreign keys.
CONDITIONS = (
    ("embeddings", "passage_id IN (SELECT id FROM passages WHERE document_id = :d)"),
    ("passages", "document_id = :d"),
    ("exchanges", f"meeting_id IN ({MEETINGS})"),
    ("meeting_incidents", f"meeting_id IN ({MEETINGS})"),
    ("meetings", "document_id = :d"),
    ("incident_sources", "document_id = :d"),
    ("documents", "id = :d"),
)


def drop_meeting_document(connection: sqlite3.Connection, document_id: int) -> None:
    """Forget the meeting that one document of ours tells of: its turns, passages and citations, and the document."""
    for table, condition in CONDITIONS:
        connection.execute(f"DELETE FROM {table} WHERE {condition}", {"d": document_id})
