"""Moments as precise as their source: "2015-04-02T05:30+09:00", "2015-04-02", "2015-04" or "2015".

As spans of time a day covers its 24 hours, a month all its days.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta, timezone

from kb.errors import KbError

JAPAN = timezone(timedelta(hours=9))
EXAMPLES = '"2015-04-02T05:30+09:00", "2015-04-02", "2015-04" or "2015"'

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def is_time(moment: str) -> bool:
    """Whether a valid moment is precise to the minute."""
    return "T" in moment


def moment_problem(text: str) -> str | None:
    """Why `text` is no moment, with what to write instead; None if it is one."""
    if "T" in text:
        return _time_problem(text)
    match = _DATE.fullmatch(text)
    if not match:
        return f"is no date; write {EXAMPLES}"
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return "is not in the calendar; correct the day, month or year"
    return None


def _time_problem(text: str) -> str | None:
    match = _TIME.fullmatch(text)
    if not match:
        return f"is no time; write {EXAMPLES}"
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return "is not in the calendar; correct the date or the time"
    if at.tzinfo is None:
        return f'has no offset; write "{text}+09:00" if it is Japanese time'
    if match.group(1) != "+09:00":
        try:
            return f'is not in Japanese time; write "{at.astimezone(JAPAN).isoformat(timespec="minutes")}"'
        except OverflowError:
            return "is not in the calendar; correct the date or the time"
    return None


def fiscal_years(moment: str) -> tuple[int, ...]:
    """The fiscal years (April to March) a valid moment can lie in: two for a bare year, otherwise one."""
    year = int(moment[:4])
    if len(moment) == 4:
        return (year - 1, year)
    return (year if int(moment[5:7]) >= 4 else year - 1,)


def as_datetime(time: str) -> datetime:
    """A valid moment that `is_time` as a datetime with its offset."""
    return datetime.fromisoformat(time)


def moment_span(moment: str) -> tuple[datetime, datetime]:
    """First and last minute that an ISO moment, day, month or year covers. Raises KbError if it is none of these."""
    try:
        if "T" in moment:
            at = as_datetime(moment)
            at = at if at.tzinfo else at.replace(tzinfo=JAPAN)
            return at, at
        match = _DATE.fullmatch(moment)
        if not match:
            raise ValueError("not an ISO date")
        year, month, day = (int(part or 0) for part in match.groups())
        last_month = month or 12
        last_day = day or calendar.monthrange(year, last_month)[1]
        return datetime(year, month or 1, day or 1, tzinfo=JAPAN), datetime(year, last_month, last_day, 23, 59, tzinfo=JAPAN)
    except ValueError as error:
        raise KbError(f"Cannot read the date {moment!r} ({error}): give one such as 2016-03-11.") from error


def days_of(moment: str) -> tuple[str, str]:
    """First and last day (ISO) that a moment covers, in Japan. Raises KbError as `moment_span` does."""
    first, last = moment_span(moment)
    return first.astimezone(JAPAN).date().isoformat(), last.astimezone(JAPAN).date().isoformat()
