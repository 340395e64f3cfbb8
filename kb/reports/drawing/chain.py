"""The causal chain as a drawing: a box a link from above to below by stages, and beside each the measures against it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from kb.reports.causal_chain import STAGES, STAGES_EN, Link
from kb.reports.drawing.svg import FONT, NARROW, NOTHING, WIDE, Picture, box, hint, joined, line, linked, shape, text, wrapped

PAD, ROW = 8, 16
HEAD = 20  # a stage's name
ARROW = 20  # between two stages
LINES = 3  # of evidence or of a measure
INDENT = 22  # of measures below their link, on a phone
MEASURES_AT = 430  # of measures beside it, on a desk
DONE = {"ja": {"done": "済", "planned": "予定", "ongoing": "継続中"}, "en": {"done": "done", "planned": "planned", "ongoing": "ongoing"}}


def chain(links: Sequence[Link], title: str, *, wide: bool = True, lang: str = "ja", address: str | None = None) -> Picture:
    """`title` names the accident; with `address` ("/tags/{}") a link's box leads to its tag's page."""
    width = WIDE if wide else NARROW
    parts: list[Markup] = []
    y = 0.0
    for number, (stage, of_stage) in enumerate(groupby(links, lambda one: one.stage)):
        if number:
            middle = (MEASURES_AT - 30) / 2 if wide else width / 2
            parts.append(line(middle, y, middle, y + ARROW - 6, thick=2) + shape(f"M{middle - 6:.1f} {y + ARROW - 8:.1f}h12l-6 8z"))
            y += ARROW
        parts.append(text(0, y + FONT + 1, (STAGES if lang == "ja" else STAGES_EN)[stage], bold=True))
        y += HEAD
        for link in of_stage:
            y = (_beside if wide else _below)(parts, link, y, width, lang, address) + 6
    named = f"「{title}」の因果の図: " if lang == "ja" else f"Causal chain of “{title}”: "
    return Picture(width, y + 2, named + " → ".join("・".join(link.labels) for link in links), joined(parts))


def _beside(parts: list[Markup], link: Link, y: float, width: float, lang: str, address: str | None) -> float:
    """Measures to the right of their link."""
    drawn, tall = _node(link, 0, y, MEASURES_AT - 30, address)
    below = y
    for words, status in link.measures:
        measure, high = _measure(words, status, MEASURES_AT, below, width - MEASURES_AT - 1, lang)
        parts += [_against(MEASURES_AT - 30, y + tall / 2, MEASURES_AT, below + high / 2), measure]
        below += high + 5
    parts.append(drawn)
    return max(y + tall, below - 5)


def _below(parts: list[Markup], link: Link, y: float, width: float, lang: str, address: str | None) -> float:
    """Measures under their link."""
    drawn, tall = _node(link, 0.5, y, width - 1, address)
    parts.append(drawn)
    y += tall
    begin = y
    for words, status in link.measures:
        measure, high = _measure(words, status, INDENT, y + 5, width - INDENT - 1, lang)
        parts += [line(8, begin, 8, y + 5 + high / 2, dashed=True), line(8, y + 5 + high / 2, INDENT, y + 5 + high / 2, dashed=True), measure]
        y += high + 5
    return y


def _node(link: Link, x: float, y: float, width: float, address: str | None) -> tuple[Markup, float]:
    told = wrapped(link.evidence, width - 2 * PAD, LINES, FONT)
    labels = list(zip(link.labels, link.tags or (None,) * len(link.labels), strict=True))
    tall = PAD + ROW * (len(labels) + len(told)) + PAD - 4
    heads = [
        linked(text(x + PAD, y + PAD - 2 + FONT + ROW * number, wrapped(label, width - 2 * PAD, 1)[0], bold=True), address.format(tag) if address and tag else None)
        for number, (label, tag) in enumerate(labels)
    ]
    rows = [text(x + PAD, y + PAD + FONT + ROW * number, words) for number, words in enumerate(told, start=len(labels))]
    return Markup("<g>{}</g>").format(joined([_whole(link.evidence, told), box(x, y, width, tall, 0.08, outline=True, round_=5), *heads, *rows])), tall


def _measure(words: str, status: str | None, x: float, y: float, width: float, lang: str) -> tuple[Markup, float]:
    said = DONE[lang].get(status or "")
    told = wrapped(("対策" if lang == "ja" else "Measure") + (f"({said}): " if said else ": ") + words, width - 2 * PAD, LINES, FONT)
    tall = PAD + ROW * len(told) + PAD - 4
    rows = [text(x + PAD, y + PAD - 2 + FONT + ROW * number, part) for number, part in enumerate(told)]
    return Markup("<g>{}</g>").format(joined([_whole(words, told), box(x, y, width, tall, 0, outline=True, round_=5), *rows])), tall


def _against(x1: float, y1: float, x2: float, y2: float) -> Markup:
    """From a measure to the link that it is against."""
    middle = (x1 + x2) / 2
    shown = f"M{x2:.1f} {y2:.1f}H{middle:.1f}V{y1:.1f}H{x1 + 6:.1f}"
    return Markup('<path d="{}" fill="none" stroke="currentColor" stroke-dasharray="4 3"/>').format(shown) + shape(f"M{x1:.1f} {y1:.1f}l7 -4v8z")


def _whole(words: str, told: Sequence[str]) -> Markup:
    """The whole sentence, for a pointer held still, where the picture cuts it."""
    return hint(words) if told and told[-1].endswith("…") else NOTHING
