"""The marks of Word's numbered lists ("第1章", "(2)", "①"), which stand in no paragraph's text, counted as Word counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_KANJI = "〇一二三四五六七八九"
_SERIES = {
    "aiueo": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "iroha": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}  # fmt: skip
_LEVELS = 9


@dataclass
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None  # the level after which it begins anew; 0 = never


@dataclass
class _List:
    levels: dict[int, _Level]
    abstract: str  # lists of one kind go on counting together


class Numbering:
    """Gives each paragraph in turn the mark that Word prints before it; "" where there is none."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        """`numbering` and `styles` are the root elements of those parts, None where the file has none."""
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles = _style_numbers(styles)
        abstracts = {}
        for element in _children(numbering, "w:abstractNum"):
            abstracts[element.get(qn("w:abstractNumId"), "")] = dict(_levels(element))
        for element in _children(numbering, "w:num"):
            abstract = _value(element, "w:abstractNumId")
            levels = dict(abstracts.get(abstract or "", {}))
            for override in _children(element, "w:lvlOverride"):
                number = _whole(override.get(qn("w:ilvl")))
                levels |= {n: level for n, level in _levels(override) if n == number}
                start = _value(override, "w:startOverride")
                if start is not None and number in levels:
                    old = levels[number]
                    levels[number] = _Level(_whole(start), old.form, old.text, old.restart)
            own = bool(_children(element, "w:lvlOverride"))
            identifier = element.get(qn("w:numId"), "")
            self._lists[identifier] = _List(levels, f"n{identifier}" if own else f"a{abstract}")

    def mark(self, paragraph: Any) -> str:
        """The mark of a w:p element, which is counted by this."""
        properties = paragraph.find(qn("w:pPr"))
        style = _value(properties, "w:pStyle")
        number, level = self._styles.get(style or "", (None, 0))
        direct = properties.find(qn("w:numPr")) if properties is not None else None
        if direct is not None:
            number = _value(direct, "w:numId") or number
            level = _whole(_value(direct, "w:ilvl")) if _value(direct, "w:ilvl") is not None else level
        found = self._lists.get(number or "")
        if found is None or level not in found.levels:
            return ""
        counts = self._counts.setdefault(found.abstract, {})
        counts[level] = counts.get(level, found.levels[level].start - 1) + 1
        for deeper in range(level + 1, _LEVELS):
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or (restart and level < restart):
                counts.pop(deeper, None)
        return _shown(found.levels, level, counts)


def _shown(levels: dict[int, _Level], level: int, counts: dict[int, int]) -> str:
    own = levels[level]
    if own.form == "bullet":
        # Bullets of symbol fonts are private characters; all of them read as one.
        return own.text if own.text and all("\u2000" <= c < "\ue000" or c in "-*" for c in own.text) else "・"
    text = own.text
    for number in range(_LEVELS):
        place = f"%{number + 1}"
        if place in text:
            other = levels.get(number, _Level())
            text = text.replace(place, _figure(counts.get(number, other.start), other.form))
    return text


def _figure(value: int, form: str) -> str:
    if value < 1 or form == "none":
        return "" if form == "none" else str(value)
    if form.startswith("decimalEnclosedCircle") and value <= 20:
        return chr(0x245F + value)
    if form == "decimalEnclosedParen" and value <= 20:
        return f"({value})"
    if form == "decimalZero":
        return f"{value:02}"
    if form in ("upperLetter", "lowerLetter"):
        letters = chr(65 + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters if form == "upperLetter" else letters.lower()
    if form in ("upperRoman", "lowerRoman"):
        return _roman(value) if form == "upperRoman" else _roman(value).lower()
    if form in ("japaneseCounting", "japaneseLegal", "ideographDigital", "japaneseDigitalTenThousand", "chineseCounting", "taiwaneseCounting"):
        return _kanji(value) if form != "ideographDigital" else "".join(_KANJI[int(digit)] for digit in str(value))
    series = _SERIES.get(form.removesuffix("FullWidth"))
    return series[(value - 1) % len(series)] if series else str(value)


def _kanji(value: int) -> str:
    if value >= 100:
        return "".join(_KANJI[int(digit)] for digit in str(value))
    tens, ones = divmod(value, 10)
    return (("" if tens == 1 else _KANJI[tens]) + "十" if tens else "") + (_KANJI[ones] if ones else "")


def _roman(value: int) -> str:
    text = ""
    for worth, letters in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
                           (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        text += letters * (value // worth if value < 5000 else 0)
        value %= worth
    return text


def _levels(element: Any) -> Iterator[tuple[int, _Level]]:
    for level in _children(element, "w:lvl"):
        restart = _value(level, "w:lvlRestart")
        start = _value(level, "w:start")
        yield (
            _whole(level.get(qn("w:ilvl"))),
            _Level(_whole(start, 1), _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText") or "", None if restart is None else _whole(restart)),
        )


def _style_numbers(styles: Any | None) -> dict[str, tuple[str | None, int]]:
    """Style → its list and level, its own or that of the style it is based on."""
    own: dict[str, tuple[str | None, int]] = {}
    bases: dict[str, str] = {}
    for style in _children(styles, "w:style"):
        identifier = style.get(qn("w:styleId"), "")
        base = _value(style, "w:basedOn")
        if base:
            bases[identifier] = base
        properties = style.find(qn("w:pPr"))
        numbers = properties.find(qn("w:numPr")) if properties is not None else None
        if numbers is not None:
            own[identifier] = (_value(numbers, "w:numId"), _whole(_value(numbers, "w:ilvl")))
    for identifier in bases:
        seen, above = {identifier}, identifier
        while above not in own and above in bases and bases[above] not in seen:
            above = bases[above]
            seen.add(above)
        if above in own:
            own.setdefault(identifier, own[above])
    return own


def _children(element: Any | None, tag: str) -> list[Any]:
    return list(element.findall(qn(tag))) if element is not None else []


def _value(element: Any | None, tag: str) -> str | None:
    child = element.find(qn(tag)) if element is not None else None
    value = child.get(qn("w:val")) if child is not None else None
    return str(value) if value is not None else None


def _whole(value: str | None, default: int = 0) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else default
