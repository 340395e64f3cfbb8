"""Tables of numbers in an annual report → statistics: reports with the previous year, duration × users, breakdowns.

A table is known by its heads: ranges of users against ranges of time make the matrix, whichever way it is turned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.formats.layout import Cell, Document, Table
from kb.formats.repair import join_wrapped, squeeze
from kb.japanese.dates import parse_fiscal_year
from kb.japanese.widths import narrow
from kb.model import Notice, Statement, Statistic
from kb.sources.coverage import CoverageLedger

_USERS_RANGE = re.compile(r"\d[\d,.]*[千万億百]*(?:人|回線|加入|契約)?(?:以上|未満|超|以下)")
_TIME_RANGE = re.compile(r"\d+(?:分|時間|日)(?:\d+分)?(?:以上|未満|超|以下)")
_TOTAL = re.compile(r"^(?:合計|総計|計|総数|全体)$")
_FOOT = r"(?:\^\{[^}]*\}|\^\([^)]*\)|[※注]\s*\d{0,2}(?=\s))"
_VALUE = re.compile(
    rf"^(?:{_FOOT}\s*)*(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>件|社|者|人|%|ポイント)?"
    rf"(?:\s*\(\s*(?P<other>\d[\d,]*(?:\.\d+)?)\s*(?P<other_unit>件|社|者|人|%|ポイント)?\s*\))?(?:\s*{_FOOT})*$"
)
_EMPTY = re.compile(r"^[-‐–—―ー－−/／\s]*$")
_PREVIOUS = re.compile(r"括弧[内書].{0,12}?(?P<year>(?:平成|令和)\s*(?:\d{1,2}|元)\s*年度|前年度?)")
_NAMES = (
    ("reports", r"報告事業者数|報告件数|様式による報告"),
    ("by_factor", r"要因"),
    ("by_equipment", r"設備"),
    ("by_service", r"サービス|役務|通信"),
    ("serious_by_year", r"年度"),
)


@dataclass(frozen=True)
class _Figure:
    value: float
    unit: str | None
    other: float | None
    other_unit: str | None


def read_tables(
    document: Document, tables: list[Table], fiscal_year: int | None, ledger: CoverageLedger
) -> tuple[list[Statistic], list[Statement], list[Notice]]:
    """Statistics of every numeric table, remarks that stand in cells, and totals that are not the sum of their cells."""
    statistics: list[Statistic] = []
    remarks: list[Statement] = []
    notices: list[Notice] = []
    declared = _PREVIOUS.search(document.text)
    previous = parse_fiscal_year(declared.group("year")) if declared else None
    for table in tables:
        reader = _TableReader(document, table, fiscal_year, previous or (fiscal_year - 1 if fiscal_year else None))
        if reader.is_numeric():
            read = reader.read(ledger)
            statistics += read
            remarks += reader.remarks
            notices += unequal_totals(read)
    return statistics, remarks, notices


class _TableReader:
    """One table: which rows and columns are heads, and what each number is of."""

    def __init__(self, document: Document, table: Table, fiscal_year: int | None, previous: int | None) -> None:
        self._document, self._table, self._grid = document, table, table.grid
        self._year, self._previous = fiscal_year, previous
        self._first_row, self._first_column = self._body()
        self.remarks: list[Statement] = []

    def is_numeric(self) -> bool:
        body = [c for row in self._grid[self._first_row :] for c in row[self._first_column :] if c is not None and c.text.strip()]
        return self._first_row > 0 and bool(body) and sum(_figure(c.text) is not None for c in body) >= max(2, len(body) // 2)

    def read(self, ledger: CoverageLedger) -> list[Statistic]:
        grid, found, seen = self._grid, [], set()
        columns = [self._head([row[c] for row in grid[: self._first_row]]) for c in range(len(grid[0]))]
        rows = [self._head(list(row[: self._first_column])) for row in grid]
        for row in grid[: self._first_row]:
            self._mark(row, ledger)
        name, turned = self._name(columns, rows)
        for r in range(self._first_row, len(grid)):
            self._mark(grid[r][: self._first_column], ledger)
            for c in range(self._first_column, len(grid[r])):
                cell = grid[r][c]
                if cell is None or cell.start in seen or not cell.text.strip():
                    continue
                seen.add(cell.start)
                figure = _figure(cell.text)
                if figure is not None:
                    labels = (columns[c], rows[r]) if turned else (rows[r], columns[c])
                    found += self._statistics(name, labels, figure, cell)
                    ledger.mark(cell.start, cell.end)
                elif _EMPTY.match(cell.text):
                    ledger.mark(cell.start, cell.end)
                elif rows[r] or columns[c]:
                    text = "・".join(filter(None, (rows[r], columns[c]))) + "：" + join_wrapped(cell.text)
                    self.remarks.append(Statement("note", text, cell.position))
                    ledger.mark(cell.start, cell.end)
        return found

    def _body(self) -> tuple[int, int]:
        """(first row, first column) of the numbers: heads are the rows and columns before any number."""
        grid = self._grid
        columns = [c for c in range(len(grid[0])) if any(_figure(cell.text) is not None for row in grid if (cell := row[c]) is not None)] if grid else []
        first_column = max(columns[0], 1) if columns else 1
        row_numbers = [r for r, row in enumerate(grid) if any(c is not None and _figure(c.text) is not None for c in row[first_column:])]
        first_row = row_numbers[0] if row_numbers else len(grid)
        # Rows of a group's name or of remarks only, below the head, are body.
        for r in range(1, first_row):
            if all(c is None or not c.text.strip() or c.colspan > 2 for c in grid[r][first_column:]):
                return r, first_column
        return first_row, first_column

    def _head(self, cells: list[Cell | None]) -> str:
        texts: list[str] = []
        for cell in cells:
            text = join_wrapped(re.sub(_FOOT + r"|\^\{[^}]*\}", "", cell.text + " ")) if cell is not None else ""
            if text and text not in texts:
                texts.append(text)
        return "・".join(texts)

    def _mark(self, cells: tuple[Cell | None, ...], ledger: CoverageLedger) -> None:
        for cell in cells:
            if cell is not None:
                ledger.mark(cell.start, cell.end)

    def _name(self, columns: list[str], rows: list[str]) -> tuple[str, bool]:
        """The table's name, and whether rows and columns are to be exchanged (users down, time across)."""
        across = [squeeze(c) for c in columns[self._first_column :]]
        down = [squeeze(r) for r in rows[self._first_row :]]
        if _matches(_TIME_RANGE, down) >= 2 and _matches(_USERS_RANGE, across) >= 2 and not _matches(_TIME_RANGE, across):
            return "duration_by_users", False
        if _matches(_TIME_RANGE, across) >= 2 and _matches(_USERS_RANGE, down) >= 2:
            return "duration_by_users", True
        before = self._document.text[max(self._table.start - 120, 0) : self._table.start].strip().split("\n")[-1]
        for words in ("".join(across + down), squeeze(before)):
            for name, pattern in _NAMES:
                if re.search(pattern, words):
                    return name, False
        return "other", False

    def _statistics(self, name: str, labels: tuple[str, str], figure: _Figure, cell: Cell) -> list[Statistic]:
        row, column = labels
        unit = figure.unit or _unit_of(column) or _unit_of(row) or "件"
        year = parse_fiscal_year(column) or parse_fiscal_year(row) or self._year
        here = Statistic(name, row, column, figure.value, unit, year, cell.position)
        found = [here]
        if figure.other is not None:
            other_unit = figure.other_unit or unit
            if other_unit == unit:
                found.append(replace(here, value=figure.other, fiscal_year=self._previous, note="前年度（括弧内）"))
            else:
                found.append(replace(here, value=figure.other, unit=other_unit))
        return found


