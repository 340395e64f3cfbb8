"""How long users waited for the first notice: as a text states it, or as its clock times give it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kb.japanese.quantities import parse_duration
from kb.japanese.text import nfkc
from kb.model import Incident
from kb.sources.moments import moment_span

LONGEST = 60 * 24 * 30  # minutes; what came later than a month is no first notice of an accident under way

# What tells of a notice to users, as against repair, detection or a report to an authority.
_NOTICE = re.compile(r"周知|公表|掲載|告知|第一報|第1報|初報|お知らせ|案内|発表|ツイート|投稿|知らせ")
_OTHERS = re.compile(r"総務省|総務大臣|総合通信局|消防|警察|上位(回線)?事業者|原因と(再発防止|対策)|記者会見|会見|報告書")
_TIME = r"(?P<time>\d[\d,]*\s*(?:日|時間|分)(?:間)?(?:\s*半|\s*\d+\s*分)?)(?:間|あまり|余り|程度|ほど|弱|強)?(?:以上)?"
# 発生から約77分後に掲載した, 掲載したのは発生から110分後である, 発生後1時間50分で公表した
_AFTER = re.compile(rf"(?:発生|障害|事故|停止)(?:時刻)?(?:して|した)?(?:から|の|より|後)?[、,]?約?{_TIME}(?:後|で|が経過|経過|を要し|かか|[)]|$)")
# 初報まで45分かかった, 最初の周知まで1時間半以上を要した
_TOOK = re.compile(
    r"(?:周知|公表|掲載|告知|第一報|第1報|初報|案内|お知らせ)(?:を行う|をする|する|の掲載)?(?:まで|に)(?:に|は)?[、,]?約?" + _TIME + r"(?:後|を要|かか|経過|の時間を要)"
)
_CLOCK = re.compile(r"(?:(?P<day>\d{1,2})日|(?P<same>同日|当日)|(?P<next>翌日|翌\d{1,2}日|翌))?[^\d]{0,3}(?P<hour>[01]?\d|2[0-9])(?:時(?:(?P<minute>[0-5]?\d)分|(?P<half>半))?|:(?P<colon>[0-5]\d))")
_DATED = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_AT = re.compile(r"\s*(?:頃|ごろ|ころ)?(?:に|には)")  # 18時58分に掲載した, and not 17時頃の発生を公表した or 13時時点の状況
_LATE = re.compile(r"復旧|回復|更新|訂正|続報|第二報|第2報|最終|終報|まで")
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
    others = [s.text for s in incident.statements if s.kind in ("prolonging", "consequence", "note")]
    stated = list(_stated([*texts, *others]))
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
                    if pattern is _AFTER and not _of_a_notice(clause, match):
                        continue
                    read = parse_duration(match["time"])
                    if read is not None and read.minutes <= LONGEST:
                        yield FirstNotice(read.minutes, "stated", text)


def _of_a_notice(clause: str, match: re.Match[str]) -> bool:
    """Is it a notice to users that came so long after? It follows (後に掲載した), or stands before (掲載したのは…後)."""
    before = re.split(r"[、,]", clause[: match.start()])[-1]
    if _NOTICE.search(before):
        return not _OTHERS.search(before)
    after = clause[match.start() :]
    return bool(_NOTICE.search(after)) and not _OTHERS.search(re.split(r"[、,(]", after, maxsplit=1)[0])


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
        if any((int(m["month"]), int(m["day"])) != (start.month, start.day) for m in _DATED.finditer(nfkc(text))):
            continue  # it tells of another day
        for clause in re.split(r"[。、,]", nfkc(text)):
            if not _NOTICE.search(clause) or _OTHERS.search(clause):
                continue
            for match in _CLOCK.finditer(clause):
                if not _FIRST.search(clause) and (_LATE.search(clause) or not _AT.match(clause, match.end())):
                    continue
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
