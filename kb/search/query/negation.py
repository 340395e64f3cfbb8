"""What a query leaves out: …ではない, …以外, …によらない, …を除く, …なし, -word, NOT word.

"切り替わらない" is a symptom and "冗長なし" a cause: only the listed wordings exclude, and なし only what is a cause of accidents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The phrase before: nouns joined by や, と, ・, または; everything else ends it.
_NOUNS = r"(?P<phrase>(?:[一-鿿々〆ァ-ヺー・a-z0-9.+/]|(?<=[一-鿿ァ-ヺーa-z])[やと](?=[一-鿿ァ-ヺa-z])|または|および|及び|か(?=[一-鿿ァ-ヺ]))+)"
_LINK = r"(?:(?:が|を|に|は|の|も)?(?:主な)?(?:原因|理由|起因|要因|由来|関係|よるもの|よる|伴うもの|伴う|基づく)(?:の|と|する|した|で|に)?)?"
_OUT = re.compile(
    _NOUNS + _LINK + r"(?P<out>(?:で|じゃ)(?:は)?(?:ない(?!のに|けれど|が、)|無い(?!のに)|なかった)|(?P<weak>では?なく(?:て)?)|ではありません|以外(?:の|で|が|を|に)?|(?:に|は|を)?(?:よらない|伴わない|起因しない|関係(?:の)?ない|関係しない|因らない)"
    r"|を除(?:く|いた|いて|外した)|(?<=[一-鿿ァ-ヺー])除く|を?抜き(?:の|で)?(?!取)|は除外|を除外(?:した)?|としない|とはしない)"
)
_NONE = re.compile(_NOUNS + r"(?P<out>(?:が)?(?:なし|無し)(?:の|で)?)")
_MINUS = re.compile(r"(?:(?<=\s)|^)(?:[-−‐](?=[^\s\d-])|(?:not|除外:|除く:)\s+)(?P<phrase>[^\s、。]+)")
_SPLIT = re.compile(r"や|と(?=[一-鿿ァ-ヺa-z])|・|または|および|及び|か(?=[一-鿿ァ-ヺ])|/")
_WEAK = frozenset(("原因", "理由", "こと", "もの", "場合", "事故", "障害", "問題", "単純", "必要", "大規模", "可能", "正常", "十分", "適切", "一般", "普通", "これ", "それ"))


@dataclass(frozen=True)
class LeftOut:
    """A phrase to leave out: its words one by one, and the span of the whole wording; `causes_only` for …なし."""

    start: int
    end: int
    words: tuple[str, ...]
    causes_only: bool = False
    weak: bool = False  # …ではなく…: not what is asked about, though records of what is may tell of it


def left_out(text: str) -> Iterator[LeftOut]:
    """Every exclusion in folded `text`, in order, without overlaps."""
    found: list[LeftOut] = []
    for pattern, causes_only in ((_MINUS, False), (_OUT, False), (_NONE, True)):
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            words = tuple(word for word in _SPLIT.split(match["phrase"]) if word and word not in _WEAK)
            if words:
                found.append(LeftOut(*match.span(), words, causes_only, bool(match.groupdict().get("weak"))))
    yield from sorted(found, key=lambda one: one.start)
