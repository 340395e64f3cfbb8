"""Letters and tables of a page → rows in reading order: vertical setting, columns side by side, text turned on its side.

What this cannot tell is read line by line from top to bottom, as a label beside its value wants to be read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.formats.page_rows import Row, row_of, rows_of, upright, vertical_letters, without_furigana
from kb.formats.pdf_page import Letter
from kb.formats.ruled_tables import Box, RuledTable

_TIGHT = 1.3  # letters of a vertical line touch; lines of horizontal text stand farther apart
_LOOSE = 2.0  # in a table's cell one letter wide they need not
_MIN_ROWS = 4  # of each column
_MIN_WIDTH = 12  # letters; labels beside values are shorter
_FULL = 0.7  # of a column's width; the lines of running text reach it, those of a list of labels do not
_MAX_COLUMNS = 4


@dataclass(frozen=True)
class Laid:
    """Rows in reading order and how many letters were readings above words."""

    rows: tuple[Row, ...]
    furigana: int


def page_rows(letters: Sequence[Letter], tables: Sequence[RuledTable]) -> Laid:
    """Rows of a page; a table stands among them as a row whose `block` is (table, texts of its cells)."""
    inside: dict[int, dict[Box, list[Letter]]] = {number: defaultdict(list) for number in range(len(tables))}
    outside: list[Letter] = []
    for letter in letters:
        for number, table in enumerate(tables):
            left, top, right, bottom = table.box
            if left <= letter.x <= right and top <= letter.y <= bottom and (box := table.box_of(letter)) is not None:
                inside[number][box].append(letter)
                break
        else:
            outside.append(letter)
    furigana = 0
    blocks = []
    for number, table in enumerate(tables):
        texts = {}
        for box, held in inside[number].items():
            texts[box], readings = cell_text(held)
            furigana += readings
        left, top, right, bottom = table.box
        blocks.append(Row((), left, top, right, bottom, (table, texts)))
    laid = _outside(outside, blocks)
    return Laid(laid.rows, laid.furigana + furigana)


def cell_text(letters: Sequence[Letter]) -> tuple[str, int]:
    """The lines of a cell and how many readings were left out; letters one below the other are one word."""
    level = [letter for letter in letters if letter.turn == 0] or list(letters)
    turned = len(letters) - len(level)
    vertical = vertical_letters(level, _LOOSE)
    if len(vertical) * 2 > sum(not letter.text.isspace() for letter in level) or turned > len(level):
        rows, furigana = _vertical(letters, _LOOSE - 1.2)
    else:
        kept, furigana = without_furigana(letters)
        rows = rows_of(kept)
    return "\n".join(text for row in rows if (text := row.text.strip())), furigana


def _outside(letters: Sequence[Letter], blocks: Sequence[Row]) -> Laid:
    main = [letter for letter in letters if letter.turn == 0]
    vertical = vertical_letters(main, _TIGHT)
    visible = sum(not letter.text.isspace() for letter in main)
    rows: list[Row] = []
    furigana = 0
    if vertical and len(vertical) * 2 >= visible:
        columns = [main[index] for index in vertical]
        top, bottom = min(x.top for x in columns), max(x.bottom for x in columns)
        # Latin words lie on their side in vertical text; what stands above or below it (page numbers) is horizontal.
        within = [x for x in letters if x.turn in (0, 270) and top - x.size <= x.y <= bottom + x.size]
        chosen = set(map(id, within))
        rows, furigana = _vertical(within)
        rest = [x for x in main if id(x) not in chosen]
        above = [x for x in rest if x.y < top]
        rows = [*rows_of(above), *rows, *rows_of([x for x in rest if x.y >= top]), *blocks]
        others = [x for x in letters if x.turn and id(x) not in chosen]
    else:
        if vertical:
            columns = [main[index] for index in sorted(vertical)]
            placed, readings = _vertical(columns)
            box = row_of(columns)
            blocks = [*blocks, Row((), box.x0, box.top, box.x1, box.bottom, tuple(placed))]
            furigana += readings
            main = [letter for index, letter in enumerate(main) if index not in vertical]
        kept, readings = without_furigana(main)
        furigana += readings
        rows = _in_columns(sorted([*rows_of(kept), *blocks], key=lambda row: row.top if row.block else (row.top + row.bottom) / 2), _MAX_COLUMNS)
        others = [letter for letter in letters if letter.turn]
    turned: dict[int, list[Letter]] = defaultdict(list)
    for letter in others:
        turned[letter.turn].append(letter)
    for _, held in sorted(turned.items()):
        rows += _turned(held)
    return Laid(tuple(_flat(rows)), furigana)


def _flat(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        if isinstance(row.block, tuple) and row.block and isinstance(row.block[0], Row):
            yield from row.block
        else:
            yield row


def _vertical(letters: Sequence[Letter], slack: float = _TIGHT - 1) -> tuple[list[Row], int]:
    kept, furigana = without_furigana(upright(letters, slack))
    return _in_columns(rows_of(kept), _MAX_COLUMNS), furigana


def _turned(letters: Sequence[Letter]) -> list[Row]:
    """Text on its side (a stamp, a label beside a figure) in its own direction."""
    import math

    turn = math.radians(letters[0].turn)
    along, up = math.cos(turn), math.sin(turn)

    def frame(x: Letter) -> Letter:
        u, v = x.x * along - x.y * up, x.x * up + x.y * along
        half = x.size / 2
        across = max(x.x1 - x.x0, x.bottom - x.top) / 2 if letters[0].turn % 90 == 0 else half
        return Letter(x.text, u - across, v - half, u + across, v + half, x.size)

    return rows_of(without_furigana([frame(letter) for letter in letters])[0])


def _in_columns(rows: list[Row], depth: int) -> list[Row]:
    """Rows with columns read one after the other: where a gutter that no line crosses parts running text of several lines."""
    best: tuple[int, int, int, float] | None = None
    for x in _gutters(rows) if depth > 1 and len(rows) >= _MIN_ROWS else ():
        for first, last in _runs(rows, x):
            first, last = _trimmed(rows, first, last, x)
            if _is_text(rows[first:last], x) and (best is None or last - first > best[0]):
                best = (last - first, first, last, x)
    if best is None:
        return rows
    _, first, last, x = best
    left, right = _split(rows[first:last], x)
    return [*rows[:first], *_in_columns(left, depth - 1), *_in_columns(right, depth - 1), *_in_columns(rows[last:], depth)]


def _intervals(row: Row) -> list[tuple[float, float]]:
    """Stretches of a row that are parted by more than a letter's width."""
    if not row.letters:
        return [(row.x0, row.x1)]
    found = [[row.letters[0].x0, row.letters[0].x1]]
    for letter in row.letters[1:]:
        if letter.text.isspace():
            continue
        if letter.x0 - found[-1][1] > 0.9 * letter.size:
            found.append([letter.x0, letter.x1])
        found[-1][1] = max(found[-1][1], letter.x1)
    return [(start, end) for start, end in found]


