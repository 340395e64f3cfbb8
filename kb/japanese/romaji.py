"""Romaji → katakana and back: Hepburn and Kunrei alike and as typed with an input method off: fukusou, hukusou, ninshou, ninnsyou."""

from __future__ import annotations

import re

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ",
    "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_SYLLABLES = {consonant + vowel: row[number] for consonant, row in _ROWS.items() for number, vowel in enumerate(_VOWELS)}
_SYLLABLES |= {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ", "wo": "ヲ", "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ", "ji": "ジ", "fa": "ファ", "fi": "フィ", "fe": "フェ",
    "fo": "フォ", "va": "ヴァ", "vi": "ヴィ", "vu": "ヴ", "ve": "ヴェ", "vo": "ヴォ", "thi": "ティ", "ti": "チ", "di": "ヂ", "dhi": "ディ", "wi": "ウィ", "we": "ウェ",
    "la": "ラ", "li": "リ", "lu": "ル", "le": "レ", "lo": "ロ", "che": "チェ", "she": "シェ", "je": "ジェ",
}  # fmt: skip
_GLIDES = {"k": "キ", "s": "シ", "t": "チ", "n": "ニ", "h": "ヒ", "m": "ミ", "r": "リ", "g": "ギ", "z": "ジ", "b": "ビ", "p": "ピ", "d": "ヂ"}
_SYLLABLES |= {f"{c}y{v}": kana + small for c, kana in _GLIDES.items() for v, small in (("a", "ャ"), ("u", "ュ"), ("o", "ョ"))}
_SYLLABLES |= {f"{c}{v}": kana + small for c, kana in (("sh", "シ"), ("ch", "チ"), ("j", "ジ"), ("jy", "ジ")) for v, small in (("a", "ャ"), ("u", "ュ"), ("o", "ョ"))}
_MACRONS = {"ā": "aa", "ī": "ii", "ū": "uu", "ē": "ei", "ō": "ou", "â": "aa", "î": "ii", "û": "uu", "ê": "ei", "ô": "ou"}
_PIECE = re.compile("|".join(sorted(map(re.escape, _SYLLABLES), key=len, reverse=True)))


def katakana_of(word: str) -> str | None:
    """The katakana of a word in romaji; None when it is none (firewall, DNS)."""
    written = "".join(_MACRONS.get(character, character) for character in word.casefold()).replace("-", "")
    kana: list[str] = []
    position = 0
    while position < len(written):
        rest = written[position:]
        if rest[0] == "n" and (len(rest) == 1 or rest[1] not in _VOWELS + "y"):
            kana.append("ン")
            # nn is one ん typed in full (ninnsyou), unless a vowel makes the second one its own (konna).
            position += 2 if rest[1:2] == "'" or (rest[1:2] == "n" and (len(rest) == 2 or rest[2] not in _VOWELS + "y")) else 1
            continue
        if rest[0] == "m" and rest[1:2] in ("b", "p", "m"):
            kana.append("ン")
            position += 1
            continue
        if (len(rest) > 1 and rest[0] == rest[1] and rest[0] not in _VOWELS) or rest.startswith("tch"):
            kana.append("ッ")
            position += 1
            continue
        match = _PIECE.match(rest)
        if match is None:
            return None
        kana.append(_SYLLABLES[match.group()])
        position += match.end()
    return "".join(kana) or None



def romaji_of(kana: str) -> str:
    """Katakana in small Latin letters (シマナミ → shimanami), what is no kana as it stands; long marks are left out."""
    text = kana.replace("ー", "").replace("ン", "n")
    text = _KANA.sub(lambda match: _LATIN[match.group()], text)
    # ッ doubles the consonant that follows it.
    return re.sub(r"ッ(?=([a-z])?)", lambda match: match.group(1) or "", text)


# Of several spellings the shortest, and Hepburn's where it differs.
_LATIN = {kana: latin for latin, kana in sorted(_SYLLABLES.items(), key=lambda pair: (-len(pair[0]), pair[0]))}
_LATIN |= {"シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu", "ヲ": "o", "ティ": "ti", "ディ": "di", "ラ": "ra", "リ": "ri", "ル": "ru", "レ": "re", "ロ": "ro"}
_LATIN |= {f"{row}{small}": f"{sound}{vowel}" for row, sound in (("シ", "sh"), ("チ", "ch"), ("ジ", "j")) for small, vowel in (("ャ", "a"), ("ュ", "u"), ("ョ", "o"), ("ェ", "e"))}
_LATIN |= {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo", "ヴ": "vu"}
_KANA = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)))
