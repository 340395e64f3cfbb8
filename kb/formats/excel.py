"""Excel (.xlsx) → layout: every visible sheet a table, values as Excel shows them, merged cells as one.

A position's page is the sheet (from 1, hidden ones counted) and its line the row, so that a value can be looked up in the file.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from kb.errors import DocumentError
from kb.formats.excel_values import shown
from kb.formats.layout import Cell, LayoutBuilder
from kb.formats.limits import MAX_CELLS, MAX_OFFICE_CHARACTERS, check_table, too_large
from kb.formats.repair import fold
from kb.model import Notice, Position

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_UNNAMED = re.compile(r"(?:Sheet|シート|Worksheet)\s*\d*", re.I)
_UNCALCULATED = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>")

Spans = dict[tuple[int, int], tuple[int, int]]


def read_excel(data: bytes, name: str, builder: LayoutBuilder, notices: list[Notice]) -> str | None:
    """Fill `builder` with the visible sheets; what a reader should know of the rest is added to `notices`."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            visited = 0
            for number, sheet in enumerate(book.worksheets, start=1):
                if sheet.sheet_state != "visible":
                    notices.append(Notice("hidden-sheet", f"sheet {fold(sheet.title)!r} is hidden and was not read", Position(number)))
                    continue
                visited = _read_sheet(sheet, number, _merged(data, sheet), name, builder, visited)
            title = book.properties.title
        finally:
            book.close()
        _note_unsaved(data, notices)
    except DocumentError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, IndexError,
            SyntaxError, OverflowError, AssertionError, NotImplementedError, RecursionError) as error:  # fmt: skip
        # openpyxl lets these out for parts and values that are missing or damaged.
        message = str(error).partition("\n")[0][:200]
        raise DocumentError(f"{name}: a damaged Excel file ({type(error).__name__}: {message}); open it in Excel and save it anew") from error
    if not builder.length:
        raise DocumentError(f"{name}: an Excel file without text on its visible sheets; show the sheet that holds the report and save it again")
    return fold(title).strip() or None if title else None


def _read_sheet(sheet: Any, number: int, merged: Spans, name: str, builder: LayoutBuilder, visited: int) -> int:
    """Write one sheet; `visited` counts cells and rows of the whole book, empty ones too, and is returned."""
    sheet.reset_dimensions()  # what a file says of its size may be wrong or huge
    rows: list[tuple[int, list[tuple[int, str]]]] = []
    used: set[int] = set()
    for place, row in enumerate(sheet.iter_rows(), start=1):
        visited += 1 + len(row)
        if visited > MAX_CELLS:
            raise too_large(name, f"a workbook of more than {MAX_CELLS:,} cells", f"{MAX_CELLS:,} cells")
        filled = []
        for cell in row:
            text = fold(shown(cell.value, cell.number_format or "General").replace("\t", " ")).strip() if cell.value is not None else ""
            if text:
                filled.append((cell.column, "\n".join(part.strip() for part in text.splitlines() if part.strip())))
        if filled:
            rows.append((place, filled))
            used |= {column for column, _ in filled}
            check_table(name, len(rows), len(used))
    if not rows:
        return visited
    if not _UNNAMED.fullmatch(sheet.title):
        builder.write(fold(sheet.title).strip(), Position(number, rows[0][0]))
        builder.break_line(Position(number, rows[0][0]))
    columns = {column: place for place, column in enumerate(sorted(used))}
    places = {row: place for place, (row, _) in enumerate(rows)}
    start, cells = builder.length, []
    for row_number, texts in rows:
        here = Position(number, row_number)
        for order, (column, text) in enumerate(texts):
            if order:
                builder.write("\t", here)
            offset = builder.length
            builder.write(text, here)
            last_row, last_column = merged.get((row_number, column), (row_number, column))
            depth = sum(row_number <= other <= last_row for other in places) if last_row > row_number else 1
            width = sum(column <= other <= last_column for other in columns) if last_column > column else 1
            cells.append(Cell(text, offset, places[row_number], columns[column], depth, width, here))
        builder.break_line(here)
        if builder.length > MAX_OFFICE_CHARACTERS:
            raise too_large(name, f"more than {MAX_OFFICE_CHARACTERS:,} characters", f"{MAX_OFFICE_CHARACTERS:,} characters")
    builder.mark_table(cells, start, Position(number, rows[0][0]))
    return visited


def _merged(data: bytes, sheet: Any) -> Spans:
    """First cell (row, column) → last cell of each merged range; openpyxl's read-only sheets do not tell."""
    from openpyxl.utils import column_index_from_string

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read(sheet._worksheet_path.lstrip("/"))
    return {
        (int(top), column_index_from_string(left.decode())): (int(bottom), column_index_from_string(right.decode()))
        for left, top, right, bottom in _MERGED.findall(xml)
    }


def _note_unsaved(data: bytes, notices: list[Notice]) -> None:
    """Say where a formula has no stored value: such a file was written by a program and never calculated."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [entry for entry in package.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry)]
        empty = sum(len(_UNCALCULATED.findall(package.read(sheet))) for sheet in sheets)
    if empty:
        notices.append(Notice("formula-without-value", f"{empty} formulas have no stored value and were not read; open the file in Excel and save it"))
