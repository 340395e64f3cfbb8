"""What the knowledge base holds, how much of it was understood, and what it lacks."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import Any

from kb.reports import official_counts

DOCUMENTS = """
SELECT d.id, d.kind, d.title, d.publisher, d.url, d.path, d.published_on, d.fiscal_year, d.characters, d.read_characters,
    (SELECT count(*) FROM incident_sources s WHERE s.document_id = d.id)
FROM documents d WHERE d.kind IN ('annual-report', 'council-minutes', 'company-report', 'guidance') ORDER BY d.kind, d.fiscal_year, d.published_on, d.id
"""
UNREAD = "SELECT document_id, page, line, text FROM unread ORDER BY id"
WARNINGS = "SELECT document_id, code, message, page, line FROM warnings WHERE document_id IS NOT NULL ORDER BY id"
INCIDENT_WARNINGS = "SELECT incident_id, code, message FROM warnings WHERE document_id IS NULL ORDER BY incident_id, id"
CATALOGUE = "SELECT count(*), sum(characters), sum(read_characters) FROM documents WHERE kind = 'catalogue'"
CITED = "SELECT coalesce(publisher, ''), count(*), sum(url IS NULL) FROM documents WHERE kind = 'web' GROUP BY 1 ORDER BY 2 DESC, 1"
YEARS = "SELECT fiscal_year, count(*), sum(official IS 1), sum(official IS NULL) FROM incidents WHERE near_miss = 0 GROUP BY fiscal_year ORDER BY fiscal_year"

PROMISES = """
SELECT m.incident_id, m.text, m.completed_on FROM measures m JOIN incidents i ON i.id = m.incident_id
WHERE m.status = 'planned' AND m.followed_up IS NULL AND coalesce(i.started_at, i.fiscal_year || '-04') < '2024' ORDER BY m.incident_id, m.position"""
ON_COPIES = """
SELECT s.incident_id, i.title FROM incident_sources s JOIN documents d ON d.id = s.document_id AND d.kind <> 'catalogue' JOIN incidents i ON i.id = s.incident_id
GROUP BY 1 HAVING sum(d.kind = 'web' AND coalesce(d.source_kind, '') IN ('copy', 'blog')) = count(*) ORDER BY 1"""
SHARES = """
SELECT count(*), sum(EXISTS (SELECT 1 FROM statements s WHERE s.incident_id = i.id AND s.kind = 'cause')
    AND NOT EXISTS (SELECT 1 FROM incident_tags t WHERE t.incident_id = i.id AND t.tag_id IN ('trigger/unknown', 'mechanism/not-stated'))),
    sum(EXISTS (SELECT 1 FROM measures m WHERE m.incident_id = i.id AND m.kind = 'prevention')),
    sum(official_basis = 'stated'), sum(official_basis = 'figures'), sum(official_basis IS NULL)
FROM incidents i WHERE near_miss = 0"""

STATES = {
    "complete": "公式の件数をすべて収録",
    "partial": "一部を収録",
    "none": "重大な事故と確かめられた収録なし",
    "over": "公式の件数より多く収録",
    "unknown": "公式の件数が不明",
    "absent": "収録なし",
}


def ledger(connection: sqlite3.Connection) -> dict[str, Any]:
    """Documents read with what stayed unread and their warnings, the catalogue, fiscal years, and documents only cited."""
    documents = _documents(connection)
    years = _years(connection)
    catalogue, characters, read = connection.execute(CATALOGUE).fetchone()
    cited = [{"publisher": publisher or None, "documents": n, "without_address": no_url} for publisher, n, no_url in connection.execute(CITED)]
    return {
        "documents": documents,
        "catalogue": {"documents": catalogue, "characters": characters, "read": read},
        "coverage": {
            "characters": sum(d["characters"] or 0 for d in documents),
            "read": sum(d["read"] or 0 for d in documents),
            "unread_runs": sum(len(d["unread"]) for d in documents),
            "warnings": sum(len(d["warnings"]) for d in documents),
        },
        "promises_without_news": [{"incident": i, "text": text, "due": due} for i, text, due in connection.execute(PROMISES)],
        "resting_on_copies": [{"incident": i, "title": title} for i, title in connection.execute(ON_COPIES)],
        "shares": dict(zip(("accidents", "with_cause", "with_prevention", "stated", "by_figures", "not_established"),
                           (value or 0 for value in connection.execute(SHARES).fetchone()), strict=True)),
        "fiscal_years": years,
        "absent_years": [year["fiscal_year"] for year in years if year["state"] == "absent"],
        "years_without_official_count": [year["fiscal_year"] for year in years if year["official"] is None],
        "incident_warnings": [{"incident": i, "code": code, "message": message} for i, code, message in connection.execute(INCIDENT_WARNINGS)],
        "cited_not_held": {"documents": sum(row["documents"] for row in cited), "publishers": cited},
    }


def _documents(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    unread: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for document, page, line, text in connection.execute(UNREAD):
        unread[document].append({"position": {"page": page, "line": line}, "text": text})
    warnings: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for document, code, message, page, line in connection.execute(WARNINGS):
        warnings[document].append({"code": code, "message": message, "position": {"page": page, "line": line}})
    found = []
    for identifier, kind, title, publisher, url, path, published_on, year, characters, read, incidents in connection.execute(DOCUMENTS):
        found.append({
            "id": identifier, "kind": kind, "title": title, "publisher": publisher, "url": url, "file": path, "published_on": published_on,
            "fiscal_year": year, "characters": characters, "read": read, "share": round(read / characters, 4) if characters else None,
            "incidents": incidents, "unread": unread[identifier], "warnings": warnings[identifier],
        })  # fmt: skip
    return found


def _years(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every fiscal year from the first to the last known one, with the official number against the numbers held."""
    held = {year: tuple(numbers) for year, *numbers in connection.execute(YEARS)}
    undated = held.pop(None, None)
    official = official_counts.serious_accidents(connection)
    known = [*held, *official]
    rows = []
    for year in range(min(known), max(known) + 1) if known else ():
        counted = official.get(year)
        rows.append(_row(year, [value for value, *_ in counted.values] if counted else [], *held.get(year, (0, 0, 0))))
    return rows + ([_row(None, [], *undated)] if undated else [])


def _row(year: int | None, values: list[int], held: int, serious: int, not_established: int) -> dict[str, Any]:
    official = values[0] if values else None
    code = _state(official, held, serious)
    return {
        "fiscal_year": year, "official": official, "official_values": values, "held_official": serious, "held_not_established": not_established,
        "held": held,
        "missing": max(official - serious, 0) if official is not None else None, "state": code, "state_ja": STATES[code],
    }  # fmt: skip


def _state(official: int | None, held: int, serious: int) -> str:
    if not held:
        return "absent"
    if official is None:
        return "unknown"
    if serious > official:
        return "over"
    return "complete" if serious == official else "partial" if serious else "none"
