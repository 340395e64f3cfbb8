"""What stands under a picture or a table, as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from kb.reports.drawing.svg import Picture
from kb.web.page import File


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> File:
    """Comma-separated, in UTF-8 with a mark at its beginning, so that spreadsheets know; None is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(["" if value is None else _plain(value) for value in row] for row in rows)
    return File(text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


def svg_file(name: str, picture: Picture) -> File:
    """A picture to keep."""
    return File(picture.file(), "image/svg+xml; charset=utf-8", f"{name}.svg")


def _plain(value: object) -> object:
    """A text that a spreadsheet would take for a formula is kept a text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
