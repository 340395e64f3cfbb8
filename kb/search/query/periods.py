"""When: the days, months, seasons, years and spans that a query names, also by era (R4.7), relative (去年) or by event (震災後).

Relative words count from the last accident that the base holds, not from today: what it cannot hold nobody can find.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date

from kb.search.query.condition import Condition, Period

_ERAS = {"昭和": 1925, "平成": 1988, "令和": 2018, "昭": 1925, "平": 1988, "令": 2018, "s": 1925, "h": 1988, "r": 2018}
_NO_UNIT = r"(?!\d|\s*(?:台|人|件|名|回線|契約|局|万|億|千|円|時間|分|秒|回|mbps|gbps|行|ポート|拠点|世帯|社|か所|カ所|箇所|度[^\s]))"
_YEAR = (
    r"(?:(?P<era{0}>昭和|平成|令和)\s*(?P<eray{0}>\d{{1,3}}|元)\s*年?"
    r"|(?P<eras{0}>[昭平令](?=\d))(?P<erasy{0}>\d{{1,2}})年?"
    r"|(?<![a-z0-9])(?P<eral{0}>[shr])\.?(?P<eraly{0}>\d{{1,2}})(?![\da-z])年?"
    r"|(?<![\d.a-z])(?P<west{0}>(?:19|20)\d\d)(?:" + _NO_UNIT + r")年?)"
)
_TO = r"\s*(?:~|〜|-|–|―|—|から|より)\s*"
_UNTIL = r"(?:まで|にかけて)?"
_MONTH = r"(?:\s*の?\s*(?P<month{0}>1[0-2]|0?[1-9])月(?!間|分)|[./-](?P<monthn{0}>1[0-2]|0?[1-9])(?![\d]))"
_DAY = r"(?:\s*(?P<day{0}>3[01]|[12]\d|0?[1-9])日(?!間)|[./-](?P<dayn{0}>3[01]|[12]\d|0?[1-9])(?!\d))"
_SIDE = r"(?P<side>以降|以後|以来|より後|より前|以前|よりも前|よりも後|まで|後(?=の|に|、|\s|$)|前(?=の|に|、|\s|$))?"


def _dated(number: int) -> str:
    return _YEAR.format(number) + "(?:" + _MONTH.format(number) + "(?:" + _DAY.format(number) + ")?)?"


_FISCAL = re.compile(
    r"(?:(?P<era>昭和|平成|令和|[昭平令])\s*(?P<eray>\d{1,2}|元)|(?P<eral>(?<![a-z0-9])[shr])(?P<eraly>\d{1,2})|(?<!\d)(?P<west>(?:19|20)\d\d))\s*年度"
    r"(?:\s*の?\s*(?:第?(?P<quarter>[1-4])四半期|(?P<q>[1-4])q|q(?P<q2>[1-4])|(?P<half>上半期|上期|前期|下半期|下期|後期)))?\s*" + _SIDE
    + r"|(?<![a-z])fy\s*'?(?P<fy>(?:19|20)\d\d)(?:-(?P<fy2>(?:19|20)\d\d))?(?!\d)"
)
_FISCAL_SPAN = re.compile(
    r"(?:(?P<era1>昭和|平成|令和)?\s*(?P<y1>\d{1,4}|元)年?度?)" + _TO + r"(?:(?P<era2>昭和|平成|令和)?\s*(?P<y2>\d{1,4}|元)年度)" + _UNTIL
)
_DECADE = re.compile(r"(?<!\d)(?P<decade>(?:19|20)\d0)年代(?:の?(?P<half>前半|後半))?")
_SPAN = re.compile(_dated(1) + _TO + "(?:" + _dated(2) + r"|(?P<monthonly>1[0-2]|0?[1-9])月)" + _UNTIL)
_SEASON = re.compile(_YEAR.format(1) + r"\s*の?\s*(?P<season>春|夏|秋|冬|年末年始|年末|年始|正月|年明け|初め|初頭|半ば|前半|後半|上半期|下半期)")
_POINT = re.compile(_dated(1) + r"(?:頃|ごろ|ころ)?" + _SIDE)
_MONTH_DAY = re.compile(r"(?<![\d/.])(?P<month>1[0-2]|0?[1-9])月\s*(?P<day>3[01]|[12]\d|0?[1-9])日(?!間)")
_MONTH_ALONE = re.compile(r"(?<![\d/.年ヶか])(?P<month>1[0-2]|0?[1-9])月(?!間|分|\d|額|次|報)")
_RELATIVE = re.compile(
    r"(?P<word>一昨年度|一昨年|おととし|昨年度|昨年|去年|前年度|今年度|今年|本年|先月|今月)(?:の?(?P<season>春|夏|秋|冬|末))?"
    r"|(?:直近|過去|ここ|この|最近|近)(?:の)?\s*(?P<number>\d{1,3}|数)\s*(?P<unit>年間|年|か年|カ年|ヶ月間|ヶ月|か月間|か月|カ月)(?:間)?"
)
_ERA_WHOLE = re.compile(r"(?P<era>平成|令和|昭和)(?:時代|期)?(?:の|になって|以降|に入って)(?!\d|元)")
# Days that people count from; each is a day of general knowledge and of an accident that the catalogue holds.
_EVENTS = {
    "東日本大震災": "2011-03-11", "震災": "2011-03-11", "3.11": "2011-03-11", "熊本地震": "2016-04-14", "能登半島地震": "2024-01-01",
    "北海道胆振東部地震": "2018-09-06", "胆振東部地震": "2018-09-06",
}  # fmt: skip
_EVENT = re.compile("(?P<event>" + "|".join(sorted(map(re.escape, _EVENTS), key=len, reverse=True)) + r")(?:の)?(?P<side>以降|以後|以来|後|以前|前)(?!提|後|日|年|処理)")
_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "初め": (1, 3), "初頭": (1, 3), "半ば": (5, 8), "前半": (1, 6), "後半": (7, 12), "上半期": (1, 6), "下半期": (7, 12)}
_AFTER = ("以降", "以後", "以来", "より後", "よりも後", "後")


def periods(text: str, last_day: str | None) -> Iterator[Condition]:
    """Every period in folded `text` (NFKC, lower case, kanji numbers as digits), without overlaps; `last_day` is the base's last (ISO)."""
    last_day = last_day[:10] if last_day else None
    taken: list[tuple[int, int]] = []
    found: list[Condition] = []
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            answer = read(match, last_day)
            if answer is None:
                continue
            period, label = answer
            taken.append(match.span())
            end = match.start() + len(match.group().rstrip())
            found.append(Condition("date", text[match.start() : end], label, match.start(), end, period))
    yield from sorted(found, key=lambda condition: condition.start)


