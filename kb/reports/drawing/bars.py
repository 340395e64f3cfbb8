"""Counts by year: columns from left to right on a desk, bars from above to below on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from kb.reports.drawing.svg import NARROW, NOTHING, WIDE, Picture, box, hint, joined, line, linked, text

BAR_AREA = 170
FOOT, HEAD = 34, 18  # below the columns: years; above: numbers
ROW = 26  # a bar on a phone, large enough for a finger
YEAR, NUMBERS = 44, 34  # room beside it


@dataclass(frozen=True)
class Bar:
    """`value` in full, `part` of it filled darker, `mark` a line across at another figure; None = not known."""

    label: str
    value: int
    part: int = 0
    mark: int | None = None
    url: str | None = None
    break_before: bool = False

    @property
    def said(self) -> str:
        """The bar in words, for who does not see it."""
        return f"{self.label}: {self.value}" + (f"(うち{self.part})" if self.part else "") + (f"、公式 {self.mark}" if self.mark is not None else "")


def bars(given: Sequence[Bar], title: str, *, wide: bool = True) -> Picture:
    """A dashed line stands before a bar with `break_before`. The links are for a phone, whose bars are as high as a finger."""
    return columns(given, title) if wide else _rows(given, title, _most(given))


def columns(given: Sequence[Bar], title: str, *, wide: bool = True) -> Picture:
    """Columns on a phone too, for a short look at few figures."""
    width, size = (WIDE, 11) if wide else (NARROW, 8.5)
    area = BAR_AREA if wide else BAR_AREA / 2
    step, unit, bottom = width / max(len(given), 1), area / _most(given), HEAD + area
    parts = []
    for place, bar in enumerate(given):
        left, middle, across = place * step, (place + 0.5) * step, step * 0.7
        one = [
            hint(bar.said), box(middle - across / 2, bottom - bar.value * unit, across, bar.value * unit, 0.3),
            box(middle - across / 2, bottom - bar.part * unit, across, bar.part * unit, 0.9),
            text(middle, bottom - bar.value * unit - 4, str(bar.value or ""), anchor="middle", size=size), text(middle, bottom + 15, bar.label[-2:], anchor="middle", size=size),
        ]  # fmt: skip
        if bar.mark is not None:
            one.append(line(left + 1, bottom - bar.mark * unit, left + step - 1, bottom - bar.mark * unit, thick=2.5))
        parts.append(Markup("<g>{}</g>").format(joined(one)))
        if bar.break_before:
            parts.append(line(left, 0, left, bottom + FOOT - 8, dashed=True))
    parts.append(line(0, bottom, width, bottom))
    return Picture(width, bottom + FOOT, title, joined(parts))


def _most(given: Sequence[Bar]) -> int:
    return max((max(bar.value, bar.mark or 0) for bar in given), default=0) or 1


def _rows(given: Sequence[Bar], title: str, most: int) -> Picture:
    unit = (NARROW - YEAR - NUMBERS) / most
    parts = []
    for place, bar in enumerate(given):
        top = place * ROW
        one = [
            hint(bar.said), box(0, top, NARROW, ROW, 0), text(0, top + 17, bar.label), box(YEAR, top + 5, bar.value * unit, ROW - 10, 0.3),
            box(YEAR, top + 5, bar.part * unit, ROW - 10, 0.9), text(YEAR + max(bar.value, bar.mark or 0) * unit + 5, top + 17, str(bar.value or "")),
        ]  # fmt: skip
        if bar.mark is not None:
            one.append(line(YEAR + bar.mark * unit, top + 1, YEAR + bar.mark * unit, top + ROW - 1, thick=2.5))
        parts.append(linked(joined(one), bar.url))
        if bar.break_before:
            parts.append(line(0, top, NARROW, top, dashed=True))
    parts.append(line(YEAR, 0, YEAR, len(given) * ROW))
    return Picture(NARROW, len(given) * ROW + 2, title, joined(parts))


def rule(value: int, most: int, label: str = "") -> Markup:
    """A small horizontal bar for a table's row."""
    length = 100 * value / most if most else 0
    shape = '<svg viewBox="0 0 100 8" width="100" height="8" aria-hidden="true"><rect width="{:.1f}" height="8" fill="currentColor" fill-opacity="0.5"/></svg>'
    return Markup(shape).format(length) + (escape(label) if label else NOTHING)
