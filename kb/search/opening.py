"""A database opened together with what searching it keeps in memory, for programs that answer more than once."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.search.corpus import Corpus
from kb.store.reader import open_database

Version = tuple[int, int, int]  # device, inode, modification time: a rebuilt file is another one


@dataclass(frozen=True)
class _Loaded:
    version: Version
    corpus: Corpus


_lock = threading.Lock()
_corpora: dict[Path, _Loaded] = {}


def version(path: Path) -> Version:
    """What tells the file at `path` from the one that stood there before. Raises OSError."""
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_mtime_ns


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, Corpus]]:
    """A read-only connection of its own to the file as it is now, with its corpus.

    Not one that is kept: that would still show the file that stood there when it was opened, whereas `kb build` puts a
    new file in its place. Raises DatabaseError.
    """
    with closing(open_database(path)) as connection:
        yield connection, corpus_of(path, connection)


def corpus_of(path: Path, connection: sqlite3.Connection) -> Corpus:
    """The corpus of the file, loaded once for all threads and again when the file has changed."""
    with _lock:
        now = version(path)
        loaded = _corpora.get(path)
        if loaded is None or loaded.version != now:
            loaded = _Loaded(now, Corpus(connection))
            _corpora[path] = loaded
        return loaded.corpus
