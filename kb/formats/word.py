"""Word (.docx) → layout: paragraphs and tables as they read when every tracked change is accepted, with their list marks.

Text boxes follow the paragraph that they hang on, footnotes and endnotes the body, headers and footers (each once) the notes.
Readings above words (furigana) and hidden text are no text. A position is the line of the text as read: Word files have none of their own.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kb.errors import DocumentError
from kb.formats.layout import Cell, LayoutBuilder
from kb.formats.limits import MAX_COLUMNS, MAX_OFFICE_CHARACTERS, MAX_ROWS, check_table, too_large
from kb.formats.repair import fold
from kb.formats.word_numbering import Numbering
from kb.model import Position

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = frozenset(_W + tag for tag in ("del", "moveFrom", "rt", "instrText", "delText", "pPr", "rPr", "tblPr", "sectPr"))
_BREAKS = frozenset({_W + "br", _W + "cr"})
_SIGNS = {_W + "tab": " ", _W + "noBreakHyphen": "-", _W + "ptab": " "}
_BOXES = {"F0FE": "☑", "F052": "☑", "F0A8": "□", "F06F": "□", "F0A3": "□"}  # ticks of symbol fonts; the rest are bullets
_NOTES = (("footnoteReference", "footnotes", "注"), ("endnoteReference", "endnotes", "後注"))


def read_word(data: bytes, name: str, builder: LayoutBuilder) -> str | None:
    """Fill `builder` with the text of a Word file; return the title in its properties, if any."""
    import docx
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        _Reader(document, name, builder).read()
        title = document.core_properties.title
    except DocumentError:
        raise
    except (OpcError, PythonDocxError, LxmlError, zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, KeyError, ValueError,
            TypeError, AttributeError, IndexError, AssertionError, NotImplementedError, RecursionError) as error:  # fmt: skip
        # python-docx lets these out for parts and relations that are missing or damaged.
        raise DocumentError(f"{name}: a damaged Word file ({type(error).__name__}: {_first_line(error)}); open it in Word and save it anew") from error
    if not builder.length:
        raise DocumentError(f"{name}: a Word file without text (only pictures?); run character recognition on it first")
    return fold(title).strip() or None if title else None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


@dataclass
class _Notes:
    """References of one kind in the order of their marks."""

    elements: dict[str, Any] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    sign: str = "注"


class _Reader:
    def __init__(self, document: Any, name: str, builder: LayoutBuilder) -> None:
        self._document = document
        self._name = name
        self._builder = builder
        self._line = 1
        self._rows = 0
        self._notes: dict[str, _Notes] = {}
        parts = {relation.reltype.rsplit("/", 1)[-1]: relation.target_part for relation in document.part.rels.values() if not relation.is_external}
        for reference, kind, sign in _NOTES:
            root = _root(parts.get(kind))
            elements = {} if root is None else {note.get(_W + "id"): note for note in root if note.get(_W + "type") in (None, "normal")}
            self._notes[_W + reference] = _Notes(elements, sign=sign)
        self._numbering = Numbering(_root(parts.get("numbering")), _root(parts.get("styles")))

    def read(self) -> None:
        self._blocks(self._document.element.body)
        for notes in self._notes.values():
            for number, identifier in enumerate(notes.order, start=1):
                if identifier in notes.elements:
                    self._builder.write(f"^{{{notes.sign}{number}}}", self._here())
                    self._blocks(notes.elements[identifier])
        for text in self._margins():
            self._builder.write(text, self._here())
            self._end_line()

    def _here(self) -> Position:
        return Position(line=self._line)

    def _end_line(self) -> None:
        self._builder.break_line(self._here())
        self._line += 1
        if self._builder.length > MAX_OFFICE_CHARACTERS:
            raise too_large(self._name, f"more than {MAX_OFFICE_CHARACTERS:,} characters", f"{MAX_OFFICE_CHARACTERS:,} characters")

    def _blocks(self, parent: Any, in_cell: bool = False) -> None:
        """Paragraphs and tables in order; in a cell the last paragraph leaves its line open."""
        for block in _blocks_of(parent):
            if in_cell and not self._builder.at_line_start and self._builder.length > self._cell_start:
                self._end_line()
            if block.tag == _W + "tbl":
                self._table(block, in_cell)
            else:
                self._paragraph(block, in_cell)

    _cell_start = -1

    def _paragraph(self, paragraph: Any, in_cell: bool) -> None:
        boxes: list[Any] = []
        text = self._text(paragraph, boxes)
        mark = self._numbering.mark(paragraph) if text.strip() else ""
        lines = [fold(line).strip() for line in text.split("\n")]
        lines[0] = f"{mark} {lines[0]}".strip() if mark and mark[-1] not in "・①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else mark + lines[0]
        if in_cell:
            lines = [line for line in lines if line]
        for number, line in enumerate(lines):
            self._builder.write(line, self._here())
            last = number == len(lines) - 1
            # A deleted paragraph mark joins what follows to this line.
            if not last or not (in_cell or _mark_deleted(paragraph)):
                self._end_line()
        for box in boxes:
            if in_cell and not self._builder.at_line_start:
                self._end_line()
            self._blocks(box, in_cell)

    def _text(self, element: Any, boxes: list[Any]) -> str:
        """What a reader of the paragraph sees; its text boxes are added to `boxes`."""
        pieces: list[str] = []
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _GONE:
                continue
            if tag in (_W + "t", _M + "t"):
                pieces.append((child.text or "").replace("\n", " ").replace("\t", " "))
            elif tag == _W + "r":
                if not _hidden(child):
                    inner = self._text(child, boxes)
                    raised = _property(child, "vertAlign") == "superscript" and inner.strip()
                    pieces.append(f"^{{{inner}}}" if raised else inner)
            elif tag in _BREAKS:
                pieces.append("\n")
            elif tag in _SIGNS:
                pieces.append(_SIGNS[tag])
            elif tag == _W + "sym":
                pieces.append(_BOXES.get((child.get(_W + "char") or "").upper(), "・"))
            elif tag in self._notes:
                pieces.append(self._note_mark(tag, child.get(_W + "id")))
            elif tag == _MC + "AlternateContent":
                chosen = child.find(_MC + "Choice")
                chosen = chosen if chosen is not None else child.find(_MC + "Fallback")
                if chosen is not None:
                    pieces.append(self._text(chosen, boxes))
            elif tag == _W + "txbxContent":
                boxes.append(child)
            else:
                pieces.append(self._text(child, boxes))
        return "".join(pieces)

    def _note_mark(self, tag: str, identifier: str | None) -> str:
        notes = self._notes[tag]
        if identifier is None or identifier not in notes.elements:
            return ""
        if identifier not in notes.order:
            notes.order.append(identifier)
        return f"^{{{notes.sign}{notes.order.index(identifier) + 1}}}"

    def _table(self, table: Any, in_cell: bool) -> None:
        rows = [row for row in _through(table, _W + "tr") if row.find(f"{_W}trPr/{_W}del") is None]
        self._rows += len(rows)
        check_table(self._name, self._rows if self._rows > MAX_ROWS else 0, 0)
        places = [list(_places(row)) for row in rows]
        start, first = self._builder.length, self._here()
        cells: list[Cell] = []
        for number, row in enumerate(places):
            written = False
            for column, span, merge, cell in row:
                if column + span > MAX_COLUMNS:
                    check_table(self._name, 0, column + span)
                if merge == "continue":
                    continue
                if written:
                    self._builder.write("\t", self._here())
                written = True
                cells.append(self._cell(cell, number, column, span, _depth(places, number, column) if merge else 1))
            if number < len(places) - 1 or not in_cell:
                self._end_line()
        if cells:
            self._builder.mark_table(cells, start, first)

    def _cell(self, cell: Any, row: int, column: int, span: int, depth: int) -> Cell:
        outer, self._cell_start = self._cell_start, self._builder.length
        here = self._here()
        self._blocks(cell, in_cell=True)
        start, self._cell_start = self._cell_start, outer
        return Cell(self._builder.text_from(start), start, row, column, depth, span, here)

    def _margins(self) -> Iterator[str]:
        """Text of headers and footers, each once; page numbers alone are none."""
        seen: set[str] = set()
        for relation in self._document.part.rels.values():
            if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] in ("header", "footer"):
                boxes: list[Any] = []
                root = _root(relation.target_part)
                for paragraph in root.iter(_W + "p") if root is not None else ():
                    text = fold(self._text(paragraph, boxes)).strip()
                    if any(letter.isalpha() for letter in text) and text not in seen:
                        seen.add(text)
                        yield text


def _root(part: Any | None) -> Any | None:
    """The XML of a part; python-docx parses some and keeps others as bytes."""
    if part is None:
        return None
    element = getattr(part, "element", None)
    if element is not None:
        return element
    from docx.oxml.parser import parse_xml

    return parse_xml(part.blob)


def _through(parent: Any, *tags: str) -> Iterator[Any]:
    """Children with these tags, through wrappers (content controls, inserted blocks, custom XML) but no deleted ones."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag == _MC + "AlternateContent":
            chosen = child.find(_MC + "Choice")
            yield from _through(chosen, *tags) if chosen is not None else ()
        elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "moveTo", _W + "customXml", _W + "smartTag"):
            yield from _through(child, *tags)


