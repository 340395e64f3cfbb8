"""The course of an accident as a time line: one row an event, bars for what lasted, bands for what is known to a day or a month only."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from kb.reports.course import KINDS, KINDS_EN, Course, Event
from kb.reports.drawing.svg import FONT, NARROW, WIDE, Picture, box, dot, extent, hint, joined, line, shape, text, wrapped
from kb.reports.papers.wording import Wording

MOST = 18  # rows drawn; the table beside the picture has them all
LABEL = 300  # width of the labels beside the bars, on a desk
ROW, SMALL = 16, 11
STEPS = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 43200, 129600, 262800, 525600)  # minutes between two ticks
Zone = datetime.timezone(datetime.timedelta(hours=9))


def timeline(course: Course, title: str, *, wide: bool = True, lang: str = "ja") -> Picture:
    """`title` names the accident. Wide: labels to the left of the bars; narrow: above them."""
    width = WIDE if wide else NARROW
    left = LABEL if wide else 0
    say = Wording(lang)
    rows = [*_chosen(course.events)]
    parts: list[Markup] = []
    top = 0.0
    if rows:
        scale = Scale(rows, left + 8, width - 14, say)
        top = _rows(parts, rows, scale, left, width, top, say)
    later = course.later[:MOST]
    if later:
        parts.append(text(0, top + FONT + 6, _say(lang, "その後の対策(月・日まで)", "Measures since (to the month or day)"), bold=True))
        scale = Scale(later, left + 8, width - 14, say)
        top = _rows(parts, later, scale, left, width, top + FONT + 10, say)
    left_out = len(course.events) - len(rows) + len(course.later) - len(later)
    if left_out:
        parts.append(text(0, top + FONT + 2, _say(lang, f"ほか {left_out} 件は表にあります。", f"{left_out} more in the table."), size=SMALL))
        top += FONT + 6
    named = _say(lang, f"「{title}」の経過の図。数値と文は下の表にある。", f"Course of “{title}”. The table below has the same in words.")
    return Picture(width, top + 4, named, joined(parts))


class Scale:
    """Moments to units across; ticks at whole hours, days or months."""

    def __init__(self, events: Sequence[Event], left: float, right: float, say: Wording) -> None:
        self.first = min(event.first for event in events)
        self.last = max(max(event.last for event in events), self.first + datetime.timedelta(minutes=10))
        self.left, self.right, self._say = left, right, say

    def x(self, at: datetime.datetime) -> float:
        """Where a moment lies across."""
        return self.left + (self.right - self.left) * ((at - self.first) / (self.last - self.first))

    def ticks(self) -> Iterator[tuple[float, str]]:
        """(place, label), as many as have room."""
        minutes = (self.last - self.first).total_seconds() / 60
        room = max((self.right - self.left) / 62, 2)
        step = next((one for one in STEPS if minutes / one <= room), STEPS[-1])
        start = self.first.astimezone(Zone).replace(hour=0, minute=0)
        at, day = start, None
        if step >= STEPS[-4]:
            yield from self._months(max(round(step / 43200), 1))
            return
        while at <= self.last:
            if at >= self.first:
                date = f"{at.month}/{at.day}"
                clock = f"{at.hour}:{at.minute:02}"
                yield self.x(at), date if step >= 1440 else clock if day == at.date() else f"{date} {clock}"
                day = at.date()
            at += datetime.timedelta(minutes=step)

    def _months(self, step: int) -> Iterator[tuple[float, str]]:
        year, month = self.first.year, self.first.month
        while (at := datetime.datetime(year, month, 1, tzinfo=Zone)) <= self.last:
            if at >= self.first - datetime.timedelta(days=1):
                yield max(self.x(at), self.left), f"{year}/{month}"
            year, month = year + (month + step - 1) // 12, (month + step - 1) % 12 + 1


def _chosen(events: Sequence[Event]) -> Iterator[Event]:
    """At most MOST, in order: what is stated before what is read from sentences, large impacts before small ones."""
    def weight(event: Event) -> tuple[int, int]:
        users = (event.impact or {}).get("users") or 0
        return (0 if event.kind in ("start", "restored") and event.basis == "stated" else 1 if event.kind == "impact" else 2), -users

    kept = {id(event) for event in sorted(events, key=weight)[:MOST]}
    yield from (event for event in events if id(event) in kept)


def _rows(parts: list[Markup], rows: Sequence[Event], scale: Scale, left: float, width: float, top: float, say: Wording) -> float:
    """Draws the axis and one row an event below `top`; where the last one ends."""
    axis = top + FONT + 4
    room = left - 8 if left else width
    placed = []
    y = axis + 6
    for event in rows:
        label = wrapped(described(event, say), room, 2 if left else 3, FONT)
        tall = max(len(label) * ROW + (0 if left else 16), 20 if left else 32)
        placed.append((event, label, y, tall))
        y += tall + 6
    end = -1.0
    for x, words in scale.ticks():
        parts.append(line(x, axis, x, y, strength=0.18))
        reach = extent(words, SMALL)
        begin = min(max(x - reach / 2, scale.left - 8), width - reach)
        if begin > end + 5:
            parts.append(text(begin, axis - 4, words, size=SMALL, strength=0.8))
            end = begin + reach
    for event, label, at, tall in placed:
        drawn = [hint(f"{when(event, say)} {described(event, say)}")]
        drawn += [text(0, at + FONT + place * ROW, words) for place, words in enumerate(label)]
        drawn.append(_mark(event, scale, at + (tall / 2 - 6 if left else tall - 14)))
        parts.append(Markup("<g>{}</g>").format(joined(drawn)))
        parts.append(line(0, at + tall + 3, width, at + tall + 3, strength=0.12))
    return y


def _mark(event: Event, scale: Scale, y: float) -> Markup:
    """A bar of 12 units' height for what lasted, a pale one with a broken line for a span in which it lies, or a sign for a moment."""
    start, end = scale.x(event.first), scale.x(event.last)
    if not event.precise:
        return box(start, y, max(end - start, 4), 12, 0.15, outline=True, dashed=True)
    if event.kind == "impact":
        if event.minutes is None:
            return box(start, y, 4, 12, 0.7) + shape(f"M{start + 6:.1f} {y:.1f}l8 6l-8 6z", 0.35)
        return box(start, y, max(end - start, 2), 12, 0.35 if event.basis == "assumed" else 0.7, outline=event.basis == "assumed", dashed=event.basis == "assumed")
    return SIGNS[event.kind](start, y + 6)


