"""Reports and announcements by one company about one accident → `Report`: 報告書, 障害報告, お詫びとご報告, statutory forms, drafts.

Quirks seen (2026): headings of any numbering or none; courtesies before and after; the year only in the paper's own date; measures
with their month in brackets or in the verb; a final report that repeats the figures of the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kb.formats.layout import Document
from kb.japanese.dates import fiscal_year_of, parse_moment
from kb.japanese.text import nfkc, sentences
from kb.model import Incident, Position, Report, Statement
from kb.sources.annual_report.sheet_values import factor, statutory_class
from kb.sources.company_report.blocks import OPENING, Block, Piece, blocks, of_topic
from kb.sources.company_report.causes import statements
from kb.sources.company_report.company import carriers
from kb.sources.company_report.counts import counts
from kb.sources.company_report.headings import heading, is_timed
from kb.sources.company_report.impacts import area, impacts
from kb.sources.company_report.measures import COURTESY, LEAD, NO_CHANGE, measures
from kb.sources.company_report.notices import CONTACT, inquiries, notifications, of_the_paper, timeline
from kb.sources.company_report.periods import period, published_on
from kb.sources.coverage import CoverageLedger

KIND = "company-report"
LOOKED_FOR = "a company speaking of its own accident, with when, what failed, why and what it will change"

_ACCIDENT = re.compile(r"障害|事故|不具合|停止|つながりにく|つながら|ご?利用(?:いただけ|でき)|不通|故障|輻輳|ふくそう|断線|停電|遅延|outage|incident|復旧|トラブル|支障|影響")
_OWN = re.compile(r"当社|弊社|当組合|当協会|私ども|お詫び申し上げ|ご(?:迷惑|不便|心配)をお(?:かけ|掛け)|ご利用いただき(?:、)?(?:誠に)?ありがとう")
_TITLE = re.compile(r"(?:障害|事故|不具合|事象|停止|故障|不通|断線|影響|トラブル|支障|困難|いただけな|できな|しづら|にく)[^。\n]{0,40}(?:について|報告|お知らせ|お詫び|復旧|件)|(?:報告書|障害報告|事故報告|お詫びと(?:ご)?報告|ご報告)")
_SECONDARY = re.compile(r"記者|編集部|取材|同社(?:は|が|によ|で)|によると|と(?:発表|説明|報告)し(?:た|ている)|(?:明らかに|公表)した。|筆者|ブログ|この記事|配信日時|ニュース記事")
_STAGES = (
    ("final", r"最終(?:報告?|版)|確報|(?:調査|検証)結果(?:の|に関する)?(?:ご)?報告|終報|第\d+報\s*[(（]最終"),
    ("interim", r"中間報告?|続報|第\s?(?:[2-9二三四五]|1\d)\s?報|経過報告"),
    ("first", r"第\s?[1一]\s?報|速報|初報|一次報告"),
)  # fmt: skip
_VALUE = 90  # characters of a value at most: a longer text under such a heading tells more than the field holds
_UNOFFICIAL = re.compile(r"重大な?事故(?:に(?:は)?該当し(?:ない|ません)|ではな)")
_OFFICIAL = re.compile(r"重大な?事故(?:に該当|として|報告|の報告|である)|電気通信事業法(?:第|に基づ|施行規則)")


def recognises(document: Document) -> float:
    """How surely a document is a company's word about an accident, from 0 to 1; see `reasons`."""
    return min(sum(weight for weight, _ in _signs(document)), 1.0)


def reasons(document: Document) -> tuple[str, ...]:
    """What speaks for it, in words."""
    return tuple(words for _, words in _signs(document))


def _signs(document: Document) -> list[tuple[float, str]]:
    text = nfkc(document.text[:20_000])
    found = blocks(document)
    topics = {block.topic for block in found}
    signs: list[tuple[float, str]] = []
    head = "\n".join(line.text for line in document.lines[:12])
    if match := _TITLE.search(nfkc(head)):
        signs.append((0.35, f"the head speaks of an accident ({match.group()[:30]})"))
    if named := carriers(found, document, by_grammar=False):
        signs.append((0.15, f"a company is named ({named[0]})"))
    if _OWN.search(text):
        signs.append((0.15, "it speaks in a company's own name"))
    if known := topics & {"started", "ended", "period", "users", "area", "cause", "measures", "overview", "timeline", "recovery", "impact", "service", "duration"}:
        signs.append((min(0.12 * len(known), 0.5), f"headings of a report ({', '.join(sorted(known))})"))
    if _ACCIDENT.search(text) and re.search(r"\d{1,2}\s*[:時]", text):
        signs.append((0.1, "it tells of a failure with its time"))
    return signs


