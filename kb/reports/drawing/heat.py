"""Counts by year and something else: a row of cells for each, the darker the more; broken lines where the reporting rule changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kb.reports.drawing.svg import FONT, NARROW, WIDE, Picture, box, hint, joined, line, linked, text, wrapped

LABEL = 210  # to the left of the cells, on a desk
ROW = 26
DARKEST = 0.5  # so dark that the number on it can still be read


def heat(rows: Sequence[Mapping[str, Any]], years: Sequence[int], breaks: Collection[int], title: str, *, wide: bool = True, address: str | None = None) -> Picture:
    """`rows` hold key, label, total and counts (one a year). On a phone the labels stand above their cells; `address` ("/tags/{}") links them."""
    width = WIDE if wide else NARROW
    left = LABEL if wide else 0
    tall = ROW if wide else ROW + 18
    cell = (width - left - 28 * wide) / max(len(years), 1)
    most = max((count for row in rows for count in row["counts"]), default=0) or 1
    head = FONT + 6
    size = 11 if wide else 8.5
    parts = [text(left + (place + 0.5) * cell, FONT, f"{year % 100:02}", anchor="middle", size=size) for place, year in enumerate(years)]
    for number, row in enumerate(rows):
        top = head + number * tall
        label = wrapped(f"{row['label']}" + ("" if wide else f" {row['total']}件"), (left or width) - 6, 1)[0]
        # On a phone a label is made as high as a finger by an invisible box.
        name = joined([box(0, top, left or width, 26 if wide else 24, 0), text(0, top + (17 if wide else 15), label)])
        parts.append(linked(name, address.format(row["key"]) if address else None))
        y = top if wide else top + 22
        cells = []
        for place, count in enumerate(row["counts"]):
            if count:
                x = left + place * cell
                cells += [box(x + 0.5, y + 2, cell - 1, 20, round(0.08 + (DARKEST - 0.08) * count / most, 3)), text(x + cell / 2, y + 16, str(count), anchor="middle", size=size)]
        parts.append(Markup("<g>{}{}</g>").format(hint(f"{row['label']}: {row['total']}件"), joined(cells)))
        parts.append(line(0 if wide else left, top + tall - 1, width, top + tall - 1, strength=0.15))
        if wide:
            parts.append(text(width, top + 17, str(row["total"]), anchor="end", size=11))
    bottom = head + len(rows) * tall
    parts += [line(left + place * cell, 0, left + place * cell, bottom, dashed=True) for place, year in enumerate(years) if year in breaks]
    return Picture(width, bottom + 2, title, joined(parts))
