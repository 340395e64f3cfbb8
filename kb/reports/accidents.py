"""Accidents as the reports compare them: when, whose, tagged with what on which evidence, and which measures followed."""

from __future__ import annotations

import datetime
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kb.sources.moments import days_of

CAUSES = ("trigger", "mechanism")

# Tags that say that nothing is known: two such accidents have nothing in common.
SILENT = frozenset({"trigger/unknown", "mechanism/not-stated"})
# Tags that say too little of how it came about to tie two accidents by themselves.
GENERIC = frozenset({
    "trigger/hardware-fault", "trigger/software-bug", "trigger/maintenance-work", "trigger/natural-disaster",
    "trigger/upstream-provider", "mechanism/equipment-outage", "mechanism/dependency-cascade",
})  # fmt: skip

# What a natural disaster does everywhere: where one of two accidents is a disaster, these say as little as it does.
OF_DISASTERS = frozenset({
    "trigger/power-failure", "mechanism/power-loss", "mechanism/link-cut", "mechanism/traffic-restriction",
    "trigger/third-party-cut", "trigger/transmission-failure",
})  # fmt: skip
DISASTER = "trigger/natural-disaster"

UNDATED = ("9999", "9999")  # sorted last

# A company that was only struck, or that sells another's service, promised nothing and repeats nothing.
NOT_ANSWERING = frozenset({"affected", "reseller"})

INCIDENTS = "SELECT id, title, started_at, fiscal_year FROM incidents WHERE near_miss = 0 {also} ORDER BY id"
CARRIERS = "SELECT incident_id, carrier_id, name, role FROM incident_carriers {only} ORDER BY incident_id, position"
TAGS = "SELECT incident_id, tag_id, evidence FROM incident_tags {only} ORDER BY incident_id, tag_id, passage_id, evidence"
MEASURES = """
    SELECT incident_id, id, text, status, completed_on, printed, carrier_id, owner, kind FROM measures {only}
    ORDER BY incident_id, document_id, position"""
MEASURE_TAGS = """
    SELECT p.measure_id, t.tag_id FROM incident_tags t JOIN passages p ON p.id = t.passage_id
    WHERE p.measure_id IS NOT NULL {also} ORDER BY 1, 2"""
LABELS = "SELECT id, label_ja FROM tags"


@dataclass(frozen=True)
class HeldMeasure:
    """A measure as stored; `completed_on` is a month or day, possibly a planned one."""

    id: int
    text: str
    status: str | None
    completed_on: str | None
    printed: str | None
    carrier_id: int | None = None  # who promised it; None = not told apart
    owner: str | None = None  # an authority that did, or asks for it
    kind: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Accident:
    """An accident; `span` holds the first and last day (ISO) on which it can have begun, None where nothing is stated.

    `tags` maps a tag ("axis/id") to the sentences that bear it out, `carriers` company ids to the names of the day,
    `roles` company ids to one of model.CARRIER_ROLES where they are told apart.
    """

    id: str
    title: str
    started_at: str | None
    span: tuple[str, str] | None
    carriers: Mapping[int, str]
    tags: Mapping[str, tuple[str, ...]]
    measures: tuple[HeldMeasure, ...]
    roles: Mapping[int, str] = field(default_factory=dict)

    @property
    def answering(self) -> tuple[int, ...]:
        """The companies whose accident it was, in printed order: not those that it only struck."""
        return tuple(i for i in self.carriers if self.roles.get(i) not in NOT_ANSWERING)

    def tags_on(self, *axes: str) -> frozenset[str]:
        """Tags on any of the axes."""
        return frozenset(tag for tag in self.tags if tag.split("/", 1)[0] in axes)

    @cached_property
    def causes(self) -> frozenset[str]:
        """Trigger and mechanism tags that say something."""
        return self.tags_on(*CAUSES) - SILENT

    @cached_property
    def all_causes(self) -> frozenset[str]:
        """Those, and what made it last."""
        return self.tags_on(*CAUSES, "prolonging") - SILENT

    @property
    def brief(self) -> dict[str, Any]:
        """What a list shows of it, as JSON."""
        return {"id": self.id, "title": self.title, "started_at": self.started_at, "carriers": list(self.carriers.values())}


