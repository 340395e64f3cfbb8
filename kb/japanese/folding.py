"""Spelling differences that do not change a word, removed with offsets kept.

Folded alike: width and compatibility forms (NFKC), letter case, a ー that ends a katakana word of three or more
characters (サーバー, サーバ), a ・ between katakana, and a short gap (fail-over, fail over, failover; 証明書 期限).
Line breaks and longer gaps are kept, since they separate table cells and list items.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_GAP = r" \t_\-‐–\u00ad\u200b"
_DROPPED = re.compile(
    rf"(?<=[ァ-ヺー][ァ-ヺー])ー+(?![ァ-ヺー])"
    rf"|(?P<gap>(?<![{_GAP}])[{_GAP}]{{1,2}}(?![{_GAP}])|(?<=[ァ-ヺー])・(?=[ァ-ヺ])|(?<=[a-z0-9])\n(?=[a-z0-9]))"
)
_ALREADY_FOLDED = re.compile(r"[ぁ-んァ-ヺ一-鿿a-z0-9]+")
_HALF_WIDTH_VOICING = "ﾞﾟ"  # they have combining class 0, yet NFKC joins them to the kana before


@dataclass(frozen=True)
class FoldedText:
    """`text[i]` came from `original[starts[i]:ends[i]]`; `gaps[i]` is 1 if something was left out just before it."""

    text: str
    starts: list[int]
    ends: list[int]
    gaps: bytearray


def fold_form(text: str) -> str:
    """The folded spelling alone, for word lists."""
    if _ALREADY_FOLDED.fullmatch(text):
        return text
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold()).strip(" ")


def fold(text: str) -> FoldedText:
    """Fold a text and keep, for every folded character, where it stood."""
    characters, starts, ends = _compatible(text)
    joined = "".join(characters)
    kept: list[str] = []
    kept_starts: list[int] = []
    kept_ends: list[int] = []
    gaps = bytearray()
    position = 0
    after_gap = False
    for match in _DROPPED.finditer(joined):
        begin, end = match.span()
        _extend_gaps(gaps, begin - position, after_gap)
        kept.append(joined[position:begin])
        kept_starts += starts[position:begin]
        kept_ends += ends[position:begin]
        after_gap = (after_gap and begin == position) or match["gap"] is not None
        if match["gap"] is None:
            kept_ends[-1] = ends[end - 1]  # the dropped ー still belongs to its word
        position = end
    _extend_gaps(gaps, len(joined) - position, after_gap)
    kept.append(joined[position:])
    kept_starts += starts[position:]
    kept_ends += ends[position:]
    gaps.append(1)
    return FoldedText("".join(kept), kept_starts, kept_ends, gaps)


def _extend_gaps(gaps: bytearray, count: int, first: bool) -> None:
    if count:
        gaps.append(first)
        gaps.extend(bytes(count - 1))


def _compatible(text: str) -> tuple[list[str], list[int], list[int]]:
    """NFKC and case folding of each character with its combining marks: (characters, starts, ends)."""
    if _ALREADY_FOLDED.fullmatch(text):
        return list(text), list(range(len(text))), list(range(1, len(text) + 1))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    known: dict[str, str] = {}
    start = 0
    length = len(text)
    while start < length:
        end = start + 1
        while end < length and (text[end] in _HALF_WIDTH_VOICING or unicodedata.combining(text[end])):
            end += 1
        cluster = text[start:end]
        folded = known.get(cluster)
        if folded is None:
            folded = known[cluster] = unicodedata.normalize("NFKC", cluster).casefold()
        for character in folded:
            characters.append(character)
            starts.append(start)
            ends.append(end)
        start = end
    return characters, starts, ends
