"""A file → `Document`: its format by content (not by suffix), its text repaired, its tables with their cells.

Raises DocumentError, one clear line, for what cannot be read: missing, empty, binary, encrypted, without text, too large.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from kb.errors import DocumentError
from kb.formats.encoding import decode
from kb.formats.html import HtmlReader
from kb.formats.layout import Cell, Document, LayoutBuilder, Line, Table
from kb.formats.limits import MAX_PDF_BYTES, MAX_TEXT_BYTES, too_large
from kb.formats.text import read_text

__all__ = ["Cell", "Document", "Line", "Table", "document_from_bytes", "document_from_text", "read_document"]

_HTML = re.compile(r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^<>]{0,500}-->\s*){0,9}<(?:!doctype html|html|head|body|script|meta)\b", re.I | re.S)
_DATE_LINE = re.compile(r"^\W*(?:平成|令和|昭和|\d{4}\s*年)[\s\d元]+年?.*日\s*$")
_SHORT_TITLE = 120


def read_document(path: Path) -> Document:
    """Read a PDF, HTML, Markdown or text file."""
    name = Path(path).name
    try:
        size = Path(path).stat().st_size
        if size > MAX_PDF_BYTES:
            raise too_large(name, f"{size:,} bytes", f"{MAX_PDF_BYTES:,} bytes")
        data = Path(path).read_bytes()
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read ({error.strerror}); check the path") from error
    return document_from_bytes(data, name)


def document_from_bytes(data: bytes, name: str) -> Document:
    """Like `read_document`, from the bytes of a file; `name` is used in messages."""
    sha256 = hashlib.sha256(data).hexdigest()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        from kb.formats.pdf import read_pdf

        builder = LayoutBuilder()
        title = read_pdf(data, name, builder)
        return _titled(builder, name, "pdf", sha256, title)
    if len(data) > MAX_TEXT_BYTES:
        raise too_large(name, f"{len(data):,} bytes", f"{MAX_TEXT_BYTES:,} bytes of text")
    return document_from_text(decode(data, name), name, sha256)


def document_from_text(text: str, name: str, sha256: str | None = None) -> Document:
    """Like `read_document`, from text that is decoded already (pasted, or read from stdin)."""
    if not text.strip("\ufeff\x00 \t\r\n\f\v\u3000"):
        raise DocumentError(f"{name}: empty; nothing to read")
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
