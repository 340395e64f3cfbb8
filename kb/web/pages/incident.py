"""One incident: all that its sources say, what they do not say, and precedents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from kb.errors import NotFoundError
from kb.reports.incident_record import incident_record
from kb.search import similar
from kb.store.originals import kept, original
from kb.web.course_pictures import picture, pictures
from kb.web.document_view import anchor, document_view
from kb.web.labels import AXES, AXIS_PARAMETERS
from kb.web.page import Answer, Ask, File, PageError
from kb.web.parameters import EMPTY, Form
from kb.web.reasons import shared_tags

SIMILAR = 5
NEAR = 6


def answer(ask: Ask) -> Answer:
    """`/incidents/<id>`, its time line as `.course.svg` and its causal chain as `.chain.svg`."""
    incident_id = ask.path["id"]
    try:
        record = incident_record(ask.connection, incident_id)
    except NotFoundError as error:
        raise PageError(404, str(error), ["番号は「開始日-事業者」の形です(例: 2018-12-06-softbank)。"], _near(ask, incident_id)) from None
    if "format" in ask.path:
        return _picture(ask, record)
    precedents = similar.of_incident(ask.connection, ask.corpus, incident_id, limit=SIMILAR, explain=True)
    found = similar.result_json(ask.connection, precedents, explain=True)
    record |= {"similar": found["hits"], "same_episode": found["same_episode"]}
    shorts = kept(ask.connection, incident_id)
    record["sources"] = [source | {"doc": shorts.get(source["id"])} for source in record["sources"]]
    if (short := ask.argument("doc")) is not None:
        record["document"] = _document(ask, incident_id, short, set(shorts))
    extra = {
        "anchor": anchor,
        "doc_of": shorts,
        "tags_by_axis": {axis: [tag for tag in record["tags"] if tag["axis"] == axis] for axis in AXES},
        "tag_url": {tag["id"]: tag_url(tag["id"]) for tag in record["tags"]},
        "carrier_url": {c["today"]: Form(carrier=(c["today"],)).url() for c in record["carriers"]},
        "source_numbers": {source["id"]: number for number, source in enumerate(record["sources"], start=1)},
        "several": len(_told_by(record)) > 1,
        "shared": shared_tags(ask.connection, {tag["id"] for tag in record["tags"]}, record["similar"]),
        "supporters": _supporters(record["sources"]),
        "drawn": pictures(ask.connection, record, ask.corpus.incidents, ask.root),
    }
    return Answer(record, extra)


def _picture(ask: Ask, record: Mapping[str, Any]) -> Answer:
    """One of the pictures as a file. Raises PageError (404) where too little is stated to draw it."""
    name = ask.path["format"].removesuffix(".svg")
    drawn = picture(ask.connection, record, ask.corpus.incidents, name)
    if drawn is None:
        raise PageError(404, "この図に描けるだけの記載がありません。", [], [("事故の頁へ", f"/incidents/{quote(record['id'])}")])
    return Answer(record, file=File(drawn.file(), "image/svg+xml; charset=utf-8", f"{record['id']}.{name}.svg"))


def _document(ask: Ask, incident_id: str, short: str, documents: set[int]) -> dict[str, Any]:
    """The document that a permalink names. Raises PageError (404) for one that is not held or tells of another accident."""
    found = original(ask.connection, short)
    if found is None or found.id not in documents:
        advice = ["資料の番号(doc)は、この頁の出典の欄にある12桁以上の英数字です。"]
        raise PageError(404, f"資料「{short[:64]}」は、この事故の資料として保存されていません。", advice, [("事故の頁へ", f"/incidents/{quote(incident_id)}")])
    return document_view(found)


def _told_by(record: Mapping[str, Any]) -> set[int]:
    """Documents that texts and figures on the page come from."""
    return {row["source"] for name in ("impacts", "causes", "prolonging", "measures", "guidance", "lessons", "notifications", "exchanges") for row in record[name]}


def _supporters(sources: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Field → numbers of the sources that bear it out, as the page's list counts them."""
    found: dict[str, list[int]] = {}
    for number, source in enumerate(sources, start=1):
        for name in source["supports"]:
            found.setdefault(name, []).append(number)
    return found


def tag_url(key: str) -> str:
    """The search for incidents with a tag."""
    return EMPTY.with_value(AXIS_PARAMETERS[key.split("/", 1)[0]], key)


def _near(ask: Ask, incident_id: str) -> list[tuple[str, str]]:
    """Incidents of the same day, or else of the same month, and the search for what was typed."""
    for length in (10, 7):
        start = incident_id[:length]
        rows = ask.connection.execute(
            "SELECT id, title FROM incidents WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT ?", [length, start, NEAR]
        ).fetchall()
        if rows and len(start) == length:
            return [(f"{title}({found})", f"/incidents/{quote(found)}") for found, title in rows]
    return [("検索する", Form(q=incident_id[:80]).url())]
