"""What a paper is made of, whatever the format: a summary, sections of paragraphs, lists and tables, and numbered sources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A run of text with the numbers of its sources; a `note` is set small, a `label` stands before the text in bold."""

    text: str
    refs: tuple[int, ...] = ()
    note: bool = False
    label: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text."""

    line: Line


@dataclass(frozen=True)
class Items:
    """A list; every item is a line and what belongs to it. `start` is the first number, None for bullets."""

    items: tuple[tuple[Line, ...], ...]
    start: int | None = None


@dataclass(frozen=True)
class Table:
    """`head` is empty for a table of facts, whose first column is the head of each row; `widths` are shares of the line (sum 1)."""

    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    widths: tuple[float, ...]
    name: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section (level 3)."""

    text: str


Block = Paragraph | Items | Table | Heading


@dataclass(frozen=True)
class Section:
    """`number` is None for the summary."""

    title: str
    blocks: tuple[Block, ...]
    number: int | None = None


@dataclass(frozen=True)
class Source:
    """What a number stands for: `text` in words, and the documents that bear it out with their addresses."""

    number: int
    text: str
    documents: tuple[tuple[str, str | None], ...] = ()  # (name, address)


@dataclass(frozen=True)
class Sheet:
    """A paper ready to be set. `notices` (what has changed since, what was left out) stand under the title."""

    title: str
    subtitle: str
    notices: tuple[str, ...]
    summary: Section
    sections: tuple[Section, ...]
    sources_title: str
    sources: tuple[Source, ...]
    made: str
    lang: str = "ja"
