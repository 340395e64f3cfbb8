"""A picture and its parts: text measured in widths of a full-width character, boxes, lines, and the file to download."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

WIDE, NARROW = 760, 340  # units across, one a pixel: for a desk and for a phone
HALF = 0.56  # width of a Latin letter or digit, in widths of a Japanese one
FONT = 12
CLOSING = "、。)」』・"  # begin no line; they may hang over the end by their empty half
NOTHING = Markup("")

# Colours of a picture alone in a file; on a page it takes those of the page.
_FILE = (
    '<style>svg{{color:#1b1f24;background:#fff;font-family:"Noto Sans JP","Hiragino Sans",Meiryo,sans-serif}}a{{color:#0b57b0}}'
    "@media(prefers-color-scheme:dark){{svg{{color:#e6e9ed;background:#14181c}}a{{color:#8ab8f5}}}}</style>"
)


@dataclass(frozen=True)
class Picture:
    """`body` drawn on `width` × `height` units; `title` says in one sentence what a reader who does not see it misses."""

    width: float
    height: float
    title: str
    body: Markup

    def __html__(self) -> str:
        return str(self.inline())

    def inline(self, kind: str = "picture") -> Markup:
        """An element for a page; `kind` is its class. Links inside stay links, so that it is a group and not an image."""
        return Markup('<svg class="{}" viewBox="0 0 {} {}" role="group" aria-label="{}" font-size="{}" fill="currentColor">{}</svg>').format(
            kind, _n(self.width), _n(self.height), self.title, FONT, self.body
        )

    def file(self) -> bytes:
        """A document of its own, which knows dark mode."""
        head = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" font-size="{2}" fill="currentColor"><title>{3}</title>')
        return str(head.format(_n(self.width), _n(self.height), FONT, self.title) + Markup(_FILE.format()) + self.body + Markup("</svg>\n")).encode()


def both(wide: Picture, narrow: Picture) -> Markup:
    """The same picture for a desk and for a phone; the style sheet shows one of the two."""
    return wide.inline("picture wide") + narrow.inline("picture narrow")


def joined(parts: Iterable[Markup]) -> Markup:
    """Several pieces as one."""
    return NOTHING.join(parts)


def extent(text: str, size: float = FONT) -> float:
    """Units that a line of text takes."""
    return sum(size if unicodedata.east_asian_width(letter) in "WFA" else size * HALF for letter in text)


def wrapped(text: str, width: float, lines: int, size: float = FONT) -> list[str]:
    """At most `lines` lines no wider than `width`; the last ends with … where text is left out."""
    found: list[str] = []
    line, rest = "", " ".join(text.split())
    while rest:
        letter, rest = rest[0], rest[1:]
        if extent(line + letter, size) <= width or not line or (letter in CLOSING and line[-1] not in CLOSING):
            line += letter
            continue
        if len(found) == lines - 1:
            while line and extent(line + "…", size) > width:
                line = line[:-1]
            return [*found, line + "…"]
        found.append(line)
        line = letter
    return [*found, line] if line else found


def text(x: float, y: float, words: str, *, size: float = FONT, anchor: str = "start", strength: float = 1, bold: bool = False) -> Markup:
    """One line; `y` is its base line, `strength` its opacity."""
    more = NOTHING if size == FONT else Markup(' font-size="{}"').format(_n(size))
    more += NOTHING if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    more += NOTHING if strength == 1 else Markup(' fill-opacity="{}"').format(strength)
    more += Markup(' font-weight="600"') if bold else NOTHING
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(_n(x), _n(y), more, words)


def box(x: float, y: float, width: float, height: float, strength: float = 1, *, outline: bool = False, dashed: bool = False, round_: float = 0) -> Markup:
    """A rectangle: filled, and drawn round with `outline`, whose line is `dashed` for what is not certain."""
    more = Markup(' rx="{}"').format(_n(round_)) if round_ else NOTHING
    more += Markup(' stroke="currentColor"') if outline else NOTHING
    more += Markup(' stroke-dasharray="4 3"') if dashed else NOTHING
    shape = '<rect x="{}" y="{}" width="{}" height="{}" fill-opacity="{}"{}/>'
    return Markup(shape).format(_n(x), _n(y), _n(max(width, 0)), _n(max(height, 0)), strength, more)


def line(x1: float, y1: float, x2: float, y2: float, *, strength: float = 1, dashed: bool = False, thick: float = 1) -> Markup:
    """A straight line, in the colour of the text."""
    more = NOTHING if strength == 1 else Markup(' stroke-opacity="{}"').format(strength)
    more += Markup(' stroke-dasharray="4 3"') if dashed else NOTHING
    more += NOTHING if thick == 1 else Markup(' stroke-width="{}"').format(_n(thick))
    return Markup('<path d="M{} {}L{} {}" stroke="currentColor"{}/>').format(_n(x1), _n(y1), _n(x2), _n(y2), more)


def shape(path: str, strength: float = 1) -> Markup:
    """A filled path."""
    return Markup('<path d="{}" fill-opacity="{}"/>').format(path, strength)


def dot(x: float, y: float, radius: float, strength: float = 1, *, outline: bool = False) -> Markup:
    """A filled circle, in the colour of the text."""
    more = Markup(' stroke="currentColor"') if outline else NOTHING
    return Markup('<circle cx="{}" cy="{}" r="{}" fill-opacity="{}"{}/>').format(_n(x), _n(y), _n(radius), strength, more)


def hint(words: str) -> Markup:
    """What a pointer held still shows."""
    return Markup("<title>{}</title>").format(words)


def linked(inside: Markup, url: str | None) -> Markup:
    """The piece as a link; a group where there is no address."""
    return Markup('<a href="{}">{}</a>').format(url, inside) if url else Markup("<g>{}</g>").format(inside)


def _n(number: float) -> str:
    """As short as it can be: 12.0 → 12, 3.14159 → 3.1."""
    return f"{number:.1f}".rstrip("0").rstrip(".")
