"""The originals that users took in: kept in the database, compressed, and taken over by the build that replaces it.

Databases before schema 6 kept them in a folder `documents/` beside the file, under the first twelve digits of their SHA-256 and
their name; those are taken over too.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kb.errors import DatabaseError
from kb.search.embedding import INSIDE
from kb.store.originals import unpacked
from kb.store.reader import build_facts, read_only, refuse_newer
from kb.store.schema import SCHEMA_VERSION

OLD_FOLDER = "documents"
OLD_MODELS = "model"
LOCK_SECONDS = 10.0
# What a user took in, rather than what stands in our own files or on the web.
TAKEN_IN = "sha256 IS NOT NULL AND kind NOT IN ('catalogue', 'meeting', 'web')"


@dataclass(frozen=True)
class Original:
    """A document as it was taken in: the kind that it was read as ("auto" where that is not known), and where its bytes lie."""

    name: str
    kind: str
    sha256: str
    place: Path  # the file itself, or the database that holds it

    def data(self) -> bytes:
        """The bytes of the original."""
        if self.place.parent.name == OLD_FOLDER and self.place.name.startswith(self.sha256[:12]):
            return self.place.read_bytes()
        with closing(read_only(self.place)) as connection:
            return unpacked(connection.execute("SELECT content FROM documents WHERE sha256 = ?", [self.sha256]).fetchone()[0])


@dataclass(frozen=True)
class Predecessor:
    """The database that a build replaces: what it kept, its schema, and which model it named (None: the built-in one)."""

    originals: tuple[Original, ...] = ()
    schema: str | None = None
    model: str | None = None
    catalogue: frozenset[str] = frozenset()  # ids of the incidents that its catalogue told of

    def note(self, path: Path) -> str | None:
        """The line that says that an older layout was brought over; None where there was none."""
        if self.schema in (None, SCHEMA_VERSION):
            return None
        kept = f"; its {len(self.originals)} documents were taken over" if self.originals else ""
        left = [str(path.parent / name) for name in (OLD_MODELS, OLD_FOLDER) if (path.parent / name).is_dir()]
        unused = f"; {' and '.join(left)} beside it can go, everything lies in the one file now" if left else ""
        return f"{path} was of an older schema ({self.schema}) and was built anew{kept}{unused}."


def predecessor(path: Path) -> Predecessor:
    """What lies at `path`, to be replaced by a build. Raises DatabaseError where replacing it would lose something."""
    in_folder = {original.sha256: original for original in _folder(path.parent / OLD_FOLDER)}
    if not path.is_file() or path.stat().st_size == 0:
        return Predecessor(tuple(in_folder.values()))
    with closing(read_only(path)) as connection:
        facts = build_facts(connection, path)
        stored = facts.get("schema", "")
        refuse_newer(stored, path)
        try:
            held = list(_held(connection, path, in_folder))
            catalogue = _catalogue(connection)
        except sqlite3.DatabaseError as error:
            raise DatabaseError(
                f"{path} is damaged ({error}), and the documents in it cannot be taken over: move it away, then run `kb build`."
            ) from error
    location = facts.get("embedding_location") or None
    outside = None if location is None or location.startswith((INSIDE, f"{OLD_MODELS}/")) else location
    known = {original.sha256 for original in held}
    left = [original for original in in_folder.values() if original.sha256 not in known] if stored != SCHEMA_VERSION else []
    return Predecessor((*held, *left), stored, outside, catalogue)


def _held(connection: sqlite3.Connection, path: Path, in_folder: dict[str, Original]) -> Iterator[Original]:
    """Originals in the order in which they were taken in, from the database or, for an older one, from the folder beside it."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(documents)")}
    inside = "content IS NOT NULL" if "content" in columns else "0"
    sql = f"SELECT coalesce(path, ''), kind, sha256, {inside} FROM documents WHERE {TAKEN_IN} ORDER BY id"
    for name, kind, sha256, whole in connection.execute(sql):
        if whole:
            yield Original(name, kind, sha256, path)
        elif sha256 in in_folder:
            yield Original(name, kind, sha256, in_folder[sha256].place)
        else:
            raise DatabaseError(
                f"{path} tells of {name}, whose original is neither in it nor in {path.parent / OLD_FOLDER}: put the file back there,"
                " or move the database away to build without that document."
            )


def _catalogue(connection: sqlite3.Connection) -> frozenset[str]:
    sql = "SELECT s.incident_id FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE d.kind = 'catalogue'"
    return frozenset(row[0] for row in connection.execute(sql))


def _folder(folder: Path) -> Iterator[Original]:
    """Files below the folder of an older database; others that happen to lie there are none of ours."""
    for file in sorted(folder.glob("*-*")):
        digest, _, name = file.name.partition("-")
        if len(digest) == 12 and file.is_file() and (found := hashlib.sha256(file.read_bytes()).hexdigest()).startswith(digest):
            yield Original(name, "auto", found, file)


@contextmanager
def held_still(path: Path) -> Iterator[None]:
    """Keep others from writing to the database at `path`, so that nothing is taken in that its replacement would not hold."""
    if not path.is_file() or path.stat().st_size == 0:
        yield
        return
    with closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error):  # what nobody can write to needs no lock
                raise DatabaseError(f"{path} is being written to by another `kb` ({error}): wait for it, then try again.") from error
        except sqlite3.DatabaseError as error:
            raise DatabaseError(f"{path} is damaged ({error}): move it away, then run `kb build`.") from error
        yield
