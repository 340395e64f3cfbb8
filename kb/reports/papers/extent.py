"""How much paper a sheet takes: an estimate in points, so that lists can be shortened until it keeps to its pages."""

from __future__ import annotations

import math
import unicodedata

from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph, Section, Sheet, Table

PAGE = 757  # points of A4 between the margins of our Word documents
LINE = 493  # points of a line
BODY_PAGES = 4  # between the summary and the sources, which have a page each
WASTE = 0.92  # of a page that is filled, because rows and questions are not torn apart


def fits(sheet: Sheet) -> bool:
    """Do the sections keep to their pages?"""
    return sum(_section(section) for section in sheet.sections) <= BODY_PAGES * PAGE * WASTE


def _section(section: Section) -> float:
    return 29 + sum(_block(block) for block in section.blocks)


def _block(block: Block) -> float:
    if isinstance(block, Heading):
        return 20
    if isinstance(block, Paragraph):
        return _line(block.line, LINE) + 2
    if isinstance(block, Items):
        return sum(_line(line, LINE - 20) + 1 for item in block.items for line in item)
    return _table(block)


def _table(table: Table) -> float:
    rows = [max(sum(_line(line, width * LINE - 11, 9, 12) for line in cell) for cell, width in zip(row, table.widths, strict=True)) for row in table.rows]
    return sum(rows) + (12 if table.head else 0) + 6


def _line(line: Line, room: float, size: float = 9.5, height: float = 13) -> float:
    if line.note:
        size, height = size - 1, height - 1.5
    text = f"{line.label or ''} {line.text}"
    length = sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text) + 1.4 * len(line.refs)
    return max(1, math.ceil(length * size / room)) * height
