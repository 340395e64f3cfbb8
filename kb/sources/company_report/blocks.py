"""A document → blocks: what stands below one heading, cut into paragraphs and list items, as spans of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kb.formats.layout import Document, Line
from kb.formats.repair import join_wrapped
from kb.sources.company_report.headings import heading, is_header_row, is_timed, is_title, topic_of
from kb.sources.spans import Span

OPENING = "opening"
MARKED = ("duration", "users", "started", "ended", "period", "service")  # values in which ① says which part is meant
_ITEM = re.compile(r"^\s*(?:[・●○■◆▪•‣⁃◎□▶➢✓※]|[-*]\s|[(（]\s?(?:\d{1,2}|[ア-ンａ-ｚa-z])\s?[)）]|\d{1,2}[.．)）](?!\d)|\d{1,2}[ 　]+(?=[^\d\s:：年月日時分])|[①-⑳]|[ア-ン](?:[.．、)）]|[ 　]+(?=\S{4})))\s*")
_RULE = re.compile(r"[\s|:\-=_─━+]{3,}")
_CONTINUES = re.compile(r"^[\s　]*[、。,)）」』】]|^[ぁ-ん]")
_CONTACT = re.compile(r"(?:電話|TEL|Tel|FAX|0120|0570|窓口|[\w.]+@[\w.]+|https?://)")
_STRONG = re.compile(r"\s*(?:[■◆◇□▼▶★☆◎【＜《≪〔#]|\*\*|\d{1,2}[.．]\s*\D|[(（]\s?\d{1,2}\s?[)）]|第\s?[\d一二三四五六七八九十])")  # marks that no wrapped line begins with
_WRAPPED = 28  # a line of at least so many characters may end in the middle of a sentence

_WRAPPED_ITEM = 16  # the same of a line in a list


@dataclass(frozen=True)
class Piece:
    """A paragraph, list item or value: its text on one line, and its spans in the document (one a line). `item` = it had a list mark."""

    text: str
    spans: tuple[Span, ...]
    item: bool = False
    timed: bool = False
    follows: bool = False  # no blank line between it and the piece before

    @property
    def start(self) -> int:
        """The offset in the document."""
        return self.spans[0].start


@dataclass
class Block:
    """What one heading announces. `heading` is None for what stands before the first one."""

    topic: str
    label: str
    heading: Span | None
    pieces: list[Piece] = field(default_factory=list)
    ruled: list[Span] = field(default_factory=list)  # rows that only name columns, and rules

    @property
    def text(self) -> str:
        """All pieces, a line each."""
        return "\n".join(piece.text for piece in self.pieces)


def blocks(document: Document) -> list[Block]:
    """All lines of the document in blocks, in order."""
    found = [Block(OPENING, "", None)]
    gathered: list[Span] = []
    started_item = False
    close = False
    whole_lines = document.media in ("html", "word", "excel")  # a line is a paragraph there, and wrapped by nobody

    def end_piece() -> None:
        nonlocal gathered, started_item, close
        if gathered:
            lines = [_ITEM.sub("", s.text) if n == 0 and started_item and found[-1].topic not in MARKED else s.text for n, s in enumerate(gathered)]
            text = "\t".join(join_wrapped(cell) for cell in lines[0].split("\t")) if "\t" in lines[0] else join_wrapped("\n".join(lines))
            if text.strip():
                found[-1].pieces.append(Piece(text.strip(), tuple(gathered), started_item, is_timed(gathered[0].text), close and bool(found[-1].pieces)))
            close = True
        gathered, started_item = [], False

    for line in document.lines:
        if not line.text.strip():
            end_piece()
            close = False
            continue
        if is_header_row(line.text) or _RULE.fullmatch(line.text):
            end_piece()
            found[-1].ruled.append(_span(line))
            continue
        named = len(found) == 1 and is_title(line.text)
        inside = not whole_lines and _inside_sentence(gathered, line.text)
        head = heading(line.text) if not named and not inside else None
        if head is not None:
            end_piece()
            found.append(Block(head.topic, head.label, Span(line.text[: head.length], line.start)))
            value = line.text[head.length :]
            if value.strip():
                lead = len(value) - len(value.lstrip())
                gathered = [Span(value.strip(), line.start + head.length + lead)]
                started_item = bool(_ITEM.match(value))
            continue
        item, timed = bool(_ITEM.match(line.text)), is_timed(line.text)
        if gathered and not item and not timed and not whole_lines and not is_title(gathered[-1].text) and _goes_on(gathered, line, started_item):
            gathered.append(_span(line))
        else:
            end_piece()
            gathered, started_item = [_span(line)], item
    end_piece()
    return [block for block in found if block.heading or block.pieces or block.ruled]


def _span(line: Line) -> Span:
    lead = len(line.text) - len(line.text.lstrip())
    return Span(line.text.strip(), line.start + lead)


def _inside_sentence(gathered: list[Span], text: str) -> bool:
    """Whether a line must be the rest of a sentence that was wrapped."""
    if _STRONG.match(text) or _labelled_item(text):
        return False
    return bool(gathered) and len(gathered[-1].text) >= _WRAPPED and not gathered[-1].text.endswith(("。", ")", "）", "】", ":", "："))


def _labelled_item(text: str) -> bool:
    """Whether a line is a list item that begins with a label of a report and a colon: ・原因:…."""
    match = re.match(r"\s*[・●○■◆※*-]\s*(?P<label>[^:：。、]{2,20})\s*[:：]\s*\S", text)
    return match is not None and topic_of(match["label"]) is not None


def _goes_on(gathered: list[Span], line: Line, item: bool) -> bool:
    """Whether a line belongs to the paragraph before: everything up to a blank line does, in a list only what was wrapped."""
    if "\t" in line.text or "\t" in gathered[-1].text:
        return False
    before = gathered[-1].text
    if not item:
        return len(before) >= _WRAPPED and not before.endswith("。")
    if _CONTINUES.match(line.text):
        return True
    return len(before) >= _WRAPPED_ITEM and not before.endswith(("。", "】"))


def paragraphs(pieces: list[Piece]) -> Iterator[Piece]:
    """Pieces with those that only a line break parts put together; list items and entries with a time stay apart."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and piece.follows and not (piece.item or piece.timed or last.item or last.timed or "\t" in piece.text or "\t" in last.text):
            joined[-1] = replace(last, text=last.text + piece.text, spans=(*last.spans, *piece.spans))
        else:
            joined.append(piece)
    yield from joined


def of_topic(found: list[Block], *topics: str) -> Iterator[Block]:
    """Blocks of any of the topics, in order."""
    return (block for block in found if block.topic in topics)
