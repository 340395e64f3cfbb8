"""Words of a query that nothing held has: neither as a word, a concept or a reading, nor spelt a little otherwise."""

from __future__ import annotations

import difflib
import sqlite3

from kb.japanese.terms import compounds, terms
from kb.japanese.text import folded
from kb.search.candidates import frequencies
from kb.search.corpus import Corpus
from kb.search.no_hits import alike
from kb.search.query import ReadQuery

MOST = 12  # words of a query that are looked up one by one
SAME_SPELLING = 0.86  # share of characters in common from which on a word is taken for another spelling of a held one
# English words of everyday questions: they say nothing that a record would have to hold.
ENGLISH = frozenset(
    "all any because before after during caused cause causes due during each every from had has have how into issue issues its most no not off one only other our out over same some such that then there"
    " this through too under until up very via was what when where which while who why will without would failed fails failing failure happen happened happens did does do can could should more than"
    " between both against about lost again been being get got make made my your their his her it as if or so we you they i me us".split()
)


def absent(connection: sqlite3.Connection, corpus: Corpus, query: ReadQuery) -> tuple[str, ...]:
    """Words of the query's topic as written, in order."""
    held = frequencies(connection, "concept", [match.concept_id for match in query.concepts])
    known = [*query.runs_heard] + [(one.start, one.end) for one in query.conditions]
    found: list[tuple[int, str]] = []
    for match in query.concepts:
        if match.concept_id not in held and not all(_holds(connection, part) for part in match.surface.split()):
            found.append((match.start, match.surface))
        known.append((match.start, match.end))
    for word in compounds(query.topic)[:MOST]:
        if any(start < word.end and word.start < end for start, end in known) or word.surface.casefold() in ENGLISH:
            continue
        if not _held(connection, word.terms, folded(word.surface)):
            found.append((word.start, word.surface))
    return tuple(dict.fromkeys(word for _, word in sorted(found)))


def _holds(connection: sqlite3.Connection, written: str) -> bool:
    words = tuple(term.text for term in terms(written))
    return bool(words) and _held(connection, words, folded(written))


def _held(connection: sqlite3.Connection, words: tuple[str, ...], surface: str) -> bool:
    """Whether some passage has the word: its terms side by side, or a spelling so near that it must be the same word."""
    known = frequencies(connection, "word", list(words))
    if len(known) == len(set(words)):
        if len(words) == 1:
            return True
        phrase = '"' + " ".join(term.replace('"', '""') for term in words) + '"'
        return connection.execute("SELECT 1 FROM passages_fts WHERE passages_fts MATCH ? LIMIT 1", [f"words : {phrase}"]).fetchone() is not None
    if len(words) == 1 and len(surface) >= 4:
        return bool(difflib.get_close_matches(words[0], alike(connection, words[0]), n=1, cutoff=SAME_SPELLING))
    return False
