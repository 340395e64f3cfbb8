"""Spelling differences that do not change a word, removed with offsets kept.

Folded alike: width and compatibility forms (NFKC), letter case, a ー that ends a katakana word of three or more
characters (サーバー, サーバ), a ・ between katakana, a short gap (fail-over, fail over, failover; 証明書 期限) and the
okurigana of some compounds (切り替え, 切替え, 切替; 問い合わせ, 問合せ).
Line breaks and longer gaps are kept, since they separate table cells and list items.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kb.japanese.text import clusters

_GAP = r" \t_\-‐–\u00ad\u200b"
# Kana that compounds are written with or without: (what stands before, the kana, what stands after).
_OKURIGANA = (
    ("切", "り", "[替換戻離分]"),
    ("取", "り", "[替換違扱付消込]"),
    ("入", "れ", "[替換]"),
    ("振", "り", "[替分]"),
    ("張", "り", "替"),
    ("[切取入振張]り?れ?替", "え", ""),
    ("[切巻]", "[りき]", "戻"),
    ("[切巻][りき]?戻", "し", ""),
    ("切り?離", "し", ""),
    ("切り?分", "け", ""),
    ("割", "り", "[当振込]"),
    ("割り?当", "て", ""),
    ("問い?合", "わ", "せ"),
    ("問", "い", "合"),
    ("立", "ち", "[上会入]"),
    ("繰", "り", "返"),
    ("見積", "も", "り"),
    ("申", "し", "[込出]"),
    ("払", "い", "出"),
    ("呼", "び", "出"),
    ("書", "き", "[換込]"),
    ("引", "き", "[継込]"),
    ("組", "み", "[込合]"),
)

_DROPPABLE_KANA = "".join(sorted({kana.strip("[]") for _, kana, _ in _OKURIGANA}))


def _fixed_widths(pattern: str) -> list[str]:
    """The pattern with each optional piece present and absent: a lookbehind needs one width."""
    optional = re.search(r"(\[[^\]]+\]|.)\?", pattern)
    if not optional:
        return [pattern]
    head, tail = pattern[: optional.start()], pattern[optional.end() :]
    return _fixed_widths(head + optional[1] + tail) + _fixed_widths(head + tail)


def _dropped() -> re.Pattern[str]:
    """One character class first, so that the scan runs at the speed of a set; lookbehinds then tell the cases apart."""
    first = "ー・\n" + _DROPPABLE_KANA
    cases = [
        r"(?<=[ァ-ヺー]{2}ー)ー*(?![ァ-ヺー])",
        rf"(?P<gap>(?<=[{_GAP}])(?<![{_GAP}]{{2}})[{_GAP}]?(?![{_GAP}])"
        r"|(?<=[ァ-ヺー]・)(?=[ァ-ヺ])|(?<=[a-z0-9]\n)(?=[a-z0-9]))",
    ]
    for before, kana, after in _OKURIGANA:
        cases += [f"(?<={head}{kana})" + (f"(?={after})" if after else "") for head in _fixed_widths(before)]
    return re.compile(f"[{first}{_GAP}](?:{'|'.join(cases)})")


_DROPPED = _dropped()
_ALREADY_FOLDED = re.compile(rf"(?:[ァ-ヺ一-鿿a-z0-9]|(?![{_DROPPABLE_KANA}])[ぁ-ん])+")


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
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


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
            kept_ends[-1] = ends[end - 1]  # the dropped kana still belongs to its word
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
    for start, end, cluster in clusters(text):
        folded = known.get(cluster)
        if folded is None:
            folded = known[cluster] = unicodedata.normalize("NFKC", cluster).casefold()
        for character in folded:
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return characters, starts, ends
