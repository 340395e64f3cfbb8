"""What a tag stands for in the collection: its accidents by year with evidence, and the measures taken against it."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from kb.reports.accidents import Accident, load_accidents
from kb.reports.pertinence import usual_pairs

CAUSE_AXES = ("trigger", "mechanism", "prolonging")
AXES = (*CAUSE_AXES, "measure", "equipment", "service")
EXAMPLES = 3  # quotes shown for a measure against the tag

TAGS = "SELECT id, axis, label_ja, label_en, group_name, definition FROM tags ORDER BY id"
YEARS = "SELECT id, fiscal_year FROM incidents WHERE near_miss = 0"


def tag_index(connection: sqlite3.Connection) -> dict[str, Any]:
    """All tags by axis with the number of accidents that carry each; unused ones too."""
    used = Counter(tag for accident in load_accidents(connection) for tag in accident.tags)
    tags = [_tag(row) | {"incidents": used[row[0]]} for row in connection.execute(TAGS)]
    return {"axes": [{"axis": axis, "tags": [tag for tag in tags if tag["axis"] == axis]} for axis in AXES]}


def _tag(row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(("id", "axis", "label_ja", "label_en", "group", "definition"), row))


def tag_report(connection: sqlite3.Connection, key: str) -> dict[str, Any]:
    """A tag by its key ("axis/id", which must exist): newest accidents first, all their evidence, measures and companions."""
    tags = {row[0]: _tag(row) for row in connection.execute(TAGS)}
    tag = tags[key]
    accidents = load_accidents(connection)
    mine = [accident for accident in accidents if key in accident.tags]
    years = dict(connection.execute(YEARS))
    answer = {
        **tag,
        "total": len(mine),
        "years": _by_year([years[accident.id] for accident in mine], list(years.values())),
        "incidents": [{**a.brief, "fiscal_year": years[a.id], "evidence": list(a.tags[key])} for a in reversed(mine)],
        "together": _together(tags, mine, key),
    }
    if tag["axis"] in CAUSE_AXES:
        answer["measures"] = _with(tags, mine, key, ("measure",), usual_pairs(accidents))
    elif tag["axis"] == "measure":
        answer["against"] = _with(tags, mine, key, CAUSE_AXES, usual_pairs(accidents))
    return answer


def _by_year(mine: list[int | None], everyone: list[int | None]) -> list[dict[str, Any]]:
    """Every fiscal year of the collection, so that a gap shows as a gap; accidents without a year come last."""
    known, counts = [year for year in everyone if year is not None], Counter(mine)
    rows: list[dict[str, Any]] = [{"fiscal_year": y, "incidents": counts[y]} for y in range(min(known), max(known) + 1)] if known else []
    return rows + ([{"fiscal_year": None, "incidents": counts[None]}] if counts[None] else [])


def _with(
    tags: dict[str, dict[str, Any]], mine: Sequence[Accident], key: str, axes: tuple[str, ...], usual: dict[tuple[str, str], float]
) -> list[dict[str, Any]]:
    """Tags of `axes` on the same accidents, most frequent first, with quotes. `usual`: more often than by chance, 0..1."""
    holders: dict[str, list[Accident]] = defaultdict(list)
    for accident in mine:
        for other in accident.tags_on(*axes):
            holders[other].append(accident)
    found = []
    for other, held in holders.items():
        examples = [{"id": a.id, "title": a.title, "text": a.tags[other][0]} for a in reversed(held)][:EXAMPLES]
        score = max(usual.get((other, key), 0.0), usual.get((key, other), 0.0))
        found.append({"id": other, "label_ja": tags[other]["label_ja"], "incidents": len(held), "usual": round(score, 3), "examples": examples})
    return sorted(found, key=lambda one: (-one["incidents"], -one["usual"], one["id"]))


def _together(tags: dict[str, dict[str, Any]], mine: Sequence[Accident], key: str) -> list[dict[str, Any]]:
    """Tags of other kinds on the same accidents, measures apart."""
    counts = Counter(other for accident in mine for other in accident.tags if other != key and tags[other]["axis"] != "measure")
    return [{"id": o, "axis": tags[o]["axis"], "label_ja": tags[o]["label_ja"], "incidents": n} for o, n in sorted(counts.items(), key=lambda x: (-x[1], x[0]))]


def measure_matrix(connection: sqlite3.Connection, axis: str = "mechanism") -> dict[str, Any]:
    """Accidents that carry both a measure (rows) and a cause of `axis` (columns). ValueError for another axis.

    `without` counts the accidents of each column that carry no measure at all.
    """
    if axis not in CAUSE_AXES:
        raise ValueError(f"axis is {axis!r}; it can be {', '.join(CAUSE_AXES)}")
    tags = {row[0]: _tag(row) for row in connection.execute(TAGS)}
    accidents = load_accidents(connection)
    used = Counter(tag for accident in accidents for tag in accident.tags)
    rows = sorted((t for t in tags if tags[t]["axis"] == "measure" and used[t]), key=lambda t: (tags[t]["group"] or "", -used[t], t))
    columns = sorted((t for t in tags if tags[t]["axis"] == axis and used[t]), key=lambda t: (-used[t], t))
    both = Counter((m, c) for a in accidents for m in a.tags_on("measure") for c in a.tags_on(axis))
    bare = Counter(c for a in accidents if not a.tags_on("measure") for c in a.tags_on(axis))
    usual = usual_pairs(accidents)
    return {
        "axis": axis,
        "rows": [{k: tags[t][k] for k in ("id", "label_ja", "group")} | {"incidents": used[t]} for t in rows],
        "columns": [{k: tags[t][k] for k in ("id", "label_ja")} | {"incidents": used[t], "without": bare[t]} for t in columns],
        "cells": [[both[row, column] for column in columns] for row in rows],
        "usual": [[round(usual.get((row, column), 0.0), 3) for column in columns] for row in rows],
    }
