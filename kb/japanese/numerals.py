"""Numbers written in kanji → digits, with offsets kept: 平成二十七年 → 平成27年, 二〇一五年 → 2015年, 十時間 → 10時間.

Only where a counter or an era makes a number of them: 一部, 二重化, 四国 and 一斉 stay words. 百万 and 数万 are left alone;
`kb.japanese.quantities` and readers of queries know 万 and 億.
"""

from __future__ import annotations

import re

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1}
_TENS = {"十": 10, "百": 100, "千": 1000}
_COUNTER = r"年代|年度|年間|年|か月|ヶ月|月|日|時間|時|分|秒|週間|台|人|名|件|回線|契約|世帯|社|局"
_NUMBER = re.compile(rf"(?<![数何一二三四五六七八九十百千])(?:[〇一二三四五六七八九十百千]+)(?=[万億]?(?:{_COUNTER})|[万億]|四半期)|(?<=平成|令和|昭和)元(?=年)")


def arabic(text: str) -> tuple[str, list[int]]:
    """`text` with kanji numbers as digits and, for each of its characters and its end, the offset in `text` it came from."""
    pieces: list[str] = []
    offsets: list[int] = []
    end = 0
    for match in _NUMBER.finditer(text):
        value = _value(match.group())
        if value is None:
            continue
        pieces += [text[end : match.start()], value]
        offsets += [*range(end, match.start()), *([match.start()] * len(value))]
        end = match.end()
    return "".join([*pieces, text[end:]]), [*offsets, *range(end, len(text) + 1)]


def _value(written: str) -> str | None:
    """二十七 → "27", 二〇一五 → "2015"; None for what is no number."""
    if not any(character in _TENS for character in written):
        return "".join(str(_DIGITS[character]) for character in written)
    total = unit = 0
    for character in written:
        if character in _TENS:
            total += max(unit, 1) * _TENS[character]
            unit = 0
        elif unit:
            return None
        else:
            unit = _DIGITS[character]
    return str(total + unit)
