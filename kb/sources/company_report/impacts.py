"""Which services failed, how, where and for how many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.formats.layout import Document
from kb.japanese.text import nfkc, sentences
from kb.model import Impact, Position
from kb.sources.company_report.blocks import OPENING, Block, of_topic
from kb.sources.company_report.counts import Counted
from kb.sources.company_report.measures import COURTESY
from kb.sources.company_report.periods import Period

_FAILED = re.compile(
    r"(?:が|を|に|の|も|は)?(?P<symptom>(?:(?:一時的に|全く|正常に|断続的に)\s*)?(?:ご?利用|ご?使用|接続|通信|通話|送受信|送信|受信|発着信|発信|着信|閲覧|視聴|ログイン|アクセス|予約|決済|表示)?(?:が|を)?"
    r"(?:でき(?:ない|なく|ず|なかった|ません)|いただけ(?:ない|なく|ず|なかった|ません)|(?:し|り|き)?(?:づら|にく)(?:い|く|かった))"
    r"|(?:ご?利用|接続|通信|通話|送受信|送信|受信|発着信|発信|着信|ログイン|アクセス)(?:不可|不能|困難)|不可(?!欠|分|避)|不能|つなが(?:ら(?:ない|なく)|り(?:にく|づら)(?:い|く))|繋が(?:ら(?:ない|なく)|り(?:にく|づら)(?:い|く))|使え(?:ない|なく|ず)|断(?=$|[。、)])|停止|中断|遅延|不通|途切れ|低下|消失|誤(?:配信|着信|表示)|[にが]失敗(?:し|する)?|(?:障害|不具合|事象)が発生|エラー|(?<=の)(?:障害|不具合|事故))"
)
_INNER = re.compile(r"^(?:遅延|停止|中断|低下|[にが]?失敗|エラー|障害が発生|不具合が発生|事象が発生|断|消失)")
_CLAUSE = re.compile(r"(?:において|におき(?:まし)?て|にて|の間|頃|から|より|ため|により|に対し|まで|たが|うち)[、,]?|[、,]|に(?=[^よおつ])|で(?=[^きす])")
_SERVICE = re.compile(r"サービス|電話|通信|メール|回線|インターネット|データ|通話|ネット|放送|テレビ|SMS|VPN|専用線|ログイン|クラウド|サーバ|DNS|アプリ|VoLTE|LTE|5G|4G|決済|システム|機能|フレッツ|光|Wi-?Fi|API|接続|110|119|緊急通報|予約|認証|ホームページ|サイト|配信|呼|発信|着信")
_REGION = "北海道|東北|関東|首都圏|甲信越|北陸|東海|中部|近畿|関西|中国|四国|九州|沖縄|東日本|西日本"
_PLACE = rf"(?:全国|(?:{_REGION})(?:地方|エリア|地域|管内)?(?=[・、と及の]|および|エリア)|[一-鿿]{{0,8}}(?:市|町|村|区|県|府|都|道|島)内(?:の?全域|一円|各地)?|全域|[一-鿿ぁ-んァ-ヶー]{{1,12}}(?:都|道|府|県|市|町|村|区|郡|地方|地域|地区|島|半島|エリア|支社管内|管内))"
_AREA = re.compile(
    rf"(?P<area>{_PLACE}(?:[^、。\d]{{0,2}}(?:及び|および|並びに|・|、|と|や|から|[~〜]){_PLACE}){{0,12}}(?:(?:の|における)?(?:一部(?:地域|エリア)?|全域|全世帯|広い範囲|ほぼ全域))?(?:[(（][^)）]{{2,60}}[)）])?)"
)
_NO_PLACE = re.compile(r"総務省|総合通信局|本社|所在地|住所|市場|道路|県道|国道|市道|区間|部分|(?<!北海)道|同市|当社|町内会|東京都[^、。]{2,10}(?:区|市)[^、。]{0,10}\d")
# 奈良県、和歌山県で「架空光」をご利用の…: the service is between.
_WHO_USES = re.compile(r"^.{1,20}?(?:[都道府県市町村区]|地方|地域|エリア|全国|全域|一部)(?:内)?(?:の一部)?(?:で|において|の)(?=[^のにをがは])|をご?(?:利用|契約)(?:の|中の?|いただいて(?:いる|おります)?)?(?:お客(?:様|さま))?$")
_OF_NAME = re.compile(r"(?:株式|有限|合同)会社")  # 架空市ケーブル株式会社 is no place
_LABELLED = re.compile(r"(?P<service>[^、。:：\t]{2,40}?)\s*[::\t]\s*(?:最大|約|延べ|およそ)*\s*\d")


def area(found: list[Block]) -> str | None:
    """The area struck: labelled, else the first place that a sentence about the accident names."""
    for block in of_topic(found, "area"):
        text = "、".join(piece.text.strip("。 ") for piece in block.pieces if piece.text.strip())
        if text:
            return re.split(r"[。]|(?:の)?(?:約|最大)\d", text)[0].strip(" 、") or None
    for block in of_topic(found, "impact", "overview", "service", "users", OPENING):
        for piece in block.pieces:
            if block.topic == OPENING and not _FAILED.search(nfkc(piece.text)):
                continue
            for match in _AREA.finditer(nfkc(piece.text)):
                around = match.string[max(0, match.start() - 5) : match.end() + 14]
                if re.search(r"(?:本社|所在地|本店|住所)[:：は]?$", match.string[: match.start()]):
                    continue
                if not _NO_PLACE.search(match["area"]) and not _OF_NAME.search(around):
                    return re.sub(r"^(?:.{0,4}?(?:から|ごろ|より|まで)|主に|一部の?|同日|頃|当社の)+", "", match["area"])
    return None


def impacts(found: list[Block], counted: Sequence[Counted], when: Period, document: Document) -> list[Impact]:
    """One impact a count; without a count one for each service that failed."""
    marked = _services_by_mark(found)
    services = sorted(dict.fromkeys(_services(found)), key=lambda pair: bool(pair[1] and _INNER.search(pair[1])))  # what users met before what equipment did
    result: list[Impact] = []
    general = next((symptom for _, symptom in services if symptom and not _INNER.search(symptom)), None)
    for one in counted:
        service, symptom = _of_count(one, services)
        if one.mark in marked:
            service, symptom = marked[one.mark][0], marked[one.mark][1] or symptom
        phase = when.phases.get(one.mark or "") or when.phases.get(nfkc(service))
        minutes, shown = (phase.minutes, phase.printed) if phase else (when.minutes, when.printed_minutes)
        if phase and phase.service:
            service = phase.service
        printed = {"users": one.printed} | ({"duration": shown} if shown else {})
        result.append(
            Impact(
                service, one.mark, None, symptom or general, when.started_at, minutes, one.value, one.maximum, one.qualifier, one.unit, printed,
                _position(document, one.block),
            )
        )  # fmt: skip
    result += _uncounted(found, result, when, document)
    if not result:
        printed = {"duration": when.printed_minutes} if when.printed_minutes else {}
        for service, symptom, block in _services_with_blocks(found):
            if result and block.topic not in ("service", "impact"):
                break
            result.append(Impact(service, None, None, symptom or general, when.started_at, when.minutes, printed=printed, position=_position(document, block)))
            if block.topic not in ("service", "impact"):
                break
    return result[:40]


def _without_mark(text: str) -> str:
    """NFKC without the mark that leads it, which would become a digit of 4G."""
    return nfkc(re.sub(r"^[①-⑳]\s*", "", text))


def _services_by_mark(found: list[Block]) -> dict[str, tuple[str, str | None]]:
    """①インターネット接続サービス ②IP電話サービス, in one value or one an item: mark → (service, symptom)."""
    named: dict[str, tuple[str, str | None]] = {}
    for block in of_topic(found, "service", "impact", "overview"):
        text = "\n".join("".join(span.text for span in piece.spans) for piece in block.pieces)
        for match in re.finditer(r"(?P<mark>[①-⑳])\s*(?P<words>[^①-⑳\n]+)", text):
            words = match["words"].strip(" 、。")
            if match["mark"] not in named and _SERVICE.search(words) and not re.match(r"(?:最大|約|延べ)*\s*\d[\d,.]*\s*(?:[億万千]|人|名|回線|件|契約|世帯|$)", nfkc(words)):
                service, symptom = next(iter(_failed(nfkc(words), alone=True)), (words, None))
                named[match["mark"]] = (words if symptom is None else service, symptom)
    return named if len(named) > 1 else {}


def _uncounted(found: list[Block], counted: Sequence[Impact], when: Period, document: Document) -> list[Impact]:
    """Listed services without a number of their own, where a list of what was struck names several."""
    result: list[Impact] = []
    for block in of_topic(found, "impact", "service"):
        items = [piece for piece in block.pieces if piece.item]
        for piece in items if len(items) > 1 else ():
            service, symptom = next(iter(_failed(_without_mark(piece.text), alone=True)), ("", None))
            if service and not any(nfkc(impact.service) in nfkc(piece.text) or impact.printed.get("users", "\0") in nfkc(piece.text) for impact in counted):
                result.append(Impact(service, None, None, symptom, when.started_at, when.minutes, position=document.position(piece.start)))
    return result


def _position(document: Document, block: Block) -> Position:
    return document.position(block.pieces[0].start if block.pieces else block.heading.start if block.heading else 0)


def _of_count(one: Counted, services: Sequence[tuple[str, str | None]]) -> tuple[str, str | None]:
    """The service beside a count (VoLTE: 約3万人), else the accident's own."""
    last = re.split(r"[、。;/\n]|\s{2,}", one.before)[-1]
    if nfkc(last).count("(") > nfkc(last).count(")"):  # インターネット接続(最大約3万人; but 音声通話(VoLTE) 約3万人 is one name
        last = re.split(r"[(（]", last)[-1] or re.split(r"[(（]", last)[-2]
    last = _WHO_USES.sub("", last)
    last = re.sub(r"^[①-⑳・(（\d)）.\s]+|\s*[(（::\t]\s*$|[のがはで]$|(?:最大|約|延べ|およそ)+$", "", last.strip()).strip(" :(（")
    if last and _SERVICE.search(last) and len(last) <= 40 and not re.search(r"影響|利用者|お客|対象|一部", last):
        return last, services[0][1] if services else None
    if services:
        return services[0]
    plainly = last and not re.search(r"影響|利用者|お客|対象|ユーザ|\d", last)
    return (last[:40] if plainly else "サービス全般"), None


