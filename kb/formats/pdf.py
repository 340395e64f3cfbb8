"""PDF with a text layer → layout, by pdfplumber: lines outside tables, and the cells of ruled tables, from top to bottom.

Pictures of pages are not read (no character recognition): a PDF without a text layer is refused.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from typing import TYPE_CHECKING, Any

from kb.errors import DocumentError
from kb.formats.layout import Cell, LayoutBuilder
from kb.formats.limits import MAX_PAGE_BYTES, MAX_PDF_CHARACTERS, MAX_PDF_PAGES, check_table, too_large
from kb.formats.repair import fold
from kb.model import Position

if TYPE_CHECKING:
    from pdfplumber.page import Page
    from pdfplumber.table import Table as RuledTable

# Finding tables compares every ruling with every other; a drawing with more rulings than this is no table.
_MAX_RULINGS = 1_000


def read_pdf(data: bytes, name: str, builder: LayoutBuilder) -> str | None:
    """Fill `builder` with the pages of a PDF; return the title in its metadata, if any."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    # It logs every slip of a font or cross-reference table; what cannot be read is raised as one error below.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PDF_PAGES:
                raise too_large(name, f"{len(pdf.pages):,} pages", f"{MAX_PDF_PAGES} pages")
            drawn = 0
            for page in pdf.pages:
                _check_size(page, name)
                drawn += len(page.chars)
                if drawn > MAX_PDF_CHARACTERS:
                    raise too_large(name, f"{drawn:,} characters by page {page.page_number}", f"{MAX_PDF_CHARACTERS:,} characters")
                _read_page(page, builder, name)
                page.close()
            title = pdf.metadata.get("Title")
    except DocumentError:
        raise
    except (PdfminerException, MalformedPDFException, PSException) as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, (PDFEncryptionError, PDFPasswordIncorrect)):
            raise DocumentError(f"{name}: the PDF is encrypted; save it without a password and try again") from error
        raise DocumentError(f"{name}: not a readable PDF ({cause or type(cause).__name__}); download it again") from error
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, ArithmeticError, RecursionError, OSError,
            struct.error, zlib.error) as error:  # fmt: skip
        # pdfminer lets these out for damaged cross-reference tables, fonts and streams.
        raise DocumentError(f"{name}: damaged PDF ({type(error).__name__}: {error}); download it again") from error
    if not builder.length:
        raise DocumentError(f"{name}: no text layer (scanned pages?); run character recognition on it first")
    return fold(title).strip() or None if isinstance(title, str) else None


def _check_size(page: Page, name: str) -> None:
    """Refuse a page whose drawing instructions would fill the memory: every letter becomes an object of its own."""
    from pdfminer.pdftypes import PDFStream, resolve1

    streams = [stream for each in page.page_obj.contents if isinstance(stream := resolve1(each), PDFStream)]
    size = sum(len(stream.get_data()) for stream in streams)
    if size > MAX_PAGE_BYTES:
        raise too_large(name, f"page {page.page_number} of {size:,} bytes of drawing", f"{MAX_PAGE_BYTES:,} bytes a page")


def _read_page(page: Page, builder: LayoutBuilder, name: str) -> None:
    rulings = len(page.lines) + len(page.rects) + len(page.curves)
    tables = page.find_tables() if 0 < rulings <= _MAX_RULINGS else []
    tables = [table for table in tables if len(table.cells) > 1]
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda thing: not _inside_any(thing, boxes)) if boxes else page
    lines = outside.extract_text_lines(return_chars=False) if page.chars else []
    blocks: list[tuple[float, Any]] = [(line["top"], line["text"]) for line in lines]
    blocks += [(table.bbox[1], table) for table in tables]
    line_number = 0
    for _, block in sorted(blocks, key=lambda pair: pair[0]):
        line_number += 1
        position = Position(page.page_number, line_number)
        if isinstance(block, str):
            builder.write(fold(block).strip(), position)
            builder.break_line(position)
        else:
            line_number += _write_table(block, builder, name, position) - 1


def _inside_any(thing: dict[str, Any], boxes: list[tuple[float, float, float, float]]) -> bool:
    """Whether the middle of a letter or ruling lies in one of the tables."""
    x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)


def _write_table(table: RuledTable, builder: LayoutBuilder, name: str, position: Position) -> int:
    """Write a table row by row and return how many rows it has; spans follow from where the rulings stand."""
    texts = table.extract()
    xs = sorted({round(box[0], 1) for box in table.cells})
    ys = sorted({round(box[1], 1) for box in table.cells})
    check_table(name, len(ys), len(xs))
    start = builder.length
    cells = []
    for row, (ruled, values) in enumerate(zip(table.rows, texts, strict=True)):
        here = Position(position.page, (position.line or 1) + row)
        first = True
        for box, value in zip(ruled.cells, values, strict=True):
            if box is None:
                continue
            if not first:
                builder.write("\t", here)
            first = False
            text = fold((value or "").replace("\t", " ")).strip()
            offset = builder.length
            builder.write(text, here)
            column, top = xs.index(round(box[0], 1)), ys.index(round(box[1], 1))
            across = sum(box[0] - 1 < x < box[2] - 1 for x in xs)
            down = sum(box[1] - 1 < y < box[3] - 1 for y in ys)
            cells.append(Cell(text, offset, top, column, max(down, 1), max(across, 1), here))
        builder.break_line(here)
    builder.mark_table(cells, start, position)
    return len(table.rows)
