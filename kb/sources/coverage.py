"""What of a document ended in a field, and every run that did not.

A parser marks the spans it read; what remains is listed. White space is not counted. Rules (----), page numbers and
form marks carry no content of their own and count as read.
"""

from __future__ import annotations

import re

from kb.formats.layout import Document, Line
from kb.model import Coverage, Unread

# Lines of nothing but rules, page numbers ("- 3 -", "3/12", "3 ページ") or code fences.
_RULE = frozenset("-=_─━―‐·•*+:|~＿… \t")
_PAGE_MARK = re.compile(
    r"`{3,}\w{0,20}|[-–—―]\s?\d{1,3}\s?[-–—―]|\d{1,3}\s?/\s?\d{1,3}|[Pp](?:age)?\.?\s?\d{1,3}|\d{1,3}\s?(?:ページ|頁)"
)
_BLANK = re.compile(r"\s")


class CoverageLedger:
    """Characters read of one document, by offset into `document.text`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._read = bytearray(len(document.text))
        for line in document.lines:
            bare = line.text.strip()
            if bare and (_is_rule(bare) or _PAGE_MARK.fullmatch(bare) or self._is_page_number(line, bare)):
                self.mark(line.start, line.end)

    def mark(self, start: int, end: int) -> None:
        """Count [start, end) as read; marking twice is harmless."""
        if not 0 <= start <= end <= len(self._read):
            raise ValueError(f"span {start}-{end} is outside the document of {len(self._read)} characters")
        self._read[start:end] = b"\x01" * (end - start)

    def is_read(self, start: int, end: int) -> bool:
        """Whether every character of [start, end) but white space is read."""
        text = self._document.text
        return all(self._read[i] or text[i].isspace() for i in range(start, end))

    def unread_spans(self) -> list[tuple[int, int]]:
        """Every (start, end) of unread text within one line, trimmed of white space."""
        spans = []
        for line in self._document.lines:
            start = None
            for offset in range(line.start, line.end + 1):
                unread = offset < line.end and not self._read[offset]
                if unread and start is None:
                    start = offset
                elif not unread and start is not None:
                    spans.append((start, offset))
                    start = None
        return [trimmed for span in spans if (trimmed := self._trim(*span))]

    def coverage(self) -> Coverage:
        """Characters and characters read (white space apart), with every unread run and its position."""
        document = self._document
        runs = self.unread_spans()
        total = len(_BLANK.sub("", document.text))
        missing = sum(len(_BLANK.sub("", document.text[a:b])) for a, b in runs)
        unread = tuple(Unread(document.text[a:b], document.position(a)) for a, b in runs)
        return Coverage(total, total - missing, unread)

    @staticmethod
    def _is_page_number(line: Line, text: str) -> bool:
        """A bare number may be a value; on a page of a PDF it is a page number if it is about that page's."""
        page = line.position.page
        return page is not None and text.isdecimal() and len(text) < 4 and abs(int(text) - page) <= 2

    def _trim(self, start: int, end: int) -> tuple[int, int] | None:
        text = self._document.text[start:end]
        bare = text.strip()
        if not bare:
            return None
        start += len(text) - len(text.lstrip())
        return start, start + len(bare)


def _is_rule(text: str) -> bool:
    return len(text) >= 3 and _RULE.issuperset(text)
