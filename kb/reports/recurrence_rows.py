"""Recurrences as rows: what `recurrences` holds, made when the database is made or changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from kb.reports.accidents import days_between
from kb.reports.links import Related, links, load_knowledge, same_company, same_group

RELATIONS: dict[str, Related] = {"company": same_company, "group": same_group}
COLUMNS = ("earlier_id", "later_id", "relation", "strength", "score", "days", "tags", "companies")

RecurrenceRow = tuple[str, str, str, str, float, int | None, str, str]


def recurrence_rows(connection: sqlite3.Connection) -> Iterator[RecurrenceRow]:
    """Rows in the order of COLUMNS, within each relation the strongest first; tags and companies are JSON arrays."""
    known = load_knowledge(connection)
    for relation, related in RELATIONS.items():
        for link in links(known, related):
            tags, companies = json.dumps(link.tags), json.dumps([company.name for company in link.companies], ensure_ascii=False)
            yield link.earlier.id, link.later.id, relation, link.strength, link.score, days_between(link.earlier, link.later), tags, companies


def replace_recurrences(connection: sqlite3.Connection) -> None:
    """Write all recurrences in place of what is stored of them."""
    rows = list(recurrence_rows(connection))
    connection.execute("DELETE FROM recurrences")
    connection.executemany(f"INSERT INTO recurrences ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows)
