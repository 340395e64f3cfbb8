"""What a sentence says did not happen: stretches of it that bear out no tag.

A cue ("ではない", "…するところだった", "…した場合は") silences what stands before or after it, as far as the nearest
comma or the sentence's edge. Enumerated nouns before a comma belong to the last of them: 「攻撃、誤操作ではない」.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.tagging.rules import Cue

_BREAK = re.compile(r"[、。,;:!?！？()（）「」『』\n]")
_LISTED_NOUN = re.compile(r"[^、。,;:!?！？()（）「」『』\n]{1,12}[一-鿿ァ-ヶー]\Z")


@dataclass(frozen=True)
class Silenced:
    """Characters [start, end) of a sentence that the cue at [cue_start, cue_end) silences."""

    start: int
    end: int
    cue_start: int
    cue_end: int
    name: str

    def covers(self, start: int, end: int) -> bool:
        """Whether a match at [start, end) is silenced. One that reaches into the cue has reckoned with it."""
        if self.start == self.cue_end:  # the silenced text follows the cue
            return start >= self.start and start < self.end
        return end <= self.cue_start and end > self.start


def silenced(sentence: str, cues: Sequence[Cue], axis: str) -> tuple[Silenced, ...]:
    """The stretches of an NFKC sentence that count for nothing on `axis`, in the order of the cues."""
    found = []
    for cue in cues:
        if axis not in cue.axes:
            continue
        for match in cue.pattern.finditer(sentence):
            start, end = match.span()
            if cue.side == "before":
                reach = _clause_start(sentence, start) if cue.reach == "clause" else 0
                found.append(Silenced(reach, start, start, end, cue.name))
            else:
                stop = _BREAK.search(sentence, end) if cue.reach == "clause" else None
                found.append(Silenced(end, stop.start() if stop else len(sentence), start, end, cue.name))
    return tuple(found)


def spoken(sentence: str, stretches: Sequence[Silenced]) -> str:
    """The sentence without its silenced stretches and their cues."""
    dropped = bytearray(len(sentence))
    for stretch in stretches:
        start, end = min(stretch.start, stretch.cue_start), max(stretch.end, stretch.cue_end)
        dropped[start:end] = b"\x01" * (end - start)
    return "".join(character for character, drop in zip(sentence, dropped) if not drop)


def _clause_start(sentence: str, end: int) -> int:
    start = _last_break(sentence, end)
    while start > 0 and sentence[start - 1] in "、,":
        before = _last_break(sentence, start - 1)
        if not _LISTED_NOUN.fullmatch(sentence[before : start - 1]):
            break
        start = before
    return start


def _last_break(sentence: str, end: int) -> int:
    for index in range(end - 1, -1, -1):
        if _BREAK.match(sentence[index]):
            return index + 1
    return 0
