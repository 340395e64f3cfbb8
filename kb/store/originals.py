"""The original of a document, as it was taken in; it lies in the database, compressed."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass
from pathlib import Path

SHORT = 12  # letters of a SHA-256 that name a document in an address


@dataclass(frozen=True)
class Original:
    """A document's row and the bytes of its file; `name` is that of the file."""

    id: int
    sha256: str
    name: str
    kind: str
    title: str | None
    content: bytes


def packed(data: bytes) -> bytes:
    """An original as `documents.content` keeps it."""
    return zlib.compress(data, 9)


def unpacked(content: bytes) -> bytes:
    """The inverse of `packed`."""
    return zlib.decompress(content)


def original(connection: sqlite3.Connection, short: str) -> Original | None:
    """The document whose SHA-256 begins with `short`, None where it, or its original, is not held."""
    if len(short) < SHORT or not short.isascii() or not short.isalnum():
        return None
    sql = "SELECT id, sha256, path, kind, title, content FROM documents WHERE sha256 >= ? AND sha256 < ? AND content IS NOT NULL"
    row = connection.execute(sql, [short, short + "~"]).fetchone()
    if row is None:
        return None
    identifier, sha256, path, kind, title, content = row
    return Original(identifier, sha256, Path(path or "document").name, kind, title, unpacked(content))


def kept(connection: sqlite3.Connection, incident_id: str) -> dict[int, str]:
    """Documents of an incident whose original is held → the short SHA-256 that names them."""
    rows = connection.execute(
        "SELECT d.id, d.sha256 FROM documents d JOIN incident_sources s ON s.document_id = d.id WHERE s.incident_id = ? AND d.content IS NOT NULL", [incident_id]
    )
    return {i: sha256[:SHORT] for i, sha256 in rows}
