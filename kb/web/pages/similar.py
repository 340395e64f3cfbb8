"""Precedents of an incident, or of a draft report that was pasted or uploaded."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

from kb.errors import DocumentError
from kb.formats.document import document_from_bytes
from kb.search import similar
from kb.web.labels import SIMILAR_AXES
from kb.web.page import Answer, Ask, PageError
from kb.web.reasons import shared_tags
from kb.web.uploads import multipart_fields

LIMIT = 10
MAX_LIMIT = 50
ADVICE = ["報告書の本文を貼り付けるか、PDF・HTML・テキストのファイルを選んでください。"]


def answer(ask: Ask) -> Answer:
    """`/similar?id=…`, or POST with `text` or `file`; without any of them, the form."""
    given = _given(ask)
    axis = given.get("axis") or "all"
    if axis not in SIMILAR_AXES:
        raise PageError(400, f"観点(axis)「{axis[:40]}」はありません。", [f"使える値: {'、'.join(SIMILAR_AXES)}"], [("類似事故へ", "/similar")])
    other_carriers = (given.get("other_carriers") or "0").casefold() in ("1", "on", "true", "yes")
    limit = _limit(given.get("n"))
    incident_id, text = given.get("id"), given.get("text") or ""
    extra: dict = {"axis": axis, "axes": SIMILAR_AXES, "other_carriers": other_carriers, "text": text, "incident_id": incident_id}
    if text.strip():
        found = similar.of_text(ask.connection, ask.corpus, text, axis=axis, limit=limit)
    elif incident_id:
        found = _of_incident(ask, incident_id, axis, other_carriers, limit)
    elif ask.method == "POST":
        raise PageError(400, "文書が空です。", ADVICE, [("類似事故へ", "/similar")])
    else:
        notice = "事故の番号(id)を指定するか、報告書の本文を送ってください。"
        return Answer({"query": None, "axis": axis, "terms": [], "expansions": {}, "total": 0, "hits": [], "notice": notice}, extra | {"asked": False})
    data = similar.result_json(ask.connection, found, explain=True)
    if not incident_id:
        data["characters"] = len(text)
    extra |= {"asked": True, "axis_urls": {name: _url(incident_id, name, other_carriers) for name in SIMILAR_AXES} if incident_id else {}}
    extra |= {"other_url": _url(incident_id, axis, not other_carriers) if incident_id else None}
    extra |= {"shared": shared_tags(ask.connection, data["anchor"]["tags"] if "anchor" in data else (), [*data["hits"], *data["same_episode"]])}
    return Answer(data, extra)


def _of_incident(ask: Ask, incident_id: str, axis: str, other_carriers: bool, limit: int) -> similar.Precedents:
    if not ask.connection.execute("SELECT 1 FROM incidents WHERE id = ?", [incident_id]).fetchone():
        links = [("検索する", "/search?" + urlencode({"q": incident_id[:80]})), ("本文を貼り付けて探す", "/similar")]
        raise PageError(404, f"事故「{incident_id[:80]}」はこのデータベースにありません。", ["番号は検索結果や事故の頁にあります。"], links)
    return similar.of_incident(ask.connection, ask.corpus, incident_id, axis=axis, other_carriers=other_carriers, limit=limit, explain=True)


def _url(incident_id: str | None, axis: str, other_carriers: bool) -> str:
    pairs = {"id": incident_id, **({"axis": axis} if axis != "all" else {}), **({"other_carriers": 1} if other_carriers else {})}
    return "/similar?" + urlencode(pairs)


def _limit(value: str | None) -> int:
    if value is None or value == "":
        return LIMIT
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= MAX_LIMIT:
        raise PageError(400, f"件数(n)「{value[:40]}」は使えません。", [f"1 から {MAX_LIMIT} までの整数を入れてください。"])
    return int(value)


def _given(ask: Ask) -> dict[str, str]:
    """Fields of the address and, for POST, of the body: a form, a form with a file, JSON, or plain text."""
    fields = {name: values[-1].strip() for name, values in ask.arguments.items() if values}
    if ask.method != "POST":
        return fields
    kind = ask.content_type.split(";")[0].strip().casefold()
    if kind == "multipart/form-data":
        posted = multipart_fields(ask.content_type, ask.body)
        uploaded = posted.pop("file", None)
        fields |= {name: part.text for name, part in posted.items()}
        if uploaded is not None and uploaded.content:
            fields["text"] = _read(uploaded.content, uploaded.filename or "file")
    elif kind == "application/json":
        fields |= _json_fields(ask.body)
    elif kind == "application/x-www-form-urlencoded":
        decoded = ask.body.decode("utf-8", "replace")
        fields |= {name: values[-1] for name, values in parse_qs(decoded, keep_blank_values=True, max_num_fields=50).items()}
    else:
        fields["text"] = _read(ask.body, "body")
    return fields


def _read(content: bytes, name: str) -> str:
    """The text of an uploaded file. Raises PageError (400) for what cannot be read."""
    try:
        return "\n".join(line.text for line in document_from_bytes(content, name).lines)
    except DocumentError as error:
        raise PageError(400, "送られた文書を読めません。", [str(error), *ADVICE], [("類似事故へ", "/similar")]) from error


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        record = json.loads(body)
    except ValueError as error:
        raise PageError(400, "JSON として読めません。", [f'例: {{"text": "報告書の本文"}} ({error})']) from error
    if not isinstance(record, dict):
        raise PageError(400, "JSON のオブジェクトではありません。", ['例: {"text": "報告書の本文"}'])
    return {name: value if isinstance(value, str) else str(value) for name, value in record.items() if value is not None}
