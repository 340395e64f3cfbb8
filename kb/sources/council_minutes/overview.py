"""The overview of an accident in minutes, running text (影響地域は…、影響利用者数は…、2時18分から8時40分までの…) → its values.

Sizes are printed with their names, or stand in the sentence: 最大約12万人の利用者において、…約3時間にわたり….
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb.japanese.dates import find_moments, parse_moment
from kb.japanese.quantities import parse_count, parse_duration
from kb.japanese.text import sentences
from kb.japanese.widths import narrow
from kb.model import Impact, Position
from kb.sources.annual_report.labelled import circled, split_labelled
from kb.sources.moments import is_time
from kb.sources.spans import Span

_AREA = re.compile(r"(?:影響|対象|発生)(?:を受けた|のあった)?(?:地域|範囲|エリア)(?:は|が|[:：])\s*(?P<value>[^、。]+(?:、[^、。はが]{1,12}[都道府県市町村](?=[、。及]|$))*)")
_REGION = r"(?:全国|[一-鿿ァ-ヺー]{1,6}(?:地方|都|道|府|県|地域|市|町|村|区|エリア))(?:の一部|全域)?"
_AREA_TOLD = re.compile(rf"(?P<value>{_REGION}(?:(?:、|及び|・|並びに){_REGION})*)(?:の|において、?|で、?)(?=約|最大|延べ|一部|多く|お客|利用者|ユーザ|加入者|契約者)")
# A value ends where the next one is announced: 影響利用者数は約32.4万人、継続時間は…
_USERS = re.compile(
    r"影響(?:を(?:受|与え)[けた]*)?(?:した)?(?:利用者|回線|契約者?|加入者|ユーザー?)?数?(?:は|が|[:：])\s*"
    r"(?P<value>[^。]{1,200}?)(?=、\D{0,20}(?:時間|地域|範囲)|。|$)"
)
_DURATION = re.compile(
    r"(?:継続|影響|停止|障害|事故)(?:の(?:継続)?)?時間(?:は|が|[:：])\s*"
    r"(?P<value>[^。]{1,200}?)(?=、\D{0,20}(?:数|地域|範囲)|。|$)"
)
_AMOUNT = r"(?<![\d,.])\d[\d,.]*+(?:\s*+[億万千]\s*+[\d,.]*+)*+"  # possessive: a row of digits is read once
_QUALIFIED = r"(?:(?:最大|延べ|のべ|合計|およそ|少なくとも|約)(?:で|の)?)*+"
_USERS_TOLD = re.compile(
    rf"(?P<value>{_QUALIFIED}\s*{_AMOUNT}\s*(?:(?:人|名|回線|契約|世帯|加入|端末|台)(?!目|体制|以内)(?:以上|程度|余り|弱|強)?|(?=の(?:お客|利用者|ユーザ|加入者|契約者))))"
    r"(?=の?(?:お客|利用者|ユーザ|加入者|契約者|方)|(?:において|に対し|に影響|が影響|で、|が(?:利用|発|通|接|影響)))"
)
_DURATION_TOLD = re.compile(r"(?P<value>(?:約|およそ|最大)?\s*\d[\d.]*\s*(?:時間|日間|日と|分間?)(?:\s*(?:半|\d{1,2}\s*(?:時間|分)))*)(?=の間|にわたり|に渡り|にわたって|継続|程度、|ほど、)")
_TIME = r"(?:(?:午前|午後)\s*)?\d{1,2}\s*(?:[:：]\s*\d{2}|時(?!間)(?:\s*\d{1,2}\s*分(?!間)|半)?)"
_UNTIL = re.compile(
    rf"(?:から|より|[~〜-])\s*(?P<until>(?:(?:(?:(?:平成|令和)?\s*\d{{1,4}}\s*年)?\s*\d{{1,2}}\s*月)?\s*\d{{1,2}}\s*日(?:[(（].[)）])?|翌\s*\d{{1,2}}\s*日|同日|翌日|翌々日)?\s*{_TIME})\s*(?:頃|ごろ)?\s*(?:まで|にかけて|の間)"
)
_RECOVERED_AT = re.compile(
    rf"(?:復旧|回復|解消|終了)(?:日時|時刻)?\s*(?:は|[:：])\s*(?P<until>(?:(?:(?:(?:平成|令和)?\s*\d{{1,4}}\s*年)?\s*\d{{1,2}}\s*月)?\s*\d{{1,2}}\s*日(?:[(（][^()（）]{{1,4}}[)）])?|同日|翌日|翌々日)?\s*{_TIME})"
)
_RESTORED = re.compile(rf"(?P<until>(?:(?:\d{{1,2}}\s*月)?\s*\d{{1,2}}\s*日(?:[(（].[)）])?|同日|翌日|翌々日)\s*{_TIME})\s*(?:頃|ごろ)?\s*(?:に|、)?\s*(?:全て|すべて|全面|完全)?(?:に|が)?\s*(?:復旧|回復|解消|収束)")

_ACTION = "送受信|受信|送信|発着信|発信|着信|利用|接続|閲覧|通話|通信|視聴|ログイン|アクセス|登録|予約|決済"
_FAILED = re.compile(
    r"(?:が|を|に|の)?(?P<symptom>(?:利用|接続|通信|通話|送受信|発着信|閲覧)?"
    r"(?:でき(?:ない|なく|ず|なかった)|しづら[いく]|しにく[いく]|不可|不能|困難|つながら?(?:ない|なく|にく[いく]|りにく[いく]|りづら[いく])|使え(?:ない|なく)|停止|中断|遅延))"
)
_CLAUSE_START = re.compile(r"(?:において|におき|について|に関し|にて|から|より|により|ため|まで|の間|頃|に|は|で)、|[。]")
_AND = re.compile(r"及び|並びに|および|ならびに|又は|または|、")
_ENDINGS = (("できなく", "できない"), ("できず", "できない"), ("できなかった", "できない"), ("にくく", "にくい"), ("づらく", "づらい"), ("なく", "ない"))
_FORM = "株式会社|有限会社|合同会社"
# 一部の利用者において, 最大約12万人の利用者が: whom, not what.
_WHOM = re.compile(
    rf"^(?:{_QUALIFIED}\s*{_AMOUNT}\s*(?:人|名|回線|契約|世帯|加入|件)?(?:以上|程度)?の?)?(?:一部|全て|すべて|多く)?の?(?:お客(?:様|さま)|利用者|ユーザー?|加入者|契約者|顧客)?(?:様|の方)?(?:に(?:お|つ)いて|に対して|で|が|の)[、]?"
)
_SERVICE_NAMED = re.compile(
    r"(?P<service>[^、。「」]{1,40}?(?:サービス|電話|回線|通信|メール|役務|接続|放送)(?:[(（][^()（）]*[)）])?等?)(?:について|において|に関し(?:て)?|におき|で|の|は)、"
)


@dataclass(frozen=True)
class Overview:
    """Moments are ISO; `services` are (service, symptom)."""

    started_at: str | None
    ended_at: str | None
    area: str | None
    services: tuple[tuple[str, str], ...]
    impacts: tuple[Impact, ...]


def read_overview(lead: str, texts: Sequence[str], where: Position) -> Overview:
    """The values of the introduction `lead` and of the overview below it; impacts stand at `where`."""
    told = list(texts) or [lead]
    everything = [lead, *texts]
    reference = _reference(everything)
    started = _start(everything, reference)
    ended = _end(everything, started)
    services = next((found for text in told if (found := _services(text, reference))), [])
    users = _labelled_values(_USERS, everything) or _told(_USERS_TOLD, everything)
    durations = _labelled_values(_DURATION, everything) or _told(_DURATION_TOLD, everything)
    impacts = _impacts(services, users, durations, told, where)
    if not durations and started and ended and is_time(started) and is_time(ended):
        minutes = (datetime.fromisoformat(ended) - datetime.fromisoformat(started)) // timedelta(minutes=1)
        impacts = tuple(replace(impact, duration_minutes=minutes) if minutes > 0 else impact for impact in impacts)
    area = next((m.group("value").strip() for pattern in (_AREA, _AREA_TOLD) for text in everything if (m := pattern.search(text))), None)
    return Overview(started, ended, area, tuple(services), impacts)


def _start(texts: Sequence[str], reference: str | None) -> str | None:
    """The first day or minute of the overview; the introduction's month if that is all there is."""
    for text in (*texts[1:], texts[0]):
        for moment in find_moments(text, reference):
            if len(moment.value) >= 10:
                return moment.value
    return next((found for text in texts if (found := parse_moment(text))), None)


