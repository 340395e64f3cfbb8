"""Who may see what: Datasette checks its own pages but no plugin's, so ours ask the same questions.

Nobody lists what a page needs. SQLite is asked while the page is made: its authorizer names every table that is read, and the
page is refused, as Datasette would refuse the table, when one of them is closed to the reader.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Set
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Forbidden
from datasette.utils import actor_matches_allow

# Tables of SQLite itself and of its functions, which nobody closes.
OF_SQLITE = ("sqlite_", "pragma_", "json_")
# What somebody who has not signed in may see is asked again after as long as browsers keep Datasette's pages: Datasette takes
# milliseconds a table for the answer, and a page reads ten.
KEPT_SECONDS = 5.0

_decided: WeakKeyDictionary[Any, dict[tuple[str, str], tuple[float, bool]]] = WeakKeyDictionary()


class TablesRead:
    """Notes the tables that a connection reads, from `watch` on."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def watch(self, connection: sqlite3.Connection) -> None:
        """Note every table that the connection reads from now on."""
        connection.set_authorizer(self._note)

    def _note(self, action: int, table: str | None, column: str | None, database: str | None, inner: str | None) -> int:
        if action == sqlite3.SQLITE_READ and table:
            self._names.add(table)
        return sqlite3.SQLITE_OK

    @property
    def names(self) -> frozenset[str]:
        """Tables that Datasette shows; a full-text index's own tables are part of it."""
        return frozenset(name for name in self._names if not name.startswith(OF_SQLITE) and "_fts_" not in name)


async def may_see_database(datasette: Any, actor: Any, database: str) -> bool:
    """Whether Datasette would show the database."""
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        try:
            await datasette.ensure_permissions(actor, [("view-database", database), "view-instance"])
        except Forbidden:
            return False
        return True
    from datasette.resources import DatabaseResource

    return bool(await datasette.allowed(action="view-database", resource=DatabaseResource(database), actor=actor))


async def require_tables(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> None:
    """Raise Forbidden unless Datasette would show each of the tables."""
    decided = _decided.setdefault(datasette, {}) if actor is None else {}
    now = time.monotonic()
    for table in sorted(tables):
        until, allowed = decided.get((database, table), (now, False))
        if until <= now:
            allowed = await _may_see_table(datasette, actor, database, table)
            decided[database, table] = now + KEPT_SECONDS, allowed
        if not allowed:
            raise Forbidden("view-table")


async def _may_see_table(datasette: Any, actor: Any, database: str, table: str) -> bool:
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        try:
            await datasette.ensure_permissions(actor, [("view-table", (database, table)), ("view-database", database), "view-instance"])
        except Forbidden:
            return False
        return True
    from datasette.resources import TableResource

    return bool(await datasette.allowed(action="view-table", resource=TableResource(database, table), actor=actor))


def closed_tables(datasette: Any, database: str) -> frozenset[str]:
    """Tables whose own `allow` block keeps out somebody who has not signed in.

    An SQL function does not know who asks; what a table's owner closed it therefore reads for nobody.
    """
    if hasattr(datasette, "ensure_permissions"):  # 0.65 holds permissions in its metadata
        databases = datasette.metadata("databases", fallback=False) or {}
    else:
        databases = (datasette.config or {}).get("databases") or {}
    tables = (databases.get(database) or {}).get("tables") or {}
    return frozenset(name for name, block in tables.items() if "allow" in (block or {}) and not actor_matches_allow(None, block["allow"]))


def close(connection: sqlite3.Connection, tables: Set[str]) -> None:
    """From now on, reading one of the tables over the connection is an error that names it."""
    if not tables:
        return

    def decide(action: int, table: str | None, column: str | None, database: str | None, inner: str | None) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_READ and table in tables else sqlite3.SQLITE_OK

    connection.set_authorizer(decide)
