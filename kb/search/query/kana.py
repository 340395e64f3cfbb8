"""Words written by their sound: にんしょうさーば, fukusou, ディーエヌエス → the words of the base that are read so.

A run of kana or of romaji is cut into readings of words that the base or the lexicon holds, by the fewest and longest pieces; a run of
which too little can be read is left alone.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.japanese.romaji import katakana_of
from kb.japanese.terms import Term
from kb.japanese.text import katakana

_LATIN = r"A-Za-z'āīūēōâîûêôĀĪŪĒŌ"
_KANA_RUN = re.compile(r"[ぁ-ゖァ-ヺーゔ]{3,}(?:[ 　]?[ぁ-ゖァ-ヺーゔ]{2,})*")
_LATIN_RUN = re.compile(rf"[{_LATIN}]{{2,}}(?:[ -][{_LATIN}]{{2,}})*")
_ENDING = re.compile(r"[一-鿿々〆]$")
_WORD = re.compile(rf"[{_LATIN}]+")
_PARTICLES = frozenset("ガ ノ ニ ヲ オ ハ ト デ モ ヘ ヤ ナ ナイ カラ マデ シテ シタ スル サレタ ナノ".split())
_SHORTEST = 2  # a reading of one kana is the reading of too many words
_FEWEST = 3  # kana of a run that is worth cutting
_SKIP = 2.5  # what leaving out a kana costs, in pieces
_LONG_ENOUGH = 5  # kana from which on a slip of the pen can be told from another word
_SLIP = 0.88  # share of kana in common from which on a sound is taken for a slip
_READ = 0.7  # share of a run's kana that must be read


@dataclass(frozen=True)
class Heard:
    """A word of the base, or a form of the lexicon, that a piece of the query sounds like; `start` and `end` bound the run it stands in."""

    word: str
    form: bool
    start: int
    end: int
    piece: int  # its place among the pieces of the run
    guessed: bool = False  # spelt a little otherwise than any reading
    whole: bool = False  # the pieces make up all of the run


class Readings:
    """Readings of the base's words and the lexicon's forms; loaded when first needed."""

    def __init__(self, load: Callable[[], Iterable[tuple[str, str, int]]]) -> None:
        """`load` gives (reading in katakana, word, 1 for a form of the lexicon) as the database keeps them."""
        self._load = load
        self._table: Mapping[str, tuple[tuple[str, bool], ...]] | None = None
        self._longest = 0
        self._held: frozenset[str] = frozenset()

    def hear(self, text: str, covered: Sequence[tuple[int, int]], terms: Sequence[Term]) -> Iterator[Heard]:
        """What runs of kana and romaji in `text` sound like; runs inside a `covered` span, or that are one term of the base, are known already."""
        for start, end, sound, whole in _runs(text):
            known = any(s <= start and end <= e for s, e in covered)
            if (known and "ァ" <= text[start] <= "ヺ") or any(t.start == start and t.end == end and self.holds(t.text) for t in terms):
                continue
            exact = self._cut(sound, True)
            slip = [] if exact or known or text[start].isascii() else self._near(sound)
            for number, piece in enumerate(exact or slip or ([] if whole or known else self._cut(sound, False))):
                for word, form in self._words[piece]:
                    yield Heard(word, form, start, end, number, bool(slip), bool(exact or slip))

    def holds(self, word: str) -> bool:
        """Whether the base has the word, however it is read."""
        return bool(self._words) and word in self._held

    @property
    def _words(self) -> Mapping[str, tuple[tuple[str, bool], ...]]:
        if self._table is None:
            found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
            for reading, word, form in self._load():
                found[plain_sound(reading)].append((word, bool(form)))
            self._table = {reading: tuple(dict.fromkeys(words)) for reading, words in found.items()}
            self._held = frozenset(word for words in found.values() for word, form in words if not form)
            self._longest = max(map(len, self._table), default=0)
        return self._table

    def _near(self, sound: str) -> list[str]:
        """The one reading that a longer sound is a slip of; none where nothing comes near enough."""
        if len(sound) < _LONG_ENOUGH:
            return []
        alike = [r for r in self._words if abs(len(r) - len(sound)) <= 2 and (r[:2] == sound[:2] or r[-2:] == sound[-2:])]
        return difflib.get_close_matches(sound, alike, n=1, cutoff=_SLIP)

    def _cut(self, sound: str, whole: bool) -> list[str]:
        """The pieces of a sound that are readings, by the least cost; [] when too little of it is read, or not all where `whole` is asked."""
        words = self._words
        best: list[tuple[float, int, tuple[str, ...]] | None] = [(0.0, 0, ()), *([None] * len(sound))]
        for start in range(len(sound)):
            here = best[start]
            if here is None:
                continue
            cost, read, pieces = here
            steps = [(start + 1, cost + _SKIP, read, pieces)] if not whole else []
            for end in range(start + 1, min(len(sound), start + self._longest) + 1):
                piece = sound[start:end]
                if len(piece) >= _SHORTEST and piece in words:
                    steps.append((end, cost + 1 + 1 / len(piece), read + len(piece), (*pieces, piece)))
                if start and piece in _PARTICLES:
                    steps.append((end, cost + 1.2, read + len(piece), pieces))
            for end, spent, known, kept in steps:
                there = best[end]
                if there is None or spent < there[0]:
                    best[end] = (spent, known, kept)
        found = best[len(sound)]
        return list(found[2]) if found and found[1] >= _READ * len(sound) else []


def plain_sound(reading: str) -> str:
    """Long vowels alike however they are written (ー, オウ, オオ), ヅ as ズ, ヂ as ジ, ヲ as オ, ヴ as ブ."""
    return _LONG.sub("ー", re.sub("ヴ[ァィェォ]?", lambda match: _V.get(match[0], match[0]), reading.translate(_SAME)))


_SAME = str.maketrans("ヅヂヲ", "ズジオ")
_V = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
_ROWS = {"ア": "アカサタナハマヤラワガザダバパャァ", "イ": "イキシチニヒミリギジビピィ", "ウ": "ウクスツヌフムユルグズブプュゥヴ", "エ": "エケセテネヘメレゲゼデベペェ", "オ": "オコソトノホモヨロゴゾドボポョォ"}
_LONG = re.compile(
    "|".join(f"(?<=[{_ROWS[row]}])[{vowels}]" for row, vowels in (("ア", "ア"), ("イ", "イ"), ("ウ", "ウ"), ("エ", "エイ"), ("オ", "オウ")))
)


def _runs(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """(start, end, plain katakana, whether all of it must be read) of every run that may be written by its sound."""
    for run in _KANA_RUN.finditer(text):
        if _ENDING.search(text[: run.start()]) and not "ァ" <= run.group()[0] <= "ヺ":
            continue  # okurigana and particles after a kanji: 多すぎて
        yield run.start(), run.end(), plain_sound(katakana(re.sub(r"[ 　]", "", run.group()))), False
    latin = list(_WORD.finditer(text))
    sounds = [katakana_of(word.group()) for word in latin if len(word.group()) > 1]
    japanese = sum(sound is not None for sound in sounds) > len(sounds) / 2  # English rarely falls into Japanese syllables
    for run in _LATIN_RUN.finditer(text):
        together = [(word, katakana_of(word.group())) for word in _WORD.finditer(run.group())]
        if japanese and all(sound for _, sound in together):
            yield run.start(), run.end(), plain_sound("".join(sound or "" for _, sound in together)), False
            continue
        for word, sound in together:
            if sound and len(sound) >= _FEWEST:
                yield run.start() + word.start(), run.start() + word.end(), plain_sound(sound), not japanese