def unequal_totals(statistics: list[Statistic]) -> list[Notice]:
    """A warning for every 計 that is not the sum of its row or column; shares are rounded and not added up."""
    notices = []
    counts = [s for s in statistics if s.unit in ("件", "社", "人") and s.note is None]
    for by, across in (("row", "column"), ("column", "row")):
        for total in (s for s in counts if _TOTAL.match(getattr(s, across))):
            parts = [s for s in counts if getattr(s, by) == getattr(total, by) and not _TOTAL.match(getattr(s, across))]
            parts = [s for s in parts if s.table == total.table and s.unit == total.unit]
            found = sum(s.value for s in parts)
            if len(parts) >= 2 and found != total.value:
                message = f"{total.table}, {by} {getattr(total, by)}: the cells add up to {found:,.0f}, printed is {total.value:,.0f}"
                notices.append(Notice("totals-do-not-add-up", message, total.position))
    return notices


def _figure(text: str) -> _Figure | None:
    match = _VALUE.match(re.sub(r"(?<=\d),\s+(?=\d{3})", ",", narrow(text.strip())))
    if not match:
        return None
    other = match.group("other")
    return _Figure(_number(match.group("value")), match.group("unit"), _number(other) if other else None, match.group("other_unit"))


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _matches(pattern: re.Pattern[str], texts: list[str]) -> int:
    return sum(bool(pattern.search(text)) for text in texts)


def _unit_of(head: str) -> str | None:
    match = re.search(r"[(（](件|社|人|%|ポイント)[)）]", narrow(head))
    if match:
        return match.group(1)
    if "割合" in head or "構成比" in head:
        return "%"
    return "社" if "事業者数" in head else None
