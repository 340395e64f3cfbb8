"""How long users waited for the first notice: as a text states it, or as its clock times give it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kb.japanese.quantities import parse_duration
from kb.japanese.text import nfkc
from kb.knowledge.moments import moment_span
from kb.model import Incident

LONGEST = 60 * 24 * 30  # minutes; what came later than a month is no first notice of an accident under way

# What tells of a notice to users, as against repair, detection or a report to an authority.
_NOTICE = re.compile(r"周知|公表|掲載|告知|第一報|第1報|初報|お知らせ|案内|発表|ツイート|投稿|知らせ")
_OTHERS = re.compile(r"総務省|総務大臣|総合通信局|消防|警察|上位(回線)?事業者|原因と(再発防止|対策)|記者会見|会見|報告書")
_AFTER = re.compile(
    r"(?:発生|障害|事故|停止)(?:時刻)?(?:して|した)?(?:から|の|より)?[、,]?約?(?P<time>\d[\d,]*\s*(?:日|時間|分)(?:間)?(?:\s*半|\s*\d+\s*分)?)(?:間|あまり|余り|程度|ほど|弱|強)?(?:以上)?(?:後|で|が経過|経過|を要し|かか)"
)
_TOOK = re.compile(
    r"(?:周知|公表|掲載|告知|第一報|第1報|初報|案内|お知らせ)(?:を行う|をする|する|の掲載)?(?:まで|に)(?:に|は)?[、,]?約?(?P<time>\d[\d,]*\s*(?:時間|分)(?:\s*半|\s*\d+\s*分)?)(?:以上|余り|あまり|程度|ほど|弱|強)?(?:後|を要|かか|経過|の時間を要)"
)
_CLOCK = re.compile(r"(?:(?P<day>\d{1,2})日|(?P<same>同日|当日)|(?P<next>翌日|翌\d{1,2}日|翌))?[^\d]{0,3}(?P<hour>[01]?\d|2[0-9])(?:時(?:(?P<minute>[0-5]?\d)分|(?P<half>半))?|:(?P<colon>[0-5]\d))")
_FIRST = re.compile(r"第一報|第1報|初報|最初|はじめて|初めて|まず")


@dataclass(frozen=True)
class FirstNotice:
    """Minutes from the start to the first notice; `basis` is stated or computed, `quote` the sentence that it is from."""

    minutes: int
    basis: str
    quote: str


def first_notice(incident: Incident) -> FirstNotice | None:
    """The first notice to users; a time that the report prints wins over one that is computed. None where nothing is stated."""
    texts = [n.text for n in incident.notifications] + [s.text for s in incident.statements if s.kind == "notification"]
    texts += [s.text for s in incident.statements if s.kind in ("prolonging", "consequence", "note")]
    stated = list(_stated(texts))
    if stated:
        return min(stated, key=lambda notice: notice.minutes)
    computed = [*_timed(incident), *_clocked(incident, texts)]
    return min(computed, key=lambda notice: notice.minutes, default=None)


def _stated(texts: Iterable[str]) -> Iterable[FirstNotice]:
    for text in texts:
        plain = nfkc(text)
        for clause in re.split(r"[。]", plain):
            if not _NOTICE.search(clause):
                continue
            for pattern in (_AFTER, _TOOK):
                for match in pattern.finditer(clause):
                    about = clause[match.start() :]
                    if pattern is _AFTER and (_OTHERS.search(_next_words(about)) or not _NOTICE.search(about)):
                        continue
                    read = parse_duration(match["time"])
                    if read is not None and read.minutes <= LONGEST:
                        yield FirstNotice(read.minutes, "stated", text)


def _next_words(text: str) -> str:
    """What the clause goes on to say, up to its next break."""
    return re.split(r"[、,(]", text, maxsplit=1)[0] if "、" in text[:30] else text[:40]


def _timed(incident: Incident) -> Iterable[FirstNotice]:
    start = _minute(incident.started_at)
    for notification in incident.notifications:
        at = _minute(notification.at)
        if start is not None and at is not None and 0 <= (minutes := _between(start, at)) <= LONGEST:
            yield FirstNotice(minutes, "computed", notification.text)


def _clocked(incident: Incident, texts: Iterable[str]) -> Iterable[FirstNotice]:
    """From "公式Twitterの第一報は17時": clock times in sentences that speak of a first notice, on the day of the accident where none is given."""
    start = _minute(incident.started_at)
    if start is None:
        return
    for text in texts:
        for clause in re.split(r"[。、,]", nfkc(text)):
            if not (_NOTICE.search(clause) and _FIRST.search(clause)) or _OTHERS.search(clause):
                continue
            for match in _CLOCK.finditer(clause):
                at = _at(start, match)
                if at is not None and 0 <= (minutes := _between(start, at)) <= LONGEST:
                    yield FirstNotice(minutes, "computed", text)


def _at(start: datetime.datetime, match: re.Match[str]) -> datetime.datetime | None:
    minute = 30 if match["half"] else int(match["minute"] or match["colon"] or 0)
    hour = int(match["hour"])
    day = start.replace(hour=0, minute=0)
    if match["next"]:
        day += datetime.timedelta(days=1)
    elif match["day"]:
        try:
            day = day.replace(day=int(match["day"]))
        except ValueError:
            return None
    return day + datetime.timedelta(hours=hour, minutes=minute)


def _minute(moment: str | None) -> datetime.datetime | None:
    """A moment with a time of day; None for a day or a month."""
    return moment_span(moment)[0] if moment and "T" in moment else None


def _between(start: datetime.datetime, end: datetime.datetime) -> int:
    return int((end - start).total_seconds() // 60)
