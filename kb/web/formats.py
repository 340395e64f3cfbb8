"""Values as Japanese text, never more precise than they are; None is shown as 記載なし."""

from __future__ import annotations

import re

from markupsafe import Markup

from kb.web.labels import QUALIFIERS, UNITS

NOT_STATED = Markup('<span class="absent">記載なし</span>')

_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?")
_COMPANY = re.compile(r"^(?:株式会社|有限会社)|(?:株式会社|有限会社)$")
_ERAS = ((2019, "令和", 2018), (1989, "平成", 1988))  # from this fiscal year on, name, year before its first
LONG_MINUTES = 72 * 60  # from here on days say more than hours


def moment(value: str | None) -> str | Markup:
    """ "2018-12-06T13:39+09:00" → 2018年12月6日 13時39分; shorter strings stay as coarse as they are."""
    if value is None:
        return NOT_STATED
    match = _MOMENT.match(value)
    if match is None:
        return value
    year, month, day, hour, minute = match.groups()
    text = f"{year}年"
    if month:
        text += f"{int(month)}月"
    if day:
        text += f"{int(day)}日"
    if hour:
        text += f" {int(hour)}時{minute}分"
    return text


def duration(minutes: int | None) -> str | Markup:
    """265 → 4時間25分."""
    if minutes is None:
        return NOT_STATED
    hours, rest = divmod(minutes, 60)
    text = (f"{hours:,}時間" if hours else "") + (f"{rest}分" if rest or not hours else "")
    return f"{text}(約{round(minutes / 1440)}日)" if minutes >= LONG_MINUTES else text


def number(value: int) -> str:
    """30600000 → 3,060万; a number that is no whole 万 keeps every digit."""
    return f"{value // 10_000:,}万" if value >= 10_000 and value % 10_000 == 0 else f"{value:,}"


def users(count: int | None, unit: str | None = "users", qualifier: str | None = None, most: int | None = None) -> str | Markup:
    """How many users, lines or contracts, with its qualifier: 約3,060万回線, 1,000〜2,000人, 500人以上."""
    if count is None:
        return NOT_STATED
    name = UNITS[unit or "users"]
    if qualifier == "range" and most is not None:
        return f"{number(count)}〜{number(most)}{name}"
    return f"{QUALIFIERS.get(qualifier or '', '')}{number(count)}{name}{'以上' if qualifier == 'at_least' else ''}"


def fiscal_year(year: int | None) -> str | Markup:
    """2018 → 2018年度(平成30年度)."""
    if year is None:
        return NOT_STATED
    for first, era, before in _ERAS:
        if year >= first:
            return f"{year}年度({era}{'元' if year - before == 1 else year - before}年度)"
    return f"{year}年度"


def company(name: str) -> str:
    """株式会社NTTドコモ → NTTドコモ: enough to tell companies apart in a narrow list."""
    return _COMPANY.sub("", name) or name


def stated(value: object) -> object:
    """The value itself, or 記載なし when there is none."""
    return NOT_STATED if value is None or value == "" else value


def marked(text: str, marks: list[list[int]] | tuple[tuple[int, int], ...]) -> Markup:
    """Escaped text with `marks` (half-open offsets, in order) inside <mark>."""
    pieces, end = [], 0
    for start, stop in marks:
        pieces += [Markup.escape(text[end:start]), Markup("<mark>"), Markup.escape(text[start:stop]), Markup("</mark>")]
        end = stop
    return Markup("").join([*pieces, Markup.escape(text[end:])])
