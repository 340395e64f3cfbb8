"""Lines of council minutes → blocks: a section, an item, a heading, a bullet, a speech or a paragraph, wraps joined.

What begins a block is its mark, never its place on the page: 1 / 1. / 第1, （1） / ⑴, ＜…＞ 【…】, ・ ○ ● －, ①, a label
with a colon, a speaker. All else continues the block before it, since PDF text wraps in the middle of words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.formats.layout import Document, Line
from kb.formats.repair import join_wrapped
from kb.model import Position

# Labels of a section, spaces aside, by what they mean for the parser. The weak ones need a number before them:
# ＜概要＞ heads an accident, 構成員： is a speaker.
SECTIONS = {
    "date": ("日時", "開催日時", "開催日", "開催年月日"),
    "place": ("場所", "開催場所", "会場", "開催方法", "開催形式"),
    "attendees": ("出席者", "出席構成員", "参加者", "欠席者"),
    "agenda": ("議題", "議事次第", "次第", "会議次第"),
    "proceedings": ("議事模様", "議事要旨", "議事概要", "議事の概要", "議事内容", "議事経過", "議事録", "議事"),
    "materials": ("配付資料", "配布資料", "提出資料"),
}
WEAK_SECTIONS = {
    "attendees": ("構成員", "出席", "関係者", "オブザーバ", "オブザーバー"),
    "proceedings": ("概要",),
    "materials": ("資料",),
}
TOP = "top"  # the mark of an item that is numbered like a section
_KANJI = "〇一二三四五六七八九十"


def _labels(sections: dict[str, tuple[str, ...]]) -> str:
    words = sorted((word for words in sections.values() for word in words), key=len, reverse=True)
    return "|".join(r"\s*".join(word) for word in words)  # 日 時 is printed with a space


_PLACED = {name: SECTIONS[name] for name in ("date", "place")}  # their value may follow after a space alone
_SECTION_OF = {word: name for known in (SECTIONS, WEAK_SECTIONS) for name, words in known.items() for word in words}
_COUNTED = rf"第?\s*(?P<number>\d{{1,2}}|[{_KANJI}]{{1,2}}|[Ⅰ-Ⅻ])\s*[.．、,)）]?\s*"
_REST = r"\s*(?:[(（][^()（）\d]{1,12}[)）])?\s*[】＞]?\s*(?:[:：]\s*(?P<rest>.*)|$)"
_SECTION = re.compile(rf"^(?:{_COUNTED}|[■◆○●【＜]\s*)?(?P<label>{_labels(SECTIONS)}){_REST}")
_WEAK_SECTION = re.compile(rf"^{_COUNTED}(?P<label>{_labels(WEAK_SECTIONS)}){_REST}")
_SPACED_LABEL = re.compile(rf"^(?:{_COUNTED})?(?P<label>{_labels(_PLACED)})\s+(?P<rest>\S.*)$")
_POINT = re.compile(r"^(?P<number>\d{1,2})(?:\s*(?P<dot>[.．、])\s*|\s+)(?P<rest>[^\d\s年月日時分].*)$")
_LONGEST_TITLE = 24  # of a numbered title without a dot after its number (5 その他)
_ITEM = re.compile(
    rf"^(?:[(（]\s*(?P<number>\d{{1,2}}|[{_KANJI}]{{1,2}})\s*[)）]|(?P<closed>[⑴-⒇]))\s*(?P<rest>.*)$"
)
_HEADING = re.compile(
    r"^(?:[＜<〈《≪〔［\[](?P<plain>[^＞>〉》≫〕］\]]{1,60})[＞>〉》≫〕］\]]|【(?P<thick>[^】]{1,60})】)\s*(?P<rest>.*)$"
)
# （設備管理の観点）, ア 周知の観点について, 2) 設計の観点: a line of its own, whatever stands before it.
_VIEWPOINT = re.compile(
    r"^(?:[(（]?(?:\d{1,2}|[①-⑳ア-オ])[)）.．、]?\s*|[・○●◆■□◇]\s*)?[(（「]?(?P<words>[^。、()（）「」]{1,40}(?:の|に関する|に係る|という)観点(?:について|から|に関して)?)[)）」]?\s*[:：]?$"
)
_NO_HEADING = re.compile(r"実施|完了|予定|済|\d")  # 【H28.3 実施完了】 may begin a wrapped line
_BULLET = re.compile(r"^(?P<mark>[・･●◯◎◆◇■□▪▫•‣➢►▶✓※＊→⇒]|[○〇](?![○〇])|[-*–−‐—](?=\s))\s*(?P<rest>.*)$")
_CIRCLED = re.compile(r"^(?P<mark>[①-⑳]|[ア-オ](?=[.．)）\s]))\s*\S")
_ROLE = r"構成員|委員|座長代理|座長|主査代理|主査|事務局|総務省|事業者|オブザーバー?|説明者|社|質問|質疑|回答|意見|コメント"
_NAME = r"[^\s、。,：:（）()【】「」]{0,14}"
_SPEAKER = re.compile(
    rf"^(?:[(（【]\s*(?P<inside>{_NAME}(?:{_ROLE})|[問答])\s*\d{{0,2}}\s*[)）】]\s*[:：]?"
    rf"|(?P<before>{_NAME}(?:{_ROLE})|[QA問答])\s*\d{{0,2}}\s*(?:[:：]|(?<=\d)(?:[.．]|\s)|(?<=[QA])[.．])|(?P<alone>[QA問答])\s(?=\S))\s*(?P<rest>.+)$"
)
# …でしょうか。（構成員）: a paragraph may name its speaker at its end.
_SPOKE = re.compile(rf"(?<=[。?？])\s*[(（](?P<speaker>{_NAME}(?:{_ROLE}))[)）]$")
_FINISHED = re.compile(r"[。．！？!?」』）)】＞>]$")
_JAPANESE = "々ぁ-ゖァ-ヺー一-鿿、。"
# Typesetting leaves a gap between Japanese and Latin letters that extraction turns into a space.
_LATIN_GAP = re.compile(rf"(?<=[{_JAPANESE}]) (?=[A-Za-z])|(?<=[A-Za-z]) (?=[{_JAPANESE}])")
_SUBJECT = re.compile(r"[^、。]{1,30}(?:から|より)[、，]")
_CLOSING = re.compile(r"^[(（]?\s*以\s*上\s*[)）]?$")


@dataclass(frozen=True)
class Block:
    """A unit of the minutes: `text` is joined over its lines, without the mark; [start, end) in the document has it.

    `kind` is section, item, heading, bullet, speech or text. `label` is the section (key of SECTIONS, or "closing"),
    the number of an item, the words of a heading, or the speaker. `body` is where `text` begins in the document.
    """

    kind: str
    text: str
    start: int
    body: int
    end: int
    position: Position
    label: str = ""
    mark: str = ""

    def offsets(self, document: Document, indexes: Sequence[int]) -> list[int]:
        """The places in the document of `text[index]`, for ascending indexes: joining moved nothing but white space."""
        found: list[int] = []
        at, read = self.body, 0
        for index in indexes:
            ahead = sum(not character.isspace() for character in self.text[read:index])
            read = index
            while at < self.end and (ahead or document.text[at].isspace()):
                ahead -= not document.text[at].isspace()
                at += 1
            found.append(at)
        return found


def read_blocks(document: Document) -> list[Block]:
    """All blocks in order; every line that is not blank lies in exactly one."""
    reader = _BlockReader(document)
    for line in document.lines:
        if line.text.strip():
            reader.take(line)
    return [piece.close(document) for piece in reader.pieces]


@dataclass
class _Open:
    """A block whose end is not known yet."""

    kind: str
    start: int
    body: int
    end: int
    position: Position
    label: str = ""
    mark: str = ""

    def close(self, document: Document) -> Block:
        raw = re.sub(r"\n\s*\n", "\n", document.text[self.body : self.end]).replace("\t", " ")
        text = _LATIN_GAP.sub("", join_wrapped(raw))
        spoke = _SPOKE.search(text) if self.kind in ("bullet", "text") else None
        if spoke:
            return Block("speech", text[: spoke.start()], self.start, self.body, self.end, self.position, spoke.group("speaker"), self.mark)
        return Block(self.kind, text, self.start, self.body, self.end, self.position, self.label, self.mark)


@dataclass
class _BlockReader:
    """Takes lines one by one; `section` and `item` are the last numbers counted."""

    document: Document
    pieces: list[_Open] = field(default_factory=list)
    section: int = 0
    item: int = 0
    _counted: bool = False  # whether the last section had a number
    _last: str = ""
    _last_end: int = 0

    def __post_init__(self) -> None:
        full = [bool(line.text.strip()) for line in self.document.lines]
        pairs = sum(one and two for one, two in itertools.pairwise(full))
        # PDF converters often put a blank line after each line: then one blank line separates nothing.
        self._usual_gap = 2 if sum(full) > 3 and pairs * 4 < sum(full) else 1
        widths = sorted(_width(line.text) for line in self.document.lines if line.text.strip())
        self._full_width = widths[(len(widths) - 1) * 19 // 20] if widths else 0

    def take(self, line: Line) -> None:
        """Open a block with the line, or lengthen the last one."""
        bare = line.text.strip()
        at = line.start + line.text.index(bare)
        if not self._begins(line, bare, at):
            if self._ended(line):
                self._open("text", line, at, at)
            else:
                self.pieces[-1].end = line.end
        self._last, self._last_end = bare, line.end

    def _begins(self, line: Line, bare: str, at: int) -> bool:
        return (
            self._section(line, bare, at)
            or self._numbered(line, bare, at)
            or self._heading(line, bare, at)
            or self._marked(line, bare, at)
        )

    def _section(self, line: Line, bare: str, at: int) -> bool:
        if _CLOSING.match(bare):
            self._open("section", line, at, line.end, "closing")
            return True
        match = _SECTION.match(bare) or _WEAK_SECTION.match(bare) or _SPACED_LABEL.match(bare)
        if not match:
            return False
        number = match.group("number")
        self.section = number_of(number) if number else self.section
        self._counted = bool(number)
        self.item = 0
        body = line.end if match.group("rest") is None else at + match.start("rest")
        self._open("section", line, at, body, _SECTION_OF[re.sub(r"\s", "", match.group("label"))])
        return True

    def _numbered(self, line: Line, bare: str, at: int) -> bool:
        point = _POINT.match(bare)
        if point and int(point.group("number")) == self.section + 1 and self._finished() and self._is_title(point):
            self.section += 1
            self.item = 0
            self._open("item", line, at, at + point.start("rest"), point.group("number"), TOP if self._counted else "")
            return True
        item = _ITEM.match(bare)
        if not item:
            return False
        number = ord(item.group("closed")) - ord("⑴") + 1 if item.group("closed") else number_of(item.group("number"))
        # 議事（2）について may be cut before its number: an item counts on from the last one, or follows a full stop.
        if number != self.item + 1 and not (number > self.item and self._finished()):
            return False
        self.item = number
        self._open("item", line, at, at + item.start("rest"), str(number))
        return True

    @staticmethod
    def _is_title(point: re.Match[str]) -> bool:
        return bool(point.group("dot")) or (len(point.group("rest")) <= _LONGEST_TITLE and not re.search("[。、]", point.group("rest")))

    def _heading(self, line: Line, bare: str, at: int) -> bool:
        viewpoint = _VIEWPOINT.match(bare)
        if viewpoint and self._finished():
            self._open("heading", line, at, line.end, viewpoint.group("words"))
            return True
        speech = _SPEAKER.match(bare)
        if speech:
            self._open("speech", line, at, at + speech.start("rest"), _speaker(speech))
            return True
        heading = _HEADING.match(bare)
        if not heading or (heading.group("thick") and _NO_HEADING.search(heading.group("thick"))):
            return False
        self._open("heading", line, at, line.end, (heading.group("plain") or heading.group("thick")).strip())
        if heading.group("rest"):
            rest = at + heading.start("rest")
            self.pieces[-1].body = self.pieces[-1].end = rest
            self._open("text", line, rest, rest)
        return True

    def _marked(self, line: Line, bare: str, at: int) -> bool:
        bullet = _BULLET.match(bare)
        if bullet:
            body = at + bullet.start("rest")
            inner = _BULLET.match(bullet.group("rest"))  # ・→ 回答
            if inner:
                bullet, body = inner, body + inner.start("rest")
            speech = _SPEAKER.match(bullet.group("rest"))
            if speech:
                self._open("speech", line, at, body + speech.start("rest"), _speaker(speech), bullet.group("mark"))
            else:
                self._open("bullet", line, at, body, "", bullet.group("mark"))
            return True
        circled = _CIRCLED.match(bare)
        if circled and self._finished():
            # ① labels a phase: it stays in the text.
            self._open("bullet", line, at, at, "", circled.group("mark"))
            return True
        return False

    def _open(self, kind: str, line: Line, start: int, body: int, label: str = "", mark: str = "") -> None:
        self.pieces.append(_Open(kind, start, body, line.end, line.position, label, mark))

    def _ended(self, line: Line) -> bool:
        """Whether an unmarked line begins a paragraph of its own."""
        if not self.pieces or self.pieces[-1].kind == "heading" or self.pieces[-1].label == "closing":
            return True
        gap = self.document.text.count("\n", self._last_end, line.start)
        # A line that stops short of the margin ends a sentence, or is the title of an item.
        short = _width(self._last) < 0.75 * self._full_width
        first = self.pieces[-1].end == self._last_end and self.document.text.find("\n", self.pieces[-1].body, self._last_end) < 0
        introduced = self._last.endswith("について") and bool(_SUBJECT.match(line.text.strip()))
        titled = first and (short or introduced) and self.pieces[-1].kind in ("item", "bullet")
        return titled or (self._finished() and (short or gap > self._usual_gap))

    def _finished(self) -> bool:
        """Whether the block before may have ended with its last line."""
        return not self.pieces or self.pieces[-1].kind in ("heading", "section") or bool(_FINISHED.search(self._last))


def _speaker(speech: re.Match[str]) -> str:
    return speech.group("inside") or speech.group("before") or speech.group("alone")


def _width(text: str) -> float:
    """Width in full-width characters."""
    return sum(0.5 if character.isascii() else 1 for character in text.strip())


def number_of(printed: str) -> int:
    """2, 二, 十一, Ⅲ → 2, 2, 11, 3."""
    if printed.isdigit():
        return int(printed)
    if "Ⅰ" <= printed <= "Ⅻ":
        return ord(printed) - ord("Ⅰ") + 1
    if "十" in printed:
        tens, _, ones = printed.partition("十")
        return (_KANJI.index(tens) if tens else 1) * 10 + (_KANJI.index(ones) if ones else 0)
    return _KANJI.index(printed[0])