def parse(document: Document) -> Report:
    """Everything that could be read; what ended in no field is in `coverage.unread`."""
    found = blocks(document)
    published = published_on(document, found)
    when = period(document, found, published)
    named = carriers(found, document)
    reference = when.started_at if when.started_at and len(when.started_at) >= 10 else published
    told = statements(found, document)
    taken = {statement.text for statement in told}
    mended = measures(found, document, published, when.started_at)
    told += [s for s in timeline(found, document) if s.text not in taken]
    notices = notifications(found, document, reference)
    counted = counts(found)
    text = nfkc(document.text)
    stated = next((factor(piece.text) for block in found if block.topic in ("factor", "cause") for piece in block.pieces if len(piece.text) < 12 and factor(piece.text)), None)
    incident = Incident(
        title=_title(document, found),
        carriers=named,
        fiscal_year=fiscal_year_of(when.started_at),
        started_at=when.started_at,
        ended_at=when.ended_at,
        area=area(found),
        official=False if _UNOFFICIAL.search(text) else True if re.search(r"重大な?事故(?:に該当(?:する|し、|した)|として(?:[^。、]{1,20}(?:に|へ))?報告|の報告)", text) else None,
        statutory_class=next((statutory_class(piece.text) for block in of_topic(found, "class") for piece in block.pieces if statutory_class(piece.text)), None),
        factor=stated,
        factor_basis="stated" if stated else None,
        impacts=tuple(impacts(found, counted, when, document)),
        statements=tuple(told),
        measures=tuple(mended),
        inquiries=tuple(inquiries(found, reference)),
        notifications=tuple(notices),
        position=document.position(0) if document.lines else Position(),
    )
    paper = of_the_paper(found, document)
    incident = replace(incident, statements=(*incident.statements, *_else_told(found, incident, paper, document)))
    ledger = _ledger(document, found, incident, paper, published)
    empty = not (named or when.started_at or counted or told or mended)
    return Report(
        KIND, _paper_title(document, incident), published, incident.fiscal_year, () if empty else (incident,), coverage=ledger.coverage(), notes=tuple(paper),
        reasons=reasons(document), stage=_stage(document), secondary=_is_secondary(text),
    )  # fmt: skip


def _title(document: Document, found: list[Block]) -> str:
    """The line of the head that names the accident, else the document's title."""
    for line in document.lines[:14]:
        bare = line.text.strip(" 　#*■◆●")
        plain = nfkc(bare)
        if 6 <= len(bare) <= 80 and not plain.endswith("。") and (plain.endswith("の件") or (_TITLE.search(plain) and not re.search("平素|拝啓|申し上げ", plain))):
            return bare
    if document.title and heading(document.title) is None:
        return document.title
    told = next((text for block in of_topic(found, "overview", OPENING, "cause") for piece in block.pieces for _, text in sentences(piece.text)), None)
    return (told[:60].rstrip("。、") if told else None) or document.title or "無題"


def _paper_title(document: Document, incident: Incident) -> str | None:
    """The paper's own title; its first line may only name the company, the genre or the day."""
    title = document.title
    bare = nfkc(title or "").strip()
    generic = not bare or bare in incident.carriers or any(bare.startswith(name) and len(bare) <= len(name) + 8 for name in incident.carriers)
    generic = generic or bool(re.fullmatch(r"(?:報道発表|広報)(?:資料)?|(?:重要な?)?お知らせ|(?:プレス|ニュース)リリース|news ?release|press ?release|(?:関係|お客(?:様|さま))?各位", bare, re.IGNORECASE))
    return incident.title if generic or (parse_moment(bare) and len(bare) < 24) else title


def _stage(document: Document) -> str | None:
    named = [line.text for line in document.lines[:12] if len(line.text.strip()) <= 60 and not line.text.rstrip().endswith("。") and not is_timed(line.text.lstrip(" 　-・*"))]
    head = nfkc("\n".join(named))
    return next((stage for stage, pattern in _STAGES if re.search(pattern, head)), None)


def _is_secondary(text: str) -> bool:
    """Whether somebody else tells of the company: 同社は…と発表した rather than 当社は…お詫び申し上げます."""
    return len(_SECONDARY.findall(text)) > len(_OWN.findall(text)) and len(_SECONDARY.findall(text)) >= 2


