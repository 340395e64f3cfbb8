"""What a carrier explained to the council → `Incident`: overview, causes, measures, how users were told.

The overview is running text (影響地域は…、影響利用者数は…、継続時間は…); it is read into fields and kept whole as notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kb.formats.layout import Document
from kb.japanese.dates import find_moments, fiscal_year_of
from kb.japanese.quantities import parse_count
from kb.model import Incident, Inquiry, Measure, Notification, Statement
from kb.sources.annual_report.sheet_texts import measures
from kb.sources.annual_report.sheet_values import carrier_name
from kb.sources.council_minutes.blocks import Block
from kb.sources.council_minutes.overview import read_overview, title_of
from kb.sources.spans import Span

# Headings inside an accident's explanation, by what stands below them; the first that is found decides.
TOPICS = (
    ("measures", ("再発防止", "防止策", "対策", "改善策", "対応策", "今後の対応", "今後の取組")),
    ("prolonging", ("長期化", "長時間化", "復旧の遅れ")),
    ("cause", ("原因", "要因")),
    ("lesson", ("教訓", "課題", "得られた知見")),
    ("notification", ("利用者対応", "利用者への対応", "周知", "広報", "情報提供", "お知らせ", "利用者への")),
    ("overview", ("概要", "概況", "発生状況", "障害内容", "事故内容", "影響", "経緯", "時系列")),
)
# Without headings a bullet tells by its own words what it is.
_TOPIC_CLUES = (
    ("measures", re.compile(r"再発防止|対策(?:として|を(?:実施|講じ))|^(?:恒久|暫定|今後の)?対策\s*[:：は]")),
    ("cause", re.compile(r"原因(?:は|と|で)|^(?:発生|事故)?原因\s*[:：]|に(?:起因|より発生)")),
    ("overview", re.compile(r"影響(?:利用者|回線|契約|加入者|数|地域|エリア|範囲)|継続時間|が発生|復旧(?:は|日時|時刻)|状(?:態|況)となった")),
    ("notification", re.compile(r"周知|告知|掲載|お知らせ|投稿|問い?合わ?せ")),
)
_OF_PROLONGING = re.compile(r"長(?:期|時間)化(?:の|した)?(?:原因|要因)")
_PROLONGING = re.compile(
    r"長期化|長時間化|復旧(?:が|に|まで).{0,12}(?:遅れ|時間を要)|(?:特定|切り?分け|把握|連絡|到着|交換|復旧|復元|切り?戻し)(?:まで)?(?:に|までに).{0,12}時間(?:を要|がかか)|連絡が遅れ"
)
_INQUIRIES = re.compile(
    r"(?P<before>(?:約\s*+)?(?<![\d,.，])\d[\d,.，]*+\s*+[万千]?)\s*件の(?:お?問い?合わ?せ|申告|苦情)"
    r"|(?:お?問い?合わ?せ|申告|苦情)(?:件?数)?(?:は|が|[:：])?、?\s*(?P<after>(?:約\s*+)?\d[\d,.，]*+\s*+[万千]?)\s*件"
)
_LABEL = re.compile(r"^(?:再発防止策|再発防止|恒久対策|暫定対策|今後の対策|対策|発生原因|事故原因|原因|周知|広報)\s*[:：]\s*")

_FORM = "株式会社|有限会社|合同会社"
_WORD = r"[^\s、。，（）()「」のがはにをと]{1,20}?"
_COMPANY = re.compile(rf"{_WORD}(?:{_FORM}|[(（]株[)）])|(?:{_FORM}){_WORD}(?=から|より|$|[のがはにをと、])")
_ABOUT = re.compile(r"について|において|として")
_AND_COMPANY = re.compile(r"及び|並びに|(?<=会社)[、・]")
_SUBJECT = re.compile(r"^(?P<name>[^、。]{2,40}?)(?:から|より|が|における|の)[、,]?")
_NOBODY = re.compile(r"事故|障害|年度|その他|総務省|事務局|構成員|委員|座長|主査|関係(?:事業)?者|議事|同社|両社")

CHANNELS = (
    ("自社サイト", re.compile(r"HP|ホームページ|ウェブ|[Ww]eb|公式サイト|自社サイト|ブログ|サイト上")),
    ("SNS", re.compile(r"SNS|[Tt]witter|ツイッター|Facebook|公式アカウント|(?<![A-Za-z])X(?![A-Za-z])")),
    ("報道発表", re.compile(r"報道(?:発表|機関)|プレス|記者(?:会見|発表)|報道資料")),
    ("電子メール", re.compile(r"(?:電子)?メール(?:で|に(?:て|より)|を?配信|マガジン|を送)")),
    ("アプリ", re.compile(r"アプリ(?:上|内)|プッシュ通知|トップ画面")),
    ("放送", re.compile(r"テレビ|ラジオ|L字|字幕|コミュニティチャンネル")),
    ("問合せ窓口", re.compile(r"問い?合わ?せ|コールセンター|窓口|サポートセンター|店頭|ショップ(?:で|に)")),
)
_TOLD = re.compile(r"周知|掲載|配信|公表|発表|案内|お知らせ|告知|通知|投稿|発信(?:し|を|。|$)|対応(?:を実施|した|し、|。|$)|説明|設置|開設|回答")


@dataclass
class Explanation:
    """The blocks about one accident as they come: its introduction, then blocks with the topic above them (or "")."""

    lead: Block
    blocks: list[tuple[str, Block]] = field(default_factory=list)


def topic_of(heading: str) -> str | None:
    """What stands below a heading; None when it is no heading of an explanation."""
    bare = re.sub(r"\s", "", heading)
    if "原因" in _OF_PROLONGING.sub("", bare):
        bare = "原因"  # 原因及び長期化の要因: each bullet tells which of the two it is
    return next((topic for topic, words in TOPICS if any(word in bare for word in words)), None)


def carriers_in(text: str) -> tuple[str, ...]:
    """Companies named in an introduction, in order: those with a legal form, else the subject (KDDIから、…)."""
    parts = _AND_COMPANY.split(text)
    named = [carrier_name(match.group()) for part in parts for match in _COMPANY.finditer(_ABOUT.sub("、", part))]
    named = [name for name in named if not _NOBODY.search(name) and not re.fullmatch(_FORM, name)]
    if not named:
        subject = _SUBJECT.match(text)
        parts = re.split(r"及び|並びに|・|、", subject.group("name")) if subject else []
        named = [carrier_name(part) for part in parts if part and not _NOBODY.search(part)]
    return tuple(dict.fromkeys(named))


def read_accident(explanation: Explanation, document: Document) -> Incident:
    """The incident that an explanation tells of; what fits no field of its own is kept as a note."""
    lead = explanation.lead
    sorted_blocks = list(_with_topics(explanation.blocks))
    texts = [block.text for topic, block in sorted_blocks if topic == "overview"]
    where = next((block.position for topic, block in sorted_blocks if topic == "overview"), lead.position)
    overview = read_overview(lead.text, texts, where)
    carriers = carriers_in(lead.text) or next((found for text in texts if (found := carriers_in_names(text))), ())
    causes, told = _statements(sorted_blocks), list(_notifications(sorted_blocks, overview.started_at))
    return Incident(
        title=title_of(overview.services, lead.text),
        carriers=carriers,
        fiscal_year=fiscal_year_of(overview.started_at),
        started_at=overview.started_at,
        ended_at=overview.ended_at,
        area=overview.area,
        official=True if any("重大な事故" in text for text in (lead.text, *texts)) else None,
        impacts=overview.impacts,
        statements=tuple(causes) + tuple(item for item in told if isinstance(item, Statement)),
        inquiries=tuple(_inquiries([block.text for _, block in sorted_blocks])),
        measures=tuple(_measures(sorted_blocks, document, overview.started_at)),
        notifications=tuple(item for item in told if isinstance(item, Notification)),
        position=lead.position,
    )


def carriers_in_names(text: str) -> tuple[str, ...]:
    """Companies named with their legal form."""
    return carriers_in(text) if _COMPANY.search(text) else ()


def _with_topics(blocks: Sequence[tuple[str, Block]]) -> Iterator[tuple[str, Block]]:
    for topic, block in blocks:
        if not topic:
            topic = next((name for name, clue in _TOPIC_CLUES if clue.search(block.text)), "note")
        if topic == "cause" and _PROLONGING.search(block.text):
            topic = "prolonging"
        yield topic, block


def _statements(blocks: Sequence[tuple[str, Block]]) -> list[Statement]:
    kinds = {"cause": "cause", "prolonging": "prolonging", "lesson": "lesson", "overview": "note", "note": "note"}
    return [Statement(kinds[topic], _LABEL.sub("", block.text), block.position) for topic, block in blocks if topic in kinds]


def _inquiries(texts: Sequence[str]) -> Iterator[Inquiry]:
    for text in texts:
        match = _INQUIRIES.search(text)
        count = parse_count(match.group("before") or match.group("after")) if match else None
        if match and count:
            yield Inquiry(count.value, printed=match.group().strip())


def _measures(blocks: Sequence[tuple[str, Block]], document: Document, started: str | None) -> Iterator[Measure]:
    for topic, block in blocks:
        if topic == "measures":
            for measure in measures([Span(_LABEL.sub("", block.text), block.body)], document, started):
                yield replace(measure, position=block.position)


def _notifications(blocks: Sequence[tuple[str, Block]], started: str | None) -> Iterator[Notification | Statement]:
    reference = started if started and len(started) >= 10 else None
    for topic, block in blocks:
        if topic != "notification":
            continue
        channels = [name for name, pattern in CHANNELS if pattern.search(block.text)]
        if channels and _TOLD.search(block.text):
            at = next((m.value for m in find_moments(block.text, reference)), None)
            yield Notification("、".join(channels), block.text, at, block.position)
        else:
            yield Statement("notification", block.text, block.position)
