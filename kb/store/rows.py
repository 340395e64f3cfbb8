"""Rows by the names of their columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any


def named_rows(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Every row of a query as column → value."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
