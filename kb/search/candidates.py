"""First stage: incidents worth scoring, found through the full-text index on the rarest words of a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from kb.search.filters import restriction

# FTS5's own bm25() costs 95 % of an OR query: words are added, rarest first, while the matches stay below this many.
MATCH_BUDGET = 5_000
MIN_TERMS = 2


def frequencies(connection: sqlite3.Connection, unit: str, terms: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Term → (passages, incidents) that hold it; absent terms are left out. `unit`: word, bigram or concept."""
    found: dict[str, tuple[int, int]] = {}
    for start in range(0, len(terms), 500):
        part = terms[start : start + 500]
        marks = ", ".join("?" * len(part))
        sql = f"SELECT term, passages, incidents FROM frequencies WHERE unit = ? AND term IN ({marks})"
        found |= {term: (passages, incidents) for term, passages, incidents in connection.execute(sql, [unit, *part])}
    return found


def quoted(term: str) -> str:
    """A term as an FTS5 string: no character of it is an operator."""
    return '"' + term.replace('"', '""') + '"'


def expression(words: Iterable[str], concepts: Iterable[str] = ()) -> str:
    """An FTS5 query for any of the words or concepts; "" when there are none."""
    parts = [f"words : {quoted(word)}" for word in words] + [f"concepts : {quoted(concept)}" for concept in concepts]
    return " OR ".join(parts)


def rarest(found: dict[str, tuple[int, int]], budget: int = MATCH_BUDGET) -> list[str]:
    """The rarest terms whose incidents together stay below the budget, at least MIN_TERMS."""
    chosen: list[str] = []
    matches = 0
    for term, (_, incidents) in sorted(found.items(), key=lambda item: (item[1][1], item[0])):
        if len(chosen) >= MIN_TERMS and matches + incidents > budget:
            break
        chosen.append(term)
        matches += incidents
    return chosen


def matching_incidents(
    connection: sqlite3.Connection, words: Sequence[str], concepts: Sequence[str], condition: tuple[str, list[object]], limit: int
) -> list[str]:
    """Ids of the incidents that match best, best first, among those that meet the condition; all of them when the limit is -1."""
    match = expression(words, concepts)
    if not match:
        return []
    # The plus keeps SQLite from matching anew for every permitted row: 35 s instead of 0.1 s at 10,000 incidents.
    permitted, parameters = restriction(condition, "+rowid", "number")
    best = f"SELECT rowid FROM incidents_fts WHERE incidents_fts MATCH ? {permitted} ORDER BY rank LIMIT ?"
    numbers = [row[0] for row in connection.execute(best, [match, *parameters, limit])]
    found: dict[int, str] = {}
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        found |= connection.execute(f"SELECT number, id FROM incidents WHERE number IN ({', '.join('?' * len(part))})", part)
    return [found[number] for number in numbers]


def count_matching(
    connection: sqlite3.Connection, words: Sequence[str], concepts: Sequence[str], condition: tuple[str, list[object]]
) -> int:
    """How many incidents hold any of the words or concepts and meet the condition."""
    match = expression(words, concepts)
    if not match:
        return 0
    # The plus keeps SQLite from matching anew for every permitted row: 35 s instead of 0.1 s at 10,000 incidents.
    permitted, parameters = restriction(condition, "+rowid", "number")
    return int(connection.execute(f"SELECT count(*) FROM incidents_fts WHERE incidents_fts MATCH ? {permitted}", [match, *parameters]).fetchone()[0])


def containing(connection: sqlite3.Connection, text: str, condition: tuple[str, list[object]], limit: int) -> list[str]:
    """Last resort: incidents with a passage that holds the text as it stands."""
    where, parameters = condition
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    sql = f"""
        SELECT DISTINCT incident_id FROM passages WHERE text LIKE ? ESCAPE '\\'
        AND incident_id IN (SELECT id FROM incidents WHERE {where}) ORDER BY incident_id LIMIT ?"""
    return [row[0] for row in connection.execute(sql, [pattern, *parameters, limit])]
