"""Moments that lean on what was said before: 翌15日0時5分, 同日午後3時, 21:40～23:05, 未明.

`kb.japanese.dates` reads what names its date; here the day, month or year may come from the moment before, or from a reference.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from kb.japanese.dates import Moment, find_moments
from kb.japanese.widths import narrow

_WEEKDAY = r"\s*(?:[(（]\s*[月火水木金土日](?:曜日?)?(?:[・,、]?祝日?)?\s*[)）])?\s*"
_CLOCK = r"(?P<half>午前|午後|深夜|未明|早朝|朝|夕方|夜|AM|PM|am|pm)?\s*(?:の)?\s*(?P<hour>[0-2]?\d)\s*(?::(?P<clock>[0-5]\d)(?!\d)|時(?!間)(?:\s*(?P<minute>[0-5]?\d)\s*分(?!間)|(?P<thirty>半))?)"
_DAY = re.compile(rf"(?:(?P<shift>翌々日|翌日|同日|当日|翌|同)\s*)?(?P<day>3[01]|[12]\d|0?[1-9])日(?!間|分|程度|以上|連続|ごと|毎|当たり){_WEEKDAY}(?:{_CLOCK})?")
_SHIFTED = re.compile(rf"(?P<shift>翌々日|翌日|同日|当日|前日|本日|今日|昨日){_WEEKDAY}[、,]?\s*(?:の)?\s*{_CLOCK}")
_TIME = re.compile(rf"(?<![\d:.])(?:{_CLOCK})(?!間|\d|:\d)")
_SLASHED = re.compile(rf"(?<![\d/.])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/]){_WEEKDAY}(?:{_CLOCK})?")
_SHIFTS = {"翌々日": 2, "翌日": 1, "翌": 1, "同日": 0, "当日": 0, "同": 0, "前日": -1, "本日": 0, "今日": 0, "昨日": -1}
EARLIER = 180  # minutes by which a bare time may lie before the one told last and still be of its day
_MONTHLESS = re.compile(r"[月/.\-年]\s*$")


def moments_in_context(text: str, reference: str | None = None) -> list[Moment]:
    """Every date or time of `text`, in order, with the day and year of the one before where it names none. `reference` is an ISO day or moment."""
    found = find_moments(text, reference)
    plain = narrow(text)
    result: list[Moment] = []
    context = reference if reference and len(reference) >= 10 else None
    position = 0
    for known in [*found, None]:
        stop = known.start if known else len(plain)
        for moment in _loose(plain, position, stop, context):
            result.append(moment)
            context = moment.value
        if known is None:
            break
        result.append(known)
        if len(known.value) >= 10:
            context = known.value
        position = known.end
    return result


def _loose(text: str, start: int, stop: int, context: str | None) -> list[Moment]:
    """Moments between two that name their date."""
    found: list[Moment] = []
    if context is None:
        return found
    while start < stop:
        matches = [m for pattern in (_SLASHED, _DAY, _SHIFTED, _TIME) if (m := pattern.search(text, start, stop))]
        if not matches:
            break
        match = min(matches, key=lambda m: (m.start(), -m.end()))
        value = _value(match, context) if not _MONTHLESS.search(text[max(0, match.start() - 2) : match.start()]) or match.re is _TIME else None
        if value is not None:
            found.append(Moment(value, match.start(), match.start() + len(match.group().rstrip())))
            context = value
        start = max(match.end(), start + 1)
    return found


def _value(match: re.Match[str], context: str) -> str | None:
    groups = match.groupdict()
    day = date.fromisoformat(context[:10])
    if groups.get("shift") and not groups.get("day"):
        day += timedelta(_SHIFTS[groups["shift"]])
    elif groups.get("month"):
        near = [d for year in (day.year - 1, day.year, day.year + 1) if (d := _date(year, int(groups["month"]), int(groups["day"])))]
        if not near:
            return None
        day = min(near, key=lambda d: abs((d - day).days))
    elif groups.get("day"):
        number = int(groups["day"])
        wanted = _same_month(day, number)
        if (wanted is not None and wanted < day and (day - wanted).days > 15) or wanted is None:
            wanted = _same_month((day.replace(day=1) + timedelta(32)).replace(day=1), number)
        if wanted is None:
            return None
        day = wanted
    hour = groups.get("hour")
    if hour is None:
        return day.isoformat()
    clock = time_of_day(groups.get("half"), int(hour), int(groups.get("clock") or groups.get("minute") or (30 if groups.get("thirty") else 0)))
    if clock is None:
        return None
    minutes = clock
    # A bare time much earlier than the one before is the next day's (23:40～1:20); a little earlier is the same day's (09:58 … 09:52).
    bare = not (groups.get("day") or groups.get("shift"))
    if bare and "T" in context and minutes + EARLIER < int(context[11:13]) * 60 + int(context[14:16]):
        day += timedelta(1)
    day += timedelta(minutes // 1440)
    minutes %= 1440
    return f"{day.isoformat()}T{minutes // 60:02d}:{minutes % 60:02d}+09:00"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _same_month(day: date, number: int) -> date | None:
    try:
        return day.replace(day=number)
    except ValueError:
        return None


def time_of_day(half: str | None, hour: int, minute: int) -> int | None:
    """Minutes since midnight; 午後3時 → 900, 24時 → 1440; None for what no clock shows."""
    if half in ("午後", "PM", "pm", "夕方", "夜") and hour < 12:
        hour += 12
    elif half in ("午前", "AM", "am", "深夜") and hour == 12:
        hour = 0
    return hour * 60 + minute if hour < 24 or (hour == 24 and minute == 0) else None
