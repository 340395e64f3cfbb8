"""Repairs of extracted text: those that are always safe, and the joining of wrapped lines for one value.

`fold` may run over a whole document: it unifies characters that are one letter in two encodings and never touches what
carries meaning in this genre (①, ^{注1}, superscripts). `join_wrapped` removes spaces between Japanese letters; in a
whole document such a space may part a label from its value, so it is for single values only.
"""

from __future__ import annotations

import re
import unicodedata

# U+2E81 to U+2EF3 in order: Unicode's EquivalentUnifiedIdeograph (NFKC folds Kangxi radicals, not these).
# U+2E9A is not assigned; it keeps the place with a space.
_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵 旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎"
    "衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_FOLDS: dict[int, str | None] = {0x2E81 + i: c for i, c in enumerate(_RADICALS) if c != " "}
# Kangxi radicals whose NFKC form is an old shape that Japanese fonts show in the new one.
_FOLDS |= {0x2F3E: "戸", 0x2FAD: "青", 0x2FC8: "黄", 0x2FCA: "黒"}
_FOLDS |= dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF], None)  # invisible
_FOLDS |= dict.fromkeys([0xA0, 0x3000, *range(0x2000, 0x200B), 0x202F], " ")
_FOLDS |= dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F], None)  # form feeds and other controls

# Width and compatibility forms that NFKC may fold: letters, digits, half-width kana, ㈱, ㍻, ㎞, ﬁ, 﨑 …
# Left alone: full-width punctuation (part of Japanese style), ①, ⑴, Ⅱ, superscripts (NFKC makes a footnote mark a digit).
_FOLDABLE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|[\uff61-\uff9f]+|[\u3220-\u3247\u3300-\u33ff]+"
    "|[\uf900-\ufaff]+|[\u2f00-\u2fd5]+|[\ufb00-\ufb06]+"
)
_BROKEN_NUMBER = re.compile(r"(?<=\d)[ \t]*([,，])[ ]+(?=\d{3}(?!\d))")

_WIDE_SIGN = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))|(?<=\d)．(?=\d)")  # １２，３００ and ３．５, once their digits are narrow

_CJK = "々〆〇ぁ-ゖァ-ヺー一-鿿㐀-䶿、。「」『』（）【】〈〉《》：；！？％～－＋"
_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t\n]+(?=[{_CJK}0-9])|(?<=[0-9])[ \t\n]+(?=[{_CJK}])")
_LINE_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t]*\n[ \t]*|(?<![ \t])[ \t]*\n[ \t]*(?=[{_CJK}])")


def fold(text: str) -> str:
    """Unify widths, radicals, ligatures and spaces, drop invisible characters, mend "5, 200" → "5,200"."""
    text = text.translate(_FOLDS)
    text = _FOLDABLE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = _BROKEN_NUMBER.sub(",", text)
    return _WIDE_SIGN.sub(lambda match: "," if match.group() == "，" else ".", text)


def join_wrapped(text: str) -> str:
    r"""One value on one line: no space between Japanese letters or digits and them, one space elsewhere.

    >>> join_wrapped("三重県及び 静岡\\n県 120 万")
    '三重県及び静岡県120万'
    """
    text = _LINE_WRAP.sub("", text.strip())
    return re.sub(r"\s+", " ", _WRAP.sub("", text))


def squeeze(text: str) -> str:
    """`text` without any white space, in NFKC: for comparing words that a table cell wrapped."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
