"""What one document tells of an accident beside what is held: which measures, impacts and statements are the same ones told again.

One document never tells a thing twice, so that pairs are one to one; an impact may also stand for several that are held apart.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from kb.knowledge.agreement import duration_span, meet, users_span
from kb.knowledge.likeness import containment, likeness, paired
from kb.model import Impact, Measure, Statement

SAME_MEASURE = 0.4  # the same ones score 0.43 and more, different ones of one document 0.27 at most: bench/identity.py
SAME_STATEMENT = 0.6  # the sentences of one account share their subject, so that more is asked
SAME_IMPACT = 0.75
_STATUSES = {None: 0, "planned": 1, "ongoing": 2, "done": 3}

Pairs = list[tuple[int, int, float]]  # index held, index told, likeness


def same_measures(held: Sequence[Measure], told: Sequence[Measure]) -> Pairs:
    """Pairs of measures that are one."""
    return paired([[_measure_likeness(one, other) for other in told] for one in held], SAME_MEASURE)


def _measure_likeness(one: Measure, other: Measure) -> float:
    owners = {one.carrier, other.carrier} - {None}
    apart = len(owners) > 1 or bool(one.owner and other.owner and one.owner != other.owner)
    return 0.0 if apart else likeness(one.text, other.text)


def fuller(held: Measure, told: Measure, later: bool) -> Measure | None:
    """The held measure with the state that the other telling adds, None where it adds nothing.

    A further state wins (none, planned, ongoing, done); where both give the same, a finer date does, or that of a `later` edition.
    """
    before, after = _STATUSES[held.status], _STATUSES[told.status]
    then, now = held.completed_on, told.completed_on
    finer = now is not None and (not then or (now != then and now.startswith(then)))
    moved = later and now is not None and now != then
    if after > before or (after == before and (finer or moved)):
        return Measure(held.text, told.completed_on or held.completed_on, told.status, told.printed or held.printed)
    return None


def same_statements(held: Sequence[Statement], told: Sequence[Statement]) -> Pairs:
    """Pairs of statements of one kind that say the same."""
    return paired([[likeness(one.text, other.text) if one.kind == other.kind else 0.0 for other in told] for one in held], SAME_STATEMENT)


def same_impacts(held: Sequence[Impact], told: Sequence[Impact]) -> Pairs:
    """Pairs of impacts that are one; an impact that names the services of several joins each of them."""
    found = paired([[_impact_likeness(one, other) for other in told] for one in held], SAME_IMPACT)
    taken_held, taken_told = {i for i, _, _ in found}, {j for _, j, _ in found}
    for i, one in enumerate(held):
        for j, other in enumerate(told):
            if (i in taken_held) == (j in taken_told) or (one.carrier != other.carrier and one.carrier and other.carrier):
                continue
            # One of them is matched already: the other is a part of it, or it of the other.
            inside = containment(_named(one), _named(other)) if j in taken_told else containment(_named(other), _named(one))
            if inside >= 0.7 and _figures(one, other) > 0:
                found.append((i, j, inside))
    return sorted(found)


def _named(impact: Impact) -> str:
    return f"{impact.service} {impact.symptom or ''}"


def _impact_likeness(one: Impact, other: Impact) -> float:
    if one.carrier and other.carrier and one.carrier != other.carrier:
        return 0.0
    service = max(likeness(one.service, other.service), 0.8 * likeness(_named(one), _named(other)))
    whole = max(containment(one.service, other.service), containment(other.service, one.service))
    labels = 0.2 if one.label and one.label == other.label else -0.2 if one.label and other.label else 0.0
    return max(service, 0.8 * whole) + labels + _figures(one, other)


def _figures(one: Impact, other: Impact) -> float:
    """How far size and start speak for one impact: agreeing figures for it, near ones a little, others against it."""
    total = 0.0
    for span in (duration_span, users_span):
        mine, theirs = span(one), span(other)
        if mine is None or theirs is None or (span is users_span and one.unit != other.unit):
            continue
        near = max(mine[1], theirs[1]) <= 1.25 * max(min(mine[0], theirs[0]), 1) + 1
        total += 0.4 if meet(mine, theirs) else 0.1 if near else -0.35
    if one.started_at and other.started_at:
        total += _starts(one.started_at, other.started_at)
    return total


def _starts(one: str, other: str) -> float:
    shared = min(len(one), len(other), 16)
    if one[:shared] == other[:shared]:
        return 0.3
    if shared < 16:
        return -0.35
    apart = abs(datetime.datetime.fromisoformat(one[:16]) - datetime.datetime.fromisoformat(other[:16]))
    return 0.1 if apart <= datetime.timedelta(minutes=30) else -0.35
