"""Which row of the list and which detail sheet tell of one accident."""

from __future__ import annotations

from kb.japanese.dates import find_moments
from kb.sources.annual_report.sheet_values import carriers
from kb.sources.annual_report.wrapped import whole_moment
from kb.sources.spans import Record, Span


def pair_up(rows: list[Record], sheets: list[Record]) -> list[tuple[Record | None, Record | None]]:
    """Which row and which sheet are one accident: by number, else by carrier and start, else alone."""
    pairs: list[tuple[Record | None, Record | None]] = []
    left = list(sheets)
    for row in rows:
        sheet = next((s for s in left if s.no is not None and s.no == row.no), None)
        if sheet is None:
            sheet = next((s for s in left if (s.no is None or row.no is None) and _same(row, s)), None)
        if sheet is not None:
            left.remove(sheet)
        pairs.append((row, sheet))
    return pairs + [(None, sheet) for sheet in left]


def _same(row: Record, sheet: Record) -> bool:
    days = [{m.value[:10] for m in find_moments(whole_moment(r.text("started_at")))} for r in (row, sheet)]
    names = [set(carriers(Span(r.text("carriers"), r.start)).values()) for r in (row, sheet)]
    return bool(days[0] & days[1]) and (bool(names[0] & names[1]) or not names[0] or not names[1])
