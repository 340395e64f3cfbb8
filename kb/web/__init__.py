"""Datasette plugin: pages in Japanese, SQL functions for Japanese text, and the metadata of our tables.

Hooks only, and none does anything where no database of ours is attached. Datasette 0.65 and the 1.0 alphas load it: hooks take only arguments that both versions have, and what one of
them lacks (`get_metadata`, `skip_csrf` in 1.0) is ignored there.
"""

from __future__ import annotations

from pathlib import Path

from datasette import hookimpl

from kb.web import corpora, functions, links, metadata, permissions


@hookimpl
def register_routes(datasette):
    from kb.web import routes

    return routes.routes() if corpora.our_names(datasette) else []


# Last, because Datasette registers an `escape_fts` of its own that knows no Japanese, and the last one registered wins.
@hookimpl(trylast=True)
def prepare_connection(conn, database, datasette):
    names = corpora.our_names(datasette)
    if not names:
        return
    ours = database in names
    path = Path(datasette.databases[database].path) if ours else None
    functions.register(conn, path, lambda: permissions.closed_tables(datasette, database))
    if ours:
        functions.register_escape(conn)


@hookimpl
def get_metadata(datasette, key, database, table):
    return metadata.for_datasette(corpora.our_names(datasette), key, database, table)


@hookimpl
def startup(datasette):
    async def inner():
        names = corpora.our_names(datasette)
        for name in names:
            # Otherwise the first query with an SQL function of ours would load all this within its time limit.
            await datasette.get_database(name).execute_fn(lambda _, name=name: corpora.warm(Path(datasette.databases[name].path)))
        if hasattr(datasette, "set_instance_metadata"):  # 1.0; 0.65 asks `get_metadata`
            await metadata.store(datasette, names)

    return inner


@hookimpl
def skip_csrf(datasette, scope):
    from kb.web import routes

    if not corpora.our_names(datasette):
        return None
    base = datasette.setting("base_url").rstrip("/")
    return routes.posts(scope["path"].removeprefix(base))


@hookimpl
def render_cell(value, column, table, database, datasette):
    """Link an incident's id in tables and query results to its page."""
    if column not in ("incident_id", "other_id", "earlier_id", "later_id") and (table, column) != ("incidents", "id"):
        return None
    return links.incident(datasette, database, value)


@hookimpl
def menu_links(datasette, actor, request):
    from kb.web import routes

    if not corpora.our_names(datasette):
        return []
    path = datasette.urls.path
    return [{"href": path("/"), "label": "事故知識ベース"}] + [{"href": path(p.path), "label": p.name} for p in routes.PAGES if p.name]
