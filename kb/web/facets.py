"""Counts by carrier, fiscal year, factor, official and tags over all incidents that a search matches.

Each facet is counted with every other filter applied and its own left out, so that its alternatives stay in sight; tags
are counted with their own filter too, because several tags must all hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kb.search import candidates, ranking
from kb.search.corpus import Corpus
from kb.search.filters import Filters, carrier_ids, condition, tag_keys
from kb.search.query import ReadQuery
from kb.web.labels import AXIS_PARAMETERS, FACTORS
from kb.web.parameters import ALL_AXES, Form

TAG_AXES = ("trigger", "mechanism", "measure")
SCORED_AT_MOST = 2_000  # incidents that match by meaning only


@dataclass(frozen=True)
class FacetValue:
    """One choice: `url` adds it, or takes it away when it is `active`."""

    value: str
    label: str
    count: int
    active: bool
    url: str


def matching(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery, mode: str) -> set[str]:
    """Ids of all incidents that match a query, whatever the filters; those of the whole database for an empty one."""
    everything = condition(connection, Filters())
    if query.empty and not query.text:
        return {row[0] for row in connection.execute("SELECT id FROM incidents")}
    limit = max(ranking.CANDIDATES, min(corpus.incidents, SCORED_AT_MOST))
    scored, _ = ranking.rank(connection, corpus, query, everything, mode, limit)
    return set(scored) | (worded(connection, query) if mode != "semantic" else set())


def worded(connection: sqlite3.Connection, query: ReadQuery) -> set[str]:
    """Ids of incidents that hold any word or concept of the query."""
    match = candidates.expression((term.text for term in query.terms), (found.concept_id for found in query.concepts))
    if not match:
        return set()
    sql = "SELECT DISTINCT p.incident_id FROM passages_fts JOIN passages p ON p.id = passages_fts.rowid WHERE passages_fts MATCH ?"
    return {row[0] for row in connection.execute(sql, [match]) if row[0] is not None}


# Which fields of the form each facet filters by.
OWN_FILTER: Mapping[str, Mapping[str, object]] = {
    "carrier": {"carrier": ()},
    "fiscal_year": {"fy_from": None, "fy_to": None},
    "factor": {"factor": None},
    "official": {"official": False},
    **{axis: {} for axis in TAG_AXES},
}


def facets(connection: sqlite3.Connection, form: Form, matched: set[str]) -> dict[str, list[FacetValue]]:
    """Facet name → its values with counts; values without a match are left out unless they are active."""
    found: dict[str, list[FacetValue]] = {}
    for name, own in OWN_FILTER.items():
        ids = matched & _passing(connection, replace(form, **own).filters)
        found[name] = _counted(connection, form, name, ids)
    return found


def _passing(connection: sqlite3.Connection, filters: Filters) -> set[str]:
    where, parameters = condition(connection, filters)
    return {row[0] for row in connection.execute(f"SELECT id FROM incidents WHERE {where}", parameters)}


def _counted(connection: sqlite3.Connection, form: Form, name: str, ids: set[str]) -> list[FacetValue]:
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
    return [FacetValue("1", "重大な事故", counts.get(1, 0), form.official, form.url(official=not form.official))]


def _counts(rows: Iterable[tuple[str, object]], ids: set[str]) -> dict[object, int]:
    counts: dict[object, int] = {}
    for incident_id, value in rows:
        if incident_id in ids:
            counts[value] = counts.get(value, 0) + 1
    return counts


def _year(form: Form, year: int, count: int) -> FacetValue:
    active = form.fy_from == form.fy_to == year
    url = form.url(fy_from=None, fy_to=None) if active else form.url(fy_from=year, fy_to=year)
    return FacetValue(str(year), f"{year}年度", count, active, url)


def _carriers(connection: sqlite3.Connection, form: Form, ids: set[str]) -> list[FacetValue]:
    counts = _counts(connection.execute("SELECT incident_id, carrier_id FROM incident_carriers"), ids)
    chosen = {identifier: name for name in form.carrier for identifier in carrier_ids(connection, name)}
    found = []
    for identifier, name, short in connection.execute("SELECT id, name, short_name FROM carriers"):
        if identifier not in counts and identifier not in chosen:
            continue
        # Any of the names that are filtered by may be a group, or a company that the carrier absorbed.
        url = form.without("carrier", chosen[identifier]) if identifier in chosen else form.with_value("carrier", name)
        found.append(FacetValue(name, short or name, counts.get(identifier, 0), identifier in chosen, url))
    return sorted(found, key=lambda value: (-value.active, -value.count, value.label))


def _tags(connection: sqlite3.Connection, form: Form, axis: str, ids: set[str]) -> list[FacetValue]:
    counts = _counts(connection.execute("SELECT incident_id, tag_id FROM incident_tags WHERE tag_id LIKE ?", [f"{axis}/%"]), ids)
    parameter = AXIS_PARAMETERS[axis]
    chosen = {key: name for name in getattr(form, parameter) for key in tag_keys(connection, name, ALL_AXES)}
    found = []
    for key, label in connection.execute("SELECT id, label_ja FROM tags WHERE axis = ? ORDER BY id", [axis]):
        if key in counts or key in chosen:
            url = form.without(parameter, chosen[key]) if key in chosen else form.with_value(parameter, key)
            found.append(FacetValue(key, label, counts.get(key, 0), key in chosen, url))
    return sorted(found, key=lambda value: (-value.active, -value.count, value.value))
