"""What a tag stands for in the collection: its accidents by year with evidence, and the measures taken against it.

Counts come from `tag_holders`; texts are read of no more accidents than are shown.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kb.reports.accidents import in_order, load_accidents
from kb.reports.tag_holders import Holders, load_holders

CAUSE_AXES = ("trigger", "mechanism", "prolonging")
AXES = (*CAUSE_AXES, "measure", "equipment", "service")
EXAMPLES = 3  # quotes shown for a measure against the tag
PAGE_SIZE = 50  # accidents of a tag on a page

TAGS = "SELECT id, axis, label_ja, label_en, group_name, definition FROM tags ORDER BY id"
YEARS = "SELECT fiscal_year, count(*) FROM incidents WHERE near_miss = 0 GROUP BY fiscal_year"
WITH_TAG = """
    SELECT DISTINCT i.id, i.started_at, i.fiscal_year FROM incident_tags t JOIN incidents i ON i.id = t.incident_id
    WHERE t.tag_id = ? AND i.near_miss = 0"""
COMPANIONS = """
    SELECT DISTINCT o.incident_id, o.tag_id FROM incident_tags t JOIN incident_tags o ON o.incident_id = t.incident_id
    JOIN incidents i ON i.id = t.incident_id WHERE t.tag_id = ? AND o.tag_id <> t.tag_id AND i.near_miss = 0"""
EXTERNAL = "SELECT scheme, code, title FROM external_ids WHERE tag_id = ? ORDER BY scheme, code"
QUOTE = """
    SELECT i.title, t.evidence FROM incident_tags t JOIN incidents i ON i.id = t.incident_id
    WHERE t.incident_id = ? AND t.tag_id = ? ORDER BY t.passage_id, t.evidence LIMIT 1"""


def tag_index(connection: sqlite3.Connection) -> dict[str, Any]:
    """All tags by axis with the number of accidents that carry each; unused ones too."""
    holders = load_holders(connection)
    tags = [_tag(row) | {"incidents": holders.count(row[0])} for row in connection.execute(TAGS)]
    return {"axes": [{"axis": axis, "tags": [tag for tag in tags if tag["axis"] == axis]} for axis in AXES]}


def _tag(row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(("id", "axis", "label_ja", "label_en", "group", "definition"), row))


def tag_report(connection: sqlite3.Connection, key: str, page: int = 1, size: int = PAGE_SIZE) -> dict[str, Any]:
    """A tag by its key ("axis/id", which must exist): a page of its accidents, newest first, with their evidence, and its measures and companions."""
    tags = {row[0]: _tag(row) for row in connection.execute(TAGS)}
    tag = tags[key]
    mine = in_order(connection.execute(WITH_TAG, [key]))[::-1]  # (id, start, fiscal year), newest first
    years = {incident: year for incident, _, year in mine}
    shown = [incident for incident, _, _ in mine[(page - 1) * size : page * size]]
    companions: dict[str, set[str]] = defaultdict(set)
    for incident, other in connection.execute(COMPANIONS, [key]):
        companions[other].add(incident)
    accidents = {accident.id: accident for accident in load_accidents(connection, shown)}
    answer = {
        **tag,
        "total": len(mine), "page": page, "pages": max(1, -(-len(mine) // size)), "size": size,
        "years": _by_year(list(years.values()), dict(connection.execute(YEARS).fetchall())),
        "incidents": [{**accidents[i].brief, "fiscal_year": years[i], "evidence": list(accidents[i].tags[key])} for i in shown],
        "together": _together(tags, companions),
        "external_ids": [{"scheme": scheme, "code": code, "title": title} for scheme, code, title in connection.execute(EXTERNAL, [key])],
    }  # fmt: skip
    newest_first = [incident for incident, _, _ in mine]
    holders = load_holders(connection)
    if tag["axis"] in CAUSE_AXES:
        answer["measures"] = _with(connection, tags, holders, companions, key, ("measure",), newest_first)
    elif tag["axis"] == "measure":
        answer["against"] = _with(connection, tags, holders, companions, key, CAUSE_AXES, newest_first)
    return answer


def _by_year(mine: Sequence[int | None], everyone: Mapping[int | None, int]) -> list[dict[str, Any]]:
    """Every fiscal year of the collection, so that a gap shows as a gap; accidents without a year come last."""
    known = [year for year in everyone if year is not None]
    counts: dict[int | None, int] = defaultdict(int)
    for year in mine:
        counts[year] += 1
    rows: list[dict[str, Any]] = [{"fiscal_year": y, "incidents": counts[y]} for y in range(min(known), max(known) + 1)] if known else []
    return rows + ([{"fiscal_year": None, "incidents": counts[None]}] if counts[None] else [])


def _with(
    connection: sqlite3.Connection, tags: Mapping[str, Mapping[str, Any]], holders: Holders, companions: Mapping[str, set[str]], key: str,
    axes: tuple[str, ...], newest_first: Sequence[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Tags of `axes` on the same accidents, most frequent first, with quotes. `usual`: more often than by chance, 0..1."""
    others = [other for other in companions if tags[other]["axis"] in axes]
    pairs = [(key, other) if tags[key]["axis"] == "measure" else (other, key) for other in others]
    usual = {other: score for pair, score in holders.usual(pairs).items() for other in pair if other != key}
    found = []
    for other in others:
        examples = []
        for incident in newest_first:
            if incident in companions[other]:
                title, text = connection.execute(QUOTE, [incident, other]).fetchone()
                examples.append({"id": incident, "title": title, "text": text})
                if len(examples) == EXAMPLES:
                    break
        score = round(usual.get(other, 0.0), 3)
        found.append({"id": other, "label_ja": tags[other]["label_ja"], "incidents": len(companions[other]), "usual": score, "examples": examples})
    return sorted(found, key=lambda one: (-one["incidents"], -one["usual"], one["id"]))


