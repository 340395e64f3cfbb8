"""Accidents like the subject, overall and by axis, each with what it shares with the subject and what was done after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.reports.brief.subject import Subject
from kb.search import similar
from kb.search.as_json import summary, why_json
from kb.search.corpus import Corpus
from kb.search.grounds import explained
from kb.search.ranking import Hit

AXES = ("all", "trigger", "mechanism", "equipment", "measure")
CONSIDERED = 30  # nearest accidents whose measures are looked at
ON_AXIS = 5  # shown of each single axis

MEASURES = """
    SELECT m.incident_id, m.id, m.text, m.status, m.completed_on, m.kind, coalesce(c.name, m.owner), d.title, d.publisher, d.url, m.document_id
    FROM measures m JOIN documents d ON d.id = m.document_id
    LEFT JOIN incident_carriers c ON c.incident_id = m.incident_id AND c.carrier_id = m.carrier_id
    WHERE m.incident_id IN ({marks}) ORDER BY m.incident_id, m.document_id, m.position"""
TAGS_OF_MEASURES = """
    SELECT p.measure_id, t.tag_id FROM incident_tags t JOIN passages p ON p.id = t.passage_id
    WHERE p.measure_id IS NOT NULL AND t.incident_id IN ({marks}) ORDER BY 1, 2"""


@dataclass(frozen=True)
class Found:
    """Precedents on every axis; `own` are accidents of the subject's own companies, `nearest` the hits whose measures count."""

    by_axis: Mapping[str, similar.Precedents]
    own: frozenset[str]

    @property
    def nearest(self) -> tuple[Hit, ...]:
        """Hits over all axes, the nearest first."""
        return self.by_axis["all"].hits

    def shown(self, other_carriers: bool, limit: int) -> list[Hit]:
        """The nearest; those of other companies first when that is asked for."""
        hits = list(self.nearest)
        if other_carriers:
            hits.sort(key=lambda hit: hit.id in self.own)
        return hits[:limit]


def find(connection: sqlite3.Connection, corpus: Corpus, subject: Subject, limit: int) -> Found:
    """Compare the subject with what is held; those of one episode stand apart."""
    found = similar.by_axis(connection, corpus, subject.profile, AXES, incident_id=subject.incident.id, limit=max(limit, CONSIDERED))
    return Found(found, frozenset(_own(connection, subject, [hit.id for hit in found["all"].hits])))


def _own(connection: sqlite3.Connection, subject: Subject, incident_ids: Sequence[str]) -> Iterable[str]:
    if not subject.carriers or not incident_ids:
        return []
    companies, incidents = (", ".join("?" * len(part)) for part in (subject.carriers, incident_ids))
    sql = f"SELECT DISTINCT incident_id FROM incident_carriers WHERE carrier_id IN ({companies}) AND incident_id IN ({incidents})"
    return [row[0] for row in connection.execute(sql, [*subject.carriers, *incident_ids])]


def as_json(connection: sqlite3.Connection, subject: Subject, found: Found, *, other_carriers: bool, limit: int) -> dict[str, Any]:
    """"precedents" (overall), "precedents_by_axis" and "same_episode"."""
    shown = found.shown(other_carriers, limit)
    by_axis = {axis: found.by_axis[axis].hits[:ON_AXIS] for axis in AXES if axis != "all"}
    episode = found.by_axis["all"].same_episode
    ids = list(dict.fromkeys(hit.id for hit in [*shown, *episode, *(hit for hits in by_axis.values() for hit in hits)]))
    measures = measures_of(connection, ids)

    told_why: dict[tuple[str, bool], list[dict[str, object]]] = {}

    def why(hit: Hit, axis: str) -> list[dict[str, object]]:
        """The same passages speak on every axis but that of measures."""
        key = (hit.id, axis == "measure")
        if key not in told_why:
            told_why[key] = [why_json(one) for one in explained(connection, subject.profile, hit, axis).why]
        return told_why[key]

    def entry(hit: Hit, axis: str) -> dict[str, Any]:
        told = summary(connection, hit.id)
        shared = [tag for tag in told["tags"] if tag in subject.tags]
        return {
            "id": hit.id, "title": told["title"], "carriers": told["carriers"], "fiscal_year": told["fiscal_year"], "started_at": told["started_at"],
            "axis": axis, "score": round(hit.score, 4), "same_carrier": hit.id in found.own,
            "shared_tags": shared,
            "why": why(hit, axis), "measures": measures.get(hit.id, []),
        }  # fmt: skip

    return {
        "precedents": [entry(hit, "all") for hit in shown],
        "precedents_by_axis": {axis: [entry(hit, axis) for hit in hits] for axis, hits in by_axis.items()},
        "same_episode": [entry(hit, "all") for hit in episode],
    }


def measures_of(connection: sqlite3.Connection, incident_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Incident → its measures as JSON, each text once."""
    if not incident_ids:
        return {}
    marks = ", ".join("?" * len(incident_ids))
    tags: dict[int, list[str]] = {}
    for measure, tag in connection.execute(TAGS_OF_MEASURES.format(marks=marks), list(incident_ids)):
        tags.setdefault(measure, []).append(tag)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for incident, identifier, text, status, completed_on, kind, owner, title, publisher, url, document in connection.execute(
        MEASURES.format(marks=marks), list(incident_ids)
    ):
        source = {"document": document, "publisher": publisher, "title": title, "url": url}
        found.setdefault(incident, {}).setdefault(
            text,
            {
                "text": text, "status": status, "completed_on": completed_on, "kind": kind, "owner": owner, "tags": tags.get(identifier, []),
                "source": source,
            },
        )  # fmt: skip
    return {incident: list(texts.values()) for incident, texts in found.items()}
