"""Accidents as the reports compare them: when, whose, tagged with what on which evidence, and which measures followed."""

from __future__ import annotations

import datetime
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.knowledge.moments import days_of

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

INCIDENTS = "SELECT id, title, started_at, fiscal_year FROM incidents"
CARRIERS = "SELECT incident_id, carrier_id, name FROM incident_carriers ORDER BY incident_id, position"
TAGS = "SELECT incident_id, tag_id, evidence FROM incident_tags ORDER BY incident_id, tag_id, passage_id, evidence"
MEASURES = "SELECT incident_id, id, text, status, completed_on, printed FROM measures ORDER BY incident_id, document_id, position"
LABELS = "SELECT id, label_ja FROM tags"


@dataclass(frozen=True)
class HeldMeasure:
    """A measure as stored; `completed_on` is a month or day, possibly a planned one."""

    id: int
    text: str
    status: str | None
    completed_on: str | None
    printed: str | None


@dataclass(frozen=True)
class Accident:
    """An accident; `span` holds the first and last day (ISO) on which it can have begun, None where nothing is stated.

    `tags` maps a tag ("axis/id") to the sentences that bear it out, `carriers` company ids to the names of the day.
    """

    id: str
    title: str
    started_at: str | None
    span: tuple[str, str] | None
    carriers: Mapping[int, str]
    tags: Mapping[str, tuple[str, ...]]
    measures: tuple[HeldMeasure, ...]

    def tags_on(self, *axes: str) -> frozenset[str]:
        return frozenset(tag for tag in self.tags if tag.split("/", 1)[0] in axes)

    @property
    def causes(self) -> frozenset[str]:
        """Trigger and mechanism tags that say something."""
        return self.tags_on(*CAUSES) - SILENT

    @property
    def brief(self) -> dict[str, Any]:
        """What a list shows of it, as JSON."""
        return {"id": self.id, "title": self.title, "started_at": self.started_at, "carriers": list(self.carriers.values())}


def load_accidents(connection: sqlite3.Connection) -> list[Accident]:
    """All accidents, oldest first; undated ones by their fiscal year."""
    carriers: dict[str, dict[int, str]] = defaultdict(dict)
    for incident, carrier, name in connection.execute(CARRIERS):
        carriers[incident][carrier] = name
    tags: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for incident, tag, evidence in connection.execute(TAGS):
        tags[incident][tag] = (*tags[incident].get(tag, ()), evidence)
    measures: dict[str, dict[str, HeldMeasure]] = defaultdict(dict)
    for incident, *values in connection.execute(MEASURES):
        measure = HeldMeasure(*values)
        measures[incident].setdefault(measure.text, measure)  # the same sentence in two documents is one measure
    accidents = [
        Accident(i, title, started, _span(started, year), carriers[i], tags[i], tuple(measures[i].values()))
        for i, title, started, year in connection.execute(INCIDENTS)
    ]
    return sorted(accidents, key=lambda a: (a.span or ("9999", "9999"), a.started_at or "", a.id))


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
