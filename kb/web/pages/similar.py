"""Precedents of an incident, or of a draft report that was pasted or uploaded."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from kb.errors import DocumentError, NotFoundError
from kb.reports.brief.precedents import measures_of
from kb.search import drafts, similar
from kb.web.forms import ADVICE, Given, given
from kb.web.labels import SIMILAR_AXES
from kb.web.page import Answer, Ask, PageError
from kb.web.reasons import shared_tags

LIMIT = 10
MAX_LIMIT = 50
BACK = ("類似事故へ", "/similar")


def answer(ask: Ask) -> Answer:
    """`/similar?id=…`, or POST with `text` or `file`; without any of them, the form."""
    fields = given(ask, BACK)
    axis = fields.one("axis") or "all"
    if axis not in SIMILAR_AXES:
        raise PageError(400, f"観点(axis)「{axis[:40]}」はありません。", [f"使える値: {'、'.join(SIMILAR_AXES)}"], [BACK])
    other_carriers, limit = fields.flag("other_carriers"), _limit(fields.one("n"))
    incident_id = fields.one("id") if fields.document is None else None
    text = fields.document.text if fields.document is not None else ""
    extra: dict[str, Any] = {
        "axis": axis, "axes": SIMILAR_AXES, "other_carriers": other_carriers, "text": text, "incident_id": incident_id, "carrier": fields.one("carrier") or "",
    }  # fmt: skip
    if fields.document is not None:
        found = _of_draft(ask, fields, axis, other_carriers, limit)
    elif incident_id:
        found = _of_incident(ask, incident_id, axis, other_carriers, limit)
    elif ask.method == "POST":
        raise PageError(400, "文書が空です。", ADVICE, [BACK])
    else:
        notice = "事故の番号(id)を指定するか、報告書の本文を送ってください。"
        return Answer({"query": None, "axis": axis, "terms": [], "expansions": {}, "total": 0, "hits": [], "notice": notice}, extra | {"asked": False})
    data: dict[str, Any] = similar.result_json(ask.connection, found, explain=True)
    if not incident_id:
        data["characters"] = len(text)
    shown = [*data["hits"], *data["same_episode"]]
    measures = measures_of(ask.connection, [hit["id"] for hit in shown])
    for hit in shown:
        hit["measures"] = measures.get(hit["id"], [])
    own = data["anchor"]["tags"] if "anchor" in data else [tag["id"] for tag in data["draft"]["tags"]]
    extra |= {"asked": True, "axis_urls": {name: _url(incident_id, name, other_carriers) for name in SIMILAR_AXES} if incident_id else {}}
    extra |= {"other_url": _url(incident_id, axis, not other_carriers) if incident_id else None}
    extra |= {"shared": shared_tags(ask.connection, own, shown)}
    return Answer(data, extra)


def _of_draft(ask: Ask, fields: Given, axis: str, other_carriers: bool, limit: int) -> similar.Precedents:
    assert fields.document is not None
    try:
        report = drafts.read(fields.document)
        return similar.of_report(
            ask.connection, ask.corpus, report, axis=axis, other_carriers=other_carriers, carrier=fields.one("carrier"), limit=limit
        )
    except DocumentError as error:
        raise PageError(400, "送られた文書から、電気通信の事故を読み取れません。", [str(error), *ADVICE], [BACK]) from error
    except NotFoundError as error:
        raise PageError(404, "その事業者はこのデータベースにありません。", [str(error)], [BACK, ("事業者の一覧", "/carriers")]) from error


def _of_incident(ask: Ask, incident_id: str, axis: str, other_carriers: bool, limit: int) -> similar.Precedents:
    if not ask.connection.execute("SELECT 1 FROM incidents WHERE id = ?", [incident_id]).fetchone():
        links = [("検索する", "/search?" + urlencode({"q": incident_id[:80]})), ("本文を貼り付けて探す", "/similar")]
        raise PageError(404, f"事故「{incident_id[:80]}」はこのデータベースにありません。", ["番号は検索結果や事故の頁にあります。"], links)
    return similar.of_incident(ask.connection, ask.corpus, incident_id, axis=axis, other_carriers=other_carriers, limit=limit, explain=True)


def _url(incident_id: str | None, axis: str, other_carriers: bool) -> str:
    pairs = {"id": incident_id, **({"axis": axis} if axis != "all" else {}), **({"other_carriers": 1} if other_carriers else {})}
    return "/similar?" + urlencode(pairs)


def _limit(value: str | None) -> int:
    if value is None:
        return LIMIT
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= MAX_LIMIT:
        raise PageError(400, f"件数(n)「{value[:40]}」は使えません。", [f"1 から {MAX_LIMIT} までの整数を入れてください。"])
    return int(value)
