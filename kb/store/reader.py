"""Opening `jiko.db` for reading, with errors that say what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kb.errors import DatabaseError


def open_database(path: Path) -> sqlite3.Connection:
    """A read-only connection. Raises DatabaseError when there is no such file, or it is no sound database of ours."""
    if not path.is_file():
        raise DatabaseError(f"There is no database at {path}: run `kb build`, or name another one with --db.")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        program = connection.execute("SELECT value FROM builds WHERE key = 'program'").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise DatabaseError(f"{path} is not a database of jiko-kb, or a damaged one ({error}): run `kb build`.") from error
    if program is None:
        connection.close()
        raise DatabaseError(f"{path} was never finished: run `kb build`.")
    return connection
