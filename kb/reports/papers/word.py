"""A sheet as a Word document: real styles, headers of tables repeated, page numbers, and sources as endnotes."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from kb.reports.papers import word_styles
from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph, Section, Sheet, Table
from kb.reports.papers.word_notes import Notes
from kb.reports.papers.word_xml import added, element, field, numbered_list

LINE_WIDTH = Mm(210 - 2 * word_styles.MARGIN)


def word(sheet: Sheet) -> bytes:
    """The bytes of a .docx."""
    document = Document()
    word_styles.settle(document, sheet.lang, sheet.title, sheet.subtitle)
    notes = Notes(document, sheet.sources)
    document.add_paragraph(sheet.title, style="Title")
    document.add_paragraph(sheet.subtitle, style="Subtitle")
    for notice in sheet.notices:
        document.add_paragraph(notice, style="Intense Quote")
    _section(document, sheet.summary, notes)
    document.add_paragraph(sheet.made, style="Note")
    for place, section in enumerate(sheet.sections):
        _section(document, section, notes, new_page=place == 0)
    if sheet.sources:
        # The notes follow it in Word; LibreOffice begins a page with them, and would take an empty page for a heading kept with the next.
        document.add_heading(sheet.sources_title, level=1).paragraph_format.keep_with_next = False
    _footer(document)
    notes.finish()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _section(document: WordDocument, section: Section, notes: Notes, *, new_page: bool = False) -> None:
    title = f"{section.number} {section.title}" if section.number else section.title
    document.add_heading(title, level=1).paragraph_format.page_break_before = new_page
    for block in section.blocks:
        _block(document, block, notes)


def _block(document: WordDocument, block: Block, notes: Notes) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, level=2)
    elif isinstance(block, Paragraph):
        _fill(document.add_paragraph(style="Note" if block.line.note else "Normal"), block.line, notes)
    elif isinstance(block, Items):
        _items(document, block, notes)
    else:
        _table(document, block, notes)


def _items(document: WordDocument, block: Items, notes: Notes) -> None:
    style = "List Bullet" if block.start is None else "List Number"
    numbering = None if block.start is None else numbered_list(document, block.start)
    for item in block.items:
        paragraph = document.add_paragraph(style=style)
        if numbering is not None:
            properties = added(paragraph._p.get_or_add_pPr(), "w:numPr")
            added(properties, "w:ilvl", {"w:val": "0"})
            added(properties, "w:numId", {"w:val": str(numbering)})
        _fill(paragraph, item[0], notes)
        if len(item) > 1:
            paragraph.paragraph_format.keep_with_next = True
        for line in item[1:]:
            under = document.add_paragraph(style="Note")
            under.paragraph_format.left_indent = Mm(word_styles.INDENT)
            _fill(under, line, notes)


def _table(document: WordDocument, block: Table, notes: Notes) -> None:
    table = document.add_table(rows=0, cols=len(block.widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if block.head:
        row = table.add_row()
        added(row._tr.get_or_add_trPr(), "w:tblHeader")
        for cell, name in zip(row.cells, block.head, strict=True):
            cell.paragraphs[0].style = document.styles["Table Head"]
            cell.paragraphs[0].add_run(name)
            _shade(cell)
    for lines in block.rows:
        row = table.add_row()
        added(row._tr.get_or_add_trPr(), "w:cantSplit")
        for place, (cell, told) in enumerate(zip(row.cells, lines, strict=True)):
            head = not block.head and place == 0
            _cell(document, cell, told, notes, "Table Head" if head else "Table Text")
            if head:
                _shade(cell)
    for column, width in zip(table.columns, block.widths, strict=True):
        column.width = int(LINE_WIDTH * width)
        for cell in column.cells:
            cell.width = int(LINE_WIDTH * width)
    document.add_paragraph(style="After Table")


def _cell(document: WordDocument, cell: _Cell, told: tuple[Line, ...], notes: Notes, style: str) -> None:
    for place, line in enumerate(told):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        paragraph.style = document.styles["Table Note" if line.note else style]
        _fill(paragraph, line, notes)


def _shade(cell: _Cell) -> None:
    cell._tc.get_or_add_tcPr().append(element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": "E7E9EC"}))


def _fill(paragraph: WordParagraph, line: Line, notes: Notes) -> None:
    if line.label:
        paragraph.add_run(f"{line.label} ").bold = True
    paragraph.add_run(line.text)
    for ref in line.refs:
        notes.refer(paragraph, ref)


def _footer(document: WordDocument) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles["Footer"]
    paragraph.alignment = 1
    field(paragraph, "PAGE", "1")
    paragraph.add_run(" / ")
    field(paragraph, "NUMPAGES", "1")
    for run in paragraph.runs:
        run.font.size = Pt(9)
