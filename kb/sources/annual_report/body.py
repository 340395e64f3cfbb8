"""The running text of an annual report: headings, paragraphs, bullets, footnotes, definitions, references, contact.

A line that is none of these is left for the list of unread text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from kb.formats.layout import Document, Line
from kb.formats.repair import join_wrapped, squeeze
from kb.japanese.dates import find_moments
from kb.model import Statement
from kb.sources.coverage import CoverageLedger

# The section that a heading opens, in the order of looking; table names of `Statistic` follow from it.
_SECTIONS = (
    ("serious", r"重大な?事故"),
    ("by_equipment", r"設備別|故障設備"),
    ("by_factor", r"要因別"),
    ("by_service", r"サービス別|(?:音声|データ通信)サービスの事故"),
    ("overall", r"事故全体|利用者数及び継続時間|四半期"),
    ("contact", r"連絡先|問合せ先|問い合わせ先|参考"),
    ("reports", r"報告の概要|報告された電気通信事故"),
)
_HEADING = re.compile(
    r"^(?:#{1,6}\s*)?(?:\d{1,2}(?:[.．]\d{1,2})?[.．]?\s+\S|[(（]\d{1,2}[)）]\s*\S|[①-⑳]\s*\S|第\s*\d+\s*[章節]|[【〈＜<■◆]\s*\S|別紙|参考|\d{1,2}[.．、]\D)[^。]{0,60}$"
)
_NAMED_HEADING = re.compile(
    r"^[(（]?(?:.{0,24}(?:の推移|の内訳|の一覧(?:[(（].*[)）])?|の概要|の状況|の比較|に報告された電気通信事故|別発生件数)|連絡先.{0,6}|影響利用者数|継続時間|重大な事故|(?:平成|令和)\s*(?:\d{1,2}|元)\s*年度)[)）]?$"
)
_BULLET = re.compile(r"^\s*(?:-\s*)?[・●○■◆▪•]\s*")
_DASH = re.compile(r"^\s*[-*]\s+")
_FOOTNOTE = re.compile(r"^\s*(?:-\s*)?[(（]?[※注]\s*\d*\s*[)）：:・、．.]?\s*")
_FIGURE = re.compile(r"^\s*[^\s\d、。][^\s、。]{1,23}\s+(?:約\s*)?\d[\d,，]*(?:\.\d+)?\s*(?:件|社|%|％)(?:\s|[（(]|$)")
_CRITERION = re.compile(r"^\s*(?:[一二三四五]|[イロハニ]|[ア-オ])\s+\S|^\s*継続時間\s*\d")
_CONTACT = re.compile(
    r"https?://|www\.|電話|FAX|ＦＡＸ|e-?mail|メール\s*[:：]|担当|内線|直通|連絡先|課長|課\s*$|室\s*$|@|\d{2,4}-\d{2,4}-\d{4}", re.IGNORECASE
)
_TITLE = re.compile(r"事故(?:の)?(?:発生|報告)(?:の)?(?:状況|件数)|電気通信事故の(?:発生)?状況")


@dataclass(frozen=True)
class Block:
    """A paragraph, bullet, note or heading: `kind` is heading, text or figure-less furniture ("mark")."""

    kind: str
    section: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines as one text, with wrapped sentences joined."""
        return join_wrapped("\n".join(line.text for line in self.lines))


class _Intervals:
    """Whether an offset lies in one of many [start, end)."""

    def __init__(self, intervals: list[tuple[int, int]]) -> None:
        self._intervals = sorted(intervals)
        self._starts = [start for start, _ in self._intervals]

    def __contains__(self, offset: object) -> bool:
        if not isinstance(offset, int):
            return False
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._intervals[index][1]


def read_blocks(document: Document, ledger: CoverageLedger, sheets: list[tuple[int, int]]) -> list[Block]:
    """Blocks of all lines that nothing else read and that stand outside detail sheets."""
    blocks: list[Block] = []
    section = "head"
    open_lines: list[Line] = []
    previous_end = -1
    inside = _Intervals(sheets)
    for line in document.lines:
        if not line.text.strip():
            continue
        if "\t" in line.text or ledger.is_read(line.start, line.end) or line.start in inside:
            _close(blocks, section, open_lines)
            continue
        adjacent = line.start == previous_end + 1
        previous_end = line.end
        if _is_heading(line.text):
            _close(blocks, section, open_lines)
            section = _section(line.text) or section
            blocks.append(Block("heading", section, (line,)))
            continue
        if open_lines and (not adjacent or _begins(line.text) or _ends(open_lines[-1].text)) and not _wrapped(open_lines):
            _close(blocks, section, open_lines)
        open_lines.append(line)
    _close(blocks, section, open_lines)
    pairs = zip([None, *blocks], blocks, strict=False)
    return [block for before, block in pairs if block.kind == "heading" or _is_known(block, before)]


def notes_of(blocks: list[Block], document: Document, ledger: CoverageLedger) -> list[Statement]:
    """What the report says of itself, one statement a block; headings count as read and are no statement."""
    found = []
    for block in blocks:
        for line in block.lines:
            ledger.mark(line.start, line.end)
        if block.kind != "heading":
            found.append(Statement("note", block.text, block.lines[0].position))
    return found


def title_of(document: Document) -> Line | None:
    """The line that names the report."""
    near = [line for line in document.lines[:120] if "\t" not in line.text and len(line.text) < 120]
    return next((line for line in near if _TITLE.search(squeeze(line.text))), None)


def publication(document: Document) -> tuple[str | None, Line | None]:
    """The date that stands on a line of its own near the title."""
    for line in document.lines[:60]:
        moments = find_moments(line.text)
        rest = squeeze(line.text)
        if moments and len(moments[0].value) >= 10 and len(rest) <= 24 and not re.search("発生|日時", rest):
            return moments[0].value[:10], line
    return None, None


def _close(blocks: list[Block], section: str, lines: list[Line]) -> None:
    if lines:
        blocks.append(Block("text", section, tuple(lines)))
        lines.clear()


def _is_heading(text: str) -> bool:
    bare = text.strip()
    if "。" in bare or _BULLET.match(bare):
        return False
    return bool(_HEADING.match(bare) or _NAMED_HEADING.match(squeeze(bare)) or (len(bare) < 60 and _TITLE.search(squeeze(bare))))


def _section(text: str) -> str | None:
    bare = squeeze(text)
    return next((name for name, pattern in _SECTIONS if re.search(pattern, bare)), None)


def _begins(text: str) -> bool:
    return bool(_BULLET.match(text) or _DASH.match(text) or _FOOTNOTE.match(text) or _CRITERION.match(text) or _FIGURE.match(text) or _CONTACT.search(text))


def _ends(text: str) -> bool:
    return text.rstrip().endswith(("。", "等", "：", ":"))


def _wrapped(lines: list[Line]) -> bool:
    return False if not lines else lines[-1].text.rstrip().endswith(("、", "，"))


def _is_known(block: Block, before: Block | None) -> bool:
    text = block.text
    first = block.lines[0].text
    if re.search("。[)）」]?$", text.strip()) or _begins(first) or block.section == "contact":
        return True
    if find_moments(text) and len(squeeze(text)) <= 24:
        return True
    # The words that a bullet defines follow it on a line of their own, as a list ending in 等.
    if before is not None and _BULLET.match(before.lines[0].text) and ("、" in text or text.endswith("等")):
        return True
    return before is not None and bool(_FOOTNOTE.match(before.lines[0].text) or _CRITERION.match(before.lines[0].text)) and "かつ" in text
