"""What a carrier explained to the council → `Incident`: overview, causes, measures, how users were told.

The overview is running text (影響地域は…、影響利用者数は…、継続時間は…); it is read into fields and kept whole as notes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kb.formats.layout import Document
from kb.japanese.dates import find_moments, fiscal_year_of, parse_moment
from kb.japanese.quantities import parse_count, parse_duration
from kb.japanese.text import sentences
from kb.model import Impact, Incident, Measure, Notification, Statement
from kb.sources.annual_report.labelled import circled, split_labelled
from kb.sources.annual_report.sheet_texts import measures
from kb.sources.annual_report.sheet_values import carrier_name
from kb.sources.council_minutes.blocks import Block
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
    ("measures", re.compile(r"再発防止|対策(?:として|を(?:実施|講じ))")),
    ("cause", re.compile(r"原因(?:は|と|で)|に(?:起因|より発生)")),
    ("overview", re.compile(r"影響(?:利用者|回線|契約|加入者)|継続時間|が発生")),
    ("notification", re.compile(r"周知|告知|掲載|お知らせ|投稿|問い?合わ?せ")),
)
_OF_PROLONGING = re.compile(r"長(?:期|時間)化(?:の|した)?(?:原因|要因)")
_PROLONGING = re.compile(r"長期化|長時間化|復旧(?:が|に).{0,12}(?:遅れ|時間を要)")

_FORM = "株式会社|有限会社|合同会社"
_WORD = r"[^\s、。，（）()「」のがはにをと]{1,20}?"
_COMPANY = re.compile(rf"{_WORD}(?:{_FORM}|[(（]株[)）])|(?:{_FORM}){_WORD}(?=から|より|$|[のがはにをと、])")
_ABOUT = re.compile(r"について|において|として")
_AND_COMPANY = re.compile(r"及び|並びに|(?<=会社)[、・]")
_SUBJECT = re.compile(r"^(?P<name>[^、。]{2,40}?)(?:から|より|が|における|の)[、,]?")
_NOBODY = re.compile(r"総務省|事務局|構成員|委員|座長|主査|関係(?:事業)?者|議事|同社|両社")

_AREA = re.compile(r"影響(?:地域|範囲|エリア)(?:は|が|[:：])\s*(?P<value>[^、。]+)")
# A value ends where the next one is announced: 影響利用者数は約32.4万人、継続時間は…
_USERS = re.compile(
    r"影響(?:を(?:受|与え)[けた]*)?(?:した)?(?:利用者|回線|契約者?|加入者|ユーザー?)数?(?:は|が|[:：])\s*"
    r"(?P<value>[^。]{1,200}?)(?=、\D{0,20}(?:時間|地域|範囲)|。|$)"
)
_DURATION = re.compile(
    r"(?:継続|影響|停止|障害|事故)(?:の(?:継続)?)?時間(?:は|が|[:：])\s*"
    r"(?P<value>[^。]{1,200}?)(?=、\D{0,20}(?:数|地域|範囲)|。|$)"
)

_ACTION = "送受信|受信|送信|発着信|発信|着信|利用|接続|閲覧|通話|通信|視聴|ログイン|アクセス|登録|予約|決済"
_FAILED = re.compile(
    r"(?:が|を|に|の)?(?P<symptom>(?:利用|接続|通信|通話|送受信|発着信|閲覧)?"
    r"(?:でき(?:ない|なく|ず|なかった)|しづら[いく]|しにく[いく])|不可|不能|困難|つながら?(?:ない|なく|にく[いく]|りにく[いく]|りづら[いく])|使え(?:ない|なく)|停止|中断|遅延)"
)
_CLAUSE_START = re.compile(r"(?:において|におき|にて|から|より|により|ため|まで|の間|頃|に|は|で)、|[。]")
_AND = re.compile(r"及び|並びに|および|ならびに|又は|または|、")
_ENDINGS = (("できなく", "できない"), ("できず", "できない"), ("できなかった", "できない"), ("にくく", "にくい"), ("づらく", "づらい"))

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
    overview = [lead.text, *(block.text for topic, block in sorted_blocks if topic == "overview")]
    carriers = carriers_in(lead.text) or next((found for text in overview if (found := carriers_in_names(text))), ())
    started = _start(overview)
    services, impacts = _impacts(overview, sorted_blocks, document, lead)
    causes, told = _statements(sorted_blocks), list(_notifications(sorted_blocks, started))
    return Incident(
        title=_title(services, lead),
        carriers=carriers,
        fiscal_year=fiscal_year_of(started),
        started_at=started,
        area=next((m.group("value").strip() for text in overview if (m := _AREA.search(text))), None),
        official=True if any("重大な事故" in text for text in overview) else None,
        impacts=impacts,
        statements=tuple(causes) + tuple(item for item in told if isinstance(item, Statement)),
        measures=tuple(_measures(sorted_blocks, document)),
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


def _start(overview: Sequence[str]) -> str | None:
    """The first day or minute of the overview; the introduction's month if that is all there is."""
    reference = _reference(overview)
    for text in overview[1:]:
        for moment in find_moments(text, reference):
            if len(moment.value) >= 10:
                return moment.value
    return next((found for text in overview if (found := parse_moment(text))), None)