def _end(texts: Sequence[str], started: str | None) -> str | None:
    """The moment after から … まで, or of a recovery; a time alone is of the day of the start."""
    if started is None or len(started) < 10:
        return None
    for pattern in (_RECOVERED_AT, _UNTIL, _RESTORED):
        for text in texts:
            match = pattern.search(narrow(text))
            if match is None:
                continue
            printed = re.sub(r"翌(?=\s*\d)", "", match.group("until"))
            if re.match(r"\d{1,2}\s*日", printed):
                printed = f"{int(started[5:7])}月{printed}"
            ended = parse_moment(printed, started) if re.search("[日月]", printed) else parse_moment(f"同日{printed}", started)
            if ended and ended >= started[: len(ended)]:
                return ended
    return None


def _reference(texts: Sequence[str]) -> str | None:
    """A day of the first month that is named in full, for dates without a year (8月2日)."""
    month = next((found for text in texts if (found := parse_moment(text)) and len(found) >= 7), None)
    return f"{month[:7]}-01" if month else None


def title_of(services: Sequence[tuple[str, str]], lead: str) -> str:
    """What failed, or the first sentence of the introduction."""
    if services:
        return "、".join(map(_named, services))
    first = first_clause(lead)
    return first if len(first) <= 80 else first[:79] + "…"


