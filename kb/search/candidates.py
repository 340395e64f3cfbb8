"""First stage: incidents worth scoring, found through the full-text index on the rarest words of a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

# FTS5's own bm25() costs 95 % of an OR query: words are added, rarest first, while the matches stay below this many.
MATCH_BUDGET = 5_000
MIN_TERMS = 2


def frequencies(connection: sqlite3.Connection, unit: str, terms: Sequence[str]) -> dict[str, tuple[int, int]]:
    """term → (passages, incidents) that hold it; absent terms are left out. `unit`: word, bigram or concept."""
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
    """The rarest terms whose passages together stay below the budget, at least MIN_TERMS."""
    chosen: list[str] = []
    matches = 0
    for term, (passages, _) in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        if len(chosen) >= MIN_TERMS and matches + passages > budget:
            break
        chosen.append(term)
        matches += passages
    return chosen


def matching_incidents(
    connection: sqlite3.Connection, words: Sequence[str], concepts: Sequence[str], condition: tuple[str, list[object]], limit: int
) -> list[str]:
    """Ids of the incidents with the best matching passages, best first, among those that meet the condition."""
    match = expression(words, concepts)
    if not match:
        return []
    where, parameters = condition
    sql = f"""
        SELECT p.incident_id FROM passages_fts JOIN passages p ON p.id = passages_fts.rowid
        WHERE passages_fts MATCH ? AND p.incident_id IN (SELECT id FROM incidents WHERE {where})
        ORDER BY passages_fts.rank LIMIT ?"""
    rows = connection.execute(sql, [match, *parameters, limit * 4])
    return list(dict.fromkeys(row[0] for row in rows))[:limit]


def count_matching(
    connection: sqlite3.Connection, words: Sequence[str], concepts: Sequence[str], condition: tuple[str, list[object]]
) -> int:
    """How many incidents hold any of the words or concepts and meet the condition."""
    match = expression(words, concepts)
    if not match:
        return 0
    where, parameters = condition
    sql = f"""
        SELECT count(*) FROM incidents WHERE {where} AND id IN (
            SELECT p.incident_id FROM passages_fts JOIN passages p ON p.id = passages_fts.rowid WHERE passages_fts MATCH ?)"""
    return connection.execute(sql, [*parameters, match]).fetchone()[0]


def containing(connection: sqlite3.Connection, text: str, condition: tuple[str, list[object]], limit: int) -> list[str]:
    """Last resort: incidents with a passage that holds the text as it stands."""
    where, parameters = condition
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    sql = f"""
        SELECT DISTINCT incident_id FROM passages WHERE text LIKE ? ESCAPE '\\'
        AND incident_id IN (SELECT id FROM incidents WHERE {where}) ORDER BY incident_id LIMIT ?"""
    return [row[0] for row in connection.execute(sql, [pattern, *parameters, limit])]
