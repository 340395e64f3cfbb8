"""Sudachi terms of a text: normalised, case-folded, without particles, with their place in the original.

SudachiPy 0.7, dictionary core. Mode A (short units) measured best for retrieval by a small margin; normalised forms
unite ルータ/ルーター, サーバ/サーバー, ふくそう/輻輳, 切替え/切り替え, and English loan words with their katakana (route/ルート).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from sudachipy import Dictionary, SplitMode, Tokenizer

from kb.japanese.text import chunks, nfkc_with_offsets

MAX_BYTES = 40_000  # Sudachi refuses more than 49,149 bytes

DROPPED = {"助詞", "助動詞", "補助記号", "記号", "空白"}
# Light words that say nothing in a query; the index keeps them, which costs little and keeps every text findable.
DROPPED_IN_QUERIES = {"接続詞", "連体詞", "代名詞", "感動詞", "フィラー"}
STOP_WORDS = frozenset(
    "為る 有る 居る 成る 出来る 行う 於く 因る 依る 対する 関する 伴う 事 物 所 為 時 際 様 等 中 的 此れ 其れ 何 無い 仕舞う 言う 下さる 知る 教える 事例 過去 the a an of in on to for by with and or is was were be at from".split()
)

# Kana that Sudachi reads by context as another word, and that mean one thing in this field.
KANA_WORDS = {"ふくそう": "輻湊"}

CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞"))  # parts of speech of words that a record must hold to be about them
_LONGEST = SplitMode.C

_local = threading.local()
_dictionary_lock = threading.Lock()


@dataclass(frozen=True)
class Term:
    """A normalised term and the half-open range of the original text that it stands for."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary()


def _tokenizer() -> Tokenizer:
    """One tokenizer a thread: a shared one fails; the dictionary behind them is shared."""
    tokenizer: Tokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        with _dictionary_lock:
            tokenizer = _dictionary().tokenizer(mode="A", fields={"pos", "normalized_form", "reading_form"})
        _local.tokenizer = tokenizer
    return tokenizer


def terms(text: str, *, query: bool = False) -> list[Term]:
    """Terms of `text` in order; with `query`, light words are left out (unless nothing else remains)."""
    plain, origin = nfkc_with_offsets(text.replace("\0", " "))
    found: list[tuple[Term, bool]] = []
    for offset, piece in chunks(plain, MAX_BYTES):  # after normalising, which can make five characters of one
        found.extend(_terms_of_piece(piece, origin[offset : offset + len(piece) + 1]))
    if not query:
        return [term for term, _ in found]
    return [term for term, light in found if not light] or [term for term, _ in found]


def _terms_of_piece(plain: str, origin: Sequence[int]) -> list[tuple[Term, bool]]:
    """(term, whether it is a light word) of normalised text; `origin` maps its characters and its end to the original."""
    result = []
    for morpheme in _tokenizer().tokenize(plain.encode("utf-8", "replace").decode("utf-8")):
        category = morpheme.part_of_speech()[0]
        if category in DROPPED:
            continue
        word = KANA_WORDS.get(morpheme.surface()) or "_".join(morpheme.normalized_form().casefold().split())
        if not any(character.isalnum() for character in word):
            continue
        light = category in DROPPED_IN_QUERIES or word in STOP_WORDS
        start, end = origin[morpheme.begin()], origin[morpheme.end()]
        result.append((Term(word, start, max(end, start + 1)), light))
    return result


PARTICLES = frozenset("は が を に の で と も へ や から まで より て た して では には とは および 及び".split())


@dataclass(frozen=True)
class Compound:
    """A content word in its longest unit (うるう秒), where it stands, and the short terms that make it up (うるう, 秒)."""

    surface: str
    start: int
    end: int
    terms: tuple[str, ...]


def compounds(text: str) -> list[Compound]:
    """The nouns, verbs and adjectives of a short text (a query) in their longest units, light words left out."""
    plain, origin = nfkc_with_offsets(text.replace("\0", " "))
    short = terms(text)
    position = 0
    found: list[Compound] = []
    for _, piece in chunks(plain, MAX_BYTES):
        for morpheme in _tokenizer().tokenize(piece.encode("utf-8", "replace").decode("utf-8"), _LONGEST):
            if morpheme.part_of_speech()[0] not in CONTENT or morpheme.normalized_form().casefold() in STOP_WORDS:
                continue
            start, end = origin[morpheme.begin()], origin[morpheme.end()]
            while position < len(short) and short[position].start < start:
                position += 1
            inner: list[str] = []
            for term in short[position : position + 20]:
                if term.end > end:
                    break
                inner.append(term.text)
            if inner and any(character.isalpha() for character in morpheme.surface()):
                found.append(Compound(text[start:end], start, end, tuple(inner)))
        break  # a query is shorter than what Sudachi takes at once; what is beyond is not looked at
    return found


def after_particles(text: str) -> str:
    """What follows the last particle of a short text: において架空みなと通信 → 架空みなと通信; a sound inside a name (みなと) is none."""
    start = 0
    for morpheme in _tokenizer().tokenize(text):
        if morpheme.surface() in PARTICLES and morpheme.part_of_speech()[0] in ("助詞", "助動詞", "接続詞"):
            start = morpheme.end()
    return text[start:]


def words(text: str, *, query: bool = False) -> str:
    """Terms joined by single spaces: what the full-text index holds."""
    return " ".join(term.text for term in terms(text, query=query))


def reading(word: str) -> str:
    """How a word or compound is read, in katakana; what has no reading (Latin letters, digits) stands as it is."""
    plain, _ = nfkc_with_offsets(word)
    return "".join(m.reading_form() if m.reading_form() not in ("", "キゴウ") else m.surface() for m in _tokenizer().tokenize(plain))


def tokenizer_version() -> str:
    """Names everything that decides how a text is cut; stored with the index."""
    return f"sudachipy {version('sudachipy')}, sudachidict-core {version('sudachidict-core')}, mode A, normalised"
