"""Whom the ministry guides, about which accident, what it asks, and until when to report.

Quirks seen (2026): the accident is often named by its day alone; demands stand below 記, numbered; the deadline stands in the lead,
after the list, or with a demand; several companies may be addressed at once.
"""

from __future__ import annotations

import re

from kb.formats.layout import Document
from kb.japanese.context import moments_in_context
from kb.japanese.dates import find_moments, fiscal_year_of
from kb.japanese.text import nfkc, sentences
from kb.model import Demand, Incident, Notice, Report, Statement
from kb.sources.company_report.blocks import Block, Piece, blocks
from kb.sources.company_report.company import companies
from kb.sources.company_report.counts import counts
from kb.sources.company_report.impacts import area, impacts
from kb.sources.company_report.notices import CONTACT
from kb.sources.company_report.periods import Period, minutes_between, published_on, stated_duration
from kb.sources.coverage import CoverageLedger

KIND = "guidance"
LOOKED_FOR = "a ministry or a regional bureau addressing a company about an accident, with what it asks"

AUTHORITY = re.compile(r"総務(?:省|大臣)|[一-鿿]{2,4}総合通信(?:局|事務所)(?:長)?|経済産業省|消費者庁|個人情報保護委員会|郵政省")
_ACT = re.compile(r"(?:行政)?指導(?:を行|し|しました|いたしました|について|文書)?|要請(?:し|を行|について|書)?|勧告|命令|報告(?:の)?徴収|厳重注意|文書により|求め(?:た|ました|る)")
_TITLE = re.compile(r"(?:に対する|への|に関する|に係る)?[^。\n]{0,40}(?:指導|要請|勧告|命令|報告徴収|厳重注意)")
_ADDRESSED = re.compile(r"(?P<whom>[^。]{2,120}?)(?:に対し|に対して|に対する|宛て?に|あて|に、|へ)")
_HAPPENED = re.compile(r"発生|生じ|起き|起こ|停止|障害|事故|(?:利用|接続|通話|発着信|着信|発信)(?:でき|いただけ|し(?:づら|にく)|不能|困難|不可)|つなが(?:ら|り)|支障|状態(?:と|に)(?:なった|至)")
_DEADLINE = re.compile(r"(?P<when>[^。、\n]{2,40}?)(?:まで(?:に)?|を期限(?:に|として)|か月以内(?:に)?|ヶ月以内(?:に)?)[^。]{0,40}(?:報告|提出|回答)")
_UNTIL = re.compile(r"(?P<when>[^。、\n]{4,30}?)(?:末)?まで(?:に)")
_DEMAND_END = re.compile(r"(?:こと|すること|されたい|たい|講ずること|講じること|行うこと|求める|要する)[。\s]*$")
_ASKS = re.compile(r"(?:することを求め|するよう(?:求め|指導|要請)|講ずるよう|講じるよう|徹底(?:を|する)|図る(?:こと|よう))")
_REPORT_ONLY = re.compile(r"(?:状況|結果|措置|内容)(?:等)?(?:について|を|は|、)[^。]{0,60}(?:報告|提出)|上記[^。]{0,60}報告")
_CLAUSE = re.compile(r"(?P<demand>[^、。]{4,90}?(?:図る|行う|講じ?る|努める|定める|整備する|徹底する|実施する|見直す|強化する|する)(?:こと|よう))(?=(?:を)?(?:求め|要請|指導)|、|に|を|(?:文書|書面))")
_CAUSE = re.compile(r"原因(?:は|で|と)|ことによ(?:り|る)|に起因|によ(?:り|る)(?!実施|文書|本日)[^。]{0,60}(?:停止|発生|不能|支障)")
_TO = re.compile(r"から|より|~|〜")
_MARK = re.compile(r"^\s*(?:\d{1,2}[.)．]?|[(（]\d{1,2}[)）]|[①-⑳]|[一二三四五六七八九十](?:[、.]|[ \u3000]+)|[・●○])\s*")


def recognises(document: Document) -> float:
    """How surely a document is guidance, from 0 to 1."""
    return min(sum(weight for weight, _ in _signs(document)), 1.0)


def reasons(document: Document) -> tuple[str, ...]:
    """What speaks for it, in words."""
    return tuple(words for _, words in _signs(document))


def _signs(document: Document) -> list[tuple[float, str]]:
    head = nfkc("\n".join(line.text for line in document.lines[:25]))
    text = nfkc(document.text[:8_000])
    signs: list[tuple[float, str]] = []
    authority = AUTHORITY.search(head)
    titles = [line.text for line in document.lines[:12] if len(line.text) < 90 and _TITLE.search(nfkc(line.text))]
    if authority and titles:
        signs.append((0.4, f"an authority ({authority.group()}) and a title of guidance ({titles[0].strip()[:30]})"))
    if authority and (match := re.search(r"に対し[^。]{0,160}(?:指導|要請|勧告|求め|命じ|注意|徴収)", text)):
        signs.append((0.35, f"it addresses somebody ({match.group()[:24]}…)"))
    if demands := [1 for line in document.lines if _DEMAND_END.search(nfkc(line.text))]:
        signs.append((min(0.1 * len(demands), 0.3), f"{len(demands)} demands (…こと)"))
    if re.search(r"当社|弊社|お詫び申し上げ", text):
        signs.append((-0.5, "a company speaks of itself"))
    if re.search(r"議事要旨|事故発生状況(?:[（(]|について)", head):
        signs.append((-0.6, "minutes or a report of a year"))
    return signs


