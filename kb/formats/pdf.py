"""PDF with a text layer → layout: lines outside tables, and the cells of ruled tables, in reading order.

Pictures of pages are not read (no character recognition): a PDF without a text layer is refused, and so is one whose letters
have no meaning in Unicode.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from kb.errors import DocumentError
from kb.formats.layout import Cell, LayoutBuilder
from kb.formats.limits import MAX_PDF_CHARACTERS, MAX_PDF_PAGES, MAX_PDF_STREAM, check_table, too_large
from kb.formats.repair import fold
from kb.model import Notice, Position

_STREAM = re.compile(rb"stream\r?\n")


def read_pdf(data: bytes, name: str, builder: LayoutBuilder, notices: list[Notice]) -> str | None:
    """Fill `builder` with the pages of a PDF; return the title in its metadata, if any. What was left out is added to `notices`."""
    import pypdfium2

    from kb.formats.pdf_page import PDFIUM

    _check_streams(data, name)
    with PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            if code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
                raise DocumentError(f"{name}: the PDF is encrypted; save it without a password and try again") from error
            raise DocumentError(f"{name}: not a readable PDF ({error}); download it again") from error
        try:
            _read_pages(pdf, name, builder, notices)
            title = pdf.get_metadata_value("Title")
        except (pypdfium2.PdfiumError, ValueError, OverflowError) as error:
            raise DocumentError(f"{name}: damaged PDF ({error}); download it again") from error
        finally:
            pdf.close()
    return fold(title).strip() or None


def _read_pages(pdf: Any, name: str, builder: LayoutBuilder, notices: list[Notice]) -> None:
    from kb.formats.pdf_page import page_content

    if len(pdf) > MAX_PDF_PAGES:
        raise too_large(name, f"{len(pdf):,} pages", f"{MAX_PDF_PAGES} pages")
    drawn = unmapped = furigana = 0
    for number in range(1, len(pdf) + 1):
        page = pdf[number - 1]
        try:
            content = page_content(page, name, number)
        finally:
            page.close()
        drawn += len(content.letters)
        unmapped += content.unmapped
        if drawn > MAX_PDF_CHARACTERS:
            raise too_large(name, f"{drawn:,} characters by page {number}", f"{MAX_PDF_CHARACTERS:,} characters")
        furigana += _write_page(content, number, builder, name, notices)
    if unmapped > 0.2 * (drawn + unmapped):
        raise DocumentError(f"{name}: the letters of this PDF have no meaning in Unicode ({unmapped:,} of {drawn + unmapped:,}); print it anew or run recognition")
    if not builder.length:
        raise DocumentError(f"{name}: no text layer (scanned pages?); run character recognition on it first")
    if unmapped:
        notices.append(Notice("letters-without-unicode", f"{unmapped} letters have no meaning in Unicode and were left out"))
    if furigana:
        notices.append(Notice("furigana", f"{furigana} letters above words (furigana) were left out"))


def _check_streams(data: bytes, name: str) -> None:
    """Refuse a file in which one part would fill the memory when unpacked."""
    for match in _STREAM.finditer(data):
        end = data.find(b"endstream", match.end())
        if (end if end > 0 else len(data)) - match.end() < MAX_PDF_STREAM // 1100:  # no deflated part grows by more
            continue
        inflater, left, size = zlib.decompressobj(), data[match.end() : end if end > 0 else len(data)], 0
        try:
            while left and not inflater.eof:
                size += len(inflater.decompress(left, 1 << 20))
                left = inflater.unconsumed_tail
                if size > MAX_PDF_STREAM:
                    raise too_large(name, f"a part of more than {MAX_PDF_STREAM:,} bytes", f"{MAX_PDF_STREAM:,} bytes")
        except zlib.error:
            continue  # not deflated, or damaged: PDFium decides


def _write_page(content: Any, number: int, builder: LayoutBuilder, name: str, notices: list[Notice]) -> int:
    """Write a page and return how many letters of furigana it has."""
    from kb.formats.page_layout import page_rows
    from kb.formats.ruled_tables import ruled_tables

    tables = ruled_tables(content.rulings) if content.rulings is not None else None
    if tables is None:
        notices.append(Notice("crowded-drawing", f"page {number} has too many rulings to find tables; it was read line by line", Position(number)))
    laid = page_rows(content.letters, tables or [])
    line = 0
    for row in laid.rows:
        line += 1
        position = Position(number, line)
        if row.block is not None:
            line += _write_table(row.block, builder, name, position) - 1
        elif text := fold(row.text).strip():
            builder.write(text, position)
            builder.break_line(position)
        else:
            line -= 1
    return laid.furigana


def _write_table(block: Any, builder: LayoutBuilder, name: str, position: Position) -> int:
    """Write a table row by row and return how many rows it has."""
    table, texts = block
    check_table(name, len(table.ys), len(table.xs))
    start = builder.length
    cells: list[Cell] = []
    rows = sorted({box[1] for box in table.boxes})
    for number, top in enumerate(rows):
        here = Position(position.page, (position.line or 1) + number)
        for order, box in enumerate(sorted(box for box in table.boxes if box[1] == top)):
            if order:
                builder.write("\t", here)
            text = fold(texts.get(box, "").replace("\t", " ")).strip()
            offset = builder.length
            builder.write(text, here)
            row, column, down, across = table.span(box)
            cells.append(Cell(text, offset, row, column, down, across, here))
        builder.break_line(here)
    builder.mark_table(cells, start, position)
    return len(rows)