def load_accidents(connection: sqlite3.Connection, incident_ids: Sequence[str] | None = None) -> list[Accident]:
    """All accidents, or those named, oldest first; undated ones by their fiscal year. Near misses are none."""
    carriers: dict[str, dict[int, str]] = defaultdict(dict)
    roles: dict[str, dict[int, str]] = defaultdict(dict)
    for incident, carrier, name, role in _rows(connection, CARRIERS, incident_ids):
        carriers[incident][carrier] = name
        if role:
            roles[incident][carrier] = role
    tags: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for incident, tag, evidence in _rows(connection, TAGS, incident_ids):
        tags[incident][tag] = (*tags[incident].get(tag, ()), evidence)
    measure_tags: dict[int, set[str]] = defaultdict(set)
    for measure_id, tag in _rows(connection, MEASURE_TAGS, incident_ids, "t.incident_id"):
        measure_tags[measure_id].add(tag)
    measures: dict[str, dict[str, HeldMeasure]] = defaultdict(dict)
    for incident, identifier, text, status, completed_on, printed, carrier, owner, kind in _rows(connection, MEASURES, incident_ids):
        measure = HeldMeasure(identifier, text, status, completed_on, printed, carrier, owner, kind, frozenset(measure_tags[identifier]))
        measures[incident].setdefault(measure.text, measure)  # the same sentence in two documents is one measure
    accidents = [
        Accident(i, title, started, _span(started, year), carriers[i], tags[i], tuple(measures[i].values()), roles[i])
        for i, title, started, year in _rows(connection, INCIDENTS, incident_ids, "id")
    ]
    return sorted(accidents, key=lambda a: (a.span or UNDATED, a.started_at or "", a.id))


def in_order(rows: Iterable[tuple[str, str | None, int | None]]) -> list[tuple[str, str | None, int | None]]:
    """(id, start, fiscal year) of accidents, oldest first, as `load_accidents` has them."""
    return sorted(rows, key=lambda row: (_span(row[1], row[2]) or UNDATED, row[1] or "", row[0]))


def _rows(connection: sqlite3.Connection, sql: str, incident_ids: Sequence[str] | None, column: str = "incident_id") -> Iterable[tuple[Any, ...]]:
    """Rows of a query with a place for "only these incidents", asked for 500 at a time."""
    if incident_ids is None:
        yield from connection.execute(sql.format(only="", also=""))
        return
    for start in range(0, len(incident_ids), 500):
        part = incident_ids[start : start + 500]
        within = f"{column} IN ({', '.join('?' * len(part))})"
        yield from connection.execute(sql.format(only=f"WHERE {within}", also=f"AND {within}"), part)


def _span(started_at: str | None, fiscal_year: int | None) -> tuple[str, str] | None:
    if started_at:
        return days_of(started_at)
    return (f"{fiscal_year}-04-01", f"{fiscal_year + 1}-03-31") if fiscal_year else None


def precedes(earlier: Accident, later: Accident) -> bool:
    """Did `earlier` certainly begin before `later`? False where the dates are too coarse to tell."""
    if earlier.span is None or later.span is None:
        return False
    if earlier.span == later.span and "T" in (earlier.started_at or "") and "T" in (later.started_at or ""):
        return (earlier.started_at or "") < (later.started_at or "")
    return earlier.span[1] < later.span[0]


def days_between(earlier: Accident, later: Accident) -> int | None:
    """Whole days from one to the other; None where one of them has no day."""
    if earlier.span is None or later.span is None or any(a.span[0] != a.span[1] for a in (earlier, later)):  # type: ignore[index]
        return None
    return (datetime.date.fromisoformat(later.span[0]) - datetime.date.fromisoformat(earlier.span[0])).days


def specific(earlier: Accident, later: Accident, tags: Iterable[str]) -> list[str]:
    """Those of the shared cause tags that tie two accidents by themselves."""
    vague = GENERIC | OF_DISASTERS if DISASTER in earlier.tags or DISASTER in later.tags else GENERIC
    return [tag for tag in tags if tag not in vague]


def labels(connection: sqlite3.Connection) -> dict[str, str]:
    """Japanese label of every tag."""
    return dict(connection.execute(LABELS).fetchall())


def rarity(accidents: Iterable[Accident]) -> dict[str, float]:
    """Inverse document frequency of every tag in use: ln(tagged accidents / accidents with it)."""
    counts = Counter(tag for accident in accidents for tag in accident.tags)
    tagged = sum(bool(accident.tags) for accident in accidents)
    return {tag: math.log(tagged / count) for tag, count in counts.items()}