def parse(document: Document) -> Report:
    """The guided companies' accident with the demands; without a demand a warning says so."""
    found = blocks(document)
    pieces = [piece for block in found for piece in block.pieces]
    issued = published_on(document, found) or _first_day(document)
    authority = _authority(document)
    named = _addressed(document, pieces)
    started, ended = _accident(pieces, issued)
    demands, marked = _demands(found, document, issued, authority)
    facts = [Statement("cause", s, document.position(p.start)) for p in pieces for _, s in sentences(p.text) if _is_fact(s) and _tells(p, s, marked)]
    notes = [Statement("note", s, document.position(p.start)) for p in pieces for _, s in sentences(p.text) if _tells(p, s, marked) and s not in {f.text for f in facts} and s != _title(document) and _HAPPENED.search(s)]
    minutes, printed = stated_duration(found)
    when = Period(started, ended, minutes=minutes if minutes else minutes_between(started, ended), printed_minutes=printed)
    counted = counts(found)
    incident = Incident(
        title=_title(document),
        carriers=named,
        fiscal_year=fiscal_year_of(started),
        started_at=started,
        ended_at=ended,
        area=area(found) if counted else None,
        official=True if re.search(r"重大な?事故", nfkc(document.text)) else None,
        impacts=tuple(impacts(found, counted, when, document)) if counted else (),
        statements=(*facts, *notes),
        guidance=tuple(demands),
        position=document.position(0),
    )
    warnings = () if demands else (Notice("no-demand", "Nothing that is asked of the company was found: look at what is listed as unread.", document.position(0)),)
    ledger = _ledger(document, found, incident, marked)
    return Report(KIND, document.title, issued, incident.fiscal_year, (incident,), warnings=warnings, coverage=ledger.coverage(), reasons=reasons(document))


def _tells(piece: Piece, sentence: str, marked: set[str]) -> bool:
    """Whether a sentence tells of the accident: one beside a deadline may, one of a demand does not."""
    if piece.text not in marked:
        return True
    plain = nfkc(sentence)
    return not (piece.item or _MARK.match(nfkc(piece.text))) and not (_DEADLINE.search(plain) or _ASKS.search(plain) or _DEMAND_END.search(plain) or _ACT.search(plain))


def _first_day(document: Document) -> str | None:
    return next((m.value[:10] for line in document.lines[:10] for m in find_moments(line.text) if len(m.value) >= 10), None)


def _authority(document: Document) -> str | None:
    """The last and narrowest authority of the head: a bureau rather than the ministry above it."""
    head = nfkc("\n".join(line.text for line in document.lines[:20]))
    named = [re.sub(r"(?<=局)長$|(?<=所)長$", "", m.group()) for m in AUTHORITY.finditer(head)]
    bureaus = [name for name in named if "総合通信" in name]
    return next(iter(bureaus or [name.replace("総務大臣", "総務省") for name in named]), None)


def _addressed(document: Document, pieces: list[Piece]) -> tuple[str, ...]:
    for piece in pieces:
        for _, sentence in sentences(nfkc(piece.text)):
            for match in _ADDRESSED.finditer(sentence):
                if named := companies(match["whom"]):
                    return tuple(dict.fromkeys(named))
    for line in document.lines[:20]:
        if named := companies(line.text):
            return tuple(dict.fromkeys(named))
    return ()


def _accident(pieces: list[Piece], issued: str | None) -> tuple[str | None, str | None]:
    """(start, end) of the accident: the first time that a sentence says something happened, else the first day, before the paper's own."""
    coarse: tuple[str | None, str | None] = (None, None)
    for piece in pieces:
        for _, sentence in sentences(nfkc(piece.text)):
            if not _HAPPENED.search(sentence):
                continue
            moments = [m for m in moments_in_context(sentence, issued) if issued is None or m.value[:10] < issued or "T" in m.value]
            moments = [m for m in moments if not re.match(r"\s*(?:付け|付)", sentence[m.end :])]
            if not moments:
                continue
            first = moments[0]
            later = next((m.value for m in moments[1:] if m.value > first.value and _TO.search(sentence, first.end, m.start)), None)
            if "T" in first.value and (coarse[0] is None or first.value[:10] == coarse[0][:10]):
                return first.value, later
            coarse = coarse if coarse[0] else (first.value, later)
    return coarse


