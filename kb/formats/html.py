"""HTML → layout. Scripts and styles are dropped; tables keep rowspan and colspan; <sup> becomes ^{…}.

The standard library's parser is used as it is linear and tells the line of every piece of text; browsers' repairs that matter
for tables (implied </td>, </tr>) are made here. lxml and selectolax parse 0.45 MB in 0.03 s, this in 0.25 s of 1.1 s for the whole
layout, but the former tells the line of elements only (a paragraph of 20 lines is one), the latter none: citing needs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from kb.formats.layout import Cell, LayoutBuilder
from kb.formats.limits import MAX_COLUMNS, MAX_ROWS, check_table
from kb.formats.repair import fold
from kb.model import Position

_READINGS = frozenset({"rt", "rp"})  # furigana: how the word before it is read, no text of its own
_DROPPED = frozenset("script style noscript template svg iframe object".split())
_MARKED = re.compile(r"\s*[・●○■◆▪•※①-⑳\d(（\-]")
_BLOCKS = frozenset(
    "p div ul ol li dl dt dd br hr h1 h2 h3 h4 h5 h6 section article header footer nav main aside form fieldset "
    "blockquote pre address figure figcaption caption table thead tbody tfoot tr center option details summary".split()
)


@dataclass
class _OpenTable:
    """A table being read: `taken` says up to which row a column is covered by a rowspan."""

    start: int
    position: Position
    cells: list[Cell] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    row: int = -1
    column: int = 0
    cell: tuple[int, int, int, Position] | None = None  # start, rowspan, colspan, position


class HtmlReader(HTMLParser):
    """Feed HTML, then `finish`; the layout is in the builder. `first_line` is the file's line of the text fed."""

    def __init__(self, name: str, builder: LayoutBuilder, first_line: int = 1) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._builder = builder
        self._first_line = first_line
        self._tables: list[_OpenTable] = []
        self._dropping = 0
        self._in_title = False
        self._in_reading = False
        self._rows = 0
        self._space = False
        self._item = False
        self.title: str | None = None

    def finish(self) -> None:
        """Close whatever is open."""
        self.close()
        while self._tables:
            self._end_table()
        if not self._builder.at_line_start:
            self._builder.break_line(self._position())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a cell, a list item or a reading, or drop what no reader sees."""
        # Their end tags may be left out: the next part of the ruby, or a block, ends them.
        if tag in _READINGS or tag in _BLOCKS or tag in ("rb", "rtc", "ruby", "td", "th"):
            self._in_reading = tag in _READINGS
        if tag in _DROPPED:
            self._dropping += 1
        elif tag == "title":
            self._in_title = True
        elif self._dropping:
            return
        elif tag == "table":
            self._break()
            self._tables.append(_OpenTable(self._builder.length, self._position()))
        elif tag == "tr" and self._tables:
            self._start_row()
        elif tag in ("td", "th") and self._tables:
            self._start_cell(dict(attrs))
        elif tag == "sup":
            self._write("^{")
        elif tag in _BLOCKS:
            self._break()
            self._item = tag == "li"

    def handle_endtag(self, tag: str) -> None:
        """End what its beginning opened."""
        if tag in _DROPPED:
            self._dropping = max(self._dropping - 1, 0)
        elif tag == "title":
            self._in_title = False
        elif self._dropping:
            return
        elif tag == "table" and self._tables:
            self._end_table()
        elif tag == "tr" and self._tables:
            self._end_cell()
        elif tag in ("td", "th") and self._tables:
            self._end_cell()
        elif tag in _READINGS or tag == "ruby":
            self._in_reading = False
        elif tag == "sup":
            self._write("}")
        elif tag in _BLOCKS and tag != "br":
            self._break()

    def handle_data(self, data: str) -> None:
        """Text between tags: the title's, or the document's."""
        if self._in_title:
            self.title = (self.title or "") + fold(data).strip() or None
        elif not self._dropping and not self._in_reading:
            self._write(data)

    def _write(self, data: str) -> None:
        text = re.sub(r"\s+", " ", fold(data.replace("\f", " ")))
        position = self._position()
        if not text.strip():
            self._space = self._space or bool(text)
            return
        cell = self._tables[-1].cell if self._tables else None
        fresh = self._builder.at_line_start or (cell is not None and cell[0] == self._builder.length)
        if fresh:
            # The mark that a browser shows before a list item parts it from its neighbours.
            text = ("・" if self._item and not _MARKED.match(text) else "") + text.lstrip()
        elif self._space and not text.startswith(" "):
            text = " " + text
        self._space, self._item = text.endswith(" "), False
        self._builder.write(text.rstrip(), position)

    def _break(self) -> None:
        """A line break, but never an empty line, and none at the beginning of a cell."""
        self._space = False
        cell = self._tables[-1].cell if self._tables else None
        if cell is not None and cell[0] == self._builder.length:
            return
        if self._tables and cell is None:
            return
        if not self._builder.at_line_start:
            self._builder.break_line(self._position())

    def _start_row(self) -> None:
        table = self._tables[-1]
        self._end_cell()
        if not self._builder.at_line_start and table.row >= 0:
            self._builder.break_line(self._position())
        table.row += 1
        table.column = 0
        self._rows += 1
        if self._rows > MAX_ROWS:
            check_table(self._name, self._rows, 0)

    def _start_cell(self, attrs: dict[str, str | None]) -> None:
        table = self._tables[-1]
        self._end_cell()
        if table.row < 0:
            self._start_row()
        if table.column and not self._builder.at_line_start:
            self._builder.write("\t", self._position())
        while table.taken.get(table.column, 0) > table.row:
            table.column += 1
        rowspan, colspan = _span(attrs.get("rowspan"), 1000), _span(attrs.get("colspan"), MAX_COLUMNS)
        if table.column + colspan > MAX_COLUMNS:
            check_table(self._name, 0, table.column + colspan)
        self._space = False
        table.cell = (self._builder.length, rowspan, colspan, self._position())

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.cell is None:
            return
        start, rowspan, colspan, position = table.cell
        table.cell = None
        text = self._builder.text_from(start).rstrip("\n")
        table.cells.append(Cell(text, start, table.row, table.column, rowspan, colspan, position))
        for column in range(table.column, table.column + colspan):
            table.taken[column] = table.row + rowspan
        table.column += colspan

    def _end_table(self) -> None:
        self._end_cell()
        table = self._tables.pop()
        height = table.row + 1
        cells = [
            Cell(c.text, c.start, c.row, c.column, min(c.rowspan, height - c.row), c.colspan, c.position)
            for c in table.cells
        ]
        if not self._builder.at_line_start:
            self._builder.break_line(self._position())
        if cells:
            self._builder.mark_table(cells, table.start, table.position)

    def _position(self) -> Position:
        return Position(line=self._first_line + self.getpos()[0] - 1)


def _span(value: str | None, largest: int) -> int:
    digits = (value or "").strip()
    return min(max(int(digits), 1), largest) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1
