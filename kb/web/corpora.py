"""Which attached database is ours, and what searching it keeps in memory."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import DatabaseError
from kb.search.corpus import Corpus
from kb.store.reader import open_database

if TYPE_CHECKING:
    from datasette.app import Datasette

OUR_TABLES = {"incidents", "passages", "builds", "embeddings"}
USUAL_NAME = "jiko"

Version = tuple[int, int, int]  # device, inode, modification time: a rebuilt file is another one


@dataclass(frozen=True)
class _Loaded:
    version: Version
    corpus: Corpus


_lock = threading.Lock()
_corpora: dict[Path, _Loaded] = {}
_ours: dict[Path, tuple[Version, bool]] = {}


def _version(path: Path) -> Version:
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_mtime_ns


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, Corpus]]:
    """A read-only connection of its own to the file as it is now, with its corpus.

    Not Datasette's connection: that one still shows the file that stood there when the thread first asked, whereas
    `kb build` puts a new file in its place. Raises DatabaseError.
    """
    with closing(open_database(path)) as connection:
        yield connection, corpus_of(path, connection)


def corpus_of(path: Path, connection: sqlite3.Connection) -> Corpus:
    """The corpus of the file, loaded once for all threads and again when the file has changed."""
    with _lock:
        version = _version(path)
        loaded = _corpora.get(path)
        if loaded is None or loaded.version != version:
            loaded = _Loaded(version, Corpus(connection))
            _corpora[path] = loaded
        return loaded.corpus


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
        version = _version(path)
        known = _ours.get(path)
        if known is None or known[0] != version:
            known = version, _has_our_tables(path)
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
