"""Keyboard accidents mended before a query is read: voicing marks of their own, hyphens for ー, lone surrogates, control characters."""

from __future__ import annotations

import re
from unicodedata import normalize

_KANA = "ぁ-ゖァ-ヺｦ-ﾝー"
_LOOSE_MARKS = {"゛": "\u3099", "゜": "\u309a", "ﾞ": "ﾞ", "ﾟ": "ﾟ"}
_LOOSE = re.compile(rf"(?<=[{_KANA}])\s?([゛゜])")
_HYPHEN = re.compile(r"(?<=[ァ-ヺ])[-‐‑‒–—―−ｰ](?=[ァ-ヺ]|[\s、。]|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff\ufffe\uffff]")
_DECOMPOSED = re.compile(rf"[{_KANA}][\u3099\u309a]")
_GENERATION = re.compile(r"(?<![0-9A-Za-z])[2-6][Gg](?=[A-Za-z]{2})")  # 5GSA is 5G SA
_SURROGATE = re.compile("[\ud800-\udfff]")


def repaired(text: str) -> str:
    """The text as it was meant: う゛ → ゔ, ル-タ → ルータ; a lone half of a character becomes a space. Any string is safe."""
    text = _SURROGATE.sub(" ", _CONTROL.sub(" ", text))
    text = _LOOSE.sub(lambda match: _LOOSE_MARKS[match[1]], text)
    text = _DECOMPOSED.sub(lambda match: normalize("NFC", match[0]), text)
    text = _GENERATION.sub(r"\g<0> ", text)
    return _HYPHEN.sub("ー", text)
