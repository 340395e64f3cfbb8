"""A new database file that takes the old one's place only when it is whole.

Whatever happens before the rename (an error, a full disk, a kill), the old file stays as it was and can be served on.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from kb.errors import DatabaseError
from kb.store.schema import create


@contextmanager
def new_database(path: Path) -> Iterator[Database]:
    """Yield an empty database with the current schema; on leaving without error, verify it and rename it over `path`.

    Raises DatabaseError (what, where, what to do) for a folder that cannot be written, a full disk, a damaged result.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.building")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        db = Database(scratch)
        try:
            # The scratch file is thrown away when anything goes wrong: it needs no journal on disk and no syncing.
            db.execute("PRAGMA journal_mode = MEMORY")
            db.execute("PRAGMA synchronous = OFF")
            create(db.conn)
            yield db
            _settle(db)
            verify(db.conn, path)
        finally:
            db.close()
        _sync(scratch)
        os.replace(scratch, path)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(_advice(error, path)) from error
    finally:
        if path.parent.is_dir():
            scratch.unlink(missing_ok=True)


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """Raise DatabaseError unless the file is sound, its references hold, and every incident can be found."""
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if integrity != "ok":
        raise DatabaseError(f"The new database is damaged ({integrity}); {path} is unchanged. Check the disk, then run `kb build` again.")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise DatabaseError(f"A row of table {broken[0]} refers to a missing row of {broken[2]}; {path} is unchanged. Please report this.")
    connection.execute("INSERT INTO passages_fts(passages_fts, rank) VALUES ('integrity-check', 1)")
    for what, sql in {
        "incidents without a passage": "SELECT count(*) FROM incidents WHERE id NOT IN (SELECT incident_id FROM passages WHERE incident_id IS NOT NULL)",
        "incidents without a source": "SELECT count(*) FROM incidents WHERE id NOT IN (SELECT incident_id FROM incident_sources)",
        "incidents without a vector": "SELECT count(*) FROM incidents WHERE id NOT IN (SELECT incident_id FROM incident_embeddings)",
        "passages without a vector": "SELECT count(*) FROM passages WHERE id NOT IN (SELECT passage_id FROM embeddings)",
    }.items():
        count = connection.execute(sql).fetchone()[0]
        if count:
            raise DatabaseError(f"The new database holds {count} {what}; {path} is unchanged. Please report this.")


def _settle(db: Database) -> None:
    with db.atomic():
        db.execute("INSERT INTO passages_fts(passages_fts) VALUES ('optimize')")
    db.execute("ANALYZE")
    db.execute("VACUUM")


def _sync(file: Path) -> None:
    """Bring the file to the disk before it gets its name, so that a power cut cannot leave an empty one."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(path: Path) -> None:
    """Remove scratch files of builds that were killed; those of a process that still runs stay."""
    for left in path.parent.glob(f".{path.name}.*.building*"):
        pid = left.name.removeprefix(f".{path.name}.").split(".")[0]
        if not (pid.isdigit() and _alive(int(pid))):
            left.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _advice(error: Exception, path: Path) -> str:
    old = f"{path} is unchanged" if path.exists() else f"{path} was not made"
    number = getattr(error, "errno", None)
    text = str(error)
    if number == errno.ENOSPC or "disk is full" in text:
        return f"The disk is full: {old}. Free some space, then run `kb build` again."
    if number in (errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOTDIR, errno.EEXIST) or "readonly" in text or "unable to open" in text:
        return f"The folder {path.parent} cannot be written: {old}. Allow writing there, or give another place with --db."
    return f"The database could not be written ({text}): {old}. Mend the cause, then run `kb build` again."
