"""robots.txt and sitemap.xml, for whoever publishes: setting `robots` of the plugin `jiko-kb`, "allow" or "block".

Without the setting there is neither, so that a plugin made for it, or a server before Datasette, decides. Addresses are those of the
setting `public_url` (https://example.org/kb), or else those by which the file was asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from datasette.utils.asgi import NotFound, Response

from kb.errors import KbError
from kb.store.reader import open_database
from kb.web import choice
from kb.web.permissions import require_tables
from kb.web.work import PLUGIN

MOST = 50_000  # addresses that a sitemap may have
XML = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
CHOICES = ("allow", "block")
COUNT = "SELECT count(*) FROM incidents"
IDS = "SELECT id FROM incidents ORDER BY number LIMIT ? OFFSET ?"

View = Callable[..., Awaitable[Response]]


def routes(datasette: Any) -> list[tuple[str, View]]:
    """Raises KbError for a value that the setting does not have."""
    chosen = _setting(datasette, "robots")
    if chosen is None:
        return []
    if chosen not in CHOICES:
        raise KbError(f'The setting "robots" of the plugin {PLUGIN} is {chosen!r}: it can be {" or ".join(CHOICES)}.')
    found: list[tuple[str, View]] = [("^/robots[.]txt$", robots)]
    return [*found, ("^/sitemap[.]xml$", sitemap), ("^/sitemap-(?P<part>[1-9][0-9]{0,4})[.]xml$", sitemap)] if chosen == "allow" else found


def blocked(datasette: Any) -> bool:
    """Whether whoever publishes wants no robots."""
    return bool(_setting(datasette, "robots") == "block")


def absolute(datasette: Any, request: Any, path: str) -> str:
    """The whole address of a path below our root, as it is published."""
    public = _setting(datasette, "public_url")
    return f"{public.rstrip('/')}{path}" if public else str(datasette.absolute_url(request, datasette.urls.path(path)))


async def robots(request: Any, datasette: Any) -> Response:
    """Everything but searches, whose addresses have no end; or nothing."""
    if blocked(datasette):
        return Response.text("User-agent: *\nDisallow: /\n")
    root = datasette.urls.path("/")
    endless = "".join(f"Disallow: {root}{path}\n" for path in ("search?", "similar", "read", "brief"))
    return Response.text(f"User-agent: *\n{endless}Sitemap: {absolute(datasette, request, '/sitemap.xml')}\n")


async def sitemap(request: Any, datasette: Any) -> Response:
    """The pages of all incidents of the database shown by default; parts where there are too many for one file."""
    chosen = await choice.choose(datasette, None, None)
    await require_tables(datasette, None, chosen.name, ["incidents"])
    query = f"?{urlencode({choice.PARAMETER: chosen.name})}" if chosen.carried else ""
    part = int(request.url_vars.get("part") or 0)

    def read(_: object) -> tuple[int, list[str]]:
        with closing(open_database(chosen.path)) as connection:
            total = connection.execute(COUNT).fetchone()[0]
            rows = connection.execute(IDS, [MOST, MOST * max(part - 1, 0)])
            return total, [row[0] for row in rows] if part or total <= MOST else []

    total, ids = await datasette.get_database(chosen.name).execute_fn(read)
    if part and not ids:
        raise NotFound(f"There is no part {part} of the sitemap")
    if not ids and total:
        parts = "".join(f"<sitemap><loc>{escape(absolute(datasette, request, f'/sitemap-{n}.xml'))}</loc></sitemap>\n" for n in range(1, -(-total // MOST) + 1))
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{NAMESPACE}">\n{parts}</sitemapindex>\n', content_type=XML)
    urls = "".join(f"<url><loc>{escape(absolute(datasette, request, f'/incidents/{quote(one)}') + query)}</loc></url>\n" for one in ids)
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n{urls}</urlset>\n', content_type=XML)


def _setting(datasette: Any, name: str) -> Any:
    return (datasette.plugin_config(PLUGIN) or {}).get(name)
