"""Do two sentences say the same? A number from 0 to 1, and the pairing of two lists by it.

Half of it is shared words (Sudachi's normalised terms), half shared pairs of characters. On the 33 measures of the annual report of
fiscal 2015 and the minutes of May 2016 that our own catalogue words anew it gives 0.43 and more, to different measures of these
accidents 0.27 at most; of 359 pairs of different measures within catalogue records one reaches 0.44, the next 0.37 (bench/identity.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.japanese.terms import words
from kb.japanese.text import nfkc

# What stands in brackets is a remark (who asked for it, until when), and so are dates and the state of a measure.
_REMARK = re.compile(r"\([^()]*\)|【[^【】]*】|(?:\d{4}年|令和\d+年|平成\d+年)?\d{1,2}月(?:\d{1,2}日)?(?:中に|までに|に|頃)?(?:完了|実施|予定|済み?)*|^[^。、]{1,8}の(?:指導|要請)[::]")
_NAMED = re.compile(r"[a-z]{2,}[a-z0-9]*|\d+", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def _features(text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words, pairs of characters, and names and numbers of a sentence without its remarks."""
    whole = nfkc(text)
    plain = _REMARK.sub("", whole) or whole
    bare = re.sub(r"[\W_]", "", plain)
    pairs = frozenset(bare[i : i + 2] for i in range(len(bare) - 1)) or frozenset({bare})
    return frozenset(words(plain, query=True).split()), pairs, frozenset(name.casefold() for name in _NAMED.findall(plain))


def likeness(one: str, other: str) -> float:
    """0 = nothing shared, 1 = the same words. Sentences that name different numbers or devices are never the same."""
    words_one, pairs_one, names_one = _features(one)
    words_other, pairs_other, names_other = _features(other)
    if names_one and names_other and not names_one & names_other:
        return 0.0
    return (_dice(words_one, words_other) + _dice(pairs_one, pairs_other)) / 2


def containment(part: str, whole: str) -> float:
    """Share of the words of `part` that `whole` has too."""
    words_part, words_whole = _features(part)[0], _features(whole)[0]
    return len(words_part & words_whole) / len(words_part) if words_part else 0.0


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def paired(scores: Sequence[Sequence[float]], floor: float) -> list[tuple[int, int, float]]:
    """Pairs (row, column, score) of at least `floor`, each row and column at most once, the likest first."""
    order = sorted(((score, -r, -c) for r, row in enumerate(scores) for c, score in enumerate(row) if score >= floor), reverse=True)
    rows: set[int] = set()
    columns: set[int] = set()
    found = []
    for score, r, c in order:
        if -r not in rows and -c not in columns:
            rows.add(-r)
            columns.add(-c)
            found.append((-r, -c, score))
    return sorted(found)
