"""What a careful reader would query in an annual report, beyond list against detail sheet. Nothing is corrected.

Whether the printed figures reach the statutory class needs the reporting rules and is checked where those are known.
"""

from __future__ import annotations

import re

from kb.formats.layout import Document
from kb.model import Incident, Notice, Statistic

_TOTAL = re.compile(r"(?:事故の)?総件数\s*(?:は|が|、|[（(]|\s)*\s*(\d[\d,]*)\s*件")
_ROWS_OF_TOTAL = ("詳細な様式による報告", "計", "総件数", "合計")


def check_incident(incident: Incident) -> list[Notice]:
    """A measure completed before the accident; an accident without measures."""
    name = f"No. {incident.no}" if incident.no is not None else incident.title
    notices = []
    for measure in incident.measures:
        done, start = measure.completed_on, incident.started_at
        if done and start and done[: len(start)] < start[: len(done)]:
            message = f"{name}: a measure is printed as completed in {measure.printed}, before the accident of {start[:10]}"
            notices.append(Notice("completed-before-accident", message, measure.position))
    return notices


def check_sheet(incident: Incident) -> list[Notice]:
    """A detail sheet that names no measure."""
    if incident.measures:
        return []
    name = f"No. {incident.no}" if incident.no is not None else incident.title
    return [Notice("no-measures", f"{name}: the detail sheet has no measures against recurrence", incident.position)]


def check_totals(document: Document, statistics: list[Statistic], incidents: int, fiscal_year: int | None) -> list[Notice]:
    """A total in a sentence that is not this year's total; a number of serious accidents that the list does not have."""
    notices = []
    counts = [s for s in statistics if s.unit == "件"]
    # Tables tell the totals; a sentence is believed only where no table has one.
    this_year = [s for s in counts if s.fiscal_year == fiscal_year]
    main = {s.value for s in this_year if _in_table(s)} or {s.value for s in this_year if _stated(s)}
    totals = main | {s.value for s in this_year if s.table == "reports"} | {float(incidents)}
    earlier = {s.value for s in counts if s.fiscal_year != fiscal_year and _in_table(s)}
    for match in _TOTAL.finditer(document.text):
        value = float(match.group(1).replace(",", ""))
        if main and value not in totals:
            known = ", ".join(f"{t:,.0f}" for t in sorted(main))
            last = "; it is the previous year's total" if value in earlier else ""
            message = f"the text gives {match.group(1)}件 as the total, this year's is {known}件{last}"
            notices.append(Notice("totals-do-not-add-up", message, document.position(match.start())))
    serious = [s for s in statistics if s.table == "reports" and s.row == "重大な事故" and s.unit == "件" and s.fiscal_year == fiscal_year]
    for stated in serious:
        if incidents and stated.value != incidents:
            message = f"the report counts {stated.value:,.0f} serious accidents, its list and sheets have {incidents}"
            notices.append(Notice("totals-do-not-add-up", message, stated.position))
    return notices


def _in_table(statistic: Statistic) -> bool:
    """All accidents of the year: the corner of the matrix, or the detailed reports of the summary."""
    if statistic.table == "duration_by_users":
        return statistic.row == "計" and statistic.column == "計"
    return statistic.table == "reports" and statistic.row in _ROWS_OF_TOTAL and "件数" in statistic.column


def _stated(statistic: Statistic) -> bool:
    return statistic.table == "overall" and statistic.row == "総件数" and statistic.column == "件数"
