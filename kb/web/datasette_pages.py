"""Datasette's own pages of our databases: our navigation, Japanese names of tables with those that matter first, and labels where it has none.

Its pages keep their look. They are changed as they are sent, because a template of ours would change the pages of every other
database too, and would differ between the versions of Datasette.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from markupsafe import escape

from kb.web import corpora, metadata

# What most questions need; the other tables follow in the order of metadata.yml, empty ones last.
FIRST = ("incidents", "impacts", "statements", "measures", "carriers", "tags", "incident_tags", "documents", "meetings", "exchanges")
LABELS = (
    (r'(<select name="_filter_column[^"]*")', "絞り込む列"), (r'(<select name="_filter_op[^"]*")', "絞り込みの条件"),
    (r'(<input type="text" name="_filter_value[^"]*")', "絞り込む値"), (r'(<select name="_sort")', "並べ替える列"), (r'(<textarea id="sql-editor")', "SQL"),
    (r'(<select name="_facet")', "集計する列"),
)  # fmt: skip
_TABLE = re.compile(r'<div class="db-table">.*?</div>\s*', re.DOTALL)
_NAME = re.compile(r'(<h3><a href="[^"]*/([^"/]+)">)([^<]*)(</a>)')

# Datasette's editor makes a field of its own, by script, which no markup of ours can name.
_EDITOR = "<script>addEventListener('load', () => document.querySelectorAll('.CodeMirror textarea, .cm-content').forEach((field) => field.setAttribute('aria-label', 'SQL')))</script>"


App = Callable[..., Any]  # an ASGI application


@dataclass(frozen=True)
class Place:
    """Where our pages lie: `root` before every path, the style sheet of the navigation, and (path, name) of its entries."""

    root: str
    stylesheet: str
    entries: Sequence[tuple[str, str]]


def japanese(html: str, place: Place, tables: Mapping[str, str]) -> str:
    """A page of Datasette with our navigation, lang, labels and names; `tables` maps names to Japanese titles."""
    html = re.sub(r"<html(?: lang=\"[^\"]*\")?>", '<html lang="ja">', html, count=1)
    html = html.replace("</head>", f'<link rel="stylesheet" href="{escape(place.stylesheet)}">\n</head>', 1)
    links = "".join(f'<li><a href="{escape(place.root + path)}">{escape(name)}</a></li>' for path, name in place.entries)
    html = re.sub(r"(<body[^>]*>)", rf'\1\n<nav class="kb-nav" aria-label="電気通信事故 知識ベース"><ul>{links}</ul></nav>', html, count=1)
    html = html.replace('<section class="content"', '<section class="content" role="main"', 1)
    html = html.replace("</body>", f"{_EDITOR}\n</body>", 1) if 'id="sql-editor"' in html else html
    for pattern, label in LABELS:
        html = re.sub(pattern, rf'\1 aria-label="{label}"', html)
    return _tables(html, tables)


def _tables(html: str, titles: Mapping[str, str]) -> str:
    """The list of tables on a database's page: names in Japanese, those that matter first, a heading before the rest."""
    found = list(_TABLE.finditer(html))
    if not found:
        return html
    wanted = {name: number for number, name in enumerate((*FIRST, *(name for name in titles if name not in FIRST)))}
    blocks: list[tuple[tuple[bool, bool, int], str]] = []
    for match in found:
        block = match[0]
        named = _NAME.search(block)
        name = unquote(named[2]) if named else ""
        if named and name in titles:
            block = block.replace(named[0], f"{named[1]}{escape(titles[name])} <small>{named[3]}</small>{named[4]}", 1)
        blocks.append(((name not in FIRST, "<p>0 rows</p>" in block, wanted.get(name, len(wanted))), block))
    blocks.sort(key=lambda one: one[0])
    rest = next((number for number, (key, _) in enumerate(blocks) if key[0]), len(blocks))
    shown = [block for _, block in blocks]
    if 0 < rest < len(shown):
        shown.insert(rest, '<h2 id="more-tables">ほかの表</h2>\n')
    return html[: found[0].start()] + "".join(shown) + html[found[-1].end() :]


def wrapped(app: App, datasette: Any, place: Callable[[], Place]) -> App:
    """The application with the HTML pages below the names of our databases changed; everything else passes as it is."""

    async def answered(scope: Mapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if scope["type"] != "http" or not _of_ours(scope["path"], datasette):
            await app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = bytearray()

        async def keep(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                start.update(message)
            elif start and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await _send(send, start, japanese(body.decode("utf-8"), place(), _titles()).encode("utf-8") if body else b"")
            else:
                await send(message)

        await app(scope, receive, keep)

    return answered


def _of_ours(path: str, datasette: Any) -> bool:
    base = datasette.setting("base_url").rstrip("/")
    first = unquote(path.removeprefix(base).lstrip("/").split("/", 1)[0])
    return first in corpora.our_names(datasette)


def _is_html(message: Mapping[str, Any]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])


async def _send(send: Callable[..., Any], start: Mapping[str, Any], body: bytes) -> None:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def _titles() -> dict[str, str]:
    return {name: described["title"] for name, described in metadata.database()["tables"].items() if "title" in described}
