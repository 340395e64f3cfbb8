"""What a sentence says did not happen, or says of something else: stretches of it that bear out no tag.

A cue ("ではない", "…するところだった", "前回の事故では") silences what stands before it, after it, or before it and itself, as
far as its reach:

- clause: the nearest comma. Enumerated nouns before a comma belong to the last of them: 「攻撃、誤操作ではない」;
- topic: like a clause, but one that names nothing of its own takes its topic from before, and the reason given for it belongs to it:
  「返還は、少額のため、行わない」「返還の対象に当たらないことから、返還は行わない」;
- contrast: where the sentence turns to the accident at hand: 「前回は…していたが、今回は…」;
- sentence: the sentence's edge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.japanese.dates import find_moments
from kb.tagging.rules import Cue

_BREAK = re.compile(r"[、。,;:!?！？()（）「」『』\n]")
_LISTED_NOUN = re.compile(r"[^、。,;:!?！？()（）「」『』\n]{1,12}[一-鿿ァ-ヶー]\Z")
_REASON = re.compile(r"(?:ため|ことから|ので|ことにより|から)、\Z")
_TOPIC = re.compile(r"[はをも]")
_CONTRAST = re.compile(r"(?:[たるいすだ]|ません|です)が、|ものの|けれど|にもかかわらず|しかし|一方|今回|今般|本件|本事象|本障害|本事故")


@dataclass(frozen=True)
class Silenced:
    """Characters [start, end) of a sentence that the cue at [cue_start, cue_end) silences; `cue_too` if the cue itself is silenced."""

    start: int
    end: int
    cue_start: int
    cue_end: int
    name: str
    cue_too: bool = False

    def covers(self, start: int, end: int) -> bool:
        """Whether a match at [start, end) is silenced. One that reaches into the cue has reckoned with it."""
        if self.cue_too:
            return start < self.end and end > self.start
        if self.start == self.cue_end:  # the silenced text follows the cue
            return start >= self.start and start < self.end
        return end <= self.cue_start and end > self.start


def silenced(sentence: str, cues: Sequence[Cue], axis: str, year: int | None = None) -> tuple[Silenced, ...]:
    """The stretches of an NFKC sentence that count for nothing on `axis`, in the order of the cues; `year` is the incident's own."""
    found = []
    for cue in cues:
        if axis not in cue.axes:
            continue
        for match in cue.pattern.finditer(sentence):
            if _names_own_year(match, year):
                continue
            start, end = match.span()
            if cue.side == "after":
                found.append(Silenced(end, _reach_after(sentence, end, cue.reach), start, end, cue.name))
            elif cue.side == "before":
                found.append(Silenced(_reach_before(sentence, start, cue.reach), start, start, end, cue.name))
            else:
                found.append(Silenced(_reach_before(sentence, start, cue.reach), end, start, end, cue.name, cue_too=True))
    return tuple(found)


def spoken(sentence: str, stretches: Sequence[Silenced]) -> str:
    """The sentence without its silenced stretches and their cues."""
    dropped = bytearray(len(sentence))
    for stretch in stretches:
        start, end = min(stretch.start, stretch.cue_start), max(stretch.end, stretch.cue_end)
        dropped[start:end] = b"\x01" * (end - start)
    return "".join(character for character, drop in zip(sentence, dropped) if not drop)


def _names_own_year(match: re.Match[str], year: int | None) -> bool:
    named = match.groupdict().get("year")
    return named is not None and year is not None and any(moment.value.startswith(str(year)) for moment in find_moments(named))


def _reach_after(sentence: str, end: int, reach: str) -> int:
    if reach == "sentence":
        return len(sentence)
    stop = (_CONTRAST if reach == "contrast" else _BREAK).search(sentence, end)
    return stop.start() if stop else len(sentence)


def _reach_before(sentence: str, end: int, reach: str) -> int:
    if reach == "sentence":
        return 0
    if reach == "contrast":
        turns = [match.end() for match in _CONTRAST.finditer(sentence, 0, end)]
        return turns[-1] if turns else 0
    start = _clause_start(sentence, end)
    if reach == "topic":
        while start > 0 and sentence[start - 1] in "、,":
            if _REASON.search(sentence, 0, start):
                return 0
            if _TOPIC.search(sentence, start, end):
                break
            start = _last_break(sentence, start - 1)
    return start


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
