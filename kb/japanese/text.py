"""Written Japanese as strings: normalising and cutting. No dictionary is needed here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A sentence ends at 。！？ or at a line break.
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+|\n|$)")


def nfkc(text: str) -> str:
    """Unify width and compatibility forms: ﾙｰﾀ → ルータ, ＫＤＤＩ → KDDI, ㈱ → (株). Offsets change."""
    return unicodedata.normalize("NFKC", text)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, sentence) of every non-blank sentence; offsets point into `text`.

    A full stop inside brackets does not end a sentence, so that "(約1時間。)" stays in one piece.
    """
    depth = 0
    start = 0
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        if not piece:
            continue
        depth += sum(piece.count(c) for c in "「『（(") - sum(piece.count(c) for c in "」』）)")
        if depth > 0 and not piece.endswith("\n"):
            continue
        depth = 0
        yield from _stripped(start, text[start : match.end()])
        start = match.end()
    yield from _stripped(start, text[start:])


def _stripped(offset: int, piece: str) -> Iterator[tuple[int, str]]:
    bare = piece.strip()
    if bare:
        yield offset + piece.index(bare[0]), bare


def chunks(text: str, max_bytes: int) -> Iterator[tuple[int, str]]:
    """Cut `text` into (offset, piece) of at most `max_bytes` UTF-8 bytes, preferably at sentence ends.

    Every character of `text` lies in exactly one piece.
    """
    start = 0
    while start < len(text):
        end = _fitting(text, start, max_bytes)
        if end < len(text):
            end = _good_break(text, start, end)
        yield start, text[start:end]
        start = end


def _fitting(text: str, start: int, max_bytes: int) -> int:
    """The largest end such that text[start:end] takes at most `max_bytes` bytes, at least one character on."""
    encoded = text[start : start + max_bytes].encode("utf-8", "replace")
    return max(start + len(encoded[:max_bytes].decode("utf-8", "ignore")), start + 1)


def _good_break(text: str, start: int, end: int) -> int:
    for stops in ("。！？\n", "、，, \t　"):
        best = max(text.rfind(stop, start + 1, end) for stop in stops)
        if best > start:
            return best + 1
    return end


def nfkc_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return NFKC text and, for each of its characters (and its end), the offset in `text` that it came from.

    Base characters are normalised together with the marks that follow them, so that ｶ + ﾞ becomes ガ.
    """
    if unicodedata.is_normalized("NFKC", text):
        return text, list(range(len(text) + 1))
    pieces: list[str] = []
    offsets: list[int] = []
    for start, _, cluster in clusters(text):
        piece = unicodedata.normalize("NFKC", cluster)
        pieces.append(piece)
        offsets.extend([start] * len(piece))
    offsets.append(len(text))
    return "".join(pieces), offsets


def clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, letters) of every character with the marks that NFKC joins to it: ｶﾞ is one."""
    start, length = 0, len(text)
    while start < length:
        end = start + 1
        # Half-width voicing marks have combining class 0, and yet NFKC joins them to the kana before.
        while end < length and (text[end] in "ﾞﾟ" or unicodedata.combining(text[end])):
            end += 1
        yield start, end, text[start:end]
        start = end


def folded(text: str) -> str:
    """The form in which strings are compared: NFKC and case-folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def katakana(text: str) -> str:
    """Hiragana written as katakana: ふぁいあうぉーる → ファイアウォール."""
    return text.translate(_TO_KATAKANA)


_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}  # the two blocks stand 0x60 apart


def bigrams(text: str) -> list[str]:
    """Character pairs of folded text that do not cross white space or punctuation, in order, with repeats."""
    pairs: list[str] = []
    for run in _RUN.findall(folded(text)):
        pairs.extend(run[i : i + 2] for i in range(len(run) - 1))
    return pairs


def without_long_marks(text: str) -> str:
    """The text without ー, which writers put or leave out (サーバー, サーバ)."""
    return text.replace("ー", "").replace("ｰ", "")


_RUN = re.compile(r"[^\W_ー]+(?:ー+[^\W_ー]*)*")
