"""A sheet as Markdown: headings, pipe tables, and footnotes as sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph, Section, Sheet, Source, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")
_OPENING = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")


def markdown(sheet: Sheet) -> str:
    """GitHub's dialect."""
    parts = [f"# {escaped(sheet.title)}", f"**{escaped(sheet.subtitle)}**", *(f"> {escaped(notice)}" for notice in sheet.notices)]
    parts += [*_section(sheet.summary), escaped(sheet.made)]
    for section in sheet.sections:
        parts += _section(section)
    parts += [f"## {escaped(sheet.sources_title)}", "\n".join(_source(source) for source in sheet.sources)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Text that means in Markdown what it says, on one line."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
    return _OPENING.sub(lambda match: f"{match.group(1)}\\{match.group(2)}" if not match.group(2)[0].isdigit() else f"{match.group(1)}{match.group(2)[:-1]}\\{match.group(2)[-1]}", plain)


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.number} {escaped(section.title)}" if section.number else f"## {escaped(section.title)}"
    for block in section.blocks:
        yield _block(block)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"### {escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _line(block.line)
    if isinstance(block, Items):
        return "\n".join(_items(block))
    return "\n".join(_table(block))


def _line(line: Line) -> str:
    label = f"**{escaped(line.label)}** " if line.label else ""
    return label + escaped(line.text) + "".join(f"[^{ref}]" for ref in line.refs)


def _items(block: Items) -> Iterator[str]:
    for place, item in enumerate(block.items):
        mark = "-" if block.start is None else f"{block.start + place}."
        yield f"{mark} {_line(item[0])}"
        yield from (f"{' ' * len(mark)} - {_line(line)}" for line in item[1:])


def _table(table: Table) -> Iterator[str]:
    head = [escaped(name) for name in table.head] or ["" for _ in table.widths]
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(table.widths)}"
    for row in table.rows:
        yield f"| {' | '.join('<br>'.join(_line(line) for line in cell) for cell in row)} |"


def _source(source: Source) -> str:
    documents = [f"{escaped(name)} <{url}>" if url else escaped(name) for name, url in source.documents]
    return f"[^{source.number}]: " + escaped(source.text) + ("。" + "、".join(documents) if documents else "")
