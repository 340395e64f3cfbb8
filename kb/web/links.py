"""Links from Datasette's own pages to ours."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup, escape

from kb.web import corpora


def incident(datasette, database: str, value: object) -> Markup | None:
    """A link to an incident's page; None where the value is no id of ours. A foreign key comes with its label."""
    label = value["label"] if isinstance(value, dict) else value
    identifier = value["value"] if isinstance(value, dict) else value
    if not isinstance(identifier, str) or not identifier or not corpora.is_ours(datasette.databases[database].path):
        return None
    address = datasette.urls.path(f"/incidents/{quote(identifier)}")
    return Markup(f'<a href="{escape(address)}">{escape(label)}</a>')
