"""Values that a rule fills in where the record leaves them open, each marked as inferred."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

MEASURE_COLUMNS = {"kind": "kind_basis", "carrier_id": "owner_basis", "owner": "owner_basis"}


def infer_measures(connection: sqlite3.Connection, column: str, values: Mapping[int, object]) -> None:
    """Fill in a column of MEASURE_COLUMNS (measure id → value) where it is open."""
    rows = [(value, identifier) for identifier, value in values.items()]
    sql = f"UPDATE measures SET {column} = ?, {MEASURE_COLUMNS[column]} = 'inferred' WHERE id = ? AND {column} IS NULL"
    connection.executemany(sql, rows)


def infer_affected(connection: sqlite3.Connection, incident_ids: Iterable[str]) -> None:
    """The companies of these incidents whose role is open were only affected."""
    sql = "UPDATE incident_carriers SET role = 'affected', role_basis = 'inferred' WHERE incident_id = ? AND role IS NULL"
    connection.executemany(sql, [(incident_id,) for incident_id in incident_ids])
