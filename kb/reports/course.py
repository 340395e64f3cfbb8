"""The course of an accident: what happened when, as precisely as its sources say it.

A moment in a field is `stated`; one found in a sentence is `read`, and the sentence stands with it; `assumed` is what had to
be supposed to place it (a service without a start of its own begins with the accident).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.reports.clock_times import clock_times
from kb.sources.moments import moment_span

KINDS = {
    "sign": "兆し・検知", "start": "発生", "stage": "経過", "impact": "影響", "work": "作業・措置", "notice": "周知", "report": "行政への報告", "restored": "復旧",
    "measure": "対策",
}  # fmt: skip
KINDS_EN = {
    "sign": "sign, detection", "start": "began", "stage": "course", "impact": "impact", "work": "work, countermeasure", "notice": "notice to users",
    "report": "report to the authority", "restored": "recovered", "measure": "measure",
}  # fmt: skip
TOLD = ("causes", "prolonging", "notifications", "consequences", "notes")  # lists of texts that may hold clock times


@dataclass(frozen=True)
class Event:
    """`first` to `last` is when it lasted, or, where not `precise`, the span in which it lies (a day, a month).

    `minutes` is how long it lasted and None where that is not stated; `impact` is the row that it shows.
    """

    kind: str
    label: str
    first: datetime.datetime
    last: datetime.datetime
    precise: bool = True
    basis: str = "stated"
    minutes: int | None = None
    impact: Mapping[str, Any] | None = None
    told: str | None = None  # the sentence that it is read from


@dataclass(frozen=True)
class Course:
    """`events` of the accident itself, in order, and `later`: measures with the month or day of their completion."""

    events: tuple[Event, ...]
    later: tuple[Event, ...]


def course(record: Mapping[str, Any], notice: tuple[int, str] | None = None) -> Course | None:
    """The course of an incident's record, or of a subject of `kb brief`; None where it is not known when it began.

    `notice` is how many minutes after the start users were first told, and the sentence that says so.
    """
    if not record.get("started_at"):
        return None
    started = _event("start", "発生", record["started_at"])
    ended = _event("restored", "復旧", record["ended_at"]) if record.get("ended_at") else None
    impacts = list(_impacts(record, started, ended))
    found = [started, *impacts, *([ended] if ended else [])]
    if notice is not None and started.precise:
        at = started.first + datetime.timedelta(minutes=notice[0])
        found.append(Event("notice", "利用者への最初の周知", at, at, basis="read", minutes=notice[0], told=notice[1]))
    window = (started, max((event.last for event in found if event.kind != "notice"), default=started.last))
    found += _read(record, window, {event.first for event in found if event.precise})
    later = sorted(_later(record, started), key=lambda event: (event.first, event.label))
    return Course(tuple(sorted(found, key=lambda e: (e.first, e.kind != "start", e.kind != "impact", e.last))), tuple(later))


def _event(kind: str, label: str, moment: str, **more: Any) -> Event:
    first, last = moment_span(moment)
    return Event(kind, label, first, last, precise="T" in moment, **more)


def _impacts(record: Mapping[str, Any], started: Event, ended: Event | None) -> Iterator[Event]:
    """One a service × phase × company. Where its start is not stated, it is taken to begin with the accident."""
    rows = record.get("impacts") or ()
    for row in rows:
        own = row.get("started_at")
        begin = _event("impact", "", own) if own else started
        minutes = row.get("duration_minutes")
        last = begin.last
        if minutes is not None and begin.precise:
            last = begin.first + datetime.timedelta(minutes=minutes)
        elif ended is not None and ended.precise and begin.precise and len(rows) == 1:
            last, minutes = ended.last, int((ended.last - begin.first).total_seconds() // 60)
        label = " ".join(part for part in (row.get("label"), row.get("carrier") if len({r.get("carrier") for r in rows}) > 1 else None, row.get("service")) if part)
        basis = "stated" if own or len(rows) == 1 else "assumed"
        yield Event("impact", label or "影響", begin.first, max(last, begin.first), begin.precise, basis, minutes, row)


def _read(record: Mapping[str, Any], window: tuple[Event, datetime.datetime], known: set[datetime.datetime]) -> Iterator[Event]:
    """Clock times in the sentences told, each moment once."""
    started, last = window
    seen: set[tuple[str, datetime.datetime]] = set()
    for name in TOLD:
        for sentence in _texts(record.get(name) or ()):
            for time in clock_times(sentence, started.first, started.precise, last):
                if (time.kind, time.at) in seen or (time.at in known and time.kind in ("start", "stage", "restored", "notice")):
                    continue
                seen.add((time.kind, time.at))
                yield Event(time.kind, time.clause, time.at, time.at, basis="read", told=sentence)
    for row in record.get("notifications") or ():
        if isinstance(row, Mapping) and row.get("at"):
            yield _event("notice", " ".join(part for part in (row.get("channel"), row.get("text")) if part), row["at"])


def _texts(rows: Iterable[Any]) -> Iterator[str]:
    for row in rows:
        told = row if isinstance(row, str) else row.get("text")
        if told:
            yield told


def _later(record: Mapping[str, Any], started: Event) -> Iterator[Event]:
    """Measures whose month is stated; one of the time of the accident or of before is no part of what followed."""
    rows: Sequence[Mapping[str, Any]] = record.get("measures") or ()
    for row in rows:
        if row.get("completed_on"):
            event = _event("measure", row["text"], row["completed_on"], basis="stated" if row.get("status") == "done" else "planned")
            if event.last >= started.first:
                yield event
