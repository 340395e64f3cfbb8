"""How much of a file is read: enough for every document of this genre, too little to exhaust a machine."""

from __future__ import annotations

from kb.errors import DocumentError

MAX_TEXT_BYTES = 2_000_000  # an annual report has about 60,000
MAX_PDF_BYTES = 64_000_000  # reports with pictures reach some 10 million
MAX_PDF_PAGES = 300
MAX_PDF_CHARACTERS = 200_000  # some hundred full pages
MAX_PAGE_BYTES = 1_500_000  # of drawing instructions; a page full of text has some 20,000, a detailed figure ten times that
MAX_LINES = 50_000
MAX_COLUMNS = 200
MAX_ROWS = 5_000  # of all tables of a document; a report has some hundred
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