_Answer = tuple[Period, str] | None


def _year(match: re.Match[str], number: int | str = "") -> int | None:
    """The western year of a match's `number`-th year."""
    groups = match.groupdict()
    west = groups.get(f"west{number}")
    if west:
        return int(west)
    for era, year in ((f"era{number}", f"eray{number}"), (f"eras{number}", f"erasy{number}"), (f"eral{number}", f"eraly{number}")):
        if groups.get(era):
            return _era_year(groups[era], groups[year])
    return None


def _era_year(era: str, written: str) -> int | None:
    year = 1 if written == "元" else int(written)
    # A lone letter is an era only while its years were counted: s11 is an interface, h100 a card.
    most = {"s": 64, "h": 31, "r": 40}.get(era, 200)
    return _ERAS[era] + year if 0 < year <= most else None


def _month_days(year: int, first: int, last: int | None = None) -> tuple[str, str]:
    last = last or first
    return f"{year:04d}-{first:02d}-01", f"{year:04d}-{last:02d}-{calendar.monthrange(year, last)[1]:02d}"


def _fiscal_days(year: int) -> tuple[str, str]:
    return f"{year:04d}-04-01", f"{year + 1:04d}-03-31"


def _sided(side: str | None, first: str, last: str, label: str, period: Period) -> tuple[Period, str]:
    """The period itself, or all time from or until it."""
    if not side:
        return period, label
    if side == "まで" or side == "以前":
        return Period(None, last), f"..{label}"
    if side in _AFTER:
        return Period(first, None), f"{label}.."
    return Period(None, _day_before(first)), f"..{_day_before(first)}"


