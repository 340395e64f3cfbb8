"""Links from Datasette's own pages to ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from kb.web import corpora
from kb.web.choice import PARAMETER

if TYPE_CHECKING:
    from datasette.app import Datasette


def incident(datasette: Datasette, database: str, value: object) -> Markup | None:
    """A link to an incident's page; None where the value is no id of ours. A foreign key comes with its label."""
    label = value["label"] if isinstance(value, dict) else value
    identifier = value["value"] if isinstance(value, dict) else value
    if not isinstance(identifier, str) or not identifier:
        return None
    names = corpora.our_names(datasette)
    if database not in names:
        return None
    address = datasette.urls.path(f"/incidents/{quote(identifier)}" + ("" if database == names[0] else f"?{urlencode({PARAMETER: database})}"))
    return Markup(f'<a href="{escape(address)}">{escape(label)}</a>')
