"""The hearing pack: of a held accident, or of a report that was pasted or uploaded; as a page and as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from kb.errors import DocumentError
from kb.reports.brief import of_incident
from kb.reports.papers.asking_sections import by_viewpoint
from kb.reports.papers.completion import completed
from kb.reports.papers.drafts import of_document
from kb.reports.papers.rendering import FORMATS, rendered
from kb.reports.papers.selection import chosen, question_key
from kb.reports.papers.wording import Wording
from kb.web.corrections import EXAMPLES, FIELDS, READ, as_read, corrections, originally_read
from kb.web.forms import ADVICE, Given, given
from kb.web.page import Answer, Ask, File, PageError

SUFFIXES = tuple(form for form in FORMATS if form != "json")
LIMIT = 10
MAX_LIMIT = 30
BACK = ("確認資料へ", "/brief")
CARRIERS = "SELECT DISTINCT c.name FROM carriers c JOIN incident_carriers i ON i.carrier_id = c.id ORDER BY 1"
LANGUAGES = {"ja": "日本語", "en": "English"}


def answer(ask: Ask) -> Answer:
    """`/brief/<id>`, or `/brief` with `text` or `file`; `/brief` alone is the form. With a suffix, a file of what is ticked."""
    fields = given(ask, BACK)
    incident_id = ask.path.get("id") or fields.one("id")
    lang, limit = _language(fields), _limit(fields)
    if incident_id and fields.document is None:
        brief = _held(ask, incident_id, fields.flag("other_carriers"), limit)
    elif fields.document is not None:
        brief = _drafted(ask, fields, limit)
        incident_id = None
    elif ask.method == "POST" or ask.path.get("format"):
        raise PageError(400, "文書が空です。", ADVICE, [BACK])
    else:
        return Answer({"subject": None, "notice": ADVICE[0]}, {"asked": False, "examples": EXAMPLES, "carrier_names": _carrier_names(ask)})
    brief = completed(ask.connection, brief)
    out = _taken_out(fields)
    picked = chosen(
        brief, [key for key in map(question_key, brief["questions"]) if key not in out["question"]],
        [entry["id"] for entry in brief["precedents"] if entry["id"] not in out["precedent"]],
    )  # fmt: skip
    form = ask.path.get("format")
    if form:
        name = f"brief-{incident_id or 'draft'}.{form}"
        return Answer(picked, file=File(rendered(picked, form, lang=lang), FORMATS[form].content_type, name, inline=form == "html"))
    return Answer(picked, _extra(ask, fields, brief, out, incident_id, lang))


def _extra(
    ask: Ask, fields: Given, brief: Mapping[str, Any], out: Mapping[str, set[str]], incident_id: str | None, lang: str
) -> dict[str, Any]:
    """The page shows all of the brief, with what is taken out unticked."""
    other = fields.flag("other_carriers")
    address = f"/brief/{quote(incident_id)}" if incident_id else "/brief"
    return {
        "asked": True, "brief": brief, "out": out, "incident_id": incident_id, "address": address, "say": Wording("ja", brief["labels"]),
        "key": question_key, "viewpoints": by_viewpoint(brief["questions"]), "formats": {form: FORMATS[form].label_ja for form in (*SUFFIXES, "json")},
        "other_carriers": other, "other_url": address + ("" if other else "?" + urlencode({"other_carriers": 1})), "lang": lang, "languages": LANGUAGES,
        "text": fields.document.text if fields.document is not None and fields.kept is None else None, "content": fields.kept,
        "name": fields.document.name if fields.document is not None else None, "fields": FIELDS, "examples": EXAMPLES, "read_name": READ,
        "values": as_read(brief["subject"]), "read": originally_read(fields, as_read(brief["subject"])), "carrier_names": _carrier_names(ask) if incident_id is None else (),
    }  # fmt: skip


def _held(ask: Ask, incident_id: str, other_carriers: bool, limit: int) -> dict[str, Any]:
    if not ask.connection.execute("SELECT 1 FROM incidents WHERE id = ?", [incident_id]).fetchone():
        links = [("検索する", "/search?" + urlencode({"q": incident_id[:80]})), ("本文を貼り付けて作る", "/brief")]
        raise PageError(404, f"事故「{incident_id[:80]}」はこのデータベースにありません。", ["番号は検索結果や事故の頁にあります。"], links)
    return of_incident(ask.connection, ask.corpus, incident_id, other_carriers=other_carriers, limit=limit)


def _drafted(ask: Ask, fields: Given, limit: int) -> dict[str, Any]:
    assert fields.document is not None
    corrected = corrections(ask, fields, BACK)
    try:
        return of_document(ask.connection, ask.corpus, fields.document, corrections=corrected, other_carriers=fields.flag("other_carriers"), limit=limit)
    except DocumentError as error:
        advice = ["起きたことと原因が書かれた報告の本文を送ってください。", *ADVICE]
        raise PageError(400, "送られた文書から、電気通信の事故を読み取れません。", advice, [BACK]) from error


def _taken_out(fields: Given) -> dict[str, set[str]]:
    """What the form showed and the reader unticked: what is new since then stays in."""
    return {name: set(fields.values.get(f"shown_{name}", ())) - set(fields.values.get(name, ())) for name in ("question", "precedent")}


def _language(fields: Given) -> str:
    lang = fields.one("lang") or "ja"
    if lang not in LANGUAGES:
        raise PageError(400, f"言語(lang)「{lang[:20]}」はありません。", [f"使える値: {'、'.join(LANGUAGES)}"], [BACK])
    return lang


def _limit(fields: Given) -> int:
    value = fields.one("n")
    if value is None:
        return LIMIT
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= MAX_LIMIT:
        raise PageError(400, f"件数(n)「{value[:40]}」は使えません。", [f"1 から {MAX_LIMIT} までの整数を入れてください。"], [BACK])
    return int(value)


def _carrier_names(ask: Ask) -> list[str]:
    return [row[0] for row in ask.connection.execute(CARRIERS)]
