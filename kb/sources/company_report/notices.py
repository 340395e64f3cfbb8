"""How users were told and how many asked; a time line's entries; and what stands in every paper: courtesies, contacts."""

from __future__ import annotations

import re

from kb.formats.layout import Document
from kb.japanese.context import moments_in_context
from kb.japanese.quantities import parse_count
from kb.japanese.text import nfkc, sentences
from kb.model import Inquiry, Notification, Statement
from kb.sources.company_report.blocks import OPENING, Block, of_topic
from kb.sources.company_report.measures import COURTESY
from kb.sources.council_minutes.accident import CHANNELS

_TOLD = re.compile(r"掲載|公表|公開|周知|案内|配信|発表|お知らせ(?:し|を|いた)|告知|投稿|第[一1]報|初報|ツイート|ポスト|会見|通知(?:し|を)|アナウンス|連絡(?:し|を実施)")
_ASKED = re.compile(r"(?:問い?合わ?せ|申告|苦情|相談|入電)[^\d。]{0,16}(?P<count>(?:約|延べ|計)?\s*\d[\d,]*(?:\.\d+)?\s*[万千]?)\s*件|問い?合わ?せ(?:は|が)[^。]{0,24}?(?:で|に)(?P<later>(?:約|延べ|計)?\s*\d[\d,]*\s*[万千]?)\s*件|(?P<before>(?:約|延べ|計)?\s*\d[\d,]*\s*[万千]?)\s*件の(?:お?問い?合わ?せ|申告|苦情)")
CONTACT = re.compile(r"(?:電話|TEL|Tel|FAX|フリーダイヤル|0120|0570|050-|03-|メールアドレス|E-?mail|受付時間|@[\w.]+|https?://\S+|お?問い?合わ?せ(?:先|窓口)|お客(?:様|さま)(?:窓口|センター|相談室|サポート))")


_MORE_CHANNELS = (("自社サイト", re.compile(r"ステータスページ|障害(?:情報)?ページ|お知らせ(?:欄|ページ)|障害・メンテナンス|status page", re.IGNORECASE)),)


def notifications(found: list[Block], document: Document, reference: str | None) -> list[Notification]:
    """Every notice to users with channel and time: sections about them, and entries of a time line."""
    result: list[Notification] = []
    for block in of_topic(found, "notification"):
        context = reference
        for piece in block.pieces:
            if re.search(r"次回|予定(?:して|です)", nfkc(piece.text)) or (COURTESY.search(nfkc(piece.text)) and not _TOLD.search(nfkc(piece.text))):
                continue
            for told in _notices(piece.text, context):
                moments = moments_in_context(nfkc(told), context)
                context = moments[-1].value if moments and len(moments[-1].value) >= 10 else context
                result.append(Notification(_channel(told) or block.label or "周知", told, moments[0].value if moments else None, document.position(piece.start)))
    for block in of_topic(found, "timeline", "recovery", "overview", OPENING, "other", "impact"):
        context = reference
        for piece in block.pieces:
            for _, sentence in sentences(piece.text):
                plain = nfkc(sentence)
                moments = moments_in_context(plain, context)
                if moments and len(moments[-1].value) >= 10:
                    context = moments[-1].value
                channel = _channel(plain)
                if channel and _TOLD.search(plain) and moments and not COURTESY.search(plain) and len(moments[0].value) > 10:
                    result.append(Notification(channel, sentence, moments[0].value, document.position(piece.start)))
    unique = {(n.at, n.text): n for n in result}
    return list(unique.values())


def _notices(text: str, context: str | None) -> list[str]:
    """A paragraph as one notice, or its sentences where each has a time and a channel of its own."""
    told = [sentence for _, sentence in sentences(text)]
    own = [bool(moments_in_context(nfkc(t), context) or re.match(r"同\s*\d|同日", nfkc(t))) and _channel(t) is not None for t in told]
    return told if len(told) > 1 and all(own) else [text]


def _channel(text: str) -> str | None:
    plain = nfkc(text)
    return next((name for name, pattern in (*CHANNELS, *_MORE_CHANNELS) if pattern.search(plain)), None)


def inquiries(found: list[Block], reference: str | None) -> list[Inquiry]:
    """Numbers of inquiries, once each."""
    result: dict[int, Inquiry] = {}
    for block in found:
        for piece in block.pieces:
            plain = nfkc(piece.text)
            matches = list(_ASKED.finditer(plain))
            if block.topic == "inquiries" and not matches and (read := parse_count(plain)):
                result.setdefault(read.value, Inquiry(read.value, None, _as_of(plain, reference), plain))
            for match in matches:
                read = parse_count(match["count"] or match["later"] or match["before"])
                if read:
                    result.setdefault(read.value, Inquiry(read.value, None, _as_of(plain[match.end() :], reference), match.group()))
    return list(result.values())


def _as_of(text: str, reference: str | None) -> str | None:
    moments = moments_in_context(text, reference)
    return moments[0].value if moments and re.search(r"時点|現在|まで", text) else None


def timeline(found: list[Block], document: Document) -> list[Statement]:
    """What the accident's notes keep: entries with a time, how it was restored, and sections of no other kind."""
    result: list[Statement] = []
    for block in found:
        for piece in block.pieces:
            kept = (piece.timed and block.topic not in ("started", "ended", "period", "published")) or block.topic in ("timeline", "recovery", "overview", "other", "next")
            if kept and not COURTESY.search(nfkc(piece.text)):
                result.append(Statement("note", piece.text, document.position(piece.start)))
    return result


def of_the_paper(found: list[Block], document: Document) -> list[Statement]:
    """Courtesies and contacts, which belong to the paper and not to the accident."""
    result: list[Statement] = []
    for block in found:
        for piece in block.pieces:
            plain = nfkc(piece.text)
            if block.topic == "contact" or (CONTACT.search(plain) and len(plain) < 160):
                result.append(Statement("contact", piece.text, document.position(piece.start)))
            elif COURTESY.search(plain):
                result.append(Statement("courtesy", piece.text, document.position(piece.start)))
    return result
