"""Conditions of a query as SQL, and which of them bind.

A condition binds (leaves out what does not meet it) when what meets it answers the topic of the query about as well as the best of all
does; otherwise it only raises what fits. So a wrong company or year in a query cannot hide the accident that it describes.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kb.japanese.text import nfkc
from kb.knowledge.prefectures import SHORT, prefectures_in
from kb.search.candidates import expression, quoted
from kb.search.query.condition import Bounds, Condition, Excluded, Period
from kb.search.query.reading import REGION, ReadQuery

# Which signal a kind of condition gives, and in which order conditions are given up when they do not hold together.
SIGNALS = {"date": "years", "duration": "sizes", "users": "sizes", "carrier": "carriers", "class": "official", "official": "official", "emergency": "official", "area": "areas"}
GIVEN_UP = ("carrier", "users", "duration", "date", "class", "official")
NEARLY = 0.4  # what a record of the right month is worth where a day was asked for
ROUGHLY = 0.4  # and what a size is worth that was not stated as a bound (丸一日, 8時間の障害)
ENOUGH = 3  # incidents that must meet what binds: fewer are raised to the top anyway, and what nearly fits stays in sight
SHARE = 0.7  # of the best topical score that what meets the conditions must reach

_Clause = tuple[str, list[object]]

_FIRST = "substr(started_at, 1, 10)"
_LAST = "CASE length(started_at) WHEN 4 THEN started_at || '-12-31' WHEN 7 THEN started_at || '-31' ELSE substr(started_at, 1, 10) END"
_MINUTES = "coalesce(duration_minutes, CASE WHEN length(started_at) > 10 AND length(ended_at) > 10 THEN round((julianday(ended_at) - julianday(started_at)) * 1440) END)"


@dataclass(frozen=True)
class Binding:
    """A condition as applied: whether it binds, and how many incidents it leaves out by itself."""

    condition: Condition
    strict: bool
    left_out: int


def clause(condition: Condition) -> _Clause | None:
    """An SQL condition on `incidents` that is true for what meets the condition; None where it is no matter of columns."""
    value = condition.value
    if isinstance(value, Period):
        return _within(value)
    if isinstance(value, Bounds):
        return _between(condition.kind, value)
    if isinstance(value, Excluded):
        return _without(value)
    if condition.kind == "carrier":
        return "id IN (SELECT incident_id FROM incident_carriers WHERE carrier_id IN (SELECT value FROM json_each(?)))", [json.dumps(value)]
    if condition.kind == "class":
        return "statutory_class IN (SELECT value FROM json_each(?))", [json.dumps(value)]
    if condition.kind == "official":
        return "official = 1", []
    if condition.kind == "area":
        return "EXISTS (SELECT 1 FROM json_each(?) WHERE instr(coalesce(area, '') || title, value))", [json.dumps(_places(condition.text), ensure_ascii=False)]
    if condition.kind == "emergency":
        return "id IN (SELECT incident_id FROM incident_tags WHERE tag_id = 'service/emergency-call')", []
    return None


def _places(written: str) -> list[str]:
    """The place as it is written, and the prefectures of a region."""
    return [nfkc(written), *sorted(SHORT[name] for name in prefectures_in(written).prefectures)]


def _within(period: Period) -> _Clause:
    if period.months:
        return "CAST(substr(started_at, 6, 2) AS INTEGER) IN (SELECT value FROM json_each(?))", [json.dumps(period.months)]
    parts: list[str] = []
    parameters: list[object] = []
    if period.last is not None:
        parts.append(f"{_FIRST} <= ?")
        parameters.append(period.last)
    if period.first is not None:
        parts.append(f"{_LAST} >= ?")
        parameters.append(period.first)
    sql = " AND ".join(parts)
    if period.fiscal_year is not None:
        return f"(fiscal_year = ? OR fiscal_year IS NULL AND {sql})", [period.fiscal_year, *parameters]
    return f"({sql})", parameters


def _between(kind: str, bounds: Bounds) -> _Clause:
    column = _MINUTES if kind == "duration" else "users"
    parts = [f"{column} {sign} ?" for sign, bound in ((">=", bounds.least), ("<=", bounds.most)) if bound is not None]
    parameters: list[object] = [bound for bound in (bounds.least, bounds.most) if bound is not None]
    if kind == "users" and bounds.unit:
        inner = " AND ".join(parts).replace(column, "users")
        return f"id IN (SELECT incident_id FROM impacts WHERE unit = ? AND {inner})", [bounds.unit, *parameters]
    return f"({' AND '.join(parts)})", parameters


def _without(left_out: Excluded) -> _Clause:
    parts: list[str] = []
    parameters: list[object] = []

    def add(sql: str, value: object) -> None:
        parts.append(sql)
        parameters.append(value)

    if left_out.official:
        parts.append("official IS NOT 1")
    if left_out.tags:
        add("id NOT IN (SELECT incident_id FROM incident_tags WHERE tag_id IN (SELECT value FROM json_each(?)))", json.dumps(left_out.tags))
    if left_out.carriers:
        add("id NOT IN (SELECT incident_id FROM incident_carriers WHERE carrier_id IN (SELECT value FROM json_each(?)))", json.dumps(left_out.carriers))
    for match, fields in _mentions(left_out):
        fields_sql = ", ".join(f"'{name}'" for name in fields)
        add(
            "id NOT IN (SELECT p.incident_id FROM passages_fts f JOIN passages p ON p.id = f.rowid"
            f" WHERE f.passages_fts MATCH ? AND p.field IN ({fields_sql}) AND p.incident_id IS NOT NULL)",
            match,
        )
    return " AND ".join(parts) or "1", parameters


def _mentions(left_out: Excluded) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(full-text expression, fields) of what is left out by being told of: a place where it struck, a word in title and cause."""
    from kb.japanese.terms import terms

    places = [concept for concept in left_out.concepts if concept.startswith(REGION)]
    others = [concept for concept in left_out.concepts if not concept.startswith(REGION)]
    if places:
        yield expression((), places), ("title", "area", "impact")
    if others:
        yield expression((), others), ("title", "keyword", "cause")
    for word in left_out.words:
        found = [term.text for term in terms(word)]
        if found:
            yield "words : (" + " AND ".join(map(quoted, found)) + ")", ("title", "keyword", "cause")


