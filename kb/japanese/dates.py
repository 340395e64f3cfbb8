"""Dates and times as Japanese documents print them → ISO 8601 as precise as printed.

平成27年4月2日5時30分, H27.4.2 5:30, 令和元年5月, 2016年3月11日(金) 午後5時45分, 2015/07/03 8:39. A year of an era counts on
beyond its end (平成31年9月 = 令和元年9月 = 2019-09), because reports plan ahead in the era of the day they were printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.japanese.widths import narrow

_ERA_STARTS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_NUMBER = r"(?:\d{1,2}|元)"
_YEAR = (
    rf"(?:(?P<era>明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHR](?=[.\s]*(?:\d|元)))[.\s]*(?P<era_year>{_NUMBER})"
    r"|(?<!\d)(?P<year>(?:19|20)\d{2}))"
)
# The same year by another reckoning: 平成31年(令和元年)5月, 平成31年/令和元年5月, 2019年(令和元年)5月.
_AGAIN = rf"(?:年?\s*[(/・]\s*(?:(?:平成|令和|昭和)\s*{_NUMBER}|(?:19|20)\d{{2}})(?=\s*年)(?:\s*年\s*\))?)?"
_SEPARATED = rf"\s*{_AGAIN}\s*(?:(?<=\))|年(?!度|間)|[./\-])\s*"
_DAY = r"(?P<day>\d{1,2})(?!\d)\s*日?(?!\s*(?:間|[/.]\d))"
_DATE = re.compile(
    rf"{_YEAR}(?:{_SEPARATED}(?P<month>\d{{1,2}})(?!\d|\s*[件社%])(?:\s*(?:月(?!間|分)|[./\-]|(?=\s|$|[^\d]))\s*(?:{_DAY})?)?|\s*年(?!度|間))"
)
_MONTH_DAY = re.compile(r"(?<![\d年./\-])(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日(?!間)")
_SAME_DAY = re.compile(r"(?P<shift>同日|翌日|当日|翌々日)")
_WEEKDAY = r"\s*(?:[(（]\s*[月火水木金土日](?:曜日?)?(?:[・,、]?祝日?)?\s*[)）])?"
_TIME = re.compile(
    rf"{_WEEKDAY}\s*[T、,]?\s*(?:の\s*)?(?P<half>午前|午後|深夜|正午|AM|PM|am|pm)?\s*(?:(?<=正午)|"
    r"(?P<hour>\d{1,2})\s*(?:[:：]\s*(?P<clock>\d{2})(?!\d)(?:\s*[:：]\s*\d{2}(?!\d))?"
    r"|時(?!間)\s*(?:(?P<minute>\d{1,2})\s*分(?!間)(?:\s*\d{1,2}\s*秒)?|(?P<thirty>半))?))"
)
_FISCAL_YEAR = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|(?<![A-Za-z])[SHR])[.\s]*(?P<era_year>\d{1,2}|元)|(?P<year>(?:19|20)\d{2}))\s*年度"
    r"|FY\s*(?P<fy>(?:19|20)\d{2})"
)
_SHIFTS = {"同日": 0, "当日": 0, "翌日": 1, "翌々日": 2}


@dataclass(frozen=True)
class Moment:
    """An ISO 8601 value ("2015", "2015-04", "2015-04-02" or with "T05:30+09:00") and its span in the text searched."""

    value: str
    start: int
    end: int


def find_moments(text: str, reference: str | None = None) -> list[Moment]:
    """Every date or time, in order. `reference` (ISO, at least a day) supplies what 同日 or 7月3日 leave out.

    Impossible dates (13月, 24:61) are passed over; 24:00 is the next day's 00:00.
    """
    narrowed = narrow(text)
    found: list[Moment] = []
    offset = 0
    context = reference
    while True:
        match = _next_date(narrowed, offset, context is not None)
        if match is None:
            return found
        value = _date_value(match, context)
        offset = match.end()
        if value is None:
            continue
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        if len(value) == 10:
            time = _TIME.match(narrowed, match.end())
            timed = _with_time(value, time) if time else None
            if time and timed:
                value, end = timed, time.end()
                offset = end
            context = value
        found.append(Moment(value, match.start(), end))


def parse_moment(text: str, reference: str | None = None) -> str | None:
    """The first date or time in `text` as ISO 8601, or None."""
    moments = find_moments(text, reference)
    return moments[0].value if moments else None


def parse_fiscal_year(text: str) -> int | None:
    """The first 年度 in `text`: 平成27年度 → 2015, 令和元年度 → 2019."""
    match = _FISCAL_YEAR.search(narrow(text))
    if not match:
        return None
    if match.group("fy"):
        return int(match.group("fy"))
    return _gregorian(match)


def fiscal_year_of(moment: str | None) -> int | None:
    """The Japanese fiscal year (April to March) of an ISO moment; None if the month is not known."""
    if moment is None or not re.match(r"\d{4}-\d{2}", moment):
        return None
    year, month = int(moment[:4]), int(moment[5:7])
    return year if month >= 4 else year - 1


def _next_date(text: str, offset: int, relative: bool) -> re.Match[str] | None:
    patterns = [_DATE] + ([_MONTH_DAY, _SAME_DAY] if relative else [])
    matches = [m for pattern in patterns if (m := pattern.search(text, offset))]
    return min(matches, key=lambda m: (m.start(), -m.end()), default=None)


def _gregorian(match: re.Match[str]) -> int:
    if match.group("year"):
        return int(match.group("year"))
    era = _ERA_LETTERS.get(match.group("era"), match.group("era"))
    printed = match.group("era_year")
    return _ERA_STARTS[era] + (1 if printed == "元" else int(printed))


def _date_value(match: re.Match[str], reference: str | None) -> str | None:
    groups = match.groupdict()
    if groups.get("shift"):
        return _shifted(reference, _SHIFTS[groups["shift"]])
    if "year" not in groups:
        return _in_year_of(reference, int(groups["month"]), int(groups["day"]))
    year = _gregorian(match)
    month, day = groups["month"], groups["day"]
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{int(month):02d}" if 1 <= int(month) <= 12 else None
    return _iso(year, int(month), int(day))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _shifted(reference: str | None, days: int) -> str | None:
    if reference is None or len(reference) < 10:
        return None
    return (date.fromisoformat(reference[:10]) + timedelta(days)).isoformat()


def _in_year_of(reference: str | None, month: int, day: int) -> str | None:
    """The date nearest after the reference's beginning: 1月 after an accident in 12月 is the next year's."""
    if reference is None or len(reference) < 4:
        return None
    year = int(reference[:4])
    near = int(reference[5:7]) if len(reference) >= 7 else month
    return _iso(year + (1 if near - month > 6 else -1 if month - near > 6 else 0), month, day)


def _with_time(day: str, match: re.Match[str]) -> str | None:
    half = (match.group("half") or "").lower()
    hour = int(match.group("hour") or 12)
    minute = int(match.group("clock") or match.group("minute") or (30 if match.group("thirty") else 0))
    if half in ("午後", "pm") and hour < 12:
        hour += 12
    elif half in ("午前", "am") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    moment = datetime.fromisoformat(day) + timedelta(hours=hour, minutes=minute)
    return moment.strftime("%Y-%m-%dT%H:%M") + "+09:00"
