"""Measures and later accidents: a matrix company × cause × year, and behind it the pairs, the chains and what struck others first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.reports import recurrence
from kb.reports.recurrence_matrix import recurrence_matrix, year_of
from kb.web.downloads import csv_file
from kb.web.page import Answer, Ask, PageError
from kb.web.paging import address, paged
from kb.web.sorting import order

CARRIERS = (
    "SELECT c.name, coalesce(c.short_name, c.name), count(*) FROM incident_carriers i JOIN carriers c ON c.id = i.carrier_id "
    "GROUP BY c.id ORDER BY 3 DESC, 1"
)
VIEWS = {"pairs": "行列と組", "chains": "連鎖", "holding": "これまで同種の記録なし", "elsewhere": "ほかの会社の先例"}
RELATIONS = {"company": "同じ会社で", "group": "同じグループの別の会社で"}
LISTS = {"company": "recurrences", "group": "group_recurrences"}
PAGE_SIZE = 10
MEASURES = 3  # shown of an accident before the rest is folded away
KEYS = {"company": lambda row: row["company"], "cause": lambda row: row["label_ja"], "pairs": lambda row: row["pairs"], "last": lambda row: row["last"]}


def answer(ask: Ask) -> Answer:
    """`/recurrences?carrier=&relation=&cause=&year=&earlier=&later=&weak=&view=&sort=&page=`, or `?incident=` for what struck others before it."""
    carrier, incident, weak = ask.argument("carrier"), ask.argument("incident"), ask.argument("weak") is not None
    view = _one_of(ask, "view", VIEWS, "elsewhere" if incident else "pairs")
    relation = _one_of(ask, "relation", RELATIONS, "company")
    sorting = order(ask, KEYS)
    data = recurrence.recurrences(ask.connection, carrier)
    elsewhere = recurrence.known_elsewhere(ask.connection, incident)
    told = [entry for entry in elsewhere["incidents"] if incident or any(not one["weak"] for one in entry["precedents"])][::-1]
    pairs = [pair for pair in data[LISTS[relation]] if weak or pair["strength"] != "weak"]
    matrix = recurrence_matrix(pairs)
    if ask.path.get("format") == "csv":
        rows = [(r["company"], r["tag"], r["label_ja"], year, " ".join(c["earlier"]), " ".join(c["later"])) for r in matrix["rows"] for year, c in r["cells"].items()]
        return Answer({}, file=csv_file("recurrences", ("company", "tag", "label_ja", "year", "earlier", "later"), rows))
    chosen = _chosen(ask, pairs)
    listed: Sequence[Any] = {"pairs": chosen, "chains": data["chains"], "holding": data["holding"][::-1], "elsewhere": told}[view]
    part = paged(ask, listed, PAGE_SIZE)
    data |= {"incident": incident, "relation": relation, "matrix": matrix}
    data["known_elsewhere"] = {"note": elsewhere["note"], "total": len(told), "incidents": told[:15] if view != "elsewhere" else part.rows}
    extra = {
        "view": view, "views": VIEWS, "relations": RELATIONS, "weak": weak, "sorting": sorting, "rows": sorting.sorted(matrix["rows"]), "measures": MEASURES,
        "carriers": ask.connection.execute(CARRIERS).fetchall(), "shown": part.rows, "total": part.total, "page": part.page, "last": part.last,
        "narrowed": {name: ask.argument(name) for name in ("cause", "year", "earlier", "later") if ask.argument(name)},
        "cause_labels": {tag["id"]: tag["label_ja"] for pair in pairs for tag in pair["tags"]}, "address": lambda **changes: address(ask, changes),
    }  # fmt: skip
    return Answer(data, extra)


def _chosen(ask: Ask, pairs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Pairs of a cell of the matrix: by cause, by the year of the later accident, or by both accidents."""
    cause, year = ask.argument("cause"), ask.argument("year")
    if year is not None and not (len(year) == 4 and year.isdecimal()):
        raise PageError(400, f"年(year)「{year[:40]}」は使えません。", ["西暦を4桁で入れてください。"], [("再発の行列へ", "/recurrences")])
    sides = {side: ask.argument(side) for side in ("earlier", "later") if ask.argument(side)}
    return [
        pair
        for pair in pairs
        if (cause is None or any(tag["id"] == cause for tag in pair["tags"]))
        and (year is None or year_of(pair["later"]) == int(year))
        and all(pair[side]["id"] == wanted for side, wanted in sides.items())
    ]


def _one_of(ask: Ask, name: str, allowed: Mapping[str, str], default: str) -> str:
    value = ask.argument(name) or default
    if value not in allowed:
        raise PageError(400, f"{name} の値「{value[:40]}」はありません。", [f"使える値: {'、'.join(allowed)}"], [("再発の行列へ", "/recurrences")])
    return value
