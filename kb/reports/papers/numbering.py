"""Sources numbered in the order in which a reader meets them, which is how Word counts its notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kb.reports.papers.blocks import Block, Items, Line, Paragraph, Section, Sheet, Table


def lines(block: Block) -> Iterator[Line]:
    """Every line of a block in reading order."""
    if isinstance(block, Paragraph):
        yield block.line
    elif isinstance(block, Items):
        yield from (line for item in block.items for line in item)
    elif isinstance(block, Table):
        yield from (line for row in block.rows for cell in row for line in cell)


def renumbered(sheet: Sheet) -> Sheet:
    """The same sheet with sources numbered by their first reference; sources that nothing refers to are dropped."""
    order: dict[int, int] = {}
    for section in (sheet.summary, *sheet.sections):
        for block in section.blocks:
            for line in lines(block):
                for ref in line.refs:
                    order.setdefault(ref, len(order) + 1)
    held = {source.number: source for source in sheet.sources}
    sources = tuple(replace(held[old], number=new) for old, new in order.items())
    return replace(sheet, summary=_section(sheet.summary, order), sections=tuple(_section(s, order) for s in sheet.sections), sources=sources)


def _section(section: Section, order: Mapping[int, int]) -> Section:
    return replace(section, blocks=tuple(_block(block, order) for block in section.blocks))


def _block(block: Block, order: Mapping[int, int]) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(_line(block.line, order))
    if isinstance(block, Items):
        return replace(block, items=tuple(tuple(_line(line, order) for line in item) for item in block.items))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(tuple(_line(line, order) for line in cell) for cell in row) for row in block.rows))
    return block


def _line(line: Line, order: Mapping[int, int]) -> Line:
    return replace(line, refs=tuple(dict.fromkeys(order[ref] for ref in line.refs)))
