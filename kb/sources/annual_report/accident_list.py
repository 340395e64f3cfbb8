"""The list of serious accidents: a table with a head row, columns in any order, with or without No.

Heads are recognised by word. Cells that span rows make one accident of several rows; a table that goes on over the page
without repeating its head is read on.
"""

from __future__ import annotations

import re

from kb.formats.layout import Cell, Document, Table
from kb.japanese.widths import narrow
from kb.sources.annual_report.vocabulary import column_field, column_unit
from kb.sources.spans import Record, Span

_ESSENTIAL = {"carriers", "started_at", "duration", "users", "symptom"}
_HEAD_SHARE = 0.6


def read_lists(document: Document) -> tuple[list[Record], list[Table]]:
    """The rows of every list of accidents, and the tables they stand in."""
    records: list[Record] = []
    used: list[Table] = []
    columns: dict[int, str] = {}
    units: dict[str, str] = {}
    width = 0
    for table in document.tables:
        grid = table.grid
        head = _head_rows(grid)
        if head is not None:
            first, last = head
            columns = _columns(grid, first, last)
            units = {columns[c]: column_unit(_head_text(grid, first, last, c)) for c in columns}
            width = len(grid[0])
            heads = _labels(grid, first, last)
            records += _records(grid[last + 1 :], columns, units, heads)
        elif columns and used and len(grid[0]) == width and _goes_on(document, used[-1], table, grid, columns):
            records += _records(grid, columns, units, [])
        else:
            continue
        used.append(table)
    return [record for record in records if "carriers" in record.fields], used


def _head_rows(grid: tuple[tuple[Cell | None, ...], ...]) -> tuple[int, int] | None:
    """(first, last) row of the head, or None: a row of which most cells name fields, among them what a list must have."""
    for number, row in enumerate(grid[:6]):
        cells = {id(cell): cell for cell in row if cell is not None and cell.text.strip()}
        last = number + max((cell.rowspan for cell in cells.values() if cell.row == number), default=1) - 1
        texts = {c: _head_text(grid, number, last, c) for c in range(len(row))}
        named = [name for text in texts.values() if (name := column_field(text))]
        filled = sum(1 for text in texts.values() if text.strip())
        if len(set(named) & _ESSENTIAL) >= 3 and len(set(named)) == len(named) and len(named) >= _HEAD_SHARE * filled:
            return number, min(last, len(grid) - 1)
    return None


def _head_text(grid: tuple[tuple[Cell | None, ...], ...], first: int, last: int, column: int) -> str:
    """The lowest cell of a column's head that names a field, else the whole head."""
    texts: list[str] = []
    for row in grid[first : last + 1]:
        cell = row[column]
        if cell is not None and cell.text not in texts:
            texts.append(cell.text)
    for text in reversed(texts):
        if column_field(text):
            return text
    return "".join(texts)


def _columns(grid: tuple[tuple[Cell | None, ...], ...], first: int, last: int) -> dict[int, str]:
    fields = {c: column_field(_head_text(grid, first, last, c)) for c in range(len(grid[first]))}
    return {c: name for c, name in fields.items() if name}


def _labels(grid: tuple[tuple[Cell | None, ...], ...], first: int, last: int) -> list[Span]:
    cells = {cell.start: cell for row in grid[first : last + 1] for cell in row if cell is not None}
    return [Span(cell.text, cell.start) for cell in cells.values() if cell.text]


def _records(
    rows: tuple[tuple[Cell | None, ...], ...], columns: dict[int, str], units: dict[str, str], heads: list[Span]
) -> list[Record]:
    records: list[Record] = []
    keys: list[int | None] = []
    rows_of: list[int] = []
    key_columns = [c for c, name in columns.items() if name in ("no", "carriers")]
    for row in rows:
        cells = [(columns[c], cell) for c in columns if c < len(row) and (cell := row[c]) is not None and cell.text.strip()]
        if not cells:
            continue
        key_cell = next((cell for c in key_columns if c < len(row) and (cell := row[c]) is not None and cell.text.strip()), None)
        key = key_cell.start if key_cell else None
        if not records or (key is not None and key != keys[-1]):
            records.append(Record(min(cell.start for _, cell in cells), units=units))
            keys.append(key)
            rows_of.append(0)
        record = records[-1]
        rows_of[-1] += 1
        known = {span.start for spans in record.fields.values() for span in spans}
        for name, cell in cells:
            if cell.start not in known:
                record.add(name, Span(cell.text, cell.start))
                record.phases[cell.start] = rows_of[-1] if cell.rowspan == 1 else 0
        number = re.search(r"\d{1,3}", narrow(record.text("no")))
        record.no = int(number.group()) if number else None
    for record, count in zip(records, rows_of, strict=True):
        if count == 1:
            record.phases.clear()
    if records:
        for head in heads:
            records[0].add("label:list", head)
    return records


def _goes_on(
    document: Document, last: Table, table: Table, grid: tuple[tuple[Cell | None, ...], ...], columns: dict[int, str]
) -> bool:
    """Whether `table` continues `last`: nothing but blank lines and page marks between, and a date or number where due."""
    between = document.text[last.end : table.start].strip()
    if len(between) > 12:
        return False
    started = next((c for c, name in columns.items() if name == "started_at"), None)
    cell = grid[0][started] if started is not None else None
    return cell is not None and bool(re.search(r"\d", cell.text))
