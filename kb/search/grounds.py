"""Why one accident is a precedent of another: the tags that both bear, with a sentence of each, and passages that share their words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.japanese.terms import terms
from kb.search import profile, scoring
from kb.search.evidence import Why, merged
from kb.search.profile import Profile
from kb.search.ranking import Hit

# Which axes of tags speak on an axis of comparison, those that say most first.
TELLING: Mapping[str, tuple[str, ...]] = {
    "all": ("mechanism", "trigger", "prolonging", "measure", "equipment"),
    "trigger": ("trigger",),
    "mechanism": ("mechanism", "prolonging"),
    "equipment": ("equipment",),
    "measure": ("measure",),
}
SAY_NOTHING = frozenset({"trigger/unknown", "mechanism/not-stated"})  # that neither tells its cause makes no two accidents alike
SHOWN_TAGS = 3
SHOWN_PASSAGES = 2
SAME_WORDS = 0.8  # share of the shorter passage's words that makes two passages one
# A passage is shown when its words make up this share of what the anchor says: below it they are words that all reports share.
FLOOR = 0.012
FEWEST_WORDS = 2

EVIDENCE = """
    SELECT t.tag_id, t.evidence, p.id, p.field, p.text, p.document_id, g.label_ja FROM incident_tags t
    JOIN passages p ON p.id = t.passage_id JOIN tags g ON g.id = t.tag_id
    WHERE t.incident_id = ? AND p.field <> 'title' AND t.tag_id IN ({marks}) ORDER BY p.id"""


def explained(connection: sqlite3.Connection, anchor: Profile, hit: Hit, axis: str) -> Hit:
    """Add why the hit is a precedent on `axis`; nothing is added where there is no reason worth showing. The title is no reason."""
    by_tag = _by_tag(connection, anchor, hit.id, axis)
    vector = anchor.measure_words if axis == "measure" else anchor.words
    fields = profile.MEASURES if axis == "measure" else profile.CHAIN
    passages = [p for p in scoring.passages_of(connection, [hit.id])[hit.id] if p.field in fields and p.field not in ("keyword", "title")]
    told = [p for p in passages if p.id in {why.passage_id for why in by_tag}]
    worth = {p.id: _worth(p, vector) for p in passages}
    best = _distinct(sorted((p for p in passages if worth[p.id] >= FLOOR and p not in told), key=lambda p: (-worth[p.id], p.id)), told)
    return replace(hit, why=(*by_tag, *(_by_words(p, vector) for p in best[:SHOWN_PASSAGES])))


def shared_tags(anchor: Profile, other: Mapping[str, Mapping[str, float]], axis: str) -> list[str]:
    """Tags of both that speak on `axis`, in the order in which they tell."""
    return [
        tag
        for name in TELLING[axis]
        for tag in sorted(anchor.tags.get(name, {}), key=lambda tag: (-anchor.tags[name][tag], tag))
        if tag in other.get(name, {}) and tag not in SAY_NOTHING
    ]


def _by_tag(connection: sqlite3.Connection, anchor: Profile, incident_id: str, axis: str) -> list[Why]:
    """One reason a passage of the precedent that bears out shared tags, with the anchor's own sentence for the first of them."""
    shared = shared_tags(anchor, profile.tags_of(connection, [incident_id]).get(incident_id, {}), axis)
    marks = ", ".join("?" * len(shared))
    rows: dict[str, tuple[str, int, str, str, int, str]] = {}
    for tag, *row in connection.execute(EVIDENCE.format(marks=marks), [incident_id, *shared]):
        rows.setdefault(tag, tuple(row))
    found: dict[int, Why] = {}
    for tag in shared:
        if tag not in rows:
            continue
        evidence, identifier, field, text, document, label = rows[tag]
        start = text.find(evidence)
        span = ((start, start + len(evidence)),) if start >= 0 else ()
        if identifier in found:
            held = found[identifier]
            found[identifier] = replace(held, tags=(*held.tags, (tag, label)), marks=merged([*held.marks, *span]))
        elif len(found) < SHOWN_TAGS:
            found[identifier] = Why(field, text, span, "tag", document, identifier, tags=((tag, label),), own=anchor.evidence.get(tag))
    return list(found.values())


def _worth(passage: scoring.Passage, vector: Mapping[str, float]) -> float:
    """The share of the anchor's words, by weight squared, that the passage holds; 0 for a single word."""
    common = [vector[word] for word in set(passage.words.split()) if word in vector]
    return sum(value * value for value in common) if len(common) >= FEWEST_WORDS else 0.0


def _distinct(passages: Sequence[scoring.Passage], told: Sequence[scoring.Passage]) -> list[scoring.Passage]:
    """Leave out what says the same as an earlier one: a report and minutes of one accident share sentences."""
    kept = list(told)
    for passage in passages:
        words = set(passage.words.split())
        if all(len(words & set(p.words.split())) < SAME_WORDS * min(len(words), len(set(p.words.split()))) for p in kept):
            kept.append(passage)
    return kept[len(told) :]


def _by_words(passage: scoring.Passage, vector: Mapping[str, float]) -> Why:
    # Counters and suffixes (約, 分, 台, 機) are shared by all reports: marking them would hide what counts.
    spans = [(term.start, term.end) for term in terms(passage.text, query=True) if term.text in vector and len(term.text) > 1 and not term.text.isdigit()]
    return Why(passage.field, passage.text, merged(spans), "keyword", passage.document_id, passage.id)
