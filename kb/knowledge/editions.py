"""What changed between two tellings of one accident: first and final report, or a report in hand and what is held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.knowledge.likeness import likeness, paired
from kb.knowledge.retold import same_impacts, same_measures
from kb.model import Impact, Incident, Measure

REWORDED = 0.35  # two sentences of successive editions that are alike so far are one sentence, rewritten
_FIELDS = ("started_at", "ended_at", "area", "factor", "statutory_class")


@dataclass(frozen=True)
class Change:
    """One value or sentence that differs; None where one side has nothing. `field` is a field of an incident, impact or measure."""

    field: str
    before: str | None
    after: str | None

    def as_json(self) -> dict[str, str | None]:
        """The change as plain data."""
        return {"field": self.field, "before": self.before, "after": self.after}


def changes(before: Incident, after: Incident, *, dropped: bool = True) -> list[Change]:
    """Changes in the order of a record. What `after` does not state is no change of a value; with `dropped`, sentences that it lacks are."""
    values = list(_values(before, after))
    return [
        *values,
        *(c for c in _impacts(before.impacts, after.impacts, dropped) if c.field != "started_at" or c not in values),
        *_statements("cause", before, after, dropped),
        *_statements("prolonging", before, after, dropped),
        *_measures(before.measures, after.measures, dropped),
    ]


def _values(before: Incident, after: Incident) -> Iterator[Change]:
    for field in _FIELDS:
        old, new = getattr(before, field), getattr(after, field)
        if new is not None and old != new:
            yield Change(field, None if old is None else str(old), str(new))


def _impacts(before: Sequence[Impact], after: Sequence[Impact], dropped: bool) -> Iterator[Change]:
    pairs = same_impacts(before, after)
    if not pairs and len(before) == len(after) == 1:
        pairs = [(0, 0, 0.0)]
    for i, j, _ in pairs:
        old, new = before[i], after[j]
        for field, shown in (("duration", _duration), ("users", _users)):
            was, now = shown(old), shown(new)
            if now is not None and was != now and _amount(old, field) != _amount(new, field):
                yield Change(field, was, now)
        if new.started_at and old.started_at and new.started_at != old.started_at:
            yield Change("started_at", old.started_at, new.started_at)
    yield from (Change("impact", None, _impact(new)) for j, new in enumerate(after) if j not in {j for _, j, _ in pairs})
    if dropped:
        yield from (Change("impact", _impact(old), None) for i, old in enumerate(before) if i not in {i for i, _, _ in pairs})


def _amount(impact: Impact, field: str) -> object:
    return impact.duration_minutes if field == "duration" else (impact.users, impact.users_max, impact.users_qualifier, impact.unit)


def _duration(impact: Impact) -> str | None:
    if impact.duration_minutes is None:
        return None
    return impact.printed.get("duration") or f"{impact.duration_minutes}分"


def _users(impact: Impact) -> str | None:
    if impact.users is None:
        return None
    return impact.printed.get("users") or f"{impact.users:,}"


def _impact(impact: Impact) -> str:
    return " ".join(filter(None, (impact.service, impact.symptom, _users(impact), _duration(impact))))


def _statements(kind: str, before: Incident, after: Incident, dropped: bool) -> Iterator[Change]:
    old = [s.text for s in before.statements if s.kind == kind]
    new = [s.text for s in after.statements if s.kind == kind]
    yield from _sentences(kind, old, new, dropped)


def _sentences(field: str, old: Sequence[str], new: Sequence[str], dropped: bool) -> Iterator[Change]:
    pairs = {j: i for i, j, _ in paired([[likeness(a, b) for b in new] for a in old], REWORDED)}
    for j, text in enumerate(new):
        if j not in pairs:
            yield Change(field, None, text)
        elif likeness(old[pairs[j]], text) < 1:
            yield Change(field, old[pairs[j]], text)
    if dropped:
        yield from (Change(field, text, None) for i, text in enumerate(old) if i not in pairs.values())


def _measures(before: Sequence[Measure], after: Sequence[Measure], dropped: bool) -> Iterator[Change]:
    pairs = same_measures(before, after)
    for i, j, _ in pairs:
        old, new = before[i], after[j]
        if new.status is not None and (new.status, new.completed_on) != (old.status, old.completed_on):
            yield Change("measure_status", _state(old), _state(new))
    yield from (Change("measure", None, new.text) for j, new in enumerate(after) if j not in {j for _, j, _ in pairs})
    if dropped:
        yield from (Change("measure", old.text, None) for i, old in enumerate(before) if i not in {i for i, _, _ in pairs})


def _state(measure: Measure) -> str:
    state = measure.printed or " ".join(filter(None, (measure.status, measure.completed_on))) or "-"
    return f"{measure.text} [{state}]"
