"""Plain text and Markdown → layout: tabs or pipes make table rows; markup left inside by converters becomes line breaks.

Quirks met: table cells that hold <ul>, <p> or <div> as text, whole <table> blocks with rowspan, pages cut in the middle
of a cell, `^{注1}` for footnote marks.
"""

from __future__ import annotations

import html
import re

from kb.formats.html import HtmlReader
from kb.formats.layout import Cell, LayoutBuilder
from kb.formats.limits import MAX_LINES, check_table, too_large
from kb.formats.repair import fold
from kb.model import Position

_BREAK_TAGS = "p|div|ul|ol|li|table|thead|tbody|tfoot|tr|td|th|br|hr|h[1-6]|dl|dt|dd|pre|blockquote|figure|center"
_DROP_TAGS = "ruby|rb|rt|rp|span|strong|em|b|i|u|s|small|font|img|a|sub|code|mark|caption|label"
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>{_BREAK_TAGS}|{_DROP_TAGS}|sup)(?:\s[^<>]*)?/?>|<!--[^<>]{{0,500}}-->", re.IGNORECASE
)
_READING = re.compile(r"<(?P<tag>rt|rp)>[^<>]{0,100}(?:</(?P=tag)>)?", re.IGNORECASE)
_LIST_ITEM = re.compile(r"<li(?:\s[^<>]*)?>\s*(?![・●○■◆▪•※①-⑳\d(（\-\s<])", re.IGNORECASE)
_BREAK = re.compile(rf"^(?:{_BREAK_TAGS})$", re.IGNORECASE)
_PIPE_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_PIPE_RULE = re.compile(r"^[\s|:\-]+$")


def read_text(text: str, name: str, builder: LayoutBuilder) -> None:
    """Fill `builder` with the lines and tables of a text file; positions are its lines, from 1."""
    reader = _TextReader(name, builder)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise too_large(name, f"{len(lines):,} lines", f"{MAX_LINES:,} lines")
    number = 0
    while number < len(lines):
        taken = _html_table(lines, number)
        if taken:
            reader.end_table()
            block = HtmlReader(name, builder, number + 1)
            block.feed("\n".join(lines[number : number + taken]))
            block.finish()
            number += taken
            continue
        reader.line(lines[number], number + 1)
        number += 1
    reader.end_table()


def _html_table(lines: list[str], first: int) -> int:
    """How many lines from `first` make a <table> block of its own, 0 if none begins there."""
    if not re.match(r"\s*<table\b", lines[first], re.IGNORECASE):
        return 0
    depth = 0
    for count, line in enumerate(lines[first:], 1):
        depth += len(re.findall(r"<table\b", line, re.IGNORECASE)) - len(re.findall(r"</table>", line, re.IGNORECASE))
        if depth <= 0:
            return count
    return 0


class _TextReader:
    """Writes lines and gathers neighbouring rows into a table."""

    def __init__(self, name: str, builder: LayoutBuilder) -> None:
        self._name = name
        self._builder = builder
        self._cells: list[Cell] = []
        self._row = 0
        self._all_rows = 0
        self._start = 0
        self._first = Position()

    def line(self, raw: str, number: int) -> None:
        position = Position(line=number)
        pipes = _PIPE_ROW.match(raw)
        if pipes and _PIPE_RULE.match(raw) and self._cells:
            self._plain(raw, position)
        elif pipes and not _PIPE_RULE.match(raw):
            self._table_row(pipes.group(1).split("|"), position)
        elif "\t" in raw and raw.strip():
            self._table_row(raw.split("\t"), position)
        else:
            self.end_table()
            self._plain(raw, position)

    def end_table(self) -> None:
        """No further row belongs to the table that is open."""
        if self._cells:
            self._builder.mark_table(self._cells, self._start, self._first)
        self._cells, self._row = [], 0

    def _plain(self, raw: str, position: Position) -> None:
        text = _readable(raw)
        for piece in text.split("\n"):
            self._builder.write(piece.rstrip(), position)
            self._builder.break_line(position)

    def _table_row(self, parts: list[str], position: Position) -> None:
        self._all_rows += 1
        check_table(self._name, self._all_rows, len(parts))
        if not self._cells:
            self._start, self._first = self._builder.length, position
        for column, part in enumerate(parts):
            if column:
                self._builder.write("\t", position)
            text = _readable(part).strip()
            start = self._builder.length
            self._builder.write(text, position)
            self._cells.append(Cell(text, start, self._row, column, position=position))
        self._builder.break_line(position)
        self._row += 1


def _readable(raw: str) -> str:
    """Text of a line or cell: markup → line breaks, entities → characters, letters folded."""
    if "<" in raw:
        raw = _READING.sub("", raw)
        raw = _TAG.sub(_tag_text, _LIST_ITEM.sub("<li>・", raw))
    if "&" in raw:
        raw = html.unescape(raw)
    return "\n".join(filter(None, (part.strip(" ") for part in fold(raw).split("\n"))))


def _tag_text(match: re.Match[str]) -> str:
    name = match.group("name") or ""
    if name.lower() == "sup":
        return "}" if match.group("close") else "^{"
    return "\n" if _BREAK.match(name) else ""
