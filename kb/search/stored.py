"""The precedents that the database holds of each incident: read, and kept right when a document is taken in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

DEPTH = 20  # precedents kept of each incident on each axis, and as many of the same episode
DIGITS = 6  # of a score; what is equal to them is ordered by id

PrecedentRow = tuple[str, str, str, int, float, int]  # incident, other, axis, rank, score, 1 = same episode

HELD = """
    SELECT other_id, score, same_episode FROM precedents
    WHERE incident_id = ? AND axis = ? {others} ORDER BY same_episode, rank"""
OTHERS = "AND NOT EXISTS (SELECT 1 FROM incident_carriers c WHERE c.incident_id = other_id AND c.carrier_id IN ({marks}))"


@dataclass(frozen=True)
class Held:
    """(other incident, score) of one axis, best first; `whole` when nothing was left out for want of room."""

    hits: tuple[tuple[str, float], ...]
    episode: tuple[tuple[str, float], ...]
    whole: bool


def held(connection: sqlite3.Connection, incident_id: str, axis: str, without_carriers: Sequence[int] = ()) -> Held:
    """What is stored of an incident on an axis, accidents of some companies left out."""
    others = OTHERS.format(marks=", ".join("?" * len(without_carriers))) if without_carriers else ""
    rows = connection.execute(HELD.format(others=others), [incident_id, axis, *without_carriers]).fetchall()
    deepest = connection.execute("SELECT max(rank) FROM precedents WHERE incident_id = ? AND axis = ? AND same_episode = 0", [incident_id, axis]).fetchone()[0]
    hits, episode = (tuple((other, score) for other, score, same in rows if same == flag) for flag in (0, 1))
    return Held(hits, episode, (deepest or 0) < DEPTH)


Scores = Mapping[str, Sequence[tuple[str, float, int]]]  # axis → (other, score, same episode) of an incident, in any order


def ranked(incident_id: str, scores: Scores) -> Iterator[PrecedentRow]:
    """The rows of one incident."""
    for axis, others in scores.items():
        for flag in (0, 1):
            of_kind = sorted((-round(score, DIGITS), other) for other, score, same in others if same == flag and round(score, DIGITS) > 0)[:DEPTH]
            for rank, (score, other) in enumerate(of_kind, start=1):
                yield incident_id, other, axis, rank, -score, flag


def changed(connection: sqlite3.Connection, incident_id: str, compute: Callable[[str], Scores]) -> Iterator[tuple[str, list[PrecedentRow]]]:
    """(incident, all its rows) of an incident that is new or tells more now, and of every other whose list it enters or leaves.

    `compute` gives the scores of an incident. Rarities shift with every document; lists that the incident does not enter stay.
    """
    scores = compute(incident_id)
    yield incident_id, list(ranked(incident_id, scores))
    mine: dict[str, dict[str, tuple[float, int]]] = {}
    for axis, others in scores.items():
        for other, score, same in others:
            if round(score, DIGITS) > 0:
                mine.setdefault(other, {})[axis] = round(score, DIGITS), same
    before = {row[0] for row in connection.execute("SELECT DISTINCT incident_id FROM precedents WHERE other_id = ?", [incident_id])}
    for other in sorted(mine.keys() | before):
        rows = _entered(connection, other, incident_id, mine.get(other, {}))
        if rows is None:
            rows = list(ranked(other, compute(other)))
        if rows:
            yield other, rows


def _entered(connection: sqlite3.Connection, other: str, incident_id: str, scores: Mapping[str, tuple[float, int]]) -> list[PrecedentRow] | None:
    """The rows of `other` with the incident in its place; [] where nothing changes, None where they have to be computed anew."""
    stored: list[PrecedentRow] = connection.execute(
        "SELECT incident_id, other_id, axis, rank, score, same_episode FROM precedents WHERE incident_id = ?", [other]
    ).fetchall()
    lists: dict[tuple[str, int], list[tuple[float, str]]] = {}
    for _, precedent, axis, _, score, same in stored:
        lists.setdefault((axis, same), []).append((-score, precedent))
    left: set[tuple[str, int]] = set()
    for key, entries in lists.items():
        kept = [entry for entry in entries if entry[1] != incident_id]
        if len(kept) < len(entries):
            left.add(key)
        lists[key] = kept
    for axis, (score, same) in scores.items():
        lists.setdefault((axis, same), []).append((-score, incident_id))
    rows: list[PrecedentRow] = []
    for (axis, same), entries in sorted(lists.items()):
        entries.sort()
        if (axis, same) in left and (len(entries) < DEPTH or entries[DEPTH - 1][1] == incident_id) and _was_full(stored, axis, same):
            return None  # who stands at its end, or behind it, is not known
        rows += [(other, precedent, axis, rank, -score, same) for rank, (score, precedent) in enumerate(entries[:DEPTH], start=1)]
    return rows if sorted(rows) != sorted(stored) else []


def _was_full(stored: Sequence[PrecedentRow], axis: str, same: int) -> bool:
    return sum(row[2] == axis and row[5] == same for row in stored) >= DEPTH


def replace(connection: sqlite3.Connection, lists: Collection[tuple[str, Sequence[PrecedentRow]]]) -> None:
    """Write the rows of incidents in place of what is stored of them."""
    for incident_id, rows in lists:
        connection.execute("DELETE FROM precedents WHERE incident_id = ?", [incident_id])
        insert(connection, rows)


def insert(connection: sqlite3.Connection, rows: Iterator[PrecedentRow] | Sequence[PrecedentRow]) -> None:
    """Store precedents that were computed."""
    connection.executemany("INSERT INTO precedents (incident_id, other_id, axis, rank, score, same_episode) VALUES (?, ?, ?, ?, ?, ?)", rows)
