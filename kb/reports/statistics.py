"""Counts of what is held, beside what the ministry counted; never across a change of the rule without saying so."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.catalogue.place import data_directory
from kb.knowledge.reporting_rules.judgement import changes_between, load_thresholds
from kb.knowledge.reporting_rules.model import Thresholds
from kb.reports import official_counts
from kb.reports.companies import load_companies
from kb.reports.meetings import heard_counts

BY = {"fy": "年度", "factor": "要因", "carrier": "事業者", "cause": "原因のタグ", "measure": "対策のタグ", "meeting": "検証した会議"}
NOT_STATED = "記載なし"
FACTORS = {"equipment": "設備要因", "human": "人為要因", "external": "外的要因", "other": "その他の要因"}
AXES = {"trigger": "引き金", "mechanism": "障害の仕組み", "prolonging": "長引いた理由", "measure": "対策"}
COLLECTION = "「収録」はこのデータベースに収めた事故の数で、起きた事故の数ではない。「公式」は総務省が公表した重大な事故の件数。"

# Lower bounds of the ministry's own classes of duration (minutes) and users, with their labels.
DURATIONS = (
    (0, "30分未満"), (30, "30分以上1時間未満"), (60, "1時間以上1時間30分未満"), (90, "1時間30分以上2時間未満"), (120, "2時間以上5時間未満"),
    (300, "5時間以上12時間未満"), (720, "12時間以上24時間未満"), (1440, "24時間以上"),
)  # fmt: skip
USERS = (
    (0, "500人未満"), (500, "500人以上5千人未満"), (5_000, "5千人以上3万人未満"), (30_000, "3万人以上10万人未満"),
    (100_000, "10万人以上100万人未満"), (1_000_000, "100万人以上"),
)  # fmt: skip

INCIDENTS = "SELECT id, fiscal_year, official, factor, factor_basis, duration_minutes, users FROM incidents WHERE near_miss = 0 ORDER BY id"
CARRIERS = "SELECT incident_id, carrier_id FROM incident_carriers"
TAGS = "SELECT DISTINCT i.incident_id, t.id, t.axis, t.label_ja FROM incident_tags i JOIN tags t ON t.id = i.tag_id WHERE t.axis = ?"
WITH_MEASURES = "SELECT DISTINCT incident_id FROM measures"


@dataclass(frozen=True)
class _Held:
    """An incident as it is counted."""

    id: str
    fiscal_year: int | None
    official: int | None
    factor: str | None
    factor_basis: str | None
    duration: int | None
    users: int | None


def counts(connection: sqlite3.Connection, by: str = "fy", thresholds: Thresholds | None = None) -> dict[str, Any]:
    """Rows of counts by one of BY, with notes on changes of the reporting rule; ValueError for another `by`.

    `thresholds` are the project's own rules when None. What is not stated is a row (or column) of its own.
    """
    if by not in BY:
        raise ValueError(f"by is {by!r}; it can be {', '.join(BY)}")
    rules = thresholds or load_thresholds(data_directory() / "thresholds.yml")
    held = [_Held(*row) for row in connection.execute(INCIDENTS)]
    official = official_counts.serious_accidents(connection)
    years = [one.fiscal_year for one in held if one.fiscal_year is not None] + list(official)
    first, last = (min(years), max(years)) if years else (None, None)
    changes = changes_between(rules, first, last) if first is not None and last is not None else ()
    answer: dict[str, Any] = {"by": by, "label": BY[by], "first": first, "last": last, "total": len(held)}
    if by == "fy":
        answer["rows"] = _by_year(held, official, first, last, changes)
    else:
        counter: Callable[..., Iterable[dict[str, Any]]] = {"factor": _by_factor, "carrier": _by_carrier, "cause": _by_cause, "measure": _by_measure, "meeting": _by_meeting}[by]
        answer["rows"] = list(counter(connection, held, _Periods(changes)))
    answer["overlapping"] = by in ("carrier", "cause", "measure", "meeting")
    answer["notes"] = [{"kind": "rule-change", **change} for change in changes] + [{"kind": "collection", "fiscal_year": None, "text_ja": COLLECTION}]
    if by == "fy":
        answer |= {
            "held_matrix": _held_matrix(held),
            "matrices": official_counts.matrices(connection),
            "breakdowns": official_counts.breakdowns(connection),
        }
    return answer


def _by_year(
    held: Sequence[_Held], official: Mapping[int, official_counts.OfficialCount], first: int | None, last: int | None, changes: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    broken = {change["fiscal_year"]: change["text_ja"] for change in changes}
    of_year: dict[int | None, list[_Held]] = defaultdict(list)
    for one in held:
        of_year[one.fiscal_year].append(one)
    years: list[int | None] = list(range(first, last + 1)) if first is not None and last is not None else []
    rows = []
    for year in [*years, *([None] if of_year[None] else [])]:
        mine, counted = of_year[year], official.get(year) if year is not None else None
        rows.append({
            "key": None if year is None else str(year),
            "label": NOT_STATED if year is None else f"{year}年度",
            "fiscal_year": year,
            "held": len(mine),
            "held_official": sum(one.official == 1 for one in mine),
            "held_other": sum(one.official == 0 for one in mine),
            "held_not_stated": sum(one.official is None for one in mine),
            "official": counted.shown if counted else None,
            "official_values": [{"value": v, "note": note, "document": title} for v, note, title in counted.values] if counted else [],
            "comparable_with_previous": year is not None and year not in broken and year != first,
            "change": broken.get(year) if year is not None else None,
        })  # fmt: skip
    return rows


class _Periods:
    """Counts of incidents over the spans of years between two changes of the rule."""

    def __init__(self, changes: Sequence[Mapping[str, Any]]) -> None:
        self._starts = sorted(change["fiscal_year"] for change in changes)

    def row(self, key: str | None, label: str, mine: Sequence[_Held], **more: Any) -> dict[str, Any]:
        spans = Counter(self._label(one.fiscal_year) for one in mine)
        labels = list(dict.fromkeys(self._label(year) for year in self._all_years()))
        periods = {label: spans.get(label, 0) for label in labels} | ({NOT_STATED: spans[NOT_STATED]} if spans[NOT_STATED] else {})
        return {"key": key, "label": label, **more, "held": len(mine), "held_official": sum(one.official == 1 for one in mine), "periods": periods}

    def _all_years(self) -> list[int]:
        return [self._starts[0] - 1, *self._starts] if self._starts else [0]

    def _label(self, year: int | None) -> str:
        if year is None:
            return NOT_STATED
        if not self._starts:
            return "全年度"
        later = [start for start in self._starts if start > year]
        started = [start for start in self._starts if start <= year]
        if not started:
            return f"{later[0] - 1}年度まで"
        return f"{started[-1]}〜{later[0] - 1}年度" if later else f"{started[-1]}年度から"


def _by_factor(connection: sqlite3.Connection, held: Sequence[_Held], periods: _Periods) -> Iterable[dict[str, Any]]:
    for factor, label in [*FACTORS.items(), (None, NOT_STATED)]:
        mine = [one for one in held if one.factor == factor]
        basis = Counter(one.factor_basis for one in mine)
        yield periods.row(factor, label, mine, stated=basis["stated"], inferred=basis["inferred"])


def _by_carrier(connection: sqlite3.Connection, held: Sequence[_Held], periods: _Periods) -> Iterable[dict[str, Any]]:
    companies = load_companies(connection)
    by_id = {one.id: one for one in held}
    mine: dict[int, list[_Held]] = defaultdict(list)
    for incident, carrier in connection.execute(CARRIERS):
        if incident in by_id:
            mine[carrier].append(by_id[incident])
    named = {one.id for found in mine.values() for one in found}
    for company in sorted((companies[i] for i in mine), key=lambda c: (-len(mine[c.id]), c.name)):
        yield periods.row(company.name, company.name, mine[company.id], group=company.group, heirs=[companies[i].name for i in sorted(company.heirs - {company.id})])
    if rest := [one for one in held if one.id not in named]:
        yield periods.row(None, NOT_STATED, rest, group=None, heirs=[])


def _by_cause(connection: sqlite3.Connection, held: Sequence[_Held], periods: _Periods) -> Iterable[dict[str, Any]]:
    for axis in ("trigger", "mechanism", "prolonging"):
        yield from _by_tag(connection, axis, held, periods)


def _by_measure(connection: sqlite3.Connection, held: Sequence[_Held], periods: _Periods) -> Iterable[dict[str, Any]]:
    yield from _by_tag(connection, "measure", held, periods)


def _by_tag(connection: sqlite3.Connection, axis: str, held: Sequence[_Held], periods: _Periods) -> Iterable[dict[str, Any]]:
    by_id, mine, labels = {one.id: one for one in held}, defaultdict(list), {}
    for incident, tag, _, label in connection.execute(TAGS, [axis]):
        if incident in by_id:
            mine[tag].append(by_id[incident])
            labels[tag] = label
    for tag in sorted(mine, key=lambda t: (-len(mine[t]), t)):
        yield periods.row(tag, labels[tag], mine[tag], axis=axis)
    tagged = {one.id for found in mine.values() for one in found}
    rest = [one for one in held if one.id not in tagged]
    if axis == "measure":  # measures that are held but bear no tag are not the same as measures nobody stated
        stated = {incident for (incident,) in connection.execute(WITH_MEASURES)}
        unsorted = [one for one in rest if one.id in stated]
        if unsorted:
            yield periods.row(None, "対策の記載はあるがタグなし", unsorted, axis=axis)
        rest = [one for one in rest if one.id not in stated]
    if rest:
        yield periods.row(None, NOT_STATED, rest, axis=axis)


def _by_meeting(connection: sqlite3.Connection, held: Sequence[_Held], periods: _Periods) -> Iterable[dict[str, Any]]:
    by_id, heard = {one.id: one for one in held}, set()
    for number, name, held_on, questions, incidents in heard_counts(connection):
        heard.update(incidents)
        yield periods.row(str(number), name, [by_id[i] for i in incidents if i in by_id], held_on=held_on, questions=questions)
    if rest := [one for one in held if one.id not in heard]:
        yield periods.row(None, NOT_STATED, rest, held_on=None, questions=0)


def _held_matrix(held: Sequence[_Held]) -> dict[str, Any]:
    """Duration × users of the incidents held, in the ministry's classes; people, lines and contracts alike."""
    rows, columns = [label for _, label in DURATIONS] + [NOT_STATED], [label for _, label in USERS] + [NOT_STATED]
    cells = Counter((_class(one.duration, DURATIONS), _class(one.users, USERS)) for one in held)
    return {"label": "収録した事故(影響数は人・回線・契約を区別しない)", "unit": "件", "rows": rows, "columns": columns, "cells": [[cells[row, column] for column in columns] for row in rows]}


def _class(value: int | None, classes: Sequence[tuple[int, str]]) -> str:
    return NOT_STATED if value is None else [label for least, label in classes if value >= least][-1]
