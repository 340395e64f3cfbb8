"""Full-width digits, letters and signs → ASCII, character for character, so that offsets stay."""

from __future__ import annotations

_NARROW = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NARROW |= {0x3000: " ", 0xA0: " ", 0x2212: "-", 0x2010: "-", 0x2011: "-", 0x2013: "-", 0x301C: "~", 0x2049: "~"}


def narrow(text: str) -> str:
    """`text` with ASCII forms of the same length: Ｈ２７．４ → H27.4, ～ → ~, （ → (."""
    return text.translate(_NARROW)