def _named(service: tuple[str, str]) -> str:
    name, symptom = service
    if not symptom:
        return name
    return f"{name}{'が' if symptom.endswith('い') and 'が' not in symptom else 'の'}{symptom}"


def _impacts(
    services: list[tuple[str, str]], users: dict[int, str], durations: dict[int, str], told: Sequence[str], where: Position
) -> tuple[Impact, ...]:
    """One impact for each service or phase."""
    phases = sorted({phase for values in (users, durations) for phase in values if phase})
    if not phases:
        if not services and (users or durations):
            services = [(first_clause(told[0]), "")]
        return tuple(
            _sized(Impact(service, symptom=symptom or None, position=where), users.get(0), durations.get(0)) for service, symptom in services
        )
    impacts = []
    for number in phases:
        matched = len(services) == len(phases)
        service, symptom = services[number - 1] if matched else ("、".join(name for name, _ in services), "")
        impact = Impact(service, circled(number), symptom=symptom or None, position=where)
        impacts.append(_sized(impact, users.get(number, users.get(0)), durations.get(number, durations.get(0))))
    return tuple(impacts)


def _labelled_values(pattern: re.Pattern[str], texts: Sequence[str]) -> dict[int, str]:
    """Printed value by phase number; 0 = for all."""
    for text in texts:
        match = pattern.search(text)
        if match and re.search(r"\d", match.group("value")):
            values: dict[int, str] = {}
            for labelled in split_labelled(Span(match.group("value"), match.start("value"))):
                for phase in labelled.phases or (0,):
                    values.setdefault(phase, labelled.value.text.strip(" 、"))
            return values
    return {}


def _told(pattern: re.Pattern[str], texts: Sequence[str]) -> dict[int, str]:
    """A value that stands in a sentence without its name."""
    for text in texts:
        match = pattern.search(narrow(text))
        if match:
            return {0: text[match.start("value") : match.end("value")].strip()}
    return {}


def _sized(impact: Impact, users: str | None, duration: str | None) -> Impact:
    printed = {}
    count = parse_count(users) if users else None
    length = parse_duration(duration) if duration else None
    if users and count:
        printed["users"] = _without_copula(users)
        impact = replace(impact, users=count.value, users_max=count.maximum, users_qualifier=count.qualifier, unit=count.unit or "users")
    if duration and length:
        printed["duration"] = _without_copula(duration)
        impact = replace(impact, duration_minutes=length.minutes)
    return replace(impact, printed=printed)


def _without_copula(printed: str) -> str:
    return re.sub(r"(?:で)?(?:あった|ある|した|す)$", "", printed) if re.search(r"(?:であった|である|でした|です)$", printed) else printed


def _services(text: str, reference: str | None) -> list[tuple[str, str]]:
    """…において、Aの送受信及びBの発着信が不可となる → (A, 送受信不可), (B, 発着信不可)."""
    clauses = [match.end() for match in _CLAUSE_START.finditer(text)]
    starts = sorted([0, *clauses, *(moment.end for moment in find_moments(text, reference))])
    for match in _FAILED.finditer(text):
        begin = starts[bisect_right(starts, match.start()) - 1]
        clause = _WHOM.sub("", narrow(text[begin : match.start()]))
        clause = text[match.start() - len(clause) : match.start()]
        symptom = match.group("symptom")
        for short, full in _ENDINGS:
            symptom = re.sub(f"{short}$", full, symptom)
        if not clause.strip() or re.fullmatch(rf"(?:{_ACTION})(?:等)?", clause.strip()):
            # …サービスについて、一部の利用者において発着信ができない
            named = list(_SERVICE_NAMED.finditer(text, 0, match.start()))
            if named:
                joint = "が" if symptom.startswith("でき") and clause.strip() else ""
                return [(_bare_service(named[-1].group("service")), clause.strip() + joint + symptom)]
            continue
        found = [_service(part.strip(), symptom) for part in _AND.split(clause) if part.strip()]
        if found:
            return found
    return []


def _bare_service(text: str) -> str:
    return re.sub(rf"^(?:障害|事故|影響)?(?:の)?(?:内容|概要|状況|事象)\s*[:：]\s*|^[①-⑳\s]+|^[^のが]{{1,30}}(?:{_FORM})(?:の|が提供する)|^.*?が提供する", "", text)


def _service(part: str, symptom: str) -> tuple[str, str]:
    part = _bare_service(part)
    match = re.match(rf"(?P<service>.+?)の(?P<action>{_ACTION})(?:等)?$", part)
    if not match:
        return part, symptom
    joint = "が" if symptom.startswith("でき") else ""
    return match.group("service"), match.group("action") + joint + symptom


def first_clause(text: str) -> str:
    """The first sentence without its full stop."""
    return next((sentence for _, sentence in sentences(text)), text).rstrip("。")
