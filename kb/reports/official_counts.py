"""What the ministry counted: serious accidents a year, and the tables of its annual reports."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

CELLS = (
    's.fiscal_year, s."table", s.row, s."column", s.value, s.unit, s.note, d.title, d.fiscal_year FROM statistics s '
    "LEFT JOIN documents d ON d.id = s.document_id"
)
# The cells that hold the number of 重大な事故: of the collected figures, of a report's summary, of its text.
SERIOUS = f"""
SELECT {CELLS} WHERE s.fiscal_year IS NOT NULL AND s.unit = '件' AND (s."table", s.row, s."column") IN
    (VALUES ('serious_accidents', '総数', '件数'), ('reports', '重大な事故', '報告件数'), ('serious', '総件数', '件数'))
ORDER BY s.id
"""
ALL = f"SELECT {CELLS} WHERE s.fiscal_year IS NOT NULL ORDER BY s.fiscal_year DESC, s.id"

LABELS = {
    "accidents": "事故の把握件数", "accidents_by_duration": "継続時間別", "accidents_by_users": "影響利用者数別", "accidents_by_service": "サービス別",
    "accidents_by_factor": "要因別", "accidents_by_equipment": "故障設備別", "quarterly_reports": "四半期報告", "serious_accidents": "重大な事故",
    "serious_accidents_by_carrier": "重大な事故の事業者別", "serious_accidents_by_factor": "重大な事故の要因別",
    "serious_accidents_by_service": "重大な事故のサービス別", "reports": "報告件数", "serious": "重大な事故の概況", "overall": "全体の概況",
    "by_service": "サービス別", "by_factor": "要因別", "by_equipment": "故障設備別", "serious_by_year": "重大な事故の推移", "other": "その他の表",
    "duration_by_users": "継続時間 × 影響利用者数",
}  # fmt: skip
MATRIX = "duration_by_users"
_RANGE_SIZE = re.compile(r"(\d+(?:\.\d+)?)(千|百|万|億|時間|日|分)?")
_SIZES = {"百": 100, "千": 1000, "万": 10**4, "億": 10**8, "分": 1, "時間": 60, "日": 1440, None: 1}


@dataclass(frozen=True)
class OfficialCount:
    """The number of serious accidents of a fiscal year, once for every different value that a source gives.

    `values` holds (number, note, title of the document or None); the first one is shown.
    """

    fiscal_year: int
    values: tuple[tuple[int, str | None, str | None], ...]

    @property
    def shown(self) -> int:
        """The figure of the newest document."""
        return self.values[0][0]


def serious_accidents(connection: sqlite3.Connection) -> dict[int, OfficialCount]:
    """Official counts by fiscal year; years whose number nobody has seen are absent.

    A report on the year itself goes before collected figures, and those before the previous year's figure of a report.
    """
    found: dict[int, list[tuple[int, int, str | None, str | None]]] = defaultdict(list)
    for year, *_, value, _unit, note, title, document_year in connection.execute(SERIOUS):
        rank = 0 if document_year == year else 2 if (note or "").startswith("前年度") else 1
        found[year].append((rank, int(value), note, title))
    counts = {}
    for year, values in sorted(found.items()):
        first: dict[int, tuple[int, str | None, str | None]] = {}
        for _, value, note, title in sorted(values, key=lambda item: item[0]):
            first.setdefault(value, (value, note, title))
        counts[year] = OfficialCount(year, tuple(first.values()))
    return counts


def matrices(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Duration × users of every year that has it, newest first: `cells[row][column]`, None where the report has no number."""
    cells: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for year, table, row, column, value, unit, *_ in connection.execute(ALL):
        if table == MATRIX and unit == "件":
            cells[year].setdefault((row, column), value)
    tables = []
    for year, values in cells.items():
        rows = sorted({row for row, _ in values}, key=_size)
        columns = sorted({column for _, column in values}, key=_size)
        grid = [[values.get((row, column)) for column in columns] for row in rows]
        tables.append({"fiscal_year": year, "label": LABELS[MATRIX], "unit": "件", "rows": rows, "columns": columns, "cells": grid})
    return tables


def _size(label: str) -> tuple[float, str]:
    """Where a range stands: by its lower end, "30分未満" before "30分以上", totals last."""
    parts = _RANGE_SIZE.findall(label.split("以上")[0].replace(",", ""))
    if not parts:
        return float("inf"), label
    total = sum(float(number) * _SIZES[unit or None] for number, unit in parts)
    return (total if "以上" in label else total - 0.5), label


def breakdowns(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """All other tables, newest year first, as the reports have them."""
    tables: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for year, table, row, column, value, unit, note, title, _ in connection.execute(ALL):
        if table != MATRIX:
            tables[year, table].append({"row": row, "column": column, "value": value, "unit": unit, "note": note, "document": title})
    return [{"fiscal_year": year, "table": table, "label": LABELS.get(table, table), "rows": rows} for (year, table), rows in tables.items()]
