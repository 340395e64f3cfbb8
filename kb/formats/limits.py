"""How much of a file is read: enough for every document of this genre, too little to exhaust a machine."""

from __future__ import annotations

from kb.errors import DocumentError

MAX_TEXT_BYTES = 2_000_000  # an annual report has about 60,000
MAX_FILE_BYTES = 64_000_000  # reports with pictures reach some 10 million
MAX_PDF_PAGES = 300
MAX_PDF_CHARACTERS = 200_000  # some hundred full pages
MAX_PAGE_CHARACTERS = 20_000  # a page full of small print has some 5,000
MAX_PAGE_PATHS = 20_000  # strokes of a page; a table of 1,000 cells has 4,000, a detailed figure more than any table
MAX_PDF_STREAM = 256_000_000  # of one part when unpacked; a picture of A4 at 600 dpi has 100 million
MAX_PACKAGE_BYTES = 256_000_000  # a Word or Excel file when unpacked, pictures included
MAX_XML_BYTES = 24_000_000  # one part of it; a thousand pages have some 10 million, and the tree of a part takes ten times its bytes
MAX_PARTS = 10_000
MAX_OFFICE_CHARACTERS = 1_000_000
MAX_LINES = 50_000
MAX_COLUMNS = 200
MAX_ROWS = 5_000  # of all tables of a document; a report has some hundred
MAX_CELLS = 1_200_000  # of a workbook, empty ones too: they cost time all the same
MAX_ACCIDENTS = 1_000


def too_large(name: str, what: str, limit: str) -> DocumentError:
    """The error for a file beyond a limit: what it has, what is read at most, what to do."""
    return DocumentError(f"{name}: {what}, at most {limit} is read; cut out the report itself and try again")


def check_table(name: str, rows: int, columns: int) -> None:
    """Raise DocumentError for a table of another genre's size."""
    if columns > MAX_COLUMNS:
        raise too_large(name, f"a table of {columns:,} columns", f"{MAX_COLUMNS:,} columns")
    if rows > MAX_ROWS:
        raise too_large(name, f"tables of {rows:,} rows", f"{MAX_ROWS:,} rows")
