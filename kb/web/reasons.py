"""What a precedent has in common with the incident it was found for, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any

# In this order; what service it struck says little about why it happened.
AXES = ("trigger", "mechanism", "prolonging", "equipment", "measure")


def shared_tags(connection: sqlite3.Connection, own: Collection[str], hits: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Incident → labels of the tags that it shares with `own`, causes first."""
    labels = dict(connection.execute("SELECT id, label_ja FROM tags"))
    order = lambda key: (AXES.index(key.split("/", 1)[0]), key)  # noqa: E731
    common = {hit["id"]: [key for key in hit["tags"] if key in own and key.split("/", 1)[0] in AXES] for hit in hits}
    return {incident_id: [labels[key] for key in sorted(keys, key=order)] for incident_id, keys in common.items()}
