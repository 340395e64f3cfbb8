"""Durations, numbers of users and other counts as printed → numbers with their qualifier.

`8h21m`, `21d21h34m`, `61時間25分`, `約22時間`, `2時間半`; `約4.4万`, `約4万4000`, `約6～8万`, `最大約5,200万`, `3,091万以上`.
Footnote marks (^{注1}, ※3, superscripts) are never digits of a value. Dates are in `dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.japanese.widths import narrow

_FOOTNOTE = re.compile(r"\^?[({\[]?\s*[※*＊注]\s*\d{0,2}\s*[)}\]]?|\^\{[^}]*\}|\^\([^)]*\)|[⁰¹²³⁴-⁹]+")
_UNITS = {
    "週間": 7 * 1440, "日間": 1440, "日": 1440, "d": 1440, "時間": 60, "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60,
    "分間": 1, "分": 1, "m": 1, "min": 1, "mins": 1, "秒間": 1 / 60, "秒": 1 / 60, "s": 1 / 60, "sec": 1 / 60,
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_PART = rf"\d[\d,]*(?:\.\d+)?\s*(?:{_UNIT})(?![a-z])(?:\s*半)?"
_DURATION = re.compile(rf"(?<![\d.,月年時:])(?:{_PART})(?:\s*(?:と|、|,)?\s*{_PART})*", re.IGNORECASE)
_PARTS = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*({_UNIT})(?![a-z])(\s*半)?", re.IGNORECASE)
_CLOCK = re.compile(r"^\s*約?\s*(\d{1,3}):([0-5]\d)(?::[0-5]\d)?\s*$")
_OPEN_RANGE = re.compile(r"(?<!\d)(\d[\d,.]*)\s*(?:~|から|ないし|-)\s*(?=約?\s*\d)")

_MYRIADS = {"千": 10**3, "百": 10**2, "万": 10**4, "億": 10**8}
_AMOUNT = r"(?:\d[\d,]*(?:\.\d+)?\s*[億万千百]*\s*)+"
_COUNT = re.compile(
    rf"(?P<low>{_AMOUNT})(?:(?:人|名|回線|契約|世帯|件|社|ユーザー?)?\s*(?:~|から|ないし|[-ー](?=\s*約?\d))\s*約?\s*(?P<high>{_AMOUNT}))?"
)
_UNIT_WORDS = (("base_stations", "基地局"), ("households", "世帯"), ("lines", "回線"), ("contracts", "契約"), ("users", "人"), ("users", "名"), ("users", "者"), ("users", "ユーザ"))
_LONGEST = 400  # a longer text is no value; what it says beyond that is not looked at
_BROKEN = re.compile(r"(?<=\d),\s+(?=\d{3}(?!\d))")
_APPROXIMATE = re.compile(r"(?<![契予解])約|およそ|おおよそ|概ね|おおむね|ほぼ|程度|前後|推計|推定|[強弱]$")


@dataclass(frozen=True)
class Duration:
    """Whole minutes; `maximum` is the upper end of a printed range, else None."""

    minutes: int
    maximum: int | None = None
    approximate: bool = False


@dataclass(frozen=True)
class Count:
    """A number as printed: `qualifier` is one of model.USERS_QUALIFIERS; `unit` one of model.USERS_UNITS or None."""

    value: int
    maximum: int | None = None
    qualifier: str = "exact"
    unit: str | None = None


def without_footnotes(text: str) -> str:
    """`text` with footnote marks blanked out, of the same length."""
    return _FOOTNOTE.sub(lambda match: " " * len(match.group()), text)


def parse_duration(text: str) -> Duration | None:
    """The first duration in `text`, or None; seconds are rounded to the nearest minute."""
    plain = narrow(without_footnotes(text[:_LONGEST]))
    clock = _CLOCK.match(plain)
    if clock:
        return Duration(int(clock.group(1)) * 60 + int(clock.group(2)), None, "約" in plain)
    match = _DURATION.search(plain)
    if not match:
        return None
    approximate = bool(_APPROXIMATE.search(plain[: match.start()][-4:] + plain[match.end() : match.end() + 3]))
    minutes = _minutes(match.group())
    lower = _OPEN_RANGE.search(plain[: match.end()])
    if lower and lower.end() >= match.start() - 1 and lower.start() < match.start():
        unit = _PARTS.findall(match.group())[0][1]
        return Duration(_minutes(lower.group(1) + unit), minutes, approximate)
    upper = re.match(rf"\s*(?:~|から|ないし)\s*約?\s*((?:{_PART})+)", plain[match.end() :], re.IGNORECASE)
    return Duration(minutes, _minutes(upper.group(1)) if upper else None, approximate)


def parse_count(text: str, header_unit: str = "") -> Count | None:
    """The first number of `text` with its qualifier, or None (不明, －, 数万).

    `header_unit` is the column's unit where the head names one ("万人"): it applies to numbers printed without 万 or 千.
    """
    plain = _BROKEN.sub(",", narrow(without_footnotes(text[:_LONGEST])))
    match = _COUNT.search(plain)
    if not match or "数" in plain[match.end() : match.end() + 1] or re.search(r"[十百千]?数$", plain[: match.start()]):
        return None
    scale = next((size for mark, size in _MYRIADS.items() if mark in header_unit and mark in "万千"), 1)
    low_text, high_text = match.group("low"), match.group("high")
    high = _amount(high_text, scale) if high_text else None
    if high is not None and not re.search("[億万千百]", low_text):
        # 約6～8万: the lower end shares the unit of the upper one.
        marks = re.search("[億万千百]+", high_text or "")
        low = _amount(low_text + (marks.group() if marks else ""), scale)
    else:
        low = _amount(low_text, scale)
    around = plain[: match.start()] + " " + plain[match.end() :]
    if high is not None and high > low:
        return Count(low, high, "range", _unit(plain + header_unit))
    return Count(low, None, _qualifier(around), _unit(plain + header_unit))


def _minutes(text: str) -> int:
    total = 0.0
    for number, unit, half in _PARTS.findall(text):
        size = _UNITS[unit.lower()]
        total += float(number.replace(",", "")) * size + (size / 2 if half else 0)
    return round(total)


def _amount(text: str, scale: int) -> int:
    """4万4000 → 44000, 1億2,000万 → 120000000, 3万6千 → 36000, 4.4万 → 44000."""
    total = 0.0
    marked = False
    for number, marks in re.findall(r"(\d[\d,]*(?:\.\d+)?)\s*([億万千百]*)", text):
        size = 1
        for mark in marks:
            size *= _MYRIADS[mark]
        marked = marked or bool(marks)
        total += float(number.replace(",", "")) * size
    return round(total if marked else total * scale)


def _qualifier(around: str) -> str:
    if "最大" in around or "以下" in around or "未満" in around or "以内" in around:
        return "max"
    if "以上" in around or "少なくとも" in around or "超" in around or "最低" in around:
        return "at_least"
    return "approx" if _APPROXIMATE.search(around.strip()) else "exact"


def _unit(text: str) -> str | None:
    return next((unit for unit, word in _UNIT_WORDS if word in text), None)
