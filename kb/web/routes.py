"""The table of pages (how one is answered: `kb.web.answering`).

To add a page: write `answer(ask: Ask) -> Answer` and a template that extends `kb/base.html`, and add one line to PAGES.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Response

from kb.web import answering
from kb.web.course_pictures import FILES
from kb.web.page import Page
from kb.web.pages import about as pages_about
from kb.web.pages import brief as pages_brief
from kb.web.pages import carriers as pages_carriers
from kb.web.pages import charts as pages_charts
from kb.web.pages import home as pages_home
from kb.web.pages import incident as pages_incident
from kb.web.pages import meetings as pages_meetings
from kb.web.pages import read as pages_read
from kb.web.pages import recurrences as pages_recurrences
from kb.web.pages import reports as pages_reports
from kb.web.pages import search as pages_search
from kb.web.pages import similar as pages_similar
from kb.web.pages import tags as pages_tags

View = Callable[[Any, Any], Awaitable[Response]]  # of Datasette's request and of Datasette itself, which ship no types

PAGES = (
    Page("/", "kb/home.html", pages_home.answer, json_path="/index.json"),
    Page("/search", "kb/search.html", pages_search.answer, "検索"),
    Page("/similar", "kb/similar.html", pages_similar.answer, "類似事故", methods=("GET", "HEAD", "POST")),
    Page("/incidents/(?P<id>[^/]+?)", "kb/incident.html", pages_incident.answer, files=tuple(f"{name}.svg" for name in FILES)),
    Page("/brief", "kb/brief.html", pages_brief.answer, "確認資料", methods=("GET", "HEAD", "POST"), files=pages_brief.SUFFIXES),
    Page("/brief/(?P<id>[^/]+?)", "kb/brief.html", pages_brief.answer, files=pages_brief.SUFFIXES),
    Page("/read", "kb/read.html", pages_read.answer, "文書を読む", methods=("GET", "HEAD", "POST"), files=(pages_read.RECORD,)),
    Page("/carriers", "kb/carriers.html", pages_carriers.index, "事業者"),
    Page("/carriers/(?P<slug>[^/]+?)", "kb/carrier.html", pages_carriers.answer),
    Page("/recurrences", "kb/recurrences.html", pages_recurrences.answer, "再発", files=("csv",)),
    Page("/measures", "kb/measures.html", pages_reports.measures, "対策", files=("csv",)),
    Page("/tags", "kb/tags.html", pages_tags.index, "タグ"),
    Page("/tags/(?P<tag>.+?)", "kb/tag.html", pages_tags.answer),
    Page("/trends", "kb/trends.html", pages_reports.trends, "推移", files=("csv", "svg")),
    Page("/map", "kb/map.html", pages_charts.map_page, "地図", files=("csv", "svg")),
    Page("/extent", "kb/extent.html", pages_charts.extent_page, "規模", files=("csv", "svg")),
    Page("/meetings", "kb/meetings.html", pages_meetings.answer, "会議"),
    Page("/ledger", "kb/ledger.html", pages_reports.ledger_page, "台帳"),
    Page("/about", "kb/about.html", pages_about.answer),
)


def routes() -> list[tuple[str, View]]:
    """(regular expression, view) pairs for Datasette; the JSON twin goes first, because an id may hold a full stop."""
    found = []
    for page in PAGES:
        found.append((f"^{page.json_path or page.path + r'[.]json'}$", _view(page, as_json=True)))
        if page.files:
            found.append((f"^{page.path}[.](?P<format>{'|'.join(page.files)})$", _view(page, as_json=False)))
        found.append((f"^{page.path}$", _view(page, as_json=False)))
    return found


def ours(path: str) -> bool:
    """Whether a path, without `base_url` and query, is that of a page of ours in any of its forms."""
    return any(path == page.json_path or _is(page, path) for page in PAGES)


def posts(path: str) -> bool:
    """Whether a path takes POST requests. They change nothing, so that they need no token."""
    return any("POST" in page.methods and _is(page, path) for page in PAGES)


def _is(page: Page, path: str) -> bool:
    return re.fullmatch(f"{page.path}([.]({'|'.join(('json', *page.files))}))?", path) is not None


def _view(page: Page, *, as_json: bool) -> View:
    async def view(request: Any, datasette: Any) -> Response:
        return await answering.show(request, datasette, page, as_json=as_json, navigation=PAGES, ours=ours)

    return view
