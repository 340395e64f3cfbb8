"""A file → `Document`: its format by content (not by suffix), its text repaired, its tables with their cells.

An e-mail holds several: `documents_from_bytes` gives each, `document_from_bytes` the longest. Raises DocumentError, one clear line, for what cannot be read: missing, empty, binary, encrypted, without text, too large.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from kb.errors import DocumentError
from kb.formats.encoding import decode
from kb.formats.html import HtmlReader
from kb.formats.layout import Cell, Document, LayoutBuilder, Line, Table
from kb.formats.limits import MAX_FILE_BYTES, MAX_TEXT_BYTES, too_large
from kb.formats.mail import is_mail, parts_of
from kb.formats.office import OLE_MAGIC, ZIP_MAGIC, office_kind
from kb.formats.text import read_text
from kb.model import Notice

__all__ = ["Cell", "Document", "Line", "Table", "document_from_bytes", "document_from_text", "documents_from_bytes", "file_bytes", "read_document"]

_HTML = re.compile(r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^<>]{0,500}-->\s*){0,9}<(?:!doctype html|html|head|body|script|meta)\b", re.I | re.S)
_DATE_LINE = re.compile(r"^\W*(?:平成|令和|昭和|\d{4}\s*年)[\s\d元]+年?.*日\s*$")
_SHORT_TITLE = 120


def read_document(path: Path) -> Document:
    """Read a PDF, Word, Excel, HTML, Markdown or text file, or the longest part of an e-mail."""
    return document_from_bytes(file_bytes(path), Path(path).name)


def file_bytes(path: Path) -> bytes:
    """The bytes of a file of readable size; raises DocumentError."""
    name = Path(path).name
    try:
        size = Path(path).stat().st_size
        if size > MAX_FILE_BYTES:
            raise too_large(name, f"{size:,} bytes", f"{MAX_FILE_BYTES:,} bytes")
        return Path(path).read_bytes()
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read ({error.strerror}); check the path") from error


def document_from_bytes(data: bytes, name: str) -> Document:
    """Like `read_document`, from the bytes of a file; `name` is used in messages."""
    return max(documents_from_bytes(data, name), key=lambda document: len(document.text))


def documents_from_bytes(data: bytes, name: str) -> list[Document]:
    """All documents in a file: one, or the body and the attachments of an e-mail, in order; those that cannot be read are named in `notices`.

    `sha256` is always that of the whole file.
    """
    if not is_mail(data):
        return [_one(data, name)]
    sha256 = hashlib.sha256(data).hexdigest()
    found: list[Document] = []
    refused: list[Notice] = []
    for part, content in parts_of(data, name):
        try:
            found.append(document_from_text(content, part) if isinstance(content, str) else _one(content, part))
        except DocumentError as error:
            refused.append(Notice("part-not-read", str(error)))
    if not found:
        reasons = "; ".join(notice.message for notice in refused) or "it has no text and no attachment"
        raise DocumentError(f"{name}: nothing in this e-mail can be read ({reasons})")
    return [replace(document, sha256=sha256, notices=(*document.notices, *refused)) for document in found]


def _one(data: bytes, name: str) -> Document:
    if len(data) > MAX_FILE_BYTES:
        raise too_large(name, f"{len(data):,} bytes", f"{MAX_FILE_BYTES:,} bytes")
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        from kb.formats.pdf import read_pdf

        builder = LayoutBuilder()
        notices: list[Notice] = []
        title = read_pdf(data, name, builder, notices)
        return replace(_titled(builder, name, "pdf", sha256, title), notices=tuple(notices))
    if data.startswith((*ZIP_MAGIC, OLE_MAGIC)):
        return _office(data, name, sha256)
    if len(data) > MAX_TEXT_BYTES:
        raise too_large(name, f"{len(data):,} bytes", f"{MAX_TEXT_BYTES:,} bytes of text")
    return document_from_text(decode(data, name), name, sha256)


def _office(data: bytes, name: str, sha256: str) -> Document:
    builder = LayoutBuilder()
    notices: list[Notice] = []
    if office_kind(data, name) == "word":
        from kb.formats.word import read_word

        title = read_word(data, name, builder)
        return _titled(builder, name, "word", sha256, title)
    from kb.formats.excel import read_excel

    title = read_excel(data, name, builder, notices)
    return replace(_titled(builder, name, "excel", sha256, title), notices=tuple(notices))


def document_from_text(text: str, name: str, sha256: str | None = None) -> Document:
    """Like `read_document`, from text that is decoded already (pasted, or read from stdin)."""
    if not text.strip("\ufeff\x00 \t\r\n\f\v\u3000"):
        raise DocumentError(f"{name}: empty; nothing to read: give a document with text in it")
    sha256 = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    builder = LayoutBuilder()
    if _HTML.match(text.lstrip("\ufeff")):
        reader = HtmlReader(name, builder)
        reader.feed(text)
        reader.finish()
        if not builder.length:
            raise DocumentError(f"{name}: HTML without text; save the page as shown in the browser and try again")
        return _titled(builder, name, "html", sha256, reader.title)
    read_text(text, name, builder)
    return _titled(builder, name, "text", sha256, None)


def _titled(builder: LayoutBuilder, name: str, media: str, sha256: str, title: str | None) -> Document:
    document = builder.build(name, media, sha256)
    for line in document.lines[:40]:
        bare = line.text.strip().lstrip("#").strip()
        if bare and not _DATE_LINE.match(bare):
            return Document(name, media, sha256, document.text, document.lines, document.tables, title or bare[:_SHORT_TITLE])
    return Document(name, media, sha256, document.text, document.lines, document.tables, title)
