"""What a brief was made from: the program, the database, and how recent that is."""

from __future__ import annotations

import hashlib
import sqlite3

from kb import __version__

FACTS = "SELECT key, value FROM builds ORDER BY key"
INGESTED = "SELECT sha256 FROM documents WHERE kind NOT IN ('catalogue', 'web') AND sha256 IS NOT NULL ORDER BY sha256"


def made_from(connection: sqlite3.Connection) -> dict[str, object]:
    """`database` is a digest of what it was built from; `as_of` the start of the newest incident held."""
    digest = hashlib.sha256()
    for key, value in connection.execute(FACTS):
        digest.update(f"{key}={value}\n".encode())
    for (sha256,) in connection.execute(INGESTED):
        digest.update(f"{sha256}\n".encode())
    newest, incidents = connection.execute("SELECT max(started_at), count(*) FROM incidents").fetchone()
    return {"program": f"jiko-kb {__version__}", "database": digest.hexdigest()[:16], "as_of": newest, "incidents": incidents}
