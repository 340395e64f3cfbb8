"""Which incidents may be found at all: conditions that hold before anything is ranked."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import NotFoundError
from kb.japanese.text import folded
from kb.knowledge.carriers import fold_name
from kb.model import FACTORS

CAUSE_AXES = ("trigger", "mechanism", "prolonging")
MEASURE_AXES = ("measure",)
OTHER_AXES = ("equipment", "service")


@dataclass(frozen=True)
class Filters:
    """All given conditions must hold; several carriers mean any of them, several tags mean all of them."""

    carriers: tuple[str, ...] = ()
    fiscal_years: tuple[int | None, int | None] = (None, None)  # from, to; both ends included
    causes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # of any axis, as "axis/id"
    factor: str | None = None
    official: bool = False
    excluded: tuple[str, ...] = ()  # incident ids
    excluded_carriers: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


def condition(connection: sqlite3.Connection, filters: Filters) -> tuple[str, list[object]]:
    """An SQL condition on `incidents` and its parameters; raises NotFoundError for unknown carriers, tags and factors."""
    clauses: list[str] = []
    parameters: list[object] = []

    def add(clause: str, values: list[object]) -> None:
        clauses.append(clause)
        parameters.extend(values)

    if filters.carriers:
        ids = [i for name in filters.carriers for i in carrier_ids(connection, name)]
        add(f"id IN (SELECT incident_id FROM incident_carriers WHERE carrier_id IN ({_marks(ids)}))", list(ids))
    first, last = filters.fiscal_years
    if first is not None:
        add("fiscal_year >= ?", [first])
    if last is not None:
        add("fiscal_year <= ?", [last])
    tags = [tag_keys(connection, t, CAUSE_AXES) for t in filters.causes]
    tags += [tag_keys(connection, t, MEASURE_AXES) for t in filters.measures]
    tags += [tag_keys(connection, t, CAUSE_AXES + MEASURE_AXES + OTHER_AXES) for t in filters.tags]
    for keys in tags:
        add(f"id IN (SELECT incident_id FROM incident_tags WHERE tag_id IN ({_marks(keys)}))", list(keys))
    if filters.factor:
        if filters.factor not in FACTORS:
            raise NotFoundError(f"There is no factor {filters.factor!r}: choose one of {', '.join(FACTORS)}.")
        add("factor = ?", [filters.factor])
    if filters.official:
        add("official = 1", [])
    if filters.excluded:
        add(f"id NOT IN ({_marks(filters.excluded)})", list(filters.excluded))
    if filters.excluded_carriers:
        add(
            f"id NOT IN (SELECT incident_id FROM incident_carriers WHERE carrier_id IN ({_marks(filters.excluded_carriers)}))",
            list(filters.excluded_carriers),
        )
    return " AND ".join(clauses) or "1", parameters


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def restriction(allowed: tuple[str, list[object]], column: str, key: str = "id") -> tuple[str, list[object]]:
    """What `condition` gave, as "AND …" on another table's column that holds the incident's `key`; nothing where all may be found."""
    where, parameters = allowed
    return ("", []) if where == "1" else (f"AND {column} IN (SELECT {key} FROM incidents WHERE {where})", parameters)


def carrier_ids(connection: sqlite3.Connection, name: str) -> list[int]:
    """Carriers that go, went or belong to a group by this name."""
    ids = [r[0] for r in connection.execute("SELECT DISTINCT carrier_id FROM carrier_names WHERE folded = ? ORDER BY 1", [fold_name(name)])]
    if not ids:
        known = dict(connection.execute("SELECT folded, name FROM carrier_names"))
        raise NotFoundError(f"There is no carrier {name!r} in the database{_suggest(fold_name(name), known)}")
    return ids


def tag_keys(connection: sqlite3.Connection, name: str, axes: tuple[str, ...]) -> list[str]:
    """Keys ("axis/id") of the tags of these axes that go by a key, a bare id, a label, or a code of an outside scheme (enisa:human-errors)."""
    rows = connection.execute(f"SELECT id, label_ja, label_en FROM tags WHERE axis IN ({_marks(axes)}) ORDER BY id", axes).fetchall()
    wanted = folded(name.strip())
    keys = [row[0] for row in rows if wanted in (row[0], row[0].split("/", 1)[1], folded(row[1]), folded(row[2]))]
    if not keys and ":" in wanted:
        codes = connection.execute("SELECT scheme || ':' || code, tag_id FROM external_ids ORDER BY tag_id").fetchall()
        keys = [tag for code, tag in codes if folded(code) == wanted and tag.split("/", 1)[0] in axes]
    if not keys:
        known = {row[0].split("/", 1)[1]: row[0].split("/", 1)[1] for row in rows} | {folded(row[1]): row[1] for row in rows}
        raise NotFoundError(f"There is no tag {name!r} on the axes {', '.join(axes)}{_suggest(wanted, known)}")
    return keys


def _suggest(wanted: str, known: dict[str, str]) -> str:
    close = difflib.get_close_matches(wanted, list(known), n=4, cutoff=0.4)
    return f": did you mean {', '.join(dict.fromkeys(known[c] for c in close))}?" if close else "."
