"""Search results as the JSON that the command line and the web share."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from kb.model import Incident, Report
from kb.search.conditions import Binding
from kb.search.evidence import Why
from kb.search.ranking import Hit, Result
from kb.sources.serialise import report_as_json


def result_json(connection: sqlite3.Connection, result: Result, *, explain: bool = False) -> dict[str, Any]:
    """The contract's object: query, terms, expansions, total, hits; a notice where there is one to give; without hits the nearest incidents."""
    answer: dict[str, Any] = {
        "query": result.query.text,
        "terms": [term.text for term in result.query.terms],
        "expansions": {surface: list(forms) for surface, forms in result.query.expansions},
        "total": result.total,
        "hits": hits_json(connection, result.hits, explain=explain),
    }
    answer |= {
        "conditions": [condition_json(binding) for binding in result.bindings],
        "absent": list(result.absent),
        "weak_from": result.weak_from,
    }
    if result.notice:
        answer["notice"] = result.notice
    if not result.hits:
        answer["nearest"] = hits_json(connection, result.nearest, explain=explain)
    return answer


def condition_json(binding: Binding) -> dict[str, object]:
    """A condition as written and as read, whether it binds, and how many incidents it leaves out."""
    one = binding.condition
    return {"kind": one.kind, "text": one.text, "read": one.read, "strict": binding.strict, "left_out": binding.left_out}


def hits_json(connection: sqlite3.Connection, hits: Sequence[Hit], *, explain: bool = False) -> list[dict[str, Any]]:
    """Hits as the contract shows them; `explain` adds the signals behind each score."""
    found = []
    for hit in hits:
        incident = summary(connection, hit.id) | {"score": round(hit.score, 4), "why": [why_json(why) for why in hit.why]}
        if explain:
            incident["signals"] = {name: round(value, 4) for name, value in hit.signals.items()}
        found.append(incident)
    return found


def why_json(why: Why) -> dict[str, object]:
    """A reason as the contract shows it."""
    entry: dict[str, object] = {
        "field": why.field, "text": why.text, "marks": [list(mark) for mark in why.marks], "by": why.by, "source": why.source,
    }  # fmt: skip
    if why.through:
        entry["through"] = dict(why.through)
    if why.tags:
        entry |= {"tags": [{"id": tag, "label": label} for tag, label in why.tags], "own": why.own}
    return entry


def summary(connection: sqlite3.Connection, incident_id: str) -> dict[str, Any]:
    """id, title, carriers, fiscal_year, started_at, tags of an incident."""
    title, fiscal_year, started_at = connection.execute(
        "SELECT title, fiscal_year, started_at FROM incidents WHERE id = ?", [incident_id]
    ).fetchone()
    carriers = connection.execute("SELECT name FROM incident_carriers WHERE incident_id = ? ORDER BY position", [incident_id])
    tags = connection.execute("SELECT DISTINCT tag_id FROM incident_tags WHERE incident_id = ? ORDER BY tag_id", [incident_id])
    return {
        "id": incident_id, "title": title, "carriers": [row[0] for row in carriers], "fiscal_year": fiscal_year,
        "started_at": started_at, "tags": [row[0] for row in tags],
    }  # fmt: skip


def draft_json(connection: sqlite3.Connection, incident: Incident) -> dict[str, object]:
    """What was read of a draft, as an incident of `kb parse`, with the tags proposed for it."""
    labels = dict(connection.execute("SELECT id, label_ja FROM tags").fetchall())
    parsed = report_as_json(Report(None, incidents=(incident,)))["incidents"][0]
    tags = [
        {"id": t.tag, "label": labels.get(t.tag, t.tag), "evidence": t.evidence, "method": t.method, "confidence": round(t.confidence, 3)} for t in incident.tags
    ]
    return {**parsed, "tags": tags}
