"""The schema of `jiko.db`: one script that makes it, and a version that tells it from others.

Readable by any SQLite from 3.34 on, without extensions. Full-text tables index the `words` columns: Sudachi terms
joined by spaces, so that the stock `unicode61` tokenizer is enough and no one needs a tokenizer plug-in to open the file.

A database of another schema is not changed in place: its record is built anew, which takes seconds, and the originals of the
documents that it holds are taken over (`kb.building.originals`).
"""

from __future__ import annotations

import hashlib
import re
import sqlite3

from kb.store.indexes import FULL_TEXT, INDEXES, SEARCH_TABLES
from kb.store.tables import TABLES
from kb.store.telling_tables import TELLINGS

NUMBER = 6  # of the layout; one more where an older program could not build over such a database without loss
SCRIPT = TABLES + TELLINGS + SEARCH_TABLES + INDEXES + FULL_TEXT
# The digest tells apart what was made while the layout was being worked on.
SCHEMA_VERSION = f"{NUMBER}-{hashlib.sha256(SCRIPT.encode()).hexdigest()[:8]}"

INCIDENT_WORDS = """
SELECT number, group_concat(words, ' '), group_concat(concepts, ' ')
FROM incidents JOIN passages ON incident_id = incidents.id GROUP BY number
"""


def create(connection: sqlite3.Connection) -> None:
    """Make all tables, indexes and triggers in an empty database."""
    connection.executescript(SCRIPT)


def newer(stored: str) -> bool:
    """Whether a database's schema is of a program that came after this one; "m005_record" and the like came before."""
    number = re.match(r"m?0*(\d+)", stored)
    return number is not None and int(number[1]) > NUMBER
