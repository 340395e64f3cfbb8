"""Running text of a detail sheet → items: causes, measures with month and status, notifications with channel and time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.formats.layout import Document
from kb.formats.repair import join_wrapped
from kb.japanese.dates import find_moments, parse_moment
from kb.japanese.widths import narrow
from kb.model import Measure, Notification, Position
from kb.sources.spans import Span, pieces

_BULLET = r"[・●○■◆▪•‣⁃◎□]"
_ITEM = re.compile(
    rf"(?:(?<=[\s。】])|^){_BULLET}(?=\s*\S)|(?:(?<=\n)|^)-\s|(?:(?<=[\n。】])|(?<=。\s))[①-⑳](?=\s*\S)|(?<=\n)\(?\d{{1,2}}[.)．）]\s*(?=\D)"
)
_ITEM_START = re.compile(rf"^(?:{_BULLET}|-\s|\(?\d{{1,2}}[.)．）](?!\d)|[①-⑳])\s*")
_AFTER_STATUS = re.compile(r"(?<=】)(?=\s*[^\s【])")
_SENTENCE_END = re.compile(r"(?<=。)(?=\s+\S)|(?<=[)）])(?=\n\s*[^\sのはがをにでともへやか、。])")
_STATUS_WORDS = "実施|完了|予定|済|中$|検討|継続|対応|適用|導入|随時|未定"
_DATE_WORD = r"(?:[HRS]|平成|令和|昭和|(?:19|20)\d{2})"
_WHEN = rf"(?:{_DATE_WORD}|\d{{1,4}}\s*年|\d{{1,2}}\s*月|[同本翌来]年|同月|今年)"
_STATUS = re.compile(
    rf"【(?P<square>[^【】]{{1,40}})】|[(（](?P<round>(?:{_WHEN}[^()（）]{{0,20}})?(?:実施|完了|予定|対応済|済み?|検討中|対応中|継続|導入|適用)[^()（）]{{0,10}})[)）]"
    rf"|[(（](?P<date>{_WHEN}[\s\d元年月日.．/]{{0,12}}(?:末|中|頃|ごろ|[上中下]旬|まで|から|より)?)[)）](?=\s*。?\s*$)"
    rf"|(?P<bare>{_DATE_WORD}[\s\d元年月日.．/]{{2,14}}(?:に|までに|から|より)?\s*(?:実施完了|完了|実施済み?|実施予定|完了予定|実施))(?=。?$)"
)
_PROMISED = re.compile("予定|検討|今後|計画")
_CARRIED_OUT = re.compile(r"(?:実施|完了|導入|交換|改訂|追加|変更|適用|設定|更新|拡大|統一|強化|増強|配備|整備|手順化|見直し|した|済み?)。?\s*$")
# …を適用（R2.12）。…を手順化（R3.1）。: each sentence has a status of its own.
_AFTER_BRACKET = re.compile(r"(?<=[)）】]。)(?=\s*[^\s【(（])")
_SHORT_MONTH = re.compile(r"(?<![\d年])(?:(?P<year>\d{1,2})\s*年\s*)?(?P<month>\d{1,2})\s*月(?!\s*間)")
_SCREEN = re.compile(r"[(（]\s*(?:障害|事故|不具合)?\s*(?:発生時|復旧時|回復時|復旧後)[^()（）\n]{0,12}[)）]")
_POSTED_HEAD = re.compile(r"^(?:\[\d\]|\s)+(?=平成|令和|昭和|[HRS]\d|20\d\d)")


@dataclass(frozen=True)
class Item:
    """One bullet: `text` on one line, `raw` as it stands in the document."""

    text: str
    start: int
    raw: str


def items(spans: list[Span], by_sentence: bool) -> list[Item]:
    """Bullets of a field, over page breaks; without bullets the sentences that a converter parted by white space."""
    found: list[Span] = []
    for number, span in enumerate(spans):
        parts = pieces(span, _ITEM)
        parts = [piece for part in parts for piece in pieces(part, _AFTER_STATUS)]
        if by_sentence and len(parts) == 1 and not _ITEM_START.match(parts[0].text):
            parts = pieces(parts[0], _SENTENCE_END)
        for position, part in enumerate(parts):
            goes_on = number and not position and found and not _ITEM_START.match(part.text) and not _ended(found[-1].text)
            if goes_on:
                found[-1] = Span(found[-1].text + "\n" + part.text, found[-1].start)
            else:
                found.append(part)
    bare = [(_ITEM_START.sub("", span.text), span.start) for span in found]
    return [Item(join_wrapped(raw), start, raw) for raw, start in bare if raw.strip()]


def _ended(text: str) -> bool:
    bare = text.rstrip()
    return bare.endswith(("。", "】")) or (bare.endswith((")", "）")) and any(match.end() == len(bare) for match in _STATUS.finditer(bare)))


def measures(spans: list[Span], document: Document, accident: str | None = None) -> list[Measure]:
    """Every measure with what its bracket says: 【H27. 5 実施完了】 → 2015-05, done.

    `accident` (ISO) tells which year is meant by （8月実施） or （27年8月）.
    """
    found: list[Measure] = []
    for item in [part for whole in items(spans, by_sentence=True) for part in _by_status(whole)]:
        marks = [m for m in _STATUS.finditer(item.raw) if m.group("square") is None or _is_status(m.group("square"))]
        mark = marks[-1] if marks else None
        if mark is None:
            found.append(Measure(item.text, position=document.position(item.start)))
            continue
        printed = next(group for group in mark.groups() if group is not None).strip()
        printed = re.sub(r"\s+", " ", re.sub(r"(?<=[一-鿿ぁ-んァ-ヶ])\s*\n\s*", "", printed))
        text = join_wrapped(item.raw[: mark.start()] + item.raw[mark.end() :])
        position: Position | None = document.position(item.start)
        if not text and found and found[-1].printed is None:
            text, position = found[-1].text, found[-1].position
            found.pop()
        stands = status(printed)
        if mark.group("date") and not _PROMISED.search(text):
            stands = "done" if _CARRIED_OUT.search(text) else None
        elif mark.group("date"):
            stands = "planned"
        found.append(Measure(text or printed, completion(printed, accident), stands, printed, position))
    return found


def _by_status(item: Item) -> list[Item]:
    """An item whose sentences each end in a bracket, cut into them."""
    parts = pieces(Span(item.raw, item.start), _AFTER_BRACKET)
    if len(parts) < 2 or not all(_STATUS.search(part.text) for part in parts):
        return [item]
    return [Item(join_wrapped(part.text), part.start, part.text) for part in parts]


def completion(printed: str, reference: str | None = None) -> str | None:
    """The month or day printed; 年度末 is the March that ends the fiscal year. `reference` (ISO) supplies a year left out."""
    moment = parse_moment(printed)
    if moment:
        return moment[:10]
    if reference and (short := _SHORT_MONTH.search(narrow(printed))) and (meant := _year_meant(short, reference)):
        return f"{meant}-{int(short.group('month')):02d}"
    end = re.search(r"(?:平成|令和|[HR])?\s*(?:\d{1,4}|元)\s*年度末", narrow(printed))
    if end:
        fiscal = parse_moment(end.group().replace("年度末", "年"))
        return f"{int(fiscal) + 1}-03" if fiscal else None
    return None


def _year_meant(short: re.Match[str], reference: str) -> int | None:
    """The year of 27年8月 (of the era near `reference`) or of 8月 (the first one from `reference` on)."""
    year, month = int(reference[:4]), int(short.group("month"))
    if not 1 <= month <= 12:
        return None
    if short.group("year") is None:
        return year + (1 if len(reference) >= 7 and month < int(reference[5:7]) else 0)
    counted = int(short.group("year"))
    return min((counted + start for start in (1925, 1988, 2000, 2018)), key=lambda candidate: (candidate < year, abs(candidate - year)))


def status(printed: str) -> str | None:
    """One of model.MEASURE_STATUSES, or None where the bracket has a date only."""
    if re.search("予定|検討|今後|未定|計画", printed):
        return "planned"
    if re.search("実施中|対応中|継続|随時|推進中|進行中|作業中|順次", printed):
        return "ongoing"
    return "done" if re.search("完了|済|実施|適用|導入|対応", printed) else None


def _is_status(text: str) -> bool:
    return bool(re.search(_STATUS_WORDS, text) or parse_moment(text))


@dataclass
class _Draft:
    """A notification being gathered; `is_screen` when it is the text of a screenshot."""

    channel: str
    is_screen: bool
    start: int
    lines: list[str]


def notifications(channels: list[tuple[str, Span]], document: Document, started_at: str | None) -> list[Notification]:
    """One for every bullet, and one for every screenshot (its text as lines, without a time of its own)."""
    drafts: list[_Draft] = []
    for channel, span in channels:
        offset = 0
        for line in span.text.split("\n"):
            last = drafts[-1] if drafts and drafts[-1].channel == channel else None
            for number, piece in enumerate(_notification_pieces(Span(line, span.start + offset), bool(last and last.is_screen))):
                last = drafts[-1] if drafts and drafts[-1].channel == channel else None
                is_screen = bool(_SCREEN.match(piece.text))
                posted = bool(_POSTED_HEAD.match(narrow(piece.text)))
                is_item = posted or bool(_ITEM_START.match(piece.text))
                # What follows a finished sentence on a line of its own, without a bullet, is a screenshot's text.
                loose = last is not None and not last.is_screen and not number and not is_item and _ended(last.lines[-1])
                if last is None or is_screen or posted or loose or (is_item and not last.is_screen):
                    drafts.append(_Draft(channel, is_screen or loose, piece.start, [piece.text]))
                else:
                    last.lines.append(piece.text)
            offset += len(line) + 1
    return [_notification(draft, document, started_at) for draft in drafts]


def _notification_pieces(line: Span, in_screen: bool) -> list[Span]:
    parts = pieces(line, _SCREEN)
    found: list[Span] = []
    for part in parts:
        in_screen = in_screen or bool(_SCREEN.match(part.text))
        found += [part] if in_screen else pieces(part, _ITEM)
    return found


def _notification(draft: _Draft, document: Document, started_at: str | None) -> Notification:
    position = document.position(draft.start)
    if draft.is_screen:
        return Notification(draft.channel, "\n".join(draft.lines), None, position)
    text = join_wrapped(_ITEM_START.sub("", "\n".join(draft.lines)))
    moments = find_moments(text, started_at if started_at and len(started_at) >= 10 else None)
    return Notification(draft.channel, text, moments[0].value if moments else None, position)
