"""Clock times in a sentence about an accident: when, and what kind of thing happened then.

A time without a day is taken where one day alone fits; otherwise it is left out, because a picture would look more certain than its source.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.japanese.text import nfkc

BEFORE = datetime.timedelta(hours=6)  # of the start: signs and work that led to it
AFTER = datetime.timedelta(hours=36)  # of the end: notices and reports

_CLOCK = re.compile(
    r"(?:(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日|(?P<same>同日|当日)|(?P<next>翌日|翌(?=\d)|翌朝|翌未明))?(?:\([月火水木金土日]\))?(?:の|、)?"
    r"(?P<half>午前|午後|未明|深夜|早朝|夜|朝|夕方)?(?<![\d.,])(?P<hour>[01]?\d|2[0-4])(?:時(?!間|点)(?:(?P<minute>[0-5]?\d)分(?!間)|(?P<thirty>半))?|:(?P<colon>[0-5]\d)(?!\d))"
)
_CIRCLED = re.compile("[①-⑳]")  # NFKC would make 13時 of ①3時
_DATE = re.compile(r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?!間|後|前|目)")
# A state of affairs that somebody counted then, or a value that sources tell otherwise: nothing happened at that moment.
_COUNTED = re.compile(r"^(?:頃|ごろ|ころ)?の?(?:時点|現在|台|数(?!時)|まで(?:の|に)[^、。]*\d件|[^、。]*時点)")
_DISPUTED = re.compile(
    r"ブログ|記事|出典|とする(?:資料|報道|説明|もの)|の版|採った|資料では|報道では|食い違|誤り|異なる|時刻は|計算値|換算|UTC|米東部|記述もある|"
    r"改めら|訂正|当初の|当初は|見込み|例:|区間|値。"
)
_KINDS = (
    ("report", re.compile(r"(?:総務省|総合通信局|当局|行政)[^。]*報告|報告[^。]*(?:総務省|総合通信局)")),
    ("notice", re.compile(r"周知|公表|掲載|告知|第一報|第1報|第二報|初報|お知らせ|案内|発表|会見|ツイート|投稿|通知|知らせ")),
    ("work", re.compile(r"復旧作業|緊急保守")),
    ("restored", re.compile(r"復旧|回復|解除|再開|収束|正常|解消")),
    ("work", re.compile(r"作業|切り?戻|切り?替|再起動|規制|制限|交換|切り?離|投入|適用|変更|更新|遮断|迂回|設定|流量|出動|修理|復電|給電|対処|措置")),
    ("sign", re.compile(r"検知|警報|アラーム|把握|覚知|発見|気付|気づ|予兆|異常|申告")),
    ("start", re.compile(r"発生|始ま")),
)


@dataclass(frozen=True)
class ClockTime:
    """`kind` is a key of `course.KINDS`, `clause` the words between two commas that hold it."""

    at: datetime.datetime
    kind: str
    clause: str


def clock_times(sentence: str, start: datetime.datetime, precise: bool, end: datetime.datetime) -> Iterator[ClockTime]:
    """Times within the accident's course, from BEFORE its start to AFTER its end; `precise` says whether the time of the start is known."""
    for part in re.split(r"(?<=。)", nfkc(_CIRCLED.sub(" ", sentence))):
        if not _DISPUTED.search(part):
            yield from _in_part(part.strip().rstrip("。"), start, precise, end)


def _in_part(part: str, start: datetime.datetime, precise: bool, end: datetime.datetime) -> Iterator[ClockTime]:
    day: datetime.date | None = None
    offset = 0
    for match in _CLOCK.finditer(part):
        for dated in _DATE.finditer(part, offset, match.start()):
            day = _date(dated, start) or day
        offset = match.end()
        if match["day"] or match["same"] or match["next"]:
            day = _day(match, day, start)
        if _COUNTED.match(part[match.end() :]):
            continue
        at = _placed(match, day, start, precise, end)
        if at is not None:
            clause = _clause(part, match)
            yield ClockTime(at, _kind(part, match), clause)


def _day(match: re.Match[str], day: datetime.date | None, start: datetime.datetime) -> datetime.date | None:
    if match["day"]:
        return _date(match, start)
    if match["same"]:
        return day or start.date()
    return (day or start.date()) + datetime.timedelta(days=1)


def _date(match: re.Match[str], start: datetime.datetime) -> datetime.date | None:
    """The day named, nearest to the start: in its month or, without a month, from it on."""
    groups = match.groupdict()
    day, month = int(match["day"]), int(match["month"] or start.month)
    year = int(groups.get("year") or start.year)
    if not groups.get("year") and month - start.month < -6:
        year += 1
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    if match["month"] is None and found < start.date() - datetime.timedelta(days=15):
        following = (found.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
        try:
            return following.replace(day=day)
        except ValueError:
            return None
    return found


def _placed(match: re.Match[str], day: datetime.date | None, start: datetime.datetime, precise: bool, end: datetime.datetime) -> datetime.datetime | None:
    """The moment, where exactly one day within the accident's course fits."""
    hour, minute = int(match["hour"]), int(match["minute"] or match["colon"] or (30 if match["thirty"] else 0))
    if match["half"] in ("午後", "夕方", "夜") and hour < 12:
        hour += 12
    time = datetime.timedelta(hours=hour, minutes=minute)
    if day is not None:
        at = datetime.datetime.combine(day, datetime.time(), start.tzinfo) + time
        return at if start - BEFORE <= at <= end + AFTER else None
    midnight = start.replace(hour=0, minute=0)
    days = (end.date() - start.date()).days
    if days > 1 or (days == 1 and not precise):
        return None
    fitting = [at for shift in range(days + 1) if start <= (at := midnight + datetime.timedelta(days=shift) + time) <= end]
    if not fitting and precise:  # after the end on its last day, or shortly before the start
        last = end.replace(hour=0, minute=0) + time
        fitting = [at for at in {midnight + time, last} if start - BEFORE <= at < start or end < at <= end + AFTER / 3]
    return fitting[0] if len(fitting) == 1 else None


def _clause(part: str, match: re.Match[str]) -> str:
    """From the comma before it to the comma after it; a short one takes its neighbour along."""
    left = part.rfind("、", 0, match.start()) + 1
    right = part.find("、", match.end())
    right = len(part) if right < 0 else right
    if right - match.end() < 6 and right < len(part):
        following = part.find("、", right + 1)
        right = len(part) if following < 0 else following
    return part[left:right]


def _kind(part: str, match: re.Match[str]) -> str:
    """By the clause, what follows the time first; else by the whole sentence, where that is of one kind."""
    for told in (re.split(r"[、。]", part[match.end() :])[0], _clause(part, match)):
        for kind, words in _KINDS:
            if words.search(told):
                return kind
    others = {kind for kind, words in _KINDS if words.search(part)}
    return others.pop() if len(others) == 1 else "stage"
