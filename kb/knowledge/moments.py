"""ISO moments of any precision as spans of time: a day covers its 24 hours, a month all its days."""

from __future__ import annotations

import calendar
import datetime
import re

from kb.errors import KbError

JAPAN = datetime.timezone(datetime.timedelta(hours=9))

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def moment_span(moment: str) -> tuple[datetime.datetime, datetime.datetime]:
    """First and last minute that an ISO moment, day, month or year covers. Raises KbError if it is none of these."""
    try:
        if "T" in moment:
            at = datetime.datetime.fromisoformat(moment)
            at = at if at.tzinfo else at.replace(tzinfo=JAPAN)
            return at, at
        match = _DATE.fullmatch(moment)
        if not match:
            raise ValueError("not an ISO date")
        year, month, day = (int(part or 0) for part in match.groups())
        last_month = month or 12
        last_day = day or calendar.monthrange(year, last_month)[1]
        first = datetime.datetime(year, month or 1, day or 1, tzinfo=JAPAN)
        return first, datetime.datetime(year, last_month, last_day, 23, 59, tzinfo=JAPAN)
    except ValueError as error:
        raise KbError(f"Cannot read the date {moment!r} ({error}): give one such as 2016-03-11.") from error


def days_of(moment: str) -> tuple[str, str]:
    """First and last day (ISO) that a moment covers, in Japan. Raises KbError as `moment_span` does."""
    first, last = moment_span(moment)
    return first.astimezone(JAPAN).date().isoformat(), last.astimezone(JAPAN).date().isoformat()
