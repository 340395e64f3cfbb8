"""Why it happened and what made it last: sections that say so, else the paragraphs of an announcement that do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kb.formats.layout import Document
from kb.japanese.text import nfkc, sentences
from kb.model import Statement
from kb.sources.company_report.blocks import OPENING, Block, Piece, of_topic, paragraphs
from kb.sources.company_report.measures import COURTESY, prevents

_TELLS = re.compile(r"(?:が|を|は)(?:主な|直接の)?原因(?:で|と|です|である|となり)|原因(?:は|として|を調査した結果|につきまして|については)|起因(?:し|する|した)|によ(?:り|って)[^。]{2,60}(?:発生|停止|故障|輻輳|切断)|ことにより[^。]{0,40}(?:障害|影響|停止|不可)|不具合により|故障(?:した|し、|により)|誤(?:り|って|設定)|のため[^。]{0,40}(?:できなく|停止)")
_UNKNOWN = re.compile(r"原因(?:は|について(?:は)?|につきましては)?(?:現在)?、?(?:調査中|究明中|確認中|特定(?:を急|できて))|詳細(?:は)?調査|引き続き(?:原因)?(?:調査|究明)")
_BEING_SOUGHT = re.compile(r"(?:原因は)?(?:現在)?、?(?:調査|究明|確認|解析|不明)(?:中|を(?:行って|進めて)(?:いる|います|おります))?(?:です|である|となります)?。?")
_PROLONGED = re.compile(r"(?:復旧|回復)(?:に|まで(?:に)?|が).{0,16}(?:時間を要|長時間|遅れ|長引)|長期化|長時間化|影響(?:が|を)(?:拡大|長引)|(?:検知|切り分け|特定|把握|連絡|切り?替え?|切り?戻し|交換|到着|手配|復元|再?起動)(?:が|に|まで).{0,12}(?:遅れ|時間を要)")
_ELSEWHERE = re.compile(r"問い?合わ?せ|電話|窓口|今後|なお、|お知らせ|回復|復旧")
_FACTOR = re.compile(r"(?:設備|人為|外(?:的|部))(?:的)?要因|その他")
_LEAD = re.compile(r"^(?:本(?:件|障害|事故|事象)(?:は|の原因は|について(?:は)?)|(?:今回|この度)の(?:障害|事故|事象)(?:は|の原因は)|原因(?:は|につきましては|については))[、,]?\s*")


def statements(found: list[Block], document: Document) -> list[Statement]:
    """Causes in order, then what prolonged it; a paragraph or list item is one."""
    told = [piece for block in of_topic(found, "cause", "factor") for piece in paragraphs(block.pieces) if (not piece.timed or len(piece.text) > 60) and not _FACTOR.fullmatch(nfkc(piece.text))]
    causes: list[Piece] = [piece for piece in told if not _is_empty(piece.text)]
    if not causes:
        sections = ("overview", "other", "impact", "recovery", "apology") if any(b.topic != OPENING for b in found) else (OPENING,)
        for topics in (("overview", "other"), (OPENING,), sections):
            causes = [one for block in of_topic(found, *topics) for one in _telling(block.pieces)]
            if causes:
                break
    result: list[Statement] = []
    for piece in causes:
        if len(causes) > 1 and piece is not causes[0] and _PROLONGED.search(nfkc(piece.text)):
            parts = [("prolonging", _without_courtesies(piece.text))]
        else:
            parts = _cause_and_what_prolonged(_without_courtesies(piece.text))
        result += [Statement(kind, text, document.position(piece.start)) for kind, text in parts if text]
    for block in of_topic(found, "prolonging"):
        result += [Statement("prolonging", piece.text, document.position(piece.start)) for piece in block.pieces if not COURTESY.search(nfkc(piece.text))]
    if not any(s.kind == "prolonging" for s in result):
        result += [Statement("prolonging", text, document.position(piece.start)) for piece, text in _prolonged(found)]
    return result


def _cause_and_what_prolonged(text: str) -> list[tuple[str, str]]:
    """One paragraph that goes on from the cause to what made it last: 「…が原因です。また、…のため、切替に時間を要しました。」."""
    told = [sentence for _, sentence in sentences(text)]
    last = len(told)
    while last > 1 and _PROLONGED.search(nfkc(told[last - 1])) and re.match(r"また|さらに|加えて|なお|その後|この(?:ため|際)|復旧|予備|当初", told[last - 1]):
        last -= 1
    return [("cause", "".join(told[:last])), *(("prolonging", sentence) for sentence in told[last:])]


def _telling(pieces: list[Piece]) -> Iterator[Piece]:
    """What running text tells of the cause: sentences that say so, each with what goes on about it without a blank line."""
    current: Piece | None = None
    for piece in pieces:
        for number, (_, sentence) in enumerate(sentences(piece.text)):
            plain = nfkc(sentence)
            about = not piece.timed and not (COURTESY.search(plain) or _UNKNOWN.search(plain) or prevents(plain))
            goes_on = current is not None and (number > 0 or piece.follows)
            if about and goes_on and current is not None and (_TELLS.search(plain) or not _ELSEWHERE.search(plain)):
                current = replace(current, text=current.text + sentence, spans=tuple(dict.fromkeys((*current.spans, *piece.spans))))
            else:
                if current is not None:
                    yield current
                current = replace(piece, text=sentence) if about and _TELLS.search(plain) else None
    if current is not None:
        yield current


def _is_empty(text: str) -> bool:
    """Whether a cause section says no more than that the cause is being looked for, or is a courtesy."""
    plain = nfkc(text)
    return bool(_BEING_SOUGHT.fullmatch(plain)) or (bool(_UNKNOWN.search(plain)) and len(plain) < 60) or (bool(COURTESY.search(plain)) and not _TELLS.search(plain))


def _without_courtesies(text: str) -> str:
    kept = [sentence for _, sentence in sentences(text) if not COURTESY.search(nfkc(sentence))]
    return "".join(kept)


def _prolonged(found: list[Block]) -> Iterator[tuple[Piece, str]]:
    for block in of_topic(found, "recovery", "overview", "impact", "other"):
        for piece in block.pieces:
            for _, sentence in sentences(piece.text):
                if _PROLONGED.search(nfkc(sentence)) and not piece.timed:
                    yield piece, sentence
