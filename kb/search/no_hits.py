"""What an answer without hits, or without a word of the query, offers: how the query was read, words of the index that come near, and what to relax."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Sequence

from kb.japanese.text import katakana, nfkc
from kb.search.candidates import frequencies
from kb.search.filters import Filters
from kb.search.query import ReadQuery

LOOKED_UP = 8  # unknown words of a query
LIKENESS = 0.7  # share of characters in common, from which on a spelling may be meant
LENGTH_DIFFERENCE = 2


def notice(query: ReadQuery, filters: Filters, near: Sequence[str]) -> str:
    """What to tell; `near` are the words that may be meant."""
    if query.empty and not query.text:
        return "検索語が空です。症状や作業、原因を表す語を入れてください(例: 切り戻し 輻輳、証明書 期限切れ)。"
    read = "、".join(term.text for term in query.terms) or "(語として読み取れませんでした)"
    suggestion = f"近い語: {'、'.join(near)}。" if near else ""
    advice = "絞り込み条件を外すか、" if filters else ""
    return (
        f"該当する事故は見つかりませんでした。検索語の読み取り: {read}({query.text[:60]})。{suggestion}"
        f"{advice}語を減らすか、別の言い方(一般的な語、英語、略語)で試してください。"
    )


def wordless_notice(near: Sequence[str]) -> str:
    """What to tell when hits hold no word of the query."""
    suggestion = f"近い語: {'、'.join(near)}。" if near else "別の言い方(一般的な語、英語、略語)でも試してください。"
    return f"検索語やその言い換えを含む事故はありません。意味や字面の近いものを並べました。{suggestion}"


def absent_notice(absent: Sequence[str], near: Sequence[str]) -> str:
    """What to tell when words of the query stand nowhere."""
    named = "".join(f"「{word}」" for word in absent)
    suggestion = f"近い語: {'、'.join(near)}。" if near else ""
    return f"{named}を含む記録はありません。意味や字面の近いものを並べました。{suggestion}"


def guess_notice(guesses: Sequence[tuple[str, str]]) -> str:
    """What to tell when words were taken for slips of the pen."""
    return "".join(f"「{written}」は「{meant}」として探しました。" for written, meant in guesses)


def nearest_terms(connection: sqlite3.Connection, query: ReadQuery, limit: int = 5) -> list[str]:
    """Words of the index and the lexicon that are spelt much like words of the query that the index lacks, the likest first.

    What stands between spaces is looked up as katakana too: ふぁいあうぉーる falls into pieces when it is cut into words.
    """
    written = [term.text for term in query.terms]
    known = frequencies(connection, "word", written)
    wanted = [word for word in written if word not in known] if query.terms else []
    if wanted or not written:
        wanted += [katakana(piece) for piece in nfkc(query.text).split()]
    found: list[tuple[float, str]] = []
    for word in list(dict.fromkeys(wanted))[:LOOKED_UP]:
        close = difflib.get_close_matches(word, sorted({*alike(connection, word), *_forms_alike(connection, word)}), n=limit, cutoff=LIKENESS)
        found += [(-difflib.SequenceMatcher(None, word, term).ratio(), term) for term in close if term not in written]
    return list(dict.fromkeys(term for _, term in sorted(found)))[:limit]


def alike(connection: sqlite3.Connection, word: str) -> list[str]:
    """Words of the index of about the same length that begin or end like the word."""
    condition = "length(term) BETWEEN ?1 AND ?2 AND (instr(term, ?3) OR instr(term, ?4))"
    rows = connection.execute(f"SELECT term FROM frequencies WHERE unit = 'word' AND {condition} ORDER BY term", [*_bounds(word), word[:2], word[-2:]])
    return [row[0] for row in rows]


def _forms_alike(connection: sqlite3.Connection, word: str) -> set[str]:
    """The same among the pieces of the lexicon's forms."""
    shortest, longest = _bounds(word)
    forms = connection.execute("SELECT DISTINCT form FROM concept_forms WHERE instr(form, ?1) OR instr(form, ?2)", [word[:2], word[-2:]])
    return {piece for (form,) in forms for piece in form.split() if shortest <= len(piece) <= longest}


def _bounds(word: str) -> tuple[int, int]:
    return max(len(word) - LENGTH_DIFFERENCE, 2), len(word) + LENGTH_DIFFERENCE