def _together(tags: Mapping[str, Mapping[str, Any]], companions: Mapping[str, set[str]]) -> list[dict[str, Any]]:
    """Tags of other kinds on the same accidents, measures apart."""
    counts = {other: len(held) for other, held in companions.items() if tags[other]["axis"] != "measure"}
    return [{"id": o, "axis": tags[o]["axis"], "label_ja": tags[o]["label_ja"], "incidents": n} for o, n in sorted(counts.items(), key=lambda x: (-x[1], x[0]))]


def measure_matrix(connection: sqlite3.Connection, axis: str = "mechanism") -> dict[str, Any]:
    """Accidents that carry both a measure (rows) and a cause of `axis` (columns). ValueError for another axis.

    `without` counts the accidents of each column that carry no measure at all.
    """
    if axis not in CAUSE_AXES:
        raise ValueError(f"axis is {axis!r}; it can be {', '.join(CAUSE_AXES)}")
    tags = {row[0]: _tag(row) for row in connection.execute(TAGS)}
    holders = load_holders(connection)
    used = {tag: holders.count(tag) for tag in holders.masks}
    rows = sorted(holders.on("measure"), key=lambda t: (tags[t]["group"] or "", -used[t], t))
    columns = sorted(holders.on(axis), key=lambda t: (-used[t], t))
    measured = holders.any_of(rows)
    usual = holders.usual((row, column) for row in rows for column in columns)
    return {
        "axis": axis,
        "rows": [{k: tags[t][k] for k in ("id", "label_ja", "group")} | {"incidents": used[t]} for t in rows],
        "columns": [{k: tags[t][k] for k in ("id", "label_ja")} | {"incidents": used[t], "without": (holders.masks[t] & ~measured).bit_count()} for t in columns],
        "cells": [[holders.count(row, column) for column in columns] for row in rows],
        "usual": [[round(usual.get((row, column), 0.0), 3) for column in columns] for row in rows],
    }
