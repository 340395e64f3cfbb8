"""Which of several attached databases a page shows, and how its links stay with that one.

Pages show the first of ours that the reader may see, or the one named by `?db=`. On a page of another than the first, every link
and form to a page of ours carries the name on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette import Forbidden
from markupsafe import escape

from kb.errors import DatabaseError
from kb.web import corpora
from kb.web.page import PageError
from kb.web.permissions import may_see_database

PARAMETER = "db"


@dataclass(frozen=True)
class Chosen:
    """The database of a page; `carried` where links must name it, since it is not the one shown by default."""

    name: str
    path: Path
    carried: bool


async def choose(datasette: Any, actor: Any, wanted: str | None) -> Chosen:
    """Raises DatabaseError when none of ours is attached, Forbidden when none may be seen, PageError (404) for a name that is none of ours."""
    names = corpora.our_names(datasette)
    if not names:
        raise DatabaseError("事故知識ベースのデータベースがありません。先に `kb build` を実行し、できた db/jiko.db を `datasette serve db/jiko.db` で開いてください。")
    if wanted is not None and wanted not in names:
        links = [(name, f"/?{urlencode({PARAMETER: name})}") for name in names if await may_see_database(datasette, actor, name)]
        raise PageError(404, f"事故知識ベースのデータベース「{wanted[:60]}」はありません。", ["次から選んでください。"], links)
    for name in names if wanted is None else [wanted]:
        if await may_see_database(datasette, actor, name):
            return Chosen(name, Path(datasette.databases[name].path), name != names[0])
    raise Forbidden("view-database")


async def others(datasette: Any, actor: Any, shown: str) -> list[dict[str, str]]:
    """{name, url} of every other database that the reader may see: ours by their front page, the rest by Datasette's page."""
    ours = corpora.our_names(datasette)
    found = []
    for name in datasette.databases:
        if name in (shown, "_internal") or not await may_see_database(datasette, actor, name):
            continue
        url = datasette.urls.path("/") + ("" if name == ours[0] else f"?{urlencode({PARAMETER: name})}") if name in ours else datasette.urls.database(name)
        found.append({"name": name, "url": str(url)})
    return found


def carry(html: str, root: str, name: str, ours: Callable[[str], bool]) -> str:
    """The page with `db=NAME` in every link and form to a page of ours; `ours` tells their paths below `root`."""
    pair = urlencode({PARAMETER: name})
    hidden = f'<input type="hidden" name="{PARAMETER}" value="{escape(name)}">'

    def address(found: re.Match[str]) -> str:
        whole, attribute, path, query, fragment = found[0], found[1], found[2], found[3] or "", found[4] or ""
        if not ours(path):
            return whole
        return f'{attribute}="{root}{path}{query}{"&amp;" if query else "?"}{pair}{fragment}"'

    linked = re.sub(rf'\b(href|action|formaction)="{re.escape(root)}(/[^"?#]*)(\?[^"#]*)?(#[^"]*)?"', address, html)
    return re.sub(r"<form\b[^>]*>", lambda found: found[0] + hidden, linked)


def wanted_name(arguments: Mapping[str, Sequence[str]]) -> str | None:
    """The last `db=` of an address that is not blank."""
    named = [value.strip() for value in arguments.get(PARAMETER, ()) if value.strip()]
    return named[-1] if named else None
