"""Do two sizes of one accident agree within the precision that each source gives?

Every value becomes a span: 約1.5時間 covers a quarter of an hour to either side, 約32.4万 covers what rounds to it. Two
values agree when their spans meet. Spans of durations are in minutes, of users in users.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from kb.japanese.text import nfkc
from kb.model import Impact, Incident

_ROUNDED = re.compile(r"約|およそ|おおよそ|おおむね|概ね|程度|ほど|前後|弱|強|余り|あまり")
# The smallest unit printed tells how finely a duration was given.
_DURATION_UNITS = (
    (re.compile(r"(\d+(?:\.\d+)?)\s*(?:分|m(?:in)?)(?![a-z])", re.IGNORECASE), 1),
    (re.compile(r"(\d+(?:\.\d+)?)\s*(?:時間|h)", re.IGNORECASE), 60),
    (re.compile(r"(\d+(?:\.\d+)?)\s*(?:日|d)", re.IGNORECASE), 1440),
)

_COUNT = re.compile(r"(\d[\d,]*)(?:\.(\d+))?\s*([億万千]?)")
_COUNT_UNITS = {"": 1, "千": 10**3, "万": 10**4, "億": 10**8}

NEARLY = 1.25

Span = tuple[float, float]


@dataclass(frozen=True)
class Disagreement:
    """A field whose values cannot both be right, each as its own side prints it."""

    field: str
    value: str
    other: str


def duration_span(impact: Impact) -> Span | None:
    """Minutes that the duration may stand for, or None when it is not stated."""
    minutes = impact.duration_minutes
    if minutes is None:
        return None
    half = _duration_grain(impact.printed.get("duration", ""), minutes) / 2
    return minutes - half, minutes + half


def _duration_grain(printed: str, minutes: int) -> float:
    """The step, in minutes, in which the printed duration counts; 1 when nothing is printed."""
    text = nfkc(printed)
    for pattern, unit in _DURATION_UNITS:
        match = pattern.search(text)
        if match:
            rounded = bool(_ROUNDED.search(text))
            if "." in match.group(1):
                # 1.5時間 is a count in half hours, 1.3時間 one in tenths.
                return unit / 2 if match.group(1).endswith(".5") else unit / 10
            if unit > 1:
                return unit
            return next((step for step in (10, 5) if rounded and minutes % step == 0), 1)
    return 1


def users_span(impact: Impact) -> Span | None:
    """Numbers of users that the count may stand for, or None when it is not stated."""
    users = impact.users
    if users is None:
        return None
    rounded = impact.users_qualifier not in (None, "exact")
    half = _count_grain(impact.printed.get("users", ""), users) / 2 if rounded else 0.0
    if impact.users_qualifier == "at_least":
        return users - half, math.inf
    upper = impact.users_max if impact.users_qualifier == "range" and impact.users_max else users
    return users - half, upper + half


def _count_grain(printed: str, count: int) -> float:
    """The step in which a rounded count was taken: 約32.4万 counts thousands.

    Without the print the last digit that is not zero shows it, up to a fifth of the count: 100,000 may well be 約10万.
    """
    for match in _COUNT.finditer(nfkc(printed)):
        digits, fraction, unit = match.groups(default="")
        if round(float(f"{digits.replace(',', '')}.{fraction or 0}") * _COUNT_UNITS[unit]) == count:
            return float(_COUNT_UNITS[unit] / 10 ** len(fraction))
    grain = 1
    while count and count % (grain * 10) == 0:
        grain *= 10
    return min(grain, max(count / 5, 1))


def meet(one: Span, other: Span) -> bool:
    """Do two spans share a value?"""
    return one[0] <= other[1] and other[0] <= one[1]


@dataclass(frozen=True)
class Figures:
    """How the sizes of two records compare: fields that agree, and those that cannot."""

    agreeing: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]


def compare_figures(incident: Incident, other: Incident) -> Figures:
    """Compare durations and users, impact by impact.

    Where both sides label the same phase (①, [1]②) that phase is compared. Else a value agrees when it meets the value
    of any impact of the other side, or their sum: a summary gives one figure where a report takes an accident apart.
    """
    agreeing: list[str] = []
    disagreements: list[Disagreement] = []
    for field, span, shown in (
        ("duration", duration_span, _shown_duration),
        ("users", users_span, _shown_users),
    ):
        met = False
        for impact in incident.impacts:
            value = span(impact)
            counterparts = [(theirs, c) for c in _counterparts(impact, other, field) if (theirs := span(c)) is not None]
            if value is None or not counterparts:
                continue
            total = (math.fsum(low for (low, _), _ in counterparts), math.fsum(high for (_, high), _ in counterparts))
            if any(meet(value, theirs) for theirs, _ in counterparts) or (field == "users" and meet(value, total)):
                met = True
                continue
            others = " / ".join(dict.fromkeys(shown(counterpart) for _, counterpart in counterparts))
            found = Disagreement(field, shown(impact), others)
            if found not in disagreements:
                disagreements.append(found)
        if met:
            agreeing.append(field)
    return Figures(tuple(agreeing), tuple(disagreements))


def nearly(incident: Incident, other: Incident, field: str) -> bool:
    """Do two values of "duration" or "users" differ by a quarter at most, as a first count does from a corrected one?"""
    span = duration_span if field == "duration" else users_span
    ours = [value for impact in incident.impacts if (value := span(impact)) is not None]
    theirs = [value for impact in other.impacts if (value := span(impact)) is not None]
    return any(max(a[0], b[0]) <= NEARLY * min(a[1], b[1]) for a in ours for b in theirs)


def _counterparts(impact: Impact, other: Incident, field: str) -> list[Impact]:
    candidates = [c for c in other.impacts if field != "users" or c.unit == impact.unit]
    if impact.label:
        same_phase = [c for c in candidates if c.label == impact.label and c.carrier == impact.carrier]
        if same_phase:
            return same_phase
    return candidates


def _shown_duration(impact: Impact) -> str:
    return impact.printed.get("duration") or f"{impact.duration_minutes} min"


def _shown_users(impact: Impact) -> str:
    return impact.printed.get("users") or f"{impact.users} {impact.unit}"
