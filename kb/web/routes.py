"""The table of pages, and how a request becomes HTML or JSON.

To add a page: write `answer(ask: Ask) -> Answer` and a template that extends `kb/base.html`, and add one line to PAGES.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, quote, unquote

from datasette import Forbidden
from datasette.utils.asgi import Response

from kb.errors import DatabaseError, KbError, NotFoundError
from kb.web import corpora, formats, labels
from kb.web.assets import stylesheet
from kb.web.course_pictures import FILES
from kb.web.language import wants_english
from kb.web.page import Answer, Ask, File, Page, PageError
from kb.web.pages import about as pages_about
from kb.web.pages import brief as pages_brief
from kb.web.pages import carriers as pages_carriers
from kb.web.pages import home as pages_home
from kb.web.pages import incident as pages_incident
from kb.web.pages import meetings as pages_meetings
from kb.web.pages import read as pages_read
from kb.web.pages import reports as pages_reports
from kb.web.pages import search as pages_search
from kb.web.pages import similar as pages_similar
from kb.web.pages import tags as pages_tags

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
    Page("/recurrences", "kb/recurrences.html", pages_reports.recurrences, "再発"),
    Page("/measures", "kb/measures.html", pages_reports.measures, "対策"),
    Page("/tags", "kb/tags.html", pages_tags.index, "タグ"),
    Page("/tags/(?P<tag>.+?)", "kb/tag.html", pages_tags.answer),
    Page("/trends", "kb/trends.html", pages_reports.trends, "推移"),
    Page("/meetings", "kb/meetings.html", pages_meetings.answer, "会議"),
    Page("/ledger", "kb/ledger.html", pages_reports.ledger_page, "台帳"),
    Page("/about", "kb/about.html", pages_about.answer),
)

# Nothing on a page comes from another host or runs as a script.
SECURITY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
MAX_BODY_BYTES = 10_000_000


def routes() -> list[tuple[str, Callable]]:
    """(regular expression, view) pairs for Datasette; the JSON twin goes first, because an id may hold a full stop."""
    found = []
    for page in PAGES:
        found.append((f"^{page.json_path or page.path + r'[.]json'}$", _view(page, as_json=True)))
        if page.files:
            found.append((f"^{page.path}[.](?P<format>{'|'.join(page.files)})$", _view(page, as_json=False)))
        found.append((f"^{page.path}$", _view(page, as_json=False)))
    return found


def posts(path: str) -> bool:
    """Whether a path takes POST requests. They change nothing, so that they need no token."""
    return any("POST" in page.methods and re.fullmatch(f"{page.path}([.]({'|'.join(('json', *page.files))}))?", path) for page in PAGES)


def _view(page: Page, *, as_json: bool) -> Callable:
    async def view(request, datasette):
        return await show(request, datasette, page, as_json)

    return view


async def show(request, datasette, page: Page, as_json: bool) -> Response:
    """Answer a request for a page; whatever the user can cause becomes a page (or JSON) that says what to do."""
    try:
        if request.method not in page.methods:
            raise PageError(405, f"この頁は {request.method} では開けません。", [f"使えるのは {'、'.join(page.methods)} です。"])
        answer, database = await _answer(request, datasette, page)
    except PageError as error:
        answer, database = _failure(error.status, str(error), error.advice, error.links), None
    except NotFoundError as error:
        answer, database = _failure(404, str(error)), None
    except DatabaseError as error:
        answer, database = _failure(503, str(error)), None
    except KbError as error:
        answer, database = _failure(400, str(error)), None
    return await render(request, datasette, page.template if answer.status < 400 else "kb/message.html", answer, as_json, database)


async def _answer(request, datasette, page: Page) -> tuple[Answer, str]:
    name, path = corpora.our_database(datasette)
    await _permit(datasette, request.actor, name)
    body = await _body(request) if request.method == "POST" else b""
    arguments = parse_qs(request.query_string, keep_blank_values=True)
    variables = {key: unquote(value) for key, value in request.url_vars.items()}
    content_type = request.headers.get("content-type", "")

    def work(_connection) -> Answer:
        with corpora.opened(path) as (connection, corpus):
            return page.answer(Ask(connection, corpus, name, arguments, variables, request.method, body, content_type, datasette.urls.path("/").rstrip("/")))

    return await datasette.get_database(name).execute_fn(work), name


async def _permit(datasette, actor, database: str) -> None:
    """Raise Forbidden unless the actor may see the database: Datasette does not check plugins' routes."""
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        await datasette.ensure_permissions(actor, [("view-database", database), "view-instance"])
    else:
        from datasette.resources import DatabaseResource

        if not await datasette.allowed(action="view-database", resource=DatabaseResource(database), actor=actor):
            raise Forbidden("view-database")


async def _body(request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > MAX_BODY_BYTES:
        raise PageError(413, f"送られた文書が大きすぎます(上限 {MAX_BODY_BYTES // 1_000_000} MB)。", ["報告書の本文だけを貼り付けてください。"])
    body = await request.post_body()
    if len(body) > MAX_BODY_BYTES:
        raise PageError(413, f"送られた文書が大きすぎます(上限 {MAX_BODY_BYTES // 1_000_000} MB)。", ["報告書の本文だけを貼り付けてください。"])
    return body


def _download(file: File) -> Response:
    """A file to keep; one that is shown brings its own style and nothing else."""
    headers = {
        "content-disposition": f"{'inline' if file.inline else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'", "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }  # fmt: skip
    return Response(file.content, 200, headers, content_type=file.content_type)


def _failure(status: int, message: str, advice=(), links=()) -> Answer:
    data = {"ok": False, "status": status, "error": message, "advice": list(advice)}
    return Answer(data, {"links": links}, status)


async def render(request, datasette, template: str, answer: Answer, as_json: bool, database: str | None = None) -> Response:
    """Send an answer as JSON, or as HTML made from `template` with `data`, the extras, and the helpers below."""
    if answer.file is not None and not as_json:
        return _download(answer.file)
    if as_json:
        headers = {"access-control-allow-origin": "*"} if datasette.cors else {}
        text = json.dumps(answer.data, ensure_ascii=False, indent=1) + "\n"
        return Response(text, answer.status, headers, content_type="application/json; charset=utf-8")
    context: Mapping[str, object] = {
        "data": answer.data, **answer.extra, "show": formats, "labels": labels, "pages": [page for page in PAGES if page.name],
        "stylesheet": datasette.urls.path(stylesheet()), "kb_database": database, "here": request.path, "home": datasette.urls.path("/"),
        "root": datasette.urls.path("/").rstrip("/"), "english": wants_english(request.query_string, request.headers.get("accept-language", "")),
    }  # fmt: skip
    html = await datasette.render_template(template, dict(context), request=request)
    return Response.html(html, answer.status, headers={"content-security-policy": SECURITY, "referrer-policy": "same-origin"})
