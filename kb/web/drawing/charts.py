"""Bar charts as inline SVG: no script, no style attribute, numbers readable by a screen reader in the table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 720
BAR_AREA = 160
FOOT = 34  # below the bars: years
HEAD = 16  # above: numbers


@dataclass(frozen=True)
class Bar:
    """One column: `value` in full, `part` of it filled darker, `mark` a line across at another figure; None = not known."""

    label: str
    value: int
    part: int = 0
    mark: int | None = None
    url: str | None = None
    break_before: bool = False


def columns(bars: Sequence[Bar], title: str) -> Markup:
    """An SVG of columns from left to right; a dashed line stands before a bar with `break_before`."""
    if not bars:
        return Markup("")
    tallest = max(max(bar.value, bar.mark or 0) for bar in bars) or 1
    step = WIDTH / len(bars)
    height = HEAD + BAR_AREA + FOOT
    pieces = [Markup('<svg viewBox="0 0 {} {}" width="100%" role="img" aria-label="{}" font-size="11" fill="currentColor">').format(WIDTH, height, title)]
    for place, bar in enumerate(bars):
        pieces.append(_column(bar, place * step, step, BAR_AREA / tallest))
    pieces.append(Markup('<line x1="0" y1="{0}" x2="{1}" y2="{0}" stroke="currentColor"/></svg>').format(HEAD + BAR_AREA, WIDTH))
    return Markup("").join(pieces)


def _column(bar: Bar, left: float, step: float, unit: float) -> Markup:
    bottom = HEAD + BAR_AREA
    wide, middle = step * 0.7, left + step / 2
    full, part = bar.value * unit, bar.part * unit
    said = f"{bar.label}: {bar.value}" + (f"(うち{bar.part})" if bar.part else "") + (f"、公式 {bar.mark}" if bar.mark is not None else "")
    pieces = [
        Markup("<title>{}</title>").format(said),
        _box(middle - wide / 2, bottom - full, wide, full, 0.3),
        _box(middle - wide / 2, bottom - part, wide, part, 0.9),
        Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(middle, bottom - full - 3, bar.value or ""),
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(middle, bottom + 14, bar.label),
    ]
    if bar.mark is not None:
        line = '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="currentColor" stroke-width="2.5"/>'
        pieces.append(Markup(line).format(left + 1, bottom - bar.mark * unit, left + step - 1, bottom - bar.mark * unit))
    inside = Markup("").join(pieces)
    column = Markup('<a href="{}">{}</a>').format(bar.url, inside) if bar.url else Markup("<g>{}</g>").format(inside)
    if bar.break_before:
        dash = '<line x1="{0:.1f}" y1="0" x2="{0:.1f}" y2="{1}" stroke="currentColor" stroke-dasharray="4 3"/>'
        column = Markup(dash).format(left, bottom + FOOT - 6) + column
    return column


def _box(left: float, top: float, width: float, height: float, opacity: float) -> Markup:
    shape = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="currentColor" fill-opacity="{}"/>'
    return Markup(shape).format(left, top, width, max(height, 0), opacity)


def rule(value: int, most: int, label: str = "") -> Markup:
    """A small horizontal bar for a table's row."""
    length = 100 * value / most if most else 0
    shape = '<svg viewBox="0 0 100 8" width="100" height="8" aria-hidden="true"><rect width="{:.1f}" height="8" fill="currentColor" fill-opacity="0.5"/></svg>'
    return Markup(shape).format(length) + escape(label)