def _em(rows: Sequence[Row]) -> float:
    sizes = Counter(round(letter.size, 1) for row in rows for letter in row.letters)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _gutters(rows: Sequence[Row]) -> list[float]:
    """Where a gutter may stand: right before a place at which many stretches begin, but not the leftmost."""
    em = _em(rows)
    starts = Counter(round(start / em * 2) for row in rows for start, _ in _intervals(row))
    left = min(row.x0 for row in rows)
    places = [(count, -place) for place, count in starts.items() if count >= _MIN_ROWS - 1 and place * em / 2 > left + _MIN_WIDTH * em * 0.8]
    return [-place * em / 2 - 0.6 * em for _, place in sorted(places, reverse=True)[:8]]


def _runs(rows: Sequence[Row], x: float) -> list[tuple[int, int]]:
    """Neighbouring rows that do not cross x, as (first, one after the last)."""
    found, start = [], None
    for index, row in enumerate(rows):
        crosses = any(a < x < b for a, b in _intervals(row))
        if not crosses and start is None:
            start = index
        if crosses and start is not None:
            found.append((start, index))
            start = None
    if start is not None:
        found.append((start, len(rows)))
    return [(first, last) for first, last in found if last - first >= _MIN_ROWS]


def _trimmed(rows: Sequence[Row], first: int, last: int, x: float) -> tuple[int, int]:
    """Without lines before the second column begins beside them, and lines after the columns that stand apart."""

    def sides(row: Row) -> tuple[bool, bool]:
        return any(b <= x for _, b in _intervals(row)), any(a >= x for a, _ in _intervals(row))

    def both(index: int) -> bool:
        pair = [sides(row) for row in rows[index : index + 2]]
        return any(a for a, _ in pair) and any(b for _, b in pair)

    while first < last - 1 and not both(first):
        first += 1
    gaps = sorted(b.top - a.top for a, b in zip(rows[first:last], rows[first + 1 : last], strict=False) if b.top - a.top > 0.3 * _em(rows))
    pitch = gaps[len(gaps) // 2] if gaps else 0.0
    right = max((i for i in range(first, last) if sides(rows[i])[1]), default=last)
    for index in range(right + 1, last):
        if rows[index].top - rows[index - 1].top > 1.6 * max(pitch, 1.2 * _em(rows)):
            return first, index
    return first, last


def _split(rows: Sequence[Row], x: float) -> tuple[list[Row], list[Row]]:
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        if row.block is not None:
            (left if row.x1 <= x else right).append(row)
            continue
        for side, letters in ((left, [c for c in row.letters if c.x < x]), (right, [c for c in row.letters if c.x >= x])):
            if any(not letter.text.isspace() for letter in letters):
                side.append(row_of(letters))
    return left, right


def _is_text(rows: Sequence[Row], x: float) -> bool:
    """Whether both sides hold running text, that is, whether their lines mostly reach to the end of their column."""
    em = _em(rows)
    for side in _split(rows, x):
        lines = [row for row in side if row.letters]
        if len(lines) < _MIN_ROWS:
            return False
        width = max(row.x1 for row in lines) - min(row.x0 for row in lines)
        if width < _MIN_WIDTH * em or sum(row.x1 - row.x0 >= _FULL * width for row in lines) * 2 < len(lines):
            return False
    return True
