"""A document's text line by line, each line with the name that permalinks use: p3l17, or l17 where it has no pages."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from kb.errors import DocumentError
from kb.formats.document import Document, documents_from_bytes
from kb.model import Position
from kb.store.originals import Original


def anchor(page: int | None, line: int | None) -> str:
    """The name of a place in a document; "" where it is not known."""
    return (f"p{page}" if page else "") + (f"l{line}" if line else "")


def document_view(original: Original) -> dict[str, Any]:
    """The original as the program reads it, part by part: lines {"id", "page", "line", "text"}, or why it cannot be read any more."""
    head = {"id": original.id, "sha256": original.sha256, "name": original.name, "kind": original.kind, "title": original.title}
    try:
        documents = documents_from_bytes(original.content, original.name)
    except DocumentError as error:
        return head | {"parts": [], "error": str(error)}
    parts: list[dict[str, Any]] = []
    for number, document in enumerate(documents):
        parts.append({"name": document.name, "media": document.media, "lines": lines_of(document, number)})
    return head | {"parts": parts, "error": None}


def lines_of(document: Document, part: int = 0) -> list[dict[str, Any]]:
    """Lines of a document by their place: {"id", "page", "line", "text"}; cells of a row are parted by spaces."""
    lines = []
    for position, held in groupby(document.lines, key=lambda line: line.position):
        text = "\n".join(line.text.rstrip() for line in held).replace("\t", "  ")
        lines.append({"id": _named(position, part), "page": position.page, "line": position.line, "text": text})
    return lines


def _named(position: Position, part: int) -> str:
    """Of an e-mail's parts the first bears plain names; those of the others are told apart."""
    return anchor(position.page, position.line) + (f"-{part + 1}" if part else "")
