"""When an accident began and ended, from labelled values first, then from what the prose says, then from the timeline and the title."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kb.formats.layout import Document
from kb.japanese.context import moments_in_context
from kb.japanese.dates import Moment, parse_moment
from kb.japanese.quantities import parse_duration
from kb.japanese.text import nfkc, sentences
from kb.sources.company_report.blocks import OPENING, Block, Piece, of_topic
from kb.sources.moments import as_datetime, is_time

_DATE_ALONE = re.compile(r"^[^\d平令昭HRS]{0,14}(?:平成|令和|昭和|[HRS]|\d{4}\s*年|\d{4}[/.-])[\s\d元年月日/.\-]+(?:[(（][月火水木金土日][)）])?\s*(?:(?:午前|午後)?\s*\d{1,2}(?::\d{2}|時(?:\d{1,2}分)?))?\s*(?:更新|現在|掲載|公表|発表|時点)?$")
_PUBLISHED = re.compile(r"(?:掲載|公表|公開|発表|更新|作成|報告|提出|投稿|初版)(?:日時?)?[\s:：*]*$")
_SPAN = re.compile(r"^\s*(?:頃|ごろ|ころ)?\s*(?:[(（][^)）]{0,14}[)）])?\s*(?:[~〜～\-–—―]|から|より|に発生し)")
_UNTIL = re.compile(r"^\s*(?:頃|ごろ|ころ)?\s*(?:[(（][^)）]{0,14}[)）])?\s*(?:まで|にかけて|の間|に(?:全て|すべて|完全に)?(?:復旧|回復|解消|収束)|[)）、。\s]|$)")
_BEGINS = re.compile(r"発生|より|から|頃、|ごろ、|停止|検知|利用できな|ご利用いただけな|つながりにく|開始")
_ENDS = re.compile(r"復旧|回復|解消|収束|復帰|解決|正常化|再開")
_NOT_END = re.compile(r"(?:見込み|予定|目途|目処|未定|一部(?:が|の|は)?(?:復旧|回復)|順次|作業を開始|に着手|できず|至らず|を試み|試行)")
_UNFINISHED = re.compile(r"復旧(?:して(?:おら|い)(?:ず|ない|ません)|していません)|継続中|対応中|復旧の?(?:見込み|目途)|未復旧")
_OTHER_ACCIDENT = re.compile(r"(?:過去|以前|前回|昨年|平成\d+年度の)(?:の|に|同様)|類似の(?:事故|障害)")


@dataclass(frozen=True)
class Phase:
    """A marked part of the accident with a duration of its own; `service` is what the mark is said to be."""

    minutes: int
    printed: str
    service: str | None


@dataclass(frozen=True)
class Period:
    """Start and end as ISO moments, as printed, and the stated duration in minutes."""

    started_at: str | None = None
    ended_at: str | None = None
    printed_start: str | None = None
    minutes: int | None = None
    printed_minutes: str | None = None
    phases: Mapping[str, Phase] = field(default_factory=dict)  # by mark (①音声:3時間25分 ②データ:5時間38分) or by the service's name


def published_on(document: Document, found: list[Block]) -> str | None:
    """The day of the paper: labelled, or a date alone on one of the first or last lines."""
    for block in of_topic(found, "published"):
        for piece in block.pieces:
            value = parse_moment(piece.text)
            if value and len(value) >= 10:
                return value[:10]
    lines = [line.text.strip() for line in document.lines if line.text.strip()]
    for text in [*lines[:14], *reversed(lines[-4:])]:
        plain = nfkc(text)
        if len(plain) <= 40 and (_DATE_ALONE.match(plain) or any(_PUBLISHED.search(plain[: m.start]) for m in moments_in_context(plain)[:1])):
            value = parse_moment(plain)
            if value and len(value) >= 10:
                return value[:10]
    for text in lines[:2]:  # 2023/08/21 [障害] …のご報告
        moments = moments_in_context(nfkc(text))
        if moments and moments[0].start == 0 and len(moments[0].value) == len("2023-08-21") and not _BEGINS.search(nfkc(text)[: moments[0].end + 4]):
            return moments[0].value
    return None


def period(document: Document, found: list[Block], published: str | None) -> Period:
    """The accident's period; moments without a year are taken from near the day of publication."""
    reference = _reference(document, published)
    started = ended = printed = None
    for block in of_topic(found, "started", "period"):
        for piece in block.pieces:
            moments = moments_in_context(piece.text, reference)
            if moments and started is None:
                started, printed = moments[0].value, piece.text
                if len(moments) > 1 and (block.topic == "period" or _spans(piece.text, moments[0], moments[1]) or _ENDS.search(piece.text)):
                    ended = moments[1].value if not _UNFINISHED.search(piece.text) else None
    for block in of_topic(found, "ended"):
        for piece in block.pieces:
            moments = moments_in_context(piece.text, started or reference)
            if moments and not _NOT_END.search(piece.text) and not _UNFINISHED.search(piece.text):
                ended = moments[-1].value if ended is None else ended
    told = list(_told(found))
    if started is None or ended is None:
        for _, sentence in told:
            moments = moments_in_context(sentence, started or reference)
            pair = next(((a, b) for a, b in itertools.pairwise(moments) if _spans(sentence, a, b) and _UNTIL.match(sentence[b.end :])), None)
            if pair and (started is None or _fits(started, pair[0].value)):
                started, ended = (pair[0].value if started is None else started), (pair[1].value if ended is None else ended)
                printed = printed or sentence[pair[0].start : pair[1].end]
                break
    if started is None:
        started, printed = _first(told, reference)
    if ended is None and started is not None and not any(_UNFINISHED.search(text) for _, text in told):
        ended = _last(found, started)
    minutes, printed_minutes = stated_duration(found)
    if ended is not None and started is not None and is_time(started) and is_time(ended) and as_datetime(ended) < as_datetime(started):
        ended = None
    minutes = minutes_between(started, ended) if minutes is None else minutes
    return Period(started, ended, printed, minutes, printed_minutes, _phases(found))


