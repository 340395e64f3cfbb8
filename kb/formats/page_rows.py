"""Letters of a page or cell → rows of text: which stand on one line, what is furigana, what is set vertically.

Everything is in units of the letters' own size, so that no scale or resolution matters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from kb.formats.pdf_page import Letter

_KANA = re.compile(r"[ぁ-ゖァ-ヺーｦ-ﾟ・]")
_BASE = re.compile(r"[一-鿿㐀-䶿々〆ヶ0-9A-Za-z]")
_CJK = re.compile(r"[ぁ-ヿ一-鿿㐀-䶿々、。「」（）]")
_SMALL = 0.66  # furigana is set at half the size of its word; footnotes are not that small
_GAP = 0.3  # a wider gap between letters of a row is a space
_MIN_VERTICAL = 3  # letters that make a vertical run


@dataclass(frozen=True)
class Row:
    """Letters of one line from left to right, or a box (`block`) that keeps its place among the lines."""

    letters: tuple[Letter, ...]
    x0: float
    top: float
    x1: float
    bottom: float
    block: object = None

    @property
    def text(self) -> str:
        """Its letters with a space wherever a gap stands."""
        pieces: list[str] = []
        last: Letter | None = None
        for letter in self.letters:
            if last is not None and letter.x0 - last.x1 > _GAP * max(letter.size, last.size) and not pieces[-1].isspace():
                pieces.append(" ")
            pieces.append(letter.text)
            last = letter
        return "".join(pieces)


def row_of(letters: Iterable[Letter]) -> Row:
    """Letters of one row, from left to right, with the box around them."""
    ordered = tuple(sorted(letters, key=lambda letter: letter.x0))
    return Row(ordered, ordered[0].x0, min(x.top for x in ordered), max(x.x1 for x in ordered), max(x.bottom for x in ordered))


def without_furigana(letters: Sequence[Letter]) -> tuple[list[Letter], int]:
    """Letters that are text, and how many readings above words were left out: small kana right above a word of larger letters."""
    sizes = [letter.size for letter in letters if letter.text.strip()]
    if not sizes or min(sizes) > _SMALL * max(sizes):
        return list(letters), 0
    step = max(sizes)
    shelves: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        if _BASE.match(letter.text):
            shelves[round(letter.top / step)].append(letter)
    kept = []
    for letter in letters:
        if _KANA.match(letter.text) and any(_reads(letter, base) for shelf in range(-1, 2) for base in shelves[round(letter.bottom / step) + shelf]):
            continue
        kept.append(letter)
    return kept, len(letters) - len(kept)


def _reads(small: Letter, base: Letter) -> bool:
    """Whether `small` stands where the reading of `base` stands; a reading may be longer than its word on either side."""
    size = base.size
    return (
        small.size <= _SMALL * size
        and -0.35 * size <= base.top - small.bottom <= 0.35 * size
        and small.x1 > base.x0 - 0.6 * size
        and small.x0 < base.x1 + 0.6 * size
    )


def rows_of(letters: Sequence[Letter]) -> list[Row]:
    """Rows from top to bottom. Letters share a row when at least half of the lower one's height does."""
    groups: list[list[Letter]] = []
    spans: list[tuple[float, float, float]] = []  # top, bottom and size of the first letter, which stands for its row
    current = -1
    shelves: dict[int, list[int]] = defaultdict(list)
    step = median(letter.size for letter in letters) if letters else 1.0
    for letter in sorted(letters, key=lambda letter: letter.text.isspace()):
        # The letter drawn before is mostly on the same row.
        near = [current] if current >= 0 else []
        shelf = round(letter.y / step)
        near += [index for number in range(shelf - 2, shelf + 3) for index in shelves[number]]
        for index in near:
            top, bottom, size = spans[index]
            overlap = min(bottom, letter.bottom) - max(top, letter.top)
            if overlap >= 0.5 * min(bottom - top, letter.bottom - letter.top) and 0.45 <= letter.size / size <= 2.2:
                current = index
                break
        else:
            if letter.text.isspace():
                continue
            current = len(groups)
            groups.append([])
            spans.append((letter.top, letter.bottom, letter.size))
            shelves[shelf].append(current)
        groups[current].append(letter)
    rows = [row_of(group) for group in groups]
    return sorted(rows, key=lambda row: (row.top + row.bottom) / 2)


def vertical_letters(letters: Sequence[Letter], pitch: float) -> set[int]:
    """Indexes of letters in runs that are drawn one below the other, each at most `pitch` of its size from the last."""
    found: set[int] = set()
    run: list[int] = []
    last: Letter | None = None
    for index, letter in enumerate(letters):
        if letter.text.isspace():
            continue
        below = last is not None and _is_below(letter, last, pitch)
        if not below:
            if len(run) >= _MIN_VERTICAL and sum(bool(_CJK.match(letters[i].text)) for i in run) * 2 > len(run):
                found.update(run)
            run = []
        run.append(index)
        last = letter
    if len(run) >= _MIN_VERTICAL and sum(bool(_CJK.match(letters[i].text)) for i in run) * 2 > len(run):
        found.update(run)
    return found


def _is_below(letter: Letter, last: Letter, pitch: float) -> bool:
    size = max(letter.size, last.size)
    return abs(letter.x - last.x) < 0.4 * size and 0.4 * size < letter.y - last.y < pitch * size


def upright(letters: Sequence[Letter], slack: float) -> list[Letter]:
    """Vertically set letters turned so that their columns, from right to left, become rows from top to bottom.

    A gap of `slack` letters makes no space. Digits that stand side by side within a column (縦中横) stay together as one.
    """
    joined: list[Letter] = []
    for letter in letters:
        last = joined[-1] if joined else None
        beside = (
            last is not None and letter.text.isascii() and last.text.isascii() and letter.text.strip() and last.text.strip()
            and not letter.turn and abs(letter.y - last.y) < 0.3 * letter.size and -0.2 * letter.size < letter.x0 - last.x1 < 0.3 * letter.size
            and letter.x1 - last.x0 < 1.7 * letter.size
        )  # fmt: skip
        if beside and last is not None:
            joined[-1] = replace(last, text=last.text + letter.text, x1=letter.x1)
        else:
            joined.append(letter)
    return [replace(x, x0=x.top, x1=x.bottom + slack * x.size, top=-max(x.x1, x.x0 + 0.9 * x.size), bottom=-min(x.x0, x.x1 - 0.9 * x.size), turn=0) for x in joined]