def _reference(overview: Sequence[str]) -> str | None:
    """A day of the first month that is named in full, for dates without a year (8月2日)."""
    month = next((found for text in overview if (found := parse_moment(text))), None)
    return f"{month[:7]}-01" if month and len(month) >= 7 else None


def _title(services: Sequence[tuple[str, str]], lead: Block) -> str:
    if services:
        return "、".join(map(_named, services))
    first = next((sentence for _, sentence in sentences(lead.text)), lead.text)
    return first if len(first) <= 80 else first[:79] + "…"


def _named(service: tuple[str, str]) -> str:
    name, symptom = service
    if not symptom:
        return name
    return f"{name}{'が' if symptom.endswith('い') and 'が' not in symptom else 'の'}{symptom}"


def _impacts(
    overview: Sequence[str], blocks: Sequence[tuple[str, Block]], document: Document, lead: Block
) -> tuple[list[tuple[str, str]], tuple[Impact, ...]]:
    """Services with their symptoms, and one impact for each service or phase."""
    where = next((block.position for topic, block in blocks if topic == "overview"), lead.position)
    told = overview[1:] or overview
    reference = _reference(overview)
    users = _labelled_values(_USERS, overview)
    durations = _labelled_values(_DURATION, overview)
    services = next((found for text in told if (found := _services(text, reference))), [])
    phases = sorted({phase for values in (users, durations) for phase in values if phase})
    impacts: list[Impact] = []
    if phases:
        for number in phases:
            matched = len(services) == len(phases)
            service, symptom = services[number - 1] if matched else ("、".join(name for name, _ in services), "")
            impact = Impact(service, circled(number), symptom=symptom or None, position=where)
            impacts.append(_sized(impact, users.get(number, users.get(0)), durations.get(number, durations.get(0))))
    else:
        if not services and (users or durations):
            services = [(_first_clause(told[0]), "")]
        impacts = [
            _sized(Impact(service, symptom=symptom or None, position=where), users.get(0), durations.get(0))
            for service, symptom in services
        ]
    return services, tuple(impacts)


def _labelled_values(pattern: re.Pattern[str], texts: Sequence[str]) -> dict[int, str]:
    """Printed value by phase number; 0 = for all."""
    for text in texts:
        match = pattern.search(text)
        if match:
            values: dict[int, str] = {}
            for labelled in split_labelled(Span(match.group("value"), match.start("value"))):
                for phase in labelled.phases or (0,):
                    values.setdefault(phase, labelled.value.text.strip(" 、"))
            return values
    return {}


def _sized(impact: Impact, users: str | None, duration: str | None) -> Impact:
    printed = {}
    count = parse_count(users) if users else None
    length = parse_duration(duration) if duration else None
    if users and count:
        printed["users"] = users
        impact = replace(
            impact,
            users=count.value,
            users_max=count.maximum,
            users_qualifier=count.qualifier,
            unit=count.unit or "users",
        )
    if duration and length:
        printed["duration"] = re.sub(r"(?:で)?(?:あった|ある)$|でした$", "", duration)
        impact = replace(impact, duration_minutes=length.minutes)
    return replace(impact, printed=printed)


def _services(text: str, reference: str | None) -> list[tuple[str, str]]:
    """…において、Aの送受信及びBの発着信が不可となる → (A, 送受信不可), (B, 発着信不可)."""
    clauses = [match.end() for match in _CLAUSE_START.finditer(text)]
    starts = sorted([0, *clauses, *(moment.end for moment in find_moments(text, reference))])
    for match in _FAILED.finditer(text):
        clause = text[starts[bisect_right(starts, match.start()) - 1] : match.start()]
        symptom = match.group("symptom")
        for short, full in _ENDINGS:
            symptom = symptom.replace(short, full)
        found = [_service(part.strip(), symptom) for part in _AND.split(clause) if part.strip()]
        if found:
            return found
    return []


def _service(part: str, symptom: str) -> tuple[str, str]:
    part = re.sub(rf"^[①-⑳\s]+|^[^のが]{{1,30}}(?:{_FORM})(?:の|が提供する)", "", part)
    match = re.match(rf"(?P<service>.+?)の(?P<action>{_ACTION})(?:等)?$", part)
    if not match:
        return part, symptom
    joint = "が" if symptom.startswith("でき") else ""
    return match.group("service"), match.group("action") + joint + symptom


def _first_clause(text: str) -> str:
    return next((sentence for _, sentence in sentences(text)), text).rstrip("。")


def _statements(blocks: Sequence[tuple[str, Block]]) -> list[Statement]:
    kinds = {"cause": "cause", "prolonging": "prolonging", "lesson": "lesson", "overview": "note", "note": "note"}
    return [Statement(kinds[topic], block.text, block.position) for topic, block in blocks if topic in kinds]


def _measures(blocks: Sequence[tuple[str, Block]], document: Document) -> Iterator[Measure]:
    for topic, block in blocks:
        if topic == "measures":
            for measure in measures([Span(block.text, block.body)], document):
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
