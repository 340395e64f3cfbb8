"""Datasette plugin: pages in Japanese, SQL functions for Japanese text, and the metadata of our tables.

Hooks only, and none does anything where no database of ours is attached. Datasette 0.65 and the 1.0 alphas load it: hooks take only arguments that both versions have, and what one of
them lacks (`get_metadata`, `skip_csrf` in 1.0) is ignored there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from markupsafe import Markup

from kb.web import assets, corpora, functions, links, metadata, permissions

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from kb.web.datasette_pages import App
    from kb.web.routes import View


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, View]]:
    """Our pages, where a database of ours is attached."""
    from kb.web import assistants, crawlers, routes

    return routes.routes() + crawlers.routes(datasette) + assistants.routes(datasette) if corpora.our_names(datasette) else []


# Last, because Datasette registers an `escape_fts` of its own that knows no Japanese, and the last one registered wins.
@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Our SQL functions, on every connection of a site that holds a database of ours."""
    names = corpora.our_names(datasette)
    if not names:
        return
    ours = database in names
    path = Path(datasette.databases[database].path) if ours else None
    functions.register(conn, path, lambda: permissions.closed_tables(datasette, database))
    if ours:
        functions.register_escape(conn)


@hookimpl
def get_metadata(datasette: Datasette, key: str | None, database: str | None, table: str | None) -> dict[str, Any]:
    """Titles, descriptions, facets and queries, as Datasette 0.65 asks for them."""
    return metadata.for_datasette(corpora.our_names(datasette), key, database, table)


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Load what every query needs, and hand Datasette 1.0 the metadata."""

    async def inner() -> None:
        names = corpora.our_names(datasette)
        for name in names:
            # Otherwise the first query with an SQL function of ours would load all this within its time limit.
            await datasette.get_database(name).execute_fn(lambda _, name=name: corpora.warm(Path(datasette.databases[name].path)))
        if hasattr(datasette, "set_instance_metadata"):  # 1.0; 0.65 asks `get_metadata`
            await metadata.store(datasette, names)

    return inner


@hookimpl
def skip_csrf(datasette: Datasette, scope: Mapping[str, Any]) -> bool | None:
    """Our forms change nothing and need no token."""
    from kb.web import routes

    if not corpora.our_names(datasette):
        return None
    base = datasette.setting("base_url").rstrip("/")
    return routes.posts(scope["path"].removeprefix(base))


@hookimpl
def render_cell(value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Markup | None:
    """Link an incident's id in tables and query results to its page."""
    if column not in ("incident_id", "other_id", "earlier_id", "later_id") and (table, column) != ("incidents", "id"):
        return None
    return links.incident(datasette, database, value)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Datasette's own pages of our databases get our navigation, names and labels."""
    from kb.web import datasette_pages, routes

    def place() -> datasette_pages.Place:
        url = datasette.urls.path
        entries = [("/", "事故知識ベース"), *((page.path, page.name) for page in routes.PAGES if page.name)]
        return datasette_pages.Place(url("/").rstrip("/"), url(assets.stylesheet("datasette.css")), entries)

    return lambda app: datasette_pages.wrapped(app, datasette, place)


@hookimpl
def menu_links(datasette: Datasette, actor: Mapping[str, Any] | None, request: Request | None) -> list[dict[str, str]]:
    """Our pages in Datasette's menu."""
    from kb.web import routes

    if not corpora.our_names(datasette):
        return []
    path = datasette.urls.path
    return [{"href": path("/"), "label": "事故知識ベース"}] + [{"href": path(p.path), "label": p.name} for p in routes.PAGES if p.name]


@hookimpl(optionalhook=True)
def register_mcp_tools(datasette: Datasette, mcp: Any) -> None:
    """A hook of datasette-mcp: its assistants learn which SQL functions we have."""
    from kb.web import assistants

    if corpora.our_names(datasette):
        assistants.register_tools(mcp)
