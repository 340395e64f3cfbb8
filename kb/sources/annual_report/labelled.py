"""Values with phase and carrier marks: "①② 18:26 ③ 18:58", "[1] ①2h32m ②19d17h21m [2] ①…" → which value is whose."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.japanese.widths import narrow
from kb.sources.spans import Span

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
UNMARKED = 100
_GROUP = r"\[\s*(?P<group>\d{1,2})\s*\]"
_MARKS = rf"(?P<marks>[{_CIRCLED}](?:\s*(?:[、・,/~]|及び|と|から)?\s*[{_CIRCLED}])*)"
_BRACKETED = r"(?P<number>(?:(?<=\s)|^)\((?:\d)\)(?:\s*[、・,]?\s*\(\d\))*)"
_MARK = re.compile(rf"{_GROUP}|{_MARKS}|{_BRACKETED}")
_FOOTNOTE = re.compile(r"\^\{[^{}]*\}|※\d{1,2}")


@dataclass(frozen=True)
class Labelled:
    """A value with its carrier number (None: all) and phase numbers (empty: all); `mark` as printed."""

    group: int | None
    phases: tuple[int, ...]
    value: Span
    mark: Span | None = None


def split_labelled(span: Span) -> list[Labelled]:
    """Cut a field's text at its marks. Text before the first mark belongs to no phase (phases empty, mark None)."""
    plain = narrow(span.text)
    found: list[Labelled] = []
    group: int | None = None
    phases: tuple[int, ...] = ()
    mark: Span | None = None
    begin = 0
    for match in _MARK.finditer(plain):
        _keep(found, group, phases, mark, _cut(span, begin, match.start()))
        if match.group("group"):
            group, phases = int(match.group("group")), ()
        else:
            phases = _numbers(match.group("marks") or match.group("number"))
        mark = Span(span.text[match.start() : match.end()], span.start + match.start())
        begin = match.end()
    _keep(found, group, phases, mark, _cut(span, begin, len(plain)))
    return found


def marks(span: Span) -> list[Span]:
    """Every phase, carrier and footnote mark of a field."""
    plain = narrow(span.text)
    found = [*_MARK.finditer(plain), *_FOOTNOTE.finditer(plain)]
    return [Span(span.text[m.start() : m.end()], span.start + m.start()) for m in found]


def unmarked_phase(row: int) -> int:
    """The phase number of an accident's row that carries no mark: beyond every printed one."""
    return UNMARKED + row


def circled(number: int) -> str:
    """1 → ①; a phase without a printed mark has none."""
    if number > UNMARKED:
        return ""
    return _CIRCLED[number - 1] if 1 <= number <= len(_CIRCLED) else f"({number})"


def _keep(
    found: list[Labelled], group: int | None, phases: tuple[int, ...], mark: Span | None, value: Span | None
) -> None:
    if value is not None:
        found.append(Labelled(group, phases, value, mark))


def _numbers(marks: str) -> tuple[int, ...]:
    if "(" in marks:
        return tuple(int(d) for d in re.findall(r"\d", marks))
    numbers = [_CIRCLED.index(c) + 1 for c in marks if c in _CIRCLED]
    if re.search("[~]|から", marks) and len(numbers) == 2 and numbers[0] < numbers[1]:
        return tuple(range(numbers[0], numbers[1] + 1))
    return tuple(numbers)


def _cut(span: Span, start: int, end: int) -> Span | None:
    text = span.text[start:end]
    bare = text.strip()
    if not bare.strip("、,／/:： \n\t"):
        return None
    return Span(bare, span.start + start + len(text) - len(text.lstrip()))
