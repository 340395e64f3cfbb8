"""How a request becomes an answer: permissions, threads, what was answered before, HTML or JSON, and headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Response

from kb import __version__
from kb.errors import DatabaseError, KbError, NotFoundError
from kb.search.opening import opened
from kb.web import choice, corpora, crawlers, formats, labels, permissions, work
from kb.web.assets import stylesheet
from kb.web.language import wants_english
from kb.web.page import Answer, Ask, File, Page, PageError
from kb.web.rendered import Cache, Rendered, already_held, entity_tag

# Nothing on a page comes from another host or runs as a script.
SECURITY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
MAX_BODY_BYTES = 10_000_000
HOME = "/"

_caches: WeakKeyDictionary[Any, Cache] = WeakKeyDictionary()


async def show(request: Any, datasette: Any, page: Page, *, as_json: bool, navigation: Sequence[Page], ours: Callable[[str], bool]) -> Response:
    """Answer a request for a page; whatever the user can cause becomes a page (or JSON) that says what to do.

    Raises Forbidden, which Datasette answers as for a page of its own.
    """
    chosen = None
    try:
        if request.method not in page.methods:
            raise PageError(405, f"この頁は {request.method} では開けません。", [f"使えるのは {'、'.join(page.methods)} です。"])
        arguments = parse_qs(request.query_string, keep_blank_values=True)
        chosen = await choice.choose(datasette, request.actor, choice.wanted_name(arguments))
        others = await choice.others(datasette, request.actor, chosen.name) if page.path == HOME else []
        tag = _tag(request, datasette, chosen, others, as_json)
        cache = _caches.setdefault(datasette, Cache())
        kept = cache.get(tag) if tag else None
        if kept is None:
            answer, tables = await _answer(request, datasette, page, chosen, arguments)
            await permissions.require_tables(datasette, request.actor, chosen.name, tables)
            if page.path == HOME:
                answer = replace(answer, data={**answer.data, "other_databases": others})
            kept = await _rendered(request, datasette, page.template, answer, as_json, chosen, navigation, ours, tables)
            if tag and kept.status == 200:
                cache.put(tag, kept)
        else:
            await permissions.require_tables(datasette, request.actor, chosen.name, kept.tables)
        return _sent(request, datasette, kept, tag)
    except PageError as error:
        answer = _failure(error.status, str(error), error.advice, error.links)
    except NotFoundError as error:
        answer = _failure(404, str(error))
    except DatabaseError as error:
        answer = _failure(503, str(error))
    except KbError as error:
        answer = _failure(400, str(error))
    return _sent(request, datasette, await _rendered(request, datasette, "kb/message.html", answer, as_json, chosen, navigation, ours), None)


async def _answer(
    request: Any, datasette: Any, page: Page, chosen: choice.Chosen, arguments: Mapping[str, Sequence[str]]
) -> tuple[Answer, frozenset[str]]:
    """The answer and the tables that it was made from."""
    body = await _body(request) if request.method == "POST" else b""
    variables = {key: unquote(value) for key, value in request.url_vars.items()}
    content_type = request.headers.get("content-type", "")
    root = datasette.urls.path("/").rstrip("/")
    read = permissions.TablesRead()

    def made(stopped: work.Stopped) -> Answer:
        with opened(chosen.path) as (connection, corpus):
            read.watch(connection)
            stopped.watch(connection)
            ask = Ask(connection, corpus, chosen.name, arguments, variables, request.method, body, content_type, root)
            answer = page.answer(ask)
            return replace(answer, data={**answer.data, "ignored": ask.ignored}) if ask.ignored else answer

    answer = await work.pool(datasette, draft=request.method == "POST").run(made)
    return answer, read.names


def _tag(request: Any, datasette: Any, chosen: choice.Chosen, others: Sequence[object], as_json: bool) -> str | None:
    """What an answer depends on, for readers who have not signed in; None where nobody may keep the answer."""
    if request.method not in ("GET", "HEAD") or request.actor is not None or "cookie" in request.headers or "authorization" in request.headers:
        return None
    english = wants_english(request.query_string, request.headers.get("accept-language", ""))
    return entity_tag(
        __version__, stylesheet(), chosen.name, chosen.carried, corpora.edition(chosen.path), others, request.scheme, request.host, request.path, request.query_string, as_json, english,
        datasette.cors,
    )  # fmt: skip


async def _body(request: Any) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > MAX_BODY_BYTES:
        raise PageError(413, f"送られた文書が大きすぎます(上限 {MAX_BODY_BYTES // 1_000_000} MB)。", ["報告書の本文だけを貼り付けてください。"])
    body: bytes = await request.post_body()
    if len(body) > MAX_BODY_BYTES:
        raise PageError(413, f"送られた文書が大きすぎます(上限 {MAX_BODY_BYTES // 1_000_000} MB)。", ["報告書の本文だけを貼り付けてください。"])
    return body


def _failure(status: int, message: str, advice: Sequence[str] = (), links: Sequence[tuple[str, str]] = ()) -> Answer:
    data = {"ok": False, "status": status, "error": message, "advice": list(advice)}
    return Answer(data, {"links": links}, status)


async def _rendered(
    request: Any, datasette: Any, template: str, answer: Answer, as_json: bool, chosen: choice.Chosen | None, navigation: Sequence[Page],
    ours: Callable[[str], bool], tables: frozenset[str] = frozenset(),
) -> Rendered:  # fmt: skip
    """The answer as JSON, or as HTML made from `template` with `data`, the extras, and the helpers below."""
    if answer.file is not None and not as_json:
        return _download(answer.file, tables)
    if as_json:
        headers = {"access-control-allow-origin": "*"} if datasette.cors else {}
        text = json.dumps(answer.data, ensure_ascii=False, indent=1) + "\n"
        return Rendered(text.encode(), answer.status, headers, "application/json; charset=utf-8", tables)
    root = datasette.urls.path("/").rstrip("/")
    context = {
        "data": answer.data, **answer.extra, "show": formats, "labels": labels, "pages": [page for page in navigation if page.name],
        "stylesheet": datasette.urls.path(stylesheet()), "kb_database": chosen.name if chosen else None, "here": request.path, "canonical": _canonical(request, datasette, chosen, root),
        "home": datasette.urls.path("/"), "root": root,
        "english": wants_english(request.query_string, request.headers.get("accept-language", "")),
    }  # fmt: skip
    html = await datasette.render_template(template, context, request=request)
    if chosen is not None and chosen.carried:
        html = choice.carry(html, root, chosen.name, ours)
    headers = {"content-security-policy": SECURITY, "referrer-policy": "same-origin"}
    return Rendered(html.encode(), answer.status, headers, "text/html; charset=utf-8", tables)


def _canonical(request: Any, datasette: Any, chosen: choice.Chosen | None, root: str) -> str:
    """The one address of the page among those with other parameters, as it is published."""
    carried = f"?{urlencode({choice.PARAMETER: chosen.name})}" if chosen is not None and chosen.carried else ""
    return crawlers.absolute(datasette, request, request.path.removeprefix(root)) + carried


def _download(file: File, tables: frozenset[str]) -> Rendered:
    """A file to keep; one that is shown brings its own style and nothing else."""
    headers = {
        "content-disposition": f"{'inline' if file.inline else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'", "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }  # fmt: skip
    return Rendered(file.content, 200, headers, file.content_type, tables)


def _sent(request: Any, datasette: Any, answer: Rendered, tag: str | None) -> Response:
    """With what lets browsers and proxies keep it, or, where they hold it already, without the content."""
    headers = {**answer.headers, "vary": "Accept-Language"}
    if tag is None or answer.status != 200:
        return Response(answer.body, answer.status, headers, content_type=answer.content_type)
    seconds = datasette.setting("default_cache_ttl")
    headers |= {"etag": tag, "cache-control": f"max-age={seconds}" if seconds else "no-cache"}
    if already_held(request.headers.get("if-none-match"), tag):
        return Response("", 304, headers, content_type=answer.content_type)
    return Response(answer.body, answer.status, headers, content_type=answer.content_type)
