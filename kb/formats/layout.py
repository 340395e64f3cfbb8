"""A document as laid out: one repaired text, its lines and the cells of its tables, all as offsets into that text.

Every reader (plain text, HTML, PDF) fills a `LayoutBuilder`; every parser reads a `Document`. Cells of a row are separated
by a tab and rows by a line break in `Document.text`, so that a parser may read a table by cell or simply by line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kb.model import Notice, Position


@dataclass(frozen=True)
class Line:
    """A line of `Document.text` (without its line break) from offset `start`; `text` may hold tabs between cells."""

    text: str
    start: int
    position: Position

    @property
    def end(self) -> int:
        """The offset behind the last letter."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Cell:
    """A table cell: `text == document.text[start:end]`; `row` and `column` count from 0 in the expanded grid."""

    text: str
    start: int
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    position: Position = field(default_factory=Position)

    @property
    def end(self) -> int:
        """The offset behind the last letter."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Table:
    """Cells in reading order; a cell with rowspan or colspan stands once in `cells` and often in `grid`."""

    cells: tuple[Cell, ...]
    start: int
    end: int
    position: Position = field(default_factory=Position)

    @cached_property
    def grid(self) -> tuple[tuple[Cell | None, ...], ...]:
        """Rows × columns; spanned places repeat their cell, missing ones are None."""
        height = max((c.row + c.rowspan for c in self.cells), default=0)
        width = max((c.column + c.colspan for c in self.cells), default=0)
        rows: list[list[Cell | None]] = [[None] * width for _ in range(height)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    if rows[row][column] is None:
                        rows[row][column] = cell
        return tuple(tuple(row) for row in rows)


@dataclass(frozen=True)
class Document:
    """What a file shows to a reader. `text` is repaired (see `repair`) and free of markup; offsets point into it.

    `media` is "text", "html", "pdf", "word" or "excel"; `sha256` is of the file's bytes; `title` is a guess, None if there is none.
    `notices` tell what of the file was left out, and why.
    """

    name: str
    media: str
    sha256: str
    text: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    title: str | None = None
    notices: tuple[Notice, ...] = ()

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(line.start for line in self.lines)

    def line_at(self, offset: int) -> Line:
        """The line that holds `offset`."""
        return self.lines[max(bisect_right(self._starts, offset) - 1, 0)]

    def position(self, offset: int) -> Position:
        """Where `offset` stands: line of the file for text and HTML, page and line on it for PDF."""
        return self.line_at(offset).position if self.lines else Position()

    def lines_between(self, start: int, end: int) -> Iterator[Line]:
        """The lines that begin in [start, end)."""
        first = bisect_right(self._starts, start - 1)
        for line in self.lines[first:]:
            if line.start >= end:
                return
            yield line


class LayoutBuilder:
    """Collects text from top to bottom; `build` freezes it into a `Document`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._lines: list[tuple[int, Position]] = []
        self._fresh = True
        self.tables: list[Table] = []

    @property
    def length(self) -> int:
        """The offset at which the next text will stand."""
        return self._length

    @property
    def at_line_start(self) -> bool:
        """Whether nothing has been written on the current line."""
        return self._fresh

    def write(self, text: str, position: Position) -> None:
        """Append text; a line break in it starts a new line with the same position."""
        for number, piece in enumerate(text.split("\n")):
            if number:
                self.break_line(position)
            if piece:
                self._begin(position)
                self._append(piece)

    def break_line(self, position: Position) -> None:
        """End the line; an empty line is kept as such."""
        self._begin(position)
        self._append("\n")
        self._fresh = True

    def mark_table(self, cells: list[Cell], start: int, position: Position) -> None:
        """Keep a table whose cells were written from offset `start` on."""
        self.tables.append(Table(tuple(cells), start, self._length, position))

    def text_from(self, start: int) -> str:
        """What was written since offset `start`; linear in that length, not in the document's."""
        pieces: list[str] = []
        missing = self._length - start
        for piece in reversed(self._pieces):
            if missing <= 0:
                break
            pieces.append(piece)
            missing -= len(piece)
        text = "".join(reversed(pieces))
        return text[len(text) - (self._length - start) :] if self._length > start else ""

    def build(self, name: str, media: str, sha256: str, title: str | None = None) -> Document:
        """The document of all that was written."""
        text = "".join(self._pieces)
        ends = [start for start, _ in self._lines[1:]] + [len(text) + 1]
        lines = []
        for (start, position), end in zip(self._lines, ends, strict=True):
            content = text[start:end]
            lines.append(Line(content[:-1] if content.endswith("\n") else content, start, position))
        return Document(name, media, sha256, text, tuple(lines), tuple(self.tables), title)

    def _begin(self, position: Position) -> None:
        if self._fresh:
            self._lines.append((self._length, position))
            self._fresh = False

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
