"""Meetings of the council: what they heard of and what was said, and those that a query speaks of."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kb.japanese.terms import words
from kb.store.rows import named_rows

MEETINGS = """
SELECT m.id, m.held_on, m.ended_on, m.label, m.number, m.place, m.hours, m.items, m.note, m.document_id, d.kind AS told_by, d.publisher, d.title, d.url
FROM meetings m JOIN documents d ON d.id = m.document_id ORDER BY m.held_on DESC, m.id"""
HEARD = "SELECT h.meeting_id, i.id, i.title FROM meeting_incidents h JOIN incidents i ON i.id = h.incident_id ORDER BY h.meeting_id, i.id"
EXCHANGES = """
SELECT id, meeting_id, kind, viewpoint, text, answers_id, incident_id, page, line FROM exchanges ORDER BY meeting_id, position"""
COUNTED = """
SELECT m.id, coalesce(m.label, d.title, m.held_on), m.held_on, (SELECT count(*) FROM exchanges e WHERE e.meeting_id = m.id AND e.kind = 'question')
FROM meetings m JOIN documents d ON d.id = m.document_id ORDER BY m.held_on, m.id"""
# The meeting of a passage is that of its exchange, or the one that its document tells.
PASSAGES = """
SELECT coalesce(e.meeting_id, m.id), p.words FROM passages p LEFT JOIN exchanges e ON e.id = p.exchange_id
LEFT JOIN meetings m ON m.document_id = p.document_id WHERE p.field IN ('exchange', 'meeting')"""
SHARE = 0.5  # of a query's weight that a meeting's words must hold: half of what is asked about


def meetings(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every meeting, newest first, with the accidents heard and its turns, each question with its answers."""
    heard: dict[int, list[dict[str, str]]] = defaultdict(list)
    for meeting, incident, title in connection.execute(HEARD):
        heard[meeting].append({"id": incident, "title": title})
    turns: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for turn in named_rows(connection, EXCHANGES):
        turns[turn.pop("meeting_id")].append(turn)
    found = named_rows(connection, MEETINGS)
    return [m | {"items": json.loads(m["items"]), "heard": heard[m["id"]], "exchanges": paired(turns[m["id"]])} for m in found]


def paired(exchanges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turns in order, each question with its answers inside; an answer without a question of ours stands alone."""
    turns = {turn["id"]: turn | {"answers": []} for turn in exchanges}
    top: list[dict[str, Any]] = []
    for turn in turns.values():
        asked = turns.get(turn["answers_id"]) if turn["answers_id"] is not None else None
        (asked["answers"] if asked else top).append(turn)
    return top


def heard_counts(connection: sqlite3.Connection) -> list[tuple[int, str, str, int, list[str]]]:
    """(id, name, day, questions asked, incidents heard) of every meeting, oldest first."""
    heard: dict[int, list[str]] = defaultdict(list)
    for meeting, incident, _ in connection.execute(HEARD):
        heard[meeting].append(incident)
    return [(number, name, held_on, questions, heard[number]) for number, name, held_on, questions in connection.execute(COUNTED)]


def find(connection: sqlite3.Connection, query: str, limit: int = 3) -> list[dict[str, Any]]:
    """Meetings that speak of at least half of what a query asks, rare words counting more; best first, without their turns."""
    wanted = set(words(query).split())
    held: dict[int, set[str]] = defaultdict(set)
    for meeting, tokens in connection.execute(PASSAGES) if wanted else ():
        held[meeting] |= wanted & set(tokens.split())
    weights = {word: _rarity(connection, word) for word in wanted}
    total = sum(weights.values())
    scores = {meeting: sum(weights[word] for word in found) / total for meeting, found in held.items()} if total else {}
    best = sorted((m for m, score in scores.items() if score >= SHARE), key=lambda m: (-scores[m], -m))[:limit]
    told = {m["id"]: {name: value for name, value in m.items() if name != "exchanges"} for m in meetings(connection)} if best else {}
    return [told[m] | {"score": round(scores[m], 4)} for m in best]


def _rarity(connection: sqlite3.Connection, word: str) -> float:
    total = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
    row = connection.execute("SELECT incidents FROM frequencies WHERE unit = 'word' AND term = ?", [word]).fetchone()
    return math.log(1 + (total + 1) / ((row[0] if row else 0) + 0.5))