def excluding(conditions: Sequence[Condition], allowed: _Clause) -> _Clause:
    """`allowed` and everything that the query leaves out."""
    where, parameters = allowed
    for condition in conditions:
        made = clause(condition) if condition.kind == "not" and condition.exact else None
        if made:
            where, parameters = f"{where} AND {made[0]}", [*parameters, *made[1]]
    return where, parameters


def meeting(connection: sqlite3.Connection, conditions: Sequence[Condition], allowed: _Clause) -> dict[Condition, frozenset[str]]:
    """Condition → incidents among those allowed that meet it."""
    where, parameters = allowed
    found: dict[Condition, frozenset[str]] = {}
    for condition in conditions:
        made = clause(condition) if condition.kind != "not" else None
        if made:
            rows = connection.execute(f"SELECT id FROM incidents WHERE {made[0]} AND {where}", [*made[1], *parameters])
            found[condition] = frozenset(row[0] for row in rows)
    return found


def soft_signals(connection: sqlite3.Connection, query: ReadQuery, met: Mapping[Condition, frozenset[str]], allowed: _Clause) -> dict[str, dict[str, float]]:
    """Incident → signal → share of the query's conditions of that signal that it meets; the right month of a wrong day counts in part."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    kinds: dict[str, dict[str, list[Condition]]] = defaultdict(lambda: defaultdict(list))
    for condition in met:
        kinds[SIGNALS[condition.kind]][condition.kind].append(condition)
    for signal, by_kind in kinds.items():
        for several in by_kind.values():
            # Several companies are all wanted; several dates or sizes are alternatives.
            share = 1 / len(by_kind) / (len(several) if signal == "carriers" else 1)
            seen: set[str] = set()
            for condition in several:
                ids = met[condition]
                worth = share if condition.exact or signal != "sizes" else share * ROUGHLY
                for incident_id in ids - seen:
                    found[incident_id][signal] = found[incident_id].get(signal, 0.0) + worth
                if signal != "carriers":
                    seen |= ids
    for condition in query.conditions:
        near = _near(condition)
        if near:
            for ids in meeting(connection, [near], allowed).values():
                for incident_id in ids:
                    found[incident_id]["years"] = max(found[incident_id].get("years", 0.0), NEARLY)
    return dict(found)


def _near(condition: Condition) -> Condition | None:
    """The month of a day that was asked for."""
    period = condition.value
    if not isinstance(period, Period) or period.first is None or period.first != period.last:
        return None
    month = period.first[:7]
    return Condition("date", condition.text, month, condition.start, condition.end, Period(f"{month}-01", f"{month}-31"))


def widened(condition: Condition) -> Condition:
    """The condition as it binds: a day binds its month, so that what happened the day before is not lost."""
    return _near(condition) or condition


def binding(query: ReadQuery, met: Mapping[Condition, frozenset[str]], topical: Mapping[str, float], soft: Collection[str]) -> tuple[Condition, ...]:
    """The conditions that bind, given how well incidents answer the topic (0..1); those whose key is in `soft` never do."""
    able = [c for c in met if c.exact and c.key not in soft and met[c]]
    able.sort(key=lambda c: GIVEN_UP.index(c.kind) if c.kind in GIVEN_UP else len(GIVEN_UP))
    best = max(topical.values(), default=0.0)
    for given_up in range(len(able)):
        for dropped in combinations(range(len(able)), given_up):
            kept = [c for number, c in enumerate(able) if number not in dropped]
            ids = together(kept, met)
            if len(ids) >= ENOUGH and (not query.topical or best == 0.0 or max((topical.get(i, 0.0) for i in ids), default=0.0) >= SHARE * best):
                return tuple(kept)
    return ()


def together(conditions: Sequence[Condition], met: Mapping[Condition, frozenset[str]]) -> frozenset[str]:
    """Incidents that meet one condition of every kind."""
    by_kind: dict[str, frozenset[str]] = {}
    for condition in conditions:
        by_kind[condition.kind] = by_kind.get(condition.kind, frozenset()) | met[condition]
    sets = list(by_kind.values())
    return frozenset.intersection(*sets) if sets else frozenset()