def _diamond(x: float, y: float) -> Markup:
    return shape(f"M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z")


def _triangle(x: float, y: float) -> Markup:
    return shape(f"M{x:.1f} {y - 7:.1f}l7 13h-14z")


def _ring(x: float, y: float) -> Markup:
    return dot(x, y, 5, 0, outline=True) + dot(x, y, 2)


def _square(x: float, y: float) -> Markup:
    return box(x - 5, y - 5, 10, 10)


def _point(x: float, y: float) -> Markup:
    return dot(x, y, 5)


SIGNS: dict[str, Callable[[float, float], Markup]] = {
    "start": _diamond, "restored": _ring, "work": _square, "notice": _triangle, "report": _triangle, "sign": _point, "stage": _point, "measure": _square,
}  # fmt: skip


def described(event: Event, say: Wording) -> str:
    """What a row says: the kind of thing, what, how many, how long."""
    kind = (KINDS if say.lang == "ja" else KINDS_EN)[event.kind]
    label = "" if event.label == kind else event.label
    if event.impact is None:
        kind += _say(say.lang, "(予定)", " (planned)") if event.basis == "planned" else ""
        return f"{kind}: {label}" if label else f"{kind} {when(event, say)}"
    more = [say.users(event.impact)] if event.impact.get("users") is not None else []
    more.append(say.duration(event.minutes) if event.minutes is not None else _say(say.lang, "継続時間は記載なし", "duration not stated"))
    return f"{label} {say.joined(more)}"


def when(event: Event, say: Wording) -> str:
    """6月20日 20:23; for a span its first and last day or month."""
    first, last = (at.astimezone(Zone) for at in (event.first, event.last))
    if event.precise:
        return f"{first.month}/{first.day} {first.hour}:{first.minute:02}" + (f"–{last.month}/{last.day} {last.hour}:{last.minute:02}" if last > first else "")
    if first.date() == last.date():
        return say.day(first.date().isoformat())
    return say.day(first.strftime("%Y-%m"))


def _say(lang: str, japanese: str, english: str) -> str:
    return japanese if lang == "ja" else english
