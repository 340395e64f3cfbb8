"""Which documents an answer stands on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from kb.store.rows import named_rows

PER_INCIDENT = 3
# The nearest to the event first: ministry and company, then the press, then copies; our own summary only where there is nothing else.
OF_INCIDENTS = """
    SELECT s.incident_id, d.id FROM incident_sources s JOIN documents d ON d.id = s.document_id
    WHERE s.incident_id IN (SELECT value FROM json_each(?))
    ORDER BY s.incident_id, d.kind = 'catalogue', CASE d.source_kind WHEN 'ministry' THEN 0 WHEN 'company' THEN 1 WHEN 'press' THEN 2 WHEN 'copy' THEN 4 WHEN 'blog' THEN 5 ELSE 3 END, d.id"""
DOCUMENTS = """
    SELECT id, kind, source_kind, publisher, title, coalesce(original_url, url) AS url, published_on FROM documents
    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"""


def best_sources(connection: sqlite3.Connection, incident_ids: Iterable[str]) -> dict[str, list[int]]:
    """Incident → ids of up to PER_INCIDENT documents that tell of it."""
    wanted = sorted(set(incident_ids))
    found: dict[str, list[int]] = {one: [] for one in wanted}
    for incident_id, document in connection.execute(OF_INCIDENTS, [json.dumps(wanted)]):
        if len(found[incident_id]) < PER_INCIDENT:
            found[incident_id].append(document)
    return found


def documents(connection: sqlite3.Connection, ids: Iterable[int]) -> list[dict[str, Any]]:
    """The documents of these ids, as `answers.Source` has them."""
    return named_rows(connection, DOCUMENTS, [json.dumps(sorted(set(ids)))])


def named_in(value: object) -> set[int]:
    """Every document id that an answer names as the `source` of something."""
    if isinstance(value, dict):
        own = {value["source"]} if isinstance(value.get("source"), int) else set()
        return own.union(*(named_in(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(named_in(one) for one in value))
    return set()
