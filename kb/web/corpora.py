"""Which attached database is ours."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import DatabaseError
from kb.search.opening import Version, opened, version

if TYPE_CHECKING:
    from datasette.app import Datasette

OUR_TABLES = {"incidents", "passages", "builds", "embeddings"}
USUAL_NAME = "jiko"

_ours: dict[Path, tuple[Version, bool]] = {}


def warm(path: Path) -> None:
    """Load corpus and dictionary ahead of the first request. A database that cannot be used is for the pages to report."""
    with suppress(DatabaseError), opened(path) as (_, corpus):
        corpus.read("輻輳")


def edition(path: Path) -> tuple[int, int]:
    """(size, modification time in ns): what tells one state of the file from another, the same for copies. Raises DatabaseError when it is gone."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise DatabaseError(f"There is no database at {path.absolute()} any more: run `kb build`.") from error
    return status.st_size, status.st_mtime_ns


def is_ours(path: Path | str | None) -> bool:
    """Whether a database file has our tables; files that cannot be read are not ours."""
    if path is None:
        return False
    path = Path(path)
    try:
        now = version(path)
        known = _ours.get(path)
        if known is None or known[0] != now:
            known = now, _has_our_tables(path)
            _ours[path] = known
        return known[1]
    except (OSError, sqlite3.DatabaseError):
        return False


def _has_our_tables(path: Path) -> bool:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return OUR_TABLES <= {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def our_names(datasette: Datasette) -> list[str]:
    """Names of the attached databases that are ours, the usual one first."""
    names = [name for name, database in datasette.databases.items() if is_ours(database.path)]
    return sorted(names, key=lambda name: (name != USUAL_NAME, name))
