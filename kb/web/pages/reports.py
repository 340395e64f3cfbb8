"""Pages of the whole: counts over the years, measures against mechanisms, the ledger."""

from __future__ import annotations

from kb.reports import ledger, statistics
from kb.reports.tag_report import CAUSE_AXES, measure_matrix
from kb.web.drawing.charts import Bar, columns, rule
from kb.web.page import Answer, Ask, PageError
from kb.web.parameters import Form

GROUPS = {
    "prevention": "起こさない", "containment": "広げない", "detection": "早く知る", "recovery": "早く直す", "organisation": "体制",
    "user-notification": "利用者への周知",
}  # fmt: skip


def trends(ask: Ask) -> Answer:
    """`/trends?by=`"""
    by = _choice(ask, "by", statistics.BY, "fy")
    data = statistics.counts(ask.connection, by)
    extra = {
        "dimensions": statistics.BY,
        "bar": rule,
        "chart": _chart(data["rows"]) if by == "fy" else "",
        "row_urls": [_row_url(by, row) for row in data["rows"]],
        "most": max((row["held"] for row in data["rows"]), default=0),
    }
    return Answer(data, extra)


def _chart(rows: list[dict]) -> str:
    bars = [
        Bar(
            label=str(row["fiscal_year"])[2:], value=row["held"], part=row["held_official"], mark=row["official"],
            break_before=row["change"] is not None,
        )
        for row in rows
        if row["fiscal_year"] is not None
    ]  # fmt: skip
    return columns(bars, "年度ごとの収録件数。濃い部分は重大な事故、横線は総務省の公表した件数、破線は基準の変わり目。数値は下の表にある。")


def _row_url(by: str, row: dict) -> str | None:
    """The search that lists the accidents of a row; None where no search can (not stated)."""
    if row["key"] is None:
        return None
    if by == "fy":
        return Form(fy_from=row["fiscal_year"], fy_to=row["fiscal_year"]).url() if row["held"] else None
    if by == "factor":
        return Form(factor=row["key"]).url()
    if by == "meeting":
        return f"/meetings#meeting-{row['key']}"
    return Form(carrier=(row["key"],)).url() if by == "carrier" else f"/tags/{row['key']}"


def measures(ask: Ask) -> Answer:
    """`/measures?axis=`"""
    axis = _choice(ask, "axis", dict.fromkeys(CAUSE_AXES), "mechanism")
    data = measure_matrix(ask.connection, axis)
    urls = [[Form(measure=(row["id"],), cause=(column["id"],)).url() for column in data["columns"]] for row in data["rows"]]
    return Answer(data, {"cell_urls": urls, "axes": CAUSE_AXES, "groups": GROUPS})


def ledger_page(ask: Ask) -> Answer:
    """`/ledger`"""
    data = ledger.ledger(ask.connection)
    urls = {year["fiscal_year"]: Form(fy_from=year["fiscal_year"], fy_to=year["fiscal_year"]).url() for year in data["fiscal_years"] if year["fiscal_year"]}
    return Answer(data, {"year_urls": urls})


def _choice(ask: Ask, name: str, allowed: dict, default: str) -> str:
    value = ask.argument(name) or default
    if value not in allowed:
        raise PageError(400, f"{name} の値「{value[:40]}」はありません。", [f"使える値: {'、'.join(allowed)}"])
    return value
