"""Pages of the whole: counts over the years, measures against mechanisms, the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.reports import ledger, statistics
from kb.reports.drawing.bars import Bar, bars, rule
from kb.reports.drawing.heat import heat
from kb.reports.drawing.svg import Picture, both
from kb.reports.tag_report import CAUSE_AXES, measure_matrix
from kb.reports.yearly import BY as YEARLY
from kb.reports.yearly import yearly
from kb.web.downloads import csv_file, svg_file
from kb.web.page import Answer, Ask, File, PageError
from kb.web.parameters import Form
from kb.web.sorting import order

GROUPS = {
    "prevention": "起こさない", "containment": "広げない", "detection": "早く知る", "recovery": "早く直す", "organisation": "体制",
    "user-notification": "利用者への周知",
}  # fmt: skip


KEYS = {
    "label": lambda row: row["label"], "held": lambda row: row["held"], "official": lambda row: row.get("official"),
    "held_official": lambda row: row["held_official"], "held_not_stated": lambda row: row.get("held_not_stated"), "axis": lambda row: row.get("axis"),
}  # fmt: skip
LEDGER_KEYS = {
    "year": lambda row: row["fiscal_year"], "official": lambda row: max(row["official_values"], default=None), "held_official": lambda row: row["held_official"],
    "not_established": lambda row: row["held_not_established"], "held": lambda row: row["held"], "state": lambda row: row["state_ja"],
}  # fmt: skip
MATRIX_KEYS = {"label": lambda pair: pair[0]["label_ja"], "incidents": lambda pair: pair[0]["incidents"]}
TITLES = {"fy": "年度ごとの収録件数。濃い部分は重大な事故、横線は総務省の公表した件数、破線は基準の変わり目。数値は下の表にある。"}
ROWS = 24  # of causes or companies drawn; the table has all


def trends(ask: Ask) -> Answer:
    """`/trends?by=&sort=`, its figures as `.csv` and its picture as `.svg`."""
    by = _choice(ask, "by", statistics.BY, "fy")
    sorting = order(ask, KEYS)
    data = statistics.counts(ask.connection, by)
    told = yearly(ask.connection, by) if by in YEARLY else None
    if "format" in ask.path:
        return Answer({}, file=_trends_file(ask, by, data, told))
    rows = sorting.sorted(data["rows"])
    extra = {
        "dimensions": statistics.BY, "bar": rule, "chart": both(_picture(ask, by, data, told), _picture(ask, by, data, told, wide=False)) if by == "fy" or told else "",
        "rows": rows, "row_urls": [_row_url(by, row) for row in rows], "most": max((row["held"] for row in data["rows"]), default=0), "sorting": sorting,
        "drawn": min(ROWS, len(told["rows"])) if told else 0, "drawable": len(told["rows"]) if told else 0,
    }  # fmt: skip
    return Answer(data | ({"yearly": told} if told else {}), extra)


def _picture(ask: Ask, by: str, data: Mapping[str, Any], told: Mapping[str, Any] | None, *, wide: bool = True) -> Picture:
    if told is None:
        drawn = [
            Bar(
                str(row["fiscal_year"]), row["held"], row["held_official"], row["official"], f"{ask.root}{url}" if (url := _row_url(by, row)) else None,
                row["change"] is not None,
            )
            for row in data["rows"]
            if row["fiscal_year"] is not None
        ]  # fmt: skip
        return bars(drawn, TITLES["fy"], wide=wide)
    title = f"年度と{data['label']}ごとの収録件数。色が濃いほど多い。破線は基準の変わり目。"
    address = f"{ask.root}/tags/{{}}" if by in ("cause", "measure") else None
    return heat(told["rows"][:ROWS], told["years"], {one["fiscal_year"] for one in told["breaks"]}, title, wide=wide, address=address)


def _trends_file(ask: Ask, by: str, data: Mapping[str, Any], told: Mapping[str, Any] | None) -> File:
    if ask.path["format"] == "svg":
        if by != "fy" and told is None:
            raise PageError(404, f"「{data['label']}」の図はありません。", ["表は .csv で保存できます。"], [("推移へ", "/trends")])
        return svg_file(f"trends-{by}", _picture(ask, by, data, told))
    if told is not None:
        return csv_file(f"trends-{by}", ["key", "label", "axis", *map(str, told["years"]), "total"], ([r["key"], r["label"], r["axis"], *r["counts"], r["total"]] for r in told["rows"]))
    names = [name for name in (data["rows"][0] if data["rows"] else ()) if name not in ("periods", "official_values")]
    return csv_file(f"trends-{by}", names, ([row[name] for name in names] for row in data["rows"]))


def _row_url(by: str, row: Mapping[str, Any]) -> str | None:
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
    """`/measures?axis=&sort=`, its figures as `.csv`"""
    axis = _choice(ask, "axis", dict.fromkeys(CAUSE_AXES), "mechanism")
    sorting = order(ask, MATRIX_KEYS)
    data = measure_matrix(ask.connection, axis)
    ordered = sorting.sorted(zip(data["rows"], data["cells"], data["usual"], strict=True))
    data |= {name: [pair[place] for pair in ordered] for place, name in enumerate(("rows", "cells", "usual"))}
    if ask.path.get("format") == "csv":
        head = ["measure", "label_ja", "incidents", *(column["id"] for column in data["columns"])]
        rows = ([row["id"], row["label_ja"], row["incidents"], *cells] for row, cells in zip(data["rows"], data["cells"], strict=True))
        return Answer({}, file=csv_file(f"measures-{axis}", head, rows))
    urls = [[Form(measure=(row["id"],), cause=(column["id"],)).url() for column in data["columns"]] for row in data["rows"]]
    return Answer(data, {"cell_urls": urls, "axes": CAUSE_AXES, "groups": GROUPS, "sorting": sorting})


def ledger_page(ask: Ask) -> Answer:
    """`/ledger?sort=`"""
    sorting = order(ask, LEDGER_KEYS)
    data = ledger.ledger(ask.connection)
    data["fiscal_years"] = sorting.sorted(data["fiscal_years"])
    urls = {year["fiscal_year"]: Form(fy_from=year["fiscal_year"], fy_to=year["fiscal_year"]).url() for year in data["fiscal_years"] if year["fiscal_year"]}
    return Answer(data, {"year_urls": urls, "sorting": sorting})


def _choice(ask: Ask, name: str, allowed: Mapping[str, Any], default: str) -> str:
    value = ask.argument(name) or default
    if value not in allowed:
        raise PageError(400, f"{name} の値「{value[:40]}」はありません。", [f"使える値: {'、'.join(allowed)}"])
    return value