def _day_before(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()


def _fiscal(match: re.Match[str], _: str | None) -> _Answer:
    if match["fy"]:
        one, other = int(match["fy"]), int(match["fy2"] or match["fy"])
        if other < one:
            return None
        whole = Period(_fiscal_days(one)[0], _fiscal_days(other)[1], fiscal_year=one if one == other else None)
        return whole, f"FY{one}" if one == other else f"FY{one}..FY{other}"
    year = int(match["west"]) if match["west"] else _era_year(match["era"] or match["eral"], match["eray"] or match["eraly"])
    if year is None:
        return None
    quarter = match["quarter"] or match["q"] or match["q2"]
    if quarter:
        start = 4 + 3 * (int(quarter) - 1)
        shift, month = divmod(start - 1, 12)
        first, last = _month_days(year + shift, month + 1, month + 3)
        return Period(first, last), f"FY{year}Q{quarter}"
    if match["half"]:
        early = match["half"] in ("上半期", "上期", "前期")
        first, last = (f"{year}-04-01", f"{year}-09-30") if early else (f"{year}-10-01", f"{year + 1}-03-31")
        return Period(first, last), f"{first}..{last}"
    first, last = _fiscal_days(year)
    return _sided(match["side"], first, last, f"FY{year}", Period(first, last, fiscal_year=year))


def _fiscal_span(match: re.Match[str], _: str | None) -> _Answer:
    years: list[int] = []
    for era, written in ((match["era1"] or match["era2"], match["y1"]), (match["era2"] or match["era1"], match["y2"])):
        year = _era_year(era, written) if era else int(written) if written.isdigit() and 1900 <= int(written) < 2200 else None
        if year is None:
            return None
        years.append(year)
    if years[1] < years[0]:
        return None
    return Period(_fiscal_days(years[0])[0], _fiscal_days(years[1])[1]), f"FY{years[0]}..FY{years[1]}"


def _decade(match: re.Match[str], _: str | None) -> _Answer:
    first = int(match["decade"])
    start, end = {"前半": (first, first + 4), "後半": (first + 5, first + 9)}.get(match["half"], (first, first + 9))
    return Period(f"{start}-01-01", f"{end}-12-31"), f"{start}..{end}"


def _part(match: re.Match[str], number: int) -> tuple[str, str, str] | None:
    """(first day, last day, label) of a year, month or day in a match; None for what no calendar has."""
    year = _year(match, number)
    if year is None or not 1900 <= year < 2200:
        return None
    month = match[f"month{number}"] or match[f"monthn{number}"]
    day = match[f"day{number}"] or match[f"dayn{number}"]
    if month is None:
        return f"{year}-01-01", f"{year}-12-31", str(year)
    if day is None:
        first, last = _month_days(year, int(month))
        return first, last, first[:7]
    try:
        exact = date(year, int(month), int(day)).isoformat()
    except ValueError:
        return None
    return exact, exact, exact


def _span(match: re.Match[str], _: str | None) -> _Answer:
    one = _part(match, 1)
    if one is None:
        return None
    if match["monthonly"]:
        if len(one[2]) < 7:
            return None
        other: tuple[str, str, str] | None = (*_month_days(int(one[2][:4]), int(match["monthonly"])), f"{one[2][:4]}-{int(match['monthonly']):02d}")
    else:
        other = _part(match, 2)
    if other is None or other[1] < one[0]:
        return None
    return Period(one[0], other[1]), f"{one[2]}..{other[2]}"


def _season(match: re.Match[str], _: str | None) -> _Answer:
    year = _year(match, 1)
    return None if year is None else _of_season(year, match["season"])


def _of_season(year: int, season: str) -> tuple[Period, str]:
    if season in _SEASONS:
        first, last = _month_days(year, *_SEASONS[season])
    elif season == "冬":
        first, last = f"{year}-12-01", f"{year + 1}-02-{calendar.monthrange(year + 1, 2)[1]}"
    elif season in ("年末", "末"):
        first, last = f"{year}-12-01", f"{year}-12-31"
    elif season == "年末年始":
        first, last = f"{year}-12-25", f"{year + 1}-01-07"
    else:  # 年始, 正月, 年明け
        first, last = f"{year}-01-01", f"{year}-01-31"
    return Period(first, last), f"{first[:7]}..{last[:7]}" if first[:7] != last[:7] else first[:7]


def _point(match: re.Match[str], _: str | None) -> _Answer:
    part = _part(match, 1)
    # A letter and a number alone name an era only where nothing else can be meant: s1 is an interface, h100 a card.
    if part is None or (match["eral1"] == "s" and len(part[2]) == 4 and "年" not in match.group()):
        return None
    first, last, label = part
    return _sided(match["side"], first, last, label, Period(first, last))


def _month_day(match: re.Match[str], last_day: str | None) -> _Answer:
    month, day = int(match["month"]), int(match["day"])
    return Period(months=(month,)), f"--{month:02d}-{day:02d}"


def _month_alone(match: re.Match[str], _: str | None) -> _Answer:
    return Period(months=(int(match["month"]),)), f"--{int(match['month']):02d}"


def _relative(match: re.Match[str], last_day: str | None) -> _Answer:
    if last_day is None:
        return None
    year, month = int(last_day[:4]), int(last_day[5:7] or 12)
    word = match["word"]
    if word is None:
        number = 3 if match["number"] == "数" else int(match["number"])
        months = number * (12 if "年" in match["unit"] else 1)
        back = year * 12 + month - 1 - months
        first = f"{back // 12:04d}-{back % 12 + 1:02d}-{min(int(last_day[8:10] or 1), 28):02d}"
        return (Period(first, last_day), f"{first}..{last_day}") if number else None
    if word.endswith("年度"):
        this = year if month >= 4 else year - 1
        fiscal = this - {"一昨年度": 2, "昨年度": 1, "前年度": 1}.get(word, 0)
        first, last = _fiscal_days(fiscal)
        return Period(first, last, fiscal_year=fiscal), f"FY{fiscal}"
    if word in ("先月", "今月"):
        back = year * 12 + month - 1 - (word == "先月")
        first, last = _month_days(back // 12, back % 12 + 1)
        return Period(first, last), first[:7]
    wanted = year - {"一昨年": 2, "おととし": 2, "昨年": 1, "去年": 1}.get(word, 0)
    if match["season"]:
        return _of_season(wanted, match["season"])
    return Period(f"{wanted}-01-01", f"{wanted}-12-31"), str(wanted)


def _era_whole(match: re.Match[str], _: str | None) -> _Answer:
    first, last = {"昭和": ("1926-12-25", "1989-01-07"), "平成": ("1989-01-08", "2019-04-30"), "令和": ("2019-05-01", None)}[match["era"]]
    return Period(first, last), f"{first}..{last or ''}"


def _event(match: re.Match[str], _: str | None) -> _Answer:
    day = _EVENTS[match["event"]]
    after = match["side"] in _AFTER
    return (Period(day, None), f"{day}..") if after else (Period(None, _day_before(day)), f"..{_day_before(day)}")


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str | None], _Answer]], ...] = (
    (_FISCAL_SPAN, _fiscal_span), (_FISCAL, _fiscal), (_DECADE, _decade), (_SPAN, _span), (_SEASON, _season), (_EVENT, _event), (_POINT, _point),
    (_RELATIVE, _relative), (_MONTH_DAY, _month_day), (_MONTH_ALONE, _month_alone), (_ERA_WHOLE, _era_whole),
)  # fmt: skip
