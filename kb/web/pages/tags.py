"""Pages of tags: all of them, and one with its definition, accidents, evidence and measures."""

from __future__ import annotations

from kb.errors import NotFoundError
from kb.reports.drawing.bars import Bar, columns
from kb.reports.drawing.svg import both
from kb.reports.tag_report import AXES, tag_index, tag_report
from kb.search.filters import tag_keys
from kb.web.page import Answer, Ask, PageError
from kb.web.pages.incident import tag_url


def index(ask: Ask) -> Answer:
    """`/tags`."""
    return Answer(tag_index(ask.connection))


def answer(ask: Ask) -> Answer:
    """`/tags/<tag>`: a key ("axis/id"), a bare id or a label; one that stands on two axes is asked back."""
    asked = ask.path["tag"]
    try:
        keys = tag_keys(ask.connection, asked, AXES)
    except NotFoundError as error:
        raise PageError(404, f"タグ「{asked[:60]}」はありません。", [str(error)], [("タグの一覧", "/tags")]) from None
    if len(keys) > 1:
        raise PageError(404, f"「{asked[:60]}」というタグは {len(keys)} つの軸にあります。", ["どれかを選んでください。"], [(key, f"/tags/{key}") for key in keys])
    page = _page(ask, keys[0])
    data = tag_report(ask.connection, keys[0], page)
    if page > data["pages"]:
        raise PageError(404, f"{page} 頁目はありません。", [f"{data['pages']} 頁までです。"], [("1頁目へ", f"/tags/{keys[0]}")])
    bars = [Bar(str(year["fiscal_year"])[2:], year["incidents"]) for year in data["years"] if year["fiscal_year"] is not None]
    title = f"「{data['label_ja']}」の事故の年度ごとの件数"
    extra = {"chart": both(columns(bars, title), columns(bars, title, wide=False)), "search_url": tag_url(data["id"])}
    return Answer(data, extra)


def _page(ask: Ask, key: str) -> int:
    value = ask.argument("page") or "1"
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise PageError(400, f"頁(page)「{value[:20]}」は使えません。", ["1 以上の整数を入れてください。"], [("1頁目へ", f"/tags/{key}")])
    return int(value)
