"""Accidents by prefecture, as far as their description of the area names any."""

from __future__ import annotations

import sqlite3
from typing import Any

from kb.knowledge.prefectures import NAMES, SHORT, prefectures_in

AREAS = "SELECT i.id, i.area FROM incidents i WHERE i.near_miss = 0 {also} ORDER BY i.id"
WITH_TAG = "AND EXISTS (SELECT 1 FROM incident_tags t WHERE t.incident_id = i.id AND t.tag_id = ?)"
OF_FACTOR = "AND i.factor = ?"


def by_prefecture(connection: sqlite3.Connection, tag: str | None = None, factor: str | None = None) -> dict[str, Any]:
    """`rows`: one a prefecture, by official number, with the ids of its accidents; beside them those of the whole country, those placed otherwise, and those without an area.

    `tag` ("axis/id") and `factor` narrow it to accidents that carry them.
    """
    also = (WITH_TAG if tag else "") + (" " + OF_FACTOR if factor else "")
    held: dict[str, list[str]] = {name: [] for name in NAMES}
    everywhere, elsewhere, unknown = [], [], []
    for incident, area in connection.execute(AREAS.format(also=also), [value for value in (tag, factor) if value]):
        found = prefectures_in(area)
        for name in found.prefectures:
            held[name].append(incident)
        if found.everywhere:
            everywhere.append(incident)
        elif not area:
            unknown.append(incident)
        elif not found.prefectures:
            elsewhere.append(incident)
    rows = [{"number": number, "name": name, "short": SHORT[name], "incidents": held[name]} for number, name in enumerate(NAMES, start=1)]
    return {"tag": tag, "factor": factor, "rows": rows, "everywhere": everywhere, "elsewhere": elsewhere, "not_stated": unknown}