def minutes_between(started: str | None, ended: str | None) -> int | None:
    """Minutes from one ISO moment to another; None where either is missing or names no time."""
    if not (started and ended and is_time(started) and is_time(ended)):
        return None
    return int((as_datetime(ended) - as_datetime(started)).total_seconds()) // 60


def _reference(document: Document, published: str | None) -> str | None:
    """A day near the accident: of the paper, else the first full date of the text."""
    if published:
        return published
    for line in document.lines[:60]:
        value = parse_moment(line.text)
        if value:
            return value[:10] if len(value) >= 10 else f"{value}-01" if len(value) == 7 else f"{value}-06-30"
    return None


def _spans(text: str, one: Moment, other: Moment) -> bool:
    """Whether two moments are the ends of one span."""
    between = text[one.end : other.start]
    return len(between) <= 24 and bool(_SPAN.match(between)) and "。" not in between


def _fits(started: str, value: str) -> bool:
    return started[:10] == value[:10]


def _told(found: list[Block]) -> Iterator[tuple[Piece, str]]:
    """Sentences that may tell of the whole accident, most likely ones first."""
    for topics in (("overview", "impact", "service", "users", "area"), (OPENING, "apology", "other"), ("cause", "recovery", "timeline", "notification")):
        for block in of_topic(found, *topics):
            for piece in block.pieces:
                for _, sentence in sentences(nfkc(piece.text)):
                    if not _OTHER_ACCIDENT.search(sentence):
                        yield piece, sentence


def _first(told: list[tuple[Piece, str]], reference: str | None) -> tuple[str | None, str | None]:
    """(start, as printed): the first time of a sentence that tells of a beginning, else the first day of one."""
    coarse: tuple[str | None, str | None] = (None, None)
    for _, sentence in told:
        if not _BEGINS.search(sentence):
            continue
        for moment in moments_in_context(sentence, reference):
            if is_time(moment.value):
                if coarse[0] is None or moment.value[:10] >= coarse[0][:10]:
                    return moment.value, sentence[moment.start : moment.end]
            elif coarse[0] is None and len(moment.value) >= 7:
                coarse = (moment.value, sentence[moment.start : moment.end])
    return coarse


def _last(found: list[Block], started: str) -> str | None:
    """The last time at which something is said to have been restored, in overview, recovery or timeline."""
    ends: list[str] = []
    for block in of_topic(found, "overview", "impact", OPENING, "recovery", "timeline", "apology", "service", "other", "cause"):
        context = started
        for piece in block.pieces:
            for _, sentence in sentences(nfkc(piece.text)):
                moments = moments_in_context(sentence, context)
                if moments and len(moments[-1].value) >= 10:
                    context = moments[-1].value
                if moments and _ENDS.search(sentence) and not _NOT_END.search(sentence) and not re.search(r"再発|防止|対策", sentence):
                    ends += [m.value for m in moments if is_time(m.value) and m.value[:16] > started[:16]][-1:]
        if ends and block.topic in ("overview", "impact", OPENING):
            return ends[-1]
    return max(ends, default=None)


def stated_duration(found: Iterable[Block]) -> tuple[int | None, str | None]:
    """(minutes, as printed) of a labelled or plainly stated duration; of several the longest."""
    best: tuple[int | None, str | None] = (None, None)
    for block in found:
        for piece in block.pieces:
            texts = re.split(r"(?=[①-⑳])|\t", piece.text) if block.topic == "duration" else re.findall(r"(?:継続|停止|障害|影響|中断)時間(?:は|が|[:：])?\s*[^、。]{2,20}", piece.text)
            if block.topic in ("started", "ended", "period"):
                texts += re.findall(r"[(（][^)）]*(?:時間|分)[^)）]*[)）]", piece.text)
            if block.topic in ("overview", OPENING, "impact"):
                texts += re.findall(r"(?:約|およそ)?\d[^、。]{0,8}(?:時間|分|日間?)(?:\d+分)?(?:にわた|に渡|の間)", nfkc(piece.text))
            for text in texts:
                read = parse_duration(re.sub(r"[:：①-⑳]", " ", text))
                if read and (best[0] is None or read.minutes > best[0]):
                    best = (read.minutes, text.strip("()（） "))
    return best


def _phases(found: Iterable[Block]) -> dict[str, Phase]:
    phases: dict[str, Phase] = {}
    for block in found:
        for piece in block.pieces if block.topic == "duration" else ():
            for match in re.finditer(r"(?P<mark>[①-⑳])\s*(?:(?P<service>[^:：①-⑳\d]{1,30}?)\s*[:：])?\s*(?P<value>[^①-⑳]+)", piece.text):
                read = parse_duration(match["value"])
                if read:
                    phases[match["mark"]] = Phase(read.minutes, match["value"].strip(), match["service"])
            named = re.match(r"[・\s]*(?P<service>[^①-⑳\d:：。、]{2,30}?)\s*[:：\s]\s*(?P<value>約?\d[^。、]{0,16})$", "\n".join(span.text for span in piece.spans))
            if named and (read := parse_duration(named["value"])):
                phases[nfkc(named["service"])] = Phase(read.minutes, named["value"].strip(), None)
    return phases
