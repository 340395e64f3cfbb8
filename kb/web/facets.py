"""Counts by carrier, fiscal year, factor, official and tags over all incidents that a search matches.

Each facet is counted with every other filter applied and its own left out, so that its alternatives stay in sight; tags
are counted with their own filter too, because several tags must all hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from kb.knowledge.carriers import fold_name
from kb.search.filters import Filters, condition, tag_keys
from kb.web.formats import company
from kb.web.labels import AXIS_PARAMETERS, FACTORS
from kb.web.parameters import ALL_AXES, Form

TAG_AXES = ("trigger", "mechanism", "measure")


@dataclass(frozen=True)
class FacetValue:
    """One choice: `url` adds it, or takes it away when it is `active`."""

    value: str
    label: str
    count: int
    active: bool
    url: str


# Which fields of the form each facet filters by.
OWN_FILTER: Mapping[str, Mapping[str, Any]] = {
    "carrier": {"carrier": ()},
    "fiscal_year": {"fy_from": None, "fy_to": None},
    "factor": {"factor": None},
    "official": {"official": False},
    **{axis: {} for axis in TAG_AXES},
}


def facets(connection: sqlite3.Connection, form: Form, matched: Set[str]) -> dict[str, list[FacetValue]]:
    """Facet name → its values with counts; values without a match are left out unless they are active."""
    found: dict[str, list[FacetValue]] = {}
    for name, own in OWN_FILTER.items():
        ids = matched & _passing(connection, replace(form, **own).filters)
        found[name] = _counted(connection, form, name, ids)
    return found


def _passing(connection: sqlite3.Connection, filters: Filters) -> set[str]:
    where, parameters = condition(connection, filters)
    return {row[0] for row in connection.execute(f"SELECT id FROM incidents WHERE {where}", parameters)}


def _counted(connection: sqlite3.Connection, form: Form, name: str, ids: Set[str]) -> list[FacetValue]:
    if name == "carrier":
        return _carriers(connection, form, ids)
    if name in TAG_AXES:
        return _tags(connection, form, name, ids)
    counts = _counts(connection.execute(f"SELECT id, {name} FROM incidents WHERE {name} IS NOT NULL"), ids)
    if name == "fiscal_year":
        return [_year(form, year, counts[year]) for year in sorted(counts, reverse=True)]
    if name == "factor":
        return [
            FacetValue(code, label, counts.get(code, 0), form.factor == code, form.url(factor=None if form.factor == code else code))
            for code, label in FACTORS.items()
            if code in counts or form.factor == code
        ]
    if not counts.get(1) and not form.official:
        return []
    return [FacetValue("1", "重大な事故", counts.get(1, 0), form.official, form.url(official=not form.official))]


def _counts(rows: Iterable[tuple[str, Any]], ids: Set[str]) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for incident_id, value in rows:
        if incident_id in ids:
            counts[value] = counts.get(value, 0) + 1
    return counts


def _year(form: Form, year: int, count: int) -> FacetValue:
    active = form.fy_from == form.fy_to == year
    url = form.url(fy_from=None, fy_to=None) if active else form.url(fy_from=year, fy_to=year)
    return FacetValue(str(year), f"{year}年度", count, active, url)


def _carriers(connection: sqlite3.Connection, form: Form, ids: Set[str]) -> list[FacetValue]:
    """Companies of today, each with the accidents of those it took over: that is what filtering by its name finds.

    A company that another one covers (LINE by LINEヤフー) is left out unless it is filtered by.
    """
    holders: dict[int, set[str]] = {}
    for incident_id, carrier in connection.execute("SELECT incident_id, carrier_id FROM incident_carriers"):
        if incident_id in ids:
            holders.setdefault(carrier, set()).add(incident_id)
    bearers: dict[str, set[int]] = {}
    for folded, carrier in connection.execute("SELECT folded, carrier_id FROM carrier_names"):
        bearers.setdefault(folded, set()).add(carrier)
    chosen = {fold_name(name): name for name in form.carrier}
    rows = connection.execute("SELECT id, name FROM carriers").fetchall()
    covered = {name: bearers.get(fold_name(name), {identifier}) for identifier, name in rows}
    found = []
    for name, carriers in covered.items():
        folded = fold_name(name)
        if folded not in chosen and any(carriers < other for other in covered.values()):
            continue
        count = len(set().union(*(holders.get(carrier, set()) for carrier in carriers)))
        if count or folded in chosen:
            url = form.without("carrier", chosen[folded]) if folded in chosen else form.with_value("carrier", name)
            found.append(FacetValue(name, company(name), count, folded in chosen, url))
    return sorted(found, key=lambda value: (-value.active, -value.count, value.label))


def _tags(connection: sqlite3.Connection, form: Form, axis: str, ids: Set[str]) -> list[FacetValue]:
    counts = _counts(connection.execute("SELECT DISTINCT incident_id, tag_id FROM incident_tags WHERE tag_id LIKE ?", [f"{axis}/%"]), ids)
    parameter = AXIS_PARAMETERS[axis]
    chosen = {key: name for name in getattr(form, parameter) for key in tag_keys(connection, name, ALL_AXES)}
    found = []
    for key, label in connection.execute("SELECT id, label_ja FROM tags WHERE axis = ? ORDER BY id", [axis]):
        if key in counts or key in chosen:
            url = form.without(parameter, chosen[key]) if key in chosen else form.with_value(parameter, key)
            found.append(FacetValue(key, label, counts.get(key, 0), key in chosen, url))
    return sorted(found, key=lambda value: (-value.active, -value.count, value.value))
