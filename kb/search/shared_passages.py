"""Why an incident is a precedent: the passages that have most in common with what it is compared with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.japanese.terms import terms
from kb.search import profile, scoring
from kb.search.evidence import Why, merged
from kb.search.profile import Profile
from kb.search.ranking import Hit

SAME_WORDS = 0.8  # share of the shorter passage's words that makes two passages one


def explained(connection: sqlite3.Connection, anchor: Profile, hit: Hit, axis: str) -> Hit:
    """Add the passages that have most in common with the anchor."""
    vector = anchor.measure_words if axis == "measure" else anchor.words
    fields = profile.MEASURES if axis == "measure" else profile.CHAIN
    passages = scoring.passages_of(connection, [hit.id])[hit.id]
    worth = {p.id: sum(vector.get(word, 0.0) for word in set(p.words.split())) for p in passages if p.field in fields and p.field != "keyword"}
    best = _distinct(sorted((p for p in passages if worth.get(p.id)), key=lambda p: (-worth[p.id], p.id)))[:2]
    return replace(hit, why=tuple(_why(p, vector) for p in best))


def _distinct(passages: Sequence[scoring.Passage]) -> list[scoring.Passage]:
    """Leave out what says the same as an earlier one: a report and minutes of one accident share sentences."""
    kept: list[scoring.Passage] = []
    for passage in passages:
        words = set(passage.words.split())
        if all(len(words & set(p.words.split())) < SAME_WORDS * min(len(words), len(set(p.words.split()))) for p in kept):
            kept.append(passage)
    return kept


def _why(passage: scoring.Passage, vector: Mapping[str, float]) -> Why:
    # Counters and suffixes (約, 分, 台, 機) are shared by all reports: marking them would hide what counts.
    spans = [(term.start, term.end) for term in terms(passage.text, query=True) if term.text in vector and len(term.text) > 1 and not term.text.isdigit()]
    return Why(passage.field, passage.text, merged(spans), "keyword", passage.document_id, passage.id)
