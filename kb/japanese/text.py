"""Written Japanese as strings: normalising and cutting. No dictionary is needed here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A sentence ends at 。！？ (with closing brackets after it) or at a line break.
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[」』）)】]*|\n|$)")
_HARD_BREAK = re.compile(r"[、,;\s]")


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
    size = 0
    for end in range(start, len(text)):
        size += len(text[end].encode("utf-8", "surrogatepass"))
        if size > max_bytes:
            return max(end, start + 1)
    return len(text)


def _good_break(text: str, start: int, end: int) -> int:
    for stops in ("。！？\n", "、，, \t　"):
        best = max(text.rfind(stop, start + 1, end) for stop in stops)
        if best > start:
            return best + 1
    return end
