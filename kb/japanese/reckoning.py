"""Moments as Japanese papers write them: in the era and in the common year, never more precise than they are."""

from __future__ import annotations

import re

# First day, name, and the year before its first.
_ERAS = (("2019-05-01", "令和", 2018), ("1989-01-08", "平成", 1988), ("1926-12-25", "昭和", 1925), ("1912-07-30", "大正", 1911), ("1868-01-25", "明治", 1867))
_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?")


def era_year(moment: str) -> str | None:
    """ "2019-05" → 令和元年; None where the year, or the month, lies in two eras or in none."""
    day = moment[:10]
    ends = {4: ("-01-01", "-12-31"), 7: ("-01", "-31")}.get(len(day), ("", ""))
    first, last = (next(((name, before) for start, name, before in _ERAS if start <= day + end), None) for end in ends)
    if first is None or first != last:
        return None
    year = int(moment[:4]) - first[1]
    return f"{first[0]}{'元' if year == 1 else year}年"


def both(moment: str, *, clock: bool = True) -> str:
    """ "2022-07-02T01:35+09:00" → 令和4年(2022年)7月2日 1時35分. What is no moment is returned as it is."""
    match = _MOMENT.match(moment)
    if match is None:
        return moment
    year, month, day, hour, minute = match.groups()
    era = era_year(moment)
    text = f"{era}({year}年)" if era else f"{year}年"
    text += f"{int(month)}月" if month else ""
    text += f"{int(day)}日" if day else ""
    return text + (f" {int(hour)}時{minute}分" if hour and clock else "")
