"""Pages of companies: all of them, and one with its accidents, its promises by cause, and whether they held."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from kb.errors import KbError, NotFoundError
from kb.reports.carrier import AXES, STATES, carrier
from kb.store.rows import named_rows
from kb.web.page import Answer, Ask, PageError
from kb.web.parameters import Form
from kb.web.sorting import order

LISTED = """
    SELECT c.slug, c.name, c.group_name, count(*) AS accidents, min(i.fiscal_year) AS first_fiscal_year, max(i.fiscal_year) AS last_fiscal_year
    FROM carriers c JOIN incident_carriers ic ON ic.carrier_id = c.id JOIN incidents i ON i.id = ic.incident_id
    GROUP BY c.id ORDER BY accidents DESC, c.name"""
PROMISES = 5  # shown of one cause before the rest is folded away
ACCIDENTS = 12


KEYS = {
    "name": lambda row: row["name"], "group": lambda row: row["group_name"], "accidents": lambda row: row["accidents"], "year": lambda row: row["last_fiscal_year"],
}  # fmt: skip


def index(ask: Ask) -> Answer:
    """`/carriers?sort=`"""
    sorting = order(ask, KEYS)
    rows = named_rows(ask.connection, LISTED)
    return Answer({"carriers": sorting.sorted(rows)}, {"sorting": sorting, "urls_of": {row["name"]: _url(row) for row in rows}})


def answer(ask: Ask) -> Answer:
    """`/carriers/<slug>?from=&to=&cause=&state=&repeated=`."""
    slug, first, last = ask.path["slug"], ask.argument("from"), ask.argument("to")
    try:
        data = carrier(ask.connection, slug, date_from=first, date_to=last)
    except NotFoundError as error:
        raise PageError(404, f"事業者「{slug[:60]}」の頁はありません。", [str(error)], [("事業者の一覧", "/carriers")]) from None
    except KbError as error:
        advice = ["年(2013)、月(2013-04)、日(2013-04-16)のどれかを、早いほうを先に入れてください。"]
        raise PageError(400, "期間を読めません。", [str(error), *advice], [("期間を外す", f"/carriers/{quote(slug)}")]) from None
    cause, state, repeated = ask.argument("cause"), ask.argument("state"), ask.argument("repeated") is not None
    _known("cause", cause, [entry["tag"] for entry in data["causes"] if entry["tag"]], slug)
    _known("state", state, list(STATES), slug)
    shown = [entry for one in data["causes"] if (entry := _narrowed(one, cause, state, repeated))]
    period = {name: value for name, value in (("from", first), ("to", last)) if value}
    extra = {
        "shown": shown, "cause": cause, "state": state, "repeated": repeated, "states": STATES, "axes": AXES, "promises": PROMISES, "accidents": ACCIDENTS,
        "titles": {accident["id"]: accident["title"] for accident in data["accidents"]},
        "search_url": Form(carrier=(data["carrier"]["name"],)).url(), "twin_url": f"/carriers/{quote(slug)}.json" + ("?" + urlencode(period) if period else ""),
        "narrowed": bool(cause or state or repeated), "whole_url": f"/carriers/{quote(slug)}" + ("?" + urlencode(period) if period else ""),
    }  # fmt: skip
    return Answer(data, extra)


def _narrowed(entry: dict[str, Any], cause: str | None, state: str | None, repeated: bool) -> dict[str, Any] | None:
    """A cause with those of its promises that are asked for; None where there are none."""
    if cause is not None and entry["tag"] != cause:
        return None
    promises = [p for p in entry["promises"] if (state is None or p["state"] == state) and (not repeated or p["repeated_since"])]
    return {**entry, "promises": promises} if promises else None


def _known(name: str, value: str | None, allowed: list[str], slug: str) -> None:
    if value is not None and value not in allowed:
        raise PageError(400, f"{name} の値「{value[:40]}」はありません。", [f"使える値: {'、'.join(allowed[:12])}"], [("絞り込みを外す", f"/carriers/{quote(slug)}")])


def _url(row: dict[str, Any]) -> str:
    """A company that our list of companies lacks has no page of its own: its accidents are found by its name."""
    return f"/carriers/{quote(row['slug'])}" if row["slug"] else Form(carrier=(row["name"],)).url()
