"""Recurrences at a glance: a row a company and cause, a column a year; a year holds the accidents that stand in a pair."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any


def recurrence_matrix(pairs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`years` from the first to the last, and `rows`: company, tag, its label, and `cells` year → {"later", "earlier"} with ids of accidents.

    `pairs` are those of `recurrences`. A pair counts for the causes that tie it by themselves, or for all where none does.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for pair in pairs:
        telling = [tag for tag in pair["tags"] if not tag["generic"]] or pair["tags"]
        for company in pair["companies"]:
            for tag in telling:
                fresh = {"company": company, "tag": tag["id"], "label_ja": tag["label_ja"], "pairs": 0, "cells": defaultdict(lambda: {"later": [], "earlier": []})}
                row = rows.setdefault((company, tag["id"]), fresh)
                row["pairs"] += 1
                for side in ("earlier", "later"):
                    accident = pair[side]
                    year = year_of(accident)
                    if year is not None and accident["id"] not in row["cells"][year][side]:
                        row["cells"][year][side].append(accident["id"])
    years = sorted({year for row in rows.values() for year in row["cells"]})
    for row in rows.values():
        row["cells"] = {year: row["cells"][year] for year in sorted(row["cells"])}
        row["first"], row["last"] = min(row["cells"], default=None), max(row["cells"], default=None)
    ordered = sorted(rows.values(), key=lambda row: (-row["pairs"], row["company"], -(row["last"] or 0), row["tag"]))
    return {"years": list(range(years[0], years[-1] + 1)) if years else [], "rows": ordered}


def year_of(accident: Mapping[str, Any]) -> int | None:
    """The year of its start; where that is not stated the year, or fiscal year, that its id names; else None."""
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", accident["started_at"] or accident["id"])
    return int(found[0]) if found else None
