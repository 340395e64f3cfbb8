"""Pictures over all accidents: the map of prefectures, and duration × users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from kb.catalogue.place import data_directory
from kb.knowledge.reporting_rules.judgement import load_thresholds
from kb.reports.drawing.scatter import scatter
from kb.reports.drawing.svg import both
from kb.reports.drawing.tiles import tiles
from kb.reports.extents import extents
from kb.reports.places import by_prefecture
from kb.web.downloads import csv_file, svg_file
from kb.web.page import Answer, Ask, PageError
from kb.web.paging import address, paged
from kb.web.sorting import order

CAUSES = """
    SELECT t.axis, t.id, t.label_ja, count(DISTINCT it.incident_id) FROM tags t JOIN incident_tags it ON it.tag_id = t.id
    WHERE t.axis IN ('trigger', 'mechanism') GROUP BY t.id ORDER BY t.axis DESC, 4 DESC, t.id"""
TITLES = "SELECT id, title FROM incidents"
SIZE = 50
MAP_TITLE = "都道府県ごとの収録件数を47の四角で示した図。数値は下の表にある。"
EXTENT_TITLE = "継続時間(横)と影響数(縦)の散布図。どちらも対数目盛。折れ線は重大な事故の基準。数値は下の表にある。"
MAP_KEYS = {"number": lambda row: row["number"], "name": lambda row: row["name"], "incidents": lambda row: len(row["incidents"])}
EXTENT_KEYS = {
    "title": lambda row: row["title"], "started": lambda row: row["started_at"], "duration": lambda row: row["duration_minutes"], "users": lambda row: row["users"],
}  # fmt: skip


def map_page(ask: Ask) -> Answer:
    """`/map?cause=&sort=`, its figures as `.csv` and the picture as `.svg`."""
    causes, tag = _causes(ask)
    sorting = order(ask, MAP_KEYS)
    data = by_prefecture(ask.connection, tag)
    counts = {row["short"]: len(row["incidents"]) for row in data["rows"]}
    if ask.path.get("format") == "csv":
        rows = [(row["number"], row["name"], len(row["incidents"]), " ".join(row["incidents"])) for row in data["rows"]]
        return Answer({}, file=csv_file("map", ("number", "prefecture", "incidents", "ids"), rows))
    if ask.path.get("format") == "svg":
        return Answer({}, file=svg_file("map", tiles(counts, MAP_TITLE)))
    addresses = {row["short"]: f"#p{row['number']}" for row in data["rows"]}
    chart = both(tiles(counts, MAP_TITLE, addresses=addresses), tiles(counts, MAP_TITLE, wide=False, addresses=addresses))
    titles = dict(ask.connection.execute(TITLES).fetchall())
    return Answer(data, {"chart": chart, "rows": sorting.sorted(data["rows"]), "sorting": sorting, "causes": causes, "titles": titles, "query": _query(cause=tag)})


def extent_page(ask: Ask) -> Answer:
    """`/extent?cause=&id=&sort=&page=`: duration × users, one accident marked; `.csv` and `.svg`."""
    causes, tag = _causes(ask)
    marked = ask.argument("id")
    title = ask.connection.execute("SELECT title FROM incidents WHERE id = ?", [marked]).fetchone() if marked else None
    if marked and title is None:
        raise PageError(404, f"事故「{marked[:80]}」はこのデータベースにありません。", [], [("図へ", "/extent")])
    sorting = order(ask, EXTENT_KEYS)
    data = extents(ask.connection, load_thresholds(data_directory() / "thresholds.yml"), tag, marked)
    if ask.path.get("format") == "csv":
        names = ("id", "title", "started_at", "fiscal_year", "duration_minutes", "users", "users_unit", "official", "statutory_class")
        return Answer({}, file=csv_file("extent", names, ([row[name] for name in names] for row in data["rows"])))
    pictures = [scatter(data["rows"], data["clauses"], EXTENT_TITLE, wide=wide, marked=marked) for wide in (True, False)]
    if ask.path.get("format") == "svg":
        return Answer({}, file=svg_file("extent", pictures[0]))
    part = paged(ask, sorting.sorted(data["rows"]), SIZE)
    extra = {
        "chart": both(*pictures), "rows": part.rows, "page": part.page, "last": part.last, "size": SIZE, "sorting": sorting, "causes": causes,
        "subject": {"id": marked, "title": title[0], "drawn": any(row["id"] == marked for row in data["rows"])} if marked and title else None,
        "query": _query(cause=tag, id=marked), "address": lambda **changes: address(ask, changes),
    }  # fmt: skip
    return Answer(data, extra)


def _causes(ask: Ask) -> tuple[list[tuple[str, list[dict[str, Any]]]], str | None]:
    """Tags to choose from by axis, and the one asked for. Raises PageError (400) for another."""
    by_axis: dict[str, list[dict[str, Any]]] = {}
    rows: Sequence[tuple[str, str, str, int]] = ask.connection.execute(CAUSES).fetchall()
    for axis, key, label, count in rows:
        by_axis.setdefault(axis, []).append({"id": key, "label": label, "incidents": count})
    asked = ask.argument("cause")
    if asked is not None and asked not in {key for _, key, _, _ in rows}:
        raise PageError(400, f"原因(cause)の値「{asked[:60]}」はありません。", ["タグの一覧にある番号(例: mechanism/network-loop)を入れてください。"], [("タグの一覧", "/tags")])
    return list(by_axis.items()), asked


def _query(**values: str | None) -> str:
    found = {name: value for name, value in values.items() if value}
    return "?" + urlencode(found) if found else ""
