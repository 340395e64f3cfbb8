"""The original of a document, as it was taken in: from the database, or from the folder beside it."""

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


def original(connection: sqlite3.Connection, folder: Path, short: str) -> Original | None:
    """The document whose SHA-256 begins with `short`, None where it, or its file, is not held. `folder` is that of the database."""
    if len(short) < SHORT or not short.isascii() or not short.isalnum():
        return None
    row = connection.execute("SELECT id, sha256, path, kind, title, content FROM documents WHERE substr(sha256, 1, ?) = ?", [len(short), short]).fetchone()
    if row is None:
        return None
    identifier, sha256, path, kind, title, content = row
    name = Path(path or "document").name
    data = zlib.decompress(content) if content is not None else _beside(folder, sha256, name)
    return None if data is None else Original(identifier, sha256, name, kind, title, data)


def kept(connection: sqlite3.Connection, folder: Path, incident_id: str) -> dict[int, str]:
    """Documents of an incident whose original is held → the short SHA-256 that names them."""
    rows = connection.execute(
        "SELECT d.id, d.sha256, d.path, d.content IS NOT NULL FROM documents d JOIN incident_sources s ON s.document_id = d.id"
        " WHERE s.incident_id = ? AND d.sha256 IS NOT NULL AND d.kind NOT IN ('catalogue', 'meeting', 'web')",
        [incident_id],
    )
    return {i: sha256[:SHORT] for i, sha256, path, inside in rows if inside or _place(folder, sha256, Path(path or "").name).is_file()}


def _place(folder: Path, sha256: str, name: str) -> Path:
    return folder / "documents" / f"{sha256[:SHORT]}-{name}"


def _beside(folder: Path, sha256: str, name: str) -> bytes | None:
    place = _place(folder, sha256, name)
    return place.read_bytes() if place.is_file() else None
