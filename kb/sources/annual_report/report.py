"""Annual report of the ministry: 電気通信サービスの事故発生状況 (fiscal years 2008 to now).

Parts: header, summary table with the previous year in brackets, list of serious accidents, duration × users matrix,
breakdowns in sentences, one detail sheet (別紙) per accident.

Quirks met: FY2015 quotes the total of FY2014 in a note; its No. 7 prints a completion (H27.1) before the accident; its
No. 6 has no measures and spells a carrier in two ways; texts of screenshots stand in the notification rows.
"""

from __future__ import annotations

import re

from kb.formats.layout import Document
from kb.formats.limits import MAX_ACCIDENTS, too_large
from kb.formats.repair import join_wrapped, squeeze
from kb.japanese.dates import fiscal_year_of, parse_fiscal_year, parse_moment
from kb.model import Incident, Notice, Report
from kb.sources.annual_report.accident_list import read_lists
from kb.sources.annual_report.body import notes_of, publication, read_blocks, title_of
from kb.sources.annual_report.checks import check_incident, check_sheet, check_totals
from kb.sources.annual_report.detail_sheet import read_sheets
from kb.sources.annual_report.incident import build_incident
from kb.sources.annual_report.line_list import read_line_lists
from kb.sources.annual_report.pairs import pair_up
from kb.sources.annual_report.stated_figures import stated_figures
from kb.sources.annual_report.tables import read_tables
from kb.sources.coverage import CoverageLedger

KIND = "annual-report"
LOOKED_FOR = "a title with 事故発生状況, a list of accidents by 事業者名, 発生日時, 継続時間, 影響利用者数, or a detail sheet of them"
_TITLE = re.compile(r"事故(?:の)?発生状況|電気通信事故の(?:発生)?状況|重大な事故(?:の)?(?:一覧|発生状況)")
_WORDS = ("事業者名", "発生日時", "継続時間", "影響利用者数", "再発防止策", "発生原因", "重大な事故", "影響地域")
_MINUTES = re.compile(r"議事要旨|議事録|議事概要")


def recognises(document: Document) -> float:
    """From 0 to 1: the title is half of it, the words of list and sheet the rest; minutes name themselves."""
    head = squeeze(document.text[:3000])
    words = squeeze(document.text[:400_000])
    share = sum(word in words for word in _WORDS) / len(_WORDS)
    score = (0.6 if _TITLE.search(head) else 0.0) + 0.6 * share
    return 0.2 * score if _MINUTES.search(head[:400]) else min(score, 1.0)


def reasons(document: Document) -> tuple[str, ...]:
    """What speaks for an annual report, in words."""
    title = _TITLE.search(squeeze(document.text[:3000]))
    words = [word for word in _WORDS if word in squeeze(document.text[:400_000])]
    found = ((f"a title with {title.group()}",) if title else ()) + ((f"labels of its list and forms ({', '.join(words)})",) if words else ())
    return found or (LOOKED_FOR,)


def parse(document: Document) -> Report:
    """Read a whole report; what was not understood is in `coverage.unread`."""
    ledger = CoverageLedger(document)
    title_line, (published, date_line) = title_of(document), publication(document)
    for line in filter(None, (title_line, date_line)):
        ledger.mark(line.start, line.end)
    title = join_wrapped(title_line.text.lstrip("# ")) if title_line else document.title
    rows, list_tables = read_lists(document)
    taken = [(table.start, table.end) for table in list_tables]
    if not rows:
        rows, taken = read_line_lists(document)
    sheets = read_sheets(document, taken, ledger)
    fiscal_year = _fiscal_year(title, document, [r.text("started_at") for r in (*rows, *sheets)])

    if len(rows) + len(sheets) > MAX_ACCIDENTS:
        raise too_large(document.name, f"{len(rows) + len(sheets):,} accidents", f"{MAX_ACCIDENTS:,}")
    incidents: list[Incident] = []
    warnings: list[Notice] = []
    for row, sheet in pair_up(rows, sheets):
        incident, notices = build_incident(row, sheet, document, fiscal_year, ledger)
        incidents.append(incident)
        warnings += notices + check_incident(incident) + (check_sheet(incident) if sheet else [])

    sheet_spans = [(sheet.start, sheet.end) for sheet in sheets]
    used = {table.start for table in list_tables}
    others = [t for t in document.tables if t.start not in used and not any(a <= t.start < b for a, b in sheet_spans)]
    statistics, remarks, unequal = read_tables(document, others, fiscal_year, ledger)
    blocks = read_blocks(document, ledger, sheet_spans)
    statistics += stated_figures(blocks, fiscal_year)
    notes = remarks + notes_of(blocks, document, ledger)
    warnings += unequal + check_totals(document, statistics, len(incidents), fiscal_year)
    return Report(
        kind=KIND,
        title=title,
        published_on=published,
        fiscal_year=fiscal_year,
        incidents=tuple(incidents),
        statistics=tuple(statistics),
        warnings=tuple(warnings),
        coverage=ledger.coverage(),
        notes=tuple(notes),
    )


def _fiscal_year(title: str | None, document: Document, starts: list[str]) -> int | None:
    """The year in the title, else the first 年度 near the beginning, else the accidents' own."""
    stated = parse_fiscal_year(title or "") or parse_fiscal_year(document.text[:2000])
    if stated:
        return stated
    years = [year for text in starts if (year := fiscal_year_of(parse_moment(text)))]
    return max(set(years), key=years.count) if years else None