def _demands(found: list[Block], document: Document, issued: str | None, authority: str | None) -> tuple[list[Demand], set[str]]:
    """(what is asked, texts of the pieces that ask); the deadline to report holds for every demand that names none."""
    pieces = [piece for block in found for piece in block.pieces]
    overall = next((due for piece in pieces if _is_report(piece) and (due := _due(nfkc(piece.text), issued))), None)
    asked: list[tuple[Piece, str]] = []
    marked: set[str] = set()
    for piece in pieces:
        plain = nfkc(piece.text)
        listed = piece.item or bool(_MARK.match(plain))
        if (listed and (_DEMAND_END.search(plain) or _ASKS.search(plain))) or (listed and asked and len(plain) > 12 and plain.endswith("。")):
            marked.add(piece.text)
            if not (_REPORT_ONLY.search(plain) and _DEADLINE.search(plain)):
                asked.append((piece, _MARK.sub("", piece.text).strip()))
    if not asked:
        for piece in pieces:
            for _, sentence in sentences(piece.text):
                plain = nfkc(sentence)
                if (_ASKS.search(plain) or _DEMAND_END.search(plain)) and not _REPORT_ONLY.search(plain):
                    clauses = [re.sub(r"(?:こと|よう)$", "こと", match["demand"].strip()) for match in _CLAUSE.finditer(plain)]
                    asked += [(piece, clause) for clause in clauses] or [(piece, sentence)]
                    marked.add(piece.text)
    for piece in pieces:
        if _DEADLINE.search(nfkc(piece.text)):
            marked.add(piece.text)
    asked = _unnumbered(asked)
    demands = [Demand(text, _due_in(nfkc(text), issued) or overall, authority, issued, document.position(piece.start)) for piece, text in asked]
    return demands, marked


def _unnumbered(asked: list[tuple[Piece, str]]) -> list[tuple[Piece, str]]:
    """Demands without the 一, 二, 三 that number them, which a paper sets before the text without a mark."""
    numbers = "一二三四五六七八九十"
    if len(asked) < 2 or any(not text.startswith(number) for (_, text), number in zip(asked, numbers, strict=False)):
        return asked
    return [(piece, text[1:].lstrip(" 　")) for piece, text in asked]


def _is_report(piece: Piece) -> bool:
    """Whether a piece sets a day until which to report on all that is asked."""
    plain = nfkc(piece.text)
    return bool(_DEADLINE.search(plain)) and (bool(_REPORT_ONLY.search(plain)) or (not piece.item and not _MARK.match(plain)))


def _due_in(demand: str, issued: str | None) -> str | None:
    """The day or month until which one demand is to be met."""
    match = _UNTIL.search(demand)
    moments = moments_in_context(match["when"], issued) if match else []
    return moments[-1].value[:10] if moments else None


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without their offsets."""
    return [sentence for _, sentence in sentences(text)]


def _due(text: str, issued: str | None) -> str | None:
    """The day until which a report is due."""
    for match in _DEADLINE.finditer(text):
        moments = moments_in_context(match["when"], issued)
        if moments:
            return moments[-1].value[:10]
        month = re.search(r"(\d)\s*(?:か月|ヶ月|カ月)以内", nfkc(match.group()))
        if month and issued:
            year, number = divmod(int(issued[:4]) * 12 + int(issued[5:7]) - 1 + int(month[1]), 12)
            return f"{year:04d}-{number + 1:02d}-{issued[8:10]}"
    return None


def _is_fact(sentence: str) -> bool:
    plain = nfkc(sentence)
    return bool(_CAUSE.search(plain)) and not _ACT.search(plain) and not _DEMAND_END.search(plain)


def _title(document: Document) -> str:
    return next((line.text.strip() for line in document.lines[:12] if len(line.text) < 90 and _TITLE.search(nfkc(line.text))), document.title or "無題")


def _ledger(document: Document, found: list[Block], incident: Incident, marked: set[str]) -> CoverageLedger:
    ledger = CoverageLedger(document)
    kept = {statement.text for statement in incident.statements}
    head = {nfkc(name) for name in (*incident.carriers, incident.title)}
    for block in found:
        if block.heading:
            ledger.mark(block.heading.start, block.heading.end)
        for number, piece in enumerate(block.pieces):
            plain = nfkc(piece.text)
            told = piece.text in marked or all(text in kept or _ACT.search(nfkc(text)) for text in sentences_of(piece.text))
            short = number < 8 and len(plain) <= 40 and (AUTHORITY.search(plain) or find_moments(plain) or plain in head)
            if told or short or CONTACT.search(plain) or plain in head or re.fullmatch(r"記|以上|別紙|参考", plain) or (number < 8 and re.search(r"第\d+号$|殿$|様$|御中$", plain)):
                for span in piece.spans:
                    ledger.mark(span.start, span.end)
    return ledger