def _else_told(found: list[Block], incident: Incident, paper: Iterable[Statement], document: Document) -> list[Statement]:
    """Sentences before the first heading that are neither courtesies nor in any other field, and what befell emergency calls, as notes."""
    kept = _bare("".join(nfkc(text) for text in _texts(incident, paper)))
    return [
        Statement("note", piece.text, document.position(piece.start))
        for block in of_topic(found, OPENING, "emergency")
        for piece in block.pieces
        if (piece.text.endswith("。") or block.topic == "emergency") and not COURTESY.search(nfkc(piece.text)) and _bare(piece.text) not in kept and not _read_as_figures(piece.text, incident)
        and not any(inquiry.printed and _bare(inquiry.printed) in _bare(piece.text) for inquiry in incident.inquiries)
        and not all(_bare(LEAD.sub("", sentence)) in kept for sentence in re.split(r"(?<=。)", nfkc(piece.text)) if sentence)
    ]  # fmt: skip


def _is_head(line: str, incident: Incident, published: str | None) -> bool:
    """Whether a line names no more than the company (and its department) or the day of the paper."""
    plain = nfkc(line)
    named = any(plain.startswith(name) for name in incident.carriers) and len(plain) <= 40 and "。" not in plain
    return named or (published is not None and len(plain) <= 30 and (parse_moment(plain) or "")[:10] == published)


def _ledger(document: Document, found: list[Block], incident: Incident, paper: Iterable[Statement], published: str | None) -> CoverageLedger:
    """Headings, and every piece whose words ended in a field."""
    ledger = CoverageLedger(document)
    kept = "".join(nfkc(text) for text in _texts(incident, paper))
    squeezed = _bare(kept)
    for block in found:
        if block.heading:
            ledger.mark(block.heading.start, block.heading.end)
        for span in block.ruled:
            ledger.mark(span.start, span.end)
        valued = block.topic in ("factor", "started", "ended", "period", "duration", "users", "area", "service", "carrier", "published", "class", "inquiries", "notification", "contact", "impact")
        for piece in block.pieces:
            words = _bare(piece.text)
            told = words in squeezed or all(_bare(LEAD.sub("", sentence)) in squeezed for sentence in re.split(r"(?<=。)", nfkc(piece.text)) if sentence)
            figures = block.topic in ("impact", OPENING, "overview", "cause") and _read_as_figures(piece.text, incident)
            asked = any(inquiry.printed and _bare(inquiry.printed) in words for inquiry in incident.inquiries)
            if (valued and ("。" not in piece.text or len(piece.text) <= _VALUE)) or told or figures or asked or COURTESY.search(words) or CONTACT.search(words) or NO_CHANGE.search(words):
                for span in piece.spans:
                    ledger.mark(span.start, span.end)
            elif "\t" in piece.text:
                _mark_cells(piece, squeezed, ledger)
    for line in document.lines:
        bare = line.text.strip().strip("#*■◆● ")
        if bare and (bare in (document.title, incident.title) or re.fullmatch(r"以上|記|敬具|拝啓|[-―=]+|\S{0,10}各位", bare) or _is_head(bare, incident, published)):
            ledger.mark(line.start, line.end)
    return ledger


def _mark_cells(piece: Piece, kept: str, ledger: CoverageLedger) -> None:
    """The cells of a row that ended in a field; who is in charge of a measure is in none."""
    for span in piece.spans:
        offset = span.start
        for cell in span.text.split("\t"):
            if _bare(cell) and _bare(cell) in kept:
                ledger.mark(offset, offset + len(cell))
            offset += len(cell) + 1


def _bare(text: str) -> str:
    """Without white space, brackets and full stops: a measure's month is taken out of its sentence."""
    return re.sub(r"[\s()（）【】。、]", "", nfkc(text))


def _texts(incident: Incident, paper: Iterable[Statement]) -> Iterable[str]:
    yield incident.title
    yield from (statement.text for statement in (*incident.statements, *paper))
    yield from (measure.text + (measure.printed or "") for measure in incident.measures)
    yield from (inquiry.printed or "" for inquiry in incident.inquiries)
    yield from (notification.text for notification in incident.notifications)


def _read_as_figures(text: str, incident: Incident) -> bool:
    """Whether a sentence's substance is in the accident's figures: its time, area, services and numbers."""
    plain = nfkc(text)
    figures = [impact.printed.get("users", "") for impact in incident.impacts] + [impact.service for impact in incident.impacts]
    return (bool(parse_moment(plain)) and any(figure and nfkc(figure) in plain for figure in figures)) or (any(i.service and nfkc(i.service) in plain for i in incident.impacts) and len(plain) < 120)