def _services(found: list[Block]) -> Iterator[tuple[str, str | None]]:
    return ((service, symptom) for service, symptom, _ in _services_with_blocks(found))


def _services_with_blocks(found: list[Block]) -> Iterator[tuple[str, str | None, Block]]:
    """(service, symptom, block): labelled services first, then what sentences say failed."""
    for block in of_topic(found, "service"):
        for piece in block.pieces:
            yield from ((service, symptom, block) for service, symptom in _failed(_without_mark(piece.text), alone=True))
    for topics in (("impact", "overview"), ("users", "other"), (OPENING,), ("apology", "started", "cause")):
        for block in of_topic(found, *topics):
            for piece in block.pieces:
                for _, sentence in sentences(nfkc(piece.text)):
                    if not COURTESY.search(sentence):
                        yield from ((service, symptom, block) for service, symptom in _failed(sentence, alone=block.topic == "impact"))


def _failed(sentence: str, alone: bool) -> Iterator[tuple[str, str | None]]:
    """What a sentence says failed, and how; `alone` = a text without a verb is a service too."""
    plain = sentence.strip(" 。・")
    match = _FAILED.search(plain)
    if match:
        head = re.sub(r"[(（][^()（）]*[)）]", "", plain[: match.start()])
        parts = [part for part in _CLAUSE.split(head) if part and part.strip()]
        service = next((part for part in reversed(parts[-3:]) if _SERVICE.search(part)), None)
        if service is None and (noun := re.match(r"決済|予約|ログイン|アクセス|認証|閲覧|視聴|通話|通信|送受信|発着信", match["symptom"])):
            service = noun.group()
        if service:
            clean = re.sub(r"^(?:一部の?(?:お客(?:様|さま)|利用者)(?:の|において)?|当社(?:の)?|弊社(?:の)?|お客(?:様|さま)の?|約?[\d,.]+[万千]?(?:人|名|回線|件|契約|世帯)の?(?:お客(?:様|さま)の)?)", "", service.strip())
            clean = re.sub(r"(?:の(?:配送|送受信|応答|表示|処理))?が?(?:最大|約|平均)?\d+(?:時間|分|秒)(?:程度)?$", "", clean)
            clean = re.sub(r"^【[^】]{1,12}】", "", clean)
            clean = re.sub(r"^.*(?:利用者|お客(?:様|さま)|加入者|契約者|ユーザー?)が(?=.{2})", "", clean)
            clean = _WHO_USES.sub("", re.sub(r"[がをにのはも]$", "", clean)).strip()
            clean = re.sub(r"^.*(?:貴|御)社の", "", clean)
            if 1 < len(clean) <= 60 and not re.fullmatch(r"電気通信(?:設備|サービス|役務)", clean):
                yield clean, match["symptom"].strip("がをにのもは")
            return
    if alone and _SERVICE.search(plain) and len(plain) <= 80:
        service = re.split(r"\s*(?:約|最大)?\d[\d,.]*\s*[万千]?\s*(?:人|名|回線|件|契約|世帯)", plain)[0].strip(" (（:、")
        if service:
            yield service, None
