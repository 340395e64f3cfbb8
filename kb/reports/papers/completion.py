"""What a brief needs to stand alone on paper: the sources behind every number that it cites, and labels of its tags in English."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

DOCUMENTS = """
    SELECT s.incident_id, d.kind, d.publisher, d.title, coalesce(d.original_url, d.url), d.published_on, s.page
    FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE s.incident_id IN ({marks}) AND d.kind <> 'catalogue'
    ORDER BY s.incident_id, d.kind = 'web', coalesce(instr('ministry company press copy blog', d.source_kind), 99), d.id"""
INCIDENTS = "SELECT id, title, started_at FROM incidents WHERE id IN ({marks})"
CARRIERS = "SELECT incident_id, name FROM incident_carriers WHERE incident_id IN ({marks}) ORDER BY incident_id, position"
MEETINGS = """
    SELECT e.id, m.id, coalesce(m.label, d.title, m.held_on), m.held_on, d.publisher, d.title, coalesce(d.original_url, d.url)
    FROM exchanges e JOIN meetings m ON m.id = e.meeting_id JOIN documents d ON d.id = m.document_id WHERE e.id IN ({marks})"""
LABELS = "SELECT id, label_ja, label_en FROM tags"


def completed(connection: sqlite3.Connection, brief: Mapping[str, Any]) -> dict[str, Any]:
    """The brief with "sources" ({"incidents", "exchanges"}: what its ids are and which documents tell of them), "labels" and "labels_en"."""
    named = set(_tags(brief))
    labels = {key: (ja, en) for key, ja, en in connection.execute(LABELS) if key in named}
    sources = {"incidents": _incidents(connection, _incident_ids(brief)), "exchanges": _exchanges(connection, _exchange_ids(brief))}
    return {
        **brief, "sources": sources, "labels": {key: ja for key, (ja, _) in sorted(labels.items())},
        "labels_en": {key: en for key, (_, en) in sorted(labels.items())},
    }  # fmt: skip


def _incident_ids(brief: Mapping[str, Any]) -> set[str]:
    found = {brief["subject"].get("id")}
    for name in ("precedents", "same_episode", "earlier_promises"):
        found |= {entry["id"] for entry in brief.get(name, ())}
    found |= {entry["id"] for entries in brief.get("precedents_by_axis", {}).values() for entry in entries}
    found |= {later["id"] for promise in brief["earlier_promises"] for later in promise.get("since", ())}
    found |= {one for promise in brief["earlier_promises"] for one in promise.get("also_told_in", ())}
    found |= {taken["id"] for missing in brief["missing_measures"] for taken in missing["taken_by"]}
    found |= {entry["about"] for entry in brief["earlier_questions"]}
    found |= {entry["id"] for entry in brief["notification"]["precedents"]}
    found |= {one["id"] for question in brief["questions"] for one in question["basis"] if one["kind"] not in ("exchange", "rule")}
    return {one for one in found if isinstance(one, str)}


def _exchange_ids(brief: Mapping[str, Any]) -> set[int]:
    asked = {entry.get("exchange") for entry in brief["earlier_questions"]}
    cited = {one["id"] for question in brief["questions"] for one in question["basis"] if one["kind"] == "exchange"}
    return {one for one in asked | cited if isinstance(one, int)}


def _incidents(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        identifier: {"title": title, "started_at": started, "carriers": [], "documents": []} for identifier, title, started in _rows(connection, INCIDENTS, ids)
    }
    for identifier, name in _rows(connection, CARRIERS, found):
        found[identifier]["carriers"].append(name)
    for identifier, kind, publisher, title, url, published_on, page in _rows(connection, DOCUMENTS, found):
        document = {"kind": kind, "publisher": publisher, "title": title, "url": url, "published_on": published_on, "page": page}
        found[identifier]["documents"].append(document)
    return found


def _exchanges(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[str, dict[str, Any]]:
    return {
        str(exchange): {"meeting": meeting, "label": label, "held_on": held_on, "documents": [{"publisher": publisher, "title": title, "url": url}]}
        for exchange, meeting, label, held_on, publisher, title, url in _rows(connection, MEETINGS, ids)
    }


def _rows(connection: sqlite3.Connection, sql: str, ids: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        yield from connection.execute(sql.format(marks=", ".join("?" * len(part))), part)


def _tags(value: Any) -> Iterator[str]:
    """Every string in it that is written like a tag's key."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _tags(key)
            yield from _tags(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _tags(one)
    elif isinstance(value, str) and "/" in value and len(value) < 80:
        yield value
