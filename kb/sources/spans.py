"""Pieces of a document with their offsets, and the records that a list row or a detail sheet makes of them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from kb.formats.layout import Document


@dataclass(frozen=True)
class Span:
    """`text == document.text[start:end]`."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the last letter."""
        return self.start + len(self.text)


@dataclass
class Record:
    """Printed values of one accident by field, in reading order; `labels` are the headings that named them.

    `phases` says which of several rows of one accident a span stands in, where the rows carry no mark (from 1).
    `rests` are the starts of spans that go on with the value before them, from which other columns part them.
    `units` holds what a column's head says in brackets; `channels` names the channel of each span of notifications.
    """

    start: int
    end: int = 0
    no: int | None = None
    fields: dict[str, list[Span]] = field(default_factory=dict)
    labels: dict[str, Span] = field(default_factory=dict)
    phases: dict[int, int] = field(default_factory=dict)
    rests: set[int] = field(default_factory=set)
    units: dict[str, str] = field(default_factory=dict)
    channels: list[tuple[str, Span]] = field(default_factory=list)

    def add(self, name: str, span: Span) -> None:
        """Add a span to a field, unless it is blank."""
        if span.text.strip():
            self.fields.setdefault(name, []).append(span)
            self.end = max(self.end, span.end)

    def text(self, name: str) -> str:
        """All of a field's spans, one a line."""
        return "\n".join(span.text for span in self.fields.get(name, ()))


def trimmed(document: Document, start: int, end: int) -> Span:
    """The span [start, end) without white space around it."""
    text = document.text[start:end]
    bare = text.strip()
    return Span(bare, start + len(text) - len(text.lstrip()) if bare else start)


def pieces(span: Span, pattern: re.Pattern[str]) -> list[Span]:
    """Cut `span` before every match of `pattern`; white space around pieces is trimmed, blank pieces are left out."""
    cuts = [0, *(m.start() for m in pattern.finditer(span.text) if m.start()), len(span.text)]
    found = []
    for a, b in itertools.pairwise(cuts):
        text = span.text[a:b]
        if text.strip():
            found.append(Span(text.strip(), span.start + a + len(text) - len(text.lstrip())))
    return found
