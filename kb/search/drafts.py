"""A report in hand: what the parsers read of it, and its sentences by what they tell, whatever its layout.

A heading opens a section: marked or numbered (■ 原因, 【概要】, 4 事故の概要, ## Root cause), a label before its text (【原因】…, 発生原因: …), or
a bare line that only names a section. A mark that is known to head sections here also closes one where its words are unknown (9 その他).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.errors import DocumentError
from kb.formats.document import document_from_text
from kb.formats.layout import Document
from kb.japanese.text import nfkc, sentences
from kb.model import Incident, Measure, Notice, Position, Report, Statement
from kb.sources import parse_document

OPENING = "opening"  # what stands before the first section: the cause only where no section claims to be it
RECOVERY = "recovery"
HEADING = "heading"
CAUSE_LENGTH = 40  # characters of a section that tells a cause, rather than that it is being looked for
LONGEST_HEADING = 26

# In this order: 復旧が遅れた原因 tells what prolonged, 原因と対策 a cause.
_SECTIONS: Mapping[str, re.Pattern[str]] = {
    "prolonging": re.compile(r"長期化|長時間化|長引|(?:復旧|回復|検知|発見|気づく|気付く)[^。]{0,6}(?:遅れ|遅く|時間)|時間を要した|took long|prolong", re.IGNORECASE),
    "measure": re.compile(r"再発|恒久|是正|(?<!応急)(?<!暫定)対策(?!本部)|防止|今後|これから|改善|action items?|measures?|prevention", re.IGNORECASE),
    "notification": re.compile(r"周知|広報|お?詫び|問い?合わ?せ|(?:利用者|お?客[さ様]ま?|ユーザー?|顧客|報道)(?:へ|の?対応|向け)|返金|返還|補償|費用|料金|notification", re.IGNORECASE),
    RECOVERY: re.compile(r"応急|暫定|復旧(?:の)?(?:対応|作業|措置|内容|方法)|(?:^|[・のた])(?:対応|対処|措置|処置)|なおした|直した|mitigation|recovery|resolution", re.IGNORECASE),
    "cause": re.compile(r"原因|要因|概要|障害(?:の)?内容|経緯|経過|事象|発生状況|何が起き|なぜ|わけ|理由|cause|summary|what happened", re.IGNORECASE),
}
# Names of sections that tell when, where and how many: no cause, no measure.
_OTHER = re.compile(r"日時|時刻|期間|時間|影響|対象|地域|エリア|範囲|その他|状況|件数|事業者|会社|過去|参考|用語|別紙|添付|いつ|だれ|どこ|timeline|impact|not affected", re.IGNORECASE)
_BARE = re.compile(
    r"(?:本件|今回|当該|事故|障害|事象|通信障害|発生|直接|根本|主な|推定)*(?:の|した|に関する|に対する)?"
    r"(?:原因|要因|概要|経緯|経過|(?:応急|暫定|恒久|是正|当面|今後)?(?:の)?(?:対応|対策|措置|処置)|再発(?:の)?防止(?:策|措置|に向けた取り?組み?)?|再発を防ぐ[^。、]{0,14}|今後の取り?組み?"
    r"|長期化(?:した)?(?:要因|理由|原因)?|(?:復旧|回復|検知)が(?:遅れた|長引いた)(?:理由|原因)|周知|影響|内容|理由|お詫び|何が起きたか|summary|root cause|impact|timeline|action items|mitigation)"
    r"(?:(?:と|及び|および|・|、|/)(?:原因|経緯|経過|対応|対策|再発防止策|今後の対応))*(?:について|等)?[:：]?",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"(?P<mark>[■□●◆◇▼▽▶○★#＃]+|第?\d+(?:[-.]\d+)*[章節項]?[.)．、:]?(?=[\s　]|(?<=[.)．、章節項:])|(?<=\d)[^\d\W])|[(（]\d+[)）]|[①-⑳]|[(（]?[ア-オa-e][)）.．]|[【〔［\[<〈《]|[・-](?=[^。:：]{2,16}[:：]))"
    r"[\s　]*(?P<words>[^。]*?)[】〕］\]>〉》]?"
)
_LABEL = re.compile(r"(?P<words>[^\s。、:：\t]{2,16})(?:\s*[:：]|\t)\s*(?P<rest>\S.*)")
_BRACKETED = re.compile(r"[\s　]*[【〔［\[<〈《](?P<words>[^】〕］\]>〉》。]{1,26})[】〕］\]>〉》][:：]?[\s　]*(?P<rest>.*)")
_TIMED = re.compile(r"[\s　・(（]*(?:\d{1,2}[/月]\d{1,2}日?\s*)?\d{1,2}\s*(?:[:：]\d{2}|時(?:\d{1,2}分|半)?)")
_ENUMERATED = re.compile(r"(?=[①-⑳])")  # a cell of a form lists its causes and measures without a break
# Courtesies stand in every report and say nothing about its accident.
_COURTESY = re.compile(r"お詫び|おわび|ご迷惑|ご不便|ご心配|ご理解|ご愛顧|お引き立て|ありがとうございます|信頼の?回復|厳粛に|重く受け止め|(努め|取り組ん)て(まい|参)り")
# What a report without sections promises: its own verbs tell that it is still to come, or that it serves to prevent.
_PROMISE = re.compile(
    r"(?:再発|同じこと|同様の(?:事象|事故|障害))[^。]{0,20}(?:ない|防|ため|ぬ)|今後(?:は|の対応|の対策)|恒久(?:的な)?対|対策として|(?:まで|中|度)に[^。]{0,20}(?:予定|完了)"
    r"|(?<!ござい)(?<!申し上げ)(?<!あり)(?<!なり)(?<!おり)(?<!思い)(?<!存じ)(?<!います)(?<!お知らせし)(?<!報告し)(?<!お知らせいたし)(?<!報告いたし)(?<!でき)ます(?:。|$|[(（])"
    r"|(?:予定|計画)(?:です|であ|とし)|改めました"
)


NO_CAUSE = "no-cause-section"
_WRAPPED = 100  # characters that no line of wrapped text exceeds
_BULLET = re.compile(r"[\s　]*[・\-*•‣◦＊]")
_STOP = re.compile(r"[。！？!?:：」』)）\]】>〉]\s*\Z")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class _Told:
    field: str
    text: str
    position: Position | None = None


def read(document: Document) -> Report:
    """All that was read of a document in hand: at least one incident, whose statements tell cause from notes by the sections they stand in.

    Annual reports, minutes and guidance are as their parsers read them. A report in which no section tells the cause carries a warning
    NO_CAUSE. DocumentError when the document has no text.
    """
    if not document.text.strip():
        raise DocumentError(f"{document.name} holds no text: paste the report's text, or name its file.")
    try:
        report = parse_document(document)
    except DocumentError:  # nothing that a parser knows: a description, then
        report = Report(None, title=document.title)
    if report.kind not in (None, "company-report") or len(report.incidents) > 1:
        return report
    told = _sections([line.text for line in document.lines], [line.position for line in document.lines])
    incident = _completed(report.incidents[0] if report.incidents else Incident(document.title or "", (), None), told)
    parsed = any(statement.kind == "cause" for found in report.incidents for statement in found.statements)
    warnings = report.warnings if parsed or any(one.field == "cause" for one in told) else (*report.warnings, Notice(NO_CAUSE, "No section tells the cause: what stands before the first section, or the whole text, was taken for it."))
    return replace(report, incidents=(incident,), warnings=warnings)


def read_text(text: str, name: str = "text") -> Report:
    """Like `read`, for text that was pasted or piped in."""
    return read(document_from_text(text, name))


def draft(title: str, text: str) -> Incident:
    """The text alone as an incident: statements by kind, measures apart, those that only ended the accident marked as such."""
    return _completed(Incident(title, (), None), _sections(text.split("\n")))


def sections(text: str) -> list[tuple[str, str]]:
    """(field, sentence) of a draft: cause, prolonging, measure, recovery or notification; else note.

    A sentence that is repeated counts once; a courtesy, a heading and an entry of a timeline are notes.
    """
    return [("note" if one.field == HEADING else _settled(one), one.text) for one in _sections(text.split("\n"))]


def _completed(incident: Incident, told: Sequence[_Told]) -> Incident:
    """The incident with its statements and measures by section; what a parser knew of a sentence (its kind, a measure's status) is kept."""
    kinds = {_bare(s): one.kind for one in incident.statements if one.kind != "note" for _, s in sentences(one.text)}
    known = {_bare(measure.text): measure for measure in incident.measures}
    statements, measures = [], []
    for one in told:
        field = _settled(one)
        if field == HEADING:
            continue
        if field in ("measure", RECOVERY):
            kind = "recovery" if field == RECOVERY else None
            same = next((measure for text, measure in known.items() if text and (text in _bare(one.text) or _bare(one.text) in text)), None)
            measures.append(replace(same, text=one.text, kind=same.kind or kind, position=one.position) if same else Measure(one.text, kind=kind, position=one.position))
        else:
            parsed = kinds.get(_bare(one.text), field) if field == "note" and not _COURTESY.search(one.text) else field
            statements.append(Statement(parsed, one.text, one.position))
    return replace(incident, statements=tuple(statements), measures=tuple(measures))


def _settled(one: _Told) -> str:
    return one.field.removeprefix(f"{OPENING}:")


def _bare(text: str) -> str:
    """The words of a sentence without marks, spaces and full stops: parsers and sections cut these differently."""
    return _SPACE.sub("", nfkc(text)).strip("・-*•。、:()①②③④⑤⑥⑦⑧⑨0123456789.")


def _sections(lines: Sequence[str], positions: Sequence[Position] = ()) -> list[_Told]:
    told: dict[str, _Told] = {}
    for field, sentence, line in _told(lines):
        held = told.get(sentence)
        if held is None or held.field == OPENING:  # an opening may say beforehand what a section says again
            position = positions[line] if positions else Position(line=line + 1)
            told[sentence] = _Told("note" if _COURTESY.search(sentence) else field, sentence, position)
    claimed = sum(len(one.text) for one in told.values() if one.field == "cause")
    opening = "note" if claimed >= CAUSE_LENGTH else "cause"
    promised = any(one.field == "measure" for one in told.values())
    return [replace(one, field=f"{OPENING}:{_of_opening(one.text, opening, promised)}") if one.field == OPENING else one for one in told.values()]


def _of_opening(sentence: str, opening: str, promised: bool) -> str:
    return "measure" if not promised and _PROMISE.search(sentence) else opening


def _told(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    heads = [_heading(line) for line in lines]
    heading_marks = {mark for mark, words, _ in heads if mark and _section(words)}
    width = max((len(line.rstrip()) for line in lines), default=0)
    field, pending, begun = OPENING, "", 0
    for number, (line, (mark, words, rest)) in enumerate(zip(lines, heads)):
        section = _section(words) if words else None
        if section is None and words and mark in heading_marks and len(words) <= LONGEST_HEADING:
            section = "note"
        if pending and (section is not None or mark or _BULLET.match(line) or _TIMED.match(nfkc(line)) or not line.strip()):
            yield from _cut(pending, field, begun)
            pending = ""
        if section is not None:
            field = section
            yield HEADING, line[: len(line) - len(rest)].strip(), number
            line = rest
        begun = begun if pending else number
        pending += line.strip() if pending else line
        if not (line.strip() and width <= _WRAPPED and len(line.rstrip()) >= 0.8 * width and not _STOP.search(line)):
            yield from _cut(pending, field, begun)
            pending = ""
    yield from _cut(pending, field, begun)


def _cut(text: str, field: str, number: int) -> Iterator[tuple[str, str, int]]:
    for part in _ENUMERATED.split(text):
        for _, sentence in sentences(part):
            yield ("note" if field == "cause" and _TIMED.match(nfkc(sentence)) else field), sentence, number


def _heading(line: str) -> tuple[str, str, str]:
    """(its kind of mark, the words, the rest of the line) of a line that may head a section; ("", "", line) of one that cannot."""
    plain = nfkc(line).strip()
    if not plain or _TIMED.match(plain):
        return "", "", line
    if found := _BRACKETED.fullmatch(line):
        return "[", nfkc(found["words"]), found["rest"]
    marked = _MARKED.fullmatch(plain)
    body = marked["words"] if marked else plain
    label = _LABEL.fullmatch(body)
    if label and (section_of(label["words"]) or _OTHER.search(label["words"])):
        rest = line.strip()
        cut = next((i for i, c in enumerate(rest) if c in ":：\t" and i >= 2), -1)
        return (_kind(marked["mark"]) if marked else "label"), label["words"], rest[cut + 1 :]
    if len(body) > LONGEST_HEADING or plain.endswith("。"):
        return "", "", line
    if marked:
        return _kind(marked["mark"]), body, ""
    return ("bare", body, "") if _BARE.fullmatch(body) else ("", "", line)


def _kind(mark: str) -> str:
    """Marks of one kind: numbers are "1", numbers in brackets "(1)"."""
    return re.sub(r"\d+(?:[-.]\d+)*", "1", mark.strip())


def section_of(words: str) -> str | None:
    """The section that a heading's words name."""
    return next((name for name, pattern in _SECTIONS.items() if pattern.search(words)), None)


def _section(words: str) -> str | None:
    return section_of(words) or ("note" if _OTHER.search(words) else None)
