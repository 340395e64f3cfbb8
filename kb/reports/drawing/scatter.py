"""Duration × users with logarithmic axes: a point an accident, stairs for the reporting thresholds, and the accident at hand marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from kb.reports.drawing.svg import FONT, NARROW, WIDE, Picture, dot, extent, hint, joined, line, shape, text

TIMES = ((1, "1分"), (10, "10分"), (60, "1時間"), (360, "6時間"), (1440, "1日"), (10080, "7日"), (43200, "30日"), (525600, "1年"))
NUMBERS = ((1, "1"), (100, "100"), (10_000, "1万"), (1_000_000, "100万"), (100_000_000, "1億"))
DASHES = {None: "", 1: "", 2: "8 3", 3: "2 3", 4: "8 3 2 3"}


def scatter(rows: Sequence[Mapping[str, Any]], clauses: Sequence[Mapping[str, Any]], title: str, *, wide: bool = True, marked: str | None = None) -> Picture:
    """`rows` hold id, title, duration_minutes and users (both above 0); `clauses` service_class, minutes and users."""
    width = WIDE if wide else NARROW
    height = 470 if wide else 360
    frame = _Frame(44, 14, width - 10, height - 26)
    parts = [part for minutes, words in TIMES for part in frame.upright(minutes, words, wide)] + [part for users, words in NUMBERS for part in frame.level(users, words)]
    for number, (service, of_class) in enumerate(groupby(sorted(clauses, key=lambda c: (c["service_class"] or 0, c["minutes"])), lambda c: c["service_class"])):
        parts.append(frame.stairs(service, list(of_class), number))
    for row in rows:
        if row["id"] != marked:
            x, y = frame.at(row["duration_minutes"], row["users"])
            parts.append(Markup("<g>{}{}</g>").format(hint(row["title"]), dot(x, y, 4 if wide else 3, 0.4)))
    for row in rows:
        if row["id"] == marked:
            parts.append(frame.mark(row))
    return Picture(width, height, title, joined(parts))


class _Frame:
    """The field between the axes, in units of the picture."""

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self.left, self.top, self.right, self.bottom = left, top, right, bottom

    def at(self, minutes: float, users: float) -> tuple[float, float]:
        """Values beyond an axis stand at its end."""
        across = min(max(math.log(minutes) / math.log(TIMES[-1][0]), 0), 1)
        up = min(max(math.log(users) / math.log(NUMBERS[-1][0]), 0), 1)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def upright(self, minutes: int, words: str, wide: bool) -> list[Markup]:
        x, _ = self.at(minutes, 1)
        drawn = [line(x, self.top, x, self.bottom, strength=0.15)]
        if wide or minutes not in (360, 10080, 1):
            reach = extent(words, 11) / 2
            drawn.append(text(min(max(x, reach), self.right + 10 - reach), self.bottom + 16, words, anchor="middle", size=11))
        return drawn

    def level(self, users: int, words: str) -> list[Markup]:
        _, y = self.at(1, users)
        return [line(self.left, y, self.right, y, strength=0.15), text(self.left - 6, y + 4, words, anchor="end", size=11)]

    def stairs(self, service: int | None, clauses: Sequence[Mapping[str, Any]], number: int) -> Markup:
        """The border of what is serious: from the top down and to the right along the clauses of a class of service."""
        x, _ = self.at(clauses[0]["minutes"], 1)
        path, least = f"M{x:.1f} {self.top:.1f}", math.inf
        for clause in clauses:
            if clause["users"] < least:
                x, y = self.at(clause["minutes"], clause["users"])
                path += f"H{x:.1f}V{y:.1f}"
                least = clause["users"]
        path += f"H{self.right:.1f}"
        name = f"{service}号" if service else "基準"
        start, _ = self.at(clauses[0]["minutes"], 1)
        dash = Markup(' stroke-dasharray="{}"').format(DASHES[service]) if DASHES.get(service) else Markup("")
        drawn = Markup('<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5"{}/>').format(path, dash)
        label = text(min(start + 4, self.right - 28), self.top + 12 + 14 * number, name, size=11, bold=True)
        return Markup("<g>{}{}{}</g>").format(hint(f"重大な事故の基準 {name}"), drawn, label)

    def mark(self, row: Mapping[str, Any]) -> Markup:
        x, y = self.at(row["duration_minutes"], row["users"])
        words = "この事故"
        side = -1 if x + 14 + extent(words) > self.right else 1
        label = text(x + 12 * side, y + FONT / 3, words, anchor="start" if side > 0 else "end", bold=True)
        return Markup("<g>{}{}{}</g>").format(hint(row["title"]), shape(f"M{x:.1f} {y - 9:.1f}l9 9l-9 9l-9 -9z"), label)
