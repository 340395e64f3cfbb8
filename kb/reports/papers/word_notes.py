"""Sources as endnotes of a Word document: the first reference carries the note, later ones point to it.

python-docx makes no notes, so the part `word/endnotes.xml` is written here, as ECMA-376 part 1, 17.11 describes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from lxml import etree

from kb.reports.papers.blocks import Source
from kb.reports.papers.word_xml import added, element, field

SEPARATORS = (("-1", "separator", "w:separator"), ("0", "continuationSeparator", "w:continuationSeparator"))
MARK = "Endnote Reference"
TEXT = "EndnoteText"


class Notes:
    """`refer` sets a reference; `finish` writes the notes, once everything refers to them."""

    def __init__(self, document: WordDocument, sources: Sequence[Source]) -> None:
        self._document = document
        self._sources = {source.number: source for source in sources}
        self._cited: list[int] = []

    def refer(self, paragraph: Paragraph, number: int) -> None:
        """[n], raised: the note itself where it is cited first, a cross-reference after that."""
        bookmark = f"_RefSource{number}"
        paragraph.add_run("[", style=MARK)
        if number in self._cited:
            field(paragraph, f"NOTEREF {bookmark} \\h", str(number), MARK)
        else:
            self._cited.append(number)
            added(paragraph._p, "w:bookmarkStart", {"w:id": str(number), "w:name": bookmark})
            added(paragraph.add_run(style=MARK)._r, "w:endnoteReference", {"w:id": str(number)})
            added(paragraph._p, "w:bookmarkEnd", {"w:id": str(number)})
        paragraph.add_run("]", style=MARK)

    def finish(self) -> None:
        """Write the part and say in the settings that notes count 1, 2, 3 and stand at the end."""
        notes = parse_xml(f"<w:endnotes {nsdecls('w', 'r')}/>")
        for identifier, kind, name in SEPARATORS:
            note = added(notes, "w:endnote", {"w:type": kind, "w:id": identifier})
            paragraph = added(note, "w:p")
            properties = added(paragraph, "w:pPr")
            added(properties, "w:spacing", {"w:after": "0", "w:line": "240", "w:lineRule": "auto"})
            added(added(paragraph, "w:r"), name)
        package = self._document.part.package
        part = Part(PackURI("/word/endnotes.xml"), CONTENT_TYPE.WML_ENDNOTES, b"", package)
        for number in self._cited:
            self._note(notes, part, self._sources[number])
        part._blob = etree.tostring(notes, xml_declaration=True, encoding="UTF-8", standalone=True)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.ENDNOTES)
        self._settle()

    def _note(self, notes: Any, part: Part, source: Source) -> None:
        note = added(notes, "w:endnote", {"w:id": str(source.number)})
        paragraph = added(note, "w:p")
        added(added(paragraph, "w:pPr"), "w:pStyle", {"w:val": TEXT})
        mark = added(paragraph, "w:r")
        added(added(mark, "w:rPr"), "w:rStyle", {"w:val": "EndnoteReference"})
        added(mark, "w:endnoteRef")
        added(added(paragraph, "w:r"), "w:t", text=f" {source.text}")
        for name, url in source.documents:
            added(added(paragraph, "w:r"), "w:t", text="。")
            if url is None:
                added(added(paragraph, "w:r"), "w:t", text=name)
                continue
            link = added(paragraph, "w:hyperlink", {"r:id": part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)})
            run = added(link, "w:r")
            added(added(run, "w:rPr"), "w:rStyle", {"w:val": "Hyperlink"})
            added(run, "w:t", text=name)

    def _settle(self) -> None:
        settings = self._document.settings.element
        notes = element("w:endnotePr")
        added(notes, "w:pos", {"w:val": "docEnd"})
        added(notes, "w:numFmt", {"w:val": "decimal"})
        for identifier, _, _ in SEPARATORS:
            added(notes, "w:endnote", {"w:id": identifier})
        # The schema wants it before "compat".
        settings.find(qn("w:compat")).addprevious(notes)
        # LibreOffice reads the number format of a section, Word that of the settings.
        section = self._document.sections[0]._sectPr
        of_section = element("w:endnotePr")
        added(of_section, "w:numFmt", {"w:val": "decimal"})
        section.find(qn("w:pgSz")).addprevious(of_section)