def _blocks_of(parent: Any) -> Iterator[Any]:
    return _through(parent, _W + "p", _W + "tbl")


def _places(row: Any) -> Iterator[tuple[int, int, str | None, Any]]:
    """(column, columns spanned, vertical merge, cell) of each cell of a row."""
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    column = _number(before)
    for cell in _through(row, _W + "tc"):
        properties = cell.find(_W + "tcPr")
        span = max(_number(properties.find(_W + "gridSpan")), 1) if properties is not None else 1
        merge = properties.find(_W + "vMerge") if properties is not None else None
        yield column, span, None if merge is None else merge.get(_W + "val") or "continue", cell
        column += span


def _depth(places: list[list[tuple[int, int, str | None, Any]]], row: int, column: int) -> int:
    depth = 1
    for below in places[row + 1 :]:
        if not any(place == column and merge == "continue" for place, _, merge, _ in below):
            break
        depth += 1
    return depth


def _number(element: Any | None) -> int:
    value = element.get(_W + "val") if element is not None else None
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 0


def _property(run: Any, tag: str) -> str | None:
    found = run.find(f"{_W}rPr/{_W}{tag}")
    return None if found is None else found.get(_W + "val") or "true"


def _hidden(run: Any) -> bool:
    return _property(run, "vanish") not in (None, "false", "0")


def _mark_deleted(paragraph: Any) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None
