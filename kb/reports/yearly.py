"""Accidents held by fiscal year and something else: cause, company, factor or measure; with the years at which the reporting rule changed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any

from kb.catalogue.place import data_directory
from kb.knowledge.reporting_rules.judgement import changes_between, load_thresholds
from kb.reports.accidents import SILENT
from kb.reports.statistics import FACTORS

BY = ("cause", "carrier", "factor", "measure")
YEARS = "SELECT min(fiscal_year), max(fiscal_year) FROM incidents WHERE near_miss = 0"
TAGGED = """
    SELECT DISTINCT t.id, t.label_ja, t.axis, i.fiscal_year, i.id FROM incident_tags it JOIN tags t ON t.id = it.tag_id JOIN incidents i ON i.id = it.incident_id
    WHERE i.near_miss = 0 AND i.fiscal_year IS NOT NULL AND t.axis IN ({axes})"""
CARRIERS = """
    SELECT DISTINCT c.name, coalesce(c.short_name, c.name), 'carrier', i.fiscal_year, i.id FROM incident_carriers ic JOIN carriers c ON c.id = ic.carrier_id
    JOIN incidents i ON i.id = ic.incident_id WHERE i.near_miss = 0 AND i.fiscal_year IS NOT NULL"""
OF_FACTOR = "SELECT factor, factor, 'factor', fiscal_year, id FROM incidents WHERE near_miss = 0 AND fiscal_year IS NOT NULL AND factor IS NOT NULL"
AXES = {"cause": ("trigger", "mechanism"), "measure": ("measure",)}


def yearly(connection: sqlite3.Connection, by: str) -> dict[str, Any]:
    """`years`, `breaks` (fiscal year and what changed) and `rows`, most accidents first: key, label, axis, total and one count a year.

    ValueError for a `by` that is none of BY. Accidents without a fiscal year are not counted.
    """
    if by not in BY:
        raise ValueError(f"by is {by!r}; it can be {', '.join(BY)}")
    first, last = connection.execute(YEARS).fetchone()
    years = list(range(first, last + 1)) if first is not None else []
    if by in AXES:
        axes = AXES[by]
        found = connection.execute(TAGGED.format(axes=", ".join("?" * len(axes))), axes)
    else:
        found = connection.execute(CARRIERS if by == "carrier" else OF_FACTOR)
    counts: dict[tuple[str, str, str], Counter[int]] = {}
    for key, label, axis, year, _ in found:
        if key not in SILENT:
            counts.setdefault((key, FACTORS.get(label, label) if by == "factor" else label, axis), Counter())[year] += 1
    rows = [{"key": key, "label": label, "axis": axis, "total": sum(c.values()), "counts": [c[year] for year in years]} for (key, label, axis), c in counts.items()]
    changes = changes_between(load_thresholds(data_directory() / "thresholds.yml"), first, last) if years else ()
    breaks = [{"fiscal_year": change["fiscal_year"], "text_ja": change["text_ja"]} for change in changes]
    return {"by": by, "years": years, "breaks": breaks, "rows": sorted(rows, key=lambda row: (-row["total"], row["key"]))}
