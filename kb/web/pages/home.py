"""The landing page: what this is, a search box, examples, counts, newest and largest accidents."""

from __future__ import annotations

import sqlite3
from typing import Any

from kb.search.as_json import summary
from kb.store.rows import named_rows
from kb.web.examples import EXAMPLES
from kb.web.page import Answer, Ask
from kb.web.parameters import Form

LISTED = 6

COUNTS = """
SELECT (SELECT count(*) FROM incidents WHERE near_miss = 0) AS incidents,
       (SELECT count(*) FROM incidents WHERE official = 1) AS official,
       (SELECT count(DISTINCT carrier_id) FROM incident_carriers) AS carriers,
       (SELECT count(*) FROM measures) AS measures,
       (SELECT count(*) FROM documents WHERE kind <> 'catalogue') AS sources,
       (SELECT min(fiscal_year) FROM incidents) AS first_fiscal_year,
       (SELECT max(fiscal_year) FROM incidents) AS last_fiscal_year
"""
NEWEST = "SELECT id FROM incidents WHERE started_at IS NOT NULL ORDER BY started_at DESC, id LIMIT ?"
LARGEST = "SELECT id FROM incidents WHERE users IS NOT NULL AND users_unit <> 'base_stations' AND near_miss = 0 ORDER BY users DESC, id LIMIT ?"


def answer(ask: Ask) -> Answer:
    """`/`."""
    connection = ask.connection
    (counts,) = named_rows(connection, COUNTS)
    data = {
        "title": "電気通信事故 知識ベース",
        "counts": counts,
        "newest": _listed(connection, NEWEST),
        "largest": _listed(connection, LARGEST),
        "examples": [{"for": who, "queries": list(queries)} for who, _, queries in EXAMPLES],
    }
    search_url = {query: Form(q=query).url() for _, _, queries in EXAMPLES for query in queries}
    everything = Form(fy_from=counts["first_fiscal_year"]).url() if counts["first_fiscal_year"] is not None else None
    return Answer(data, {"examples": EXAMPLES, "search_url": search_url, "everything": everything})


def _listed(connection: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    return [_sized(connection, row[0]) for row in connection.execute(sql, [LISTED])]


def _sized(connection: sqlite3.Connection, incident_id: str) -> dict[str, Any]:
    users, unit, minutes = connection.execute("SELECT users, users_unit, duration_minutes FROM incidents WHERE id = ?", [incident_id]).fetchone()
    return summary(connection, incident_id) | {"users": users, "users_unit": unit, "duration_minutes": minutes}
